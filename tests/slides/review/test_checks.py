"""The review sees in a file what it is there to see, says where, and is silent otherwise."""

import io
from dataclasses import replace

import pytest
from benchmarks.every_intent import every_intent
from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from copydesk.errors import DocumentProblem, MissingTool
from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master
from copydesk.slides.review.measures import measure
from copydesk.slides.review.preview import to_pdf
from copydesk.slides.review.review import review, reviewed


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A deck with a slide of every intent, as it comes out of the renderer."""
    deck = every_intent("en", tmp_path_factory.mktemp("pictures"))
    return render(deck, open_master()).content


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    """The same with those slides only that are spoiled here."""
    deck = every_intent("en", tmp_path_factory.mktemp("pictures"))
    wanted = ("bullets", "picture", "chart", "table", "process")
    slides = tuple(slide for slide in deck.slides if slide.intent in wanted)
    return render(replace(deck, slides=slides), open_master()).content


@pytest.fixture
def spoiled(some):
    """The codes found in it after `spoil` has had the slide of an intent."""

    def make(intent, spoil):
        presentation = Presentation(io.BytesIO(some))
        named = {s._element.find(qn("p:cSld")).get("name"): s for s in presentation.slides}
        spoil(named[intent])
        stream = io.BytesIO()
        presentation.save(stream)
        return {f.code for f in review(stream.getvalue())}

    return make


def test_nothing_is_found_in_a_good_deck(whole):
    found = reviewed(whole)
    assert found.findings == ()
    assert found.share.frames > 60
    assert found.share.in_placeholders > 0.8


def test_an_empty_title_and_no_notes(spoiled):
    def spoil(slide):
        slide.shapes.title.text_frame.text = ""
        slide.notes_slide.notes_text_frame.text = " "

    assert spoiled("bullets", spoil) == {"no-title", "no-notes", "empty-placeholder"}


def test_a_title_that_is_read_last(spoiled):
    def spoil(slide):
        title = slide.shapes.title._element
        title.getparent().append(title)

    assert spoiled("bullets", spoil) == {"reading-order"}


def test_a_shape_over_the_edge(spoiled):
    def spoil(slide):
        slide.shapes.title.left = Emu(-Inches(1))
        slide.shapes.title.top = slide.shapes.title.width = slide.shapes.title.height = Inches(3)

    assert spoiled("bullets", spoil) == {"outside-slide"}


def test_type_too_small_to_read(spoiled):
    def spoil(slide):
        slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(9)

    assert spoiled("bullets", spoil) == {"small-type"}


def test_type_that_a_program_shrank(spoiled):
    def spoil(slide):
        body = slide.shapes.title._element.txBody.find(qn("a:bodyPr"))
        for fit in list(body):
            body.remove(fit)
        etree.SubElement(body, qn("a:normAutofit")).set("fontScale", "25000")

    assert spoiled("bullets", spoil) == {"small-type"}


def test_words_that_say_what_should_stand_there(spoiled):
    def spoil(slide):
        slide.shapes.title.text_frame.paragraphs[0].runs[0].text = "Click to add title"

    assert spoiled("bullets", spoil) == {"prompt-text"}


def test_colours_that_cannot_be_read_or_are_strange(spoiled):
    def spoil(slide):
        run = slide.shapes.title.text_frame.paragraphs[0].runs[0]
        run.font.color.rgb = RGBColor(0xFD, 0xFC, 0xFB)

    assert spoiled("bullets", spoil) == {"contrast", "off-theme-colour"}


def test_text_on_a_shape_is_held_against_the_shape(spoiled):
    def spoil(slide):
        box = slide.shapes.add_textbox(Inches(1), Inches(5), Inches(3), Inches(1))
        box.text_frame.text = "on black"
        box.fill.solid()
        box.fill.fore_color.theme_color = 13  # text 1, the text's own colour

    assert spoiled("bullets", spoil) == {"contrast"}


def test_a_font_from_outside(spoiled):
    def spoil(slide):
        slide.shapes.title.text_frame.paragraphs[0].runs[0].font.name = "Comic Sans MS"

    assert spoiled("bullets", spoil) == {"off-theme-font"}


@pytest.mark.parametrize("intent", ["picture", "chart", "table", "process"])
def test_what_cannot_be_seen_is_not_said(spoiled, intent):
    def spoil(slide):
        for shape in slide.shapes:
            if not shape.is_placeholder or shape._element.tag != qn("p:sp"):
                shape._element.find(".//" + qn("p:cNvPr")).attrib.pop("descr", None)

    assert spoiled(intent, spoil) == {"no-alt-text"}


def test_decoration_needs_no_words(spoiled):
    def spoil(slide):
        for shape in slide.shapes:
            about = shape._element.find(".//" + qn("p:cNvPr"))
            if about.attrib.pop("descr", None):
                about.append(
                    etree.fromstring(
                        '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
                        '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><d:decorative xmlns:d='
                        '"http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
                        "</a:ext></a:extLst>"
                    )
                )

    assert spoiled("picture", spoil) == set()


def test_a_deck_of_nobodys_is_read_to_its_end():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Groups"
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    inner.shapes.add_textbox(Pt(10), Pt(10), Pt(90), Pt(20)).text_frame.text = "in a group"
    slide.shapes.add_table(2, 2, Pt(100), Pt(200), Pt(300), Pt(100)).table.cell(0, 0).text = "cell"
    stream = io.BytesIO()
    presentation.save(stream)
    found = {f.code for f in review(stream.getvalue())}
    assert found == {"no-notes", "no-alt-text"}


def test_frames_and_their_text_are_counted(tmp_path, whole):
    path = tmp_path / "deck.pptx"
    path.write_bytes(whole)
    share = measure(path)
    assert share == reviewed(path).share
    assert share.inherited <= share.characters


@pytest.mark.parametrize("content", [b"", b"PK no", b"PK\x03\x04" + b"\0" * 100])
def test_no_presentation_is_refused(content):
    with pytest.raises(DocumentProblem):
        review(content)


def test_a_missing_program_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="soffice") as caught:
        to_pdf(tmp_path / "x.pptx", tmp_path)
    assert caught.value.hint == "install LibreOffice Impress"
