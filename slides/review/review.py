"""Checking a finished deck: what the file says, and with `rendered` what a page really shows.

Codes: no-title, empty-placeholder, no-notes, outside-slide, small-type; from the rendered pages
page-count, text-outside, text-overlap.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn

from copydesk.errors import DocumentProblem
from copydesk.findings import Finding
from copydesk.slides.master.inherit import frame_of
from copydesk.slides.review.preview import page_words, to_pdf
from copydesk.slides.typeset.fit import BODY_FLOOR, SMALL_FLOOR

_POINT = 12700
_TOLERANCE = 2.0  # points that a word may stick out of its box
_FURNITURE = ("DATE", "FOOTER", "SLIDE_NUMBER")
_MARK = re.compile(r"^([–•■▪◦\-]|\d{1,2}[.)]?)$")  # a bullet or an automatic number


@dataclass(frozen=True)
class Box:
    """A rectangle in points from the top left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Box", slack: float) -> bool:
        """Whether `other` lies inside, within the tolerance; `slack` adds to it up and down."""
        return (
            other.left >= self.left - _TOLERANCE
            and other.right <= self.right + _TOLERANCE
            and other.top >= self.top - _TOLERANCE - slack
            and other.bottom <= self.bottom + _TOLERANCE + slack
        )

    def overlaps(self, other: "Box", slack: float) -> bool:
        """Whether two rectangles share more than `slack` points in both directions."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack


@dataclass(frozen=True)
class Word:
    """A word as the page shows it."""

    text: str
    box: Box


def review(pptx: Path, *, rendered: bool = False) -> list[Finding]:
    """Check a .pptx; with `rendered` also its pages, which takes LibreOffice some seconds.

    Raises:
        DocumentProblem: the file cannot be read as a presentation.
        MissingTool: `rendered`, and soffice or pdftotext is not on PATH.
    """
    presentation = _open(pptx)
    page = Box(0, 0, presentation.slide_width / _POINT, presentation.slide_height / _POINT)
    found: list[Finding] = []
    for number, slide in enumerate(presentation.slides, 1):
        found += _titles(slide, number)
        found += _empty(slide, number)
        found += _outside(slide, number, page)
        found += _small(slide, number)
    return found + (_rendered(pptx, presentation) if rendered else [])


def _open(pptx: Path) -> Any:
    try:
        return Presentation(str(pptx))
    except (
        OSError,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        etree.Error,
        PythonPptxError,
    ) as error:
        raise DocumentProblem(
            f"{pptx} is not a PowerPoint file that can be read: {error}.", "give a .pptx file"
        ) from None


# What the file says ------------------------------------------------------------------------------


def _titles(slide: Any, number: int) -> Iterator[Finding]:
    """A title to navigate by, and something for the speaker to say."""
    title = slide.shapes.title
    if title is None or not title.text_frame.text.strip():
        yield Finding(
            code="no-title",
            place=f"slide {number}",
            message="The slide has no title.",
            fix="say in the title what the slide shows",
        )
    if not slide.has_notes_slide or not slide.notes_slide.notes_text_frame.text.strip():
        yield Finding(
            code="no-notes",
            place=f"slide {number}",
            message="The slide has no speaker notes.",
            fix="write what is said while the slide is shown",
        )


def _empty(slide: Any, number: int) -> Iterator[Finding]:
    for holder in slide.placeholders:
        if holder.has_text_frame and not holder.text_frame.text.strip():
            yield Finding(
                code="empty-placeholder",
                place=_place(number, holder),
                message="A placeholder is empty.",
                fix="fill it or delete it",
            )


def _outside(slide: Any, number: int, page: Box) -> Iterator[Finding]:
    for shape in slide.shapes:
        box = _box(shape)
        if box and not page.holds(box, 0):
            yield Finding(
                code="outside-slide",
                place=_place(number, shape),
                message="A shape reaches beyond the edge of the slide.",
                measured=f"{box.left:.0f},{box.top:.0f} to {box.right:.0f},{box.bottom:.0f} pt",
                allowed=f"{page.right:.0f} × {page.bottom:.0f} pt",
                fix="move it inside or make it smaller",
            )


def _small(slide: Any, number: int) -> Iterator[Finding]:
    """Type below 14 pt, or below 10.5 where the layout itself is set smaller than 14."""
    for shape in slide.shapes:
        sizes = [int(r.get("sz")) / 100 for r in shape._element.iter(qn("a:rPr")) if r.get("sz")]
        allowed = BODY_FLOOR
        if shape.is_placeholder and shape.has_text_frame:
            inherited = _inherited(slide, shape)
            sizes.append(min(sizes, default=inherited) if sizes else inherited)
            allowed = BODY_FLOOR if inherited >= BODY_FLOOR else SMALL_FLOOR
        if sizes and min(sizes) < allowed:
            yield Finding(
                code="small-type",
                place=_place(number, shape),
                message="Type is too small to be read across a room.",
                measured=f"{min(sizes):g} pt",
                allowed=f"{allowed:g} pt",
                fix="shorten the text",
            )


def _inherited(slide: Any, shape: Any) -> float:
    """The size that a placeholder's layout gives it."""
    idx = shape.placeholder_format.idx
    for holder in slide.slide_layout.placeholders:
        if holder.placeholder_format.idx == idx:
            return frame_of(holder).size
    return BODY_FLOOR


def _place(number: int, shape: Any) -> str:
    return f"slide {number}, {shape.name}"


def _box(shape: Any) -> Box | None:
    if shape.width is None or shape.left is None:
        return None
    left, top = shape.left / _POINT, shape.top / _POINT
    return Box(left, top, left + shape.width / _POINT, top + shape.height / _POINT)


# What the page shows -----------------------------------------------------------------------------


def _rendered(pptx: Path, presentation: Any) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="copydesk-review-") as folder:
        pages = list(_pages(page_words(to_pdf(pptx, Path(folder)))))
    slides = list(presentation.slides)
    if len(pages) != len(slides):
        return [
            Finding(
                code="page-count",
                place="deck",
                message="The rendered deck has another number of pages than the deck has slides.",
                measured=str(len(pages)),
                allowed=str(len(slides)),
                fix="look at the rendered pages",
            )
        ]
    found: list[Finding] = []
    for number, (slide, words) in enumerate(zip(slides, pages, strict=True), 1):
        found += _misplaced(slide, number, words)
    return found


def _pages(xhtml: str) -> Iterator[list[Word]]:
    """The words of every page of `pdftotext -bbox-layout` output."""
    tree = etree.fromstring(
        xhtml.encode(), etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    )
    for page in tree.iter("{*}page"):
        yield [
            Word(
                re.sub(r"\s", "", word.text or ""),
                Box(*(float(word.get(k)) for k in ("xMin", "yMin", "xMax", "yMax"))),
            )
            for word in page.iter("{*}word")
        ]


@dataclass(frozen=True)
class _Area:
    """A shape that shows text: its name, rectangle, and characters without spaces."""

    name: str
    box: Box
    text: str
    chart: bool


def _areas(slide: Any) -> list[_Area]:
    found = []
    for shape in slide.shapes:
        box = _box(shape)
        texts = [t.text or "" for t in shape._element.iter(qn("a:t"))]
        chart = bool(getattr(shape, "has_chart", False))
        if box and (texts or chart):
            found.append(_Area(shape.name, box, re.sub(r"\s", "", "".join(texts)), chart))
    return found


def _misplaced(slide: Any, number: int, words: list[Word]) -> Iterator[Finding]:
    """Words outside every shape that holds them, and shapes whose words run into each other."""
    areas = _areas(slide)
    owned: dict[str, list[Word]] = {}
    for word in words:
        owner = _owner(word, areas)
        if owner:
            owned.setdefault(owner.name, []).append(word)
        else:
            yield Finding(
                code="text-outside",
                place=f"slide {number}",
                message=f"The word {word.text!r} lies outside its box.",
                measured=f"{word.box.left:.0f},{word.box.top:.0f} to "
                f"{word.box.right:.0f},{word.box.bottom:.0f} pt",
                allowed="inside the box of its shape",
                fix="shorten the text",
            )
    for one, other in combinations(owned, 2):
        if any(a.box.overlaps(b.box, 3.0) for a in owned[one] for b in owned[other]):
            yield Finding(
                code="text-overlap",
                place=f"slide {number}",
                message=f"The texts of {one} and {other} run into each other.",
                fix="shorten one of them",
            )


def _owner(word: Word, areas: list[_Area]) -> _Area | None:
    """The shape a word belongs to and lies in.

    pdftotext gives a word the tallest box its font could need, about an eighth more than the line
    at either end: that much may stick out.
    """
    slack = (word.box.bottom - word.box.top) * 0.125
    for area in areas:
        known = area.chart or word.text in area.text or _MARK.match(word.text)
        if known and area.box.holds(word.box, slack):
            return area
    return None
