"""Capacities: within what reads well, true to the real fonts, smaller where there is less room."""

from typing import Any

import pytest
from tests.slides.master.templates import each, holders, only, stand, template

from copydesk.errors import CopydeskError, DocumentProblem, UnknownName
from copydesk.slides.deck import INTENTS
from copydesk.slides.geometry import Box
from copydesk.slides.master.master import Master, open_master
from copydesk.slides.slots import SLOTS
from copydesk.slides.typeset.fit import fit, paragraphs_of

WORDS = {
    "en": "wild bees find food on every second roof of the old town in spring and autumn ",
    "zh": "老城里每隔一座屋顶就有野蜂在春天和秋天觅食",
}


def full(length: int, language: str) -> str:
    """A text as long as it may be."""
    return (WORDS[language] * 40)[:length].strip()


@pytest.fixture(scope="module")
def office() -> Master:
    return template()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intent", ["agenda", "bullets", "columns", "closing", "picture"])
def test_a_list_with_every_item_full_fits_without_being_cut(
    office: Master, intent: str, language: Any
):
    slot = next(s for s in SLOTS[intent] if s.items > 1)
    text = full(office.capacity(intent, "item", language), language)
    items = office.max_items(intent)
    frame = office.served(intent)[0].places[slot.name].frame
    assert not fit(paragraphs_of(*[text] * items), frame, language).cut


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intent", INTENTS)
def test_a_full_title_fits(office: Master, intent: str, language: Any):
    text = full(office.capacity(intent, "title", language), language)
    frame = office.served(intent)[0].places["title"].frame
    assert not fit(paragraphs_of(text), frame, language, floor=18).cut


def test_no_capacity_is_more_than_reads_well(office: Master):
    for intent in INTENTS:
        for slot in SLOTS[intent]:
            if slot.most_en:
                assert 1 <= office.capacity(intent, slot.name, "en") <= slot.most_en
                assert 1 <= office.capacity(intent, slot.name, "zh") <= slot.most_zh


def test_a_smaller_placeholder_holds_less():
    def small(layout: Any) -> None:
        stand(holders(layout)[1], Box(36, 126, 684, 300))

    keep = only("Title and Content")
    large, little = template(keep), template(keep, each(small))
    total = [
        m.capacity("bullets", "bullet", "en") * m.max_items("bullets") for m in (large, little)
    ]
    assert total[1] < 0.6 * total[0]


def test_every_text_has_its_own_name_and_the_old_ones_still_hold(office: Master):
    assert office.capacity("bullets", "bullet", "en") == office.capacity("bullets", "points", "en")
    for intent, text in (
        ("agenda", "item"),
        ("comparison", "heading"),
        ("table", "cell"),
        ("chart", "series"),
        ("timeline", "label"),
        ("hierarchy", "node"),
        ("matrix", "axis"),
        ("team", "role"),
        ("quote", "speaker"),
        ("code", "code"),
        ("bullets", "notes"),
    ):
        assert office.capacity(intent, text, "zh") > 0
    assert office.max_items("table") > 0 < office.max_items("table", "column")
    assert office.max_items("quote") == 0
    assert office.max_items("code", "line") > 4


def test_a_text_that_an_intent_does_not_have_is_named(office: Master):
    with pytest.raises(UnknownName, match="subtitle"):
        office.capacity("bullets", "subtitle", "en")
    with pytest.raises(UnknownName, match="poem"):
        office.served("poem")


def test_masters_open_by_name_by_path_and_by_default(tmp_path: Any):
    assert open_master().name == open_master("desk").name == "desk.pptx"
    path = tmp_path / "own.pptx"
    path.write_bytes(open_master().content)
    assert open_master(path).layouts == open_master(str(path)).layouts


@pytest.mark.parametrize(("name", "kind"), [("nodesk", UnknownName), ("no.pptx", DocumentProblem)])
def test_what_cannot_be_opened_is_said_in_a_sentence(name: str, kind: type[CopydeskError]):
    with pytest.raises(kind) as caught:
        open_master(name)
    assert caught.value.message.endswith(".")
    assert caught.value.hint
