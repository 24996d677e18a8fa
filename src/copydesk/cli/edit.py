"""`copydesk edit`: what an editor changes in a draft is kept, as a preference."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.editor import edit_file, edit_text
from copydesk.cli.keeping import by_option, opened_desk
from copydesk.cli.report import printable
from copydesk.errors import CopydeskError, UsageProblem

if TYPE_CHECKING:
    from copydesk.cli.draft_named import Named
    from copydesk.desk.store import Desk

_ANOTHER = 0.9  # of the words of draft and edit not common to both


@click.command(short_help="Edit a draft; what you change is kept.")
@click.argument("draft")
@click.option(
    "--with",
    "final",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The edited text, if it is finished already: no editor opens.",
)
@by_option
def edit(draft: str, final: Path | None, by: str) -> None:
    """Open DRAFT in your editor ($VISUAL or $EDITOR), and keep what you change.

    DRAFT is a file, or a number from `copydesk desk list`. The draft, what was asked for, and your
    text lie on the desk from then on, and a model can learn from them. A Word document or a
    PowerPoint file is changed in its own program; after that this command keeps the change.

    \b
    Examples:
      copydesk edit bees.md
      copydesk edit 12 --by Ada
      copydesk edit bees.md --with bees-final.md
      copydesk edit bees.docx --with bees-reviewed.docx
    """
    from copydesk.cli.draft_named import find
    from copydesk.cli.said import outline_said

    with opened_desk() as desk:
        named = find(desk, draft)
        edited = _finished(final, named) if final else _edited(desk, named, by)
        if edited.strip() == named.draft.text.strip():
            click.echo("Nothing was changed.", err=True)
            return
        with _saved(edited if named.path is None and not final else ""):
            text = outline_said(edited) if named.is_deck and named.path is None else edited
            number = named.put(desk)
            kept = desk.add_edit(number, text, by)
    click.echo(f"The edit of draft {number} is kept on the desk as {kept}.", err=True)
    _remark(draft, named, text, kept)


def _remark(draft: str, named: "Named", text: str, kept: int) -> None:
    """What there is to say of an edit that may not be what it seems."""
    from copydesk.desk.diff import share_changed

    if not named.number:
        click.echo(
            f"How {draft} was written is not known: the file as it was counts as the draft, and "
            "its title as the request.",
            err=True,
        )
    elif share_changed(named.draft.text, text) > _ANOTHER:
        click.echo(
            "Hardly a word of the draft is left. If this is another text, forget the edit: "
            f"copydesk desk rm {kept}",
            err=True,
        )


@contextmanager
def _saved(text: str) -> Iterator[None]:
    """What somebody typed is printed, if it can be kept nowhere."""
    try:
        yield
    except CopydeskError:
        click.echo(printable(text), nl=False)
        raise


def _finished(final: Path, named: "Named") -> str:
    """The text that an editor sent back."""
    from copydesk.cli.said import said
    from copydesk.documents.whole import read_content

    return said(final, read_content(final), deck=named.is_deck)


def _edited(desk: "Desk", named: "Named", by: str) -> str:
    """The text after the user changed it: in an editor now, or in another program before.

    Raises:
        UsageProblem: it opens in no editor, and was not changed otherwise.
    """
    from copydesk.cli.said import is_plain, said
    from copydesk.documents.whole import read_content

    if named.path is None:
        own = [edit.text for edit in desk.edits(named.number) if edit.annotator == by]
        return edit_text(own[-1] if own else named.now, ".yaml" if named.is_deck else ".md")
    if is_plain(named.path):
        edit_file(named.path)
        return said(named.path, read_content(named.path), deck=named.is_deck)
    if not named.changed:
        raise UsageProblem(
            f"{named.path.name} does not open in a text editor.",
            f"change it in its own program, then: copydesk edit {named.path}, or --with FILE",
        )
    return named.now
