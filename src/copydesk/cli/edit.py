"""`copydesk edit`: what an editor changes in a draft is kept, as a preference."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import os
import sys
from pathlib import Path

import click

from copydesk.errors import DocumentProblem, UsageProblem


@click.command(short_help="Edit a draft; what you change is kept.")
@click.argument("draft", type=click.Path(path_type=Path))
@click.option(
    "--with",
    "final",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The edited text, if it is finished already: no editor opens.",
)
def edit(draft: Path, final: Path | None) -> None:
    """Open DRAFT in your editor ($VISUAL or $EDITOR), and keep what you change.

    The draft, what was asked for, and your text become one line of edits.jsonl in the data folder,
    from which a model can learn. A Word document is changed in Word; after that this command keeps
    the change.

    \b
    Examples:
      copydesk edit bees.md
      copydesk edit bees.md --with bees-final.md
      copydesk edit bees.docx --with bees-reviewed.docx
    """
    from copydesk.generate.edits import keep_edit
    from copydesk.writer.keepsake import read_content, recall, request_for_title, text_of

    content = read_content(draft)
    before = text_of(draft, content)
    known = recall(draft, content)
    written = known.text if known else before
    if final:
        edited = text_of(final, read_content(final))
    elif _is_plain(draft):
        edited = _edited(draft)
    elif written.strip() == before.strip():
        raise UsageProblem(
            f"{draft} does not open in a text editor.",
            f"change it in its own program, then: copydesk edit {draft}, or --with FILE",
        )
    else:
        edited = before
    if edited.strip() == written.strip():
        click.echo("Nothing was changed.", err=True)
        return
    prompt = known.prompt if known else request_for_title(before)
    model, seed = (known.model, known.seed) if known else ("unknown", 0)
    path = keep_edit(prompt, edited.strip(), written.strip(), model=model, seed=seed)
    click.echo(f"The edit is kept in {path}.", err=True)
    if not known:
        click.echo(
            f"How {draft} was written is not known: the file as it was counts as the draft, and "
            "its title as the request.",
            err=True,
        )


def _is_plain(path: Path) -> bool:
    from copydesk.writer.keepsake import PLAIN

    return path.suffix.lower() in PLAIN


def _edited(path: Path) -> str:
    """The text of a file after the user's editor had it.

    Raises:
        UsageProblem: no editor is set, or it failed.
        DocumentProblem: the file is gone, or is no text any more.
    """
    from copydesk.writer.keepsake import read_content, text_of

    if not (os.environ.get("VISUAL") or os.environ.get("EDITOR") or sys.stdin.isatty()):
        raise UsageProblem("No editor is set.", f"EDITOR=nano copydesk edit {path}, or --with FILE")
    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        reason = error.format_message().rstrip(".!")
        raise UsageProblem(f"The editor failed: {reason}.", "set EDITOR to one you have") from None
    except ValueError as error:  # quotes that do not close
        raise UsageProblem(f"EDITOR cannot be understood: {error}.", "EDITOR=nano") from None
    if not path.exists():
        raise DocumentProblem(f"The editor left no file {path}.", "save it under the same name")
    return text_of(path, read_content(path))
