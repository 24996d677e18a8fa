"""Writes a whole style folder, or none: built beside its place, then put there in one step."""

import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from copydesk.errors import OutputProblem, UsageProblem
from copydesk.files import swap_folder
from copydesk.styles.load import styles_folder

_LONGEST_NAME = 60


def target(name: str, *, force: bool = False) -> Path:
    """Where a style of the user's own goes.

    Raises:
        UsageProblem: the name is no plain folder name.
        OutputProblem: there is such a style already, without `force`.
    """
    plain = all(unicodedata.category(c)[0] in "LNM" or c in "-_." for c in name)
    if not plain or not name or name[0] in ".-" or len(name.encode()) > _LONGEST_NAME:
        raise UsageProblem(
            f"{name[:80]!r} cannot be the name of a style.",
            "take letters, digits, - and _, no more than 60 bytes",
        )
    folder = styles_folder() / name
    if folder.exists() and not force:
        raise OutputProblem(
            f"There is a style {name!r} already, in {folder}.",
            "give another name, or replace it with --force",
        )
    return folder


def write_style(folder: Path, files: Mapping[str, str]) -> None:
    """Put files at `folder`, replacing what is there as a whole.

    Args:
        files: paths below the folder, with `/`, and their text.

    Raises:
        OutputProblem: the place cannot be written to, or the disk is full.
    """
    building: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        for name, text in files.items():
            path = building / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        building.chmod(0o755)
        swap_folder(building, folder)
    except OSError as error:
        raise OutputProblem(
            f"The style cannot be written to {folder}: {error.strerror}.",
            "make room there, or set COPYDESK_HOME to another folder",
        ) from None
    finally:
        if building is not None:
            shutil.rmtree(building, ignore_errors=True)
