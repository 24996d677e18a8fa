"""The rows that are audited, in an order that does not depend on how they were given."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from copydesk.preferences.rows import Pair, Ranking, Row, Verdict
from copydesk.train.data.keys import answers, prompt_key, text_key

_DIGITS = re.compile(r"(\d+)")
_NAMED = 5  # places that a finding lists
_ANSWERS = 32  # of one ranking, that are compared


@dataclass(frozen=True)
class Hit:
    """Something found: the rows by number, in order, and what is said of them.

    Attributes:
        count: what the hit stands for in the total, such as the rows of a group but one.
    """

    code: str
    rows: tuple[int, ...]
    message: str
    measured: str = ""
    allowed: str = ""
    count: int = 1


Check = Callable[["Material"], Iterator[Hit]]


class Material:
    """All rows, those held out behind the others; each group sorted by place and content.

    Attributes:
        rows: all of them.
        learnt: how many of them, from the first, are learnt from.
        numbers: what the checks measured, by name.
    """

    def __init__(self, rows: Iterable[Row], held: Iterable[Row] = ()) -> None:
        train = sorted(rows, key=_order)
        self.rows: tuple[Row, ...] = (*train, *sorted(held, key=_order))
        self.learnt = len(train)
        self.numbers: dict[str, float] = {}

    @cached_property
    def prompts(self) -> list[bytes]:
        """The key of each row's prompt, b"" where there is none."""
        return [prompt_key(row.prompt) for row in self.rows]

    @cached_property
    def answers(self) -> list[tuple[str, ...]]:
        """The answers of each row."""
        return [answers(row) for row in self.rows]

    def places(self, rows: Sequence[int]) -> str:
        """Where rows stand: the first few, and how many more; a place of several rows once."""
        distinct = list(dict.fromkeys(self.rows[at].place or f"row {at + 1}" for at in rows))
        named = ", ".join(distinct[:_NAMED])
        more = len(distinct) - _NAMED
        return f"{named} and {more:,} more" if more > 0 else named


def many(number: int, name: str) -> str:
    """A number of things: "1 row", "2,000 rows"."""
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"


def thinned(row: Pair | Ranking) -> Pair | Ranking:
    """A ranking of many answers with 32 of them, always the same: pairs grow with the square."""
    if isinstance(row, Pair) or len(row.completions) <= _ANSWERS:
        return row
    drawn = sorted(range(len(row.completions)), key=lambda at: (text_key(row.completions[at]), at))
    kept = sorted(drawn[:_ANSWERS])
    return replace(
        row,
        completions=tuple(row.completions[at] for at in kept),
        ranks=tuple(row.ranks[at] for at in kept),
        scores=(),
        sources=(),
    )


def content(row: Row) -> tuple[object, ...]:
    """All that a row says, without its place: equal for the same row twice."""
    asked = tuple((turn.role, turn.content) for turn in row.prompt)
    return (type(row).__name__, asked, answers(row), *_judged(row), row.language)


def _judged(row: Row) -> tuple[str, str]:
    match row:
        case Pair():
            return f"{row.margin} {row.tie}", row.annotator
        case Ranking():
            return f"{row.ranks} {row.scores} {row.sources}", row.annotator
        case Verdict():
            return str(row.keep), row.annotator
        case _:
            return "", ""


def _order(row: Row) -> tuple[object, ...]:
    """By place, its numbers as numbers, then by content."""
    pieces = _DIGITS.split(row.place[:500])
    place = tuple(int(piece) if at % 2 else piece for at, piece in enumerate(pieces))
    return (place, content(row))
