"""Decks become files that open, say what was meant, and are the same every time."""

import io
import json
import re
import subprocess
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx import Presentation
from tests.slides.samples import CHINESE, ENGLISH

from copydesk.slides import render as rendering
from copydesk.slides.deck import (
    AgendaSlide,
    BulletsSlide,
    ChartSlide,
    ClosingSlide,
    Column,
    ComparisonSlide,
    Deck,
    SectionSlide,
    Series,
    TableSlide,
    TitleSlide,
)
from copydesk.slides.draw.render import render
from copydesk.slides.master.inherit import kind_of
from copydesk.slides.master.master import open_master
from copydesk.slides.review.review import review

MASTER = open_master()
DECKS = pytest.mark.parametrize("deck", [ENGLISH, CHINESE], ids=["en", "zh"])
OFFICE = [pytest.mark.office]
HOSTILE = st.one_of(
    st.text(alphabet=st.characters(), max_size=80),
    st.sampled_from(["\x00\x0b\x1f", "W" * 500, "🐝" * 60, "שלום עולם " * 9, "مرحبا " * 40, "　"]),
)


def opened(content):
    return Presentation(io.BytesIO(content))


def saved(deck, folder):
    path = folder / "deck.pptx"
    path.write_bytes(render(deck, MASTER))
    return path


@DECKS
def test_every_slide_has_footer_number_title_and_notes(deck):
    for number, slide in enumerate(opened(render(deck, MASTER)).slides, 1):
        texts = {kind_of(s._element): s.text_frame.text for s in slide.placeholders if texty(s)}
        assert texts["ftr"] == deck.title
        assert texts["sldNum"] == str(number)
        assert slide.shapes.title.text_frame.text == deck.slides[number - 1].title
        assert slide.notes_slide.notes_text_frame.text == deck.slides[number - 1].notes


def texty(shape):
    return shape.has_text_frame


def test_no_clock_is_left_in_the_file():
    with zipfile.ZipFile(io.BytesIO(render(ENGLISH, MASTER))) as package:
        books = [n for n in package.namelist() if n.endswith(".xlsx")]
        assert books
        for content in (package.read(name) for name in books):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                assert {e.date_time[0] for e in book.infolist()} == {1980}
                assert b"dcterms:created" not in book.read("docProps/core.xml")
        assert {e.date_time[0] for e in package.infolist()} == {1980}


@DECKS
def test_same_deck_same_bytes(deck):
    assert render(deck, MASTER) == render(deck, MASTER)


@DECKS
def test_review_finds_nothing_in_the_file(deck, tmp_path):
    assert review(saved(deck, tmp_path)) == []


@pytest.mark.parametrize("deck", [pytest.param(d, marks=OFFICE) for d in (ENGLISH, CHINESE)])
def test_review_finds_nothing_on_the_pages(deck, tmp_path):
    assert review(saved(deck, tmp_path), rendered=True) == []


@pytest.mark.validator
@DECKS
def test_open_xml_validator_finds_nothing(deck, tmp_path):
    done = subprocess.run(
        ["ooxml-validator", str(saved(deck, tmp_path))], capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["errors"] == []


def test_axis_ids_are_positive():
    with zipfile.ZipFile(io.BytesIO(render(ENGLISH, MASTER))) as package:
        charts = [n for n in package.namelist() if n.startswith("ppt/charts/chart")]
        assert len(charts) == 4
        for name in charts:
            assert not re.search(rb'<c:(axId|crossAx) val="-', package.read(name))


def test_runs_say_their_language_and_name_no_font():
    for slide in opened(render(CHINESE, MASTER)).slides:
        xml = "".join(s._element.xml for s in slide.shapes if s.has_text_frame)
        assert 'lang="zh-CN"' in xml
        assert not re.search(r"<a:rPr[^>]*>\s*<a:(latin|ea)", xml)


def test_charts_and_tables_have_alternative_text():
    frames = [s for p in opened(render(ENGLISH, MASTER)).slides for s in p.shapes if is_graphic(s)]
    assert len(frames) == 5
    assert all(f._element.nvGraphicFramePr.cNvPr.get("descr") for f in frames)


def is_graphic(shape):
    return shape.has_chart or shape.has_table


def test_what_is_cut_is_kept_in_the_notes():
    long = "every word counts " * 400
    deck = Deck(
        title="Long", language="en", slides=(BulletsSlide(title="Long", bullets=(long, "b")),)
    )
    notes = opened(render(deck, MASTER)).slides[0].notes_slide.notes_text_frame.text
    assert notes.startswith("Full text: ")
    assert long.strip() in notes


def test_charts_survive_what_is_not_a_number():
    values = (1.0, float("nan"), float("inf"))
    deck = Deck(
        title="x",
        language="en",
        slides=(
            ChartSlide(
                title="Gaps",
                kind="line",
                categories=("a", "b", "c", "d"),
                series=(Series(name="s", values=values),),
            ),
            ChartSlide(title="Nothing", kind="pie", categories=(), series=()),
        ),
    )
    slides = opened(render(deck, MASTER)).slides
    assert [any(s.has_chart for s in slide.shapes) for slide in slides] == [True, False]


def filled(draw_text, language):
    """A deck with every slot in use: `draw_text(intent, slot)` gives each text."""
    t, items = draw_text, MASTER.max_items

    def many(intent, count):
        return tuple(t(intent, "item") for _ in range(count))

    def cells():
        return tuple(t("table", "cell") for _ in range(items("table", "column")))

    side = [
        Column(heading=t("comparison", "heading"), points=many("comparison", items("comparison")))
        for _ in range(2)
    ]
    return Deck(
        title=t("title", "title"),
        language=language,
        slides=(
            TitleSlide(title=t("title", "title"), subtitle=t("title", "subtitle")),
            AgendaSlide(title=t("agenda", "title"), items=many("agenda", items("agenda"))),
            SectionSlide(title=t("section", "title"), number=7, summary=t("section", "summary")),
            BulletsSlide(title=t("bullets", "title"), bullets=many("bullets", items("bullets"))),
            ComparisonSlide(title=t("comparison", "title"), left=side[0], right=side[1]),
            TableSlide(
                title=t("table", "title"),
                header=cells(),
                rows=tuple(cells() for _ in range(items("table"))),
                source=t("table", "source"),
            ),
            ChartSlide(
                title=t("chart", "title"),
                kind="column",
                categories=tuple(t("chart", "category") for _ in range(items("chart"))),
                series=(Series(name=t("chart", "series"), values=(1.0, 2.5)),),
                takeaway=t("chart", "takeaway"),
                source=t("chart", "source"),
            ),
            ClosingSlide(title=t("closing", "title"), points=many("closing", items("closing"))),
        ),
    )


WORDS = "bees nest in sunny soil while administrative responsibilities remain with districts and"
HAN = "城市屋顶为蜜蜂提供花源与筑巢地点，委员会应当逐年统计并公布结果。"
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("language", ["en", "zh"])
@given(data=st.data())
@QUICK
def test_texts_within_capacity_are_never_cut(language, data):
    words = WORDS.split() if language == "en" else list(HAN)

    def text(intent, slot):
        limit = MASTER.capacity(intent, slot, language)
        shuffled = data.draw(st.permutations(words)) * 4
        return (" " if language == "en" else "").join(shuffled)[:limit].strip()

    deck = filled(text, language)
    for slide in opened(render(deck, MASTER)).slides:
        assert not slide.has_notes_slide  # nothing was cut, so there is nothing to keep


@given(data=st.data())
@QUICK
def test_hostile_texts_make_a_file_that_opens(data):
    pool = data.draw(st.lists(HOSTILE, min_size=4, max_size=8))
    deck = filled(lambda *_: data.draw(st.sampled_from(pool)), "en")
    assert len(opened(render(deck, MASTER)).slides) == len(deck.slides)


def test_every_intent_of_the_deck_can_be_rendered():
    assert set(rendering._FILL) <= set(MASTER.intents)
