"""Checkpoints: a folder counts when a note in it says what it holds, and all that is there.

The note is written last and at once. Whatever dies before leaves a folder without one; what a power
cut has taken shows in the sizes.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from copydesk.files import write_atomic

NOTE = "whole.json"
_NAME = re.compile(r"checkpoint-(\d+)")


def mark_whole(folder: Path) -> None:
    """Note that everything of a checkpoint has been written.

    Raises:
        OutputProblem: the disk is full.
    """
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in _files(folder)}
    write_atomic(folder / NOTE, json.dumps({"files": sizes}, indent=1).encode())


def newest_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint of a run, or None.

    Args:
        folder: the run's folder, or the one with its checkpoints.
    """
    place = folder / "checkpoints" if (folder / "checkpoints").is_dir() else folder
    found = ((path, _NAME.fullmatch(path.name)) for path in place.glob("checkpoint-*"))
    named = sorted(((int(match[1]), path) for path, match in found if match), reverse=True)
    return next((path for _, path in named if is_whole(path)), None)


def is_whole(folder: Path) -> bool:
    """Whether a checkpoint has its note, and every file that it tells of, as long as it was."""
    try:
        sizes = json.loads((folder / NOTE).read_text(encoding="utf-8"))["files"]
        return bool(sizes) and all(
            (folder / name).stat().st_size == size for name, size in sizes.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def step_of(folder: Path | None) -> int:
    """After how many steps a checkpoint was written; 0 for None."""
    match = _NAME.fullmatch(folder.name) if folder else None
    return int(match[1]) if match else 0


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != NOTE)
