"""How a slide looks: colours that can be read, and nothing from outside the theme."""

from collections.abc import Iterator
from typing import Any

from copydesk.findings import Finding
from copydesk.slides.contrast import BODY, LARGE, contrast
from copydesk.slides.geometry import Box
from copydesk.slides.master.ground import background, behind, own_fill
from copydesk.slides.master.reading import A, child, elements, local, number
from copydesk.slides.master.theme import fill_colour, hex_of
from copydesk.slides.review.areas import Area
from copydesk.slides.review.slides import Slide
from copydesk.slides.review.words import Word, words_of

_BEHIND = 0.7  # the share of a text's box that a shape covers to be its ground


def readable(slide: Slide, page: Box) -> Iterator[Finding]:  # noqa: ARG001 - see contents.CHECKS
    """Contrast of every text against what lies behind it, where both are known."""
    for area in slide.areas:
        if area.kind == "table":
            pairs = list(_in_cells(area, slide))
        elif area.text.strip():
            ground = ground_of(area, slide)
            pairs = [(w, ground) for w in words_of(area, slide.backing)]
        else:
            continue
        yield from faint(slide.at(area), pairs)


def faint(place: str, pairs: list[tuple[Word, str]], enough: float = 0.99) -> Iterator[Finding]:
    """The text of a shape that is hardest to read, if it is too hard; `enough` rounds."""
    worst: tuple[float, float, Word, str] | None = None
    for word, ground in pairs:
        if not word.colour or not ground:
            continue
        ratio, least = contrast(word.colour, ground), LARGE if word.is_large else BODY
        if ratio < least * enough and (worst is None or ratio / least < worst[0] / worst[1]):
            worst = ratio, least, word, ground
    if worst is not None:
        ratio, least, word, ground = worst
        yield Finding(
            code="contrast",
            place=place,
            message=f"The text “{word.text.strip()[:40]}” is hard to read on its background.",
            measured=f"{ratio:.1f}:1, #{word.colour} on #{ground}",
            allowed=f"{least:g}:1",
            fix="take a colour of the theme that stands out",
        )


def _in_cells(area: Area, slide: Slide) -> Iterator[tuple[Word, str]]:
    """The words of a table's cells with the colours behind them, where the cells say them."""
    colours = slide.backing.look.colours
    for cell in area.element.iter(f"{A}tc"):
        fill = next((e for e in elements(child(cell, "a:tcPr")) if local(e) == "solidFill"), None)
        if fill is None:
            continue
        ground = fill_colour(fill, colours)
        one = Area(element=cell, kind="table", name="", box=area.box)
        for word in words_of(one, slide.backing):
            yield word, ground


def ground_of(area: Area, slide: Slide) -> str:
    """The colour behind a shape's text; empty where it is a picture or nobody knows."""
    own = own_fill(slide.backing.chain(area), slide.backing.look)
    if own is not None:
        return own
    styled = _style(area.element, slide)
    if styled is not None:
        return styled
    for below in reversed(slide.areas[: area.order]):
        if below.box.meets(area.box).area < _BEHIND * area.box.area or not area.box.area:
            continue
        fill = _painted(below, slide)
        if fill is not None:
            return fill
    return _beneath(area, slide)


def _style(element: Any, slide: Slide) -> str | None:
    """The fill that a shape's style gives it; None where it has none, or says it wants none."""
    properties = child(element, "p:spPr")
    if any(local(e) in ("noFill", "grpFill") for e in elements(properties)):
        return None
    reference = child(element, "p:style/a:fillRef")
    if reference is None or not number(reference.get("idx")):
        return None
    colour = next(iter(elements(reference)), None)
    return "" if colour is None else hex_of(colour, slide.backing.look.colours)


def _painted(below: Area, slide: Slide) -> str | None:
    """The colour that a shape under another one paints; None where it lets through."""
    if below.kind in ("picture", "chart", "diagram", "object"):
        return ""
    if below.kind != "text":
        return None
    fill = own_fill(slide.backing.chain(below), slide.backing.look)
    return _style(below.element, slide) if fill is None else fill


def _beneath(area: Area, slide: Slide) -> str:
    """The colour of the page where a shape stands, with what the layout draws on it."""
    backing = slide.backing
    colour = background((slide.element, backing.element, backing.master), backing.look)
    drawn = backing.drawn if slide.shows_master else ()
    return behind(area.box, colour, drawn)


def in_theme(slide: Slide, page: Box) -> Iterator[Finding]:  # noqa: ARG001 - see contents.CHECKS
    """Fonts and colours that neither the theme nor the layout knows."""
    fonts, colours = slide.backing.fonts, slide.backing.colours
    for area in slide.areas:
        roots = [area.element, *_chart(area, slide)]
        strange = sorted({f for root in roots for f in _fonts(root)} - fonts)
        if strange:
            yield Finding(
                code="off-theme-font",
                place=slide.at(area),
                message=f"The font {strange[0]} is not one of the template's.",
                fix="leave the font to the theme",
            )
        other = sorted({c for root in roots for c in _colours(root)} - colours)
        if other:
            yield Finding(
                code="off-theme-colour",
                place=slide.at(area),
                message=f"The colour #{other[0]} is not one of the template's.",
                fix="take a colour of the theme",
            )


def _chart(area: Area, slide: Slide) -> list[Any]:
    """The chart that a shape shows, as its own XML."""
    if area.kind != "chart":
        return []
    ids = (
        v for e in area.element.iter("{*}chart") for k, v in e.attrib.items() if k.endswith("}id")
    )
    return [slide.charts[rid] for rid in ids if rid in slide.charts]


def _fonts(root: Any) -> Iterator[str]:
    for name in ("latin", "ea", "cs"):
        for element in root.iter(f"{A}{name}"):
            typeface = element.get("typeface", "")
            if typeface and not typeface.startswith("+"):
                yield typeface


def _colours(root: Any) -> Iterator[str]:
    for element in root.iter(f"{A}srgbClr"):
        yield element.get("val", "").upper()
