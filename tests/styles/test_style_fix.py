"""What `style check --fix` mends, and that mending comes to rest and touches no code."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from copydesk.brief import Language
from copydesk.styles.check import hits
from copydesk.styles.fix import fix, fix_counted
from copydesk.styles.load import load_style
from copydesk.styles.rules import Rules
from copydesk.styles.source import read_source
from copydesk.styles.style import Style


def styled(**fields: object) -> Style:
    return Style("house", Path(), Rules.model_validate({"summary": "House.", **fields}), "")


@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        ({"words": {"preferred": {"utilize": "use"}}}, "Utilize it, UTILIZE it.",
         "Use it, USE it."),
        ({"words": {"preferred": {"person": "adult"}}}, "A person came.", "An adult came."),
        ({"words": {"preferred": {"javascript": "JavaScript"}}}, "Javascript", "JavaScript"),
        ({"words": {"preferred": {"app": "mobile app"}}}, "An app. A mobile app.",
         "A mobile app. A mobile app."),
        ({"words": {"preferred": {"in order to": "to"}}}, "in\norder to see", "to see"),
        ({"words": {"preferred": {"can": "may"}}}, "It can, it can't, can-do.",
         "It may, it can't, can-do."),
        ({"words": {"preferred": {"帐号": "账号"}}}, "我的帐号", "我的账号"),
        ({"voice": {"spelling": "uk"}}, "We organize colors. Center it.",
         "We organise colours. Centre it."),
        ({"voice": {"spelling": "us"}}, "The organisation travelled; a licence.",
         "The organization traveled; a license."),
        ({"voice": {"spelling": "us"}}, "We exercise, promise and advise on the Labour Party.",
         "We exercise, promise and advise on the Labour Party."),
        ({"headings": {"case": "sentence"}}, "# How to Write Better Reports",
         "# How to write better reports"),
        ({"headings": {"case": "title"}}, "# how to write for the web",
         "# How to Write for the Web"),
        ({"headings": {"case": "sentence"}}, "# Why NASA uses iPhones in Paris",
         "# Why NASA uses iPhones in Paris"),
        ({"headings": {"final_period": False}}, "# It ends. #\n\n## 结束。\n\n## He said etc.",
         "# It ends #\n\n## 结束\n\n## He said etc."),
        ({"headings": {"final_period": False}}, "It ends.\n===\n", "It ends\n===\n"),
        ({"marks": {"quotes": "curly"}}, "\"It's 6' tall,\" she said in '98.",
         "“It’s 6' tall,” she said in ’98."),
        ({"marks": {"quotes": "straight"}}, "“It’s fine”", "\"It's fine\""),
        ({"marks": {"dash": "spaced"}}, "one—two -- three, 3–4, well-known",
         "one — two – three, 3–4, well-known"),
        ({"marks": {"dash": "closed"}}, "one – two - three", "one—two—three"),
        ({"numbers": {"thousands_comma": True}}, "12500 people in 2024, order 12500, 0.12345",
         "12,500 people in 2024, order 12500, 0.12345"),
        ({"numbers": {"percent": "sign"}}, "5 percent, 5 per cent", "5%, 5%"),
        ({"numbers": {"percent": "word"}, "voice": {"spelling": "uk"}}, "5%", "5 per cent"),
        ({"patterns": [{"pattern": r"\bvery (\w+)", "message": "Weak.", "replace": r"\1"}]},
         "a very good, very old dog", "a good, old dog"),
    ],
)  # fmt: skip
def test_english_is_mended(fields: dict[str, object], before: str, after: str) -> None:
    assert fix(styled(**fields), before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("你好,世界.", "你好，世界。"),
        ("真的吗?!", "真的吗？！"),
        ("大语言模型(LLM)的用法", "大语言模型（LLM）的用法"),
        ('他说"好"。', "他说“好”。"),
        ("等等...", "等等……"),
        ("再见--朋友", "再见——朋友"),
        ("用Python写了3个脚本", "用 Python 写了 3 个脚本"),
        ("用`git`命令", "用 `git` 命令"),
        ("一 ，二， 三", "一，二，三"),
        ("**注意:** 后文", "**注意：** 后文"),
        ("见[文档](http://a.b/c,d), 好", "见[文档](http://a.b/c,d)，好"),
        ("１２３元", "123 元"),
        ("百分之25", "25%"),
        ("1.中文\n\n- 一, 二\n", "1.中文\n\n- 一，二\n"),
        ("10:30 开始，版本 1.2", "10:30 开始，版本 1.2"),
        ("看![图](a.png)", "看![图](a.png)"),
        ("行尾两空格  \n换行", "行尾两空格  \n换行"),
    ],
)
def test_chinese_is_mended(before: str, after: str) -> None:
    chinese = {"full_width": True, "latin_spacing": "space"}
    style = styled(language="zh", chinese=chinese, numbers={"percent": "sign"})
    assert fix(style, before) == after


def test_no_space_between_han_and_latin_is_a_rule_as_well() -> None:
    style = styled(chinese={"latin_spacing": "none"})
    assert fix(style, "用 Python 写了 3 个\n\n1. 中文") == "用Python写了3个\n\n1. 中文"


def test_what_was_mended_is_counted_by_rule() -> None:
    style = styled(words={"preferred": {"utilize": "use"}}, marks={"quotes": "curly"})
    assert fix_counted(style, 'utilize "it", utilize') == (
        "use “it”, use",
        {"preferred": 2, "quotes": 2},
    )


def test_a_rule_that_never_comes_to_rest_is_left_out() -> None:
    grows = {"pattern": "a", "message": "More.", "replace": "aa", "code": "grows"}
    style = styled(patterns=[grows], words={"preferred": {"utilize": "use"}})
    assert fix(style, "utilize bananas") == "use bananas"


def test_a_rule_that_would_make_code_of_text_is_left_out() -> None:
    ticks = {"pattern": r"\bcode\b", "message": "Code.", "replace": "`code`", "code": "ticks"}
    style = styled(patterns=[ticks], words={"preferred": {"utilize": "use"}})
    assert fix(style, "utilize the code") == "use the code"


EVERYTHING_EN = styled(
    language="en",
    words={"banned": ["delv*"], "preferred": {"utilize": "use", "app": "mobile app", "an": "one"}},
    voice={"spelling": "uk"},
    headings={"case": "sentence", "final_period": False},
    marks={"quotes": "curly", "dash": "spaced", "oxford_comma": "yes"},
    numbers={"thousands_comma": True, "percent": "word"},
    chinese={"full_width": True, "latin_spacing": "space"},
    patterns=[{"pattern": r"\bvery (\w+)", "message": "Weak.", "replace": r"\1"}],
)
EVERYTHING_ZH = styled(
    language="zh",
    words={"preferred": {"帐号": "账号"}},
    headings={"case": "title", "final_period": False},
    marks={"quotes": "straight", "dash": "closed"},
    numbers={"thousands_comma": True, "percent": "sign"},
    chinese={"full_width": True, "latin_spacing": "none"},
)
STYLES = [EVERYTHING_EN, EVERYTHING_ZH, *map(load_style, ("plain", "通用", "marketing"))]

PIECES = [
    *"\"'“”‘’-–—.,:;!?()…%`*_~#|<>[]\\&$ \n\t",
    "\n\n", "    ", "# ", "## ", "- ", "1. ", "> ", "```\n", "~~~\n", "---\n", "===\n", "  \n",
    "`colors, utilize`", "``a ` colors``", "[color](http://color.com/utilize?a=1,b \"colors\")",
    "https://color.org/utilize,x", "<b title='color'>", "<!-- utilize -->", "![img](a.png)",
    "[r]: http://color.com\n", "[^1]", "| a | b |\n|---|---|\n| colors | 用Python |\n",
    "utilize", "An app", "colors", "organize", "very", "How To", "中文", "帐号", "用Python", "，",
    "。", "：", "（", "）", "百分之25", "12345", "5%", "5 percent", "a", "1", "é", "\u3000", "\xa0",
    "\ufffc", "\ufff9", "\x00", "\r\n", "\u2028", "🙂", "مرحبا", "&amp;", "{{ x }}", "$$a$$",
]  # fmt: skip
markdown = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=60)


def mendable(style: Style, text: str, language: Language) -> set[str]:
    source = read_source(text, language)
    return {hit.code for hit in hits(style.rules, source) if hit.replacement is not None}


@given(markdown, st.sampled_from(STYLES), st.sampled_from(["en", "zh"]))
@settings(max_examples=300, deadline=None)
def test_mending_twice_changes_nothing_more(text: str, style: Style, language: Language) -> None:
    once = fix(style, text, language)
    assert fix(style, once, language) == once


def hidden(tokens: list[Token]) -> list[str]:
    """All code, tags and addresses of a text, as a Markdown parser sees them."""
    found: list[str] = []
    for token in tokens:
        if token.type in ("fence", "code_block", "code_inline", "html_block", "html_inline"):
            found.append(token.content)
        found += [str(token.attrs[name]) for name in ("href", "src") if name in token.attrs]
        found += hidden(token.children or [])
    return found


@given(markdown, st.sampled_from(STYLES), st.sampled_from(["en", "zh"]))
@settings(max_examples=300, deadline=None)
def test_code_and_addresses_keep_every_byte(text: str, style: Style, language: Language) -> None:
    parse = MarkdownIt("commonmark").enable("table").parse
    assert hidden(parse(fix(style, text, language))) == hidden(parse(text))


WORDS = st.sampled_from(
    ["utilize", "colors", "An", "app", '"quoted"', "it's", "one—two", "5%", "12345", "very",
     "good", "中文,用Python", "帐号.", "百分之25"]
)  # fmt: skip
prose = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)


@given(prose, st.sampled_from(STYLES), st.sampled_from(["en", "zh"]))
@settings(max_examples=200, deadline=None)
def test_a_mended_text_has_nothing_left_to_mend(
    text: str, style: Style, language: Language
) -> None:
    assert mendable(style, fix(style, text, language), language) == set()
