"""Markdown → .epub: a book that epubcheck and old readers take, the same bytes each time."""

import re
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from tests.writer.texts import CHINESE, FULL, HOSTILE

from copydesk.writer.export import Sheet
from copydesk.writer.export.cover import cover
from copydesk.writer.export.epub import to_epub

NOVEL = "# The Keeper\n\nFront.\n\n" + "\n\n".join(
    f"## Chapter {n}: *Light*\n\nOne.[^{n}]\n\nTwo.[^1]\n\n[^{n}]: Note {n}." for n in range(1, 13)
)


def files(text: str, sheet: Sheet | None = None) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(to_epub(text, sheet or Sheet()))) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_the_mimetype_comes_first_and_is_not_compressed() -> None:
    content = to_epub(NOVEL, Sheet())
    assert content[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED


def test_every_chapter_is_a_file_and_stands_in_both_contents() -> None:
    made = files(NOVEL)
    chapters = [name for name in made if "chapter-" in name]
    assert chapters == [f"EPUB/chapter-{n:02}.xhtml" for n in range(1, 14)]
    assert '<h1 id="part1">Chapter 1: <em>Light</em></h1>' in made["EPUB/chapter-02.xhtml"]
    names = ["The Keeper", *(f"Chapter {n}: Light" for n in range(1, 13))]
    contents = made["EPUB/contents.xhtml"].partition('epub:type="landmarks"')[0]
    assert re.findall(r'<li><a href="[^"]+">([^<]+)<', contents) == names
    assert re.findall(r"<navLabel><text>([^<]+)<", made["EPUB/toc.ncx"]) == names
    order = re.findall(r'idref="([^"]+)"', made["EPUB/package.opf"])
    assert order == ["cover", "title", "contents", *(f"c{n}" for n in range(1, 14))]


def test_a_note_lies_in_the_chapter_that_names_it_first() -> None:
    made = files(NOVEL)
    assert "Note 1." in made["EPUB/chapter-02.xhtml"]
    assert 'id="note2" epub:type="footnote"' in made["EPUB/chapter-03.xhtml"]
    assert 'href="chapter-02.xhtml#note1"' in made["EPUB/chapter-03.xhtml"]


def test_the_identifier_comes_from_the_text_alone() -> None:
    def identifier(text: str, sheet: Sheet) -> str:
        found = re.search(r"urn:uuid:[0-9a-f-]{36}", files(text, sheet)["EPUB/package.opf"])
        assert found
        return found[0]

    sheet = Sheet("T")
    assert identifier(NOVEL, sheet) == identifier(NOVEL, sheet)
    assert identifier(NOVEL, sheet) != identifier(NOVEL + "x", sheet)
    assert identifier(NOVEL, sheet) != identifier(NOVEL, replace(sheet, author="A"))


def test_a_chinese_book_says_so() -> None:
    made = files(CHINESE, Sheet(language="zh", author="养蜂人"))
    assert "<dc:language>zh-CN</dc:language>" in made["EPUB/package.opf"]
    assert "<dc:creator>养蜂人</dc:creator>" in made["EPUB/package.opf"]
    assert 'xml:lang="zh-CN"' in made["EPUB/chapter-1.xhtml"]
    assert "<h1>目录</h1>" in made["EPUB/contents.xhtml"]


def test_nothing_that_a_text_says_is_markup_of_the_book() -> None:
    made = files(FULL)
    assert not any("<script" in content for content in made.values())
    assert not any("javascript:" in content for content in made.values())
    pictures = [re.findall(r'<img src="([^"]+)"', content) for content in made.values()]
    assert [source for found in pictures for source in found] == ["cover.svg"]


@pytest.mark.parametrize(
    "title",
    ["", "Bees", "城市里的蜜蜂，与屋顶上的人们", "x" * 500, "Long words " * 30, "<&>\"'", "中 a b"],
)
def test_a_cover_keeps_its_title_within_the_page(title: str) -> None:
    root = etree.fromstring(cover(title, Sheet(author="A. Keeper")).encode())
    lines = root.findall(".//{*}g/{*}text")
    assert lines[-1].text == "A. Keeper"
    for line in lines[:-1]:
        width = sum(1.0 if ord(c) > 0x2E80 else 0.52 for c in line.text or "")
        assert width * float(line.get("font-size", "0")) <= 1_290
        assert float(line.get("y", "0")) < 2_050
    shown = "".join(line.text or "" for line in lines[:-1])
    if len(title) < 100:
        assert shown.replace(" ", "") == title.replace(" ", "")


@pytest.mark.epubcheck
def test_epubcheck_finds_neither_error_nor_warning(tmp_path: Path) -> None:
    everything = "\n\n".join(f"## {name}\n\n{text}" for name, text in HOSTILE.items())
    books = {
        "novel": (NOVEL, Sheet("The Keeper", author="A. Keeper", keywords=("bees",), book=True)),
        "chinese": (CHINESE, Sheet(language="zh", form="story")),
        "full": (FULL, Sheet(subject="Bees & hives")),
        "empty": ("", Sheet()),
        "hostile": (everything, Sheet("a\x00<b>", author="\ud800&")),
        "hebrew": (HOSTILE["right to left"], Sheet()),
        "headings": (HOSTILE["headings"], Sheet("\u200b")),
    }
    for name, (text, sheet) in books.items():
        path = tmp_path / f"{name}.epub"
        path.write_bytes(to_epub(text, sheet))
        done = subprocess.run(
            [*checker(), "--failonwarnings", str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "0 fatals / 0 errors / 0 warnings" in done.stdout + done.stderr


def checker() -> list[str]:
    """How epubcheck is started: as a program, or as the .jar that some systems link to."""
    import shutil  # noqa: PLC0415 - only here

    found = shutil.which("epubcheck") or ""
    with Path(found).open("rb") as stream:
        return ["java", "-jar", found] if stream.read(2) == b"PK" else [found]
