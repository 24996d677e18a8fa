"""Layouts find their intents, and slots their places, on whatever template comes."""

import time
from copy import deepcopy
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx.oxml.ns import qn
from tests.slides.master.templates import drop, each, holders, only, stand, template, with_boxes

from copydesk.slides.deck import INTENTS
from copydesk.slides.geometry import Box
from copydesk.slides.master.classify import home_of, served
from copydesk.slides.master.layouts import Served
from copydesk.slides.master.master import Master, open_master
from copydesk.slides.master.ours import our_masters
from copydesk.slides.master.usage import usual_master
from copydesk.slides.slots import SLOTS

OFFICE = {
    "title": "Title Slide",
    "section": "Section Header",
    "bullets": "Title and Content",
    "agenda": "Title and Content",
    "columns": "Two Content",
    "comparison": "Comparison",
    "chart": "Title and Content",
    "table": "Title and Content",
    "picture": "Two Content",
    "code": "Title and Content",
    "closing": "Title and Content",
}


def sound(master: Master) -> None:
    """Every intent is served: what is needed has a place, on the page, no two on one another."""
    for intent in INTENTS:
        assert master.served(intent)
        for found in master.served(intent)[:3]:
            _sound(found, master)


def _sound(found: Served, master: Master) -> None:
    needed = {slot.name for slot in SLOTS[found.intent] if not slot.optional}
    assert needed <= set(found.places)
    places = list(found.places.values())
    used = [place.idx for place in places if place.idx is not None]
    assert len(used) == len(set(used))
    for place in places:
        assert master.page.holds(place.box, 1.5), (found.intent, place)
    for one, other in combinations(places, 2):
        assert not one.box.overlaps(other.box, 2.5), (found.intent, one.slot, other.slot)


def test_office_layouts_serve_what_they_are_made_for():
    made = template()
    found = {intent: made.served(intent)[0].layout.name for intent in OFFICE}
    assert found == OFFICE
    sound(made)


def test_names_in_other_languages_are_understood_without_the_files_own_kinds():
    names = ["Титульный слайд", "标题和内容", "Abschnittsüberschrift", "两栏内容", "Comparación"]

    def rename(presentation: Any) -> None:
        for layout, name in zip(presentation.slide_layouts, names, strict=False):
            layout._element.cSld.set("name", name)
            layout._element.attrib.pop("type", None)

    made = template(rename)
    found = [
        made.served(i)[0].layout.name
        for i in ("title", "bullets", "section", "columns", "comparison")
    ]
    assert found == names


def test_a_placeholder_named_after_its_slot_is_taken_for_it():
    def rename(presentation: Any) -> None:
        layout = next(la for la in presentation.slide_layouts if la.name == "Comparison")
        layout._element.cSld.set("name", "columns")
        names = ("title", "right heading", "right", "left heading", "left")
        for element, name in zip(holders(layout), names, strict=True):
            element.nvSpPr.cNvPr.set("name", name)

    found = template(rename).served("columns")[0]
    assert found.layout.name == "columns"
    assert found.score == 1.0
    assert {slot: p.idx for slot, p in found.places.items()} == {
        "title": 0, "left": 4, "left heading": 3, "right": 2, "right heading": 1,
    }  # fmt: skip


@pytest.mark.parametrize("name", our_masters())
def test_our_masters_serve_every_intent_by_name(name: str):
    made = open_master(name)
    for intent in INTENTS:
        assert made.served(intent)[0].layout.name.casefold() == intent
    sound(made)


@pytest.mark.parametrize(
    "name", ["Title Only", "Blank", "Title and Content", "Title Slide", "Vertical Title and Text"]
)
def test_a_template_of_one_layout_serves_everything(name: str):
    sound(template(only(name)))


def test_placeholders_without_a_box_anywhere_are_drawn_instead():
    def boxless(presentation: Any) -> None:
        layouts = list(presentation.slide_layouts)
        for layer in (presentation.slide_master, *layouts):
            for shape in layer.placeholders:
                for xfrm in shape._element.spPr.findall(qn("a:xfrm")):
                    shape._element.spPr.remove(xfrm)

    sound(template(boxless))


def test_placeholders_that_share_a_number_are_told_apart(tmp_path: Path):
    def unnumbered(layout: Any) -> None:
        for shape in holders(layout):
            shape.nvSpPr.nvPr.find(".//{*}ph").attrib.pop("idx", None)

    path = tmp_path / "from-libreoffice.pptx"
    path.write_bytes(template(each(unnumbered)).content)
    made = open_master(path)
    sound(made)
    places = made.served("columns")[0].places
    assert made.served("columns")[0].layout.name == "Two Content"
    assert len({places[slot].idx for slot in ("title", "left", "right")}) == 3


def test_without_titles_a_title_is_drawn_at_the_top():
    places = template(drop("title", "ctrTitle")).served("bullets")[0].places
    title, points = places["title"], places["points"]
    assert title.idx is None
    assert title.box.bottom <= points.box.top


def test_text_that_runs_sideways_is_no_place_for_points():
    assert "Vertical" not in template().served("bullets")[0].layout.name


def test_places_keep_off_the_footer_and_off_the_page_edge():
    def low(presentation: Any) -> None:
        only("Title and Content")(presentation)
        stand(holders(presentation.slide_layouts[0])[1], Box(36, 126, 800, 560))

    made = template(low)
    box = made.served("bullets")[0].places["points"].box
    feet = [h.box for h in made.layouts[0].holders if h.kind in ("dt", "ftr", "sldNum")]
    assert not any(box.overlaps(foot, 1) for foot in feet)
    assert made.page.holds(box)


def test_a_deck_stays_on_one_slide_master():
    master = open_master("desk")
    assert {master.served(i)[0].layout.master for i in INTENTS} == {0}


def test_of_several_slide_masters_the_one_that_the_slides_stand_on_is_home():
    made = template()
    twice = (*made.layouts, *(replace(la, master=1, index=la.index + 11) for la in made.layouts))
    for usual in (0, 1):
        home = home_of(twice, made.page, usual)
        assert home.master == usual
        best = [served(intent, twice, made.page, home)[0].layout for intent in INTENTS]
        assert {layout.master for layout in best} == {usual}


def test_a_slide_master_that_serves_far_worse_is_no_home():
    made = template()
    blank = replace(made.layouts[6], master=0)
    others = tuple(replace(la, master=1, index=la.index + 1) for la in made.layouts)
    assert blank.name == "Blank"
    assert home_of((blank, *others), made.page, 0).master == 1


def test_the_usual_slide_master_is_read_from_the_slides():
    def slide(presentation: Any) -> None:
        presentation.slides.add_slide(presentation.slide_layouts[1])

    assert usual_master(template(slide).content, "deck") == "ppt/slideMasters/slideMaster1.xml"
    assert usual_master(template().content, "empty") == "ppt/slideMasters/slideMaster1.xml"


def test_a_hundred_layouts_are_compiled_in_a_second():
    def many(presentation: Any) -> None:
        layout = presentation.slide_layouts[1]
        for number in range(30):
            for element in holders(layout)[1:2]:
                copy = deepcopy(element)
                copy.nvSpPr.nvPr.find(".//{*}ph").set("idx", str(50 + number))
                element.addnext(copy)

    made = template(many)
    start = time.process_time()
    sound(made)
    assert time.process_time() - start < 3, "eleven layouts, one of them with thirty placeholders"


_BOX = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.integers(-100, 700),
    st.integers(-100, 520),
    st.integers(0, 700),
    st.integers(0, 500),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_BOX, max_size=6),
    st.sampled_from(["Whatever", "Quote", "Team", "图片", "Two content", ""]),
    _BOX,
)
def test_placeholders_anywhere_give_sound_places(boxes: list[Box], name: str, title: Box):
    def move(layout: Any) -> None:
        stand(holders(layout)[0], title)

    sound(template(with_boxes(name, boxes), each(move)))
