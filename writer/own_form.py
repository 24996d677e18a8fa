"""A form of one's own: the files that a form consists of, and a copy of them to edit."""

import re
import shutil
from pathlib import Path

from copydesk.config import config_folder
from copydesk.errors import OutputProblem, UsageProblem
from copydesk.files import make_folder, write_atomic
from copydesk.prompts import SHARED, find_form, form_names, templates_folder

_NAME = re.compile(r"[^\W_][\w-]{0,63}")
_START = "article"


def form_files(folder: Path) -> dict[str, Path]:
    """The prompts a form uses by name: its own, and shared ones where it has none of that name."""
    found: dict[str, Path] = {}
    for place in (folder, folder.parent / SHARED, templates_folder() / "forms" / SHARED):
        for path in sorted(place.glob("*.j2")):
            found.setdefault(path.name, path)
    return found


def is_own(folder: Path) -> bool:
    """Whether a form is the user's, not one that ships."""
    return folder.parent == config_folder() / "forms"


def new_form(name: str, start: str = "") -> Path:
    """Copy a form into the user's forms, to be edited there; returns the new folder.

    Args:
        name: of the new form; where it is that of a form that ships, the copy stands before it.
        start: the form to copy; if empty, the one of that name, or else an article.

    Raises:
        UsageProblem: the name cannot be one.
        UnknownName: there is no form to start from.
        OutputProblem: the user has a form of that name already, or it cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise UsageProblem(
            f"{name!r} cannot be a form's name.",
            "use letters, digits and hyphens: copydesk forms new letter",
        )
    target = config_folder() / "forms" / name
    if target.exists() or target.is_symlink():
        raise OutputProblem(f"{target} exists already.", "edit it there, or choose another name")
    origin = find_form(start or (name if name in form_names() else _START))
    _copy(origin, target)
    return target


def _copy(origin: Path, target: Path) -> None:
    """Copy settings and prompts; half a form is taken away again."""
    make_folder(target.parent)
    make_folder(target)
    try:
        # The settings come last: without them the folder is no form yet.
        for path in [*sorted(origin.glob("*.j2")), origin / "form.toml"]:
            write_atomic(target / path.name, _read(path))
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OutputProblem(
            f"{path} cannot be read: {error.strerror}.", "start from another form: --from article"
        ) from None
