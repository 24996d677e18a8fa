"""Server-sent events: bytes in any portions become the data of whole events.

After the HTML standard, section 9.2.6. Lines are cut in bytes and decoded whole, so a character
that is split between two packets is read as one.
"""

import re
from collections.abc import Iterable, Iterator

MOST_LINE = 1 << 20  # bytes
_END = re.compile(rb"\r\n|\n|\r")


class LineTooLong(Exception):
    """A line is longer than any event of ours."""


def events(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield each event's data; comments, names and ids are passed over.

    The standard drops an event that the end of the stream cuts; here its data is still yielded,
    since some servers forget the last empty line.

    Raises:
        LineTooLong: a line goes beyond `MOST_LINE`.
    """
    data: list[str] = []
    for line in _lines(chunks):
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                data.append(value.removeprefix(" "))
        elif data:
            yield "\n".join(data)
            data = []
    if data:
        yield "\n".join(data)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    first = True
    for line in _byte_lines(chunks):
        text = line.decode("utf-8", "replace")
        yield text.removeprefix("\ufeff") if first else text
        first = False


def _byte_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut at CR LF, LF or CR. A CR at the end of a portion waits for the LF that may follow."""
    rest, looked = bytearray(), 0
    for chunk in chunks:
        rest += chunk
        begin = 0
        for found in _END.finditer(rest, looked):
            if found.end() == len(rest) and found[0] == b"\r":
                break
            if found.start() - begin > MOST_LINE:
                raise LineTooLong
            yield bytes(rest[begin : found.start()])
            begin = found.end()
        del rest[:begin]
        if len(rest) > MOST_LINE:
            raise LineTooLong
        looked = len(rest) - 1 if rest.endswith(b"\r") else len(rest)
    if rest:
        yield bytes(rest).removesuffix(b"\r")
