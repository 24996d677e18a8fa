"""Every shape is found where it stands on the page, whatever it lies in and inherits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from copydesk.slides.geometry import Box
from copydesk.slides.review.areas import areas_of

NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def tree(inner):
    return etree.fromstring(f"<p:spTree {NAMES}>{inner}</p:spTree>")


def place(left, top, width, height, more=""):
    """An offset and extent, given in points."""
    x, y, w, h = (round(v * 12700) for v in (left, top, width, height))
    return f'<a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/>{more}'


def shape(xfrm="", name="box", text="words", ph="", hidden="0", rot="0"):
    written = f'<a:xfrm rot="{rot}">{xfrm}</a:xfrm>' if xfrm else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="{name}" hidden="{hidden}"/><p:cNvSpPr/><p:nvPr>{ph}'
        f"</p:nvPr></p:nvSpPr><p:spPr>{written}</p:spPr><p:txBody><a:bodyPr/>"
        f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def group(inner, outer, within, rot="0"):
    x, y, w, h = (round(v * 12700) for v in within)
    child = f'<a:chOff x="{x}" y="{y}"/><a:chExt cx="{w}" cy="{h}"/>'
    return (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="group"/></p:nvGrpSpPr><p:grpSpPr>'
        f'<a:xfrm rot="{rot}">{place(*outer)}{child}</a:xfrm></p:grpSpPr>{inner}</p:grpSp>'
    )


def only(inner, beneath=None):
    (found,) = areas_of(tree(inner), beneath)
    return found


def close(box, *corners):
    expected = Box(*corners)
    return box.holds(expected, 0.01) and expected.holds(box, 0.01)


def test_a_group_scales_and_moves_what_lies_in_it():
    inner = group(shape(place(10, 10, 20, 20)), (100, 100, 200, 50), (0, 0, 100, 100))
    assert close(only(inner).box, 120, 105, 160, 115)
    assert only(inner).group == "group"
    nested = group(inner, (0, 0, 480, 360), (0, 0, 960, 720))
    assert close(only(nested).box, 60, 52.5, 80, 57.5)


def test_a_turned_shape_has_a_box_around_it():
    assert close(only(shape(place(100, 100, 80, 20), rot="5400000")).box, 130, 70, 150, 150)
    aslant = only(shape(place(100, 100, 100, 100), rot="2700000"))
    assert close(aslant.box, 79.29, 79.29, 220.71, 220.71)
    assert not aslant.upright


def test_in_a_turned_group_no_place_is_sure():
    inner = group(shape(place(1, 1, 9, 9)), (0, 0, 9, 9), (0, 0, 9, 9), rot="2700000")
    assert not only(inner).sure


def test_a_placeholder_stands_where_its_layout_says():
    beneath = {("title", 0): Box(1, 2, 3, 4), ("body", 13): Box(5, 6, 7, 8)}
    assert only(shape(ph='<p:ph type="ctrTitle"/>'), beneath).box == Box(1, 2, 3, 4)
    assert only(shape(ph='<p:ph type="body" idx="13"/>'), beneath).box == Box(5, 6, 7, 8)
    assert only(shape(ph='<p:ph idx="13"/>'), beneath).box == Box(5, 6, 7, 8)
    assert areas_of(tree(shape(ph='<p:ph idx="99"/>')), beneath) == ()


def test_hidden_shapes_and_second_versions_are_left_out():
    one, other = shape(place(1, 1, 9, 9), "new"), shape(place(1, 1, 9, 9), "old")
    both = f"<mc:Choice>{one}</mc:Choice><mc:Fallback>{other}</mc:Fallback>"
    found = areas_of(tree(f"<mc:AlternateContent>{both}</mc:AlternateContent>"))
    assert [a.name for a in found] == ["new"]
    assert areas_of(tree(shape(place(1, 1, 9, 9), hidden="1"))) == ()


@pytest.mark.parametrize("count", [50, 200])
def test_groups_in_groups_come_to_an_end(count):
    inner = shape(place(1, 1, 9, 9))
    for _ in range(count):
        inner = group(inner, (0, 0, 9, 9), (0, 0, 9, 9))
    parser = etree.XMLParser(huge_tree=True)
    root = etree.fromstring(f"<p:spTree {NAMES}>{inner}</p:spTree>", parser)
    assert areas_of(root) == ()


@given(st.text(alphabet="0123456789-.eE%x", max_size=12), st.sampled_from(["off", "ext", "rot"]))
def test_numbers_that_are_none_break_nothing(value, which):
    inner = shape(place(1, 1, 9, 9))
    spoiled = {
        "off": inner.replace('x="12700"', f'x="{value}"'),
        "ext": inner.replace('cx="114300"', f'cx="{value}"'),
        "rot": inner.replace('rot="0"', f'rot="{value}"'),
    }
    areas_of(tree(spoiled[which]))
