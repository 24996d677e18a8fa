"""Writing paragraphs into shapes: language, direction, size and the frame's own fonts, outright."""

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.oxml.ns import qn

from copydesk.brief import Language
from copydesk.slides.typeset.fit import Fitted, gap_after, printable, size_at
from copydesk.slides.typeset.frame import Frame, Paragraph, Type
from copydesk.slides.typeset.metrics import is_han
from copydesk.slides.typeset.scripts import LANGUAGE_TAGS, language_of, reads_from_right

_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
_SWAPPED = {"l": "r", "r": "l"}


def write(body: Any, fitted: Fitted, frame: Frame, language: Language, *, colour: str = "") -> None:
    """Replace the paragraphs of a `txBody` element by fitted ones, one run each.

    Args:
        body: the `p:txBody` or `a:txBody`; at least one paragraph is left in it.
        colour: a theme colour's name for drawn text; empty where the colour is inherited.
    """
    _clear(body)
    paragraphs = fitted.paragraphs or (Paragraph(""),)
    for index, paragraph in enumerate(paragraphs):
        kind = frame.level(paragraph.level)
        element = etree.SubElement(body, qn("a:p"))
        spread = fitted.gap is not None and index < len(paragraphs) - 1
        gap = gap_after(paragraphs, index, fitted.gap or 0.0) if spread else None
        _properties(element, paragraph, kind, gap)
        size = None if fitted.size is None else size_at(kind, frame, fitted.size)
        if not paragraph.text:
            continue
        run = etree.SubElement(element, qn("a:r"))
        run.append(run_properties(paragraph.text, kind, language, size=size, colour=colour))
        etree.SubElement(run, qn("a:t")).text = paragraph.text


def write_plain(
    body: Any, texts: Sequence[str], language: Language, frame: Frame | None = None
) -> None:
    """Replace the paragraphs of a `txBody` by texts as they are, at the inherited size."""
    plain = frame or Frame(width=0, height=0, levels=(Type(latin="", ea="", cs=""),))
    write(body, Fitted(tuple(Paragraph(printable(t)) for t in texts)), plain, language)


def write_number(body: Any, number: int, language: Language) -> None:
    """Put the slide-number field into a `txBody`; `number` shows until a program recomputes it."""
    write_field(body, "slidenum", str(number), language)


def write_field(body: Any, kind: str, text: str, language: Language) -> None:
    """Put a field ("slidenum", "datetime1", …) into a `txBody`, with the text it shows now."""
    _clear(body)
    paragraph = etree.SubElement(body, qn("a:p"))
    field = etree.SubElement(paragraph, qn("a:fld"))
    field.set("id", _FIELD)
    field.set("type", kind)
    field.append(run_properties(text, None, language))
    etree.SubElement(field, qn("a:t")).text = printable(text)


def run_properties(
    text: str,
    kind: Type | None,
    language: Language,
    *,
    size: float | None = None,
    colour: str = "",
) -> Any:
    """An `a:rPr`: the text's language, a size where it is not the inherited one, the fonts.

    The fonts are those that the frame has anyway, for all three kinds of script: what a program
    fills in for a missing one is its own guess.
    """
    properties = etree.Element(qn("a:rPr"))
    tag = language_of(text, language)
    properties.set("lang", tag)
    if tag != LANGUAGE_TAGS["en"]:
        properties.set("altLang", LANGUAGE_TAGS["en"])
    if size is not None:
        properties.set("sz", str(round(size * 100)))
    if kind and kind.italic and is_han(text):
        properties.set("i", "0")  # Han letters have no italics: slanted ones are an emergency
    properties.set("dirty", "0")
    if colour:
        fill = etree.SubElement(properties, qn("a:solidFill"))
        etree.SubElement(fill, qn("a:schemeClr")).set("val", colour)
    for name in ("latin", "ea", "cs") if kind else ():
        if face := getattr(kind, name):
            etree.SubElement(properties, qn(f"a:{name}")).set("typeface", face)
    return properties


def _clear(body: Any) -> None:
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)


def _properties(element: Any, paragraph: Paragraph, kind: Type, gap: float | None) -> None:
    """The paragraph's own properties, where it needs any."""
    said: dict[str, str] = {}
    if paragraph.level:
        said["lvl"] = str(paragraph.level)
    rtl = reads_from_right(paragraph.text)
    if rtl != kind.rtl and paragraph.text:
        said["algn"] = _SWAPPED.get(kind.align, kind.align)
        said["rtl"] = str(int(rtl))
    if not said and gap is None:
        return
    properties = etree.SubElement(element, qn("a:pPr"))
    for name in ("lvl", "algn", "rtl"):
        if name in said:
            properties.set(name, said[name])
    if gap is not None:
        after = etree.SubElement(properties, qn("a:spcAft"))
        etree.SubElement(after, qn("a:spcPts")).set("val", str(round(gap * 100)))
