"""Translating, rewriting, summarizing with a scripted model: what is asked, kept, resumed."""

import json
import random
import re
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.answers import random_answer
from tests.writer.test_transform_structure import MARKDOWN, PAGE

from copydesk.brief import Brief, Language
from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.generate.engines import open_generator
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.prose.units import count
from copydesk.writer.form import load_form
from copydesk.writer.store import Memory
from copydesk.writer.transform.glossary import make_glossary
from copydesk.writer.transform.preview import first_prompt
from copydesk.writer.transform.run import Transformed, Transforming, transform
from copydesk.writer.transform.structure import outline

ARTICLE = """# Open at night

The library lent 1.2 million books in 2024. No branch was closed.[^1]

- Bring a library card.
- The doors lock at 20:00.

Run `library search` or see [the guide](https://a.example/b).

[^1]: Annual report, page 12.
"""


def text_of(request: Request) -> str:
    """The text that a prompt of the translate form asks about."""
    return request.messages[-1].content.rpartition("\n")[2]


def pseudo(text: str) -> str:
    """A Chinese of our own: every word a Han character, all else as it was."""
    words = re.compile(r"(?<![⟦#])(?<![A-Za-z_/.`-])[A-Za-z]+(?![A-Za-z`])")
    return words.sub("译", text)


def translating(request: Request) -> Any:
    if request.schema is None:
        return pseudo(text_of(request))
    asked = json.loads(text_of(request))
    return {key: pseudo(value) for key, value in asked.items()}


def changed(
    script: Any, text: str, form: str = "translate", language: Language = "zh", **more: Any
) -> tuple[Transformed, Scripted]:
    generator = Scripted(script)
    brief = Brief(more.pop("topic", ""), language, text=text, length=more.pop("length", 0))
    return transform(load_form(form), brief, generator, seed=1, **more), generator


def test_a_translation_keeps_structure_numbers_code_and_links() -> None:
    made, generator = changed(translating, ARTICLE)
    assert outline(made.markdown) == outline(ARTICLE)
    assert made.markdown.count("\n") == ARTICLE.count("\n")
    for kept in (
        "120万",
        "2024",
        "`library search`",
        "](https://a.example/b)",
        "[^1]: 译",
        "。[^1]",
    ):
        assert kept in made.markdown.replace("译 译. ", "").replace(".[^1]", "。[^1]")
    assert "https" not in "".join(r.messages[-1].content for r in generator.requests)
    assert made.title == "译 译 译"
    assert not [finding for finding in made.findings if finding.code == "span-lost"]


CLEAN = MARKDOWN.map(lambda text: re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text))


@settings(max_examples=150, deadline=None)
@given(CLEAN)
def test_any_markdown_keeps_its_blocks_whatever_the_model_says(markdown: str) -> None:
    heard: list[str] = []
    try:
        made, _ = changed(translating, markdown, on_text=heard.append)
    except UsageProblem:
        return  # nothing to translate in it
    assert outline(made.markdown) == outline(markdown)
    assert "".join(heard) == made.markdown


@settings(max_examples=60, deadline=None)
@given(CLEAN, st.integers(0, 99))
def test_nonsense_from_the_model_breaks_nothing(markdown: str, seed: int) -> None:
    nonsense = ["# x\n\n- y", "|", "```\n", "", "⟦9⟧ [a](#7)", "<!--", "1. 一\n2. 二", "\\", "**"]

    def answer(request: Request) -> Any:
        index = seed + len(request.messages[-1].content)
        if request.schema is not None:
            return {key: nonsense[index % len(nonsense)] for key in request.schema["properties"]}
        return nonsense[index % len(nonsense)]

    try:
        made, _ = changed(answer, markdown)
    except UsageProblem:
        return
    assert outline(made.markdown) == outline(markdown)


def test_a_page_of_everything_streams_what_is_kept() -> None:
    heard: list[str] = []
    made, _ = changed(translating, PAGE, on_text=heard.append)
    assert "".join(heard) == made.markdown
    assert len(heard) > 10
    assert outline(made.markdown) == outline(PAGE)


def test_an_answer_that_loses_a_number_is_drawn_again() -> None:
    answers = iter(["图书馆借出了图书。", "图书馆在2024年借出了图书。"])
    made, generator = changed(lambda _r: next(answers), "The library lent books in 2024.\n")
    assert made.markdown == "图书馆在2024年借出了图书。\n"
    assert made.findings == ()
    first, second = generator.requests
    assert first.seed != second.seed
    assert first.sampling.temperature < second.sampling.temperature
    assert "2024" in second.messages[-1].content.partition("Translate")[0]


def test_what_stays_wrong_is_kept_at_its_best_and_found() -> None:
    made, generator = changed(lambda _r: "图书馆借出了图书。", "The library lent books in 2024.\n")
    assert made.markdown == "图书馆借出了图书。\n"
    [finding] = made.findings
    assert (finding.code, finding.place) == ("number-lost", "line 1")
    assert len(generator.requests) == 3


def test_a_faulty_paragraph_is_tried_sentence_by_sentence() -> None:
    def answer(request: Request) -> str:
        asked = text_of(request)
        both = "1999" in asked and "2024" in asked
        return "一年。" if both else f"在{re.findall('[0-9]{4}', asked)[0]}年开放。"

    made, _ = changed(answer, "It was opened in 1999. It was closed in 2024.\n")
    assert made.markdown == "在1999年开放。在2024年开放。\n"
    assert made.findings == ()


def test_glossary_terms_are_told_only_where_they_occur_and_checked() -> None:
    glossary = make_glossary([("library card", "读者证"), ("branch", "分馆")])
    text = "Bring your library card with you.\n\nThe doors are open today.\n"
    made, generator = changed(lambda _r: "请带证件来。", text, glossary=glossary)
    asked = [request.messages[-1].content for request in generator.requests]
    assert "library card = 读者证" in asked[0]
    assert "branch" not in "".join(asked)
    assert "读者证" not in asked[-1]
    assert "Bring your 读者证 with you." in asked[1]  # the second draw has the term in the text
    assert [finding.code for finding in made.findings] == ["glossary"]


def test_short_items_come_in_one_answer_under_a_schema() -> None:
    text = "- Open the door\n- Close the door\n- Lock the door\n"
    made, generator = changed(translating, text)
    [request] = generator.requests
    assert request.schema is not None
    assert list(request.schema["properties"]) == ["1", "2", "3"]
    assert made.markdown == "- 译 译 译\n- 译 译 译\n- 译 译 译\n"


def test_an_item_that_fails_among_others_is_translated_alone() -> None:
    def answer(request: Request) -> Any:
        if request.schema is None:
            return "锁上3号门"
        return {"1": "开门", "2": "锁门"}

    made, generator = changed(answer, "- Open the door\n- Lock the door 3\n")
    assert made.markdown == "- 开门\n- 锁上3号门\n"
    assert [request.schema is None for request in generator.requests] == [False, True]


def test_what_is_in_the_language_already_is_left_alone() -> None:
    made, generator = changed(translating, "图书馆开放。\n\nThe doors are open.\n\nGPT-4\n")
    assert made.markdown.startswith("图书馆开放。\n\n译 译 译 译")
    assert len(generator.requests) >= 1
    assert all("图书馆" not in request.messages[-1].content for request in generator.requests)


@pytest.mark.parametrize(
    ("text", "language", "message"),
    [
        ("图书馆开放。", "zh", "The text is in Chinese already"),
        ("The library is open.", "en", "The text is in English already"),
        ("```\ncode\n```\n", "zh", "There is no text to translate"),
        ("😀 123", "zh", "There is no text to translate"),
    ],
)
def test_a_text_with_nothing_to_translate_is_refused(
    text: str, language: Language, message: str
) -> None:
    with pytest.raises(UsageProblem, match=message):
        changed([], text, language=language)


def test_without_a_text_the_topic_is_translated() -> None:
    generator = Scripted(translating)
    made = transform(load_form("translate"), Brief("The doors are open", "zh"), generator)
    assert made.markdown == "译 译 译 译"


@pytest.mark.parametrize("stop", range(6))
def test_killed_anywhere_it_goes_on_and_ends_the_same(stop: int) -> None:
    whole, _ = changed(translating, ARTICLE)
    store, calls = Memory(), iter(range(stop))

    def dying(request: Request) -> Any:
        if next(calls, None) is None:
            raise GenerationFailed("The power went.")
        return translating(request)

    try:
        changed(dying, ARTICLE, store=store)
    except GenerationFailed:
        assert len(store) <= stop + 2
    kept = dict(store)
    made, generator = changed(translating, ARTICLE, store=store)
    assert made.markdown == whole.markdown
    assert made.findings == whole.findings
    assert all(store[key] == text for key, text in kept.items())
    assert len(generator.requests) <= 6 - min(stop, 4)


def test_an_interrupted_translation_is_what_is_finished() -> None:
    cancel = Event()
    generator = Scripted(translating)
    making = Transforming(
        load_form("translate"),
        Brief("", "zh", text=ARTICLE),
        generator,
        on_text=lambda text: cancel.set() if "120" in text else None,
        cancel=cancel,
    )
    made = making.run()
    assert made.markdown.startswith("# 译 译 译\n\n")
    assert made.markdown.endswith("[^1]\n\n- ") is False
    assert "library card" not in made.markdown
    assert made == making.draft()


def test_a_context_too_small_for_a_paragraph_is_no_trouble() -> None:
    text = "The library is open at night. " * 200
    made = transform(
        load_form("translate"), Brief("", "zh", text=text), Scripted(translating, context=400)
    )
    assert "译" in made.markdown


REPORT = "\n\n".join(
    f"## Part {i}\n\nThe {name} branch lent {i * 100 + 7} books and served readers of {name} town. "
    f"Its garden for reading was opened by the mayor, and {name} families come there on Sundays."
    for i, name in enumerate(["Harbour", "Market", "Station", "Castle", "River", "Forest"], 1)
)


def rewriting(request: Request) -> str:
    text = request.messages[-1].content.rpartition("\n\n")[2]
    return text.replace("was opened", "opened its gates").replace("served", "helped")


def test_a_rewrite_keeps_headings_and_length_and_changes_paragraphs() -> None:
    made, generator = changed(rewriting, REPORT, "rewrite", "en", topic="friendlier")
    assert outline(made.markdown) == outline(REPORT)
    assert "## Part 3" in made.markdown
    assert "helped readers" in made.markdown
    assert made.findings == ()
    assert len(generator.requests) == 6
    assert "friendlier" in generator.requests[0].messages[0].content


def test_the_length_of_a_rewrite_is_shared_out_by_what_is_left() -> None:
    size = count(REPORT, "en")
    _, generator = changed(rewriting, REPORT, "rewrite", "en", topic="shorter", length=size // 2)
    asked = [re.findall(r"About (\d+) words", r.messages[-1].content) for r in generator.requests]
    budgets = [int(found[0]) for found in asked]
    assert budgets[0] < 18
    assert "shorter than it is" in generator.requests[0].messages[-1].content


def test_a_rewrite_that_misses_its_length_says_so() -> None:
    made, _ = changed(rewriting, REPORT, "rewrite", "en", topic="shorter", length=70)
    assert "length" in [finding.code for finding in made.findings]


def test_a_rewrite_without_a_text_is_refused() -> None:
    with pytest.raises(UsageProblem, match="no text to rewrite"):
        transform(load_form("rewrite"), Brief("friendlier"), Scripted([]))


def test_a_rewrite_without_a_wish_is_refused_unless_a_length_says_enough() -> None:
    with pytest.raises(UsageProblem, match="Nothing says how"):
        changed([], REPORT, "rewrite", "en")
    size = count(REPORT, "en")
    made, generator = changed(rewriting, REPORT, "rewrite", "en", length=size)
    assert "another length" in generator.requests[0].messages[0].content
    assert made.findings == ()


def summing(request: Request) -> Any:
    """Points and summaries made of the first sentences of what is shown."""
    shown = request.messages[-1].content
    if request.schema is not None:
        texts = re.findall(r"^\[(\d+)\] (.*?\.)", shown, re.MULTILINE)
        return {"points": [{"passage": n, "point": text[:240]} for n, text in texts[:5]]}
    facts = re.findall(r"^- (.*?\.)", shown, re.MULTILINE)
    return " ".join(facts)


def test_a_text_that_fits_is_summarized_at_once() -> None:
    made, generator = changed(summing, REPORT, "summarize", "en", length=70)
    assert all(request.schema is None for request in generator.requests)
    assert 63 <= count(made.markdown, "en") <= 77
    assert made.findings == ()


def test_a_long_text_is_read_in_stretches_and_noted_in_points() -> None:
    made, generator = changed(summing, (REPORT + "\n\n") * 6, "summarize", "en", length=60)
    noted = [request for request in generator.requests if request.schema is not None]
    assert len(noted) >= 2
    assert "[1] Part 1: The Harbour branch" in noted[0].messages[-1].content
    assert made.markdown.strip()


def test_a_number_that_the_text_has_not_is_left_out_or_found() -> None:
    def lying(request: Request) -> str:
        return "The branch lent 107 books and helped many readers. " * 3 + "It cost 999 dollars."

    made, _ = changed(lying, REPORT, "summarize", "en", length=25)
    invented = [finding for finding in made.findings if finding.code == "number-invented"]
    assert ("999" in made.markdown) == bool(invented)


def test_points_that_no_passage_bears_out_are_drawn_again() -> None:
    answers = iter(
        [
            {"points": [{"passage": "1", "point": "Nothing of this stands there at all."}] * 3},
            {"points": [{"passage": "1", "point": "The Harbour branch lent 999 books."}] * 3},
        ]
    )

    def answer(request: Request) -> Any:
        return next(answers, None) or summing(request) if request.schema else "One. Two."

    _, generator = changed(answer, (REPORT + "\n\n") * 6, "summarize", "en", length=60)
    first, second, third = generator.requests[:3]
    assert first.seed != second.seed
    assert "999" not in generator.requests[-1].messages[-1].content
    assert third.schema is not None


def test_ten_megabytes_are_bounded_and_a_finding_says_so() -> None:
    paragraph = "The harbour branch number {} lent books to the readers of street {}. "
    text = "\n\n".join(paragraph.format(i, i % 97) * 8 for i in range(19_000))
    assert len(text) > 10_000_000
    made, generator = changed(summing, text, "summarize", "en", length=60)
    assert len(generator.requests) < 80
    assert "sampled" in [finding.code for finding in made.findings]


@pytest.mark.parametrize("stop", range(4))
def test_a_summary_goes_on_where_it_was_killed(stop: int) -> None:
    text = (REPORT + "\n\n") * 6
    whole, _ = changed(summing, text, "summarize", "en", length=60)
    store, calls = Memory(), iter(range(stop))

    def dying(request: Request) -> Any:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return summing(request)

    with pytest.raises(KeyboardInterrupt):
        changed(dying, text, "summarize", "en", length=60, store=store)
    made, _ = changed(summing, text, "summarize", "en", length=60, store=store)
    assert made.markdown == whole.markdown


@pytest.mark.parametrize(
    ("text", "length", "message"),
    [("```\nx\n```", 0, "no text to summarize"), ("Bees nest in walls.", 50, "no summary of 50")],
)
def test_what_cannot_be_summarized_is_refused(text: str, length: int, message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        changed([], text, "summarize", "en", length=length)


def test_random_answers_give_some_summary() -> None:
    rng = random.Random(3)

    def answer(request: Request) -> Any:
        return random_answer(request.schema, rng) if request.schema else "Bees nest. They fly."

    made, _ = changed(answer, (REPORT + "\n\n") * 6, "summarize", "en", length=60)
    assert made.markdown


@pytest.mark.default_model
def test_the_default_model_translates_a_page_both_ways(default_model: Path) -> None:
    generator = open_generator(str(default_model), threads=1)
    try:
        brief = Brief("", "zh", text=ARTICLE)
        made = transform(load_form("translate"), brief, generator, seed=3)
        assert outline(made.markdown) == outline(ARTICLE)
        for kept in (
            "120万",
            "2024",
            "`library search`",
            "](https://a.example/b)",
            "[^1]",
            "20:00",
        ):
            assert kept in made.markdown.replace(" 万", "万")
        back = transform(
            load_form("translate"), Brief("", "en", text=made.markdown), generator, seed=3
        )
        assert outline(back.markdown) == outline(ARTICLE)
        assert "1.2 million" in back.markdown
    finally:
        generator.close()


@pytest.mark.parametrize("form", ["translate", "summarize", "rewrite"])
def test_the_first_prompt_is_known_without_a_model(form: str) -> None:
    language: Language = "zh" if form == "translate" else "en"
    prompt = first_prompt(load_form(form), Brief("for tourists", language, text=ARTICLE))
    assert "for tourists" in prompt
    assert "Open at night" in prompt or "1.2 million" in prompt
