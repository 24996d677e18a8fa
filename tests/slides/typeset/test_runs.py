"""Runs say their language, direction, size and fonts, in the order that the schema wants."""

import pytest
from lxml import etree

from copydesk.slides.typeset.fit import Fitted, paragraphs_of
from copydesk.slides.typeset.frame import Frame, Paragraph, Type
from copydesk.slides.typeset.runs import write, write_number
from copydesk.slides.typeset.scripts import language_of

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
FRAME = Frame(width=100, height=100, levels=(Type(size=20), Type(size=16)))


def body():
    return etree.fromstring(f'<a:txBody xmlns:a="{A}"><a:bodyPr/><a:p><a:r/></a:p></a:txBody>')


def written(*paragraphs, language="en", frame=FRAME, **how):
    made = body()
    write(made, Fitted(tuple(paragraphs), **how), frame, language)
    return made


@pytest.mark.parametrize(
    ("text", "deck", "tag"),
    [
        ("Bees in town", "en", "en-US"),
        ("Bees in town", "zh", "zh-CN"),
        ("城市里的蜜蜂", "en", "zh-CN"),
        ("城市裡的蜜蜂正在改變我們的生活", "zh", "zh-TW"),
        ("東京のミツバチ", "zh", "ja-JP"),
        ("서울의 꿀벌", "en", "ko-KR"),
        ("يريد مجلس المدينة", "en", "ar-SA"),
        ("דבורים בעיר", "zh", "he-IL"),
        ("Пчёлы в городе", "en", "ru-RU"),
        ("The word пчела means bee, and so do others", "en", "en-US"),
        ("2030: 35 %", "zh", "zh-CN"),
    ],
)
def test_the_language_is_that_of_the_script(text, deck, tag):
    assert language_of(text, deck) == tag


def test_sizes_are_written_only_where_they_differ():
    assert written(Paragraph("a")).find(f".//{{{A}}}rPr").get("sz") is None
    made = written(Paragraph("a"), Paragraph("b", 1), size=18.0)
    assert [r.get("sz") for r in made.iter(f"{{{A}}}rPr")] == ["1800", "1450"]
    assert [p.get("lvl") for p in made.iter(f"{{{A}}}pPr")] == ["1"]


def test_fonts_are_the_frames_own_after_the_colour():
    run = written(Paragraph("a")).find(f".//{{{A}}}rPr")
    assert [etree.QName(e).localname for e in run] == ["latin", "ea", "cs"]
    assert [e.get("typeface") for e in run] == ["+mn-lt", "+mn-ea", "+mn-cs"]
    made = body()
    write(made, Fitted(paragraphs_of("a")), FRAME, "en", colour="accent1")
    assert etree.QName(made.find(f".//{{{A}}}rPr")[0]).localname == "solidFill"


def test_text_from_the_right_is_marked_and_its_alignment_swapped():
    mark = written(Paragraph("يريد مجلس")).find(f".//{{{A}}}pPr")
    assert (mark.get("rtl"), mark.get("algn")) == ("1", "r")
    centred = Frame(width=9, height=9, levels=(Type(align="ctr"),))
    assert written(Paragraph("يريد"), frame=centred).find(f".//{{{A}}}pPr").get("algn") == "ctr"
    arabic = Frame(width=9, height=9, levels=(Type(align="r", rtl=True),))
    assert written(Paragraph("يريد"), frame=arabic).find(f".//{{{A}}}pPr") is None
    left = written(Paragraph("English"), frame=arabic).find(f".//{{{A}}}pPr")
    assert (left.get("rtl"), left.get("algn")) == ("0", "l")


def test_gaps_stand_between_paragraphs_only():
    made = written(Paragraph("a"), Paragraph("b"), gap=12.0)
    assert [e.get("val") for e in made.iter(f"{{{A}}}spcPts")] == ["1200"]


def test_points_of_the_second_level_stay_with_their_parent():
    made = written(Paragraph("a"), Paragraph("b", 1), Paragraph("c"), gap=10.0)
    assert [e.get("val") for e in made.iter(f"{{{A}}}spcPts")] == ["400", "1000"]


def test_han_is_never_slanted():
    leaning = Frame(width=9, height=9, levels=(Type(italic=True),))
    assert written(Paragraph("野蜂"), frame=leaning).find(f".//{{{A}}}rPr").get("i") == "0"
    assert written(Paragraph("bees"), frame=leaning).find(f".//{{{A}}}rPr").get("i") is None


def test_a_body_keeps_a_paragraph():
    assert len(written().findall(f"{{{A}}}p")) == 1


def test_the_slide_number_is_a_field():
    made = body()
    write_number(made, 7, "en")
    field = made.find(f".//{{{A}}}fld")
    assert (field.get("type"), field.findtext(f"{{{A}}}t")) == ("slidenum", "7")
