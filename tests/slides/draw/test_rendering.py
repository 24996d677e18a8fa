"""Decks become files that open, say what was meant, and are the same every time."""

import io
import json
import re
import subprocess
import zipfile

import pytest
from benchmarks.every_intent import every_intent, paint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx import Presentation

from copydesk.slides import deck as d
from copydesk.slides.draw import compose
from copydesk.slides.draw.render import render
from copydesk.slides.draw.slotted import texts_of
from copydesk.slides.master.master import Master, open_master
from copydesk.slides.master.ours import our_masters
from copydesk.slides.review.review import review
from copydesk.slides.typeset.fit import fit
from copydesk.slides.typeset.metrics import text_width

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
HOSTILE = st.one_of(
    st.text(alphabet=st.characters(), max_size=80),
    st.sampled_from(["\x00\x0b\x1f", "W" * 500, "🐝" * 60, "שלום עולם " * 9, "مرحبا " * 40, "　"]),
)
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
LONG = "Flowering in town lasts six weeks longer than on farmland, as the committee should know"


@pytest.fixture(scope="module")
def ours() -> Master:
    return open_master()


@pytest.fixture(scope="module")
def foreign(tmp_path_factory) -> Master:
    """A template that nobody here has drawn: python-pptx's own, 4:3."""
    path = tmp_path_factory.mktemp("foreign") / "foreign.pptx"
    Presentation().save(str(path))
    return open_master(path)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return tmp_path_factory.mktemp("pictures")


def opened(rendered):
    return Presentation(io.BytesIO(rendered.content))


def deck_of(*slides, language="en"):
    return d.Deck("Bees", language, slides)


def notes_of(slide):
    return slide.notes_slide.notes_text_frame.text


def named(slide):
    return {shape.name: shape for shape in slide.shapes}


# What is on the slides ---------------------------------------------------------------------------


@LANGUAGES
@pytest.mark.parametrize("where", ["ours", "foreign"])
def test_every_text_of_every_intent_is_on_its_slide(where, language, request, pictures):
    deck = every_intent(language, pictures)
    rendered = render(deck, request.getfixturevalue(where))
    assert rendered.deck == deck
    for slide, drawn in zip(deck.slides, opened(rendered).slides, strict=True):
        shapes = named(drawn)
        for slot, paragraphs in texts_of(slide, language).items():
            if slot in shapes:
                assert [p.text for p in paragraphs] == shapes[slot].text_frame.text.split("\n")[
                    -len(paragraphs) :
                ]
        assert shapes["title"].text_frame.text == slide.title
        assert notes_of(drawn).startswith(slide.notes)


@pytest.mark.parametrize("where", ["ours", "foreign"])
def test_the_title_comes_first_and_every_shape_has_an_id_of_its_own(where, request, pictures):
    for slide in opened(
        render(every_intent("en", pictures), request.getfixturevalue(where))
    ).slides:
        first = next(s for s in slide.shapes if s.name != "picture")
        assert first.name == "title"
        ids = [e.get("id") for e in slide._element.iter("{*}cNvPr")]
        assert len(set(ids)) == len(ids)


def test_no_placeholder_is_left_empty_and_none_fits_itself(foreign, pictures):
    for slide in opened(render(every_intent("en", pictures), foreign)).slides:
        for holder in slide.placeholders:
            if holder.has_text_frame:
                assert holder.text_frame.text.strip()
                assert holder._element.find(".//{*}bodyPr/{*}noAutofit") is not None


def test_date_footer_and_number_come_along(foreign, pictures):
    slide = opened(render(every_intent("en", pictures), foreign)).slides[3]
    kinds = {h._element.find(".//{*}ph").get("type"): h.text_frame for h in slide.placeholders}
    assert kinds["ftr"].text == "Bees in the city"
    fields = [kinds[kind]._txBody.find(".//{*}fld").get("type") for kind in ("sldNum", "dt")]
    assert fields == ["slidenum", "datetime1"]


def test_pictures_charts_tables_and_diagrams_have_alternative_text_in_the_decks_language(
    ours, pictures
):
    for slide in opened(render(every_intent("zh", pictures), ours)).slides:
        for shape in slide.shapes:
            if not shape.has_text_frame:
                said = next(shape._element.iter("{*}cNvPr")).get("descr")
                assert re.search("[一-鿿]", said or ""), (slide.slide_id, shape.name)


def test_a_title_is_a_title_where_the_layout_numbers_its_placeholders_alike_or_has_none(tmp_path):
    presentation = Presentation()
    for layout in presentation.slide_layouts:
        for ph in layout._element.iter("{*}ph"):
            if layout.name == "Title and Content":
                ph.attrib.pop("idx", None)
            else:
                ph.set("type", "body")
    presentation.save(str(tmp_path / "sloppy.pptx"))
    master = open_master(tmp_path / "sloppy.pptx")
    slides = (
        d.BulletsSlide(title="Sloppy", bullets=(d.Point("a"),)),
        d.QuoteSlide(title="Nothing", quote="b", speaker="c"),
    )
    drawn = opened(render(deck_of(*slides), master)).slides
    assert [s.shapes.title.text_frame.text for s in drawn] == ["Sloppy", "Nothing"]


def test_a_source_stands_in_the_notes(ours):
    slide = d.BulletsSlide(title="T", bullets=(d.Point("a"),), notes="Say it.", source="The count")
    assert notes_of(opened(render(deck_of(slide), ours)).slides[0]) == "Say it.\nSource: The count"
    chinese = render(deck_of(slide, language="zh"), ours)
    assert notes_of(opened(chinese).slides[0]).endswith("来源：The count")


def test_code_keeps_its_lines_and_the_spaces_at_their_head(foreign):
    slide = d.CodeSlide(title="T", code="def f():\n    return 1\n\n\nf()\n", language="python")
    shape = named(opened(render(deck_of(slide), foreign)).slides[0])["code python"]
    assert shape.text_frame.text.split("\n") == ["def f():", "    return 1", " ", " ", "f()"]


def test_quotations_get_marks_once(ours):
    slides = [d.QuoteSlide(title="T", quote=quote) for quote in ("Yes.", "“Yes.”", '"Yes."')]
    for slide in opened(render(deck_of(*slides), ours)).slides:
        assert named(slide)["quote"].text_frame.text == "“Yes.”"


# Too much ----------------------------------------------------------------------------------------


def test_what_is_cut_is_told_and_kept_in_the_notes(ours):
    slide = d.BulletsSlide(title="Long", bullets=(d.Point("every word counts " * 400),))
    rendered = render(deck_of(slide), ours)
    assert [(f.code, f.place) for f in rendered.findings] == [("text-cut", "slide 1, points")]
    notes = notes_of(opened(rendered).slides[0])
    assert notes == "Full text: " + ("every word counts " * 400).strip()


def test_a_crowded_slide_is_split_and_nothing_is_cut(ours):
    points = tuple(d.Point(f"{i}: {LONG}") for i in range(13))
    slide = d.BulletsSlide(title="Much", bullets=points, notes="Say it.", source="The count")
    rendered = render(deck_of(slide), ours, split=True)
    count = len(rendered.deck.slides)
    assert count > 1
    assert [f.code for f in rendered.findings] == ["slide-split"]
    assert [s.title for s in rendered.deck.slides] == [
        f"Much ({i}/{count})" for i in range(1, count + 1)
    ]
    drawn = [point for s in rendered.deck.slides for point in s.bullets]
    assert tuple(drawn) == points
    slides = opened(rendered).slides
    assert {notes_of(s) for s in slides} == {"Say it.\nSource: The count"}
    sizes = {p.runs[0].font.size for s in slides for p in named(s)["points"].text_frame.paragraphs}
    assert len(sizes) == 1


def test_a_numbered_list_counts_on_when_it_is_split(ours):
    slide = d.AgendaSlide(title="Agenda", items=tuple(f"{i}: {LONG}" for i in range(12)))
    rendered = render(deck_of(slide), ours, split=True)
    first = rendered.deck.slides[0].items
    second = named(opened(rendered).slides[1])["items"]._element
    assert {n.get("startAt") for n in second.iter("{*}buAutoNum")} == {str(len(first) + 1)}


def test_a_long_table_is_split_verbatim(foreign):
    rows = tuple((f"row {i}", str(i * 1000)) for i in range(50))
    slide = d.TableSlide(title="Rows", header=("Name", "Value"), rows=rows)
    rendered = render(deck_of(slide), foreign, split=True)
    found = []
    for one in opened(rendered).slides:
        table = named(one)["table"].table
        cells = [tuple(c.text for c in row.cells) for row in table.rows]
        assert cells[0] == ("Name", "Value")
        found += cells[1:]
    assert tuple(found) == rows


def test_a_table_larger_than_its_place_says_what_is_left_out_and_loses_nothing(ours):
    rows = tuple(tuple(f"{i}/{j}" for j in range(30)) for i in range(2000))
    slide = d.TableSlide(title="Data", header=(), rows=rows)
    rendered = render(deck_of(slide), ours)
    assert [f.code for f in rendered.findings] == ["cells-left-out"]
    assert rendered.findings[0].measured == "2000 rows, 30 columns"
    assert "1999/29" in notes_of(opened(rendered).slides[0])


def test_numbers_stand_flush_right_but_for_those_that_name_the_rows(ours):
    rows = tuple((str(2020 + i), f"{i},000", "word") for i in range(3))
    slide = d.TableSlide(title="T", header=("Year", "Visits", "Note"), rows=rows)
    table = named(opened(render(deck_of(slide), ours)).slides[0])["table"]._element
    sides = [p.get("algn") for p in table.iter("{*}pPr")]
    assert sides == ["l", "r", "l"] * 4


def test_lists_side_by_side_are_set_in_one_size(ours):
    slide = d.ComparisonSlide(
        title="T",
        left=d.Column(heading="L", points=(LONG,) * 4),
        right=d.Column(heading="R", points=("short",)),
    )
    shapes = named(opened(render(deck_of(slide), ours)).slides[0])
    sizes = [shapes[s].text_frame.paragraphs[0].runs[0].font.size for s in ("left", "right")]
    assert sizes[0] is not None
    assert sizes[0] == sizes[1]


@given(data=st.data())
@QUICK
def test_hostile_texts_make_a_file_that_opens(data):
    def text():
        return data.draw(HOSTILE)

    slides = (
        d.TitleSlide(title=text(), subtitle=text(), notes=text()),
        d.BulletsSlide(title=text(), bullets=(d.Point(text(), (text(),)),), source=text()),
        d.TableSlide(title=text(), header=(text(), text()), rows=((text(),), (text(),) * 3)),
        d.ChartSlide(
            title=text(),
            categories=(text(), text()),
            series=(d.Series(name=text(), values=(data.draw(st.floats()), 1.0)),),
            unit=text(),
        ),
        d.CodeSlide(title=text(), code=text(), language=text()),
        d.ProcessSlide(title=text(), steps=(d.Step(label=text(), text=text()),) * 3),
    )
    rendered = render(d.Deck(text(), data.draw(st.sampled_from(["en", "zh"])), slides), _HOSTS[0])
    assert len(opened(rendered).slides) == len(slides)


_HOSTS = [open_master()]


def test_a_text_leaves_its_layout_only_for_one_that_has_a_place_for_every_text(pictures):
    slide = every_intent("en", pictures).slides[9]
    for name in our_masters():
        drawn = opened(render(deck_of(slide), open_master(name))).slides[0]
        assert drawn.slide_layout.name == "chart", name


def test_a_big_number_stays_on_one_line(ours):
    slide = d.BigNumberSlide(title="T", number="€ 79,200,000 a year", caption="c")
    shape = named(opened(render(deck_of(slide), ours)).slides[0])["number"]
    size = shape.text_frame.paragraphs[0].runs[0].font.size.pt
    kind = ours.served("big-number")[0].places["number"].frame.type
    assert text_width("€ 79,200,000 a year", kind, "en", size) <= shape.width.pt


def test_what_has_no_place_is_in_the_notes_with_a_label(foreign, pictures):
    paint(pictures / "hall.png")
    slide = d.PictureFullSlide(
        title="T", picture=str(pictures / "hall.png"), caption="Seen from the hall"
    )
    notes = notes_of(opened(render(deck_of(slide), foreign)).slides[0])
    assert notes == "Not shown: Seen from the hall"


@pytest.mark.parametrize("split", [False, True])
def test_thousands_of_items_take_no_longer_than_those_that_fit(ours, split, monkeypatch):
    measured = []
    monkeypatch.setattr(
        compose, "fit", lambda p, *a, **k: measured.append(len(p)) or fit(p, *a, **k)
    )
    slide = d.AgendaSlide(title="T", items=tuple(f"item {i}" for i in range(3000)))
    assert [f.code for f in render(deck_of(slide), ours, split=split).findings] == ["text-cut"]
    assert sum(measured) < 200


# The file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["ours", "foreign"])
def test_same_deck_same_bytes(where, request, pictures):
    deck, master = every_intent("en", pictures), request.getfixturevalue(where)
    assert render(deck, master).content == render(deck, master).content


def test_no_clock_is_left_in_the_file(ours, pictures):
    content = render(every_intent("en", pictures), ours).content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {e.date_time[0] for e in package.infolist()} == {1980}
        assert b"dcterms" not in package.read("docProps/core.xml")
        book = next(n for n in package.namelist() if n.endswith(".xlsx"))
        with zipfile.ZipFile(io.BytesIO(package.read(book))) as inner:
            assert {e.date_time[0] for e in inner.infolist()} == {1980}


def test_the_templates_own_parts_keep_their_bytes(foreign, pictures):
    with zipfile.ZipFile(io.BytesIO(foreign.content)) as package:
        before = {n: package.read(n) for n in package.namelist() if "slideLayout" in n}
    content = render(every_intent("en", pictures), foreign).content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert all(package.read(name) == part for name, part in before.items())


def test_one_picture_is_in_the_file_once(ours, pictures):
    deck = every_intent("en", pictures)
    content = render(deck_of(*deck.slides[10:12], *deck.slides[10:12]), ours).content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert len([n for n in package.namelist() if n.startswith("ppt/media/")]) == 1


def test_every_run_says_its_language_and_no_font_or_colour_from_outside(foreign, pictures):
    for slide in opened(render(every_intent("zh", pictures), foreign)).slides:
        for run in slide._element.iter("{*}rPr"):
            assert run.get("lang")
            faces = [f.get("typeface") for f in run if f.tag.endswith(("latin", "}ea", "}cs"))]
            assert all(face.startswith("+m") for face in faces)
        assert slide._element.find(".//{*}srgbClr") is None


@LANGUAGES
def test_review_finds_nothing_in_the_file(language, ours, pictures, tmp_path):
    path = tmp_path / "deck.pptx"
    path.write_bytes(render(every_intent(language, pictures), ours).content)
    assert review(path) == []


@pytest.mark.office
@LANGUAGES
def test_review_finds_nothing_on_the_pages(language, ours, pictures, tmp_path):
    path = tmp_path / "deck.pptx"
    path.write_bytes(render(every_intent(language, pictures), ours).content)
    assert review(path, rendered=True) == []


@pytest.mark.validator
@pytest.mark.parametrize("where", ["ours", "foreign"])
def test_open_xml_validator_finds_nothing(where, request, pictures, tmp_path):
    path = tmp_path / "deck.pptx"
    deck = every_intent("en", pictures)
    path.write_bytes(render(deck, request.getfixturevalue(where)).content)
    done = subprocess.run(
        ["ooxml-validator", str(path)], capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["errors"] == []
