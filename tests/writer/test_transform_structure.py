"""Markdown is taken apart and put together with not a byte of its structure changed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.writer.transform.spread import joined, spread
from copydesk.writer.transform.structure import mended, outline, take_apart

PAGE = """---
title: "Kept: as it is"
---

# Title *here* ##

Two lines
of a title
===

First line
  second line  
after a hard break\\
and another<br>
last

> quoted text
> goes on
lazily

- one
- [ ] two
  1. deep

     still deep

| a | b\\|c |
|---|:-:|
| x | `y` | dropped
| only

```python
code = "kept"
```

    indented code

<div>kept</div>

<!-- kept -->
$$
x = y
$$

:::note
inside
:::

[ref]: https://example.org "A title"
[^1]: Word
[^note]: Two lines
    of a note

    and a paragraph
"""  # noqa: W291

TEXTS = [
    "Title *here*",
    "Two lines of a title",
    "First line second line",
    "after a hard break",
    "and another",
    "last",
    "quoted text goes on lazily",
    "one",
    "two",
    "deep",
    "still deep",
    "a",
    "b|c",
    "x",
    "`y`",
    "only",
    "inside",
    "Word",
    "Two lines of a note",
    "and a paragraph",
]

# Any Markdown, with what it is made of more often than chance would have it.
SCRAPS = st.sampled_from(
    [
        "# ", "## ", "- ", "* ", "1. ", "> ", "```", "~~~", "`", "**", "_", "|", "---", "===", "\\",
        "[^1]: ", "[^1]", "[a](b)", "![a](b)", "<!-- ", " -->", "<div>", "</div>", "<br>", "$$",
        ":::", "+++", "  \n", "\n", "\n\n", "    ", "\t", " ", "|---|---|\n", "| a | b |\n",
        "[x]: y\n",        "word", "two words", "词语", "他说。", "1986. ", "3.5", "\r\n", "\r",
        "&amp;", "😀", "مرحبا", "\u3000", "\u2028", "\x0b", "\x0c", "\ufeff", "\x00",
    ]
)  # fmt: skip
OTHERS = ["译文在这里。", "# no heading", "- no item", "1. no list", "> |", "| a |", "a |"]
MARKDOWN = st.lists(SCRAPS | st.text(max_size=6), max_size=40).map("".join)


def test_every_text_is_found_and_nothing_else() -> None:
    assert [unit.text for unit in take_apart(PAGE).units] == TEXTS


def test_texts_put_back_as_they_were_give_the_same_bytes() -> None:
    page = take_apart(PAGE)
    assert page.put(dict(enumerate(TEXTS))) == PAGE


@settings(max_examples=400, deadline=None)
@given(MARKDOWN)
def test_any_markdown_comes_back_byte_by_byte(markdown: str) -> None:
    page = take_apart(markdown)
    assert page.put({}) == markdown
    assert page.put({i: unit.text for i, unit in enumerate(page.units)}) == markdown


@settings(max_examples=400, deadline=None)
@given(
    MARKDOWN,
    st.sampled_from(
        ["译文在这里。", "# no heading", "- no item", "1. no list", "> |", "| a |", "a |"]
    ),
)
def test_whatever_stands_in_place_of_a_text_the_blocks_stay(markdown: str, text: str) -> None:
    page = take_apart(markdown)
    changed = page.put(dict.fromkeys(range(len(page.units)), text))
    assert outline(changed) == outline(markdown)


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_what_is_no_text_is_copied(markdown: str) -> None:
    page = take_apart(markdown)
    changed = page.put({i: _turned(unit.text) for i, unit in enumerate(page.units)})
    assert _without_letters(changed) == _without_letters(markdown)


def _turned(text: str) -> str:
    return re.sub("[a-z]", "x", text)


def _without_letters(text: str) -> str:
    return re.sub(r"[a-z\s]", "", text)


def test_kinds_and_lines_are_known() -> None:
    units = take_apart("# A\n\n- b\n\nc\n\n| d |\n|---|\n").units
    assert [(u.kind, u.line) for u in units] == [
        ("heading", 1),
        ("item", 3),
        ("paragraph", 5),
        ("cell", 7),
    ]


def test_a_part_of_the_lines_can_be_put_alone() -> None:
    page = take_apart("# A\n\nb\n\nc\n")
    assert page.put({0: "X"}, last=2) == "# X\n\n"
    assert page.put({1: "Y"}, first=2, last=4) == "Y\n\n"


@pytest.mark.parametrize(
    ("text", "kind", "stays"),
    [
        ("# no heading", "paragraph", "\\# no heading"),
        ("1986. A year", "paragraph", "1986\\. A year"),
        ("- no item", "item", "\\- no item"),
        ("[a]: b", "paragraph", "\\[a]: b"),
        ("two\nlines", "paragraph", "two lines"),
        ("**", "item", "\\**"),
        ("# C", "heading", "\\# C"),
        ("| a |", "heading", "&#124; a &#124;"),
        ("a | b", "cell", "a \\| b"),
        ("**bold** first", "paragraph", "**bold** first"),
        ("[a](b) first", "paragraph", "[a](b) first"),
    ],
)
def test_a_text_stays_what_it_is_at_its_place(text: str, kind: object, stays: str) -> None:
    assert mended(text, kind) == stays  # type: ignore[arg-type]


def test_hashes_at_the_end_of_a_heading_stay_part_of_it() -> None:
    assert take_apart("# A\n").put({0: "C #"}) == "# C \\#\n"
    assert take_apart("# A\n").put({0: "# | C"}) == "# # | C\n"


def test_a_line_without_a_text_goes_and_leaves_the_next_block_apart() -> None:
    page = take_apart("one\r\\two\n\n- three\n")
    assert page.put({0: "一"}) == "一\n\n- three\n"


def test_wrapped_lines_are_one_text() -> None:
    assert joined(["one", "two"]) == "one two"
    assert joined(["一行", "二行"]) == "一行二行"
    assert joined(["一行", "two"]) == "一行 two"


def test_a_new_text_takes_as_many_lines_where_it_can_be_broken() -> None:
    assert spread("one two three four", ["aaa bbb", "ccc ddd"]) == ["one two", "three four"]
    assert spread("他来了，她走了。", ["aaa bbb", "ccc ddd"]) == ["他来了，", "她走了。"]
    assert spread("unbreakable", ["a", "b"]) == ["unbreakable", ""]
    assert spread("say - no", ["aaaa", "bb"]) != ["say", "- no"]
