"""`copydesk desk`: what was written and what people made of it: listed, shown, found, forgotten."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import click

from copydesk.cli.elsewhere import SpreadGroup
from copydesk.cli.keeping import opened_desk
from copydesk.cli.report import printable

if TYPE_CHECKING:
    from copydesk.desk.listing import Entry, Filter

F = TypeVar("F", bound=Callable[..., object])

_KINDS = ("draft", "edit", "verdict", "ranking", "row", "run")
_LONGEST_TITLE = 60  # characters in a list
_WIDEST = 40  # columns for what people made of a draft
_NOTHING = "Nothing was found."
_EMPTY = "The desk is empty. What write, deck and chat make is kept on it from now on."
_MOST = 100_000  # entries that are listed at once


class DeskGroup(SpreadGroup):
    """The commands of this file, and those that read and write other files."""

    elsewhere: ClassVar[Mapping[str, tuple[str, str]]] = {
        "show": ("desk_show", "show"),
        "import": ("desk_files", "import_rows"),
        "export": ("desk_files", "export_rows"),
    }


@click.group(cls=DeskGroup, short_help="What was written here, and what people made of it.")
def desk() -> None:
    """Drafts with what was asked for, edits, verdicts, rankings: what a model can learn from.

    It is one file on your machine, and nothing of it is sent anywhere.

    \b
    Examples:
      copydesk desk list
      copydesk desk show 12
      copydesk desk search "bees in cities"
      copydesk desk import pairs.jsonl
      copydesk desk export --kind pairs -o pairs.jsonl
      copydesk desk rm 12
    """


def _filter(command: F) -> F:
    """--kind, --style, --form, --limit: the command takes them as `wanted`."""

    @wraps(command)
    def bundled(kind: tuple[str, ...], style: str, form: str, limit: int, **rest: Any) -> object:
        from copydesk.desk.listing import Filter

        return command(wanted=Filter(kind, style, form, limit), **rest)

    for option in (
        click.option(
            "-n",
            "--limit",
            type=click.IntRange(1, _MOST),
            default=20,
            show_default=True,
            help="The most.",
        ),
        click.option("--form", default="", metavar="NAME", help="Only drafts of this form."),
        click.option("--style", default="", metavar="NAME", help="Only of this house style."),
        click.option(
            "--kind",
            multiple=True,
            type=click.Choice(_KINDS),
            help="Only these; if not given all but imported rows, and in a list what is about a "
            "draft. May be repeated.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    ):
        bundled = option(bundled)
    return cast("F", bundled)


@desk.command("list")
@_filter
def list_entries(wanted: "Filter", as_json: bool) -> None:
    """List the newest drafts, rankings and training runs: number, time, form, what was made of it.

    \b
    Examples:
      copydesk desk list
      copydesk desk list -n 100 --form article --json
      copydesk desk list --kind edit --kind verdict
    """
    from copydesk.desk.listing import LISTED

    wanted = replace(wanted, kinds=wanted.kinds or LISTED)
    with opened_desk() as opened:
        found, kinds = opened.entries(wanted), opened.stats().kinds
    more = sum(kinds.get(kind, 0) for kind in wanted.kinds) - len(found)
    rows = kinds.get("row", 0) if not found else 0
    nothing = _NOTHING if kinds else _EMPTY
    if (
        _tell(found, as_json=as_json, nothing=nothing)
        and more > 0
        and not (wanted.style or wanted.form)
    ):
        click.echo(f"and {more:,} more: -n {len(found) + more}", err=True)
    if rows and "row" not in wanted.kinds:
        there = "1 imported row is" if rows == 1 else f"{rows:,} imported rows are"
        click.echo(f"{there} there: copydesk desk list --kind row", err=True)


@desk.command("search")
@click.argument("query", nargs=-1, required=True)
@_filter
def search(query: tuple[str, ...], wanted: "Filter", as_json: bool) -> None:
    """Find what has all words of the QUERY in it, whatever their ending; best first.

    Drafts are found by their text and their request, edits by their text, rankings by their
    answers; imported rows with --kind row.

    \b
    Examples:
      copydesk desk search "bees in cities"
      copydesk desk search 蜜蜂 --form article
      copydesk desk search lighthouse --kind row --json
    """
    from copydesk.desk.listing import SEARCHED

    wanted = replace(wanted, kinds=wanted.kinds or SEARCHED)
    with opened_desk() as opened:
        found = opened.search(" ".join(query), wanted)
    _tell(found, as_json=as_json)


@desk.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stats(as_json: bool) -> None:
    """Count what there is: by kind, form, model, style, language and person.

    \b
    Examples:
      copydesk desk stats
      copydesk desk stats --json
    """
    with opened_desk() as opened:
        counted, path = opened.stats(), opened.path
    size = path.stat().st_size
    if as_json:
        record = {"path": str(path), "bytes": size, **asdict(counted)}
        click.echo(json.dumps(record, indent=2, ensure_ascii=False))
        return
    click.echo(printable(f"{path}, {size / 1_000_000:.1f} MB"))
    kinds = {kind if n == 1 else f"{kind}s": n for kind, n in counted.kinds.items()}
    click.echo(_counts(kinds) or "nothing yet")
    if counted.kinds.get("draft"):
        parts = {name: getattr(counted, name) for name in ("edited", "kept", "dropped")}
        click.echo(f"of the drafts: {', '.join(f'{n} {name}' for name, n in parts.items())}")
    for name, counts in asdict(counted).items():
        if isinstance(counts, dict) and counts and name != "kinds":
            click.echo(printable(f"{name.replace('_', ' ')}: {_counts(counts)}"))


@desk.command("rm")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(1))
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(numbers: tuple[int, ...], yes: bool) -> None:
    """Forget what has these NUMBERS, a draft with its edits and verdicts. Files are left alone.

    What was said there is overwritten on the disk. A copy of the desk that was made before it was
    brought up to date still has it.

    \b
    Examples:
      copydesk desk rm 12
      copydesk desk rm 12 13 --yes
    """
    with opened_desk() as opened:
        found = [opened.entry(number) for number in dict.fromkeys(numbers)]
        if not yes:
            for entry in found:
                click.echo(line(entry), err=True)
            click.confirm("Forget this?", abort=True, err=True)
        named = {entry.number for entry in found}
        for entry in found:
            if entry.of not in named:  # what is about a draft goes with it
                opened.forget(entry.number)
    click.echo(f"Forgotten: {', '.join(str(entry.number) for entry in found)}.", err=True)


def _tell(found: "Sequence[Entry]", *, as_json: bool, nothing: str = _NOTHING) -> bool:
    """The entries, a line each; whether there were any."""
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in found], indent=2, ensure_ascii=False))
        return False
    width = max((len(_marks(entry)) for entry in found if entry.kind != "row"), default=0)
    for entry in found:
        click.echo(line(entry, min(width, _WIDEST)))
    if not found:
        click.echo(nothing, err=True)
    return bool(found)


def line(entry: "Entry", marks: int = 0) -> str:
    """An entry in one line.

    Args:
        marks: columns for what people made of it.
    """
    what = entry.form or entry.what
    if entry.of is not None:
        what = f"{entry.what or entry.kind} of {entry.of}"
    who = f"  ({entry.annotator})" if entry.annotator else ""
    return printable(
        f"{entry.number:>5}  {moment(entry.made)}  {what:<10}  {_marks(entry):<{max(marks, 14)}}  "
        f"{_cut(entry.title or entry.path)}{who}"
    )


def _cut(title: str) -> str:
    return f"{title[:_LONGEST_TITLE].rstrip()}…" if len(title) > _LONGEST_TITLE else title


def moment(made: str) -> str:
    """A time as the user's clock shows it."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(made).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return f"{made:16.16}"


def _marks(entry: "Entry") -> str:
    """What people made of a draft, in a word or two."""
    if entry.kind == "row":
        return entry.origin
    edits = {0: "", 1: "edited"}.get(entry.edits, f"{entry.edits} edits")
    kept = "kept" if entry.kept else ""
    dropped = "dropped" if entry.dropped else ""
    return ", ".join(filter(None, (edits, kept, dropped)))


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
