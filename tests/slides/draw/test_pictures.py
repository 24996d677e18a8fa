"""Pictures are hostile until they have been opened; they stand upright, cropped to their place."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pptx import Presentation

from copydesk.errors import UsageProblem
from copydesk.slides import deck as d
from copydesk.slides.draw.pictures import cropping, picture_of, read_picture
from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master


def encoded(form, size=(40, 30), mode="RGB", **more):
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, form, **more)
    return stream.getvalue()


@pytest.mark.parametrize(("form", "extension"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "gif")])
def test_what_powerpoint_shows_is_taken_as_it_is(form, extension):
    content = encoded(form)
    picture = picture_of(content, "a")
    assert (picture.content, picture.extension) == (content, extension)
    assert (picture.width, picture.height) == (40, 30)


@pytest.mark.parametrize("form", ["BMP", "TIFF", "WEBP"])
def test_other_pictures_become_png(form):
    picture = picture_of(encoded(form), "a")
    assert picture.extension == "png"
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"


def test_a_photograph_taken_sideways_is_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = picture_of(encoded("JPEG", exif=exif), "a")
    assert (picture.width, picture.height) == (30, 40)


def test_printers_colours_become_the_screens():
    picture = picture_of(encoded("JPEG", mode="CMYK"), "a")
    assert Image.open(io.BytesIO(picture.content)).mode == "RGB"


def bomb():
    """A PNG of 50,000 × 50,000 pixels in a few bytes."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 50000, 50000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"no picture at all", "a.png", "not a picture"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "a.png", "SVG"),
        (encoded("PNG", (300, 300))[:200], "a.png", "damaged"),
        (bomb(), "a.png", "100 million pixels"),
        (b"", "a.png", "not a picture"),
    ],
)
def test_what_is_no_picture_is_said_in_one_sentence(content, name, says):
    with pytest.raises(UsageProblem, match=says) as problem:
        picture_of(content, name)
    assert problem.value.hint


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff"]),
)
def test_no_bytes_are_a_traceback(content, head):
    with contextlib.suppress(UsageProblem):
        picture_of(head + content, "a")


def test_a_missing_picture_is_said_with_its_path(tmp_path):
    with pytest.raises(UsageProblem, match="gone"):
        read_picture(tmp_path / "gone.png")
    with pytest.raises(UsageProblem):
        read_picture(tmp_path / "a\0b.png")


@given(*(st.integers(1, 5000) for _ in range(4)))
def test_what_is_left_after_cropping_has_the_shape_of_the_box(width, height, wide, high):
    left, top, right, bottom = cropping(width, height, wide, high)
    assert min(left, top, right, bottom) >= 0
    assert left + right < 100000
    assert top + bottom < 100000
    shown = width * (100000 - left - right) * high, height * (100000 - top - bottom) * wide
    assert abs(shown[0] - shown[1]) <= 101 * max(width * high, height * wide)


def test_a_picture_sits_in_the_layouts_placeholder(tmp_path):
    path = tmp_path / "wide.png"
    path.write_bytes(encoded("PNG", (300, 100)))
    slide = d.PictureSlide(title="T", picture=str(path), alt="A wide one", points=("a",))
    content = render(d.Deck("D", "en", (slide,)), open_master()).content
    shape = next(
        s for s in Presentation(io.BytesIO(content)).slides[0].shapes if s.name == "picture"
    )
    assert shape.is_placeholder
    assert shape._element.nvPicPr.cNvPr.get("descr") == "A wide one"
    ratio = 3 * (1 - shape.crop_left - shape.crop_right) / (1 - shape.crop_top - shape.crop_bottom)
    assert ratio == pytest.approx(shape.width / shape.height, rel=0.01)
