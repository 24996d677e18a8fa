"""A diagram on a slide: one group of native shapes in the theme's colours, its lines glued."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from lxml import etree

from copydesk.brief import Language
from copydesk.slides.deck import Slide, TeamSlide
from copydesk.slides.diagrams import shapes
from copydesk.slides.diagrams.choose import Setting, choose
from copydesk.slides.diagrams.parts import Link, Part, Plan, between, rounded
from copydesk.slides.diagrams.plan import arrangements_of
from copydesk.slides.diagrams.tags import qn
from copydesk.slides.diagrams.texts import alt_text, initials, texts_of
from copydesk.slides.diagrams.tones import Tone, Tones
from copydesk.slides.geometry import Box
from copydesk.slides.typeset.fit import SMALL_FLOOR, Fitted, fit, fits
from copydesk.slides.typeset.frame import Frame, Paragraph
from copydesk.slides.typeset.runs import write

AddPicture = Callable[[str, Box], Any]
_ARC = 0.01  # weight of the arrows of a ring, as a share of its width
_MARGIN = 0.05  # of its height that a panel keeps free at every side
_LARGE = 14.0  # points from which bold type counts as large (WCAG 2.2, "large scale")


class Spot(Protocol):
    """Where a diagram goes: a master's `Place` is one."""

    @property
    def box(self) -> Box:
        """Its rectangle."""

    @property
    def frame(self) -> Frame:
        """How body text is set there."""

    @property
    def ground(self) -> str:
        """The colour behind it as six hex digits, empty where nobody knows."""


class Sheet(Protocol):
    """What is known of the page: a master's `Layout` is one."""

    @property
    def colours(self) -> Mapping[str, str]:
        """What "tx1", "accent1" … stand for, as six hex digits."""

    @property
    def background(self) -> str:
        """The page's colour as six hex digits, empty for pictures."""

    @property
    def ground(self) -> str:
        """The colour in the room for content, as `Spot.ground`."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn.

    Attributes:
        element: the `p:grpSp`, already in the tree.
        cuts: texts that did not fit whole, in full.
        size: the smallest type, in points.
    """

    element: Any
    cuts: tuple[str, ...]
    size: float


def draw_diagram(
    tree: Any,
    slide: Slide,
    place: Spot,
    layout: Sheet,
    language: Language,
    next_id: Callable[[], int],
    add_picture: AddPicture | None = None,
) -> Drawn:
    """Append the diagram of a slide to its shape tree as one group.

    Args:
        next_id: gives a shape id that the slide has not, each time another.
        add_picture: makes a picture element for a path and a square box, not yet in the tree, or
            None where there is no picture to be had: initials stand there then.
    """
    texts, left = texts_of(slide)
    kind = place.frame.type
    tones = _tones(place, layout)
    room = place.box.inset(place.box.height * _MARGIN) if tones.panel else place.box
    chosen = choose(arrangements_of(slide.intent, texts), texts, room, kind, language)
    brush = _Brush(
        tones=tones,
        setting=Setting(kind, language, chosen.scale),
        texts={**texts, **_marks(slide, chosen.plan)},
        next_id=next_id,
    )
    box = place.box if tones.panel else _around(chosen.plan, place.box)
    group = shapes.group(next_id(), slide.intent, alt_text(slide, texts, language), box)
    pictures = _pictures(slide, chosen.plan, add_picture)
    if tones.panel:
        group.append(brush.panel(box))
    for element in brush.paint(chosen.plan, pictures):
        group.append(element)
    tree.append(group)
    return Drawn(group, (*brush.cuts, *left), min(chosen.scale))


def _tones(place: Spot, layout: Sheet) -> Tones:
    """The colours to draw with: what is known of the ground here, and of the whole page."""
    pages = dict.fromkeys((place.ground or layout.ground, layout.background))
    return Tones(
        layout.colours,
        [page for page in pages if page],
        place.frame.type.colour,
        pictured=not layout.background,
    )


def _around(plan: Plan, box: Box) -> Box:
    """The rectangle around all parts and lines."""
    boxes = [part.box for part in plan.parts]
    points = [link.to for link in plan.links if link.to]
    return Box(
        max(min([b.left for b in boxes], default=box.left), box.left),
        min(b.top for b in boxes) if boxes else box.top,
        max([*(b.right for b in boxes), *(x for x, _ in points)], default=box.right),
        max([*(b.bottom for b in boxes), *(y for _, y in points)], default=box.bottom),
    )


def _marks(slide: Slide, plan: Plan) -> dict[str, str]:
    """Numbers and initials, which no slide says itself."""
    found = {}
    for part in plan.parts:
        if part.set == "mark":
            number = int(part.name.split()[1])
            members = slide.members if isinstance(slide, TeamSlide) else ()
            found[part.name] = initials(members[number - 1].name) if members else str(number)
    return found


def _pictures(slide: Slide, plan: Plan, add_picture: AddPicture | None) -> dict[str, Any]:
    """The portraits that are there, by the name of the initials that they stand for."""
    if not isinstance(slide, TeamSlide) or add_picture is None:
        return {}
    boxes = {part.name: part.box for part in plan.parts}
    found = {}
    for i, member in enumerate(slide.members, 1):
        name = f"member {i} initials"
        if not member.picture or name not in boxes:
            continue
        element = add_picture(member.picture, boxes[name])
        if element is not None:
            _rounded(element, f"member {i} picture")
            found[name] = element
    return found


def _rounded(picture: Any, name: str) -> None:
    """Name a picture, and give it the outline of a circle."""
    picture.find(f"{qn('p:nvPicPr')}/{qn('p:cNvPr')}").set("name", name)
    geometry = picture.find(f"{qn('p:spPr')}/{qn('a:prstGeom')}")
    geometry.set("prst", "ellipse")


class _Brush:
    """Turns parts and links into elements, and remembers what had to be cut."""

    def __init__(
        self,
        tones: Tones,
        setting: Setting,
        texts: Mapping[str, str],
        next_id: Callable[[], int],
    ) -> None:
        self.tones = tones
        self.setting = setting
        self.texts = texts
        self.next_id = next_id
        self.cuts: list[str] = []
        self._ink = cache(lambda look, on, large: tones.ink(look, on, large=large))

    def paint(self, plan: Plan, pictures: Mapping[str, Any]) -> list[Any]:
        """The elements of a plan: lines first, so that they lie under the shapes."""
        parts = {part.name: part for part in plan.parts}
        ids = {name: self.next_id() for name in parts}
        drawn = [self._link(link, parts, ids) for link in plan.links]
        for name, part in parts.items():
            if name in pictures:
                picture = pictures[name]
                picture.find(f"{qn('p:nvPicPr')}/{qn('p:cNvPr')}").set("id", str(ids[name]))
                drawn.append(picture)
            else:
                drawn.append(self._part(part, ids[name]))
        return drawn

    def panel(self, box: Box) -> Any:
        """What the diagram stands on where the page is a picture."""
        part = Part(name="panel", box=box, shape="roundRect", adjust=rounded(box, 8), look="panel")
        return self._part(part, self.next_id())

    def _link(self, link: Link, parts: Mapping[str, Part], ids: Mapping[str, int]) -> Any:
        tone = self.tones.strong if link.arrow or link.strong else self.tones.rule
        return shapes.connector(self.next_id(), link, parts, ids, tone)

    def _part(self, part: Part, number: int) -> Any:
        outline = self.tones.strong if part.look == "arc" else None
        weight = between(1.5, part.box.width * _ARC, 12.0)
        element = shapes.shape(number, part, self.tones.fill(part.look), outline, weight)
        if part.set and self.texts.get(part.name):
            element.append(self._text(part))
        return element

    def _text(self, part: Part) -> Any:
        """The text of a part, at the size of the diagram, cut where even that is too large."""
        frame = self.setting.frame(part)
        whole = self.texts[part.name]
        fitted = self._fitted(whole, frame)
        if fitted.cut and part.set != "mark":
            self.cuts.append(whole)
        body = shapes.text_body(part)
        write(body, fitted, frame, self.setting.language)
        self._dress(body, part, frame, fitted.size or frame.type.size)
        return body

    def _fitted(self, text: str, frame: Frame) -> Fitted:
        paragraphs = (Paragraph(text),)
        size = frame.type.size
        if fits(paragraphs, frame, self.setting.language):
            return Fitted(paragraphs, size)
        fitted = fit(paragraphs, frame, self.setting.language, floor=min(SMALL_FLOOR, size))
        return replace(fitted, size=fitted.size or size)

    def _dress(self, body: Any, part: Part, frame: Frame, size: float) -> None:
        """Alignment, weight and colour, which a shape does not inherit from anywhere."""
        kind = frame.type
        ink = self._ink(part.look, part.on, kind.bold and size >= _LARGE)
        for paragraph in body.findall(qn("a:p")):
            _align(paragraph, part.align)
            for run in paragraph.iter(qn("a:rPr"), qn("a:endParaRPr")):
                run.set("b", "1" if kind.bold else "0")
                run.set("i", "0")
                _colour(run, ink)


def _align(paragraph: Any, align: str) -> None:
    """Set the alignment; a paragraph from right to left has it the other way round."""
    properties = paragraph.find(qn("a:pPr"))
    if properties is None:
        properties = etree.Element(qn("a:pPr"))
        paragraph.insert(0, properties)
    if properties.get("rtl") == "1":
        align = {"l": "r", "r": "l"}.get(align, align)
    properties.set("algn", align)


def _colour(run: Any, ink: Tone) -> None:
    """Fill a run's letters; the fill comes first but for an outline."""
    for old in run.findall(qn("a:solidFill")):
        run.remove(old)
    position = 1 if run.find(qn("a:ln")) is not None else 0
    run.insert(position, ink.element())
