"""Brief → deck → file: as many slides as asked for, each with notes, and PowerPoint reads it."""

import io
from collections import Counter
from typing import Any

import pytest
from pptx import Presentation
from tests.support.answers import answering

from copydesk.brief import make_brief
from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.generate.protocol import Completion
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.make import make_deck
from copydesk.slides.deck import Deck
from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master

MASTER = open_master()


def made(count: int, language: Any = "en", seed: int = 0, **more: Any) -> Deck:
    brief = make_brief("Bees", language=language)
    return make_deck(brief, Scripted(answering(seed)), MASTER, count=count, seed=seed, **more)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("count", range(6, 31))
def test_every_count_gives_that_many_slides_with_notes(count: int, language: Any) -> None:
    deck = made(count, language, seed=count)
    assert len(deck.slides) == count
    assert all(slide.title.strip() and slide.notes.strip() for slide in deck.slides)
    kinds = Counter(slide.intent for slide in deck.slides)
    assert [slide.intent for slide in deck.slides[:2]] == ["title", "agenda"]
    assert deck.slides[-1].intent == "closing"
    assert (kinds["title"], kinds["agenda"], kinds["closing"]) == (1, 1, 1)
    if count >= 7:
        assert (kinds["comparison"], kinds["table"], kinds["chart"]) == (1, 1, 1)
    if count >= 9:
        assert kinds["section"] >= 2


@pytest.mark.parametrize(("count", "language"), [(6, "zh"), (7, "en"), (12, "zh"), (20, "en")])
def test_the_file_can_be_read_again(count: int, language: Any) -> None:
    deck = made(count, language, seed=count)
    opened = Presentation(io.BytesIO(render(deck, MASTER)))
    assert len(opened.slides) == count
    for slide, meant in zip(opened.slides, deck.slides, strict=True):
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text.strip()
        assert meant.notes in slide.notes_slide.notes_text_frame.text
        assert slide.slide_layout.name == meant.intent
    charts = [shape for slide in opened.slides for shape in slide.shapes if shape.has_chart]
    tables = [shape for slide in opened.slides for shape in slide.shapes if shape.has_table]
    kinds = [slide.intent for slide in deck.slides]
    assert (len(charts), len(tables)) == (kinds.count("chart"), kinds.count("table"))


def test_one_seed_one_deck() -> None:
    assert made(9, seed=3) == made(9, seed=3)
    assert made(9, seed=3) != made(9, seed=4)


def test_progress_is_heard_slide_by_slide_and_tokens_are_counted() -> None:
    heard: list[tuple[int, int, str]] = []
    done: list[Completion] = []
    deck = made(8, on_slide=lambda *told: heard.append(told), on_done=done.append)
    titles = [slide.title for slide in deck.slides]
    assert heard == [(number, 8, title) for number, title in enumerate(titles, 1)]
    assert sum(end.completion_tokens for end in done) > 0
    assert len(done) >= 5  # the outline, four content slides


def test_a_wrong_count_is_refused_before_anything_is_asked() -> None:
    generator = Scripted([])
    with pytest.raises(UsageProblem):
        make_deck(make_brief("Bees"), generator, MASTER, count=5)
    assert generator.requests == []


def test_a_model_that_gives_nothing_is_a_sentence() -> None:
    with pytest.raises(GenerationFailed, match="no usable answer"):
        make_deck(make_brief("Bees"), Scripted(lambda _request: "{"), MASTER, count=8)
