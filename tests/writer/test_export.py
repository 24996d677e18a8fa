"""Draft → .md, .docx, .html, .txt: real styles in Word, nothing alive in the page."""

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from copydesk.brief import make_brief
from copydesk.errors import OutputProblem
from copydesk.writer.draft import Draft, Part
from copydesk.writer.export import FORMATS, check_format, save

TEXT = """They **nest** in *warm* walls & <script>alert(1)</script>.

- ivy
- thyme

> Plant it.

1. Dig
2. Wait

`code` [link](javascript:alert(1)) ![x](http://example.org/x.png)

```
fence <b>
```"""


def draft(language: Any = "en", text: str = TEXT) -> Draft:
    brief = make_brief("Bees", language=language)
    title = "Bees & <us>" if language == "en" else "城市里的蜜蜂"
    return Draft(title, (Part("Warm walls", text), Part("", "End.")), brief, "article", "m", 1)


def saved(folder: Path, name: str, made: Draft) -> Path:
    save(made, folder / name)
    return folder / name


def test_markdown_is_the_draft(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.md", draft())
    assert path.read_text(encoding="utf-8") == draft().markdown


def test_word_gets_real_styles(tmp_path: Path) -> None:
    document = Document(str(saved(tmp_path, "a.docx", draft())))
    found = [(p.style.name, p.text) for p in document.paragraphs if p.style]
    assert found[:3] == [
        ("Title", "Bees & <us>"),
        ("Heading 1", "Warm walls"),
        ("Normal", "They nest in warm walls & <script>alert(1)</script>."),
    ]
    styles = {text: style for style, text in found}
    assert styles["ivy"] == "List Bullet"
    assert styles["Plant it."] == "Quote"
    assert styles["Wait"] == "List Number"
    assert styles["fence <b>"] == "Normal"
    assert styles["End."] == "Normal"
    runs = {run.text: run for run in document.paragraphs[2].runs}
    assert runs["nest"].bold
    assert runs["warm"].italic
    assert not runs["They "].bold
    assert document.core_properties.title == "Bees & <us>"


@pytest.mark.parametrize(("language", "tag"), [("en", "en-US"), ("zh", "zh-CN")])
def test_word_knows_the_language_and_a_font_for_it(tmp_path: Path, language: Any, tag: str) -> None:
    document = Document(str(saved(tmp_path, "a.docx", draft(language, "一段。"))))
    for name in ("Normal", "Title", "Heading 1"):
        properties = document.styles[name].element.rPr
        fonts = properties.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
        lang = properties.find(qn("w:lang"))
        assert lang.get(qn("w:eastAsia" if language == "zh" else "w:val")) == tag


def test_nothing_a_model_says_is_alive_in_the_page(tmp_path: Path) -> None:
    page = saved(tmp_path, "a.html", draft()).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert 'href="javascript' not in page
    assert "<title>Bees &amp; &lt;us&gt;</title>" in page
    assert "<h1>Bees &amp;" in page
    assert "<h2>Warm walls</h2>" in page
    assert "<strong>nest</strong>" in page
    assert '<html lang="en">' in page


def test_a_chinese_page_says_so(tmp_path: Path) -> None:
    page = saved(tmp_path, "a.html", draft("zh")).read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page


def test_braces_in_a_text_do_not_break_the_page(tmp_path: Path) -> None:
    page = saved(tmp_path, "a.html", draft(text="{body} {0} {}")).read_text(encoding="utf-8")
    assert "{body} {0} {}" in page


def test_plain_text_has_the_headings_on_lines_of_their_own(tmp_path: Path) -> None:
    text = saved(tmp_path, "a.txt", draft(text="One.")).read_text(encoding="utf-8")
    assert text == "BEES & <US>\n\nWarm walls\n\nOne.\n\nEnd.\n"


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_empty_draft_can_be_saved_in_every_format(tmp_path: Path, suffix: str) -> None:
    empty = Draft("", (), make_brief("Bees"), "copy", "m", 0)
    assert saved(tmp_path, f"a{suffix}", empty).stat().st_size > 0


@pytest.mark.parametrize("suffix", FORMATS)
def test_control_characters_and_oddities_do_not_break_a_format(tmp_path: Path, suffix: str) -> None:
    odd = "bell \x07 escape \x1b[31m nul \x00 emoji 🐝 rtl \u202e wide 𠀀"
    saved(tmp_path, f"a{suffix}", draft(text=odd))


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.md.exe", ".md"])
def test_an_unknown_format_lists_those_there_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputProblem) as caught:
        check_format(tmp_path / name)
    assert ".docx" in caught.value.hint


def test_the_case_of_an_extension_does_not_matter(tmp_path: Path) -> None:
    assert saved(tmp_path, "A.MD", draft()).is_file()
