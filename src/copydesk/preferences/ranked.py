"""Rankings in a record, in the shapes that people keep them in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.preferences.order import LETTERS, dense, parse_order
from copydesk.preferences.record import BadRow, Notes, Record, first, label, number
from copydesk.preferences.rows import Ranking
from copydesk.preferences.turns import Turns, answer

ANSWERS = ("completions", "responses", "answers", "candidates")
_MOST = 500  # answers of one ranking; their pairs are 124,750
_TEXT = ("text", "content", "completion", "response", "answer", "output")
_SCORE = ("score", "rating", "ctr")
_SOURCE = ("source", "model", "name")
_ORDER = ("order", "ranking")

# answer_a, Response 2, rank_2 …: a table has a column for each
_WIDE = re.compile(
    r"(?P<what>completion|response|answer|text|output|rank|score|source|model)s?[ _.-]?"
    r"(?P<which>[1-9]\d{0,2}|[a-z])",
    re.IGNORECASE,
)
_BARE = re.compile(r"[A-Z]")


@dataclass(frozen=True)
class _Answers:
    """What a record says of each answer; a part that it leaves out is empty."""

    texts: tuple[str, ...]
    sources: tuple[str, ...]
    scores: tuple[float, ...]
    ranks: tuple[float, ...]
    sums: tuple[float, ...]


def gathered(record: Record) -> Record:
    """A record whose answers have a column each, with these columns gathered into lists."""
    if first(record, ANSWERS) is not None:
        return record
    columns: dict[str, dict[str, Any]] = {}
    for key, value in record.items():
        if value is None:
            continue
        if found := _WIDE.fullmatch(key):
            columns.setdefault(found["what"].lower(), {})[found["which"].lower()] = value
        elif _BARE.fullmatch(key) and isinstance(value, str):
            columns.setdefault("completion", {})[key.lower()] = value
    texts = next((columns[name] for name in _TEXT if len(columns.get(name, {})) > 1), {})
    if not texts:
        return record
    which = sorted(texts, key=lambda name: (len(name), name))
    lists: dict[str, Any] = {"completions": [texts[name] for name in which]}
    for what, name in (("rank", "ranks"), ("score", "scores"), ("source", "sources")):
        column = columns.get(what) or (columns.get("model") if what == "source" else None)
        if column:
            lists[name] = [column.get(one) for one in which]
    return {**record, **lists}


def rankings(record: Record, place: str, prompt: Turns, notes: Notes) -> Iterator[Ranking]:
    """The rankings of a record: one for each annotator where they ranked apart, else one.

    Raises:
        BadRow: there are no two answers, or nothing that ranks them.
    """
    answers = _answers(record, prompt)
    if len(answers.texts) < 2:
        raise BadRow("row-ranking", "one answer alone cannot be ranked", "give two or more")
    language = label(record.get("language"))
    for annotator, ranks in _orders(record, answers, notes, place):
        if len(set(ranks)) == 1:
            notes.add("note-all-tied", "every answer ties: only a model of ties learns here", place)
        yield Ranking(
            prompt=prompt,
            place=place,
            language=language,
            completions=answers.texts,
            ranks=ranks,
            scores=answers.scores,
            sources=answers.sources,
            annotator=annotator,
        )


def _answers(record: Record, prompt: Turns) -> _Answers:
    given = first(record, ANSWERS)
    if not isinstance(given, list):
        raise BadRow("row-ranking", "the answers are no list")
    if len(given) > _MOST:
        raise BadRow("row-ranking", f"{len(given):,} answers are more than the {_MOST} taken")
    items = [item if isinstance(item, dict) else {"text": item} for item in given]
    texts = tuple(
        answer(first(item, _TEXT), f"answer {number_}", prompt)
        for number_, item in enumerate(items, 1)
    )
    sources = _column(record, ("sources", "models"), items, _SOURCE)
    named = tuple(label(source) for source in sources)
    return _Answers(
        texts,
        named if all(named) else (),
        _numbers(_column(record, ("scores", "ratings"), items, _SCORE), "score"),
        _numbers(_column(record, ("ranks", "rank"), items, ("rank",)), "rank"),
        _numbers(_column(record, (), items, ("rank_sum",)), "rank_sum"),
    )


def _column(
    record: Record, names: Sequence[str], items: Sequence[Record], inside: Sequence[str]
) -> list[Any]:
    """What is said of each answer: a list beside the answers, or a field in each of them."""
    beside = first(record, names)
    if isinstance(beside, list):
        if len(beside) != len(items):
            raise BadRow("row-ranking", f"{len(items)} answers have {len(beside)} {names[0]}")
        return beside
    return [first(item, inside) for item in items]


def _numbers(values: Sequence[Any], name: str) -> tuple[float, ...]:
    """Numbers for all answers, or none at all.

    Raises:
        BadRow: some answers have one and some do not, or one is no number.
    """
    if all(value is None for value in values):
        return ()
    return tuple(number(value, f"{name} {place}") for place, value in enumerate(values, 1))


def _orders(
    record: Record, answers: _Answers, notes: Notes, place: str
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Annotator and ranks."""
    by = record.get("rankings")
    if isinstance(by, dict) and by:
        for name, order in by.items():
            yield label(name), _listed(order, answers)
        return
    annotator = label(first(record, ("annotator", "by", "editor")))
    said = first(record, _ORDER)
    if isinstance(said, str):
        try:
            yield annotator, parse_order(said, len(answers.texts))
        except UsageProblem as problem:
            raise BadRow("row-ranking", problem.message.rstrip("."), problem.hint) from None
    elif isinstance(said, list):
        yield annotator, _listed(said, answers)
    else:
        yield annotator, _ranked(answers, notes, place)


def _ranked(answers: _Answers, notes: Notes, place: str) -> tuple[int, ...]:
    """From numbers: ranks before scores before sums of ranks."""
    if answers.ranks:
        ranks = dense(answers.ranks)
        if ranks != answers.ranks:
            notes.add("note-ranks", "ranks did not count 1, 2, 3 …: they were renumbered", place)
        return ranks
    if answers.scores:
        return dense([-score for score in answers.scores])
    if answers.sums:
        return dense(answers.sums)
    raise BadRow(
        "row-ranking",
        "nothing says which answer is better",
        'add "ranks": [1, 2, 2], 1 for the best',
    )


def _listed(order: Any, answers: _Answers) -> tuple[int, ...]:
    """Ranks out of names, best first; a list inside the list holds what ties.

    Names are the answers' sources, or letters.
    """
    if not isinstance(order, list):
        raise BadRow("row-ranking", "a ranking is no list of names")
    names = answers.sources or tuple(LETTERS[: len(answers.texts)])
    places: dict[str, int] = {}
    for rank, group in enumerate(order, 1):
        for name in group if isinstance(group, list) else [group]:
            if not isinstance(name, str) or name not in names or name in places:
                raise BadRow("row-ranking", f"it ranks {str(name)[:40]!r}, which is no answer")
            places[name] = rank
    if len(places) != len(names):
        raise BadRow("row-ranking", "a ranking leaves answers out, or two have the same name")
    return tuple(places[name] for name in names)
