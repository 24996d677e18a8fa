"""`copydesk desk import` and `export`: preference data from files onto the desk, and back."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.keeping import by_option, opened_desk
from copydesk.cli.options import force_option, or_stdout
from copydesk.cli.report import printable, tell_findings
from copydesk.errors import CheckFailed, UsageProblem
from copydesk.files import check_target

if TYPE_CHECKING:
    from copydesk.desk.store import Desk
    from copydesk.findings import Finding
    from copydesk.preferences.rows import Row

_SHOWN = 12  # findings that are told; a large file may have hundreds
_KEPT = 1_000  # findings that are listed with --json
_PATH = click.Path(path_type=Path)
_READ = ("samples", "pairs", "rankings", "verdicts", "questions", "edits", "argilla", "posts")
_WRITTEN = ("pairs", "samples", "rankings", "verdicts", "questions")


@dataclass
class _Count:
    """What became of one file's rows."""

    path: str
    read: int = 0
    new: int = 0
    left_out: int = 0
    findings: list["Finding"] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Rows that the desk had already."""
        return self.read - self.new

    def line(self) -> str:
        """The file's summary."""
        left = f", {self.left_out:,} left out" if self.left_out else ""
        return (
            f"{self.path}: {self.read:,} read, {self.new:,} new, {self.known:,} there already{left}"
        )


@click.command("import", short_help="Put preference data from files on the desk.")
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@click.option("--kind", type=click.Choice(_READ), help="How to read it, if not told.")
@click.option("--style", default="", metavar="NAME", help="The house style that it is about.")
@by_option
@click.option("--strict", is_flag=True, help="Import nothing unless every row can be read.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts and findings as JSON.")
def import_rows(
    paths: tuple[Path, ...], kind: str | None, style: str, by: str, strict: bool, as_json: bool
) -> None:
    """Read each PATH and keep its rows on the desk; what is there already stays once.

    A PATH is a file of JSON lines, JSON, CSV or TSV (.gz too), an export of Argilla, a folder with
    drafts/ and finals/, or a folder of published posts. What its columns are called says what they
    are: docs/preferences.md shows each. With --kind edits, two folders are the drafts and their
    finals. --by says who judged, where the rows do not.

    \b
    Examples:
      copydesk desk import rankings.jsonl --style house
      copydesk desk import editors.csv --by Ada
      copydesk desk import drafts finals --kind edits
      copydesk desk import posts --kind posts --style house
    """
    sources = [_Source(path, kind or "", by) for path in paths]
    if kind == "edits" and len(paths) == 2 and all(path.is_dir() for path in paths):
        sources = [_Source(paths[0], kind, by, finals=paths[1])]
    if strict:
        _refuse(sources)
    with opened_desk() as desk:
        counts = [_imported(source, desk, style) for source in sources]
    _tell(counts, as_json=as_json)


@dataclass(frozen=True)
class _Source:
    """A file or folder to read; `finals` where drafts and finals were named apart."""

    path: Path
    kind: str
    by: str
    finals: Path | None = None

    def items(self) -> "Iterator[Row | Finding]":
        """Rows and findings; rows without an annotator have the one that was given."""
        from copydesk.findings import Finding
        from copydesk.preferences.folders import read_folders
        from copydesk.preferences.read import iter_rows

        found = (
            read_folders(self.path, self.finals)
            if self.finals
            else iter_rows(self.path, kind=self.kind)
        )
        for item in found:
            yield item if isinstance(item, Finding) else _signed(item, self.by)


def _signed(row: "Row", by: str) -> "Row":
    """The row with an annotator, if it can have one, has none, and one was given."""
    from copydesk.preferences.rows import Pair, Ranking, Verdict

    if by and isinstance(row, Pair | Ranking | Verdict) and not row.annotator:
        return replace(row, annotator=by)
    return row


def _rows(items: "Iterable[Row | Finding]", count: _Count) -> "Iterator[Row]":
    """The rows alone; what is left out is counted."""
    from copydesk.findings import Finding

    for item in items:
        if not isinstance(item, Finding):
            count.read += 1
            yield item
            continue
        count.left_out += item.code.startswith("row-")
        if len(count.findings) < _KEPT:
            count.findings.append(item)


def _refuse(sources: list[_Source]) -> None:
    """Read everything once, and keep nothing if something cannot be read.

    Raises:
        CheckFailed: with the first row that cannot.
    """
    for source in sources:
        count = _Count(str(source.path))
        for _row in _rows(source.items(), count):
            pass
        if count.left_out:
            tell_findings(count.findings[:_SHOWN])
            raise CheckFailed(
                f"{count.left_out:,} rows of {source.path} cannot be read; nothing was imported.",
                "mend them, or leave --strict out to import the others",
            )


def _imported(source: _Source, desk: "Desk", style: str) -> _Count:
    count = _Count(str(source.path))
    origin = source.path.name or str(source.path)
    count.new = desk.add_rows(_rows(source.items(), count), origin, style)
    if not count.read:
        from copydesk.preferences.read import nothing_read

        raise nothing_read(source.path, count.findings)
    return count


def _tell(counts: list[_Count], *, as_json: bool) -> None:
    if as_json:
        records = [{**asdict(count), "known": count.known} for count in counts]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    for count in counts:
        tell_findings(count.findings[:_SHOWN])
        if (more := len(count.findings) - _SHOWN) > 0:
            click.echo(f"and {more} more: --json lists them", err=True)
        click.echo(printable(count.line()))


@click.command("export", short_help="Write what the desk knows as training data.")
@click.option(
    "-o",
    "--output",
    type=_PATH,
    callback=or_stdout,
    help="The file: .jsonl, or .jsonl.gz to pack it.",
)
@click.option("--kind", type=click.Choice(_WRITTEN), help="Turned into rows of a kind.")
@click.option("--style", default="", metavar="NAME", help="Only what is of this house style.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON; needs -o.")
@force_option
def export_rows(
    output: Path | None, kind: str | None, style: str, as_json: bool, force: bool
) -> None:
    """Write edits, rankings, verdicts and imported rows as JSON lines in TRL's formats.

    Without --kind each row stays of its own kind. With one, rankings become all their pairs, the
    best of them samples, and so on; what has no meaning in that kind is left out. Without -o the
    lines go to standard output.

    \b
    Examples:
      copydesk desk export --kind pairs -o pairs.jsonl
      copydesk desk export --style house --kind samples -o samples.jsonl.gz
      copydesk desk export | head -1
    """
    from copydesk.preferences.write import row_to_json, write_rows

    if as_json and not output:
        raise UsageProblem("The rows are JSON already.", "give -o FILE, or leave --json out")
    if output:
        check_target(output, force=force)
    with opened_desk() as desk:
        rows = _converted(desk.rows(style=style), kind or "")
        if not output:
            count = 0
            for row in rows:
                click.echo(row_to_json(row))
                count += 1
            _check_any(count, kind, style)
            return
        listed = list(rows)
    _check_any(len(listed), kind, style)
    write_rows(listed, output, force=force)
    _tell_written(listed, output, as_json=as_json)


def _check_any(count: int, kind: str | None, style: str) -> None:
    """Say that there is nothing, rather than nothing.

    Raises:
        UsageProblem: no row was found.
    """
    if not count:
        what = f"no {kind}" if kind else "nothing"
        raise UsageProblem(
            f"The desk has {what} to export{' of this style' if style else ''}.",
            "copydesk desk stats says what it has",
        )


def _converted(rows: "Iterator[Row]", kind: str) -> "Iterable[Row]":
    from copydesk.preferences import convert

    if not kind:
        return rows
    made: Iterable[Row] = getattr(convert, f"to_{kind}")(rows)
    return made


def _tell_written(rows: "list[Row]", output: Path, *, as_json: bool) -> None:
    kinds = Counter(type(row).__name__.lower() for row in rows)
    if as_json:
        record: dict[str, Any] = {
            "path": str(output),
            "rows": len(rows),
            "kinds": {f"{kind}s": count for kind, count in kinds.items()},
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
        return
    counted = ", ".join(
        f"{count:,} {kind}{'' if count == 1 else 's'}" for kind, count in sorted(kinds.items())
    )
    click.echo(f"wrote {output}: {counted}", err=True)
