"""Splitting a slide into several: its items dealt out evenly, its title numbered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from copydesk.brief import Language
from copydesk.slides import deck as d
from copydesk.slides.draw.describe import part_title

T = TypeVar("T")


def items_of(slide: d.Slide) -> int:
    """How many items of a slide can be dealt out; 0 for a slide that is one thing."""
    found = _ITEMS.get(slide.intent)
    return found(slide) if found else 0


def pieces(slide: d.Slide, count: int) -> list[d.Slide]:
    """The slide as `count` slides, each with its share of the items in their order."""
    return _PIECES[slide.intent](slide, count)


def counted(slide: d.Slide, parts: Sequence[d.Slide], language: Language) -> list[d.Slide]:
    """Parts of a slide with their titles numbered; what the speaker says stands with each."""
    count = len(parts)
    titles = [part_title(slide.title, i, count, language) for i in range(1, count + 1)]
    return [replace(part, title=title) for part, title in zip(parts, titles, strict=True)]


def _dealt(items: Sequence[T], count: int) -> list[tuple[T, ...]]:
    """Items in `count` runs as even as can be, the longer ones first."""
    size, longer = divmod(len(items), count)
    found, start = [], 0
    for i in range(count):
        end = start + size + (i < longer)
        found.append(tuple(items[start:end]))
        start = end
    return found


def _by(name: str) -> Callable[[Any, int], list[d.Slide]]:
    """Deal out the field `name`."""

    def cut(slide: Any, count: int) -> list[d.Slide]:
        return [replace(slide, **{name: run}) for run in _dealt(getattr(slide, name), count)]

    return cut


def _count(name: str) -> Callable[[Any], int]:
    """Count the items of the field `name`."""
    return lambda slide: len(getattr(slide, name))


def _columns(slide: Any, count: int) -> list[d.Slide]:
    left, right = _dealt(slide.left.points, count), _dealt(slide.right.points, count)
    return [
        replace(
            slide, left=replace(slide.left, points=one), right=replace(slide.right, points=other)
        )
        for one, other in zip(left, right, strict=True)
    ]


def _code(slide: Any, count: int) -> list[d.Slide]:
    runs = _dealt(slide.code.splitlines(), count)
    return [replace(slide, code="\n".join(run)) for run in runs]


_FIELDS = {
    "agenda": "items",
    "bullets": "bullets",
    "table": "rows",
    "timeline": "steps",
    "process": "steps",
    "team": "members",
    "picture": "points",
    "closing": "points",
}
_ITEMS: dict[str, Callable[[Any], int]] = {
    **{intent: _count(name) for intent, name in _FIELDS.items()},
    "columns": lambda s: max(len(s.left.points), len(s.right.points)),
    "comparison": lambda s: max(len(s.left.points), len(s.right.points)),
    "code": lambda s: len(s.code.splitlines()),
}
_PIECES: dict[str, Callable[[Any, int], list[d.Slide]]] = {
    **{intent: _by(name) for intent, name in _FIELDS.items()},
    "columns": _columns,
    "comparison": _columns,
    "code": _code,
}
