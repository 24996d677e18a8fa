"""Diagrams are drawn as groups of native shapes: named, glued, in theme colours, readable."""

import itertools

import pytest
from benchmarks.every_intent import every_intent
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from copydesk.slides import deck as d
from copydesk.slides.contrast import contrast
from copydesk.slides.diagrams.draw import draw_diagram
from copydesk.slides.diagrams.parts import Part
from copydesk.slides.diagrams.texts import DIAGRAMS, initials
from copydesk.slides.diagrams.tones import Tones
from copydesk.slides.geometry import Box
from copydesk.slides.master.layouts import Layout, Place
from copydesk.slides.typeset.frame import Frame, Type

OFFICE = {
    "tx1": "000000", "bg1": "FFFFFF", "tx2": "44546A", "bg2": "E7E6E6", "accent1": "4472C4",
    "accent2": "ED7D31", "accent3": "A5A5A5", "accent4": "FFC000", "accent5": "5B9BD5",
    "accent6": "70AD47",
}  # fmt: skip
WIDE = Box(50, 150, 910, 490)


def tree():
    return parse_xml(
        f"<p:spTree {nsdecls('p', 'a')}><p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/>"
        "<p:nvPr/></p:nvGrpSpPr><p:grpSpPr/></p:spTree>"
    )


def drawn(slide, box=WIDE, language="en", add_picture=None):
    numbers = itertools.count(2)
    frame = Frame(width=box.width, height=box.height, levels=(Type(size=18, family="Arial"),))
    layout = Layout(
        index=0, name="", holders=(), background="FFFFFF", colours=OFFICE, room=box, ground="FFFFFF"
    )
    place = Place(slot="diagram", box=box, frame=frame)
    return draw_diagram(tree(), slide, place, layout, language, lambda: next(numbers), add_picture)


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    kinds = {"en": every_intent("en", folder), "zh": every_intent("zh", folder)}
    return {
        (language, slide.intent): slide
        for language, deck in kinds.items()
        for slide in deck.slides
        if slide.intent in DIAGRAMS
    }


def texts_in(group):
    found = {}
    for shape in group.iter(qn("p:sp")):
        text = "".join(t.text for t in shape.iter(qn("a:t")))
        if text:
            found[shape.nvSpPr.cNvPr.get("name")] = text
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intent", DIAGRAMS)
def test_a_diagram_is_one_group_named_after_its_intent_and_described(slides, intent, language):
    slide = slides[language, intent]
    group = drawn(slide, language=language).element
    head = group.find(f"{qn('p:nvGrpSpPr')}/{qn('p:cNvPr')}")
    assert group.tag == qn("p:grpSp")
    assert head.get("name") == intent
    assert slide.title in head.get("descr")
    ids = [e.get("id") for e in group.iter(qn("p:cNvPr"))]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("intent", DIAGRAMS)
def test_connectors_are_glued_to_shapes_of_their_group(slides, intent):
    group = drawn(slides["en", intent]).element
    ids = {sp.nvSpPr.cNvPr.get("id") for sp in group.iter(qn("p:sp"))}
    glued = [e.get("id") for e in group.iter(qn("a:stCxn"), qn("a:endCxn"))]
    assert set(glued) <= ids
    assert glued or intent in ("process", "team")


@pytest.mark.parametrize("intent", DIAGRAMS)
def test_colours_and_fonts_are_the_themes_and_sizes_are_explicit(slides, intent):
    group = drawn(slides["zh", intent], language="zh").element
    assert not list(group.iter(qn("a:srgbClr")))
    assert {e.get("typeface") for e in group.iter(qn("a:latin"))} == {"+mn-lt"}
    runs = list(group.iter(qn("a:rPr")))
    assert runs
    assert all(int(run.get("sz")) >= 1000 for run in runs)
    assert len(list(group.iter(qn("a:noAutofit")))) == len(list(group.iter(qn("p:txBody"))))


def test_texts_can_be_read_back_by_the_names_of_their_shapes(slides):
    texts = texts_in(drawn(slides["en", "process"]).element)
    assert texts["step 2 label"] == "Seal"
    assert texts["step 2 text"] == "A root barrier goes on the membrane"
    texts = texts_in(drawn(slides["en", "hierarchy"]).element)
    assert texts["node 1"] == "Parks committee"
    assert texts["node 1.1.2"] == "Engineer"
    texts = texts_in(drawn(slides["en", "matrix"]).element)
    assert texts["cell 1 heading"] == "Do now"
    assert texts["axis y high"] == "High gain"


def test_what_is_too_long_is_cut_and_told_in_full():
    long = "Measure what grows, tell everybody, and begin again. " * 20
    slide = d.ProcessSlide(title="t", steps=tuple(d.Step(label="Go", text=long) for _ in range(8)))
    made = drawn(slide, Box(0, 0, 300, 150))
    assert len(made.cuts) == 8
    assert made.cuts[0] == long.strip()
    assert "…" in texts_in(made.element)["step 1 text"]


def test_steps_people_and_nodes_beyond_what_is_drawn_are_told():
    steps = tuple(d.Step(label=f"Step {i}", text="x") for i in range(14))
    assert drawn(d.CycleSlide(title="t", steps=steps)).cuts == ("Step 12, x", "Step 13, x")
    deep = d.Node(text="1", children=(d.Node(text="2", children=(
        d.Node(text="3", children=(d.Node(text="4"),)),)),))  # fmt: skip
    assert drawn(d.HierarchySlide(title="t", root=deep)).cuts == ("4",)


def test_empty_and_hostile_texts_are_drawn_without_harm():
    steps = (d.Step(label=""), d.Step(label="\x00\ud800", text="\u202e" * 9), d.Step(label="ok"))
    for kind in (d.TimelineSlide, d.ProcessSlide, d.CycleSlide):
        etree.tostring(drawn(kind(title="", steps=steps)).element)
    etree.tostring(drawn(d.TimelineSlide(title="t", steps=())).element)
    etree.tostring(drawn(d.TeamSlide(title="t", members=())).element)
    etree.tostring(drawn(d.TeamSlide(title="t", members=(d.Member(name=" "),))).element)


def test_a_portrait_is_round_and_who_has_none_gets_initials():
    picture = (
        f"<p:pic {nsdecls('p', 'a', 'r')}><p:nvPicPr><p:cNvPr id='0' name='x'/><p:cNvPicPr/>"
        "<p:nvPr/></p:nvPicPr><p:blipFill/><p:spPr><a:prstGeom prst='rect'/></p:spPr></p:pic>"
    )
    members = (
        d.Member(name="Ada Wren", picture="a.png"),
        d.Member(name="Ben Holt", picture="none.png"),
        d.Member(name="王雅达"),
    )
    boxes = []

    def add(path, box):
        boxes.append(box)
        return parse_xml(picture) if path == "a.png" else None

    group = drawn(d.TeamSlide(title="t", members=members), add_picture=add).element
    (made,) = group.iter(qn("p:pic"))
    assert made.nvPicPr.cNvPr.get("name") == "member 1 picture"
    assert made.find(f".//{qn('a:prstGeom')}").get("prst") == "ellipse"
    assert boxes[0].width == pytest.approx(boxes[0].height)
    texts = texts_in(group)
    assert "member 1 initials" not in texts
    assert texts["member 2 initials"] == "BH"
    assert texts["member 3 initials"] == "王"


def test_initials_are_of_the_first_and_the_last_name():
    assert initials("Dora van der Meer") == "DM"
    assert initials("(the) Board") == "B"
    assert initials("陈琪") == "陈"


_COLOUR = st.text("0123456789ABCDEF", min_size=6, max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({name: _COLOUR for name in OFFICE if name.startswith(("acc", "bg2"))}),
    st.sampled_from((("000000", "FFFFFF"), ("FFFFFF", "111111"), ("333333", "F5E9D0"))),
)
def test_text_can_be_read_on_every_fill_of_any_theme(accents, ground):
    ink, page = ground
    tones = Tones({**OFFICE, **accents, "tx1": ink, "bg1": page}, (page,), "tx1")
    for look, on in (("bare", "bare"), ("accent", "bare"), ("accent", "pale"), ("bare", "pale"),
                     ("strong", "bare"), ("soft", "bare"), ("pale", "bare")):  # fmt: skip
        text = tones.ink(look, on)
        assert contrast(text.hexadecimal, tones.grounds(look, on)[0]) >= 4.5
    assert contrast(tones.strong.hexadecimal, page) >= 3
    assert contrast(tones.rule.hexadecimal, page) >= 3


def test_a_picture_gets_a_panel_unless_it_is_light_or_dark_all_over():
    assert Tones(OFFICE, ("B09080",), "tx1", pictured=True).panel
    assert Tones(OFFICE, ("FAFAFA",), "tx1", pictured=True).panel is None
    assert Tones(OFFICE, ("B09080",), "tx1").panel is None


def test_a_theme_without_dark_colours_is_read_by_their_shades():
    light = {**OFFICE, "tx1": "FFFFFF", "bg1": "6699FF", "tx2": "EEEEEE", "bg2": "DDEEFF"}
    tones = Tones(light, ("6699FF",), "tx1")
    for look in ("bare", "accent", "strong", "soft", "pale"):
        ground = tones.grounds(look, "bare")[0]
        assert contrast(tones.ink(look, "bare").hexadecimal, ground) >= 4.5


def test_the_text_rectangle_of_a_chevron_lies_between_its_points():
    box = Box(0, 0, 200, 60)
    part = Part(name="x", box=box, shape="chevron", adjust={"adj": 30000})
    assert (part.room.left, part.room.right) == (18, 182)
