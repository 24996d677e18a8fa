"""Footnotes for sources: behind the sentence, one a page, none where the sources say nothing."""

import re
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.brief import make_brief
from copydesk.documents.passage import Document, Passage
from copydesk.writer.draft import Draft, Part
from copydesk.writer.export import cite, save

REPORT = Document(
    "report.pdf",
    "0" * 64,
    (
        Passage("The number of registered hives grew from 1,204 to 1,662 in ten years.", page=12),
        Passage("Beginners pay about 600 euros for a hive and a suit.", page=14, section="Cost"),
    ),
    title="Hives [draft]",
)
NOTES = Document(
    "notes.md", "1" * 64, (Passage("City hives lost 31 % in winter.", section="Winter"),)
)
TEXT = """# Bees

Registered hives grew from 1,204 to 1,662. There is no other town like it. The number of hives
grew to 1,662 in ten years.

A beginner pays 600 euros for a hive and a suit. City hives lost 31 % in winter. One in 77 flew.

| hives | 1,662 |
|-------|-------|
"""


def test_facts_are_followed_by_the_page_they_come_from() -> None:
    made = cite(TEXT, [REPORT, NOTES], "en")
    assert "from 1,204 to 1,662.[^source-1] There is" in made
    assert "and a suit.[^source-2] City hives lost 31 % in winter.[^source-3] One" in made
    assert "\n[^source-1]: Hives \\[draft\\], p. 12.\n" in made
    assert "\n[^source-2]: Hives \\[draft\\], p. 14.\n" in made
    assert "\n[^source-3]: notes.md, “Winter”.\n" in made
    assert "One in 77 flew.\n" in made
    assert "| hives | 1,662 |\n|" in made


def test_a_paragraph_names_a_place_once() -> None:
    made = cite(TEXT, [REPORT], "en")
    assert len(re.findall(r"\[\^source-1\](?!:)", made)) == 1


def test_chinese_notes_are_chinese() -> None:
    source = Document("报告.pdf", "2" * 64, (Passage("登记的蜂箱增加到1,662个。", page=3),))
    made = cite("登记的蜂箱增加到1,662个。\n", [source], "zh")
    assert made.startswith("登记的蜂箱增加到1,662个。[^source-1]\n")
    assert "[^source-1]: 报告.pdf，第3页。" in made


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab1, 2.%。[]^\n#|-", max_size=80), st.sampled_from(["en", "zh"]))
def test_without_its_notes_a_text_is_what_it_was(text: str, language: str) -> None:
    source = Document("s", "3" * 64, (Passage(text or "1"),))
    made = cite(text, [source], language)  # type: ignore[arg-type]
    bare = re.sub(r"\n\[\^source-\d+\]: .*\n", "", made)
    assert re.sub(r"\[\^source-\d+\]", "", bare) == text


def test_a_draft_with_sources_has_them_as_footnotes_in_word_and_not_in_markdown(
    tmp_path: Path,
) -> None:
    text = "Registered hives grew from 1,204 to 1,662."
    made = Draft("Bees", (Part("", text),), make_brief("Bees"), "article", "m", 1, (REPORT,))
    save(made, tmp_path / "a.docx")
    save(made, tmp_path / "a.md")
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert "Hives [draft], p. 12." in archive.read("word/footnotes.xml").decode()
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == made.markdown
