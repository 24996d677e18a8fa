"""One layout being set for one intent: which placeholders are taken or moved, what is drawn."""

from collections.abc import Iterable
from dataclasses import replace

from copydesk.slides.geometry import Box
from copydesk.slides.master.colours import nearest
from copydesk.slides.master.inherit import FURNITURE, TITLES
from copydesk.slides.master.layouts import Holder, Layout, Place
from copydesk.slides.master.pieces import SIDE, around, bare, drawn, off, sized, stepped, under
from copydesk.slides.master.room import largest
from copydesk.slides.slots import SLOTS, Role
from copydesk.slides.typeset.fit import BODY_FLOOR, SMALL_FLOOR
from copydesk.slides.typeset.frame import Frame

# What kind of placeholder takes a thing, the best first; "" stands for an empty page.
OBJECTS: dict[Role, tuple[str, ...]] = {
    "chart": ("chart", "obj", "", "body", "tbl"),
    "table": ("tbl", "obj", "", "body", "chart"),
    "diagram": ("dgm", "", "obj", "body"),
    "picture": ("pic", "obj", "clipArt", "", "body"),
}
_KEEPS = {"chart": ("chart", "obj"), "table": ("tbl", "obj"), "picture": ("pic", "obj", "clipArt")}
_TEXTS = ("body", "subTitle", "obj")
_SLACK = 2.0  # points that boxes of a template may share without being moved
_LARGEST, _SMALL = 24.0, 16.0  # points of drawn body text, and of drawn small print
COVERS = ("title", "section", "closing", "big-number")
_LEAST = 12.0  # points that a place is wide and high
_ORNAMENT, _BITE = 0.03, 0.15  # share of the page of an ornament, and of a box that it may take
_TINY, _TAME = 12.0, 32.0  # points of a placeholder that may be moved, and of text in it
_FAR = 0.1  # the cost of a placeholder moved to another part of the page
_DRAWN, _MOVED = 0.08, 0.03  # costs of a slot drawn, of one moved


class Setting:
    """Places of one layout for the slots of one intent; methods add places and faults."""

    def __init__(self, intent: str, layout: Layout, page: Box) -> None:
        self.intent, self.layout, self.page = intent, layout, page
        self.places: dict[str, Place] = {}
        self.faults = 0.0
        self.scale = max(page.height / 540, 0.75)
        self._title: Box | None = None
        self.named = False
        self.slots = {slot.name: slot for slot in SLOTS[intent]}
        self._room = layout.room
        self.free = [h for h in layout.holders if h.kind not in (*TITLES, *FURNITURE)]
        if self._room.area < 0.1 * page.area:
            self._room = under(page.inset(0.05 * page.width), self._title_box())

    def by_name(self) -> bool:
        """Take placeholders that are named after the slots, if all that are needed are there."""
        named = {h.name.casefold(): h for h in reversed(self.layout.holders)}
        if not all(s.name in named for s in self.slots.values() if not s.optional):
            return False
        for slot in self.slots.values():
            if slot.name in named:
                self.take(slot.name, named[slot.name])
        self.named = True
        return True

    def texts(self) -> list[Holder]:
        """Free placeholders that hold text, in the layout's order."""
        return [h for h in self.free if h.kind in _TEXTS and self.usable(h)]

    def pictures(self, least: float) -> list[Holder]:
        """Free picture placeholders of at least a share of the page, the largest first."""
        found = [h for h in self.free if h.kind == "pic" and self.usable(h)]
        found = [h for h in found if h.box.area >= least * self.page.area]
        return sorted(found, key=lambda h: -h.box.area)

    def usable(self, holder: Holder) -> bool:
        """Whether a placeholder can be read: on the page, upright, not a sliver."""
        box = holder.box
        seen = box.meets(self.page).area
        upright = not holder.frame.vertical or holder.kind == "pic"
        return (
            upright and box.area > 0 and seen >= 0.6 * box.area and min(box.width, box.height) > 8
        )

    def region(self) -> Box:
        """The part of the page for what the slide is about."""
        boxes = [h.box.meets(self.page) for h in self.free if self.usable(h)]
        if not boxes:
            return self._room
        whole = around(boxes)
        main = max((h.box for h in self.texts()), key=lambda b: b.area, default=whole)
        best = main if main.area >= 0.55 * whole.area else under(whole, self._title_box())
        enough = 0.4 if self._title is None else 0.8
        if best.area >= enough * self._room.area:
            return best
        column = Box(best.left, self._room.top, best.right, self._room.bottom).meets(self._room)
        return column if column.width >= 0.6 * self._room.width else self._room

    def _title_box(self) -> Box:
        if self._title is not None:
            return self._title
        found = (h.box for h in self.layout.holders if h.kind in TITLES and self.usable(h))
        return next(found, Box(0, 0, 0, 0))

    def near_title(self) -> Box:
        """Room for a line under the title."""
        title = self.places["title"].box
        high = 0.16 * self.page.height
        below = Box(title.left, title.bottom + 6, title.right, title.bottom + 6 + high)
        return below if self.page.inset(6).holds(below) else self._room

    def beside(self, box: Box) -> Box:
        """The larger part of the page's room on one side of a box."""
        room = self._room
        parts = (
            Box(room.left, room.top, min(box.left - 12, room.right), room.bottom),
            Box(max(box.right + 12, room.left), room.top, room.right, room.bottom),
            Box(room.left, room.top, room.right, min(box.top - 12, room.bottom)),
            Box(room.left, max(box.bottom + 12, room.top), room.right, room.bottom),
        )
        return max(parts, key=lambda part: part.area)

    def above(self, holder: Holder) -> Holder | None:
        """A free flat text placeholder right over a list, for its heading."""
        box = holder.box
        near = [
            h
            for h in self.texts()
            if h is not holder
            and h.box.height < min(0.25 * self.page.height, 0.7 * box.height)
            and h.box.bottom <= box.top + 0.3 * h.box.height
            and box.top - h.box.bottom < 0.15 * self.page.height
            and min(h.box.right, box.right) - max(h.box.left, box.left) > 0.6 * h.box.width
        ]
        return max(near, key=lambda h: h.box.bottom, default=None)

    def small(self, box: Box) -> bool:
        """Whether a box is a line at the foot rather than room for a text."""
        return box.height < 0.12 * self.page.height

    def flat(self, box: Box) -> bool:
        """Whether a box is a strip across the page."""
        return box.height < 0.3 * self.page.height

    def title(self) -> None:
        """The title's placeholder, or a title drawn at the top of the room."""
        titles = [h for h in self.layout.holders if h.kind in TITLES]
        for holder in titles:
            if self.usable(holder):
                return self.take("title", holder, self._lower(holder.box))
        self.fault(0.3)
        room = self._room
        foot = room.top + min(0.16 * self.page.height, room.height / 3)
        self._room = Box(room.left, foot + 6, room.right, room.bottom)
        box = Box(room.left, room.top, room.right, foot)
        if titles:
            return self.take("title", titles[0], box)
        return self._add("title", None, box, drawn(box, self.layout.heading))

    def _lower(self, title: Box) -> Box | None:
        """A flat box for a title that leaves too little room, or None where it may stay."""
        roomy = max(self._room.area, self.region().area) > 0.33 * self.page.area
        if self.intent in COVERS or roomy or title.width < 0.4 * self.page.width:
            return None
        self.fault(0.2)
        top = min(title.top, 0.08 * self.page.height)
        foot = top + min(title.height, 0.16 * self.page.height)
        self._title = Box(title.left, top, title.right, foot)
        inner = self.page.inset(0.05 * self.page.width)
        taken = [b for b in self.layout.taken if b.meets(self.page).area < 0.3 * self.page.area]
        feet = [h.box for h in self.layout.holders if h.kind in FURNITURE]
        head = Box(title.left, top, title.right, foot + 9)
        self._room = largest(Box(inner.left, top, inner.right, inner.bottom), [head, *taken, *feet])
        return self._title

    def take(
        self, slot: str, holder: Holder, box: Box | None = None, *, plain: bool = False
    ) -> None:
        """Put a slot into a placeholder, moved to `box` if one is given."""
        self.free = [h for h in self.free if h is not holder]
        frame = self._readable(slot, bare(holder.frame) if plain else stepped(holder.frame))
        if box is not None and box != holder.box:
            self.fault(_MOVED)
            if holder.frame.vertical:
                frame = drawn(box, frame.levels)
        self._add(slot, holder, holder.box, frame)
        if box is not None:
            self._move(slot, box)

    def _readable(self, slot: str, frame: Frame) -> Frame:
        """A frame whose first level is not below the floor; what is smaller nobody reads."""
        floor = SMALL_FLOOR if self.slots[slot].role == "small" else BODY_FLOOR
        if frame.type.size >= floor:
            return frame
        return replace(frame, levels=sized(frame.levels, floor, floor))

    def put(
        self, slot: str, box: Box, *, plain: bool = False, anchor: str = "", least: float = 0.0
    ) -> None:
        """Put a text into a box: by a free placeholder moved there, else drawn.

        It is set in `least` points or more, as seen on a page 540 points high.
        """
        near = [h for h in self.texts() if h.frame.type.size >= _TINY]
        if near:
            best = max(near, key=lambda h: (h.box.meets(box).area, h.box.area))
            if best.box.meets(box).area < 0.5 * min(box.area, best.box.area):
                self.fault(_FAR)
            self.take(slot, best, box, plain=plain)
        else:
            self.draw(slot, box, plain=plain)
        place = self.places[slot]
        levels = sized(place.frame.levels, least * self.scale, _TAME * self.scale)
        frame = replace(place.frame, levels=levels, anchor=anchor or place.frame.anchor)
        self.places[slot] = replace(place, frame=frame)

    def twin(self, slot: str, box: Box, other: str) -> None:
        """Put a text into a box beside another one, set alike."""
        like = self.places[other]
        kind, size = self._kind(like), like.frame.type.size
        same = [h for h in self.texts() if h.kind == kind and h.frame.type.size == size]
        if same:
            self.take(slot, same[0], box)
            return
        self.fault(_DRAWN)
        colours = self.layout.colours
        levels = tuple(replace(t, colour=nearest(t.colour, colours)) for t in like.frame.levels)
        self._add(slot, None, box, replace(drawn(box, levels, like), anchor=like.frame.anchor))

    def _kind(self, place: Place) -> str:
        found = (h.kind for h in self.layout.holders if h.idx == place.idx)
        return "" if place.idx is None else next(found, "")

    def fill(self, slot: str, box: Box, *, plain: bool = False, least: float = 0.0) -> None:
        """Put a text into a box that may be a placeholder's own."""
        same = next((h for h in self.texts() if h.box == box), None)
        if same is not None:
            self.take(slot, same, plain=plain)
        else:
            self.put(slot, box, plain=plain, least=least)

    def draw(self, slot: str, box: Box, *, plain: bool = False, like: str = "") -> None:
        """Draw a slot as a shape of its own, in the slide master's type.

        Its text stands in as far as that of the place `like`, if one is named.
        """
        role = self.slots[slot].role
        if role not in OBJECTS:
            self.fault(_DRAWN)
        most = _SMALL if role == "small" else _LARGEST
        levels = sized(self.layout.text, 0.0, most * self.scale)
        frame = drawn(box, levels, self.places.get(like))
        self._add(slot, None, box, bare(frame) if plain or role == "small" else frame)

    def numeral(self, slot: str, box: Box, above: str) -> None:
        """Draw a number as large as its box, aligned as the text that it stands above."""
        size = float(round(min(0.62 * box.height, 0.16 * box.width, 140.0 * self.scale)))
        align = self.places[above].frame.type.align
        level = replace(self.layout.heading[0], size=max(size, 24.0), line=1.0, align=align)
        level = replace(level, exact=0.0)
        self.fault(_DRAWN / 2)
        frame = replace(drawn(box, (level,), self.places[above]), anchor="b")
        self._add(slot, None, box, bare(frame))

    def head(self, slot: str, side: str) -> None:
        """Draw a heading at the top of a list's own box."""
        list_box = self.places[side].box
        size = max(14.0, min(self.layout.text[0].size, 20.0) * self.scale)
        foot = list_box.top + 1.9 * size
        box = Box(list_box.left, list_box.top, list_box.right, foot)
        level = replace(self.layout.text[0], size=size, bold=True)
        self.fault(_DRAWN / 2)
        frame = bare(drawn(box, (level,), self.places[side]))
        self._add(slot, None, box, replace(frame, anchor="b"))
        self._move(side, Box(list_box.left, foot, list_box.right, list_box.bottom))

    def thing(self, slot: str, kinds: Iterable[str]) -> None:
        """Put a table, chart, diagram or picture where it has most room for its kind's rank."""
        role = self.slots[slot].role
        best: tuple[float, Holder | None, Box] | None = None
        for rank, kind in enumerate(kinds):
            options: list[tuple[Holder | None, Box]] = [
                (h, h.box) for h in self.free if h.kind == kind and self.usable(h)
            ]
            if not kind and (not self.free or not any(map(self.usable, self.free))):
                options = [(None, self._room)]
            for holder, box in options:
                worth = min(box.meets(self.page).area / self.page.area, 0.5) - 0.05 * rank
                if best is None or worth > best[0]:
                    best = (worth, holder, box)
        _, holder, box = best or (0.0, None, self._room)
        region = self.region()
        if box.area < 0.5 * region.area:
            box = region
        if holder is not None and holder.kind in _KEEPS.get(role, ()):
            self.take(slot, holder, box)
            return
        self.free = [h for h in self.free if h is not holder]
        self.draw(slot, box)

    def _add(self, slot: str, holder: Holder | None, box: Box, frame: Frame) -> None:
        ground = self.layout.ground if holder is None else holder.ground
        idx = None if holder is None else holder.idx
        self.places[slot] = Place(slot=slot, box=box, frame=frame, idx=idx, ground=ground)

    def _move(self, slot: str, box: Box) -> None:
        """Give a place another box; what is inset stays inset."""
        place = self.places[slot]
        frame = replace(
            place.frame,
            width=max(place.frame.width + box.width - place.box.width, 0.0),
            height=max(place.frame.height + box.height - place.box.height, 0.0),
        )
        here = place.box.meets(box).area >= 0.5 * box.area
        ground = place.ground if here else self.layout.ground
        self.places[slot] = replace(place, box=box, frame=frame, ground=ground)

    def fault(self, cost: float) -> None:
        """Remember that something was made do."""
        self.faults += cost

    def untangle(self) -> None:
        """Move every place off the page's edge, the footers, drawn text and the other places.

        Small drawings that reach into a place push it back a little too; large ones are its ground.
        """
        feet = [h.box for h in self.layout.holders if h.kind in FURNITURE and h.box.area]
        fixed = [*feet, *self.layout.written]
        order = sorted(self.places, key=lambda s: (s != "title", self.places[s].box.area))
        for slot in order:
            before = self.places[slot].box
            box = before.meets(self.page) if not self.page.holds(before, 1.0) else before
            for obstacle in fixed:
                if box.overlaps(obstacle, _SLACK):
                    box = off(box, obstacle)
            box = self._off_ornaments(box)
            if min(box.width, box.height) < _LEAST and box != before:
                self.fault(0.3)
                box = largest(
                    self.page.inset(SIDE), [self.places[s].box for s in order[: order.index(slot)]]
                )
            if box != before:
                self.fault(_MOVED * (1 - box.area / before.area) if before.area else _MOVED)
                self._move(slot, box)
            fixed.append(box)
        self._level("left", "right")
        self._level("left heading", "right heading")

    def _off_ornaments(self, box: Box) -> Box:
        """A box less a logo or dot that reaches into its edge; what lies amid it is its ground."""
        for ornament in self.layout.taken:
            small = 36 < ornament.area < _ORNAMENT * self.page.area
            if (
                small
                and min(ornament.width, ornament.height) > 6
                and box.overlaps(ornament, _SLACK)
            ):
                rest = off(box, ornament)
                box = rest if rest.area >= (1 - _BITE) * box.area else box
        return box

    def _level(self, one: str, other: str) -> None:
        """Give two places that stand side by side one top and one foot again."""
        if one not in self.places or other not in self.places:
            return
        boxes = [self.places[one].box, self.places[other].box]
        top, bottom = max(b.top for b in boxes), min(b.bottom for b in boxes)
        if bottom - top < 0.5 * max(b.height for b in boxes):
            return
        for slot in (one, other):
            box = self.places[slot].box
            self._move(slot, Box(box.left, top, box.right, bottom))
