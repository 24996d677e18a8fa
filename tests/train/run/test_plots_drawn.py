"""Plots: a picture for what a run has, the same bytes each time."""

from pathlib import Path

import pytest

from copydesk.train.run.metrics import Metrics
from copydesk.train.run.plots import draw

pytest.importorskip("matplotlib")


def metrics(folder: Path, count: int, **values: float) -> None:
    folder.mkdir(exist_ok=True)
    file = Metrics(folder / "metrics.jsonl")
    for step in range(1, count + 1):
        file.add(step, {name: value * step for name, value in values.items()})
    file.close()


def test_a_picture_for_each_quantity_and_one_of_all(tmp_path: Path) -> None:
    metrics(tmp_path, 30, loss=1.0, reward=0.5, kl=0.1, length=3.0)
    names = {path.name for path in draw(tmp_path)}
    assert names == {
        f"{name}{kind}"
        for name in ("loss", "reward", "kl", "length", "overview")
        for kind in (".png", ".svg")
    }
    assert (tmp_path / "plots" / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "plots" / "loss.svg").read_text()


def test_the_same_metrics_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        metrics(tmp_path / name, 5, loss=1.0)
    first, second = draw(tmp_path / "a"), draw(tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_nothing_is_drawn_of_nothing(tmp_path: Path) -> None:
    assert draw(tmp_path) == []
    metrics(tmp_path, 1, loss=1.0)
    assert draw(tmp_path) == [], "a point is no line"
    file = Metrics(tmp_path / "metrics.jsonl")
    file.add(2, {"loss": float("nan")})
    file.close()
    assert draw(tmp_path) == []
