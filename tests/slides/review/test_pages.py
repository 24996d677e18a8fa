"""Pages are looked at as a reader sees them: faults are seen, and what only looks like one is not.

One deck is rendered once: its first slides are right and hard to judge, the others are wrong.
"""

import io

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Pt

from copydesk.slides.review.preview import contact_sheet, pictures_of, to_pdf
from copydesk.slides.review.review import review

pytestmark = pytest.mark.office

LONG = "far too many words for so small a box "


def box(slide, text, left, top, width, height, name="box", **how):
    shape = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
    shape.name = name
    shape.text_frame.word_wrap = True
    shape.text_frame.text = text
    properties = shape._element.txBody.find(qn("a:bodyPr"))
    for fit in list(properties):
        properties.remove(fit)
    for key, value in how.items():
        properties.set(key, value)
    return shape


def bullets(slide):
    shape = box(slide, "Office co\u00adoperation\nﬁrst and ﬂat\nthird point", 60, 120, 300, 120)
    for number, paragraph in enumerate(shape.text_frame.paragraphs):
        properties = paragraph._p.get_or_add_pPr()
        properties.set("marL", "228600")
        properties.set("indent", "-228600")
        mark = etree.SubElement(properties, qn("a:buAutoNum" if number else "a:buChar"))
        mark.set("type" if number else "char", "arabicPeriod" if number else "–")


def from_the_right(slide):
    shape = box(
        slide, "يريد مجلس المدينة زيادة عدد الأسطح بنسبة 35% بحلول عام 2030", 60, 120, 300, 90
    )
    shape.text_frame.paragraphs[0]._p.get_or_add_pPr().set("rtl", "1")


def turned(slide):
    box(slide, "turned by a quarter", 200, 200, 200, 40).rotation = 90
    box(slide, "turned by a little", 400, 200, 200, 40).rotation = 30
    box(slide, "standing on its side", 60, 120, 40, 200, vert="vert270")


def number_field(slide):
    shape = box(slide, "", 600, 480, 60, 30)
    paragraph = shape.text_frame.paragraphs[0]._p
    field = etree.SubElement(paragraph, qn("a:fld"))
    field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    field.set("type", "slidenum")
    etree.SubElement(field, qn("a:rPr")).set("lang", "en-US")
    etree.SubElement(field, qn("a:t")).text = "99"


def same_words_twice(slide):
    box(slide, "Sales in 2024 and 2025", 60, 120, 200, 60)
    box(slide, "2024", 300, 120, 100, 40)
    growing = box(slide, "grows with its text " * 3, 60, 300, 100, 20)
    growing.text_frame.auto_size = MSO_AUTO_SIZE.SHAPE_TO_FIT_TEXT


def overflow(slide):
    box(slide, LONG * 4, 60, 120, 150, 40, name="small")


def off_the_slide(slide):
    box(slide, "runs over the edge of the page", 620, 300, 90, 40, name="edge", wrap="none")


def over_each_other(slide):
    box(slide, LONG * 3, 60, 120, 200, 130, name="upper")
    box(slide, "some other text", 60, 150, 200, 40, name="lower")


def on_a_picture(slide, colour="white"):
    stream = io.BytesIO()
    Image.new("RGB", (80, 60), "#f4f0e8").save(stream, "PNG")
    slide.shapes.add_picture(stream, Pt(60), Pt(120), Pt(400), Pt(300))
    run = (
        box(slide, "on a picture", 100, 150, 300, 40, name="faint").text_frame.paragraphs[0].runs[0]
    )
    run.font.color.rgb = RGBColor.from_string("FFFFFF" if colour == "white" else "101010")


def dark_on_a_picture(slide):
    on_a_picture(slide, "dark")


def hidden(slide):
    slide._element.set("show", "0")
    overflow(slide)


RIGHT = (bullets, from_the_right, turned, hidden, number_field, same_words_twice, dark_on_a_picture)
WRONG = {
    overflow: {("text-outside", "small")},
    off_the_slide: {("text-off-slide", "edge")},
    over_each_other: {("text-overlap", "lower")},
    on_a_picture: {("contrast", "faint")},
}


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    presentation = Presentation()
    for make in (*RIGHT, *WRONG):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = make.__name__.replace("_", " ")
        make(slide)
    path = tmp_path_factory.mktemp("pages") / "deck.pptx"
    presentation.save(str(path))
    return path


@pytest.fixture(scope="module")
def found(deck):
    codes = ("contrast", "page-count", "text-outside", "text-off-slide", "text-overlap")
    return [f for f in review(deck, rendered=True) if f.code in codes]


def on(found, number):
    """What was found on a slide: codes, and the names of shapes."""
    placed = (f for f in found if f.place.startswith(f"slide {number},"))
    return {(f.code, f.place.partition(", ")[2]) for f in placed}


@pytest.mark.parametrize("number", range(1, len(RIGHT) + 1))
def test_what_is_right_is_not_called_wrong(found, number):
    assert on(found, number) == set(), RIGHT[number - 1].__name__


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_wrong_is_found(found, number):
    make, expected = list(WRONG.items())[number]
    assert expected <= on(found, len(RIGHT) + 1 + number), make.__name__


def test_pictures_and_a_sheet_of_all_slides(deck, tmp_path):
    pictures = list(pictures_of(to_pdf(deck, tmp_path), width=200))
    assert len(pictures) == len(RIGHT) + len(WRONG) - 1  # the hidden one is not shown
    assert {p.size for p in pictures} == {(200, 150)}
    sheet = contact_sheet(pictures, columns=4, width=100)
    assert sheet.width == 24 + 4 * 124
    assert isinstance(sheet, Image.Image)
