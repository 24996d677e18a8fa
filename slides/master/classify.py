"""Which layouts serve an intent: slots meet placeholders, what finds none is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copydesk.slides.geometry import Box
from copydesk.slides.master.cost import cost
from copydesk.slides.master.hints import strangeness
from copydesk.slides.master.layouts import Holder, Layout, Served
from copydesk.slides.master.setting import OBJECTS, Setting
from copydesk.slides.slots import SLOTS

_USUAL = ("title", "section", "bullets", "columns", "comparison", "picture")
_OF_THEIR_OWN = ("title", "section", "closing", "quote", "big-number", "picture-full")
_ABROAD, _OTHER_GROUND = 0.3, 0.1
_CLOSE = 0.55  # how much better in all another slide master must serve than the usual one
_NARROW = 400.0  # points of a page's room that give no two columns
_LEAST = 0.25  # a layout worth less is not offered while there is a better one
_LISTS = {"agenda": "items", "bullets": "points", "closing": "points", "code": "code"}


@dataclass(frozen=True)
class Home:
    """What most slides of a deck look like: the slide master, the background under bullets."""

    master: int = 0
    background: str | None = None

    def strangeness(self, intent: str, layout: Layout) -> float:
        """What it costs to leave home: another slide master, or another ground."""
        if layout.master != self.master:
            return _ABROAD
        if self.background is None or intent in _OF_THEIR_OWN:
            return 0.0
        return 0.0 if layout.background == self.background else _OTHER_GROUND


def served(intent: str, layouts: Sequence[Layout], page: Box, home: Home) -> tuple[Served, ...]:
    """Every layout that can serve an intent, best first; never empty where there is a layout."""
    found = sorted(
        (serve(intent, layout, page, home) for layout in layouts),
        key=lambda s: (-s.score, s.layout.index),
    )
    good = tuple(s for s in found if s.score >= _LEAST)
    return good or tuple(found[:1])


def home_of(layouts: Sequence[Layout], page: Box, usual: int = 0) -> Home:
    """The slide master that a deck is made on: the `usual` one, unless another serves far better.

    What counts is how well its layouts serve the intents that are most frequent.
    """
    homes = []
    for master in dict.fromkeys(layout.master for layout in layouts):
        own = [layout for layout in layouts if layout.master == master]
        plain = served("bullets", own, page, Home(master))[0].layout
        home = Home(master, plain.background)
        worth = sum(served(intent, own, page, home)[0].score for intent in _USUAL)
        homes.append((worth, home))
    best = max((worth for worth, _ in homes), default=0.0)
    good = [home for worth, home in homes if worth >= best - _CLOSE]
    return min(good, key=lambda home: (home.master != usual, home.master), default=Home())


def serve(intent: str, layout: Layout, page: Box, home: Home) -> Served:
    """One layout made to serve an intent, whatever it costs."""
    setting = Setting(intent, layout, page)
    named = setting.by_name()
    if not named:
        setting.title()
        _ARCHETYPES.get(intent, _object)(setting)
    setting.untangle()
    if named and layout.name.casefold() == intent:
        return Served(intent=intent, layout=layout, places=setting.places, score=1.0)
    strange = strangeness(intent, layout) + home.strangeness(intent, layout)
    worth = round(max(0.0, min(0.9 - cost(setting) - strange, 0.99)), 3)
    return Served(intent=intent, layout=layout, places=setting.places, score=worth)


def _cover(setting: Setting) -> None:
    """A title and a line near it: the title page, the door to a section."""
    line = "subtitle" if setting.intent == "title" else "summary"
    kinds = [h.kind for h in setting.layout.holders]
    if setting.intent == "title" and "ctrTitle" not in kinds:
        setting.fault(0.1)
    texts = sorted(setting.texts(), key=lambda h: (h.kind != "subTitle", -h.box.area))
    if texts:
        setting.take(line, texts[0], plain=True)
    elif line == "subtitle":
        setting.put(line, setting.near_title(), plain=True)


def _list(setting: Setting) -> None:
    """One list or text that fills the page."""
    slot = _LISTS[setting.intent]
    setting.fill(slot, setting.region(), plain=setting.intent == "code")


def _pair(setting: Setting) -> None:
    """Two lists side by side, with or without headings."""
    sides = _sides(setting)
    if sides is None:
        left, right = _halves(setting)
        setting.put("left", left)
        setting.twin("right", right, "left")
    for side, holder in zip(("left", "right"), sides or (None, None), strict=True):
        heading = None
        if holder is not None:
            heading = setting.above(holder)
            setting.take(side, holder)
        if heading is not None:
            setting.take(f"{side} heading", heading, plain=True)
        elif setting.intent == "comparison":
            setting.head(f"{side} heading", side)


def _sides(setting: Setting) -> tuple[Holder, Holder] | None:
    """The two largest text placeholders alike in size that stand side by side."""
    texts = sorted(setting.texts(), key=lambda h: -h.box.area)[:8]
    pairs = [
        (one, other)
        for i, one in enumerate(texts)
        for other in texts[i + 1 :]
        if _alike(one.box, other.box) and one.box.area > 0.06 * setting.page.area
    ]
    if not pairs:
        return None
    one, other = pairs[0]
    return (one, other) if one.box.left <= other.box.left else (other, one)


def _alike(one: Box, other: Box) -> bool:
    """Whether two boxes are of a size and stand side by side."""
    wide = min(one.width, other.width) / max(one.width, other.width)
    high = min(one.height, other.height) / max(one.height, other.height)
    level = abs(one.top - other.top) < 0.25 * max(one.height, other.height)
    apart = one.right <= other.left + 3 or other.right <= one.left + 3
    return wide > 0.6 and high > 0.6 and level and apart


def _halves(setting: Setting) -> tuple[Box, Box]:
    """The page's room cut in two, one over the other on a narrow page."""
    room, gap = setting.region(), 0.03 * setting.page.width
    if room.width < min(_NARROW, 0.9 * room.height):
        middle = (room.top + room.bottom) / 2
        return (
            Box(room.left, room.top, room.right, middle - gap / 2),
            Box(room.left, middle + gap / 2, room.right, room.bottom),
        )
    middle = (room.left + room.right) / 2
    return (
        Box(room.left, room.top, middle - gap / 2, room.bottom),
        Box(middle + gap / 2, room.top, room.right, room.bottom),
    )


def _number(setting: Setting) -> None:
    """A number as large as it goes, and what it means under it."""
    large = [h for h in setting.texts() if h.frame.type.size >= 54]
    if large and len(setting.texts()) > 1:
        number = max(large, key=lambda h: h.frame.type.size)
        setting.take("number", number, plain=True)
        caption = max(setting.texts(), key=lambda h: h.box.area)
        setting.take("caption", caption, plain=True)
        return
    room = setting.region()
    middle = room.top + 0.55 * room.height
    setting.put("caption", Box(room.left, middle, room.right, room.bottom), plain=True, least=18)
    foot = middle - 0.06 * room.height  # large type reaches under its line
    setting.numeral("number", Box(room.left, room.top, room.right, foot), "caption")


def _quote(setting: Setting) -> None:
    """What was said, and right under it who said it."""
    if setting.places["title"].box.height > 0.3 * setting.page.height:
        setting.fault(0.25)  # a layout whose title is the quotation
    room = setting.region()
    below = [h for h in setting.texts() if h.box.top >= room.bottom - 6 and setting.flat(h.box)]
    if below:
        setting.take("speaker", max(below, key=lambda h: h.box.area), plain=True)
        setting.fill("quote", room, plain=True, least=24)
        return
    middle = room.top + 0.62 * room.height
    above = Box(room.left, room.top, room.right, middle)
    setting.put("quote", above, plain=True, anchor="b", least=24)
    below_it = Box(room.left, middle, room.right, room.bottom)
    setting.draw("speaker", below_it, plain=True, like="quote")


def _object(setting: Setting) -> None:
    """A table, chart or diagram, and a line beside it where the layout has one."""
    slot = next(s for s in SLOTS[setting.intent] if s.role in OBJECTS)
    setting.thing(slot.name, OBJECTS[slot.role])
    _lines(setting)


def _lines(setting: Setting) -> None:
    """Optional texts in what placeholders are left."""
    for slot in SLOTS[setting.intent]:
        if not slot.optional or slot.name in setting.places:
            continue
        small = slot.name in ("source", "caption")
        foot = 0.5 * (setting.page.top + setting.page.bottom)
        texts = [
            h for h in setting.texts() if not small or (setting.small(h.box) and h.box.top > foot)
        ]
        if texts:
            setting.take(slot.name, max(texts, key=lambda h: h.box.area), plain=True)


def _picture(setting: Setting) -> None:
    """A picture and a list beside it."""
    pictures, sides = setting.pictures(0.08), _sides(setting)
    if pictures:
        setting.take("picture", pictures[0])
        texts = [h for h in setting.texts() if not h.box.overlaps(pictures[0].box, 6)]
        if texts:
            setting.take("points", max(texts, key=lambda h: h.box.area))
        else:
            setting.put("points", setting.beside(pictures[0].box))
        _lines(setting)
    elif sides is not None:
        setting.take("points", sides[0])
        setting.take("picture", sides[1])
        setting.fault(0.0 if sides[1].kind == "obj" else 0.05)
    else:
        left, right = _halves(setting)
        setting.put("points", left)
        setting.draw("picture", right)
        setting.fault(0.03)


def _picture_full(setting: Setting) -> None:
    """A picture as large as the page allows."""
    pictures = setting.pictures(0.35)
    if pictures:
        setting.take("picture", pictures[0])
    else:
        setting.thing("picture", ("pic", "obj"))
    _lines(setting)


_ARCHETYPES: dict[str, Callable[[Setting], None]] = {
    "title": _cover,
    "section": _cover,
    "columns": _pair,
    "comparison": _pair,
    "big-number": _number,
    "quote": _quote,
    "picture": _picture,
    "picture-full": _picture_full,
    **dict.fromkeys(_LISTS, _list),
}
