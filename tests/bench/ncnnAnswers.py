"""Runs ncnn networks with PyTorch, for `addedAnswers.ts`: writes input.png, and the answers as NAME.f32 (channels first).

Usage: python ncnnAnswers.py READER MODELS IMAGE OUT
READER is a Python file with a class NcnnNet(param, binary), MODELS a folder of .param and .bin files, IMAGE an RGB image
of which the 96 x 96 pixels in the middle are used.
"""
import importlib.util
import pathlib
import sys

import numpy as np
import torch
from PIL import Image

SIDE = 96

reader, models, image, out = (pathlib.Path(each) for each in sys.argv[1:5])
spec = importlib.util.spec_from_file_location("reader", reader)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

whole = Image.open(image).convert("RGB")
left, top = (whole.width - SIDE) // 2, (whole.height - SIDE) // 2
crop = whole.crop((left, top, left + SIDE, top + SIDE))
crop.save(out / "input.png")
pixels = np.asarray(crop).transpose(2, 0, 1)[None] / np.float32(255)
with torch.inference_mode():
    for param in sorted(models.glob("realesr*.param")):
        net = module.NcnnNet(str(param), str(param.with_suffix(".bin")))
        answer = net(torch.from_numpy(pixels.astype(np.float32)))
        answer[0].numpy().astype(np.float32).tofile(out / f"{param.stem}.f32")
        print(param.stem, tuple(answer.shape), flush=True)
