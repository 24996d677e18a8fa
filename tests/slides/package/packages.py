"""Packages to be opened, whole and broken in every way that a test needs."""

import io
import zipfile
from collections.abc import Mapping

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

MAIN = "ppt/presentation.xml"


def deck(slides: int = 2, *, chart: bool = False, notes: bool = True) -> bytes:
    """A deck on python-pptx's own template; its slides are titled "Slide 1" and on."""
    presentation = Presentation()
    for number in range(1, slides + 1):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number}"
        if notes:
            slide.notes_slide.notes_text_frame.text = f"Notes {number}"
        if chart:
            data = CategoryChartData()
            data.categories = ["a", "b"]
            data.add_series("s", (number, 2))
            place = (Inches(1), Inches(2), Inches(4), Inches(3))
            slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data)
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def titles(content: bytes) -> list[str]:
    """The titles of a deck's slides."""
    return [slide.shapes.title.text for slide in Presentation(io.BytesIO(content)).slides]


def parts(content: bytes) -> dict[str, bytes]:
    """A package's parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(content: Mapping[str, bytes]) -> bytes:
    """Parts as a package."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return stream.getvalue()


def strict(content: bytes) -> bytes:
    """A package as ISO Strict spells it."""
    found = {}
    for name, part in parts(content).items():
        text = part
        for group in ("presentationml", "drawingml"):
            old = f"http://schemas.openxmlformats.org/{group}/2006/"
            text = text.replace(old.encode(), f"http://purl.oclc.org/ooxml/{group}/".encode())
        old = "http://schemas.openxmlformats.org/officeDocument/2006/"
        text = text.replace(old.encode(), b"http://purl.oclc.org/ooxml/officeDocument/")
        text = (
            text.replace(b"extended-properties", b"extendedProperties") if ".rels" in name else text
        )
        found[name] = text
    return package(found)
