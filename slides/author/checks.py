"""What is wrong with an answer: it copies the prompt, or has numbers nobody gave; and mends."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from copydesk.slides.author.known import Known
from copydesk.slides.author.lines import fold, loops

Answer = dict[str, Any]

# Chosen out of what was given, so no words of the model's own.
_CHOSEN = ("quote", "picture", "number", "kind", "language", "lines")
_KEPT = ("title", "notes", "heading", "label", "root", "name", "low", "high", "header", "rows")
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”')
_SPOKEN = ("notes", "speaker")
_FEWEST = 2  # points that a list keeps


def spoken(answer: Any) -> Iterator[str]:
    """Every text of an answer that the model wrote itself."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict):
        for key, value in answer.items():
            if key not in _CHOSEN:
                yield from spoken(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from spoken(item)


def given_by(form: str, headlines: Iterable[str]) -> frozenset[str]:
    """What an answer may not repeat: the examples in its form, and the deck's headlines.

    What the brief and the sources say may be said word for word.
    """
    quoted = (text for groups in _QUOTED.findall(form) for text in groups if text)
    return frozenset(fold(text) for text in (*quoted, *headlines) if text)


def echoes(answer: Answer, given: frozenset[str], title: str) -> str:
    """Whether an answer copies its example, or the headlines of the outline.

    A headline may be the one that was planned for the slide; its points may not.
    """
    copied = _copied(answer, given, title)
    long = any(len(text.encode()) > 16 for text in copied)
    return "it copies the prompt" if long or len(copied) > 2 else ""


def _copied(answer: Answer, given: frozenset[str], title: str) -> list[str]:
    allowed = {fold(title)} if fold(answer.get("title", "")) == fold(title) else set()
    own = {key: part for key, part in answer.items() if key != "members"}
    return [text for text in spoken(own) if fold(text) in given - allowed]


def own_words(answer: Answer, given: frozenset[str], title: str) -> Answer:
    """An answer without what it copies: the planned title for its own, and copied points gone.

    Points that go round and round are gone as well.
    """
    copied = {*_copied(answer, given, title), *filter(loops, spoken(answer))}
    return {key: _own(key, value, copied, title) for key, value in answer.items()}


def _own(key: str, value: Any, copied: set[str], title: str) -> Any:
    if key == "title":
        return title if value in copied else value
    if isinstance(value, list) and key not in _CHOSEN:
        kept = [item for item in value if not (isinstance(item, str) and item in copied)]
        return kept if len(kept) >= _FEWEST else value
    if isinstance(value, dict):
        return {inner: _own(inner, part, copied, title) for inner, part in value.items()}
    return value


def rambles(answer: Answer) -> str:
    """Whether a text of an answer goes round and round; the speaker may come back to a thing."""
    shown = spoken({key: part for key, part in answer.items() if key not in _SPOKEN})
    return "it repeats the same words" if any(map(loops, shown)) else ""


def said_again(answer: Answer, before: set[str]) -> str:
    """Whether two texts of an answer, or more, stood on slides before."""
    again = [text for text in spoken(answer) if len(text) > 6 and fold(text) in before]
    return "it says what was said before" if len(again) > 1 else ""


def invents(answer: Answer, known: Known) -> str:
    """The first number of an answer that nobody gave, in a few words; empty if there is none.

    What the speaker says is not worth another draw: there the sentence goes.
    """
    for text in spoken({key: part for key, part in answer.items() if key not in _SPOKEN}):
        if wrong := known.unknown(text):
            return f"{wrong[0].text} is in no source"
        if known.untrue(text):
            return "the data say otherwise"
    return ""


def cleaned(answer: Answer, known: Known, place: str) -> Answer:
    """An answer without the numbers that nobody gave: the clause goes, or the point."""
    made = {
        key: value if key in _CHOSEN else _cleaned(value, known, place, keep=key in _KEPT)
        for key, value in answer.items()
    }
    for cells in ("header", "rows"):  # a table's cells stay, empty ones as a dash
        if cells in made:
            made[cells] = _dashed(made[cells])
    return made


def _dashed(cells: Any) -> Any:
    return [_dashed(cell) for cell in cells] if isinstance(cells, list) else cells or "–"


def _cleaned(value: Any, known: Known, place: str, *, keep: bool) -> Any:
    if isinstance(value, str):
        return known.clean(value, place, keep=keep)
    if isinstance(value, dict):
        return cleaned(value, known, place)
    if isinstance(value, list):
        return _list(value, known, place, keep=keep)
    return value


def _list(items: list[Any], known: Known, place: str, *, keep: bool) -> list[Any]:
    made = [_cleaned(item, known, place, keep=keep) for item in items]
    if keep:
        return made
    kept = [item for item in made if item != ""]
    if len(kept) >= min(_FEWEST, len(items)):
        return kept
    return [_cleaned(item, known, place, keep=True) for item in items]
