"""Draws a run's metrics: a picture each for loss, reward, KL and length, and one of them all."""

# ruff: noqa: PLC0415 - matplotlib is slow to import, and only drawing needs it

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool
from copydesk.files import make_folder, write_atomic
from copydesk.train.run.metrics import read_metrics

# Name of the picture, its title, and the metrics in it by their labels.
_PANELS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("loss", "Loss", {"loss": "trained on", "held_loss": "held out"}),
    ("accuracy", "Accuracy on pairs", {"accuracy": "trained on", "held_accuracy": "held out"}),
    (
        "reward",
        "Reward per answer",
        {"reward": "trained on", "held_reward": "held out", "held_judge": "second judge"},
    ),
    ("kl", "KL from the reference, nats per answer", {"kl": "KL"}),
    ("length", "Length of answers, tokens", {"length": "length"}),
    ("learning-rate", "Learning rate", {"learning_rate": "learning rate"}),
)
_INK, _PALE, _GRID = "#1f2430", "#6b7280", "#e5e7eb"
_COLOURS = ("#2f5fd0", "#d9622b", "#3f8f5b")
_NOISY = 24  # points from which a line is drawn smoothed, the points pale behind it


@dataclass(frozen=True)
class _Line:
    label: str
    colour: str
    steps: Sequence[int]
    values: Sequence[float]


def draw(folder: Path) -> list[Path]:
    """Draw what metrics.jsonl has into `folder/plots`, PNG and SVG; returns the files.

    The same metrics give the same bytes.

    Raises:
        MissingTool: matplotlib is not installed.
        OutputProblem: the pictures cannot be written.
    """
    rows = read_metrics(folder)
    found = [(name, title, lines) for name, title, keys in _PANELS if (lines := _lines(rows, keys))]
    if not found:
        return []
    _settle()
    make_folder(folder / "plots")
    files: list[Path] = []
    for name, title, lines in found:
        files += _save(folder / "plots" / name, [(title, lines)])
    shown = [(title, lines) for _, title, lines in found if title != "Learning rate"]
    return files + _save(folder / "plots" / "overview", shown)


def _lines(rows: Sequence[dict[str, Any]], keys: dict[str, str]) -> list[_Line]:
    lines = []
    for (key, label), colour in zip(keys.items(), _COLOURS, strict=False):
        points = [(row["step"], row[key]) for row in rows if isinstance(row.get(key), int | float)]
        if points:
            steps, values = zip(*points, strict=True)
            lines.append(_Line(label, colour, steps, values))
    return lines if any(len(line.steps) > 1 for line in lines) else []


def _settle() -> None:
    """Draw without a screen, and the same bytes each time."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingTool(
            "Plots need matplotlib, which is not installed.", 'pip install "copydesk[train]"'
        ) from None
    mpl.use("Agg")
    mpl.rcParams.update({"svg.hashsalt": "copydesk", "svg.fonttype": "path"})


def _save(path: Path, panels: Sequence[tuple[str, list[_Line]]]) -> list[Path]:
    """One picture of one or several panels, side by side in rows of two."""
    from matplotlib.figure import Figure

    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(5.6 * columns, 3.3 * rows), facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.16, h_pad=0.14)
    grid = figure.subplots(rows, columns, squeeze=False)
    for number, axes in enumerate(grid.flat):
        if number < len(panels):
            _panel(axes, *panels[number])
        else:
            axes.set_axis_off()
    files = []
    for suffix, more in ((".png", {"dpi": 150}), (".svg", {"metadata": {"Date": None}})):
        buffer = BytesIO()
        figure.savefig(buffer, format=suffix[1:], **more)
        write_atomic(path.with_suffix(suffix), buffer.getvalue())
        files.append(path.with_suffix(suffix))
    return files


def _panel(axes: Any, title: str, lines: Sequence[_Line]) -> None:
    from matplotlib.ticker import MaxNLocator

    for line in lines:
        _draw_line(axes, line)
    axes.set_title(title, loc="left", fontsize=11, color=_INK, pad=10)
    axes.set_xlabel("step", fontsize=9, color=_PALE)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9, labelcolor=_PALE)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.margins(x=0.02, y=0.12)
    if len(lines) > 1:
        axes.legend(frameon=False, fontsize=9, labelcolor=_INK, handlelength=1.4)


def _draw_line(axes: Any, line: _Line) -> None:
    """Few points with marks, many smoothed, the points pale behind."""
    if len(line.steps) < _NOISY:
        axes.plot(
            line.steps,
            line.values,
            color=line.colour,
            linewidth=1.8,
            marker="o",
            markersize=4,
            label=line.label,
        )
        return
    axes.plot(line.steps, line.values, color=line.colour, linewidth=0.9, alpha=0.28)
    smooth = _smoothed(line.values)
    axes.plot(line.steps, smooth, color=line.colour, linewidth=2.0, label=line.label)


def _smoothed(values: Sequence[float]) -> list[float]:
    """A mean over a tenth of the line around each point, the nearer the weightier."""
    reach = max(2, len(values) // 10)
    smooth = []
    for at in range(len(values)):
        near = range(max(0, at - reach), min(len(values), at + reach + 1))
        weights = [reach + 1 - abs(at - other) for other in near]
        total = sum(weight * values[other] for weight, other in zip(weights, near, strict=True))
        smooth.append(total / sum(weights))
    return smooth
