"""Line counts and heights against LibreOffice's own: never fewer lines, and hardly more."""

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from copydesk.slides.review.ink import sheets_of
from copydesk.slides.review.preview import to_pdf
from copydesk.slides.typeset.fit import Fitted, text_height
from copydesk.slides.typeset.frame import Frame, Paragraph, Type
from copydesk.slides.typeset.metrics import cell_line_height, line_count
from copydesk.slides.typeset.runs import write

pytestmark = pytest.mark.office

ENGLISH = (
    "The city council wants 35.2% more bee-friendly roofs by 2030, and the budget (about £1.2 "
    "million a year) has been agreed in principle; see https://example.org/minutes/bees.html."
)
CHINESE = (
    "城市里的蜜蜂，正在“悄悄”改变我们的生活（2024年），屋顶蜂箱的数量增长了35.2%；"
    "市议会希望用 Python 程序在2030年之前再数一遍。"
)
FAMILIES = ("Arial", "Calibri", "Times New Roman", "Verdana")
SIZES = (28, 20, 15)
PAIRS = (("Arial", "Microsoft YaHei"), ("Calibri", "SimSun"), ("Calibri", ""), ("Arial", "Arial"))


@pytest.fixture(scope="module")
def frames():
    """Frames of every family, size and language with the text in them."""
    found = []
    for family in FAMILIES:
        for size in SIZES:
            for language, text in (("en", ENGLISH), ("zh", CHINESE)):
                kind = Type(
                    size=size,
                    family=family,
                    ea_family="Microsoft YaHei",
                    latin=family,
                    ea="Microsoft YaHei",
                    cs="",
                )
                found.append((Frame(width=300, height=400, levels=(kind,)), language, text))
    return found


@pytest.fixture(scope="module")
def shown(frames, tmp_path_factory):
    """For each frame the tops of its lines as LibreOffice sets them."""
    folder = tmp_path_factory.mktemp("calibration")
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(320), Pt(420)
    for frame, language, text in frames:
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        box = slide.shapes.add_textbox(Pt(10), Pt(10), Pt(300), Pt(400))
        box.text_frame.word_wrap = True
        for side in ("margin_left", "margin_right", "margin_top", "margin_bottom"):
            setattr(box.text_frame, side, 0)
        size = frame.type.size
        write(box._element.txBody, Fitted((Paragraph(text),), size), frame, language)
        for run in box._element.iter(qn("a:rPr")):
            run.set("sz", str(round(size * 100)))
    path = folder / "frames.pptx"
    presentation.save(str(path))
    sheets = sheets_of(to_pdf(path, folder))
    return [_lines(s, f.type.size) for s, (f, _, _) in zip(sheets, frames, strict=True)]


def _lines(sheet, size):
    """The bottoms of lines, from ink whose bottoms lie closer than half a line."""
    found = []
    for bottom in sorted(ink.box.bottom for ink in sheet.inks):
        if not found or bottom - found[-1] > size * 0.7:
            found.append(bottom)
    return found


def test_lines_are_never_fewer_and_hardly_more(frames, shown):
    more = 0
    for (frame, language, text), lines in zip(frames, shown, strict=True):
        counted = line_count(text, frame.width, frame.type, language)
        assert len(lines) <= counted <= len(lines) + 1, (frame.type.family, frame.type.size)
        more += counted - len(lines)
    assert more <= len(frames) / 3


def test_heights_hold_what_is_set(frames, shown):
    for (frame, language, text), lines in zip(frames, shown, strict=True):
        height = text_height([Paragraph(text)], frame, language)
        used = lines[-1] - 10
        assert used - 1 <= height <= used * 1.5


def test_rows_of_a_table_hold_their_lines(tmp_path):
    """Here LibreOffice goes by the fonts at hand, and by those that stand in for absent ones."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(320), Pt(420)
    kinds = [Type(size=20, family=f, ea_family=ea, latin=f, ea=ea, cs="") for f, ea in PAIRS]
    for kind in kinds:
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        table = slide.shapes.add_table(1, 1, Pt(10), Pt(10), Pt(200), Pt(30)).table
        frame = Frame(width=180, height=400, levels=(kind,))
        write(table.cell(0, 0)._tc.txBody, Fitted((Paragraph("蜜蜂" * 18),), 20), frame, "zh")
        for run in table._tbl.iter(qn("a:rPr")):
            run.set("sz", "2000")
    path = tmp_path / "tables.pptx"
    presentation.save(str(path))
    for kind, sheet in zip(kinds, sheets_of(to_pdf(path, tmp_path)), strict=True):
        lines = _lines(sheet, 20)
        pitch = (lines[-1] - lines[0]) / (len(lines) - 1)
        assert pitch <= cell_line_height("蜜蜂", kind) + 0.2, kind.ea_family
