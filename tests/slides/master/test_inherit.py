"""What a placeholder inherits: the nearest that says something wins, attribute by attribute."""

from typing import Any

import pytest
from lxml import etree
from pptx.oxml.ns import qn
from tests.slides.master.templates import Change, each, holders, only, template

from copydesk.slides.master.inherit import kind_of
from copydesk.slides.master.layouts import Holder
from copydesk.slides.master.master import Master
from copydesk.slides.master.theme import Theme, hex_of, palette, theme_of

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def body(master: Master, name: str = "Title and Content") -> Holder:
    layout = next(la for la in master.layouts if la.name == name)
    return next(h for h in layout.holders if h.kind in ("body", "obj"))


def title(master: Master) -> Holder:
    return next(h for h in master.layouts[0].holders if h.kind in ("title", "ctrTitle"))


def style(size: str, **more: str) -> str:
    """A list style whose first level says a size and more."""
    said = " ".join(f'{name}="{value}"' for name, value in more.items())
    level = f'<a:lvl1pPr {said}><a:defRPr sz="{size}"/></a:lvl1pPr>'
    return f'<a:lstStyle xmlns:a="{_A}">{level}</a:lstStyle>'


def say(shape: Any, xml: str) -> None:
    text = shape.txBody
    old = text.find(qn("a:lstStyle"))
    if old is not None:
        text.remove(old)
    text.insert(1, etree.fromstring(xml))


def on_layout(xml: str) -> Change:
    return each(
        lambda layout: [say(e, xml) for e in holders(layout) if kind_of(e) == "obj"] and None
    )


def on_master(xml: str) -> Change:
    def change(presentation: Any) -> None:
        for shape in presentation.slide_master.placeholders:
            if kind_of(shape._element) == "body":
                say(shape._element, xml)

    return change


def test_the_master_text_style_says_the_size_where_nobody_nearer_does():
    assert body(template()).frame.type.size == 32


def test_the_masters_placeholder_wins_over_its_text_styles():
    assert body(template(on_master(style("2600")))).frame.type.size == 26


def test_the_layouts_placeholder_wins_over_the_masters():
    made = template(on_master(style("2600", algn="r")), on_layout(style("2200")))
    assert body(made).frame.type.size == 22
    assert body(made).frame.type.align == "r", "what the layout does not say still comes through"


def test_levels_are_resolved_one_by_one():
    sizes = [t.size for t in body(template(on_layout(style("2200")))).frame.levels]
    assert sizes[:2] == [22, 28]


def test_a_presentations_defaults_stand_behind_a_master_without_text_styles():
    def bare(presentation: Any) -> None:
        styles = presentation.slide_master._element.find(qn("p:txStyles"))
        for table in styles:
            for child in list(table):
                table.remove(child)
        level = presentation.element.find(qn("p:defaultTextStyle")).find(qn("a:lvl1pPr"))
        level.find(qn("a:defRPr")).set("sz", "1500")

    assert body(template(bare)).frame.type.size == 15


def test_a_box_comes_from_the_master_where_the_layout_has_none():
    def boxless(layout: Any) -> None:
        for shape in holders(layout):
            for xfrm in shape.spPr.findall(qn("a:xfrm")):
                shape.spPr.remove(xfrm)

    assert body(template(each(boxless))).box == body(template()).box
    assert body(template(each(boxless))).box.area > 100_000


def test_theme_fonts_are_looked_up_for_latin_and_chinese():
    root = etree.fromstring(
        f'<a:theme xmlns:a="{_A}"><a:themeElements><a:fontScheme name="x">'
        '<a:majorFont><a:latin typeface="Georgia"/><a:ea typeface=""/><a:cs typeface=""/>'
        '<a:font script="Jpan" typeface="MS Mincho"/><a:font script="Hans" typeface="SimSun"/>'
        '</a:majorFont><a:minorFont><a:latin typeface="Verdana"/><a:ea typeface="KaiTi"/>'
        "</a:minorFont></a:fontScheme></a:themeElements></a:theme>"
    )
    theme = theme_of(root)
    assert theme.family("+mj-lt") == "Georgia"
    assert theme.family("+mj-ea") == "SimSun"
    assert theme.family("+mn-ea") == "KaiTi"
    assert theme.family("Arial") == "Arial"


def test_titles_are_set_in_the_major_font_and_bodies_in_the_minor():
    made = template()
    assert title(made).frame.type.latin == "+mj-lt"
    assert body(made).frame.type.latin == "+mn-lt"
    assert body(made).frame.type.family == "Calibri"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", "4472C4"),
        ('<a:lumMod val="50000"/>', "203864"),
        ('<a:lumMod val="50%"/>', "203864"),
        ('<a:alpha val="10000"/>', ""),
    ],
)
def test_theme_colours_are_changed_as_powerpoint_does(inner: str, expected: str):
    colours = palette(Theme(), None)
    found = hex_of(
        etree.fromstring(f'<a:schemeClr xmlns:a="{_A}" val="accent1">{inner}</a:schemeClr>'),
        colours,
    )
    pairs = [(found[i : i + 2], expected[i : i + 2]) for i in range(0, len(expected), 2)]
    assert len(found) == len(expected)
    assert all(abs(int(one, 16) - int(other, 16)) <= 3 for one, other in pairs), found


def test_black_of_a_tint_is_the_grey_that_powerpoint_shows():
    xml = f'<a:prstClr xmlns:a="{_A}" val="black"><a:tint val="75000"/></a:prstClr>'
    assert hex_of(etree.fromstring(xml), {}) in ("888888", "898989")


def test_a_turned_placeholder_and_one_with_sideways_text_say_so():
    def turn(layout: Any) -> None:
        holders(layout)[1].spPr.get_or_add_xfrm().set("rot", "5400000")

    def sideways(layout: Any) -> None:
        holders(layout)[1].txBody.find(qn("a:bodyPr")).set("vert", "eaVert")

    keep = only("Title and Content")
    assert body(template(keep, each(turn))).frame.vertical
    assert body(template(keep, each(sideways))).frame.vertical
    assert not body(template(keep)).frame.vertical


def test_nonsense_in_attributes_counts_as_not_written():
    made = template(on_layout(style("big", marL="wide", algn="l")))
    assert body(made).frame.type.size == 32
    assert body(made).frame.type.indent == pytest.approx(27, abs=0.1)
