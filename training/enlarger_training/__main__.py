"""The command line: `python -m enlarger_training COMMAND`; `--help` names the commands."""

import argparse
from pathlib import Path

from enlarger_training import commands


def _add_test_sets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--test-set",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="measure on this folder, e.g. set5=images/set5; may be repeated",
    )


def _add_prepare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", type=Path, help="folder of training images")
    parser.add_argument("destination", type=Path, help="where the arrays go")
    parser.add_argument("--scales", type=int, nargs="+", default=[2, 3, 4], choices=[2, 3, 4])
    parser.add_argument("--manifest", type=Path, help="CSV with the columns file and licence")
    parser.add_argument(
        "--hold-out", action="store_true", help="leave out the rows that measuring keeps"
    )
    parser.add_argument(
        "--drawings", type=int, default=0, help="add so many drawings that are made here"
    )
    parser.add_argument("--processes", type=int, default=1)
    parser.set_defaults(run_command=commands.run_prepare)


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("configuration", type=Path, help="one of configs/*.toml")
    parser.add_argument("prepared", type=Path, help="what prepare or label wrote")
    parser.add_argument("run", type=Path, help="folder of the checkpoint and the curve")
    parser.add_argument("--start-from", type=Path, help="checkpoint or weights to begin with")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    _add_test_sets(parser)
    parser.set_defaults(run_command=commands.run_train)


def _add_teach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prepared", type=Path, help="what prepare wrote")
    parser.add_argument("destination", type=Path, help="another prepared folder, for one scale")
    parser.add_argument("--teacher", type=Path, action="append", required=True, metavar="ONNX")
    parser.add_argument("--scale", type=int, required=True)
    parser.add_argument("--share", type=float, default=0.6, help="of the teachers, 0 to 1")
    parser.add_argument(
        "--symmetries",
        type=int,
        choices=range(1, 9),
        default=8,
        help="flips and turns of each image that the teachers enlarge; the time is proportional",
    )
    parser.add_argument("--count", type=int, help="so many images only")
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run_command=commands.run_teach)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("onnx", type=Path)
    parser.add_argument("images", type=Path, nargs="+", help="folders of originals")
    parser.add_argument("--scale", type=int, required=True)
    parser.add_argument("--jpeg", type=int, metavar="QUALITY", help="save the small images so")
    parser.add_argument(
        "--perceived",
        action="store_true",
        help="also measure feature distance, colour shift, halos",
    )
    parser.set_defaults(run_command=commands.run_evaluate)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("configuration", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("destination", type=Path, help="folder of the ONNX file and manifest.json")
    parser.add_argument("--strip", type=Path, nargs="+", default=[], help="images for the card")
    spoiling = parser.add_mutually_exclusive_group()
    spoiling.add_argument("--strip-jpeg", type=int, metavar="QUALITY", help="spoil them first")
    spoiling.add_argument(
        "--strip-spoiled", action="store_true", help="spoil them as `restoration` does, in turn"
    )
    parser.add_argument(
        "--strip-network", action="append", default=[], metavar="NAME=FILE", help="compared with ours"
    )
    parser.add_argument("--benchmark", type=Path, help="table of `restoration` for the card")
    parser.add_argument("--credits", type=Path, help="CSV with the columns source and licence")
    _add_test_sets(parser)
    parser.set_defaults(run_command=commands.run_export)


def _add_tfjs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", type=Path, nargs="+", help="models with weights and manifest")
    parser.set_defaults(run_command=commands.run_tfjs)


def _add_label(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("configuration", type=Path, help="its sampling and seed are used")
    parser.add_argument("prepared", type=Path, help="what prepare wrote")
    parser.add_argument("destination", type=Path, help="folder of the labelled patches")
    parser.add_argument("--teacher", type=Path, required=True, help="a .param or an .onnx file")
    parser.add_argument("--scale", type=int, default=4, choices=[2, 3, 4])
    parser.add_argument("--count", type=int, default=2000, help="patches, in shards of 200")
    parser.add_argument("--threads", type=int, default=1)
    parser.set_defaults(run_command=commands.run_label)


def _add_restoration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", type=Path, nargs="+", help="folders of originals")
    parser.add_argument(
        "--manifest", type=Path, help="CSV in one of the folders: use only the rows it holds out"
    )
    parser.add_argument("--count", type=int, help="at most so many originals of each folder")
    parser.add_argument(
        "--network", action="append", default=[], metavar="NAME=FILE", help=".onnx or .param"
    )
    parser.add_argument("--reference", help="name of the network that the shares relate to")
    parser.add_argument("--judge", default="lite1", help="network of the feature distance")
    parser.add_argument("--scale", type=int, default=4)
    parser.add_argument("--sheets", type=Path, metavar="FOLDER", help="write contact sheets")
    parser.add_argument("--threads", type=int, default=1)
    parser.set_defaults(run_command=commands.run_restoration)


def _add_trim(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("destination", type=Path, help="the file to write")
    parser.set_defaults(run_command=commands.run_trim)


def _add_blend(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoints", type=Path, nargs="+", help="of runs with the same start")
    parser.add_argument("destination", type=Path, help="the file to write")
    parser.set_defaults(run_command=commands.run_blend)


def build_parser() -> argparse.ArgumentParser:
    """The parser with its commands."""
    parser = argparse.ArgumentParser(prog="enlarger_training", description=__doc__)
    subparsers = parser.add_subparsers(required=True)
    for name, add, summary in (
        ("prepare", _add_prepare, "turn a folder of images into arrays"),
        ("train", _add_train, "train a network, or resume its training"),
        ("teach", _add_teach, "draw originals towards what other networks make"),
        ("label", _add_label, "store a teacher's answers to spoiled patches"),
        ("restoration", _add_restoration, "measure restorers on degraded images"),
        ("evaluate", _add_evaluate, "measure an ONNX file on folders of originals"),
        ("blend", _add_blend, "write the mean of several runs' weights"),
        ("trim", _add_trim, "write what is needed to continue from a checkpoint later"),
        ("export", _add_export, "write ONNX, TensorFlow.js and manifest from a checkpoint"),
        ("tfjs", _add_tfjs, "rewrite the TensorFlow.js files of finished models"),
    ):
        add(subparsers.add_parser(name, help=summary))
    return parser


def main(words: list[str] | None = None) -> None:
    """Parses the words, or the process's own command line, and runs the command."""
    arguments = build_parser().parse_args(words)
    arguments.run_command(arguments)


if __name__ == "__main__":
    main()
