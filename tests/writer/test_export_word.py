"""Markdown → .docx: Word's own headings, lists, tables, footnotes; valid by the Open XML SDK."""

import json
import re
import subprocess
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.writer.texts import CHINESE, FULL, HOSTILE

from copydesk.brief import Language
from copydesk.writer.export import Sheet
from copydesk.writer.export.word import to_word


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode("utf-8")


def document(text: str = FULL, **sheet: Any) -> Any:
    return Document(BytesIO(to_word(text, Sheet(**sheet))))


def test_word_gets_real_styles() -> None:
    made = document()
    found = [(p.style.name, p.text) for p in made.paragraphs if p.style]
    assert found[:2] == [
        ("Title", "Bees & <us>"),
        (
            "Normal",
            "They nest in warm walls & <script>alert(1)</script>. See this report or that. "
            "Again. A hive",
        ),
    ]
    styles = {text: style for style, text in found}
    assert styles["Warm walls"] == "Heading 1"
    assert styles["Under it"] == "Heading 2"
    assert styles["ivy"] == "List Bullet"
    assert styles["deep"] == "List Number"
    assert styles["goes on"] == "List Continue"
    assert styles["Plant it."] == "Quote"
    assert styles["Wait"] == "List Number"
    assert styles["fence <b>\n\tindented"] == "Code"
    assert styles["* * *"] == "Scene Break"
    runs = {run.text: run for run in made.paragraphs[1].runs}
    assert runs["nest"].bold
    assert runs["warm"].italic
    assert runs["this"].font.strike
    assert not runs["They "].bold


def test_lists_nest_and_each_numbered_list_begins_anew() -> None:
    made = document()
    places = {
        p.text: (n.find(qn("w:ilvl")).get(qn("w:val")), n.find(qn("w:numId")).get(qn("w:val")))
        for p in made.paragraphs
        if p._p.pPr is not None and (n := p._p.pPr.find(qn("w:numPr"))) is not None
    }
    assert [places[text][0] for text in ("ivy", "deep", "deeper", "thyme")] == ["0", "1", "2", "0"]
    assert places["Dig"] == places["Wait"] != places["Third"]
    numbers = part(to_word(FULL, Sheet()), "word/numbering.xml")
    starts = re.findall(r'<w:num w:numId="(\d+)">.*?startOverride w:val="(\d+)"', numbers)
    assert dict(starts)[places["Third"][1]] == "3"
    assert dict(starts)[places["Dig"][1]] == "1"


def test_a_table_has_a_header_row_that_repeats_and_numbers_to_the_right() -> None:
    table = document().tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Place", "Hives"],
        ["Old Town", "214"],
        ["港区", "97"],
    ]
    assert table.style.name == "Figures"
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert table.rows[1].cells[1].paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val")) == "right"


def test_links_lead_out_and_none_runs_anything() -> None:
    made = document()
    assert {rel.target_ref for rel in made.part.rels.values() if rel.is_external} == {
        "https://example.org/a?b=1&c=2",
        "https://example.org/",
        "http://example.org/hive.png",
    }
    assert [link.text for link in made.paragraphs[1].hyperlinks] == ["report", "A hive"]


def test_footnotes_are_words_own_and_a_second_reference_repeats_the_number() -> None:
    content = to_word(FULL, Sheet())
    body, notes = part(content, "word/document.xml"), part(content, "word/footnotes.xml")
    assert re.findall(r'<w:footnoteReference w:id="(\d+)"', body) == ["1", "2"]
    assert body.count("NOTEREF _note1 ") == 1
    found = dict(re.findall(r'<w:footnote w:id="(\d+)">(.*?)</w:footnote>', notes))
    assert "Beekeeping" in found["1"]
    assert "Another paragraph." in found["1"]
    assert "Not a heading" in found["2"]
    assert "Heading1" not in notes
    assert "https://example.org/b" in part(content, "word/_rels/footnotes.xml.rels")
    assert "Nobody refers to this." in body


def test_properties_come_from_the_sheet_and_never_from_the_clock() -> None:
    known = Sheet(
        "Bees",
        "zh",
        author="A. Keeper",
        subject="Hives",
        keywords=("bees", "city"),
        created=datetime(2026, 3, 1, tzinfo=UTC),
    )
    properties = Document(BytesIO(to_word("x", known))).core_properties
    assert (properties.title, properties.author) == ("Bees", "A. Keeper")
    assert (properties.subject, properties.keywords) == ("Hives", "bees, city")
    assert properties.language == "zh-CN"
    assert properties.created == datetime(2026, 3, 1, tzinfo=UTC)
    assert "dcterms:created" not in part(to_word("x", Sheet()), "docProps/core.xml")
    with zipfile.ZipFile(BytesIO(to_word("x", Sheet()))) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_chinese_has_a_font_of_its_own_in_either_language(language: Language) -> None:
    content = to_word(FULL, Sheet(language=language))
    styles = part(content, "word/styles.xml")
    assert 'w:eastAsia="SimSun"' in styles.partition("</w:docDefaults>")[0]
    assert 'w:eastAsia="Microsoft YaHei"' in styles
    assert 'w:eastAsia="zh-CN"' in styles
    runs = re.findall(r"<w:r>.*?</w:r>", part(content, "word/document.xml"))
    hinted = [run for run in runs if 'w:hint="eastAsia"' in run]
    assert len(hinted) == 2
    assert "城市养蜂“好”" in hinted[1]


def test_chinese_paragraphs_are_indented_by_two_characters_and_quotes_upright() -> None:
    made = document(CHINESE, language="zh")
    first = made.paragraphs[1]
    assert first.text == "“温暖”的墙，漫长的夏天。"
    assert first.runs[0].bold
    style = first.style
    assert style.name == "Body Text First Indent"
    assert style.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert not made.styles["Quote"].font.italic
    assert document().styles["Quote"].font.italic


def test_hebrew_and_arabic_run_from_right_to_left() -> None:
    made = document()
    marked = [p.text for p in made.paragraphs if p._p.pPr.find(qn("w:bidi")) is not None]
    assert marked == ["הדבורים חיות בקירות חמים."]
    arabic = document(HOSTILE["right to left"])
    assert all(p._p.pPr.find(qn("w:bidi")) is not None for p in arabic.paragraphs if p.text)


def test_a_book_begins_its_chapters_on_pages_of_their_own() -> None:
    book = document(book=True)
    assert book.styles["Heading 1"].paragraph_format.page_break_before
    assert not document().styles["Heading 1"].paragraph_format.page_break_before
    assert book.sections[0].different_first_page_header_footer


def test_pages_are_numbered() -> None:
    assert " PAGE " in part(to_word("x", Sheet()), "word/footer1.xml")
    assert document().sections[0].footer.paragraphs[0].style.name == "Footer"


@pytest.mark.validator
def test_the_open_xml_sdk_finds_no_error(tmp_path: Path) -> None:
    everything = "\n\n".join(f"## {name}\n\n{text}" for name, text in HOSTILE.items())
    texts = {"full": FULL, "chinese": CHINESE, "hostile": everything, "empty": ""}
    for name, text in texts.items():
        sheet = Sheet("标题\x00", "zh", author="<a>", book=True) if name != "full" else Sheet()
        path = str(tmp_path / f"{name}.docx")
        Path(path).write_bytes(to_word(text, sheet))
        done = subprocess.run(
            ["ooxml-validator", path], capture_output=True, text=True, check=False
        )
        assert json.loads(done.stdout)["errors"] == [], path
