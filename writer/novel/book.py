"""Whether a book is whole: every chapter of the ledger there, in order, once, about as long."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.prose.units import count
from copydesk.writer.draft import Part
from copydesk.writer.novel.headings import heading
from copydesk.writer.novel.ledger import Entry

_SHORT = 0.5  # of its budget: less is worth a word to the user
_DAMAGED = 0.5  # of its noted length: less than that was not taken away by an editor's pencil
_KEY = re.compile(r"chapter-(\d+)(?:-.*)?")


@runtime_checkable
class Listed(Protocol):
    """A store that can say what it holds."""

    def keys(self) -> Iterable[str]:
        """All keys."""


def is_damaged(text: str, noted: int, language: Language) -> bool:
    """Whether a kept chapter is not what was kept: empty, bytes of zero, or half of it gone.

    Args:
        noted: its length when it was written, 0 where that is not known.
    """
    if not text.strip() or "\0" in text or "\ufffd" in text:
        return True
    return count(text, language) < noted * _DAMAGED


def extra_chapters(store: object, chapters: int) -> list[str]:
    """Keys of chapters that the ledger does not know."""
    if not isinstance(store, Listed):
        return []
    found = ((key, _KEY.fullmatch(key)) for key in store.keys())  # noqa: SIM118 - no mapping
    return sorted(key for key, match in found if match and not 1 <= int(match[1]) <= chapters)


def check_book(
    chapters: Sequence[Entry], parts: Sequence[Part], budgets: Sequence[int], language: Language
) -> list[Finding]:
    """Hold the chapters of a book against its ledger.

    Codes: `chapter-missing`, `chapter-order`, `chapter-twice`, `chapter-short`.
    """
    found: list[Finding] = []
    texts: dict[str, str] = {}
    by_heading = {part.heading: part for part in parts}
    expected = [heading(entry.number, entry.title, language) for entry in chapters]
    for name, budget in zip(expected, budgets, strict=True):
        part = by_heading.get(name)
        if part is None or not part.text.strip():
            found.append(_finding("missing", name, "has no text"))
            continue
        if other := texts.get(part.text):
            found.append(_finding("twice", name, f"has the same text as {other}"))
        texts[part.text] = name
        length = count(part.text, language)
        if length < budget * _SHORT:
            found.append(_finding("short", name, "is short", str(length), str(budget)))
    order = [part.heading for part in parts]
    if order != [name for name in expected if name in by_heading]:
        found.append(_finding("order", "the book", "has its chapters out of order, or one twice"))
    return found


def _finding(code: str, place: str, what: str, measured: str = "", allowed: str = "") -> Finding:
    return Finding(
        code=f"chapter-{code}",
        place=place,
        message=f"“{place}” {what}.",
        measured=measured,
        allowed=allowed,
        fix="delete its files from the run's folder and go on with --resume",
    )
