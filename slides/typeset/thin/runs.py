"""Writing paragraphs into shapes: language, direction and size, never a font of our own."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.oxml.ns import qn

from copydesk.brief import Language
from copydesk.slides.typeset.thin.fit import Fitted, printable

LANGUAGE_TAGS: dict[Language, str] = {"en": "en-US", "zh": "zh-CN"}


def write(body: Any, fitted: Fitted, language: Language) -> None:
    """Replace the paragraphs of a `txBody` element by fitted texts, one run each."""
    _clear(body)
    for text in fitted.texts:
        paragraph = etree.SubElement(body, qn("a:p"))
        _properties(paragraph, text, fitted.gap)
        run = etree.SubElement(paragraph, qn("a:r"))
        run.append(run_properties(language, fitted.size))
        etree.SubElement(run, qn("a:t")).text = text


def write_plain(body: Any, texts: Sequence[str], language: Language) -> None:
    """Replace the paragraphs of a `txBody` by texts as they are, at the inherited size."""
    write(body, Fitted(tuple(printable(t) for t in texts)), language)


def write_number(body: Any, number: int, language: Language) -> None:
    """Put the slide-number field into a `txBody`; `number` shows until a program recomputes it."""
    _clear(body)
    paragraph = etree.SubElement(body, qn("a:p"))
    field = etree.SubElement(paragraph, qn("a:fld"))
    field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    field.set("type", "slidenum")
    field.append(run_properties(language, None))
    etree.SubElement(field, qn("a:t")).text = str(number)


def run_properties(language: Language, size: float | None) -> Any:
    """An `a:rPr`: the language, so that spelling and Han glyphs are right, and a size if shrunk."""
    properties = etree.Element(qn("a:rPr"))
    properties.set("lang", LANGUAGE_TAGS[language])
    if language == "zh":
        properties.set("altLang", "en-US")
    if size is not None:
        properties.set("sz", str(round(size * 100)))
    properties.set("dirty", "0")
    return properties


def _clear(body: Any) -> None:
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)


def _properties(paragraph: Any, text: str, gap: float | None) -> None:
    """The paragraph's own properties, where it needs any."""
    rtl = reads_from_right(text)
    if gap is None and not rtl:
        return
    properties = etree.SubElement(paragraph, qn("a:pPr"))
    if rtl:
        properties.set("algn", "r")
        properties.set("rtl", "1")
    if gap is not None:
        after = etree.SubElement(properties, qn("a:spcAft"))
        etree.SubElement(after, qn("a:spcPts")).set("val", str(round(gap * 100)))


def reads_from_right(text: str) -> bool:
    """Whether the first letter with a direction is Arabic or Hebrew."""
    kinds = (unicodedata.bidirectional(c) for c in text)
    return next((k for k in kinds if k in ("L", "R", "AL")), "L") != "L"
