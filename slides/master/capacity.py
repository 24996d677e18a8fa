"""How many characters and items the places of a template hold, in real fonts.

The numbers end up as `maxLength` and `maxItems` in the schemas that constrain the generator, so
they err on the small side: a slide with every slot full must still look good. Type may be taken
somewhat smaller than the template has it, never below the floor.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.slides.diagrams.plan import most_items, room_of
from copydesk.slides.master.layouts import Place
from copydesk.slides.slots import SLOTS, Slot
from copydesk.slides.typeset.fit import BODY_FLOOR, SMALL_FLOOR, fit, paragraphs_of
from copydesk.slides.typeset.frame import Frame, Type
from copydesk.slides.typeset.metrics import cell_line_height, line_height, text_width

CELL_MARGIN = (9.0, 4.0)  # points left and right, above and below the text of a table cell
# Ordinary prose: what it is wide on the mean, an average text of the language is.
_SAMPLE: dict[Language, str] = {
    "en": "Most roofs in the old town carry more plants than the fields around it, and bees know",
    "zh": "老城里的屋顶上长着比周围田野更多的植物这一点蜜蜂早就知道",
}
_CODE = "for row in csv.DictReader(rows): print(row['roof'])"
_DIGITS, _HALF = "€ 1,234,567", 0.5
_RAGGED: dict[Language, float] = {"en": 3.0, "zh": 1.0}  # characters lost at the end of a line
_ENOUGH = 0.6  # of what reads well: an item with less room is one item too many
_SHORTER = 0.92  # of a length that did not fit
_SMALLER = 0.8  # of a template's size that text is set in before items are given up
_TITLE_FLOOR = 20.0
_NOTES: dict[Language, int] = {"en": 600, "zh": 260}
_ROW, _COLUMN = 26.0, 96.0  # points that a table's row and column take at least
_ROWS, _COLUMNS, _SERIES, _CATEGORIES = 6, 5, 3, 6  # of tables and charts that are seen at a glance
_LINES = 16  # of a listing
_STEPS = 6  # of a diagram, where its room has no say

# The texts inside a slot: (English, Chinese) characters that read well.
_INSIDE: dict[tuple[str, str], tuple[int, int]] = {
    ("table", "cell"): (24, 10),
    ("chart", "category"): (12, 6),
    ("chart", "series"): (20, 10),
    ("chart", "unit"): (20, 10),
    ("hierarchy", "node"): (28, 12),
    ("matrix", "heading"): (24, 10),
    ("matrix", "text"): (64, 28),
    ("matrix", "axis"): (24, 10),
    ("team", "name"): (26, 10),
    ("team", "role"): (40, 16),
    **{(intent, "label"): (22, 9) for intent in ("timeline", "process", "cycle")},
    **{(intent, "text"): (64, 28) for intent in ("timeline", "process", "cycle")},
}
_ITEM = ("item", "bullet", "point", "points", "bullets", "items")  # one name is as good


@dataclass(frozen=True)
class Measure:
    """The places of the layout that serves an intent best, ready to be asked."""

    intent: str
    places: Mapping[str, Place]

    @property
    def texts(self) -> tuple[str, ...]:
        """The names that `characters` knows for this intent."""
        inside = [name for intent, name in _INSIDE if intent == self.intent]
        own = [slot.name for slot in SLOTS[self.intent] if slot.most_en or slot.name == "code"]
        heading = ["heading"] if "left heading" in own else []
        items = _ITEM if any(slot.items > 1 for slot in SLOTS[self.intent]) else ()
        return tuple(dict.fromkeys((*own, *inside, *heading, "notes", *items)))

    def characters(self, text: str, language: Language) -> int:
        """Characters that one text of a kind may have; at least 1."""
        if text == "notes":
            return _NOTES[language]
        if (self.intent, text) in _INSIDE:
            return self._inside(text, language)
        slot = self._slot(text)
        place = self.places.get(slot.name)
        most = slot.most_zh if language == "zh" else slot.most_en
        if slot.name == "code":
            return 72 if place is None else _code_width(place.frame)
        if place is None:
            return most
        if slot.name == "number":
            return max(2, min(most, _figure(place.frame)))
        items = self.items("item") if slot.items > 1 else 1
        return max(1, min(most, _held(place.frame, items, slot, language)))

    def items(self, of: str) -> int:
        """The most items: points of a list, rows, columns, categories, series, steps; or 0."""
        if self.intent == "table":
            return self._rows(of)
        if self.intent == "chart":
            return {"series": _SERIES}.get(of, _CATEGORIES)
        diagram = self.places.get("diagram")
        if diagram is not None:
            return most_items(self.intent, diagram.box)
        listed = self._list
        if listed is None:
            return 0
        frame = self.places[listed.name].frame
        return _lines(frame) if listed.name == "code" else _items(frame, listed)

    @property
    def _list(self) -> Slot | None:
        """The slot that holds several texts, if there is one."""
        several = (s for s in SLOTS[self.intent] if s.items > 1 or s.name == "code")
        return next(several, None)

    def _slot(self, text: str) -> Slot:
        """The slot that a text goes into; KeyError where the intent has none."""
        slots = {slot.name: slot for slot in SLOTS[self.intent]}
        if text in slots:
            return slots[text]
        if text == "heading" and "left heading" in slots:
            return slots["left heading"]
        if text in _ITEM and self._list is not None:
            return self._list
        raise KeyError(text)

    def _inside(self, text: str, language: Language) -> int:
        """Characters of a text inside a table, chart or diagram."""
        most = _INSIDE[self.intent, text][language == "zh"]
        if self.intent == "chart":
            return most
        if self.intent == "table":
            room = self._cell(language)
        else:
            place = self.places["diagram"]
            count = min(self.items("item"), 4 if self.intent == "matrix" else _STEPS)
            room = room_of(self.intent, place.box, count, place.frame, language)[text]
        return max(1, min(most, room))

    def _rows(self, of: str) -> int:
        box = self.places["table"].box
        if of in ("column", "columns"):
            return max(2, min(_COLUMNS, int(box.width / _COLUMN)))
        return max(1, min(_ROWS, int(box.height / _ROW) - 1))

    def _cell(self, language: Language) -> int:
        """Characters of a cell with every row and column in use."""
        place = self.places["table"]
        width = place.box.width / self._rows("column") - 2 * CELL_MARGIN[0]
        height = place.box.height / (self._rows("item") + 1) - 2 * CELL_MARGIN[1]
        own, sample = place.frame.type, _SAMPLE[language]
        kind = Type(size=BODY_FLOOR, bold=True, family=own.family, ea_family=own.ea_family)
        lines = int(height / cell_line_height(sample, kind))
        em = text_width(sample, kind, language) / len(sample)
        return int(lines * (width / em - _RAGGED[language]))


def held(frame: Frame, language: Language) -> int:
    """Characters of ordinary text that a frame holds in all, at the size it has."""
    return _characters(frame, frame.type.size, 1, language)


def _figure(frame: Frame) -> int:
    """Digits of one line without a ragged edge, in type of half the size at least."""
    em = text_width(_DIGITS, frame.type, "en", _HALF * frame.type.size) / len(_DIGITS)
    return int(frame.width / em)


def _held(frame: Frame, items: int, slot: Slot, language: Language) -> int:
    """Characters of one of `items` texts, in the size that they will be set in."""
    floor = _floor(slot)
    most = slot.most_zh if language == "zh" else slot.most_en
    found = 0
    for size in _sizes(frame.type.size, floor):
        found = _characters(frame, size, items, language)
        if found >= _ENOUGH * most:
            break
    return _proved(min(found, most), frame, items, floor, language)


def _proved(length: int, frame: Frame, items: int, floor: float, language: Language) -> int:
    """At most `length` characters with which `items` texts are really set without a cut."""
    while length > 4:
        text = (_SAMPLE[language] * (length // len(_SAMPLE[language]) + 1))[:length].strip()
        if not fit(paragraphs_of(*[text] * items), frame, language, floor=floor).cut:
            return length
        length = int(length * _SHORTER)
    return length


def _items(frame: Frame, slot: Slot) -> int:
    """How many texts a list holds, so that each has enough room; one fewer than it may."""
    most = slot.items - 1 if slot.items > 4 else slot.items
    size = max(_floor(slot), _SMALLER * frame.type.size)
    for count in range(most, 1, -1):
        if _characters(frame, size, count, "en") >= _ENOUGH * slot.most_en:
            return count
    return min(most, max(1, int(_characters(frame, size, 1, "en") / slot.most_en * 1.5)))


def _floor(slot: Slot) -> float:
    return {"title": _TITLE_FLOOR, "small": SMALL_FLOOR}.get(slot.role, BODY_FLOOR)


def _sizes(size: float, floor: float) -> tuple[float, ...]:
    """The template's size, then smaller ones down to the floor."""
    smaller = (size * share for share in (_SMALLER, 0.65))
    return (size, *(s for s in smaller if s > floor), min(size, floor))


def _characters(frame: Frame, size: float, items: int, language: Language) -> int:
    """Characters of ordinary text that one of `items` paragraphs holds at a size."""
    kind, sample = frame.type, _SAMPLE[language]
    em = text_width(sample, kind, language, size) / len(sample)
    room = frame.height - (kind.before + kind.after) * size / kind.size * (items - 1)
    lines = int(room / line_height(sample, kind, size) / items)
    width = (frame.width - kind.indent) / em - _RAGGED[language]
    return int(lines * max(width, 0.0)) if lines > 0 else 0


def _code_width(frame: Frame) -> int:
    """Characters in one line of a listing."""
    em = text_width(_CODE, frame.type, "en", BODY_FLOOR) / len(_CODE)
    return max(8, min(72, int(frame.width / (1.15 * em))))


def _lines(frame: Frame) -> int:
    """Lines of a listing."""
    return max(1, min(_LINES, int(frame.height / line_height(_CODE, frame.type, BODY_FLOOR))))
