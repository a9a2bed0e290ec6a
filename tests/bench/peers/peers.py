"""PyTorch, ncnn and OpenVINO as peers of `benchPeers`, with the same network: a process that stays warm.

For each line on its standard input it enlarges all images from file to file and prints one line of JSON:
{"endToEndMs", "inferenceMs"}.

Usage: python peers.py torch|ncnn|openvino WEIGHTS.onnx THREADS SCRATCH_FOLDER OUTPUT_FOLDER IMAGE...
For ncnn, WEIGHTS may also be a `.param` file with its `.bin` next to it.
"""

import json
import os
import sys
import time

ENGINE, WEIGHTS, THREADS, SCRATCH, OUTPUT, *FILES = sys.argv[1:]
# Before the libraries are loaded: each reads it at its start.
os.environ["OMP_NUM_THREADS"] = THREADS

import numpy as np
from PIL import Image

JPEG_QUALITY = 95


def torch_module():
    """The graph of the ONNX file as a PyTorch module, operator by operator."""
    import onnx
    import torch
    from onnx import helper, numpy_helper
    from torch.nn import functional

    class Network(torch.nn.Module):
        def __init__(self, graph):
            super().__init__()
            self.nodes = list(graph.node)
            self.input, self.output = graph.input[0].name, graph.output[0].name
            for tensor in graph.initializer:
                self.register_buffer(tensor.name, torch.from_numpy(numpy_helper.to_array(tensor).copy()))

        def forward(self, image):
            values = {self.input: image, **dict(self.named_buffers())}
            for node in self.nodes:
                given = [values[name] for name in node.input]
                attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
                values[node.output[0]] = self.run(node.op_type, given, attributes)
            return values[self.output]

        def run(self, operator, given, attributes):
            if operator == "Conv":
                weights, bias = given[1], given[2] if len(given) > 2 else None
                return functional.conv2d(given[0], weights, bias, padding=attributes.get("pads", [0, 0])[:2])
            if operator == "Add":
                return given[0] + given[1]
            if operator == "Sub":
                return given[0] - given[1]
            if operator == "Relu":
                return torch.relu(given[0])
            if operator == "DepthToSpace" and attributes.get("mode") == b"CRD":
                return functional.pixel_shuffle(given[0], attributes["blocksize"])
            raise ValueError(f"There is no translation of {operator}.")

    return Network(onnx.load(WEIGHTS).graph).eval()


def open_torch():
    import torch

    torch.set_num_threads(int(THREADS))
    module = torch_module()

    def run(planes):
        with torch.inference_mode():
            return module(torch.from_numpy(planes)).numpy()

    return run, f"torch {torch.__version__}"


def ncnn_files():
    """The ONNX file as a pair of ncnn files; the path of the `.param`."""
    import pnnx
    import torch

    path = os.path.join(SCRATCH, "network.pt")
    pnnx.export(torch_module(), path, (torch.zeros(1, 3, 64, 64),), (torch.zeros(1, 3, 96, 80),), fp16=False)
    return path.replace(".pt", ".ncnn.param")


def open_ncnn():
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = int(THREADS)
    # Single precision, as all others here compute.
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    param = WEIGHTS if WEIGHTS.endswith(".param") else ncnn_files()
    net.load_param(param)
    net.load_model(param.replace(".param", ".bin"))
    source, result = net.input_names()[0], net.output_names()[0]

    def run(planes):
        with net.create_extractor() as extractor:
            extractor.input(source, ncnn.Mat(planes[0]).clone())
            _, output = extractor.extract(result)
            return np.array(output)[None]

    return run, f"ncnn {ncnn.__version__}"


def open_openvino():
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": int(THREADS), "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled = core.compile_model(core.read_model(WEIGHTS), "CPU", settings)
    return (lambda planes: compiled(planes)[0]), f"openvino {openvino.__version__}"


def enlarge(run, file):
    with Image.open(file) as image:
        planes = np.ascontiguousarray(np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1)[None] / 255)
    started = time.perf_counter()
    output = run(planes)
    spent = time.perf_counter() - started
    pixels = (np.clip(output[0], 0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0)
    target = os.path.join(OUTPUT, os.path.basename(file))
    Image.fromarray(np.ascontiguousarray(pixels)).save(target, quality=JPEG_QUALITY, subsampling=0)
    return spent


def main():
    # What the libraries print must not get between the lines that are read.
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    run, version = {"torch": open_torch, "ncnn": open_ncnn, "openvino": open_openvino}[ENGINE]()
    lines.write(json.dumps({"ready": version}) + "\n")
    for _ in sys.stdin:
        started = time.perf_counter()
        inference = sum(enlarge(run, file) for file in FILES)
        spent = time.perf_counter() - started
        lines.write(json.dumps({"endToEndMs": 1000 * spent, "inferenceMs": 1000 * inference}) + "\n")


main()
