"""One slide is exchanged; every other part of the deck keeps its bytes."""

import io

import pytest
from pptx import Presentation
from tests.slides.package.packages import deck, package, parts, titles

from copydesk.errors import UsageProblem
from copydesk.slides.package.saving import saved
from copydesk.slides.package.splice import parts_of, replace_slide

THREE = deck(3, chart=True)
NEW = deck(1, chart=True)


def test_only_that_slide_changes():
    made = replace_slide(THREE, 2, NEW)
    assert titles(made) == ["Slide 1", "Slide 1", "Slide 3"]
    before, after = parts_of(THREE), parts_of(made)
    changed = {n for n in after if before.get(n) != after[n]}
    allowed = ("ppt/slides/slide2", "ppt/slides/_rels/slide2", "[Content_Types]")
    new = set(after) - set(before)
    assert all(name.startswith(allowed) for name in changed - new)
    assert {name.split("/")[1] for name in new} == {"charts", "embeddings", "notesSlides"}


def test_the_chart_its_workbook_and_the_notes_come_along():
    slide = Presentation(io.BytesIO(replace_slide(THREE, 3, NEW))).slides[2]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert tuple(chart.plots[0].series[0].values) == (1, 2)
    assert chart.part.chart_workbook.xlsx_part.blob.startswith(b"PK")
    assert slide.notes_slide.notes_text_frame.text == "Notes 1"
    assert (
        slide.notes_slide.part.part_related_by(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide"
        )
        is slide.part
    )


def test_what_only_the_old_slide_used_is_left_out():
    before, after = parts_of(THREE), parts_of(replace_slide(THREE, 1, deck(1, notes=False)))
    assert len([n for n in before if n.startswith("ppt/charts/chart")]) == 3
    assert len([n for n in after if n.startswith("ppt/charts/chart")]) == 2
    assert len([n for n in after if n.startswith("ppt/notesSlides/notes")]) == 2


def test_notes_come_along_where_the_deck_had_none():
    made = replace_slide(deck(2, notes=False), 1, NEW)
    presentation = Presentation(io.BytesIO(made))
    assert presentation.slides[0].notes_slide.notes_text_frame.text == "Notes 1"
    assert presentation.slides[1].notes_slide.part.notes_master is presentation.notes_master


def test_replacing_twice_leaves_no_rest():
    once = replace_slide(THREE, 2, NEW)
    assert len(parts_of(replace_slide(once, 2, NEW))) == len(parts_of(once))


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_slide_that_is_not_there_is_said(number: int):
    with pytest.raises(UsageProblem, match="has 3 slides"):
        replace_slide(THREE, number, NEW)


def test_another_template_is_said():
    found = {n.replace("slideLayout", "other"): c for n, c in parts(NEW).items()}
    found = {n: c.replace(b"/slideLayout", b"/other") for n, c in found.items()}
    found = {
        n: c.replace(b"relationships/other", b"relationships/slideLayout") for n, c in found.items()
    }
    with pytest.raises(UsageProblem, match="stands"):
        replace_slide(THREE, 1, package(found))


def test_saving_gives_what_python_pptx_saves_and_always_the_same():
    presentation = Presentation(io.BytesIO(THREE))
    stream = io.BytesIO()
    presentation.save(stream)
    made, theirs = parts(saved(presentation)), parts(stream.getvalue())
    assert set(made) == set(theirs)
    assert saved(presentation) == saved(Presentation(io.BytesIO(THREE)))
    assert titles(saved(presentation)) == ["Slide 1", "Slide 2", "Slide 3"]
