"""The review sees what it is there to see, and says where."""

import pytest
from pptx import Presentation
from pptx.util import Emu, Inches, Pt
from tests.slides.samples import ENGLISH

from copydesk.errors import DocumentProblem, MissingTool
from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master
from copydesk.slides.review.preview import to_pdf
from copydesk.slides.review.review import review


@pytest.fixture
def broken(tmp_path):
    """The sample deck, handed to `spoil` before it is saved."""

    def make(spoil):
        path = tmp_path / "deck.pptx"
        path.write_bytes(render(ENGLISH, open_master()))
        presentation = Presentation(str(path))
        spoil(presentation.slides[3])
        presentation.save(str(path))
        return path

    return make


def codes(path, **how):
    return {(f.code, f.place.partition(",")[0]) for f in review(path, **how)}


def test_an_empty_title_and_no_notes(broken):
    def spoil(slide):
        slide.shapes.title.text_frame.text = ""
        slide.notes_slide.notes_text_frame.text = " "

    assert {"no-title", "no-notes", "empty-placeholder"} == {c for c, _ in codes(broken(spoil))}


def test_a_shape_over_the_edge(broken):
    def spoil(slide):
        slide.shapes.title.left = Emu(-Inches(1))
        slide.shapes.title.top = slide.shapes.title.width = slide.shapes.title.height = Inches(3)

    assert codes(broken(spoil)) == {("outside-slide", "slide 4")}


def test_type_too_small_to_read(broken):
    def spoil(slide):
        slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(9)

    assert codes(broken(spoil)) == {("small-type", "slide 4")}


@pytest.mark.office
def test_text_that_runs_out_of_its_box(broken):
    def spoil(slide):
        slide.shapes.title.text_frame.paragraphs[0].runs[0].text = "far too many words " * 20

    assert ("text-outside", "slide 4") in codes(broken(spoil), rendered=True)


def test_no_presentation_is_refused(tmp_path):
    path = tmp_path / "x.pptx"
    path.write_bytes(b"PK no")
    with pytest.raises(DocumentProblem):
        review(path)


def test_a_missing_program_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="soffice") as caught:
        to_pdf(tmp_path / "x.pptx", tmp_path)
    assert caught.value.hint == "install LibreOffice Impress"
