"""The texts of a finished deck, found in its parts and put back in place: nothing else changes."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from copydesk.brief import Language
from copydesk.slides.package.splice import parts_of
from copydesk.slides.package.steady import pack
from copydesk.slides.typeset.scripts import LANGUAGE_TAGS

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_TEXTS = re.compile(
    r"ppt/(?:slides/slide|notesSlides/notesSlide|charts/chart|diagrams/(?:data|drawing))\d+\.xml"
)
_BOOKS = re.compile(r"ppt/embeddings/[^/]+\.xlsx")
_FOOTERS = ("dt", "ftr", "sldNum")
_LARGEST_BOOK = 20 << 20  # bytes


@dataclass
class Texts:
    """A deck taken apart: the XML of its slides, notes, charts and diagrams, and their texts.

    Attributes:
        found: every text once, in the order in which it is first read, and where it stands.
    """

    content: bytes
    name: str = "The deck"
    found: dict[str, list[Any]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._parts = parts_of(self.content, self.name)
        self._trees: dict[str, Any] = {}
        for name in sorted(self._parts, key=_reading_order):
            if _TEXTS.fullmatch(name):
                self._trees[name] = _tree(self._parts[name])
                for text, place in _places(self._trees[name]):
                    self.found.setdefault(text, []).append(place)

    def replaced(self, texts: Mapping[str, str], language: Language) -> bytes:
        """The deck with texts exchanged, their runs marked as being in `language`."""
        for text, places in self.found.items():
            if text in texts and texts[text] != text:
                for place in places:
                    _put(place, texts[text], language)
        for name, tree in self._trees.items():
            self._parts[name] = etree.tostring(
                tree, xml_declaration=True, encoding="UTF-8", standalone=True
            )
        for name, part in self._parts.items():
            if _BOOKS.fullmatch(name) and len(part) <= _LARGEST_BOOK:
                self._parts[name] = _book(part, texts)
        return pack(self._parts.items())


def _reading_order(name: str) -> tuple[int, str]:
    number = re.search(r"(\d+)\.xml$", name)
    kinds = ("slides/", "charts/", "diagrams/", "notesSlides/")
    kind = next((i for i, part in enumerate(kinds) if part in name), len(kinds))
    return (int(number[1]) if number else 0, f"{kind}{name}")


def _tree(part: bytes) -> Any:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _places(tree: Any) -> Iterator[tuple[str, Any]]:
    """Paragraphs, names in charts, alternative texts; not what a program counts or dates itself."""
    for element in tree.iter(f"{_A}p", f"{_C}v", f"{_P}cNvPr"):
        if element.tag == f"{_A}p":
            text = "".join(_runs_text(element))
            if _is_footer(element):
                continue
        elif element.tag == f"{_C}v":
            named = element.getparent().getparent().tag == f"{_C}strCache"
            text = (element.text or "") if named else ""
        else:
            text = element.get("descr", "")
        if _is_text(text):
            yield " ".join(text.split()), element


def _runs_text(paragraph: Any) -> Iterator[str]:
    for run in paragraph:
        if run.tag == f"{_A}r":
            yield run.findtext(f"{_A}t") or ""
        elif run.tag == f"{_A}br":
            yield " "


def _is_footer(paragraph: Any) -> bool:
    """Whether it stands in a date or a slide number."""
    shape = next(paragraph.iterancestors(f"{_P}sp"), None)
    ph = None if shape is None else shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return ph is not None and ph.get("type") in ("dt", "sldNum")


def _is_text(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _put(element: Any, text: str, language: Language) -> None:
    if element.tag == f"{_C}v":
        element.text = text
    elif element.tag == f"{_P}cNvPr":
        element.set("descr", text)
    else:
        _into_first_run(element, text, language)


def _into_first_run(paragraph: Any, text: str, language: Language) -> None:
    """The text as one run in the look of the first; the other runs and line breaks go."""
    runs = [run for run in paragraph if run.tag in (f"{_A}r", f"{_A}br")]
    first = next(run for run in runs if run.tag == f"{_A}r" and (run.findtext(f"{_A}t") or ""))
    first.find(f"{_A}t").text = text
    properties = first.find(f"{_A}rPr")
    if properties is None:
        properties = etree.Element(f"{_A}rPr")
        first.insert(0, properties)
    properties.set("lang", LANGUAGE_TAGS[language])
    for run in runs:
        if run is not first:
            paragraph.remove(run)


def _book(part: bytes, texts: Mapping[str, str]) -> bytes:
    """A chart's workbook with its names exchanged; one that cannot be read stays as it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out of a workbook is no news
            book = load_workbook(io.BytesIO(part))
    except (OSError, ValueError, KeyError, InvalidFileException, zipfile.BadZipFile):
        return part
    changed = False
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and (new := texts.get(" ".join(cell.value.split()))):
                    cell.value, changed = new, True
    if not changed:
        return part
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
