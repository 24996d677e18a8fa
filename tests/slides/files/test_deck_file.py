"""Decks as YAML: what is written is read back the same, and what is wrong is named by its line."""

import json
import re
from pathlib import Path

import pytest
import yaml
from benchmarks.every_intent import every_intent
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from copydesk.errors import CopydeskError, UsageProblem
from copydesk.findings import Finding
from copydesk.generate.validate import validate
from copydesk.slides import deck as d
from copydesk.slides.deck import INTENTS, Deck
from copydesk.slides.files.deck_file import deck_from_yaml, read_deck, write_deck
from copydesk.slides.files.deck_yaml import record_of
from copydesk.slides.files.markdown_deck import deck_from_markdown
from copydesk.slides.files.read import read_any
from copydesk.slides.files.schema import deck_schema, schema_text
from copydesk.slides.typeset.fit import printable

DOCS = Path(__file__).parents[3] / "docs"
LINE = st.text(max_size=30).map(printable)
TEXT = LINE.filter(bool)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
HEAD = {"title": LINE, "source": LINE, "notes": st.lists(TEXT, max_size=2).map("\n".join)}
STEPS = st.lists(st.builds(d.Step, label=TEXT, text=LINE), max_size=4).map(tuple)
COLUMN = st.builds(d.Column, heading=LINE, points=TEXTS)
LEAF = st.builds(d.Node, text=TEXT)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def widened(rows: list[tuple[str, ...]], cls: type[d.TableSlide], **head: str) -> d.TableSlide:
    width = max(map(len, rows))
    full = [row + ("",) * (width - len(row)) for row in rows]
    return cls(**head, header=full[0], rows=tuple(full[1:]))


SLIDES = st.one_of(
    st.builds(d.TitleSlide, **HEAD, subtitle=LINE),
    st.builds(d.AgendaSlide, **HEAD, items=TEXTS),
    st.builds(d.SectionSlide, **HEAD, number=st.integers(0, 99), summary=LINE),
    st.builds(
        d.BulletsSlide,
        **HEAD,
        bullets=st.lists(st.builds(d.Point, TEXT, TEXTS), max_size=4).map(tuple),
    ),
    st.builds(d.ColumnsSlide, **HEAD, left=COLUMN, right=COLUMN),
    st.builds(d.ComparisonSlide, **HEAD, left=COLUMN, right=COLUMN),
    st.builds(d.BigNumberSlide, **HEAD, number=LINE, caption=LINE),
    st.builds(d.QuoteSlide, **HEAD, quote=TEXT, speaker=LINE),
    st.builds(
        widened,
        st.lists(st.lists(LINE, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3),
        st.just(d.TableSlide),
        **HEAD,
    ),
    st.builds(
        lambda values, **rest: d.ChartSlide(
            **rest,
            categories=tuple("abcd"[: len(values)]),
            series=(d.Series(name="s", values=values),),
        ),
        st.lists(NUMBERS, min_size=1, max_size=4).map(tuple),
        **HEAD,
        unit=LINE,
        takeaway=LINE,
    ),
    st.builds(d.TimelineSlide, **HEAD, steps=STEPS),
    st.builds(d.CycleSlide, **HEAD, steps=STEPS),
    st.builds(
        d.HierarchySlide,
        **HEAD,
        root=st.builds(d.Node, text=TEXT, children=st.lists(LEAF, max_size=3).map(tuple)),
    ),
    st.builds(
        d.TeamSlide, **HEAD, members=st.lists(st.builds(d.Member, name=TEXT, role=LINE)).map(tuple)
    ),
    st.builds(d.ClosingSlide, **HEAD, points=TEXTS),
)
DECKS = st.builds(
    Deck,
    LINE.filter(bool),
    st.sampled_from(["en", "zh"]),
    st.lists(SLIDES, min_size=1, max_size=4).map(tuple),
)


def read(text: str, folder: Path = Path()) -> Deck:
    return deck_from_yaml(text, "deck.yaml", folder)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_intent_is_written_and_read_back_the_same(language, tmp_path):
    deck = every_intent(language, tmp_path)
    assert {slide.intent for slide in deck.slides} == set(INTENTS)
    path = tmp_path / "deck.yaml"
    path.write_text(write_deck(deck, tmp_path), encoding="utf-8")
    assert str(tmp_path) not in path.read_text("utf-8")
    assert read_deck(path) == deck


@given(DECKS)
@settings(max_examples=60)
def test_any_deck_is_written_and_read_back_the_same(deck):
    assert read(write_deck(deck)) == deck


@given(st.text(max_size=200) | st.binary(max_size=100))
@settings(max_examples=100)
def test_anything_else_is_a_deck_or_a_sentence(content):
    fault = None
    try:
        assert deck_from_yaml(content, "x.yaml", Path()).slides
    except CopydeskError as error:
        fault = error
    assert fault is None or (fault.message.endswith(".") and fault.hint)


def test_short_forms_are_taken():
    deck = read(
        """
slides:
  - Bees in the city
  - title: Why
  - title: Points
    bullets: [one, {text: two, points: [three]}, "no", 7:30]
  - title: Cells
    table: [[a, b], [1, 2.50]]
  - title: Steps
    process: [first, {label: second, text: then}]
  - title: People
    team: [Ada, {name: Ben, role: Buildings}]
"""
    )
    opening, section, points, cells, steps, people = deck.slides
    assert (deck.title, opening.intent, section.intent) == ("Bees in the city", "title", "section")
    assert points.bullets == (
        d.Point("one"),
        d.Point("two", ("three",)),
        d.Point("no"),
        d.Point("7:30"),
    )
    assert cells.rows == (("1", "2.50"),)
    assert steps.steps == (d.Step(label="first"), d.Step(label="second", text="then"))
    assert people.members == (d.Member(name="Ada"), d.Member(name="Ben", role="Buildings"))


def test_a_colon_that_was_not_quoted_is_still_text():
    deck = read("slides:\n- title: Roofs\n  bullets:\n  - Light: any roof carries it\n")
    assert deck.slides[0].bullets == (d.Point("Light: any roof carries it"),)


def test_data_beside_the_deck_is_shown_as_it_stands_there(tmp_path):
    (tmp_path / "sales.csv").write_text("month,north,south\nJan,1.5,n/a\nFeb,2,3\n", "utf-8")
    deck = read(
        """
slides:
  - title: Sales
    chart: {kind: line, data: sales.csv, x: month, y: [south, north]}
  - title: Cells
    table: {data: sales.csv, columns: [month, north]}
""",
        tmp_path,
    )
    chart, table = deck.slides
    assert (chart.kind, chart.categories, chart.source) == ("line", ("Jan", "Feb"), "sales.csv")
    assert [one.name for one in chart.series] == ["south", "north"]
    assert chart.series[1].values == (1.5, 2)
    assert chart.series[0].values[1] == 3
    assert table.rows == (("Jan", "1.5"), ("Feb", "2"))


def test_what_of_the_data_is_not_shown_is_told(tmp_path):
    rows = "\n".join(f"roof {i},{i}" for i in range(10_000))
    (tmp_path / "long.csv").write_text(f"roof,area\n{rows}\n", "utf-8")
    told: list[Finding] = []
    text = "slides:\n- title: A\n  chart: {kind: column, data: long.csv}\n"
    deck = deck_from_yaml(text, "d", tmp_path, told.append)
    assert len(deck.slides[0].categories) == 24
    assert "9,976 of 10,000 rows" in told[0].message


FAULTS = {
    "slides:\n- title: A\n  bulets: [x]\n": ("line 3", "did you mean bullets?"),
    "slides:\n- title: A\n  bullets:\n  - text: x\n    pionts: [y]\n": ("line 5", "points"),
    "slides:\n- title: A\n  chart: {kynd: bar}\n": ("line 3", "did you mean kind?"),
    "titel: A\nslides: [A]\n": ("line 1", "did you mean title?"),
    "slides:\n- title: A\n  bullets: [x]\n  table: [[y]]\n": ("line 4", "two slides"),
    "slides:\n- title: A\n  bullets: x\n": ("a list is wanted", "deck-files.md"),
    "slides:\n- title: A\n- title: B\n  chart: {kind: pies}\n": ("'pies'", "doughnut"),
    "slides:\n- title: A\n  title: B\n": ("line 3", "twice"),
    "slides:\n- title: [A\n": ("line", "quotes"),
    "slides:\n- &a x\n- *a\n": ("aliases", ""),
    "slides: []\n": ("a list of slides", ""),
    "topic: bees\n": ("holds no slides", ""),
    "slides:\n- title: A\n  picture: none.png\n": ("line 3", "no picture none.png"),
    "slides:\n- title: A\n  chart: {data: none.csv}\n": ("line 3", "none.csv"),
    "slides:\n- title: A\n  chart:\n    categories: [a]\n    series: [{values: [1, 2]}]\n": (
        "2 values and 1 categories",
        "a value for each",
    ),
    "slides:\n- title: A\n  matrix: {cells: [a, b]}\n": ("4 are wanted, not 2", ""),
    "slides:\n- title: A\n  chart: {series: [{values: [many]}]}\n": ("'many' is no number", ""),
    "language: fr\nslides: [A]\n": ("language: 'fr'", "en"),
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_named_by_line_and_reason(text):
    with pytest.raises(CopydeskError) as raised:
        read(text)
    told = f"{raised.value.message} {raised.value.hint}"
    assert raised.value.message.startswith("deck.yaml")
    for part in FAULTS[text]:
        assert part in told


def test_a_deck_in_json_is_read_too(tmp_path):
    deck = Deck("Bees 🐝", "en", (d.SectionSlide(title="Bees 🐝", number=2),))
    (tmp_path / "deck.json").write_text(json.dumps(record_of(deck), indent="\t"), "utf-8")
    assert read_any(tmp_path / "deck.json", [].append) == deck


def test_a_deck_that_is_too_large_is_not_parsed():
    with pytest.raises(UsageProblem, match="larger than"):
        read("# " + "x" * 5_000_000)


def test_the_published_schema_is_the_one_that_is_read_by():
    assert (DOCS / "deck.schema.json").read_text("utf-8") == schema_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_decks_that_are_written_satisfy_the_schema(language, tmp_path):
    record = yaml.safe_load(write_deck(every_intent(language, tmp_path)))
    assert validate(json.loads(json.dumps(record)), deck_schema()) == ""
    record["slides"][3]["titel"] = "x"
    assert validate(record, deck_schema())


def test_every_key_is_documented():
    page = (DOCS / "deck-files.md").read_text("utf-8")
    keys = {key for part in deck_schema()["$defs"].values() for key in part.get("properties", {})}
    assert len(keys) > 30
    assert [key for key in sorted(keys) if f"`{key}`" not in page and f"{key}:" not in page] == []


def fenced(language: str) -> list[str]:
    text = (DOCS / "deck-files.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_decks_in_the_docs_are_decks(tmp_path):
    (tmp_path / "sales.csv").write_text("month,north,south\nJan,1,2\nFeb,3,4\n", "utf-8")
    book = Workbook()
    book.active.title = "Regions"
    for row in (["month", "north"], ["Jan", 1]):
        book.active.append(row)
    book.save(tmp_path / "sales.xlsx")
    intents = {s.intent for text in fenced("yaml") for s in read(text, tmp_path).slides}
    assert set(INTENTS) - intents == {"picture", "picture-full"}
    markdown = fenced("markdown")[0]
    deck = deck_from_markdown(markdown, "slides.md", tmp_path)
    assert [s.intent for s in deck.slides] == ["title", "section", "bullets", "columns", "table"]
