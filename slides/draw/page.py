"""One slide: its title first, every slot in its place, the footer's placeholders brought along."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from copydesk.brief import Language
from copydesk.slides import deck as d
from copydesk.slides.diagrams.draw import draw_diagram
from copydesk.slides.draw import shapes
from copydesk.slides.draw.bundle import Bundle, Relations
from copydesk.slides.draw.charts import all_values, draw_chart, has_data, plain
from copydesk.slides.draw.code import upright
from copydesk.slides.draw.compose import Laid
from copydesk.slides.draw.describe import chart_alt, picture_alt, table_alt
from copydesk.slides.draw.elements import make, part, tag
from copydesk.slides.draw.palette import Colour, legible, tint
from copydesk.slides.draw.pictures import Picture, cropping
from copydesk.slides.draw.tables import table_element
from copydesk.slides.geometry import Box
from copydesk.slides.master.colours import ink, least_contrast
from copydesk.slides.master.inherit import TITLES
from copydesk.slides.master.layouts import Holder, Place
from copydesk.slides.slots import SLOTS
from copydesk.slides.typeset.fit import SMALL_FLOOR, Fitted, fit, paragraphs_of, printable, size_at
from copydesk.slides.typeset.frame import Frame, Type
from copydesk.slides.typeset.runs import write, write_field

_FURNITURE = ("dt", "ftr", "sldNum")
_NARROWEST = 24.0  # points: a footer narrower than this holds no word
_UNSAID = 18.0  # points, where nothing says a size; LibreOffice takes another one there
_SAME = 0.5  # points that a box may differ by and still be the layout's own


@dataclass(frozen=True)
class Given:
    """What all pages of a deck are given.

    `read` opens a picture; `footer` is the line at the foot of every slide.
    """

    bundle: Bundle
    language: Language
    footer: str
    read: Callable[[str], Picture]


@dataclass
class Page:
    """One slide being drawn."""

    laid: Laid
    given: Given
    number: int
    cuts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        layout = self.laid.served.layout
        self._layout = self.given.bundle.layout(layout.index)
        phs = reversed(list(self._layout.iter(tag("p:ph"))))
        self._phs = {(_index(ph), ph.get("type", "obj")): ph for ph in phs}
        self._brought: list[Box] = []
        self._last_id = 1
        self.relations = Relations()
        self.relations.to("slideLayout", self.given.bundle.layouts[layout.index])
        mapping = self._layout.find(f"{tag('p:clrMapOvr')}/{tag('a:overrideClrMapping')}")
        self.slide, self.tree = shapes.slide_tree(
            self._purpose(), None if mapping is None else deepcopy(mapping)
        )
        self.cuts.update(self.laid.cuts)

    def draw(self) -> None:
        """Draw everything there is, in reading order."""
        for slot in _reading_order(self.laid.slide.intent):
            place = self.laid.served.places.get(slot)
            if place is None:
                continue
            if slot in self.laid.texts:
                self._text(place, self.laid.texts[slot])
            elif slot in _THINGS:
                _THINGS[slot](self, place)
        self._behind()
        for kind in _FURNITURE:
            self._bring(kind)

    def _purpose(self) -> str:
        """What the slide is for; with its number, where a section's has no place on the layout."""
        slide = self.laid.slide
        placed = "number" in self.laid.served.places
        if isinstance(slide, d.SectionSlide) and slide.number > 0 and not placed:
            return f"{slide.intent} {slide.number}"
        return slide.intent

    # Texts ----------------------------------------------------------------------------------------

    def _text(self, place: Place, fitted: Fitted) -> None:
        name, frame = place.slot, place.frame
        if isinstance(self.laid.slide, d.CodeSlide) and name == "code":
            frame = upright(frame)
            name = f"code {printable(self.laid.slide.language)}".strip()
        if place.idx is None:
            size = fitted.size or frame.type.size
            drawn = self._ink(frame.type, size, place.ground) or self._theme_colour(place)
            shape, body = shapes.text_box(self._id(), name, place.box, frame, drawn)
            self._write(body, replace(fitted, size=size), frame, drawn)
        else:
            shape, body = self._held(place, frame, name)
            own, size = self._holder(place).frame.type.size, frame.type.size
            colour = self._ink(frame.type, fitted.size or size, place.ground)
            if fitted.size is None and (own != size or size == _UNSAID):
                fitted = replace(fitted, size=size)
            self._write(body, fitted, frame, colour)
            if colour is None:
                self._ink_second(body, fitted, frame, place.ground)
            if self.laid.before:
                self._count_on(place, body)
        self.tree.append(shape)

    def _write(self, body: Any, fitted: Fitted, frame: Frame, colour: Colour | None) -> None:
        write(body, fitted, frame, self.given.language, colour=colour.name if colour else "")
        if colour:
            tint(body, colour)

    def _ink_second(self, body: Any, fitted: Fitted, frame: Frame, ground: str) -> None:
        """Points of the second level get a colour that can be read where their own cannot."""
        kind = frame.level(1)
        colour = self._ink(kind, size_at(kind, frame, fitted.size), ground)
        for paragraph in body.findall(tag("a:p")) if colour else ():
            properties = paragraph.find(tag("a:pPr"))
            if properties is not None and properties.get("lvl") == "1" and colour:
                for run in paragraph.iter(tag("a:rPr")):
                    run.insert(0, colour.fill())

    def _ink(self, own: Type, size: float, ground: str) -> Colour | None:
        """The colour that a text of that size needs to be read, or None where its own does."""
        layout, kind = self.laid.served.layout, replace(own, size=size)
        if ink(kind, ground, layout.colours) is None:
            return None
        return legible(ground, layout, least_contrast(kind))

    def _count_on(self, place: Place, body: Any) -> None:
        """A numbered list goes on counting where the part before it ended."""
        ph = self._ph_of(self._holder(place))
        own = next(s for s in self._layout.iter(tag("p:sp")) if _is(s, ph))
        numbers = own.find(f".//{tag('a:lvl1pPr')}/{tag('a:buAutoNum')}")
        if numbers is None:
            return
        for paragraph in body.iter(tag("a:p")):
            properties = paragraph.find(tag("a:pPr"))
            if properties is None:
                properties = make("a:pPr")
                paragraph.insert(0, properties)
            if properties.get("lvl", "0") == "0":
                kind = numbers.get("type", "arabicPeriod")
                properties.append(make("a:buAutoNum", type=kind, startAt=self.laid.before + 1))

    def _theme_colour(self, place: Place) -> Colour:
        """The colour of drawn text: its type's if that is the theme's own, else one like it."""
        layout = self.laid.served.layout
        own = place.frame.type.colour
        if own in layout.colours:
            return Colour(own, (), layout.colours[own])
        ground = place.ground or layout.background or layout.colours.get("bg1", "FFFFFF")
        return legible(ground, layout)

    def _held(self, place: Place, frame: Frame, name: str) -> tuple[Any, Any]:
        """A placeholder, with what differs from the layout's said on the slide."""
        holder = self._holder(place)
        moved = not (holder.box.holds(place.box, _SAME) and place.box.holds(holder.box, _SAME))
        body = make("a:bodyPr")
        if frame.anchor != holder.frame.anchor:
            body.set("anchor", frame.anchor)
        if moved and holder.frame.vertical and not frame.vertical:
            body.set("vert", "horz")
        style = None
        if frame.levels != holder.frame.levels:
            style = shapes.list_style(frame, sized=False)
        box = place.box if moved else None
        return shapes.placeholder(self._id(), name, self._ph_of(holder), box, body, style)

    # Things ---------------------------------------------------------------------------------------

    def _table(self, place: Place) -> None:
        setting, slide = self.laid.table, self.laid.slide
        if setting is None or not isinstance(slide, d.TableSlide):
            return
        language = self.given.language
        alt = table_alt(printable(slide.title), setting.rows[0], len(setting.rows) - 1, language)
        box = replace(place.box, bottom=place.box.top + sum(setting.heights))
        table = table_element(setting, self.laid.served.layout, language, place.ground)
        ph = self._ph(place, ("tbl", "obj"))
        self.tree.append(shapes.table_frame(self._id(), "table", alt, table, box, ph))

    def _chart(self, place: Place) -> None:
        if not isinstance(self.laid.slide, d.ChartSlide):
            return
        slide = plain(self.laid.slide)
        if not has_data(slide):
            return
        chart = draw_chart(slide, place.box, self.laid.served.layout, place.ground)
        relations = Relations()
        relations.to("package", self.given.bundle.add_workbook(chart.workbook))
        name = self.given.bundle.add("chart", part(chart.xml), relations)
        alt = chart_alt(slide, all_values(slide), self.given.language)
        ph = self._ph(place, ("chart", "obj"))
        relation = self.relations.to("chart", name)
        self.tree.append(shapes.chart_frame(self._id(), "chart", alt, relation, place.box, ph))

    def _picture(self, place: Place) -> None:
        slide = self.laid.slide
        if not isinstance(slide, d.PictureSlide | d.PictureFullSlide):
            return
        alt = picture_alt(printable(slide.alt), printable(slide.title), self.given.language)
        element = self.picture(slide.picture, place.box, "picture", alt, place)
        self.tree.append(element)

    def picture(self, path: str, box: Box, name: str, alt: str, place: Place | None = None) -> Any:
        """A picture cropped to a box, in the package but not yet on the slide."""
        found = self.given.read(path)
        target = self.given.bundle.add_picture(found.content, found.extension)
        crop = cropping(found.width, found.height, box.width, box.height)
        ph = None if place is None else self._ph(place, ("pic", "obj", "clipArt"))
        relation = self.relations.to("image", target)
        return shapes.picture(self._id(), name, alt, relation, box, crop, ph)

    def _diagram(self, place: Place) -> None:
        def member(path: str, box: Box) -> Any:
            return self.picture(path, box, "picture", "")

        drawn = draw_diagram(
            self.tree,
            self.laid.slide,
            place,
            self.laid.served.layout,
            self.given.language,
            self._id,
            member,
        )
        if drawn.cuts:
            self.cuts["diagram"] = " / ".join(drawn.cuts)

    def _ph(self, place: Place, kinds: tuple[str, ...]) -> Any:
        """The layout's placeholder, if it may hold such a thing."""
        if place.idx is None or self._holder(place).kind not in kinds:
            return None
        return self._ph_of(self._holder(place))

    def _holder(self, place: Place) -> Holder:
        """The placeholder that a place is in; sloppy files give several the same number."""
        same = [h for h in self.laid.served.layout.holders if h.idx == place.idx]
        right = [h for h in same if (h.kind in TITLES) == (place.slot == "title")] or same
        return max(right, key=lambda h: (h.box == place.box, h.box.meets(place.box).area))

    def _ph_of(self, holder: Holder) -> Any:
        return self._phs[holder.idx, holder.kind]

    def _behind(self) -> None:
        """A picture that lies under the title's place comes first, or it would hide the title."""
        places = self.laid.served.places
        picture, title = places.get("picture"), places.get("title")
        if picture is None or title is None or not picture.box.overlaps(title.box, 2):
            return
        for element in self.tree.findall(tag("p:pic")):
            self.tree.remove(element)
            self.tree.insert(2, element)

    # Furniture ------------------------------------------------------------------------------------

    def _bring(self, kind: str) -> None:
        """The layout's date, footer or number, which a new slide would not have by itself.

        Its type is written out, because LibreOffice does not inherit it.
        """
        holder = next((h for h in self.laid.served.layout.holders if h.kind == kind), None)
        if holder is None or holder.box.width < _NARROWEST or self._crossed(holder):
            return
        text = self._said(kind, holder)
        frame = replace(holder.frame, levels=holder.frame.levels[:1])
        fitted = fit(paragraphs_of(text), frame, self.given.language, floor=SMALL_FLOOR)
        if not fitted.paragraphs or (fitted.cut and kind != "ftr"):
            return
        ph = self._ph_of(holder)
        style = shapes.list_style(frame)
        bare = make("a:bodyPr")
        shape, body = shapes.placeholder(self._id(), _NAMES[kind], ph, None, bare, style)
        size = fitted.size or frame.type.size
        colour = self._ink(frame.type, size, holder.ground)
        self._write(body, replace(fitted, size=size), frame, colour)
        if kind != "ftr":
            _as_field(body, "slidenum" if kind == "sldNum" else "datetime1", self.given.language)
        self.tree.append(shape)
        self._brought.append(holder.box)

    def _crossed(self, holder: Holder) -> bool:
        """Whether it would stand over a date or footer that is there, a layout's text or logo."""
        box = holder.box
        over = (b.meets(box).area > 0.5 * min(b.area, box.area) for b in self._brought)
        small = [b for b in self.laid.served.layout.taken if b.area < box.area]
        logos = (b.meets(box).area > 0.25 * box.area for b in small)
        written = any(b.overlaps(box, 2) for b in self.laid.served.layout.written)
        return any(over) or (holder.kind == "ftr" and (written or any(logos)))

    def _said(self, kind: str, holder: Holder) -> str:
        if kind == "ftr":
            return self.given.footer
        if kind == "sldNum":
            return str(self.number)
        shape = next(s for s in self._layout.iter(tag("p:sp")) if _is(s, self._ph_of(holder)))
        return printable("".join(t.text or "" for t in shape.iter(tag("a:t"))))

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id


_NAMES = {"dt": "date", "ftr": "footer", "sldNum": "slide number"}
_THINGS: dict[str, Callable[[Page, Place], None]] = {
    "table": Page._table,
    "chart": Page._chart,
    "picture": Page._picture,
    "diagram": Page._diagram,
}


def _as_field(body: Any, kind: str, language: Language) -> None:
    """Turn the run of a body into a field that a program computes anew, set as the run is."""
    properties = deepcopy(body.find(f".//{tag('a:rPr')}"))
    text = body.findtext(f".//{tag('a:t')}") or ""
    write_field(body, kind, text, language)
    own = body.find(f".//{tag('a:fld')}/{tag('a:rPr')}")
    own.getparent().replace(own, properties)


def _is(shape: Any, ph: Any) -> bool:
    return any(one is ph for one in shape.iter(tag("p:ph")))


def _index(ph: Any) -> int:
    number = ph.get("idx", "0")
    return int(number) if number.isascii() and number.isdigit() else 0


def _reading_order(intent: str) -> list[str]:
    """The slots as one reads them: the title, headings before what they head, sources last."""
    names = [slot.name for slot in SLOTS[intent]]
    for slot in SLOTS[intent]:
        if slot.above:
            names.remove(slot.name)
            names.insert(names.index(slot.above), slot.name)
    return names
