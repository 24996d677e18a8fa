"""Our masters are what their script builds, serve every intent, and can be read."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from benchmarks.every_intent import every_intent

from copydesk.brief import Language
from copydesk.slides.contrast import contrast
from copydesk.slides.deck import INTENTS
from copydesk.slides.draw.compose import composed
from copydesk.slides.draw.render import render
from copydesk.slides.files.deck_file import read_deck
from copydesk.slides.master.colours import least_contrast
from copydesk.slides.master.layouts import Holder, Layout
from copydesk.slides.master.master import Master, open_master
from copydesk.slides.master.ours import our_masters
from copydesk.slides.slots import SLOTS

ROOT = Path(__file__).parents[3]
FURNITURE = ("dt", "ftr", "sldNum")
DRAWN = ("pic", "chart", "tbl", "dgm")

looks = pytest.mark.parametrize("name", our_masters())


def layouts(master: Master) -> dict[str, Layout]:
    return {layout.name.lower(): layout for layout in master.layouts}


def written(layout: Layout) -> list[Holder]:
    """The placeholders that texts go into."""
    return [h for h in layout.holders if h.kind not in DRAWN]


def test_committed_masters_are_what_the_script_builds():
    command = [sys.executable, "scripts/build_masters.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_six_characters_and_two_of_them_in_the_old_shape():
    pages = {name: open_master(name).page for name in our_masters()}
    assert sum(page.width > 900 for page in pages.values()) >= 6
    assert sum(page.width == 720 for page in pages.values()) >= 2


@looks
def test_every_intent_has_its_layout_with_every_slot(name: str):
    found = layouts(open_master(name))
    assert set(found) == {*INTENTS, "title-only", "blank"}
    for intent in INTENTS:
        slots = {slot.name for slot in SLOTS[intent]}
        named = {h.name for h in found[intent].holders if h.kind not in FURNITURE}
        assert named == slots, intent


@looks
def test_every_page_has_date_footer_and_number(name: str):
    for layout in open_master(name).layouts:
        kinds = [holder.kind for holder in layout.holders]
        assert all(kinds.count(kind) == 1 for kind in FURNITURE), layout.name


@looks
def test_the_layout_made_for_an_intent_serves_it_best(name: str):
    master = open_master(name)
    for intent in INTENTS:
        best = master.served(intent)[0]
        assert best.layout.name.lower() == intent
        assert set(best.places) == {slot.name for slot in SLOTS[intent]}


@looks
def test_placeholders_stay_on_the_page_and_off_one_another(name: str):
    master = open_master(name)
    for layout in master.layouts:
        for holder in layout.holders:
            assert master.page.holds(holder.box, slack=0.1), (layout.name, holder.name)
        for one, other in combinations(layout.holders, 2):
            assert not one.box.overlaps(other.box, 0.5), (layout.name, one.name, other.name)


@looks
def test_every_text_can_be_read_on_its_ground(name: str):
    for layout in open_master(name).layouts:
        for holder in written(layout):
            ground = holder.ground or layout.background
            depth = 2 if holder.kind == "body" else 1
            for level in holder.frame.levels[:depth]:
                colour = layout.colours.get(level.colour, level.colour)
                ratio = contrast(colour, ground)
                assert ratio >= least_contrast(level), (layout.name, holder.name, ratio)


@looks
def test_accents_can_be_told_from_the_page_and_from_one_another(name: str):
    layout = layouts(open_master(name))["chart"]
    accents = [layout.colours[f"accent{i}"] for i in range(1, 7)]
    assert all(contrast(one, layout.background) >= 3 for one in accents[:4])
    for one, other in combinations(accents, 2):
        assert distance(one, other) > 60, (one, other)


def distance(one: str, other: str) -> float:
    """How far apart two colours are, 0 to 765 (Riemersma's weighting of red, green and blue)."""
    a, b = ([int(colour[i : i + 2], 16) for i in (0, 2, 4)] for colour in (one, other))
    red = (a[0] + b[0]) / 2
    weights = (2 + red / 256, 4.0, 2 + (255 - red) / 256)
    return sum(w * (x - y) ** 2 for w, x, y in zip(weights, a, b, strict=True)) ** 0.5


def test_listings_are_monospaced_by_the_layout():
    for name in our_masters():
        code = {h.name: h for h in layouts(open_master(name))["code"].holders}["code"]
        assert code.frame.type.latin == "Courier New", name


@looks
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_slide_stands_on_the_layout_made_for_it(
    name: str, language: Language, tmp_path: Path
):
    master = open_master(name)
    for slide in every_intent(language, tmp_path).slides:
        (laid,) = composed(slide, master, language, split=False)
        assert laid.served.layout.name.lower() == slide.intent
        assert not laid.cuts


@looks
def test_the_deck_of_the_docs_stands_whole(name: str):
    deck = read_deck(ROOT / "docs" / "decks" / "ferry.yaml")
    assert not render(deck, open_master(name)).findings
