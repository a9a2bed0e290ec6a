from pathlib import Path

import pytest
import torch

from enlarger_training.average import MovingAverage
from enlarger_training.checkpoint import (
    Run,
    blend,
    read_progress,
    read_weights,
    save_run,
    start_from,
    trim,
)
from enlarger_training.configuration import Configuration, parse_configuration, read_configuration
from enlarger_training.curve import CurvePoint, append_point, draw_curve
from enlarger_training.evaluation import load_test_images
from enlarger_training.networks import build_network
from enlarger_training.patches import Batch, PatchSource
from enlarger_training.train import Trainer, begin_run, learning_rate_at, resume_if_begun

CONFIGURATIONS = sorted((Path(__file__).parents[1] / "configs").glob("*.toml"))

SMOKE = """
id = "smoke"
seed = 5
evaluate_every = 20
precision = "{precision}"

[card]
name = "Smoke"
purpose = "Shows that training works."
network = "two small blocks"
training = "a few seconds"
data = "generated images"
licence = "MIT"
failures = "everything"

[network]
family = "{family}"
scale = 4
options = {options}

[[stage]]
steps = 24
patch_px = 12
batch_size = 4
learning_rate = 2e-3
warmup_steps = 5

[[stage]]
steps = 16
patch_px = 20
batch_size = 2
learning_rate = 5e-4
loss = {{ name = "luma_psnr" }}
"""


def smoke(family: str = "fast", precision: str = "fp32") -> Configuration:
    options = "{ channels = 8, blocks = 1 }" if family == "fast" else "{}"
    return parse_configuration(SMOKE.format(family=family, precision=precision, options=options))


def start(configuration: Configuration, prepared: Path, folder: Path) -> tuple[Trainer, Run]:
    source = PatchSource(prepared, 4, configuration.sampling, configuration.seed)
    run = begin_run(configuration, source=source)
    resume_if_begun(run, folder)
    return Trainer(configuration, run, source, folder, {}), run


@pytest.mark.parametrize(
    ("family", "precision", "steps"),
    [("fast", "fp32", (31, 40)), ("fast", "bf16", (1, 6)), ("srresnet-lite", "fp32", (1, 2))],
)
def test_a_broken_run_ends_as_an_unbroken_one(
    family: str, precision: str, steps: tuple[int, int], prepared: Path, tmp_path: Path
) -> None:
    break_at, until = steps
    configuration = smoke(family, precision)
    start(configuration, prepared, tmp_path / "whole")[0].train(until)
    start(configuration, prepared, tmp_path / "broken")[0].train(break_at)
    start(configuration, prepared, tmp_path / "broken")[0].train(until)
    whole = torch.load(tmp_path / "whole" / "checkpoint.pt")
    broken = torch.load(tmp_path / "broken" / "checkpoint.pt")
    assert whole["step"] == broken["step"] == until
    for part in ("network", "average"):
        differing = [n for n, t in whole[part].items() if not t.equal(broken[part][n])]
        assert differing == []


def test_the_loss_falls_and_the_curve_is_drawn(
    image_folder: Path, prepared: Path, tmp_path: Path
) -> None:
    configuration = smoke()
    run = begin_run(configuration)
    source = PatchSource(prepared, 4, configuration.sampling, configuration.seed)
    sets = {"own": load_test_images(image_folder / "graphics", 4)}
    trainer = Trainer(configuration, run, source, tmp_path, sets)
    trainer.train()
    header, first, last = (tmp_path / "curve.csv").read_text().split()
    assert header == "step,seconds,learning_rate,loss,own"
    assert float(last.split(",")[-1]) > float(first.split(",")[-1])
    assert (tmp_path / "curve.png").stat().st_size > 1000
    assert read_progress(tmp_path / "checkpoint.pt") == (40, run.seconds)


def test_stopping_finishes_the_step_and_keeps_it(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, run = start(smoke(), prepared, tmp_path)
    draw = PatchSource.draw

    def draw_and_stop(source: PatchSource, step: int, batch_size: int, patch_px: int) -> Batch:
        if step == 2:
            trainer.stop()
        return draw(source, step, batch_size, patch_px)

    monkeypatch.setattr(PatchSource, "draw", draw_and_stop)
    trainer.train()
    assert run.step == 3
    assert read_progress(tmp_path / "checkpoint.pt")[0] == 3


def test_the_same_seed_gives_the_same_start() -> None:
    first, second = (begin_run(smoke()).network.state_dict() for _ in range(2))
    assert all(first[name].equal(second[name]) for name in first)


def test_a_grown_network_starts_as_the_one_it_grew_from(tmp_path: Path) -> None:
    small = build_network("fast", 4, {"channels": 8, "blocks": 1})
    torch.save(small.state_dict(), tmp_path / "small.pt")
    table = SMOKE.format(family="fast", precision="fp32", options="{ channels = 8, blocks = 2 }")
    grown = begin_run(parse_configuration(table), tmp_path / "small.pt").network
    image = torch.rand(1, 3, 9, 9)
    assert torch.allclose(grown(image), small(image), atol=1e-6)


def test_the_original_generator_grows_from_a_fast_network(tmp_path: Path) -> None:
    small = build_network("fast", 4, {"channels": 8, "blocks": 1})
    torch.save(small.state_dict(), tmp_path / "small.pt")
    table = SMOKE.format(family="srresnet", precision="fp32", options='{ activation = "relu" }')
    grown = begin_run(parse_configuration(table), tmp_path / "small.pt").network
    image = torch.rand(1, 3, 24, 24)
    inside = (..., slice(8, -8), slice(8, -8))
    assert torch.allclose(grown(image)[inside], small(image)[inside], atol=1e-5)


def test_another_scale_lends_its_body() -> None:
    lender = build_network("fast", 2, {"channels": 8, "blocks": 1})
    network = build_network("fast", 4, {"channels": 8, "blocks": 1})
    fresh = start_from(network, lender.state_dict())
    assert {name.split(".")[0] for name in fresh} == {"anchor", "tail"}


def test_the_rate_warms_up_and_ends_at_its_share() -> None:
    stage, _ = smoke().stage_at(0)
    assert learning_rate_at(stage, 0) == pytest.approx(2e-3 / 5)
    assert learning_rate_at(stage, 5) == pytest.approx(2e-3, rel=0.12)
    assert learning_rate_at(stage, stage.steps) == pytest.approx(2e-3 * 0.01)


def test_stages_follow_each_other() -> None:
    configuration = smoke()
    assert configuration.total_steps == 40
    assert configuration.stage_at(24) == (configuration.stages[1], 0)
    with pytest.raises(ValueError, match="over"):
        configuration.stage_at(40)


def test_the_average_forgets_its_start_quickly_and_then_is_slow() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = MovingAverage(network, decay=0.9)
    torch.nn.init.ones_(network.weight)
    average.update(network, step=0)
    assert average.weights["weight"].item() == pytest.approx(1 - 1 / 20)
    torch.nn.init.zeros_(network.weight)
    average.update(network, step=10_000)
    assert average.weights["weight"].item() == pytest.approx(0.9 * 0.95)


def test_a_trimmed_checkpoint_is_small_and_can_be_gone_on_from(tmp_path: Path) -> None:
    run = begin_run(smoke())
    run.step = 7
    first = sum(parameter.sum() for parameter in run.network.parameters())
    first.backward()
    run.optimizer.step()
    run.average.update(run.network, 0)
    save_run(run, tmp_path / "checkpoint.pt")
    trim(tmp_path / "checkpoint.pt", tmp_path / "kept" / "smoke.pt")
    sizes = [(tmp_path / name).stat().st_size for name in ("checkpoint.pt", "kept/smoke.pt")]
    assert sizes[1] < 0.6 * sizes[0]
    assert read_progress(tmp_path / "kept" / "smoke.pt")[0] == 7
    begun = begin_run(smoke(), tmp_path / "kept" / "smoke.pt").network.state_dict()
    assert all(begun[name].equal(run.average.weights[name]) for name in begun)


def test_runs_are_blended_to_the_mean_of_their_weights(tmp_path: Path) -> None:
    runs = [begin_run(smoke()) for _ in range(2)]
    for index, run in enumerate(runs):
        run.step, run.seconds = 10 * (index + 1), 1.5
        with torch.no_grad():
            run.average.weights["tail.bias"].fill_(index)
        save_run(run, tmp_path / f"{index}.pt")
    blend([tmp_path / "0.pt", tmp_path / "1.pt"], tmp_path / "both.pt")
    blended = read_weights(tmp_path / "both.pt")
    assert torch.all(blended["tail.bias"] == 0.5)
    assert blended["head.plain"].equal(runs[0].average.weights["head.plain"])
    assert read_progress(tmp_path / "both.pt") == (30, 3.0)


def test_weights_are_read_from_checkpoints_and_from_plain_files(tmp_path: Path) -> None:
    run = begin_run(smoke())
    save_run(run, tmp_path / "checkpoint.pt")
    torch.save(run.average.weights, tmp_path / "plain.pt")
    from_checkpoint = read_weights(tmp_path / "checkpoint.pt")
    assert from_checkpoint.keys() == read_weights(tmp_path / "plain.pt").keys()


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_every_configuration_is_complete(path: Path) -> None:
    configuration = read_configuration(path)
    assert configuration.id == path.stem
    choice = configuration.network
    assert build_network(choice.family, choice.scale, choice.options).scale == choice.scale


def test_unknown_keys_and_precisions_are_refused() -> None:
    text = SMOKE.format(family="fast", precision="fp8", options="{}")
    with pytest.raises(ValueError, match="fp8"):
        parse_configuration(text)
    with pytest.raises(TypeError, match="sead"):
        parse_configuration(text.replace("seed", "sead"))


def test_a_curve_grows_by_a_row(tmp_path: Path) -> None:
    table = tmp_path / "curve.csv"
    for step in (1, 2):
        append_point(table, CurvePoint(step, 2.4, 1e-3, 0.25, {"set5": 31.36}))
    assert table.read_text().split() == [
        "step,seconds,learning_rate,loss,set5",
        "1,2,1.00e-03,0.25000,31.360",
        "2,2,1.00e-03,0.25000,31.360",
    ]
    draw_curve(table, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").exists()
