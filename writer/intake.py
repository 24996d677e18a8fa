"""What the model says, taken in sentence by sentence: counted, repeats left out, ended in time."""

import re
from collections import Counter
from collections.abc import Callable

from copydesk.brief import Language
from copydesk.prose.repetition import Seen
from copydesk.prose.units import words

# A sentence or a line, with the white space after it. Nothing is cut where more may still come:
# after a Latin full stop only a space or line break says that the sentence is over.
_MARK, _CLOSING = "[.!?…。！？]", "[\"'”’)\\]*_」』）》】]"
_END = (
    rf"{_MARK}++{_CLOSING}*+(?=\s)"
    rf"|{_MARK}++(?<=[。！？…]){_CLOSING}*+(?=[^\s\"'”’)\]*_」』）》】.!?…。！？])"
    rf"|{_MARK}++(?<=[!?]){_CLOSING}*+(?=[\u3400-\u9fff])"
)
_UNIT = re.compile(rf"(?:[^\n.!?…。！？]++|(?!{_END}){_MARK}++)*+(?:{_END}|\n)\s*+")
_WHOLE = re.compile(rf"{_MARK}{_CLOSING}*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|No|Prof)|^\s*\d+)\.\s*$"
)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)、]|\||[A-D][.)、])")
# What a model says to whoever asked, where only the text is wanted.
_ASIDE = re.compile(
    r"\W*(?:i(?:'|’)?m sorry,? but (?:i|there|the request)\b|i apologi[sz]e, but\b"
    r"|i can(?:'|’)?t assist|as an ai\b|please provide (?:a|the|more)\b.*request"
    r"|(?:很)?抱歉，(?:但)?我|对不起，我(?:无法|不能)|作为(?:一个|一名)?(?:人工智能|AI))",
    re.IGNORECASE,
)
_TIMES = 3  # that a line of a word or two may stand in one piece: a refrain, a label
_PATIENCE = 5  # repeats in a row after which the model has nothing more to say


class Intake:
    """One piece of text as it grows towards its length.

    Sentences that say again what was said are left out. Up to `hold` the text is passed on as it
    comes; what is longer is held back until the end is known, since it may have to go.

    Args:
        aim: words, or characters for Chinese, that this piece should have.
        most: where a sentence would go beyond this, the piece ends, once it is near its aim.
        emit: hears the text that stands.
    """

    def __init__(
        self,
        language: Language,
        seen: Seen,
        *,
        aim: int,
        most: int,
        hold: int,
        emit: Callable[[str], None],
    ) -> None:
        self.full = False
        self.length = 0
        self._language, self._seen, self._emit = language, seen, emit
        self._aim, self._most, self._hold = aim, most, hold
        self._rest = ""
        self._units: list[tuple[str, int]] = []
        self._shown = 0
        self._repeats = 0
        self._lines: Counter[str] = Counter()

    @property
    def text(self) -> str:
        """What stands so far, the sentence in progress left out."""
        return "".join(unit for unit, _ in self._units)

    @property
    def stuck(self) -> bool:
        """Whether the last sentences all said again what was said."""
        return self._repeats >= _PATIENCE

    def feed(self, piece: str) -> None:
        """Take the next piece of the stream."""
        self._rest += piece
        while not (self.full or self.stuck) and (unit := self._next_unit()):
            self._rest = self._rest[len(unit) :]
            self._take(unit)

    def finish(self, *, whole: bool) -> None:
        """The draw has ended; `whole` says that the model ended it, so its last words count."""
        rest, self._rest = self._rest.rstrip(), ""
        while rest and not self.full:
            unit = _first_unit(f"{rest}\n")[: len(rest)]
            if unit == rest and not (whole or _is_whole(rest)):
                return
            self._take(unit)
            rest = rest[len(unit) :]

    def new_paragraph(self) -> None:
        """What follows begins a paragraph of its own."""
        self._repeats = 0
        if self._units and not self._units[-1][0].endswith("\n\n"):
            self._append("\n\n", 0)

    def back_to(self, length: int) -> list[tuple[str, int]]:
        """Take sentences back until no more than `length` is left; what was shown stays.

        Returns:
            What was taken back, for `put_back`.
        """
        end = len(self._units)
        while end > self._shown and self.length > length:
            end -= 1
            self.length -= self._units[end][1]
        taken = self._units[end:]
        del self._units[end:]
        self._lines.subtract(unit.strip() for unit, _ in taken)
        return taken

    def put_back(self, taken: list[tuple[str, int]], *, most: int) -> None:
        """Have sentences again that were taken back, as many as lead nearest to `most`."""
        for unit, size in taken:
            if self.length + size - most > most - self.length:
                return
            self._lines[unit.strip()] += 1
            self._append(unit, size)

    def reopen(self, *, most: int) -> None:
        """Take in more, up to another limit. A list's end is not gone on with in its last line."""
        self.full, self._most, self._repeats = False, most, 0
        last_line = self.text.rpartition("\n")[2]
        if _ITEM.match(last_line):
            self.new_paragraph()
        elif last_line and not last_line[-1].isspace() and self._language == "en":
            self._append(" ", 0)

    def release(self) -> None:
        """Pass on what was held back: what stands now is final."""
        for unit, _ in self._units[self._shown :]:
            self._emit(unit)
            self._seen.add(unit)
        self._shown = len(self._units)

    def _next_unit(self) -> str:
        """The next whole sentence or line of the stream, or "" while it may still go on."""
        unit = _first_unit(self._rest)
        return unit if len(unit) < len(self._rest) else ""

    def _take(self, unit: str) -> None:
        self._lines[unit.strip()] += 1
        if _ASIDE.match(unit) or self._seen.repeats(unit) or self._stands(unit):
            self._leave_out(unit)
            return
        self._repeats = 0
        size = len(words(unit, self._language))
        if self.length + size > self._most and self.length >= self._aim - size // 2:
            self.full = True
            return
        self._append(unit, size)
        self.full = self.length >= self._most

    def _append(self, unit: str, size: int) -> None:
        self._units.append((unit, size))
        self.length += size
        if self.length <= self._hold:
            self.release()

    def _stands(self, unit: str) -> bool:
        """Whether this is among the sentences held back, or a short line said too often."""
        if unit.strip() and self._lines[unit.strip()] > _TIMES:
            return True
        held = self._units[self._shown :]
        return any(size > 3 and old.strip() == unit.strip() for old, size in held)

    def _leave_out(self, unit: str) -> None:
        """Leave a sentence out, but not the paragraph's end that it carries."""
        self._repeats += 1
        if unit.endswith("\n") and self._units and not self._units[-1][0].endswith("\n"):
            self._append("\n\n", 0)


def _first_unit(text: str) -> str:
    """The first whole sentence or line; no abbreviation ends one. "" where none is whole."""
    found = _UNIT.match(text)
    while found:
        unit = text[: found.end()]
        if "\n" in unit or not _ABBREVIATION.search(unit):
            return unit
        found = _UNIT.match(text, found.end())
    return ""


def _is_whole(text: str) -> bool:
    """Whether the text ends as sentences do."""
    return bool(_WHOLE.search(text)) and not _ABBREVIATION.search(text)
