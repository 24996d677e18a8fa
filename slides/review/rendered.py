"""What the rendered pages show: text outside its shape, off the slide, or over other text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from copydesk.findings import Finding
from copydesk.slides.geometry import Box
from copydesk.slides.master.reading import child
from copydesk.slides.review.areas import Area
from copydesk.slides.review.ink import Ink, Sheet, plain
from copydesk.slides.review.owners import Claim, owners
from copydesk.slides.review.slides import WRITING, Opened, Slide

_SLACK = 2.0  # points that ink may stick out of its shape
_LEANING = 0.2  # of its height that it may stick out further: ascenders, and letters that lean
_HANGING = 0.4  # of its height that punctuation may hang over the margin
_MARKS = "、。，．：；！？…）」』】》”’,.;:!?)"
_TOUCH = 2.0  # points that two texts may share
_SHARE = 0.2  # of the lower text's height that they may share up and down


@dataclass(frozen=True)
class Shown:
    """A shape with the pieces of text that are its own."""

    area: Area
    inks: tuple[Ink, ...]
    own: bool  # on the slide itself, not on what lies beneath


Seen = tuple[Slide, list[Shown]]


def pages_of(deck: Opened, sheets: Sequence[Sheet]) -> list[Seen]:
    """Every slide that is shown with its shapes' text; none where the pages are not the slides'."""
    seen = [slide for slide in deck.slides if not slide.hidden]
    if len(seen) != len(sheets):
        return []
    return [(one, shown_on(one, s, deck.page)) for one, s in zip(seen, sheets, strict=True)]


def looked_at(deck: Opened, sheets: Sequence[Sheet], seen: Sequence[Seen]) -> Iterator[Finding]:
    """Everything that the pages show wrong; `seen` as `pages_of` gives it."""
    count = sum(not slide.hidden for slide in deck.slides)
    if count and count != len(sheets):  # of a deck without slides LibreOffice shows an empty page
        yield Finding(
            code="page-count",
            place="deck",
            message="The rendered deck has another number of pages than the deck has slides.",
            measured=str(len(sheets)),
            allowed=str(count),
            fix="look at the rendered pages",
        )
    for slide, shown in seen:
        yield from _outside(slide, shown)
        yield from _off(slide, shown, deck.page)
        yield from _over(slide, shown)


def shown_on(slide: Slide, sheet: Sheet, page: Box) -> list[Shown]:
    """The shapes of a slide, and of what lies beneath, that show text."""
    beneath = slide.backing.written if slide.shows_master else ()
    furniture = [a for a in slide.areas if a.is_furniture]  # LibreOffice paints it first
    areas = [*beneath, *furniture, *slide.areas]
    claims = [Claim(a.box, plain(a.text), _may_write(a, slide)) for a in areas]
    inks = _scaled(sheet, page)
    found: dict[int, list[Ink]] = {}
    for ink, owner in zip(inks, owners(inks, claims), strict=True):
        if owner is not None:
            found.setdefault(owner, []).append(ink)
    own = len(beneath)
    return [Shown(areas[n], tuple(found[n]), n >= own) for n in sorted(found)]


def _may_write(area: Area, slide: Slide) -> bool:
    """Whether a shape shows text that the slide does not hold: charts, and drawn pictures."""
    if area.kind == "picture":
        ids = (v for e in area.element.iter("{*}blip", "{*}svgBlip") for v in e.attrib.values())
        return any(rid in slide.drawings for rid in ids)
    return area.kind in WRITING


def _scaled(sheet: Sheet, page: Box) -> list[Ink]:
    """Ink in the points of the slide: LibreOffice rounds pages, and limits very large ones."""
    x, y = page.width / sheet.width, page.height / sheet.height
    return [
        replace(i, box=Box(i.box.left * x, i.box.top * y, i.box.right * x, i.box.bottom * y))
        for i in sheet.inks
    ]


def _outside(slide: Slide, shown: Sequence[Shown]) -> Iterator[Finding]:
    """One finding for each shape whose text sticks out."""
    for one in shown:
        area = one.area
        if not one.own or not area.sure or area.kind not in ("text", "table") or not area.box.area:
            continue
        across, down = _grows(area)
        worst = max((_excess(i, area.box, across=across, down=down) for i in one.inks), default=0)
        if worst > 0:
            ink = max(one.inks, key=lambda i: _excess(i, area.box, across=across, down=down))
            yield Finding(
                code="text-outside",
                place=slide.at(area),
                message=f"The text “{ink.said[:40]}” lies outside its box.",
                measured=_corners(ink.box),
                allowed=_corners(area.box),
                fix="shorten the text",
            )


def _corners(box: Box) -> str:
    return f"{box.left:.0f},{box.top:.0f} to {box.right:.0f},{box.bottom:.0f} pt"


def _grows(area: Area) -> tuple[bool, bool]:
    """Whether a shape's text may leave its box across and down: the box is drawn around it."""
    body = child(area.body, "a:bodyPr")
    if body is None:
        return False, False
    return body.get("wrap") == "none", child(body, "a:spAutoFit") is not None


def _excess(ink: Ink, box: Box, *, across: bool, down: bool) -> float:
    """Points that ink sticks out beyond what is allowed."""
    height = ink.box.height
    hanging = height * _HANGING if ink.text[-1:] in _MARKS else 0.0
    allowed = _SLACK + height * _LEANING
    side = max(box.left - ink.box.left, ink.box.right - box.right - hanging) - allowed
    ends = max(box.top - ink.box.top, ink.box.bottom - box.bottom) - allowed
    return max(-1.0 if across else side, -1.0 if down else ends)


def _off(slide: Slide, shown: Sequence[Shown], page: Box) -> Iterator[Finding]:
    for one in shown:
        ink = next((i for i in one.inks if not page.holds(i.box, _SLACK)), None)
        if one.own and ink and page.overlaps(one.area.box):
            yield Finding(
                code="text-off-slide",
                place=slide.at(one.area),
                message=f"The text “{ink.said[:40]}” runs off the slide.",
                measured=_corners(ink.box),
                allowed=_corners(page),
                fix="shorten the text, or move its shape",
            )


def _over(slide: Slide, shown: Sequence[Shown]) -> Iterator[Finding]:
    """One finding for each two shapes whose texts run into each other."""
    straight = [s for s in shown if s.area.upright and s.area.kind in ("text", "table")]
    for one, other in combinations(straight, 2):
        if not (one.own or other.own) or one.area.element is other.area.element:
            continue
        if _collide(one, other):
            yield Finding(
                code="text-overlap",
                place=slide.at(other.area),
                message=f"The texts of {one.area.name} and {other.area.name} run into each other.",
                fix="shorten one of them, or move it",
            )


def _collide(one: Shown, other: Shown) -> bool:
    """Whether ink of one lies over ink of the other; the same words twice are a shadow."""
    if plain(one.area.text) == plain(other.area.text):
        return False
    for a in one.inks:
        for b in other.inks:
            shared = a.box.meets(b.box)
            low = min(a.box.height, b.box.height)
            if shared.width > _TOUCH and shared.height > max(_TOUCH, low * _SHARE):
                return True
    return False
