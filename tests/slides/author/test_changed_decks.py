"""A finished deck changed in its place: one slide revised, or every text translated."""

import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from benchmarks.every_intent import every_intent
from openpyxl import load_workbook
from pptx import Presentation
from tests.support.answers import answering

from copydesk.errors import UnknownName, UsageProblem
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.refit import refitted
from copydesk.slides.author.revise import Change, Reviser
from copydesk.slides.author.translate import Translator
from copydesk.slides.deck import ChartSlide
from copydesk.slides.draw.render import render
from copydesk.slides.files.read_back import deck_of
from copydesk.slides.master.master import Master, open_master
from copydesk.slides.package.splice import parts_of

INTENTS = 20


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: Any) -> Any:
    return request.param


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory, language: Any) -> Path:
    folder = tmp_path_factory.mktemp("deck")
    made = render(every_intent(language, folder), open_master())
    (folder / "bees.pptx").write_bytes(made.content)
    return folder / "bees.pptx"


def reviser(deck: Path, script: Any) -> Reviser:
    content = deck.read_bytes()
    return Reviser(content, deck.name, own_master(deck), Scripted(script), deck.parent / "taken")


@cache
def own_master(deck: Path) -> Master:
    return open_master(deck)


@pytest.mark.parametrize("number", [1, 4, 9, 16])
def test_one_slide_of_any_kind_is_revised_and_the_others_keep_every_byte(
    deck: Path, number: int
) -> None:
    before = deck.read_bytes()
    revised = reviser(deck, answering(number)).revise(Change(number, "shorter"))
    old, new = parts_of(before), parts_of(revised.content)
    changed = {name for name in new if old.get(name) != new[name]}
    slides = {name for name in changed if name.startswith("ppt/slides/slide")}
    assert slides == {f"ppt/slides/slide{number}.xml"}
    was, now = deck_of(before), deck_of(revised.content)
    assert now.slides[number - 1].title == revised.slide.title
    assert now.slides[number - 1].intent == was.slides[number - 1].intent
    assert now.slides[: number - 1] == was.slides[: number - 1]
    assert now.slides[number:] == was.slides[number:]


def test_shorter_means_less_room(deck: Path) -> None:
    rooms = []
    for wish in ("clearer", "shorter, please"):
        maker = reviser(deck, answering(1))
        maker.revise(Change(4, wish))
        bullets = maker.generator.requests[0].schema["properties"]["bullets"]  # type: ignore[attr-defined]
        rooms.append((bullets["maxItems"], bullets["items"]["maxLength"]))
    assert rooms[1][0] <= 3 < rooms[0][0]
    assert rooms[1][1] < 0.7 * rooms[0][1]


def test_data_and_pictures_of_a_slide_stay(deck: Path) -> None:
    was = deck_of(deck.read_bytes()).slides[9]
    now = deck_of(reviser(deck, answering(1)).revise(Change(10, "clearer")).content).slides[9]
    assert isinstance(was, ChartSlide)
    assert isinstance(now, ChartSlide)
    assert (now.categories, now.series) == (was.categories, was.series)
    drawn = Presentation(io.BytesIO(reviser(deck, answering(1)).revise(Change(11, "x")).content))
    assert [s for s in drawn.slides[10].shapes if s._element.tag.endswith("}pic")]


def test_another_kind_is_made_of_a_slide_and_the_wish_is_heard(deck: Path) -> None:
    maker = reviser(deck, answering(2))
    revised = maker.revise(Change(4, "show it as steps", kind="process"))
    assert revised.slide.intent == "process"
    asked = maker.generator.requests[0].messages[-1].content  # type: ignore[attr-defined]
    assert "show it as steps" in asked
    assert deck_of(deck.read_bytes()).slides[3].title in asked


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Change(99, "shorter"), UsageProblem),
        (Change(4, "  "), UsageProblem),
        (Change(4, "x", kind="poem"), UnknownName),
        (Change(4, "x", kind="picture"), UsageProblem),
    ],
)
def test_what_cannot_be_revised_is_one_sentence(deck: Path, change: Change, error: Any) -> None:
    with pytest.raises(error) as caught:
        reviser(deck, []).revise(change)
    assert caught.value.hint


def spoken(word: str) -> Any:
    """Every line said as this word and the line's numbers."""

    def answer(request: Request) -> Any:
        lines = json.loads(request.messages[-1].content.strip().splitlines()[-1])
        kept = {key: " ".join(re.findall(r"[0-9][0-9.,]*", text)) for key, text in lines.items()}
        return {key: f"{word} {numbers}".strip(" ,.") for key, numbers in kept.items()}

    return answer


def test_every_text_of_a_deck_is_translated_in_its_place(deck: Path, language: Any) -> None:
    other = "en" if language == "zh" else "zh"
    word = "Bee words" if other == "en" else "蜜蜂的话"
    before = deck.read_bytes()
    made = Translator(other, Scripted(spoken(word))).translate(before)
    assert made.texts > 80
    old, new = Presentation(io.BytesIO(before)), Presentation(io.BytesIO(made.content))
    assert len(new.slides) == INTENTS
    for was, now in zip(old.slides, new.slides, strict=True):
        assert [s.shape_id for s in was.shapes] == [s.shape_id for s in now.shapes]
        if language == "zh":
            texts = [s.text_frame.text for s in now.shapes if s.has_text_frame]
            assert not any("\u4e00" <= c <= "\u9fff" for text in texts for c in text)
    chart = next(s.chart for s in new.slides[9].shapes if s.has_chart)
    assert all(series.name.startswith(word) for series in chart.series)
    book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    cells = [c.value for row in book.active.iter_rows() for c in row if isinstance(c.value, str)]
    assert any(cell.startswith(word) for cell in cells)
    assert word in new.slides[3].notes_slide.notes_text_frame.text


def test_a_translation_that_loses_a_number_is_tried_again_then_left(deck: Path) -> None:
    bees = Scripted(lambda r: dict.fromkeys((r.schema or {})["properties"], "Bee"))
    result = Translator("en", bees).translate(deck.read_bytes())
    left = [f for f in result.findings if f.code == "not-translated"]
    assert bool(left) == bool(result.texts)
    assert all(re.search(r"\d", finding.place) for finding in left)


@pytest.mark.parametrize(("times", "too_long"), [(1, False), (18, False), (90, True)])
def test_text_too_long_for_its_shape_is_set_smaller_to_a_floor(
    deck: Path, times: int, too_long: bool
) -> None:
    presentation = Presentation(str(deck))
    holder = presentation.slides[3].placeholders[1]
    before = holder.text_frame.paragraphs[0].runs[0].font.size
    holder.text_frame.text = "Bees fly far and nobody counts them yet. " * times
    stream = io.BytesIO()
    presentation.save(stream)
    made = refitted(stream.getvalue(), "en")
    runs = Presentation(io.BytesIO(made.content)).slides[3].placeholders[1].text_frame.paragraphs[0]
    size = runs.runs[0].font.size
    if times == 1:
        assert size is None or size == before
    else:
        assert size.pt >= 14
    places = [f.place for f in made.findings if f.code == "text-too-long"]
    assert any(place.startswith("slide 4") for place in places) == too_long
