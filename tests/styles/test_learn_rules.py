"""Learning: rules that the posts follow, none that they do not, and a folder that loads."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from copydesk.errors import DocumentProblem, OutputProblem, UsageProblem
from copydesk.styles import folder as folders
from copydesk.styles import habits
from copydesk.styles.check import check
from copydesk.styles.corpus import Corpus, Post
from copydesk.styles.derive import propose
from copydesk.styles.folder import target, write_style
from copydesk.styles.learn import Lesson, learn, write
from copydesk.styles.load import load_style
from copydesk.styles.statistics import measure

PARAGRAPHS = (
    "We don't think that a garden needs much. It needs water, light and time. We're sure.",
    "We've seen seven colours of tulip this spring. They don't all open on one day, of course.",
    "Our neighbours ask us what we do in winter. We read, sleep and plan. We don't dig.",
    "It's the soil that counts. We turn compost, sand and clay into a bed that we're proud of.",
)


def british_post(number: int) -> Post:
    """A post of a house that says "we", contracts, spells British, uses no serial comma."""
    turned = [PARAGRAPHS[(number + at) % len(PARAGRAPHS)] for at in range(4)]
    body = "\n\n".join([*turned[:2], "## What we do in the quiet months", *turned[2:]])
    return Post(f"What the garden says in week {number}", f"{body}\n\nNumber {number}.", "x")


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return learn(Corpus(tuple(british_post(number) for number in range(30))), "garden")


def learned(lesson: Lesson) -> dict[str, object]:
    return {f"{rule.table}.{rule.key}": rule.value for rule in lesson.rules}


def test_what_the_posts_do_becomes_rules(lesson: Lesson) -> None:
    rules = learned(lesson)
    expected = {
        "voice.person": "first",
        "voice.contractions": "yes",
        "voice.spelling": "uk",
        "headings.case": "sentence",
        "headings.final_period": False,
        "marks.oxford_comma": "no",
        "marks.quotes": "straight",
        "marks.exclamations": 0,
        "marks.semicolons": False,
        "marks.dash": "none",
        "sentences.mean": 6,
        "sentences.longest": 13,
        "paragraphs.longest": 3,
        "numbers.words_up_to": 9,
    }
    assert {key: rules.get(key) for key in expected} == expected


def test_what_they_do_both_ways_does_not(lesson: Lesson) -> None:
    posts = [british_post(number) for number in range(30)]
    mixed = [
        Post(p.title, p.text.replace("don't", "do not").replace(" and ", ", and "), "x")
        if number % 2
        else p
        for number, p in enumerate(posts)
    ]
    rules = learned(learn(Corpus(tuple(mixed)), "garden"))
    assert "marks.oxford_comma" not in rules
    assert rules["voice.spelling"] == "uk"


def test_few_posts_teach_few_rules() -> None:
    rules = learned(learn(Corpus(tuple(british_post(number) for number in range(5))), "garden"))
    assert {"headings.case", "marks.exclamations", "marks.dash"}.isdisjoint(rules)


def test_a_rule_that_the_checker_does_not_see_followed_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(habits.HABITS["en"], "quotes", lambda _text: Counter(curly=10))
    lesson = learn(Corpus(tuple(british_post(number) for number in range(30))), "garden")
    assert "marks.quotes" not in learned(lesson)
    assert [(rule.key, rule.value) for rule in lesson.dropped] == [("quotes", "curly")]
    assert "against, by the check" in lesson.dropped[0].evidence


def test_every_rule_has_its_figure_beside_it(lesson: Lesson) -> None:
    for line in lesson.files["style.toml"].splitlines():
        if " = " in line and not line.startswith(("summary", "language")):
            assert re.search(r"# .*\d", line), line


def test_the_folder_loads_and_the_posts_keep_its_rules(lesson: Lesson, tmp_path: Path) -> None:
    place = tmp_path / "garden"
    write(lesson, place)
    style = load_style(str(place))
    assert style.rules.summary == "Learned from 30 posts, 2,100 words."
    assert style.rules.voice.spelling == "uk"
    assert len(style.exemplars) == 30
    assert style.exemplars[0].title == "What the garden says in week 0"
    assert check(style, british_post(7).markdown) == []
    values = json.loads((place / "statistics.json").read_text())
    assert values["posts"] == 30
    assert values["habits"]["spelling"]["counts"]["uk"] > 20


def test_the_guide_tells_what_to_do_and_no_shares(lesson: Lesson) -> None:
    guide = lesson.files["guide.md"]
    assert '- Speak as "we".' in guide
    assert "- Use British spelling." in guide
    assert "red, white and blue" in guide
    assert "%" not in guide
    assert len(guide) < 3_000


def test_chinese_posts_teach_chinese_rules() -> None:
    text = (
        "我们在城市里养蜜蜂，用的是 Langstroth 蜂箱。今年一共收了 30 公斤蜂蜜！\n\n"
        "屋顶上的花园很安静，我们每周去 2 次。大家都喜欢春天，因为花开得早。"
    )
    posts = tuple(
        Post(f"第 {n} 周", f"{text}\n\n这是第 {n} 篇，写得很短。", "x") for n in range(25)
    )
    found = learn(Corpus(posts), "蜂")
    rules = learned(found)
    assert rules["voice.person"] == "first"
    assert rules["chinese.latin_spacing"] == "space"
    assert rules["chinese.full_width"] is True
    assert found.language == "zh"
    assert "空一格" in found.files["guide.md"]
    assert "characters" in found.files["style.toml"]


def test_too_little_text_is_refused() -> None:
    with pytest.raises(DocumentProblem, match="words to learn from, fewer than 200"):
        learn(Corpus((british_post(1),)), "garden")
    with pytest.raises(DocumentProblem, match="0 characters to learn from"):
        learn(Corpus((british_post(1),)), "garden", "zh")


def test_nothing_is_proposed_from_nothing() -> None:
    assert propose(measure([], "en")) == []
    assert propose(measure(["", "#\n\n```\ncode"], "zh")) == []


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../up", "-rf", "a b", "x" * 61, "a\0b"])
def test_a_name_that_is_no_folder_name_is_refused(name: str) -> None:
    with pytest.raises(UsageProblem, match="cannot be the name of a style"):
        target(name)


def test_a_style_that_exists_is_replaced_only_by_force_and_as_a_whole() -> None:
    place = target("house")
    write_style(place, {"guide.md": "one", "exemplars/1.md": "x"})
    with pytest.raises(OutputProblem, match="There is a style 'house' already"):
        target("house")
    write_style(target("house", force=True), {"guide.md": "two"})
    assert [path.name for path in place.iterdir()] == ["guide.md"]
    assert (place / "guide.md").read_text() == "two"
    assert [path.name for path in place.parent.iterdir()] == ["house"]


def test_a_failed_replacement_leaves_the_old_style(monkeypatch: pytest.MonkeyPatch) -> None:
    place = target("house")
    write_style(place, {"guide.md": "one"})
    rename = Path.rename

    def full(self: Path, to: Path) -> Path:
        if to == place and self.name != "old":
            raise OSError(28, "No space left on device")
        return rename(self, to)

    monkeypatch.setattr(folders.Path, "rename", full)
    with pytest.raises(OutputProblem, match="No space left on device"):
        write_style(place, {"guide.md": "two"})
    assert (place / "guide.md").read_text() == "one"
    assert [path.name for path in place.parent.iterdir()] == ["house"]


@pytest.mark.parametrize(
    ("count", "text", "expected"),
    [
        (habits.contractions, "I don’t, it's; we do not, it is.", {"yes": 2, "no": 1}),
        (habits.contractions, "Yes, it is.", {"yes": 0, "no": 0}),
        (habits.person, "We wrote this.", {"first": 1}),
        (habits.person, '"We wrote this", they said.', {"third": 1}),
        (habits.person, "Take your time.", {"second": 1}),
        (habits.oxford_comma, "red, white, and blue; salt, oil and bread", {"yes": 1, "no": 1}),
        (habits.oxford_comma, "However, this and that; for example, bread and butter", {}),
        (habits.dashes, "this — that, one—two, 3–4", {"spaced": 1, "closed": 1}),
        (habits.small_numbers, "two of 3 cats, step 4, 5%, 6.5, 7:30", {"word": 1, "digit": 1}),
        (habits.thousands, "12,000 and 12000, in 2024", {"comma": 1, "none": 1}),
        (habits.percent, "5% and 5 percent, 6 per cent", {"sign": 1, "word": 2}),
        (habits.spelling, "the colour of centers", {"uk": 1, "us": 1}),
        (habits.heading_case, "How teams should work", {"sentence": 1}),
        (habits.heading_case, "How Teams Should Work", {"title": 1}),
        (habits.heading_case, "Overview", {}),
        (habits.latin_spacing, "用 Python 写，用Go写", {"space": 2, "none": 2}),
        (habits.full_width, "你好，世界.再见!", {"full": 1, "half": 1}),
        (habits.han_person, "我们来了。", {"first": 1}),
        (habits.quotes, '“so” it’s 6" "x"', {"curly": 3, "straight": 2}),
    ],
)
def test_habits_are_counted(count: object, text: str, expected: dict[str, int]) -> None:
    assert callable(count)
    assert +count(text) == +Counter(expected)
