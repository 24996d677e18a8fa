"""What was made is put on the desk, beside the user's work and never in its way."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from copydesk.cli.report import warn
from copydesk.errors import CopydeskError

if TYPE_CHECKING:
    from copydesk.desk.drafts import NewDraft
    from copydesk.desk.store import Desk
    from copydesk.writer.draft import Draft

F = TypeVar("F", bound=Callable[..., object])

_WAIT = 5.0  # seconds that somebody else who writes is waited for: the work itself is done


def keep_option(command: F) -> F:
    """--keep/--no-keep, as `keep`."""
    return click.option(
        "--keep/--no-keep",
        default=True,
        envvar="COPYDESK_KEEP",
        help="Whether what is made is kept on the desk with its request.",
    )(command)


def by_option(command: F) -> F:
    """--by, as `by`."""
    return click.option(
        "--by", default="", envvar="COPYDESK_BY", metavar="NAME", help="Who says so."
    )(command)


@contextmanager
def opened_desk() -> Iterator["Desk"]:
    """The desk, for a command that is about it; what there is to say of its opening is said."""
    from copydesk.desk.store import open_desk

    with open_desk() as desk:
        if desk.note:
            click.echo(desk.note, err=True)
        yield desk


def keep_draft(make: "Callable[[], NewDraft | None]", *, quiet: bool = False) -> int | None:
    """Put a draft on the desk; gives its number, 0 where there was none, None if it failed.

    The user's text is delivered already: whatever goes wrong here is a warning.

    Args:
        make: gives the draft; it may read files back.
        quiet: the number is not told.
    """
    from copydesk.desk.store import open_desk

    try:
        draft = make()
        if draft is None or not draft.text.strip():
            return 0
        with open_desk(wait=_WAIT) as desk:
            number = desk.add_draft(draft)
            note = desk.note
    except (CopydeskError, OSError) as error:
        reason = error.message if isinstance(error, CopydeskError) else str(error)
        warn(f"the draft is not kept: {reason}")
        return None
    if note:
        click.echo(note, err=True)
    if not quiet:
        click.echo(f"kept on the desk as {number}", err=True)
    return number


def written_text(draft: "Draft", delivered: str, path: Path | None) -> "NewDraft":
    """A text of the writer's, as it stands in its file or went to a pipe.

    Args:
        delivered: what went to the pipe; of a book nothing can be read back, so it counts too.
    """
    from copydesk.desk.asked import request_for_text
    from copydesk.desk.drafts import NewDraft

    file = File.of(path, delivered)
    return NewDraft(
        kind="text",
        prompt=request_for_text(draft.brief, draft.form),
        text=file.text or delivered,
        model=draft.model,
        seed=draft.seed,
        form=draft.form,
        style=draft.brief.style,
        language=draft.brief.language,
        path=file.path,
        sha256=file.sha256,
        title=draft.title,
    )


@dataclass(frozen=True)
class File:
    """A file just written: its text, as it reads; "" for one that cannot be read back."""

    text: str
    path: str
    sha256: str

    @classmethod
    def of(cls, path: Path | None, delivered: str) -> "File":
        """What lies at the path now; what was delivered where that was a pipe."""
        from copydesk.cli.said import said
        from copydesk.documents.whole import read_content

        if path is None:
            content = delivered.encode("utf-8", "replace")
            return cls(delivered, "", sha256(content).hexdigest())
        content = read_content(path)
        try:
            text = said(path, content)
        except CopydeskError:  # a book: EPUB
            text = ""
        return cls(text, str(path.absolute()), sha256(content).hexdigest())
