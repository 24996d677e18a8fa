"""Decks read back: exactly what was drawn here, and as well as can be what others made."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.every_intent import every_intent
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from copydesk.errors import DocumentProblem
from copydesk.findings import Finding
from copydesk.slides import deck as d
from copydesk.slides.deck import Deck
from copydesk.slides.draw.render import render
from copydesk.slides.files.chart_xml import chart_of_xml
from copydesk.slides.files.read_back import deck_of, read_deck_back, slides_at, with_titles
from copydesk.slides.files.smartart import smartart_of
from copydesk.slides.master.master import open_master

WIDE = (Inches(1), Inches(2), Inches(6), Inches(3))


def with_picture(deck: Deck, path: str) -> Deck:
    """The deck with all its pictures in one place: they are taken out under names of their own."""
    slides = []
    for slide in deck.slides:
        changed = {}
        if isinstance(slide, d.PictureSlide | d.PictureFullSlide):
            changed = {"picture": path}
        if isinstance(slide, d.TeamSlide):
            members = (replace(m, picture=path if m.picture else "") for m in slide.members)
            changed = {"members": tuple(members)}
        slides.append(replace(slide, **changed))
    return replace(deck, slides=tuple(slides))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_decks_are_read_back_exactly(language, tmp_path):
    deck = every_intent(language, tmp_path)
    content = render(deck, open_master()).content
    found: list[Finding] = []
    read = deck_of(content, pictures=tmp_path / "out", on_finding=found.append)
    (picture,) = (tmp_path / "out").iterdir()
    assert read == with_picture(deck, str(picture))
    assert found == []


def test_a_text_that_was_cut_is_read_back_whole(tmp_path):
    points = tuple(
        d.Point("A long point about roofs and what grows on them " * 9) for _ in range(9)
    )
    points = tuple(d.Point(" ".join(one.text.split())) for one in points)
    deck = Deck("T", "en", (d.BulletsSlide(title="T", bullets=points, notes="Said."),))
    rendered = render(deck, open_master())
    assert [one.code for one in rendered.findings] == ["text-cut"]
    assert deck_of(rendered.content) == deck


def test_what_was_put_onto_a_slide_of_ours_is_not_lost():
    deck = Deck("T", "en", (d.ClosingSlide(title="T", points=("one",)),) * 2)
    presentation = Presentation(io.BytesIO(render(deck, open_master()).content))
    first, second = presentation.slides
    first.shapes.add_textbox(*WIDE).text_frame.text = "Call me."
    second.shapes.add_table(1, 2, *WIDE).table.cell(0, 0).text = "cell"
    found: list[Finding] = []
    slides = read(presentation, found).slides
    assert slides == (
        d.ClosingSlide(title="T", points=("one",), notes="Call me."),
        d.ClosingSlide(title="T", points=("one",)),
        d.TableSlide(title="T", header=("cell", ""), rows=()),
    )
    assert [one.code for one in found] == ["text-in-notes", "slide-split"]


# By others ---------------------------------------------------------------------------------------


def theirs(*layouts: int):
    presentation = Presentation()
    return presentation, [
        presentation.slides.add_slide(presentation.slide_layouts[i]) for i in layouts
    ]


def read(presentation, tell=None, pictures: Path | None = None) -> Deck:
    stream = io.BytesIO()
    presentation.save(stream)
    found: list[Finding] = [] if tell is None else tell
    return deck_of(stream.getvalue(), pictures=pictures, on_finding=found.append)


def fill(slide, *texts: str) -> None:
    for holder, text in zip(slide.placeholders, texts, strict=False):
        holder.text_frame.text = text


def test_placeholders_of_others_say_what_a_slide_is():
    presentation, slides = theirs(0, 1, 2, 3, 4, 5)
    opening, bullets, section, two, comparison, only = slides
    fill(opening, "Hello", "World")
    fill(bullets, "Points", "one\ntwo")
    bullets.placeholders[1].text_frame.paragraphs[1].level = 1
    bullets.notes_slide.notes_text_frame.text = "Say it.\nSlowly."
    fill(section, "Part", "about it")
    fill(two, "Two", "left", "right")
    fill(comparison, "Both", "A", "a1\na2", "B", "b1")
    fill(only, "Title only")
    assert read(presentation) == Deck(
        "Hello",
        "en",
        (
            d.TitleSlide(title="Hello", subtitle="World"),
            d.BulletsSlide(
                title="Points", bullets=(d.Point("one", ("two",)),), notes="Say it.\nSlowly."
            ),
            d.SectionSlide(title="Part", summary="about it"),
            d.ColumnsSlide(
                title="Two", left=d.Column(points=("left",)), right=d.Column(points=("right",))
            ),
            d.ComparisonSlide(
                title="Both",
                left=d.Column(heading="A", points=("a1", "a2")),
                right=d.Column(heading="B", points=("b1",)),
            ),
            d.SectionSlide(title="Title only"),
        ),
    )


def test_tables_charts_and_texts_beside_them_are_kept():
    presentation, (slide,) = theirs(5)
    fill(slide, "Numbers")
    table = slide.shapes.add_table(2, 2, *WIDE).table
    for i, text in enumerate(["a", "b", "1", ""]):
        table.cell(i // 2, i % 2).text = text
    data = CategoryChartData()
    data.categories = ["x", "y"]
    data.add_series("s", (1, None))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED_100, *WIDE, data)
    slide.shapes.add_textbox(*WIDE).text_frame.text = "The sum is small."
    found: list[Finding] = []
    first, second = read(presentation, found).slides
    assert (first.header, first.rows) == (("a", "b"), (("1", ""),))
    assert first.notes == "The sum is small."
    assert (second.kind, second.categories) == ("stacked", ("x", "y"))
    assert second.series[0].values[0] == 1
    assert second.series[0].values[1] != second.series[0].values[1]  # a gap
    assert {one.code for one in found} == {"slide-split", "chart-changed", "text-in-notes"}


def test_scatter_charts_keep_both_coordinates():
    presentation, (slide,) = theirs(5)
    data = XyChartData()
    series = data.add_series("s")
    for x, y in ((1, 2), (3.5, 4)):
        series.add_data_point(x, y)
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *WIDE, data)
    (chart,) = read(presentation).slides
    assert chart.kind == "scatter"
    assert chart.series == (d.Series(name="s", values=(2, 4), x=(1, 3.5)),)


def test_pictures_are_taken_out_once_and_logos_are_told(tmp_path):
    every_intent("en", tmp_path)  # paints roof.png
    presentation, slides = theirs(5, 5)
    for slide in slides:
        fill(slide, "Roofs")
        slide.shapes.add_picture(str(tmp_path / "roof.png"), *WIDE)
        slide.shapes.add_picture(str(tmp_path / "roof.png"), 0, 0, Inches(0.5), Inches(0.4))
    found: list[Finding] = []
    deck = read(presentation, found, tmp_path / "out")
    assert {slide.intent for slide in deck.slides} == {"picture-full"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["picture-01.png"]
    assert [one.code for one in found] == ["picture-lost"] * 2


def test_boxes_without_placeholders_are_read_in_the_order_of_the_page():
    presentation, (slide,) = theirs(6)
    for top, text in ((4, "third"), (0.4, "A title"), (2, "second"), (5, "fourth")):
        box = slide.shapes.add_textbox(Inches(1), Inches(top), Inches(6), Inches(0.5))
        box.text_frame.text = text
    (read_slide,) = read(presentation).slides
    assert read_slide.title == "A title"
    assert [one.text for one in read_slide.bullets] == ["second", "third", "fourth"]


def boxed(slide, left: float, top: float, text: str, size: float = 14) -> None:
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.4))
    box.text_frame.text = text
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(size)


def test_cards_that_stand_side_by_side_are_read_card_by_card():
    presentation, (slide,) = theirs(6)
    boxed(slide, 1, 0.5, "How we work", 32)
    for i, (label, text) in enumerate([("Plan", "first"), ("Build", "then"), ("Count", "last")]):
        boxed(slide, 1 + 3 * i, 2, f"0{i + 1}", 24)
        boxed(slide, 1 + 3 * i, 2.45, label, 18)
        boxed(slide, 1 + 3 * i, 2.9, text)
    boxed(slide, 1, 20, "parked beside the page")
    found: list[Finding] = []
    assert read(presentation, found).slides == (
        d.ProcessSlide(
            title="How we work",
            steps=(
                d.Step(label="Plan", text="first"),
                d.Step(label="Build", text="then"),
                d.Step(label="Count", text="last"),
            ),
        ),
    )
    assert [one.code for one in found] == ["off-slide"]


def test_where_links_lead_is_in_the_notes():
    presentation, (slide,) = theirs(1)
    fill(slide, "See", "the count")
    run = slide.placeholders[1].text_frame.paragraphs[0].runs[0]
    run.hyperlink.address = "https://example.org/count"
    assert read(presentation).slides[0].notes == "the count: https://example.org/count"


def test_text_in_a_typeface_for_code_is_code():
    presentation, (slide,) = theirs(1)
    fill(slide, "Code", "for x in y:\n    print(x)")
    for paragraph in slide.placeholders[1].text_frame.paragraphs:
        paragraph.runs[0].font.name = "Courier New"
    assert read(presentation).slides == (
        d.CodeSlide(title="Code", code="for x in y:\n    print(x)"),
    )


def test_a_large_number_with_a_caption_is_one():
    presentation, (_, slide) = theirs(6, 6)
    boxed(slide, 1, 1, "70%", 60)
    boxed(slide, 1, 3, "of their lives are slept")
    assert read(presentation).slides[1] == d.BigNumberSlide(
        title="of their lives are slept", number="70%", caption=""
    )


def test_slides_without_a_title_take_the_one_before():
    slides = (
        d.TitleSlide(title=""),
        d.ClosingSlide(title="End", points=()),
        d.TitleSlide(title=""),
    )
    titles = [slide.title for slide in with_titles(Deck("Bees", "en", slides)).slides]
    assert titles == ["Bees", "End", "End"]


def test_a_chart_that_python_pptx_does_not_know_is_read_from_its_xml():
    xml = """<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart">
      <c:chart><c:plotArea><c:ofPieChart><c:ser><c:tx><c:v>Share</c:v></c:tx>
      <c:cat><c:strRef><c:strCache><c:ptCount val="3"/><c:pt idx="0"><c:v>a</c:v></c:pt>
      <c:pt idx="2"><c:v>c</c:v></c:pt></c:strCache></c:strRef></c:cat>
      <c:val><c:numRef><c:numCache><c:ptCount val="3"/><c:pt idx="0"><c:v>1</c:v></c:pt>
      <c:pt idx="1"><c:v>2.5</c:v></c:pt><c:pt idx="2"><c:v>x</c:v></c:pt></c:numCache>
      </c:numRef></c:val></c:ser></c:ofPieChart></c:plotArea></c:chart></c:chartSpace>"""
    chart = chart_of_xml(xml.encode())
    assert chart is not None
    assert (chart.kind, chart.unlike, chart.categories) == ("pie", "ofPie", ("a", "", "c"))
    assert chart.series[0].values[:2] == (1, 2.5)
    assert chart_of_xml(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>") is None
    assert chart_of_xml(b"\x00") is None


def test_smartart_becomes_a_diagram_of_ours():
    space = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    points = "".join(
        f'<d:pt modelId="{i}"><d:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></d:t></d:pt>'
        for i, text in ((1, "Plan"), (2, "Build"), (3, "quickly"))
    )
    links = "".join(
        f'<d:cxn modelId="c{b}" srcId="{a}" destId="{b}" srcOrd="{o}"/>'
        for a, b, o in ((0, 2, 1), (0, 1, 0), (2, 3, 0), (3, 2, 0))
    )
    xml = (
        f'<d:dataModel xmlns:d="{space}" xmlns:a="{drawing}"><d:ptLst>'
        '<d:pt modelId="0" type="doc"><d:prSet loTypeId="urn:x/layout/process1"/></d:pt>'
        f"{points}</d:ptLst><d:cxnLst>{links}</d:cxnLst></d:dataModel>"
    )
    assert smartart_of(xml.encode(), {"title": "T"}) == d.ProcessSlide(
        title="T", steps=(d.Step(label="Plan"), d.Step(label="Build", text="quickly"))
    )
    assert smartart_of(b"no xml", {"title": "T"}) is None


def test_one_slide_alone_is_read_as_it_is_among_the_others():
    presentation, slides = theirs(1, 1)
    for slide in slides:
        fill(slide, "Points", "one")
    stream = io.BytesIO()
    presentation.save(stream)
    content = stream.getvalue()
    assert slides_at(content, 2) == deck_of(content).slides[1:]
    assert slides_at(content, 1)[0].intent == "title"
    with pytest.raises(DocumentProblem, match="has no slide 3"):
        slides_at(content, 3)


def test_what_is_no_deck_is_a_sentence(tmp_path):
    (tmp_path / "x.pptx").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(DocumentProblem):
        read_deck_back(tmp_path / "x.pptx", None)
    Presentation().save(str(tmp_path / "none.pptx"))
    with pytest.raises(DocumentProblem, match="has no slides"):
        read_deck_back(tmp_path / "none.pptx", None)
