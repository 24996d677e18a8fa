"""Records out of files of JSON: line by line, or item by item, never more than a bound at once."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

from copydesk.errors import DocumentProblem
from copydesk.preferences.record import BadRow

LONGEST_LINE = 16_000_000  # characters; an answer is far shorter
LARGEST_JSON = 512_000_000  # characters of a file that is one JSON value
LARGEST = 16_000_000_000  # characters of lines: what a small archive can blow up to
_SINGLE = ("prompt", "completion", "chosen", "rejected", "messages", "text", "instruction")
_INSIDE = ("data", "rows", "records", "items", "examples", "train")

Found: TypeAlias = tuple[int, Any]  # the line, from 1, and a record or the BadRow in its place


@contextmanager
def opened(path: Path) -> Iterator[TextIOWrapper]:
    """A text file, unpacked if its content is gzip; UTF-8, or UTF-16 that says so.

    What is no UTF-8 comes as lone surrogates, which no text may hold.

    Raises:
        DocumentProblem: there is none, or it cannot be opened.
    """
    with _told(path):
        stream = _stream(path)
    with stream:
        yield stream


def beginning(path: Path, most: int) -> str:
    """The first characters of a text file, opened in the same way.

    Raises:
        DocumentProblem: there is none, or it cannot be read.
    """
    with opened(path) as stream, _told(path):
        return stream.read(most)


def _stream(path: Path) -> TextIOWrapper:
    if not path.is_file():
        what = "is no file" if path.exists() else "does not exist"
        raise DocumentProblem(f"{path} {what}.", "check the name")
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    # The text around it closes it.
    stream = cast("IO[bytes]", gzip.open(path, "rb") if packed else path.open("rb"))  # noqa: SIM115
    mark = stream.read(2)
    stream.seek(0)
    coding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return TextIOWrapper(stream, encoding=coding, errors="surrogateescape")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, ValueError) as error:  # ValueError: no UTF-16
        reason = (error.strerror if isinstance(error, OSError) else "") or "it is damaged"
        raise DocumentProblem(f"{path} cannot be read: {reason}.", "check the file") from None


def json_records(stream: TextIOWrapper) -> Iterator[Found]:
    """The records of a file of JSON lines, of a JSON array, or of an object that holds one.

    A damaged archive, too, is a BadRow in its place: what came before it is read.
    """
    number = 1
    try:
        line = stream.readline(LONGEST_LINE + 1)
        while line and not line.strip():
            line, number = stream.readline(LONGEST_LINE + 1), number + 1
        if _whole(line):
            yield from _lines(stream, line, number)
        else:
            yield from _one_value(line + stream.read(LARGEST_JSON), number)
    except (OSError, EOFError, zlib.error):
        yield number, BadRow("row-archive", "the archive is damaged; what follows is not read")
    except UnicodeDecodeError:
        yield number, BadRow("row-text", "it is no UTF-16; what follows is not read")


def _whole(line: str) -> bool:
    """Whether a line is an object by itself, or so broken that the file is read line by line."""
    start = line.lstrip()[:1]
    if start == "[":
        return False
    if start != "{":
        return True
    try:
        value = decoded(line)
    except BadRow:
        return not line.rstrip().endswith(("{", "[", ","))  # as an object laid out over lines
    return not _holds_records(value)


def _holds_records(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    named = any(
        isinstance(value.get(name), list)
        and value[name]
        and all(isinstance(item, dict) for item in value[name])
        for name in _INSIDE
    )
    return named or _is_columns(value)


def _is_columns(value: dict[str, Any]) -> bool:
    """A table column by column: lists of one length; what is one text in a row is many there."""
    columns = list(value.values())
    if not columns or not all(isinstance(column, list) and column for column in columns):
        return False
    texts = [value[name][0] for name in _SINGLE if name in value]
    even = len({len(column) for column in columns}) == 1
    return even and any(isinstance(text, str | list) for text in texts)


def _lines(stream: TextIOWrapper, line: str, number: int) -> Iterator[Found]:
    room = LARGEST
    while line:
        room -= len(line)
        if room < 0:
            yield number, BadRow("row-large", "what follows is more than is read")
            return
        if len(line) > LONGEST_LINE:
            while line and not line.endswith("\n"):
                line = stream.readline(LONGEST_LINE)
                room -= len(line)
                if room < 0:
                    break
            yield number, BadRow("row-large", "the line is longer than 16 million characters")
        elif line.strip():
            try:
                yield number, decoded(line)
            except BadRow as bad:
                yield number, bad
        line, number = stream.readline(LONGEST_LINE + 1), number + 1


def _one_value(content: str, line: int) -> Iterator[Found]:
    if len(content) > LARGEST_JSON:
        yield (
            line,
            BadRow("row-large", "the file is too large for one JSON value", "use JSON lines"),
        )
        return
    start = content.lstrip()
    line += content[: len(content) - len(start)].count("\n")
    if start.startswith("["):
        yield from _items(start, line)
        return
    try:
        value = decoded(start)
    except BadRow as bad:
        yield line, bad
        return
    if not _holds_records(value):
        yield line, value
    elif _is_columns(value):
        for values in zip(*value.values(), strict=True):
            yield line, dict(zip(value, values, strict=True))
    else:
        found = next(value[name] for name in _INSIDE if isinstance(value.get(name), list))
        for item in found:
            inside = item.get("row") if "row_idx" in item else item
            yield line, inside


def _items(content: str, line: int) -> Iterator[Found]:
    """The items of an array one after the other; of a file that breaks off, those before that."""
    at = 1
    while True:
        while at < len(content) and content[at] in " \t\r\n,":
            line += content[at] == "\n"
            at += 1
        if content[at : at + 1] == "]":
            return
        try:
            value, end = _DECODER.raw_decode(content, at)
        except BadRow as bad:  # of one item: where it ends is not known
            yield line, bad
            return
        except (ValueError, RecursionError):
            yield line, BadRow("row-json", "it is no JSON from here on; what follows is not read")
            return
        yield line, value
        line += content.count("\n", at, end)
        at = end


def decoded(content: str) -> Any:
    """A JSON value whose objects name each key once.

    Raises:
        BadRow: it is none, is nested too deeply, or names a key twice.
    """
    try:
        return _DECODER.decode(content)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(content.rstrip()) or error.msg.startswith("Unterminated")
        why = "it breaks off" if cut else f"{error.msg.lower()}, column {error.colno}"
        raise BadRow("row-json", f"it is no JSON: {why}") from None
    except RecursionError:
        raise BadRow("row-json", "it is nested too deeply") from None
    except ValueError:
        raise BadRow("row-json", "it holds a number that is too long") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadRow("row-twice", f"the key {twice[:40]!r} stands there twice")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once)
