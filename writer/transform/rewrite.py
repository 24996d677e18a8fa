"""A text changed as someone asks, paragraph by paragraph, its length held."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from copydesk.brief import Brief
from copydesk.findings import Finding
from copydesk.generate.protocol import Message
from copydesk.prose.units import count
from copydesk.writer.form import Form
from copydesk.writer.transform.piece import Task, renewed
from copydesk.writer.transform.protect import bare, shield
from copydesk.writer.transform.speak import Voice
from copydesk.writer.transform.structure import Page, Unit
from copydesk.writer.transform.verify import Fault, kept_faults, loop_faults, tongue_faults

Direction = Literal["same", "shorter", "longer"]

_LONGEST = {"en": 1600, "zh": 700}  # characters of the text at a time
_LEAST = 6  # words or characters: what is shorter is a label, and stays
_ALLOWED = 0.10  # of the whole
_ALLOWED_PIECE = 0.15  # of a paragraph; the next ones make up for it
_LEAST_SHARE, _MOST_SHARE = 0.75, 1.3  # of a fair share, however far the others went off
_FREE = {"same": (0.85, 1.15), "shorter": (0.25, 0.95), "longer": (1.05, 2.5)}
_AIMS = {"same": 1.0, "shorter": 0.7, "longer": 1.4}
_SHORTER = re.compile(
    r"\b(?:short(?:er|en)?|concise|brief(?:er)?|tight(?:er|en)?|cut|condense|trim|terse)\b"
    r"|简短|缩短|精简|压缩|更短|简洁|删减|简明",
    re.IGNORECASE,
)
_LONGER = re.compile(
    r"\b(?:long(?:er)?|lengthen|expand|elaborate|more detail(?:ed|s)?)\b"
    r"|扩写|加长|更长|展开|更详细|丰富",
    re.IGNORECASE,
)


@dataclass
class Rewriter:
    """Rewrites paragraphs and list items; headings, tables and labels stay.

    Attributes:
        wish: how to change the text.
    """

    page: Page
    form: Form
    brief: Brief
    voice: Voice
    wish: str
    guide: str = ""
    direction: Direction = field(init=False)
    _sizes: list[int] = field(init=False)
    _total: int = field(init=False)

    def __post_init__(self) -> None:
        self._system = self.form.prompts.render(
            "system.j2", brief=self.brief, wish=self.wish, guide=self.guide
        )
        self._sizes = [self._size(unit.text) for unit in self.page.units]
        before = sum(self._sizes)
        self.direction = self._direction(before)
        self._total = self.brief.length or round(before * _AIMS[self.direction])

    def work(self, number: int, done: Mapping[int, str]) -> Mapping[int, str]:
        """The new text of a unit."""
        unit = self.page.units[number]
        if self._stays(unit):
            return {number: unit.text}
        words = self._budget(number, done)
        longest = self.voice.longest(self.brief.language, _LONGEST[self.brief.language])

        def prompt(_attempt: int, text: str, kept: Sequence[str]) -> tuple[Message, ...]:
            share = max(3, round(words * self._size(text) / max(self._sizes[number], 1)))
            asked = self.form.prompts.render(
                "draft.j2",
                brief=self.brief,
                text=text,
                words=share,
                direction=self.direction,
                kept=kept,
                wish=self.wish,
            )
            return (Message("system", self._system), Message("user", asked))

        def faults(source: str, target: str) -> list[Fault]:
            share = words * self._size(source) / max(self._sizes[number], 1)
            return [*self._judged(source, target), *self._length_faults(target, source, share)]

        task = Task(prompt, faults, self.brief.language)
        return {number: renewed(self.voice, task, shield(unit.text), number, longest)}

    def faults(self, number: int, text: str) -> list[Fault]:
        """What is wrong with a unit's new text; its length counts with the whole."""
        unit = self.page.units[number]
        return [] if self._stays(unit) else self._judged(unit.text, text)

    def length_finding(self, done: Mapping[int, str]) -> Finding | None:
        """What is wrong with the length of the whole, if anything."""
        after, before = sum(self._size(text) for text in done.values()), sum(self._sizes)
        least, most = self._bounds(before)
        if not before or least <= after <= most:
            return None
        unit = "characters" if self.brief.language == "zh" else "words"
        return Finding(
            code="length",
            place="the text",
            message=f"the text has {after} {unit}",
            measured=f"{after} {unit}",
            allowed=f"{least:.0f} to {most:.0f}",
            fix="rewrite it once more, or give another --words",
        )

    def _bounds(self, before: int) -> tuple[float, float]:
        if self.brief.length or self.direction == "same":
            return self._total * (1 - _ALLOWED), self._total * (1 + _ALLOWED)
        low, high = _FREE[self.direction]
        return before * low, before * high

    def _direction(self, before: int) -> Direction:
        if self.brief.length:
            ratio = self.brief.length / max(before, 1)
            return "shorter" if ratio < 0.9 else "longer" if ratio > 1.1 else "same"
        shorter, longer = _SHORTER.search(self.wish), _LONGER.search(self.wish)
        return "same" if bool(shorter) == bool(longer) else "shorter" if shorter else "longer"

    def _stays(self, unit: Unit) -> bool:
        return unit.kind in ("heading", "cell") or self._size(unit.text) < _LEAST

    def _budget(self, number: int, done: Mapping[int, str]) -> int:
        """The share of the length that is left for a unit, after what the others took."""
        fixed = sum(
            size
            for size, unit in zip(self._sizes[number:], self.page.units[number:], strict=True)
            if self._stays(unit)
        )
        ahead = sum(self._sizes[number:]) - fixed
        used = sum(self._size(done[n]) for n in range(number) if n in done)
        left = max(self._total - used - fixed, 0)
        size = self._sizes[number]
        fair = size * self._total / max(sum(self._sizes), 1)
        share = left * size / max(ahead, 1)
        return max(3, round(min(max(share, fair * _LEAST_SHARE), fair * _MOST_SHARE)))

    def _judged(self, source: str, target: str) -> list[Fault]:
        return [
            *kept_faults(source, target),
            *tongue_faults(bare(source), bare(target), self.brief.language),
            *loop_faults(source, target),
        ]

    def _length_faults(self, target: str, source: str, aim: float) -> list[Fault]:
        size = self._size(target)
        if self.brief.length or self.direction == "same":
            slack = max(aim * _ALLOWED_PIECE, 4)
            fair = self._size(source) * self._total / max(sum(self._sizes), 1)
            least, most = min(aim, fair) - slack, max(aim, fair) + slack
        else:
            least, most = (bound * self._size(source) for bound in _FREE[self.direction])
        if least <= size <= most:
            return []
        off = abs(size - aim) / max(aim, 1)
        return [Fault("length", "the length is off", 1 + min(round(off * 10), 12))]

    def _size(self, text: str) -> int:
        return count(text, self.brief.language)
