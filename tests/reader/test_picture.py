"""Pages as pictures, the quotation marked; sections as pages of HTML."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from tests.documents.sources import pdf, write_pdf

from copydesk.documents.passage import Box, Passage
from copydesk.errors import DocumentProblem, LockedDocument
from copydesk.reader.picture import Spot, page_picture, section_page

BOX = Box(72, 740, 300, 770)


def shown(path: Path, spot: Spot) -> Image.Image:
    return Image.open(io.BytesIO(page_picture(path, path.read_bytes(), spot))).convert("RGB")


def yellow(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around everything that was marked, in pixels."""
    red, _, blue = picture.split()
    return ImageChops.subtract(red, blue).point(lambda more: 255 if more > 60 else 0).getbbox()


def test_the_passages_box_is_marked_where_the_words_are_not_found(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["One line of a page that is short."]])
    box = yellow(shown(path, Spot(1, "words that stand nowhere", (BOX,))))
    assert box is not None
    left, top, right, low = box
    assert abs(left - 2 * BOX.left) < 8
    assert abs(right - 2 * BOX.right) < 8
    assert abs(top - 2 * (842 - BOX.top)) < 8
    assert abs(low - 2 * (842 - BOX.low)) < 8


def test_the_ink_under_the_marker_stays_dark(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["One line of a page that is short."]])
    whole = Box(60, 770, 500, 800)
    picture = shown(path, Spot(1, "nowhere", (whole,)))
    darkest = min(picture.crop((120, 80, 1000, 150)).convert("L").tobytes())
    assert darkest < 40


def test_no_boxes_mark_nothing(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["One line of a page that is short."]])
    assert yellow(shown(path, Spot(1, "nowhere at all"))) is None


@pytest.mark.parametrize("box", [Box(-500, -9, -400, 3), Box(0, 0, 1e6, 1e6), Box(9, 9, 9, 9)])
def test_boxes_beyond_the_page_are_no_fault(tmp_path: Path, box: Box) -> None:
    path = pdf(tmp_path / "a.pdf", [["One line."]])
    assert shown(path, Spot(1, "nowhere", (box,))).size == (1190, 1684)


def test_large_pages_stay_bounded(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["One line."]])
    path.write_bytes(path.read_bytes().replace(b"[0 0 595 842]", b"[0 0 14000 9]"))
    assert max(shown(path, Spot(1, "x")).size) <= 2001


def test_a_page_that_is_not_there_and_a_file_that_is_none(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["One line."]])
    with pytest.raises(DocumentProblem, match="no page 7"):
        shown(path, Spot(7, "x"))
    path.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(DocumentProblem):
        shown(path, Spot(1, "x"))


def test_a_locked_file_is_named(tmp_path: Path) -> None:
    path = pdf(tmp_path / "locked.pdf", [["One line of a page that is short."]])
    keys = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O (%s) /U (%s) >> /ID [(0)(0)] /Root"
    path.write_bytes(path.read_bytes().replace(b"/Root", keys % (b"x" * 32, b"y" * 32)))
    with pytest.raises(LockedDocument) as caught:
        shown(path, Spot(1, "One line", (BOX,)))
    assert str(path) in caught.value.message


def test_dark_pages_are_marked_so_that_it_can_be_seen(tmp_path: Path) -> None:
    stream = b"0 0 0 rg 0 0 595 842 re f 1 1 1 rg BT /F1 12 Tf 72 750 Td (White on black) Tj ET"
    path = write_pdf(tmp_path / "dark.pdf", [stream])
    picture = shown(path, Spot(1, "nowhere", (BOX,)))
    marked = picture.getpixel((500, 2 * (842 - 742)))
    assert isinstance(marked, tuple)
    assert marked[0] > 60 > marked[2]


# Documents without pages -------------------------------------------------------------------------


def test_a_section_is_shown_with_its_passage_marked_and_everything_escaped() -> None:
    passages = [
        Passage("Other", 0, "Other", kind="heading"),
        Passage("Not shown.", 0, "Other"),
        Passage("Costs <script>", 0, "Costs <script>", kind="heading"),
        Passage("Before it.", 0, "Costs <script>"),
        Passage("Roofs <b>cost</b>  61 euros & more. And so on.", 0, "Costs <script>"),
        Passage("Roof: A | Cost: 3", 0, "Costs <script>", kind="row"),
    ]
    page = section_page("a&b.md", passages, "roofs <b>cost</b> 61 euros", "en")
    assert "<mark>Roofs &lt;b&gt;cost&lt;/b&gt;  61 euros</mark> &amp; more." in page
    assert "Not shown" not in page
    assert "Before it." in page
    assert "<script" not in page
    assert '<p class="row">' in page
    assert "<title>a&amp;b.md</title>" in page


def test_a_quotation_over_two_passages_marks_the_one_where_it_begins() -> None:
    passages = [Passage("One here.", 2), Passage("Two of the things that were counted.", 2)]
    said = "Two of the things that were counted. And a third that stands elsewhere."
    assert "<mark>Two of the things that were counted.</mark>" in section_page(
        "a.pptx", passages, said, "en", 2
    )
