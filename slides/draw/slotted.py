"""The texts of a slide by the names of its slots, cleaned, with their levels."""

from collections.abc import Callable
from typing import Any

from copydesk.brief import Language
from copydesk.slides import deck as d
from copydesk.slides.draw.describe import quoted, source_line, untitled
from copydesk.slides.typeset.fit import paragraphs_of, printable
from copydesk.slides.typeset.frame import Paragraph

Texts = dict[str, tuple[Paragraph, ...]]


def texts_of(slide: d.Slide, language: Language) -> Texts:
    """What a slide says in each slot, as paragraphs; slots with nothing to say are left out.

    Tables, charts, pictures, diagrams and code are not texts: they are drawn in other ways.
    """
    title = printable(slide.title) or untitled(language)
    found: Texts = {"title": paragraphs_of(title), **_TEXTS[slide.intent](slide)}
    if isinstance(slide, d.QuoteSlide):
        found["quote"] = paragraphs_of(quoted(printable(slide.quote)))
    if slide.source:
        found["source"] = paragraphs_of(source_line(printable(slide.source), language))
    return {slot: paragraphs for slot, paragraphs in found.items() if paragraphs}


def _points(points: tuple[d.Point, ...]) -> tuple[Paragraph, ...]:
    """Bullets on two levels; what stands under an empty one moves up."""
    found: list[Paragraph] = []
    for point in points:
        head = paragraphs_of(point.text)
        found += [*head, *paragraphs_of(*point.points, level=1 if head else 0)]
    return tuple(found)


def _sides(slide: d.ColumnsSlide | d.ComparisonSlide) -> Texts:
    return {
        "left heading": paragraphs_of(slide.left.heading),
        "left": paragraphs_of(*slide.left.points),
        "right heading": paragraphs_of(slide.right.heading),
        "right": paragraphs_of(*slide.right.points),
    }


def _section(slide: d.SectionSlide) -> Texts:
    number = f"{slide.number:02d}" if slide.number > 0 else ""
    return {"number": paragraphs_of(number), "summary": paragraphs_of(slide.summary)}


def _nothing(_: d.Slide) -> Texts:
    return {}


_TEXTS: dict[str, Callable[[Any], Texts]] = {
    "title": lambda s: {"subtitle": paragraphs_of(s.subtitle)},
    "agenda": lambda s: {"items": paragraphs_of(*s.items)},
    "section": _section,
    "bullets": lambda s: {"points": _points(s.bullets)},
    "columns": _sides,
    "comparison": _sides,
    "big-number": lambda s: {
        "number": paragraphs_of(s.number),
        "caption": paragraphs_of(s.caption),
    },
    "quote": lambda s: {"speaker": paragraphs_of(s.speaker)},
    "table": _nothing,
    "chart": lambda s: {"takeaway": paragraphs_of(s.takeaway)},
    "picture": lambda s: {"points": paragraphs_of(*s.points)},
    "picture-full": lambda s: {"caption": paragraphs_of(s.caption)},
    "timeline": _nothing,
    "process": _nothing,
    "cycle": _nothing,
    "hierarchy": _nothing,
    "matrix": _nothing,
    "team": _nothing,
    "code": _nothing,
    "closing": lambda s: {"points": paragraphs_of(*s.points)},
}
