"""What the file says of a slide: title, notes, placeholders, order, alternative texts, sizes."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from copydesk.findings import Finding
from copydesk.slides.geometry import Box
from copydesk.slides.master.inherit import TITLES
from copydesk.slides.master.reading import label, switch
from copydesk.slides.review.areas import Area
from copydesk.slides.review.slides import Slide
from copydesk.slides.review.words import words_of
from copydesk.slides.typeset.fit import BODY_FLOOR, SMALL_FLOOR

_EDGE = 2.0  # points that a shape may reach over the edge
_SMALL = ("source", "caption", "number", "speaker", "footer", "date")
_SIZES = {"body": BODY_FLOOR, "small": SMALL_FLOOR}
_PROMPTS = re.compile(
    r"click to (add|edit)|click icon to add|单击此处|按一下以|點選|クリックして"
    r"|klicken sie|cliquez pour|haga clic|fare clic|clique para",
    re.IGNORECASE,
)
_FILLER = re.compile(r"lorem ipsum", re.IGNORECASE)
_LONGEST_PROMPT = 200  # characters; a longer text was written by somebody


def titled(slide: Slide, page: Box) -> Iterator[Finding]:  # noqa: ARG001 - see CHECKS
    """A title to navigate by, read first."""
    title = next((a for a in slide.areas if a.is_title), None) or _drawn_title(slide)
    if title is None or not title.text.strip():
        yield Finding(
            code="no-title",
            place=slide.place,
            message="The slide has no title.",
            fix="say in the title what the slide shows",
        )
        return
    before = [a for a in slide.areas if a.order < title.order and _is_read(a)]
    if before:
        yield Finding(
            code="reading-order",
            place=slide.at(title),
            message=f"A screen reader reads {before[0].name} before the title.",
            fix="move the title to the back of the slide's shapes",
        )


def _drawn_title(slide: Slide) -> Area | None:
    """What stands for the title where the layout has no placeholder for one."""
    if any(kind in TITLES for kind, _ in slide.backing.boxes):
        return None
    return next((a for a in slide.areas if a.name.casefold() == "title"), None)


def _is_read(area: Area) -> bool:
    return bool(area.text.strip()) or area.kind in ("table", "chart", "diagram")


def spoken(slide: Slide, page: Box) -> Iterator[Finding]:  # noqa: ARG001 - see CHECKS
    """Something for the speaker to say."""
    if not slide.notes:
        yield Finding(
            code="no-notes",
            place=slide.place,
            message="The slide has no speaker notes.",
            fix="write what is said while the slide is shown",
        )


def filled(slide: Slide, page: Box) -> Iterator[Finding]:  # noqa: ARG001 - see CHECKS
    """No placeholder that is empty, or still says what should go into it."""
    for area in slide.areas:
        if area.ph and not area.is_furniture and area.kind == "text" and not area.text.strip():
            yield Finding(
                code="empty-placeholder",
                place=slide.at(area),
                message="A placeholder is empty.",
                fix="fill it or delete it",
            )
        elif _prompts(area, slide):
            yield Finding(
                code="prompt-text",
                place=slide.at(area),
                message="A text still says what should stand in its place.",
                measured=" ".join(area.text.split())[:60],
                fix="replace it or delete it",
            )


def _prompts(area: Area, slide: Slide) -> bool:
    text = " ".join(area.text.split())
    if len(text) < _LONGEST_PROMPT and _FILLER.search(text):
        return True
    if not area.ph or area.is_furniture or len(text) >= _LONGEST_PROMPT:
        return False
    return text in slide.backing.prompts or bool(_PROMPTS.search(text))


def inside(slide: Slide, page: Box) -> Iterator[Finding]:
    """No text, table or chart over the edge of the page."""
    for area in slide.areas:
        shows = area.text.strip() or area.kind in ("table", "chart", "diagram")
        if shows and area.upright and not page.holds(area.box, _EDGE):
            box = area.box
            yield Finding(
                code="outside-slide",
                place=slide.at(area),
                message="A shape reaches beyond the edge of the slide.",
                measured=f"{box.left:.0f},{box.top:.0f} to {box.right:.0f},{box.bottom:.0f} pt",
                allowed=f"{page.right:.0f} × {page.bottom:.0f} pt",
                fix="move it inside or make it smaller",
            )


def large(slide: Slide, page: Box) -> Iterator[Finding]:  # noqa: ARG001 - see CHECKS
    """Type below 14 pt, or below 10 where the layout itself is set smaller, and in captions."""
    for area in slide.areas:
        sizes = [word.size for word in words_of(area, slide.backing)]
        allowed = _least(area, slide)
        if sizes and not area.is_furniture and round(min(sizes), 2) < allowed:
            yield Finding(
                code="small-type",
                place=slide.at(area),
                message="Type is too small to be read across a room.",
                measured=f"{min(sizes):g} pt",
                allowed=f"{allowed:g} pt",
                fix="shorten the text",
            )


def _least(area: Area, slide: Slide) -> float:
    small = area.group or area.name.casefold() in _SMALL
    if area.ph and area.kind == "text":
        kinds = slide.backing.levels(area)
        small = small or min(kind.size for kind in kinds[:2]) < BODY_FLOOR
    return SMALL_FLOOR if small else BODY_FLOOR


def described(slide: Slide, page: Box) -> Iterator[Finding]:  # noqa: ARG001 - see CHECKS
    """A text for those who cannot see the picture, chart, table or diagram."""
    for area in slide.areas:
        shown = area.kind in ("picture", "chart", "table", "diagram") and not area.group
        if shown and not _says(area.element):
            yield _undescribed(slide.at(area))
    for group in _diagrams(slide):
        if not _says(group):
            yield _undescribed(f"slide {slide.number}, {label(group).get('name', '')}")


def _undescribed(place: str) -> Finding:
    return Finding(
        code="no-alt-text",
        place=place,
        message="A picture, chart, table or diagram has no alternative text.",
        fix="say in its alternative text what it shows",
    )


def _diagrams(slide: Slide) -> Iterator[Any]:
    """Groups that hold two pictures or texts and more."""
    for group in slide.element.iterfind("{*}cSld/{*}spTree/{*}grpSp"):
        about = label(group)
        if about is not None and not switch(about.get("hidden")):
            name = about.get("name", "")
            inner = [a for a in slide.areas if a.group == name and _is_shown(a)]
            if len(inner) > 1:
                yield group


def _is_shown(area: Area) -> bool:
    return bool(area.text.strip()) or area.kind == "picture"


def _says(element: Any) -> bool:
    about = label(element)
    if any(e.get("val") in ("1", "true") for e in about.iter("{*}decorative")):
        return True
    return any(about.get(name, "").strip() for name in ("descr", "title"))


Check = Callable[[Slide, Box], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (titled, spoken, filled, inside, large, described)
"""Each looks at one slide, given the page in points."""
