"""An order with ties, as people write it: `D > C > B = A`."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from copydesk.errors import UsageProblem

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Signs that Chinese keyboards give, besides wide ones; 、 stands between the items of a list.
_OTHER = str.maketrans("〉》、", ">> ")
_SIGN = re.compile(r"\s*([>=])\s*")


def dense(values: Sequence[float]) -> tuple[int, ...]:
    """Ranks from 1 without gaps, the smallest value first; equal values tie."""
    places = {value: place for place, value in enumerate(sorted(set(values)), 1)}
    return tuple(places[value] for value in values)


def parse_order(said: str, count: int) -> tuple[int, ...]:
    """The ranks of `count` answers out of `D > C > B = A`; spaces alone stand for `>`.

    Raises:
        UsageProblem: a letter is missing, unknown or stands there twice.
    """
    letters = LETTERS[:count]
    groups = [group.split("=") for group in _signs(said).split(">")]
    named = [name for group in groups for name in group]
    if unknown := [name for name in named if len(name) != 1 or name not in letters]:
        raise UsageProblem(f"There is no answer {unknown[0]!r}.", example(count))
    if twice := next((name for name in named if named.count(name) > 1), ""):
        raise UsageProblem(f"{twice} stands there twice.", example(count))
    if missing := [name for name in letters if name not in named]:
        raise UsageProblem(f"{', '.join(missing)} has no place yet.", example(count))
    places = {name: place for place, group in enumerate(groups, 1) for name in group}
    return tuple(places[name] for name in letters)


def show_order(ranks: Sequence[int]) -> str:
    """Ranks as `D > C > B = A`."""
    groups: dict[int, list[str]] = {}
    for name, rank in zip(LETTERS, ranks, strict=False):
        groups.setdefault(rank, []).append(name)
    return " > ".join(" = ".join(group) for _, group in sorted(groups.items()))


def example(count: int) -> str:
    """How an order of so many answers is written, for a hint."""
    names = LETTERS[:count][::-1]
    order = " > ".join([*names[:-2], " = ".join(names[-2:])]) if count > 2 else " > ".join(names)
    return f"write the best first, = for ties: {order}"


def _signs(said: str) -> str:
    """The order in capitals with `>` and `=` alone between the letters."""
    plain = _SIGN.sub(r"\1", normalize("NFKC", said).translate(_OTHER).upper().strip())
    apart = re.sub(r"[\s,;]+", ">", plain)
    return re.sub(r"(?<=[A-Z])(?=[A-Z])", ">", apart)
