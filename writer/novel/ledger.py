"""The chapter ledger: for every chapter who, where, what happens, what is different then.

It is made in batches, for no small model keeps thirty chapters apart in one answer. Numbers are
never asked for: a chapter has the number of its place, so none is lost and none comes twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Any

from pydantic import TypeAdapter

from copydesk.brief import Language
from copydesk.generate import schema as shape
from copydesk.generate.structured import complete_object
from copydesk.writer.novel.bible import Bible, Lines
from copydesk.writer.novel.headings import numbered
from copydesk.writer.plan import Ask

MOST_CHAPTERS = 500
_BATCH = 6
_ALIKE = 30  # characters: what begins like the chapter before tells it again
_LABEL = re.compile(
    r"(?:chapter\s+(?:\d+|\w+(?=\s*[:.–—-]))|第\s*[\d零〇一二三四五六七八九十百]+\s*章)\s*[:：.、–—-]?\s*",
    re.IGNORECASE,
)
_PRESENT = 4
_THREADS = 2  # that a chapter opens, and that it closes


@dataclass(frozen=True)
class Entry:
    """One chapter before it is written; `words` is its share of the length, 0 an equal one."""

    number: int
    title: str
    who: tuple[str, ...]
    where: str
    happens: str
    changes: str
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    words: int = 0


@dataclass(frozen=True)
class NovelPlan:
    """All that is settled before the first chapter is written."""

    bible: Bible
    chapters: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """The title of the book."""
        return self.bible.premise.title


@dataclass(frozen=True)
class Batch:
    """Chapters that are asked for together, of one act; `turns`: the act ends with them."""

    act: int
    first: int
    last: int
    turns: bool = False

    @property
    def size(self) -> int:
        """How many chapters."""
        return self.last - self.first + 1


def act_of(number: int, chapters: int) -> int:
    """The act that a chapter stands in, from 1."""
    return next(act for act, end in enumerate(_act_ends(chapters), 1) if number <= end)


def next_batch(done: int, chapters: int) -> Batch:
    """The chapters to ask for when `done` of them are there."""
    act = act_of(done + 1, chapters)
    end = _act_ends(chapters)[act - 1]
    last = min(done + _BATCH, end)
    return Batch(act, done + 1, last, turns=last == end)


def make_batch(
    ask: Ask, prompt: str, batch: Batch, bible: Bible, before: Sequence[Entry]
) -> tuple[Entry, ...]:
    """Ask for the chapters of a batch; none has the title of another, or of one before."""
    schema = shape.record(
        chapters=shape.array(_chapter(ask.language, bible.names), batch.size, batch.size)
    )

    def read(answer: dict[str, Any]) -> tuple[Entry, ...]:
        rows = TypeAdapter(list[dict[str, Any]]).validate_python(answer["chapters"])
        made = [
            TypeAdapter(Entry).validate_python({"number": batch.first + at, **row})
            for at, row in enumerate(rows)
        ]
        return tuple(replace(_clean(entry), number=entry.number) for entry in made)

    def accept(answer: dict[str, Any]) -> tuple[Entry, ...]:
        made = read(answer)
        faults = ledger_faults([*before, *made])
        if faults := faults or _told_twice([*before[-1:], *made], bible.premise.title):
            raise ValueError(faults[0])
        return made

    def settle(answer: dict[str, Any]) -> tuple[Entry, ...]:
        return distinct(read(answer), before, ask.language)

    return complete_object(
        ask.generator, ask.request(prompt), schema, accept, settle=settle, on_done=ask.hear
    )


def ledger_faults(chapters: Sequence[Entry]) -> list[str]:
    """What keeps a ledger from being one: numbers out of order, a title that stands there twice."""
    faults = []
    titles: dict[str, int] = {}
    for place, entry in enumerate(chapters, 1):
        if entry.number != place:
            faults.append(_out_of_order(place, entry.number))
        known = titles.setdefault(_key(entry.title), place)
        if known != place:
            faults.append(f"chapters {known} and {place} have the same title, {entry.title!r}")
    return faults


def distinct(
    made: Sequence[Entry], before: Sequence[Entry], language: Language
) -> tuple[Entry, ...]:
    """The chapters with titles told apart by a number where they are the same."""
    known = {_key(entry.title) for entry in before}
    told: list[Entry] = []
    for entry in made:
        title, time = entry.title, 1
        while _key(title) in known:
            time += 1
            title = numbered(entry.title, time, language)
        known.add(_key(title))
        told.append(replace(entry, title=title))
    return tuple(told)


def _told_twice(chapters: Sequence[Entry], book: str) -> list[str]:
    """What a model should say better, though a ledger may have it."""
    faults = [f"chapter {e.number} is called like the book" for e in chapters if e.title == book]
    for before, entry in pairwise(chapters):
        if _key(before.happens)[:_ALIKE] == _key(entry.happens)[:_ALIKE]:
            faults.append(f"chapters {before.number} and {entry.number} tell the same")
    return faults


def _out_of_order(place: int, number: int) -> str:
    if number < place:
        return f"chapter {number} stands there twice"
    return f"chapter {place} is missing: {number} stands in its place"


def _act_ends(chapters: int) -> list[int]:
    """The last chapters of the acts: a quarter, a half, a quarter; the last act is never empty."""
    first = min(ceil(chapters / 4), max(chapters - 2, 0))
    second = min(max(round(chapters * 0.75), first + 1), chapters - 1)
    return [first, second, chapters]


def _key(title: str) -> str:
    return " ".join(title.casefold().split()).strip(" .。!！?？")


def _bare(title: str) -> str:
    """A title without “Chapter 3:” before it."""
    label = _LABEL.match(title)
    return title[label.end() :] if label else title


def _clean(entry: Entry) -> Entry:
    """Without names that stand there twice, a number before the title, a full stop after it.

    A title that is only a number becomes the place.
    """
    return replace(
        entry,
        title=_bare(entry.title).rstrip(".。") or entry.where,
        who=tuple(dict.fromkeys(entry.who)),
        opens=tuple(dict.fromkeys(entry.opens)),
        closes=tuple(dict.fromkeys(entry.closes)),
    )


def _chapter(language: Language, names: tuple[str, ...]) -> shape.Schema:
    line = Lines(language)
    return shape.record(
        title=line(50, 16, shortest=4 if language == "en" else 2),
        who=shape.array(shape.choice(*names), 1, min(_PRESENT, len(names))),
        where=line(60, 20),
        happens=line(240, 90),
        changes=line(120, 45),
        opens=shape.array(line(90, 32), 0, _THREADS),
        closes=shape.array(line(90, 32), 0, _THREADS),
    )
