"""The user's own editor, $VISUAL or $EDITOR, on a file or on a text."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from copydesk.errors import DocumentProblem, UsageProblem


def edit_file(path: Path) -> None:
    """Have a file changed in the user's editor.

    Raises:
        UsageProblem: no editor is set, or it failed.
        DocumentProblem: the file is gone.
    """
    with _told(f"EDITOR=nano copydesk edit {path}, or --with FILE"):
        click.edit(filename=str(path))
    if not path.exists():
        raise DocumentProblem(f"The editor left no file {path}.", "save it under the same name")


def edit_text(text: str, extension: str) -> str:
    """A text as it leaves the user's editor.

    Args:
        extension: of the file that the editor is shown, with its dot.

    Raises:
        UsageProblem: no editor is set, it failed, or it wrote what is no text.
    """
    with _told("set EDITOR to one you have"):
        edited = click.edit(f"{text.rstrip()}\n", extension=extension)
    return text if edited is None else edited


@contextmanager
def _told(hint: str) -> Iterator[None]:
    if not (os.environ.get("VISUAL") or os.environ.get("EDITOR") or sys.stdin.isatty()):
        raise UsageProblem("No editor is set.", hint)
    try:
        yield
    except click.ClickException as error:
        reason = error.format_message().rstrip(".!")
        raise UsageProblem(f"The editor failed: {reason}.", "set EDITOR to one you have") from None
    except UnicodeDecodeError:
        raise UsageProblem("The editor wrote no UTF-8.", "save as UTF-8") from None
    except ValueError as error:  # quotes that do not close
        raise UsageProblem(f"EDITOR cannot be understood: {error}.", "EDITOR=nano") from None
