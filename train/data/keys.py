"""What makes two prompts the same, so that no prompt is ever learnt from and tested on."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking, Row, Sample, Verdict

_BESIDE = re.compile(r"[\W_]+")  # all that is neither letter nor digit


def normal(text: str) -> str:
    """A text without case, space and punctuation; one of nothing else stays as it is."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _BESIDE.sub("", folded) or folded.strip()


def text_key(text: str) -> bytes:
    """Sixteen bytes that are equal for texts that differ in case, space and punctuation only."""
    return _digest(normal(text).encode("utf-8", "surrogatepass"))


def prompt_key(prompt: Sequence[Message]) -> bytes:
    """Sixteen bytes that are equal for prompts that are the same, or nearly; b"" for no prompt."""
    turns = [f"{turn.role} {normal(turn.content)}" for turn in prompt if turn.content.strip()]
    return _digest("\n".join(turns).encode("utf-8", "surrogatepass")) if turns else b""


def answers(row: Row) -> tuple[str, ...]:
    """The answers that a row holds, the better ones first where it says so; none of a question."""
    match row:
        case Sample() | Verdict():
            return (row.completion,)
        case Pair():
            return (row.chosen, row.rejected)
        case Ranking():
            return row.completions
        case _:
            return ()


def groups(rows: Sequence[Row]) -> list[bytes]:
    """For each row the key of its group: rows of one group belong on the same side of a split.

    A group is a prompt. Rows without one are together when a chain of shared answers links them.
    """
    keys = [prompt_key(row.prompt) for row in rows]
    alone = [at for at, key in enumerate(keys) if not key]
    if alone:
        linked = _Linked()
        told = {at: [text_key(text) for text in answers(rows[at])] or [b"?"] for at in alone}
        for texts in told.values():
            linked.join(texts)
        for at, texts in told.items():
            keys[at] = linked.first(texts[0])
    return keys


def distinct(keys: Iterable[bytes]) -> int:
    """How many groups there are."""
    return len(set(keys))


class _Linked:
    """Sets that grow together; each is called by the smallest of its keys."""

    def __init__(self) -> None:
        self._above: dict[bytes, bytes] = {}

    def first(self, key: bytes) -> bytes:
        path = list(self._up(key))
        for step in path:
            self._above[step] = path[-1]
        return path[-1]

    def join(self, keys: Sequence[bytes]) -> None:
        firsts = [self.first(key) for key in keys]
        smallest = min(firsts)
        for first in firsts:
            self._above[first] = smallest

    def _up(self, key: bytes) -> Iterator[bytes]:
        above = self._above
        yield key
        while (higher := above.setdefault(key, key)) != key:
            yield higher
            key = higher


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
