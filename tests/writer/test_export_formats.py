"""Draft → file: every format takes every text, and the same text gives the same bytes."""

import tracemalloc
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.writer.texts import CHINESE, FULL, HOSTILE

from copydesk.brief import Brief, make_brief
from copydesk.errors import MissingTool, OutputProblem
from copydesk.writer.draft import Draft, Part
from copydesk.writer.export import FORMATS, LAYOUTS, Sheet, check_format, lay_out, save, sheet_of

QUICK = [suffix for suffix in FORMATS if suffix != ".pdf"]


def draft(text: str = "One.", brief: Brief | None = None, form: str = "article") -> Draft:
    made = brief or make_brief("Bees", language="en")
    return Draft("Bees & <us>", (Part("Warm walls", text), Part("", "End.")), made, form, "m", 1)


def opened(suffix: str, content: bytes) -> None:
    """Open a file as its readers do; fails where they would."""
    if suffix == ".docx":
        Document(BytesIO(content))
    if suffix in (".docx", ".epub"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                if name.endswith((".xml", ".xhtml", ".opf", ".ncx", ".svg", ".rels")):
                    etree.fromstring(archive.read(name))
    else:
        content.decode("utf-8")


def test_markdown_is_the_draft(tmp_path: Path) -> None:
    save(draft(), tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == draft().markdown


@pytest.mark.parametrize("suffix", QUICK)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_become_files_that_open(suffix: str, name: str) -> None:
    for sheet in (Sheet(), Sheet("标题\x00\ud800", "zh", author="<a>", book=True)):
        opened(suffix, LAYOUTS[suffix](HOSTILE[name], sheet))


PIECES = (
    *("# ", "## ", "- ", "1. ", "> ", "    ", "\n", "\n\n", "|a|b|\n|-|-|\n", "```\n", "***\n"),
    *("[^1]", "[^1]: ", "[x](http://e.org)", "![", "](", "**", "_", "`", "~~", "\\", "<", "&"),
)
MARKDOWN = st.lists(st.text(max_size=40) | st.sampled_from(PIECES), max_size=30).map("".join)


@settings(max_examples=60, deadline=None)
@given(MARKDOWN, st.sampled_from(["en", "zh"]), st.booleans())
def test_any_markdown_becomes_files_that_open(text: str, language: str, book: bool) -> None:
    sheet = Sheet(text[:20], language, book=book)  # type: ignore[arg-type]
    for suffix in QUICK:
        opened(suffix, LAYOUTS[suffix](text, sheet))


@pytest.mark.parametrize("suffix", QUICK)
def test_the_same_text_gives_the_same_bytes(suffix: str) -> None:
    sheet = Sheet("Bees", created=datetime(2026, 1, 2, tzinfo=UTC))
    assert LAYOUTS[suffix](FULL, sheet) == LAYOUTS[suffix](FULL, sheet)


@pytest.mark.parametrize("suffix", QUICK)
def test_no_word_is_lost(suffix: str) -> None:
    content = LAYOUTS[suffix](FULL + "\n\n" + HOSTILE["deep lists"], Sheet())
    if suffix in (".docx", ".epub"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    said = content.decode("utf-8")
    for word in ("nest", "deeper", "goes on", "Now.", "Town", "indented", "Another", "Nobody"):
        assert word in said
    assert all(f"level {n}" in said for n in range(150))


@pytest.mark.parametrize("suffix", QUICK)
def test_ten_thousand_headings_take_seconds(suffix: str) -> None:
    start = process_time()
    opened(
        suffix, LAYOUTS[suffix]("\n\n".join(f"## H{n}\n\nText." for n in range(10_000)), Sheet())
    )
    assert process_time() - start < 30


@pytest.mark.parametrize("suffix", QUICK)
def test_a_novel_is_laid_out_in_bounded_memory(suffix: str) -> None:
    chapter = "\n\n".join(["word " * 110] * 30)
    novel = "# N\n\n" + "\n\n".join(f"## Chapter {n}\n\n{chapter}" for n in range(30))
    assert len(novel.split()) > 99_000
    tracemalloc.start()
    LAYOUTS[suffix](novel, Sheet(book=True))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


@pytest.mark.parametrize("suffix", QUICK)
def test_an_empty_draft_can_be_saved_in_every_format(tmp_path: Path, suffix: str) -> None:
    save(Draft("", (), make_brief("Bees"), "copy", "m", 0), tmp_path / f"a{suffix}")
    assert (tmp_path / f"a{suffix}").stat().st_size > 0


def test_a_brief_file_names_author_date_and_keywords() -> None:
    brief = Brief(
        "Bees\nin cities",
        details={"Author": "A. Keeper", "date": "2026-03-01", "keywords": "bees, city；蜂"},
    )
    sheet = sheet_of(draft(brief=brief, form="novel"))
    assert sheet == Sheet(
        "Bees & <us>",
        "en",
        author="A. Keeper",
        subject="Bees in cities",
        keywords=("bees", "city", "蜂"),
        form="novel",
        book=True,
        created=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert sheet_of(draft(brief=Brief("x", details={"date": "soon"}))).created is None


@pytest.mark.parametrize("name", ["a.odt", "a", "a.md.exe", ".md"])
def test_an_unknown_format_lists_those_there_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputProblem) as caught:
        check_format(tmp_path / name)
    assert ".docx" in caught.value.hint


def test_the_case_of_an_extension_does_not_matter(tmp_path: Path) -> None:
    save(draft(), tmp_path / "A.MD")
    assert (tmp_path / "A.MD").is_file()


def test_a_pdf_without_libreoffice_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool) as caught:
        check_format(tmp_path / "a.pdf")
    assert "LibreOffice" in caught.value.message
    assert not list(tmp_path.iterdir())


def test_a_libreoffice_that_makes_nothing_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "soffice"
    fake.write_text("#!/bin/sh\necho 'no writer here.' >&2\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(Exception, match=r"LibreOffice made no PDF: no writer here\.$"):
        lay_out("Hello.", Sheet(), tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.office
@pytest.mark.parametrize("text", [FULL, CHINESE])
def test_a_pdf_has_pages_with_the_words(tmp_path: Path, text: str) -> None:
    import pypdfium2  # noqa: PLC0415 - only here

    lay_out(text, Sheet(language="zh" if text == CHINESE else "en"), tmp_path / "a.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    said = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert ("常春藤" if text == CHINESE else "Warm walls") in said


def test_a_megabyte_of_brackets_takes_seconds() -> None:
    start = process_time()
    assert b"[[[" in LAYOUTS[".txt"]("[" * 1_000_000 + "a", Sheet())
    LAYOUTS[".txt"]("![" * 500_000, Sheet())
    assert process_time() - start < 20
