"""The commands of the command line."""

import signal
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from enlarger_training.checkpoint import blend, trim
from enlarger_training.configuration import Configuration, read_configuration
from enlarger_training.evaluation import (
    Enlarge,
    TestImage,
    enlarge_bicubic,
    load_test_image,
    load_test_images,
    mean_fidelity,
    measure,
)
from enlarger_training.labels import LabelIndex, LabelledSource, is_labelled, write_labels
from enlarger_training.patches import PatchSource
from enlarger_training.prepare import prepare
from enlarger_training.train import Trainer, begin_run, resume_if_begun


def _parse_test_sets(named_folders: list[str], scale: int) -> dict[str, list[TestImage]]:
    """`set5=FOLDER` and similar, in the given order."""
    sets = {}
    for named in named_folders:
        name, _, folder = named.partition("=")
        sets[name] = load_test_images(Path(folder), scale)
    return sets


def run_prepare(arguments: Namespace) -> None:
    """`prepare`: a folder of images becomes arrays."""
    images = prepare(
        arguments.images,
        arguments.destination,
        arguments.scales,
        arguments.manifest,
        is_holding_out=arguments.hold_out,
        drawings=arguments.drawings,
        processes=arguments.processes,
    )
    graphics = sum(image.is_graphics for image in images)
    print(f"{len(images)} images, {graphics} of them graphics, in {arguments.destination}")


def run_teach(arguments: Namespace) -> None:
    """`teach`: the originals of a prepared folder are mixed with results of networks."""
    # Imported here: onnxruntime is slow to load and training does not need it.
    from enlarger_training.teach import teach

    images = teach(
        arguments.prepared,
        arguments.destination,
        scale=arguments.scale,
        teachers=arguments.teacher,
        share=arguments.share,
        symmetries=arguments.symmetries,
        count=arguments.count,
        seed=arguments.seed,
    )
    print(f"{len(images)} images in {arguments.destination}")


def run_label(arguments: Namespace) -> None:
    """`label`: patches are degraded, and a teacher's results for them are stored."""
    from enlarger_training.teachers.open_teacher import open_teacher

    torch.set_num_threads(arguments.threads)
    configuration = read_configuration(arguments.configuration)
    sampling, seed = configuration.sampling, configuration.seed
    source = PatchSource(arguments.prepared, arguments.scale, sampling, seed)
    index = LabelIndex(arguments.scale, arguments.teacher.name, sampling.degradation, seed)
    teacher = open_teacher(arguments.teacher)
    count = write_labels(source, teacher, arguments.destination, index, arguments.count)
    print(f"{count} labelled patches in {arguments.destination}")


def _open_source(folder: Path, configuration: Configuration) -> PatchSource | LabelledSource:
    """The patches of a prepared or a labelled folder."""
    scale, seed = configuration.network.scale, configuration.seed
    if is_labelled(folder):
        return LabelledSource(folder, scale, configuration.added_noise, seed)
    return PatchSource(folder, scale, configuration.sampling, seed)


@contextmanager
def _stopping_on_signals(trainer: Trainer) -> Iterator[None]:
    """Makes Ctrl-C and SIGTERM end the training after the present step."""
    signals = (signal.SIGINT, signal.SIGTERM)
    earlier = [signal.signal(one, lambda _number, _frame: trainer.stop()) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, earlier, strict=True):
            signal.signal(one, handler)


def run_train(arguments: Namespace) -> None:
    """`train`: begins a run, or resumes the one whose checkpoint is in the folder."""
    torch.set_num_threads(arguments.threads)
    configuration = read_configuration(arguments.configuration)
    scale = configuration.network.scale
    source = _open_source(arguments.prepared, configuration)
    run = begin_run(configuration, arguments.start_from, arguments.device, source)
    if resume_if_begun(run, arguments.run):
        print(f"Resumed {configuration.id} at step {run.step} of {configuration.total_steps}")
    test_sets = _parse_test_sets(arguments.test_set, scale)
    trainer = Trainer(configuration, run, source, arguments.run, test_sets)
    with _stopping_on_signals(trainer):
        trainer.train()


def _print_table(images: list[TestImage], scale: int, enlarge: Enlarge) -> None:
    ours, bicubic = (measure(method, images, scale) for method in (enlarge, enlarge_bicubic(scale)))
    print(f"{'image':20} {'PSNR-Y dB':>9} {'SSIM-Y':>7} {'bicubic dB':>10} {'SSIM-Y':>7}")
    rows = [
        (line.name, line.fidelity, base.fidelity) for line, base in zip(ours, bicubic, strict=True)
    ]
    rows.append(("mean", mean_fidelity(ours), mean_fidelity(bicubic)))
    for name, own, base in rows:
        print(f"{name:20} {own.psnr_db:9.3f} {own.ssim:7.4f} {base.psnr_db:10.3f} {base.ssim:7.4f}")


def _print_perceived(images: list[TestImage], methods: dict[str, Enlarge]) -> None:
    # Imported here: the package of the feature network's weights is needed for this alone.
    from enlarger_training.losses.feature_network import load_feature_network
    from enlarger_training.metrics.perceived import colour_shift, feature_distance, halo

    network = load_feature_network()
    for name, enlarge in methods.items():
        enlarged = [(enlarge(image.small), image.original) for image in images]
        distance = sum(feature_distance(network, *pair) for pair in enlarged) / len(enlarged)
        shift = max(colour_shift(*pair) for pair in enlarged)
        halos = sum(halo(*pair) for pair in enlarged) / len(enlarged)
        print(
            f"{name}: feature distance {distance:.4f}, largest colour shift {shift:.2f} / 255, "
            f"halo {halos:.3f} / 255"
        )


def run_evaluate(arguments: Namespace) -> None:
    """`evaluate`: PSNR and SSIM of an ONNX file, next to those of bicubic interpolation."""
    # Imported here: onnxruntime is slow to load and training does not need it.
    from enlarger_training.export.enlarge import enlarge_with_file

    enlarge = enlarge_with_file(arguments.onnx)
    for folder in arguments.images:
        print(folder.name)
        images = load_test_images(folder, arguments.scale, arguments.jpeg)
        _print_table(images, arguments.scale, enlarge)
        if arguments.perceived:
            methods = {"this": enlarge, "bicubic": enlarge_bicubic(arguments.scale)}
            _print_perceived(images, methods)


def _parse_methods(named_files: list[str], scale: int) -> dict[str, Enlarge]:
    """`photo=weights.onnx` and similar, in the given order; all of them enlarge by `scale`."""
    from enlarger_training.teachers.open_teacher import at_scale, open_teacher

    pairs = [named.partition("=") for named in named_files]
    return {name: at_scale(open_teacher(Path(file)), scale) for name, _, file in pairs}


def _load_strip_images(arguments: Namespace, scale: int) -> list[TestImage]:
    """The images of the card's strips, reduced and degraded as asked."""
    images = [load_test_image(path, scale, arguments.strip_jpeg) for path in arguments.strip]
    if not arguments.strip_spoiled:
        return images
    from enlarger_training.benchmark.restoration import spoil_in_turn

    return spoil_in_turn(images, scale)


def run_restoration(arguments: Namespace) -> None:
    """`restoration`: a table, and contact sheets, of networks on degraded images."""
    from enlarger_training.benchmark import restoration
    from enlarger_training.benchmark.contact_sheet import SheetCollector
    from enlarger_training.losses.feature_network import load_feature_network

    torch.set_num_threads(arguments.threads)
    scale = arguments.scale
    paths = [
        path
        for folder in arguments.images
        for path in restoration.list_originals(folder, arguments.manifest, arguments.count)
    ]
    methods = _parse_methods(arguments.network, scale)
    collector = SheetCollector(arguments.sheets)
    images = restoration.spoil_all(paths, scale)
    judge = load_feature_network(arguments.judge)
    scores = restoration.score_all(images, methods, judge, scale, keep=collector.keep)
    print(restoration.write_table(restoration.summarise(scores, arguments.reference)), end="")
    for sheet in collector.write():
        print(f"Wrote {sheet}")


def run_blend(arguments: Namespace) -> None:
    """`blend`: several runs become the mean of their weights."""
    blend(arguments.checkpoints, arguments.destination)
    print(f"Wrote {arguments.destination}")


def run_trim(arguments: Namespace) -> None:
    """`trim`: a checkpoint becomes a small file to continue from."""
    trim(arguments.checkpoint, arguments.destination)
    print(f"Wrote {arguments.destination}")


def run_export(arguments: Namespace) -> None:
    """`export`: a checkpoint becomes an ONNX file and its manifest."""
    from enlarger_training.export.export import Evidence, export

    configuration: Configuration = read_configuration(arguments.configuration)
    scale = configuration.network.scale
    evidence = Evidence(
        _parse_test_sets(arguments.test_set, scale),
        _load_strip_images(arguments, scale),
        _parse_methods(arguments.strip_network, scale),
        arguments.benchmark,
        arguments.credits,
    )
    file = export(configuration, arguments.checkpoint, arguments.destination, evidence)
    print(f"Wrote {file}, its manifest and its card")


def run_tfjs(arguments: Namespace) -> None:
    """`tfjs`: models that have an ONNX file get their TensorFlow.js files."""
    from enlarger_training.export.tfjs import add_tfjs

    for folder in arguments.folders:
        model_file, weights_file = add_tfjs(folder)
        print(f"Wrote {model_file} and {weights_file.name}")
