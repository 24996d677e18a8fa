"""`copydesk desk show`: all there is to say of one thing on the desk."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.keeping import opened_desk
from copydesk.cli.report import paint, printable
from copydesk.errors import UsageProblem

if TYPE_CHECKING:
    from copydesk.desk.diff import Line
    from copydesk.desk.drafts import Draft, Edit
    from copydesk.desk.listing import Entry
    from copydesk.desk.store import Desk
    from copydesk.generate.protocol import Message

_LONGEST_PROMPT = 2_000  # characters of a request that are shown


@click.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--text", "only_text", is_flag=True, help="Print the text alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(number: int, only_text: bool, as_json: bool) -> None:
    """Show what has this NUMBER: a draft with its request, its text, and what was changed in it.

    What an edit took out stands in [-…-], what it put in in {+…+}, or in red and green.

    \b
    Examples:
      copydesk desk show 12
      copydesk desk show 12 --text > bees.md
      copydesk desk show 12 --json
    """
    with opened_desk() as desk:
        entry = desk.entry(number)
        if as_json:
            record = {**_head(entry), **_body(desk, entry)}
            click.echo(json.dumps(record, indent=2, ensure_ascii=False))
            return
        for line in _text(desk, entry) if only_text else _shown(desk, entry):
            click.echo(line)


def _text(desk: "Desk", entry: "Entry") -> Iterator[str]:
    if entry.kind == "draft":
        yield printable(desk.draft(entry.number).text)
    elif entry.kind == "edit" and entry.of:
        yield printable(_edit(desk, entry).text)
    else:
        raise UsageProblem(
            f"Number {entry.number} is no text but of the kind {entry.kind}.",
            f"copydesk desk show {entry.number}",
        )


def _edit(desk: "Desk", entry: "Entry") -> "Edit":
    return next(edit for edit in desk.edits(entry.of or 0) if edit.number == entry.number)


def _head(entry: "Entry") -> dict[str, Any]:
    """What every entry says of itself; what is empty is left out."""
    names = ("number", "kind", "what", "made", "of", "title", "form", "style", "language")
    more = ("annotator", "model", "path", "origin")
    values = {name: getattr(entry, name) for name in (*names, *more)}
    return {name: value for name, value in values.items() if value not in ("", None)}


def _body(desk: "Desk", entry: "Entry") -> dict[str, Any]:
    """The rest, by its kind, as plain JSON."""
    from dataclasses import asdict

    from copydesk.desk.diff import share_changed
    from copydesk.desk.records import record_of

    if entry.kind == "draft":
        draft = desk.draft(entry.number)
        edits = [
            {**asdict(edit), "share_changed": round(share_changed(draft.text, edit.text), 3)}
            for edit in desk.edits(entry.number)
        ]
        verdicts = [asdict(verdict) for verdict in desk.verdicts(entry.number)]
        return {**asdict(draft), "kind": "draft", "edits": edits, "verdicts": verdicts}
    if entry.kind == "edit":
        return asdict(_edit(desk, entry))
    if held := desk.row(entry.number):
        return {"row": record_of(held[0])}
    if run := desk.run(entry.number):
        return {"model": run.model, "folder": run.folder, "facts": json.loads(run.facts)}
    return {}


def _shown(desk: "Desk", entry: "Entry") -> Iterator[str]:
    from copydesk.cli.desk import moment

    head = {**_head(entry), "made": moment(entry.made)}
    yield from (printable(f"{name:>9}  {value}") for name, value in head.items())
    if entry.kind == "draft":
        yield from _draft(desk, desk.draft(entry.number))
    elif entry.kind == "edit":
        yield from _change(desk.draft(entry.of or 0), _edit(desk, entry))
    elif held := desk.row(entry.number):
        yield from _record(held[0])
    elif run := desk.run(entry.number):
        yield from _part("facts", printable(run.facts))


def _draft(desk: "Desk", draft: "Draft") -> Iterator[str]:
    yield f"{'seed':>9}  {draft.seed}"
    yield from _prompt(draft.prompt)
    yield from _part("text", printable(draft.text))
    for edit in desk.edits(draft.number):
        yield from _change(draft, edit)
    for verdict in desk.verdicts(draft.number):
        who = f" by {verdict.annotator}" if verdict.annotator else ""
        yield printable(f"\n{'kept' if verdict.keep else 'dropped'}{who}")


def _prompt(prompt: "Sequence[Message]") -> Iterator[str]:
    for message in prompt:
        said = printable(message.content)
        cut = len(said) - _LONGEST_PROMPT
        more = f"\n… {cut:,} characters more: --json" if cut > 0 else ""
        yield from _part(f"request ({message.role})", f"{said[:_LONGEST_PROMPT]}{more}")


def _change(draft: "Draft", edit: "Edit") -> Iterator[str]:
    from copydesk.desk.diff import diff, share_changed

    who = f" by {edit.annotator}" if edit.annotator else ""
    share = share_changed(draft.text, edit.text)
    lines = [_marked(line) for line in diff(draft.text, edit.text)]
    yield from _part(f"edit {edit.number}{who}, {share:.0%} changed", "\n".join(lines))


def _marked(line: "Line") -> str:
    marks = {"same": ("", ""), "out": ("[-", "-]"), "in": ("{+", "+}")}
    colours = {"out": "red", "in": "green"}
    said = f"… {line.skipped} lines alike …\n" if line.skipped else ""
    for piece in line.pieces:
        before, after = marks[piece.kind]
        text = f"{before}{printable(piece.text)}{after}"
        said += paint(text, fg=colours[piece.kind]) if piece.kind in colours else text
    return said.rstrip("\n")


def _record(row: Any) -> Iterator[str]:
    from copydesk.desk.records import record_of

    record = record_of(row)
    yield from _prompt(row.prompt)
    ranks = record.pop("ranks", None)
    for at, text in enumerate(record.pop("completions", ())):
        yield from _part(f"rank {ranks[at]}" if ranks else "answer", printable(text))
    for name, value in record.items():
        if name not in ("prompt", "kind"):
            yield from _part(name, printable(str(value)))


def _part(title: str, text: str) -> Iterator[str]:
    yield f"\n{paint(f'--- {title} ---', bold=True)}"
    yield text
