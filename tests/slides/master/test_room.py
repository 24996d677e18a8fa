"""The largest empty rectangle of a page, and the colours behind a box."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pptx.util import Pt
from tests.slides.master.templates import only, template

from copydesk.slides.contrast import contrast
from copydesk.slides.geometry import Box
from copydesk.slides.master.colours import ink, nearest
from copydesk.slides.master.ground import Backdrop, Drawing, behind
from copydesk.slides.master.pictures import patches
from copydesk.slides.master.room import largest
from copydesk.slides.typeset.frame import Type

PAGE = Box(0, 0, 960, 540)
_BOX = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *[st.floats(-50, 900)] * 2,
    *[st.floats(1, 500)] * 2,
)


@given(st.lists(_BOX, max_size=8))
@settings(max_examples=60)
def test_the_room_is_on_the_page_and_nothing_stands_in_it(boxes: list[Box]):
    room = largest(PAGE, boxes)
    assert PAGE.holds(room, 0.3)
    assert not any(box.overlaps(room, 1) for box in boxes)


def test_an_empty_page_is_all_room_and_a_full_one_none():
    assert largest(PAGE, []) == PAGE
    assert largest(PAGE, [PAGE]).area == 0


def test_a_square_corner_is_worth_more_than_a_long_ledge():
    ledge_above, corner = 40, Box(560, 40, 960, 540)
    room = largest(PAGE, [Box(0, ledge_above, 560, 540)])
    assert room.meets(corner).area > 0.9 * corner.area


def test_the_colour_behind_a_box_is_that_of_the_panel_it_stands_on():
    panel = Drawing(Box(0, 0, 480, 540), "112233")
    on_panel, beside = Box(50, 50, 400, 300), Box(500, 50, 900, 300)
    assert behind(on_panel, "FFFFFF", (panel,)) == "112233"
    assert behind(beside, "FFFFFF", (panel,)) == "FFFFFF"


def test_a_diagonal_or_a_frame_takes_no_room_up_but_a_rule_does():
    assert not Drawing(Box(100, 100, 600, 400), None).solid
    assert Drawing(Box(100, 100, 600, 101), None).solid
    assert Drawing(Box(100, 100, 600, 400), "").solid


def test_a_picture_behind_a_box_counts_by_its_own_colours():
    image = Image.new("RGB", (200, 100), (250, 250, 250))
    image.paste((10, 20, 30), (100, 0, 200, 100))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    page = Backdrop(PAGE, "", patches(stream.getvalue()))
    assert behind(Box(20, 20, 300, 500), page, ()) == "FAFAFA"
    assert behind(Box(600, 20, 900, 500), page, ()) == "0A141E"


def test_one_looks_through_a_clear_picture():
    stream = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(stream, "PNG")
    logo = Drawing(PAGE, "", patches=patches(stream.getvalue()))
    assert behind(Box(20, 20, 300, 500), "ABCDEF", (logo,)) == "ABCDEF"


def test_what_is_no_picture_has_no_colours():
    assert patches(b"GIF89a but no") is None


def test_text_is_given_another_colour_only_where_its_own_cannot_be_read():
    colours = {"tx1": "000000", "bg1": "FFFFFF", "tx2": "777777", "bg2": "EEEEEE"}
    assert ink(Type(colour="tx1"), "FFFFFF", colours) is None
    assert ink(Type(colour="tx1"), "101010", colours) == "bg1"
    assert ink(Type(colour="tx2", size=30), "FFFFFF", colours) is None, "large type may be fainter"
    assert ink(Type(colour="tx1"), "", colours) is None, "nobody knows what is behind"
    assert contrast("000000", "FFFFFF") == 21
    assert nearest("1A1A1A", colours) == "tx1"


def test_the_room_keeps_off_the_title_the_footer_and_what_the_layout_draws():
    def logo(presentation: object) -> None:
        only("Title Only")(presentation)
        shapes = presentation.slide_master.shapes  # type: ignore[attr-defined]
        box = shapes._spTree.add_textbox(99, "Logo", Pt(560), Pt(130), Pt(120), Pt(300))
        box.txBody.p_lst[0].add_r("Logo")

    layout = template(logo).layouts[0]
    assert layout.written
    furniture = [h.box for h in layout.holders]
    assert not any(layout.room.overlaps(box, 1) for box in (*furniture, *layout.taken))
    assert layout.room.area > 100_000
