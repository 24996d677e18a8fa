"""Which arrangement and which sizes of type: the first that is comfortable, else the largest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copydesk.brief import Language
from copydesk.slides.diagrams.parts import Arrangement, Measure, Part, Plan, Set, Texts, scaled
from copydesk.slides.geometry import Box
from copydesk.slides.typeset.fit import fits, text_height
from copydesk.slides.typeset.frame import Frame, Paragraph, Type
from copydesk.slides.typeset.metrics import is_han, line_count, text_width

# Sizes in points of names and of the lines under them, from the most to the least that is read.
SCALES = (
    *((24.0, 18.0), (22.0, 17.0), (20.0, 16.0), (18.0, 16.0), (18.0, 15.0), (17.0, 14.0)),
    *((16.0, 14.0), (14.0, 14.0), (14.0, 12.0), (12.0, 12.0), (12.0, 10.5), (10.0, 10.0)),
)
COMFORTABLE = 16.0, 14.0
_COMMON, _LARGEST = (860.0, 330.0), 8.0  # points of a diagram's box on a page of 13⅓ by 7½ inches
_LONELY = 0.3  # of a column's width: a last line of one word is lonely if it is narrower
_NAME_LINES = 2  # a large name takes at most
_SLACK = 0.6  # points by which a box may stick out


@dataclass(frozen=True)
class Chosen:
    """A plan, and the sizes of names and lines in points."""

    plan: Plan
    scale: tuple[float, float]


class Setting:
    """How texts are set: a type, a language, a scale."""

    def __init__(self, kind: Type, language: Language, scale: tuple[float, float]) -> None:
        plain = replace(
            kind, bold=False, italic=False, line=1.0, exact=0.0, before=0.0, after=0.0,
            indent=0.0, first=0.0, bullet=False, align="l", caps=False, rtl=False,
        )  # fmt: skip
        self.language = language
        self.types: dict[Set, Type] = {
            "label": replace(plain, size=scale[0], bold=True),
            "bold": replace(plain, size=scale[1], bold=True),
            "text": replace(plain, size=scale[1]),
            "mark": replace(plain, bold=True),
        }

    def frame(self, part: Part) -> Frame:
        """The frame of a part's text."""
        kind = self.types[part.set]
        if part.set == "mark":
            kind = replace(kind, size=part.size)
        room = part.room
        wide, high = room.width, room.height
        if part.sideways:
            wide, high = high, wide
        return Frame(width=wide, height=high, levels=(kind,), anchor=part.anchor)

    def measure(self, texts: Texts) -> Measure:
        """Heights of texts by name, with a hair's breadth more than the type needs."""

        def height(name: str, how: Set, width: float) -> float:
            if name not in texts:
                return 0.0
            frame = Frame(width=max(width, 1.0), height=1e4, levels=(self.types[how],))
            return text_height((Paragraph(texts[name]),), frame, self.language) + 2.0

        return height

    def holds(self, plan: Plan, texts: Texts, box: Box) -> bool:
        """Whether all parts are in the box, no text meets another part, and every text fits."""
        return (
            all(box.holds(part.box, _SLACK) for part in plan.parts)
            and apart(plan)
            and all(self._fits(part, texts[part.name]) for part in plan.parts if part.name in texts)
        )

    def lonely(self, plan: Plan, texts: Texts) -> int:
        """How many texts end in a line of a short word or of two characters."""
        parts = (part for part in plan.parts if part.set == "text" and part.name in texts)
        return sum(self._is_lonely(texts[part.name], self.frame(part)) for part in parts)

    def _is_lonely(self, text: str, frame: Frame) -> bool:
        head = text[:-2] if is_han(text[-2:]) else text.rpartition(" ")[0]
        end = text_width(text[len(head) :], frame.type, self.language)
        if not head or end > frame.width * _LONELY:
            return False
        whole, less = (line_count(t, frame.width, frame.type, self.language) for t in (text, head))
        return less < whole

    def _fits(self, part: Part, text: str) -> bool:
        """Whether a text fits its part, a large name in two lines."""
        frame, said = self.frame(part), (Paragraph(text),)
        if part.set == "label" and frame.type.size > COMFORTABLE[0]:
            lines = line_count(text, frame.width, frame.type, self.language)
            if lines > _NAME_LINES:
                return False
        return fits(said, frame, self.language)


def apart(plan: Plan) -> bool:
    """Whether no text lies over a part, but for the one that it lies on."""
    solid = [part for part in plan.parts if part.look != "arc"]
    return not any(
        part.room.overlaps(other.box, _SLACK) and not other.box.holds(part.room, _SLACK)
        for part in solid
        if part.set
        for other in solid
        if other is not part
    )


def fit_at(
    arrangements: Sequence[Arrangement],
    texts: Texts,
    box: Box,
    kind: Type,
    language: Language,
    scale: tuple[float, float],
) -> bool:
    """Whether any of the arrangements holds the texts at one scale, larger on large pages."""
    box = scaled(box, 1 / enlarged(box))
    setting = Setting(kind, language, scale)
    plans = (arrange(box, texts, setting.measure(texts)) for arrange in arrangements)
    return any(plan and setting.holds(plan, texts, box) for plan in plans)


def enlarged(box: Box) -> float:
    """How much larger everything is drawn on a page that is larger than common ones."""
    factor = math.floor(4 * min(box.width / _COMMON[0], box.height / _COMMON[1])) / 4
    return min(factor, _LARGEST) if factor >= 1.25 else 1.0


def choose(
    arrangements: Sequence[Arrangement], texts: Texts, box: Box, kind: Type, language: Language
) -> Chosen:
    """The plan to draw. Where nothing fits, the last arrangement at the smallest sizes."""
    factor = enlarged(box)
    chosen = _choose(arrangements, texts, scaled(box, 1 / factor), kind, language)
    scale = (chosen.scale[0] * factor, chosen.scale[1] * factor)
    return chosen if factor == 1 else Chosen(chosen.plan.scaled(factor), scale)


def _choose(
    arrangements: Sequence[Arrangement], texts: Texts, box: Box, kind: Type, language: Language
) -> Chosen:
    """The first arrangement that is comfortable, its lines of text without lonely ends."""
    found = _largest(arrangements, texts, box, kind, language)
    if found is None:
        setting = Setting(kind, language, SCALES[-1])
        plan = arrangements[-1](box, texts, setting.measure(texts)) if texts else None
        return Chosen(plan or Plan(()), SCALES[-1])
    arrange, (head, size) = found
    best: tuple[int, Chosen] | None = None
    for smaller in range(3):
        if smaller and size - smaller < COMFORTABLE[1]:
            break
        setting = Setting(kind, language, (head, size - smaller))
        plan = arrange(box, texts, setting.measure(texts))
        if plan and (not smaller or setting.holds(plan, texts, box)):
            lonely = setting.lonely(plan, texts)
            if best is None or lonely < best[0]:
                best = (lonely, Chosen(plan, (head, size - smaller)))
    return best[1] if best else Chosen(Plan(()), SCALES[-1])


def _largest(
    arrangements: Sequence[Arrangement], texts: Texts, box: Box, kind: Type, language: Language
) -> tuple[Arrangement, tuple[float, float]] | None:
    """The first arrangement that is comfortable and its scale, else the one with largest type."""
    if not texts:
        return None
    best: tuple[int, Arrangement] | None = None
    for arrange in arrangements:
        for rank, scale in enumerate(SCALES):
            if best and rank >= best[0]:
                break
            setting = Setting(kind, language, scale)
            plan = arrange(box, texts, setting.measure(texts))
            if plan and setting.holds(plan, texts, box):
                best = (rank, arrange)
                break
        if best and SCALES[best[0]] >= COMFORTABLE:
            break
    return (best[1], SCALES[best[0]]) if best else None
