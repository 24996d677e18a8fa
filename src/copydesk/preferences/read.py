"""A file or folder becomes rows; what its content is, the content says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.documents.decode import decode
from copydesk.errors import DocumentProblem, UnknownName
from copydesk.findings import Finding
from copydesk.preferences.columns import LARGEST, delimiter, table_records
from copydesk.preferences.folders import read_folders, two_folders
from copydesk.preferences.lines import Found, beginning, json_records, opened
from copydesk.preferences.posts import read_posts
from copydesk.preferences.record import BadRow, Notes
from copydesk.preferences.rows import Row
from copydesk.preferences.shapes import READERS, read_record

KINDS = (*READERS, "posts")
GOOD_ROW = '{"prompt": "…", "completions": ["…", "…", "…"], "ranks": [1, 2, 2]}'
MOST_FINDINGS = 1_000
_TABLES = (".csv", ".tsv", ".tab")
_TEXTS = (".md", ".markdown", ".txt")


@dataclass(frozen=True)
class Table:
    """What was read.

    Attributes:
        rows: the good ones, in order.
        findings: a "row-…" for each record left out (the first 1,000, then one that counts the
            others), and a "note-…" for what was mended.
    """

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def read_rows(path: Path, *, kind: str = "") -> Table:
    """All rows of a file or folder.

    Args:
        kind: one of `KINDS`, for what the columns leave open; "": as the columns say.

    Raises:
        DocumentProblem: nothing can be read there, or nothing of it is a row.
        UnknownName: there is no such kind.
    """
    rows: list[Row] = []
    findings: list[Finding] = []
    more = 0
    for item in iter_rows(path, kind=kind):
        if not isinstance(item, Finding):
            rows.append(item)
        elif len(findings) < MOST_FINDINGS or item.code.startswith("note-"):
            findings.append(item)
        else:
            more += 1
    if not rows:
        raise nothing_read(path, findings)
    if more:
        findings.append(
            Finding(code="row-more", place=path.name, message=f"and {more:,} more were left out")
        )
    return Table(tuple(rows), tuple(findings))


def iter_rows(path: Path, *, kind: str = "") -> Iterator[Row | Finding]:
    """Rows as they are read, findings between them; lines of JSON take bounded memory.

    Raises:
        DocumentProblem: nothing can be read there.
        UnknownName: there is no such kind.
    """
    path = Path(path)
    if kind and kind not in KINDS:
        raise UnknownName("kind of row", kind, KINDS)
    if path.is_dir():
        yield from _folder(path, kind)
        return
    name = path.name.casefold().removesuffix(".gz")
    if kind == "posts" or name.endswith(_TEXTS):
        yield from read_posts(path)
        return
    head = beginning(path, 4096).lstrip("\ufeff").lstrip()
    if not head:
        raise nothing_read(path, ())
    if head.startswith(("{", "[")) and not name.endswith(_TABLES):
        yield from _json(path, kind)
    elif name.endswith(_TABLES) or _looks_like_table(head):
        yield from _rows(table_records(_table(path)), path.name, kind)
    else:
        raise DocumentProblem(f"{path} holds neither JSON nor a table.", f"a line is {GOOD_ROW}")


def _folder(path: Path, kind: str) -> Iterator[Row | Finding]:
    both = two_folders(path)
    if both and kind in ("", "edits"):
        return iter(read_folders(*both))
    if kind not in ("", "posts"):
        raise DocumentProblem(
            f"{path} is a folder, of which no {kind} are read.",
            "name a file; a folder with drafts/ and finals/ is read as edits, another as posts",
        )
    return iter(read_posts(path))


def _json(path: Path, kind: str) -> Iterator[Row | Finding]:
    with opened(path) as stream:
        found = json_records(stream)
        first = next(found, None)
        if first is None:
            return
        if not (not kind and _is_post(first[1])):
            yield from _rows(_chained(first, found), path.name, kind)
            return
    yield from read_posts(path)


def _chained(first: Found, rest: Iterator[Found]) -> Iterator[Found]:
    yield first
    yield from rest


def _is_post(record: object) -> bool:
    """A published text: a body and a title, and no request."""
    if not isinstance(record, dict) or record.get("prompt") is not None:
        return False
    text = next((record[key] for key in ("body", "text", "markdown") if record.get(key)), None)
    return isinstance(text, str) and isinstance(record.get("title"), str)


def _rows(found: Iterator[Found], name: str, kind: str) -> Iterator[Row | Finding]:
    notes = Notes()
    for line, record in found:
        place = f"{name}:{line}"
        try:
            if isinstance(record, BadRow):
                raise record
            yield from read_record(record, place, notes, kind)
        except BadRow as bad:
            yield bad.at(place)
    yield from notes.findings()


def _looks_like_table(head: str) -> bool:
    first = head.split("\n", 1)[0]
    return first.count(delimiter(first)) > 0 and "\n" in head


def _table(path: Path) -> str:
    """The text of a table in whatever encoding a spreadsheet gave it."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise DocumentProblem(
            f"{path} cannot be read: {error.strerror}.", "check the file"
        ) from None
    if content[:2] == b"\x1f\x8b":
        return beginning(path, LARGEST)
    if len(content) > LARGEST:
        raise DocumentProblem(f"{path} is too large for a table.", "save it as lines of JSON")
    return decode(path, content)


def nothing_read(path: Path, findings: Sequence[Finding]) -> DocumentProblem:
    """What there is to say of a file without one good row: its first fault, or how a row looks."""
    first = next((finding for finding in findings if finding.code.startswith("row-")), None)
    if first is None:
        return DocumentProblem(f"{path} is empty.", f"a line is {GOOD_ROW}")
    return DocumentProblem(
        f"{path} holds no row that can be used: {first.place}: {first.message}.",
        first.fix or f"a line is {GOOD_ROW}",
    )
