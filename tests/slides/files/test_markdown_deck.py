"""Markdown as Marp and Pandoc read it becomes slides; what they cannot show is told."""

from pathlib import Path

import pytest
from benchmarks.every_intent import paint
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import CopydeskError, UsageProblem
from copydesk.findings import Finding
from copydesk.slides import deck as d
from copydesk.slides.deck import Deck
from copydesk.slides.files.markdown_deck import deck_from_markdown

MARP = """\
---
marp: true
title: Bees
---

<!-- _class: lead -->
# Bees in the city
## A briefing

<!-- Welcome everyone.
Say why. -->

---

# Rooftops feed bees

- Flowering lasts **six weeks** longer
  - limes
    - and willows
- See [the count](https://example.org/count)

---

![bg right:40%](roof.png)

# The roofs lie close

- Most fly 300 m

---

![bg](roof.png)

---

# Cells

| Roof | Area |
|------|-----:|
| Town hall | `420` m² |
| a \\| b | |

---

# Data

```python
for x in y:
    print(x)

---
```

---

# Heard

> I thought it was weeds.
>
> — Caretaker
"""

PANDOC = """\
% Habits
% John Doe
% March 22, 2005

# In the morning {#morning}

## Getting up

- Turn off alarm

::: notes
Say this slowly.

- and this
:::

## Breakfast

:::::::: columns
::: {.column width="40%"}
### Eat

- eggs
:::
::: {.column width="60%"}
Drink

- coffee
:::
::::::::

# In the evening

## Dinner

Eat spaghetti

. . .

and more
"""


LINES = """\
# A
## b
---
- apple
  - pear
plum
:::
::: columns
::: {.column}
::: notes
<!-- n -->
> fig
|a|b|
|-|-|
```
% t
![bg](http://x)
<div class="columns">
<div>
</div>

""".split("\n")  # noqa: SIM905 - a list of lines reads better as lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    paint(tmp_path / "roof.png", (60, 40))
    return tmp_path


def read(text: str, folder: Path = Path(), told: list[Finding] | None = None) -> Deck:
    return deck_from_markdown(text, "slides.md", folder, [].append if told is None else told.append)


def test_marp_slides_are_what_stands_between_rules(folder):
    deck = read(MARP, folder)
    opening, points, beside, full, table, code, quote = deck.slides
    assert deck.title == "Bees"
    assert opening == d.TitleSlide(
        title="Bees in the city", subtitle="A briefing", notes="Welcome everyone.\nSay why."
    )
    assert points.bullets == (
        d.Point("Flowering lasts six weeks longer", ("limes", "and willows")),
        d.Point("See the count"),
    )
    assert points.notes == "the count: https://example.org/count"
    assert (beside.intent, beside.alt, beside.points) == ("picture", "", ("Most fly 300 m",))
    assert (full.intent, full.title) == ("picture-full", "The roofs lie close")
    assert table.header == ("Roof", "Area")
    assert table.rows == (("Town hall", "420 m²"), ("a | b", ""))
    assert (code.language, code.code) == ("python", "for x in y:\n    print(x)\n\n---")
    assert (quote.quote, quote.speaker) == ("I thought it was weeds.", "Caretaker")


def test_pandoc_slides_begin_at_headings(folder):
    deck = read(PANDOC, folder)
    opening, morning, up, breakfast, evening, dinner = deck.slides
    assert opening == d.TitleSlide(title="Habits", subtitle="John Doe · March 22, 2005")
    assert [(s.intent, s.title, s.number) for s in (morning, evening)] == [
        ("section", "In the morning", 1),
        ("section", "In the evening", 2),
    ]
    assert up.notes == "Say this slowly.\nand this"
    assert breakfast.left == d.Column(heading="Eat", points=("eggs",))
    assert breakfast.right == d.Column(heading="Drink", points=("coffee",))
    assert dinner.bullets == (d.Point("Eat spaghetti"), d.Point("and more"))


def test_front_matter_of_pandoc_is_the_opening():
    deck = read("---\ntitle: 习惯\nauthor: [甲, 乙]\nlang: zh-CN\n---\n\n# 早上\n\n- 起床\n")
    assert deck.slides[0] == d.TitleSlide(title="习惯", subtitle="甲, 乙")
    assert (deck.language, deck.slides[1].intent) == ("zh", "bullets")


def test_one_title_over_all_headings_opens_the_deck():
    deck = read("# Bees\n\nA briefing\n\n## Why\n\n- a\n\n## What\n\n- b\n")
    assert [(s.intent, s.title) for s in deck.slides] == [
        ("title", "Bees"),
        ("bullets", "Why"),
        ("bullets", "What"),
    ]


def test_lines_of_chinese_are_joined_without_spaces():
    deck = read("# 屋顶\n\n换行\n文字在\nRoof\n里\n")
    assert deck.slides[0].subtitle == "换行文字在 Roof 里"


def test_several_things_on_a_slide_become_several_slides_and_are_told(folder):
    told: list[Finding] = []
    text = "# A\n\n- x\n\n| a |\n|---|\n| 1 |\n\n```\ncode\n```\n\n<script>x</script>\n"
    deck = read(text, folder, told)
    assert [slide.intent for slide in deck.slides] == ["bullets", "table", "code"]
    assert {slide.title for slide in deck.slides} == {"A"}
    assert [one.code for one in told] == ["markdown-left-out", "slide-split"]
    assert "line 13" in told[0].place


def test_a_picture_from_the_net_is_not_fetched_and_one_that_is_not_there_is_named(folder):
    told: list[Finding] = []
    deck = read("# A\n\n![x](https://example.org/x.png)\n\n- text\n", folder, told)
    assert deck.slides[0].intent == "bullets"
    assert told[0].code == "picture-lost"
    with pytest.raises(UsageProblem, match=r"slides\.md, line 3: there is no picture"):
        read("# A\n\n![x](none.png)\n", folder)


def test_what_pandoc_says_beside_a_picture_or_a_heading_is_no_text(folder):
    text = "# A {.unnumbered}\n\n![roof](roof.png){width=50%}\n\n"
    text += "<aside class='notes'>\nSay it.\n</aside>\n"
    (slide,) = read(text, folder).slides
    assert (slide.title, slide.alt, slide.notes) == ("A", "roof", "Say it.")
    assert slide.intent == "picture-full"


def test_divs_of_html_may_be_columns():
    text = """----
paginate: true
----
# Two

<div class="columns">
<div>

## Left
- a

</div>
<div>

- b

</div>
</div>

after
"""
    assert read(text).slides == (
        d.ColumnsSlide(
            title="Two",
            left=d.Column(heading="Left", points=("a",)),
            right=d.Column(points=("b",)),
            notes="after",
        ),
    )


def test_what_markdown_has_no_form_for_stands_in_a_fenced_block(tmp_path):
    (tmp_path / "sales.csv").write_text("month,north\nJan,1\nFeb,2\n", "utf-8")
    text = "# A\n\n- x\n\n---\n\n# B\n\n```deck\nchart:\n  {what}: sales.csv\n```\n\n<!-- n -->\n"
    chart = read(text.replace("{what}", "data"), tmp_path).slides[1]
    assert (chart.intent, chart.title, chart.notes) == ("chart", "B", "n")
    assert chart.series[0].values == (1, 2)
    with pytest.raises(UsageProblem, match=r"slides\.md, line 11: slide 1, chart, dta: "):
        read(text.replace("{what}", "dta"), tmp_path)


def test_marks_inside_code_are_left_alone():
    code = "::: notes\n# no heading\n<!-- no note -->\n:::"
    deck = read(f"# A\n\n~~~text\n{code}\n~~~\n")
    assert deck.slides[0] == d.CodeSlide(title="A", code=code, language="text")


def test_a_text_without_slides_is_a_sentence():
    with pytest.raises(UsageProblem, match="holds no slides"):
        read(" \n\n")


@given(st.lists(st.sampled_from(LINES), max_size=14).map("\n".join) | st.text(max_size=80))
@settings(max_examples=150)
def test_any_text_is_a_deck_or_a_sentence_and_no_word_is_lost(text):
    told: list[Finding] = []
    try:
        deck = read(text, Path(), told)
    except CopydeskError:
        return
    everything = repr(deck) + repr(told)
    if not any(mark in text for mark in ("```", "|", "%")):
        for word in ("apple", "pear", "plum", "fig"):
            assert (word in text) == (word in everything)
