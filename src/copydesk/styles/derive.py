"""Statistics → rules: only what a corpus really does, each with the figure that it rests on."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from copydesk.styles.habits import Habit
from copydesk.styles.rules import Rules
from copydesk.styles.statistics import Spread, Statistics

SHARE = 0.9  # of the cases must be written one way before that is a rule
_CASES = 20
_POSTS = 3
_UNITS = {"en": "words", "zh": "characters"}
_TABLES = ("sentences", "paragraphs", "voice", "headings", "marks", "numbers", "chinese")


@dataclass(frozen=True)
class Learned:
    """A rule that a corpus follows.

    Attributes:
        table, key, value: where and what it is in `style.toml`.
        evidence: the measured figure, for people.
        cases: how many sentences, headings, choices … the figure was measured on.
    """

    table: str
    key: str
    value: int | bool | str
    evidence: str
    cases: int

    @property
    def rules(self) -> Rules:
        """Rules that hold this one alone."""
        values: dict[str, Any] = {"summary": "-", self.table: {self.key: self.value}}
        return Rules.model_validate(values)

    def with_evidence(self, more: str) -> "Learned":
        """The same with one more thing known of it."""
        return replace(self, evidence=f"{self.evidence}; {more}")


def propose(measured: Statistics) -> list[Learned]:
    """Every rule that at least nine in ten cases follow, where there are cases enough."""
    found = [*_lengths(measured), *_choices(measured), *_marks(measured), *_numbers(measured)]
    return sorted(found, key=lambda rule: _TABLES.index(rule.table))


def _lengths(measured: Statistics) -> Iterator[Learned]:
    unit, sentences = _UNITS[measured.language], measured.sentence_lengths
    if sentences.count >= _CASES:
        yield _limit("sentences", "longest", sentences, f"{unit} in a sentence")
        if measured.steady_mean >= SHARE:
            evidence = f"{sentences.mean:.1f} {unit} on average; {_percent(measured.steady_mean)}"
            yield Learned(
                *("sentences", "mean", round(sentences.mean)),
                f"{evidence} of the posts lie within a third of that",
                measured.posts,
            )
    if measured.paragraph_lengths.count >= _CASES:
        yield _limit("paragraphs", "longest", measured.paragraph_lengths, "sentences")
    headings = measured.heading_lengths
    if headings.count >= _CASES:
        yield _limit("headings", "longest", headings, f"{unit} in a heading")
        if measured.final_periods <= 0.05:
            share = _percent(1 - measured.final_periods)
            evidence = f"{share} of {headings.count:,} headings have none"
            yield Learned("headings", "final_period", False, evidence, headings.count)


def _limit(table: str, key: str, values: Spread, what: str) -> Learned:
    """A limit that 99 % of the cases keep."""
    limit = max(1, round(values.p99))
    return Learned(
        table, key, limit, f"{what}: 99 % of {values.count:,} have no more", values.count
    )


_CHOICES = (
    # habit, table, key; the ways are named as the rule's values are
    ("person", "voice", "person"),
    ("contractions", "voice", "contractions"),
    ("spelling", "voice", "spelling"),
    ("heading_case", "headings", "case"),
    ("oxford_comma", "marks", "oxford_comma"),
    ("quotes", "marks", "quotes"),
    ("dash", "marks", "dash"),
    ("percent", "numbers", "percent"),
    ("latin_spacing", "chinese", "latin_spacing"),
)


def _choices(measured: Statistics) -> Iterator[Learned]:
    for name, table, key in _CHOICES:
        habit = measured.habits.get(name)
        if habit and settled(habit) and habit.choice != "mixed":
            cases = habit.cases
            if name == "heading_case":  # the checker looks at short headings and titles, too
                cases = measured.heading_lengths.count + measured.posts
            yield Learned(table, key, habit.choice, _evidence(habit), cases)


def _marks(measured: Statistics) -> Iterator[Learned]:
    if measured.posts < _CASES:
        return
    most = measured.exclamations.p95
    if most <= 5:
        limit = -int(-most // 1)
        evidence = f"95 % of {measured.posts:,} posts have no more per 1,000 {_unit(measured)}"
        yield Learned("marks", "exclamations", limit, evidence, measured.posts)
    if measured.semicolon_posts <= 1 - SHARE:
        evidence = f"{_percent(1 - measured.semicolon_posts)} of {measured.posts:,} posts have none"
        yield Learned("marks", "semicolons", False, evidence, measured.posts)
    if measured.language == "en" and measured.dash_posts <= (1 - SHARE) / 2:
        evidence = f"{_percent(1 - measured.dash_posts)} of {measured.posts:,} posts have none"
        yield Learned("marks", "dash", "none", evidence, measured.posts)


def _numbers(measured: Statistics) -> Iterator[Learned]:
    small, tens = measured.habits.get("small_numbers"), measured.habits.get("tens")
    if small and settled(small) and small.choice == "word":
        ten = tens is not None and settled(tens) and tens.choice == "word"
        yield Learned("numbers", "words_up_to", 10 if ten else 9, _evidence(small), small.cases)
    thousands = measured.habits.get("thousands")
    if thousands and settled(thousands) and thousands.choice == "comma":
        yield Learned("numbers", "thousands_comma", True, _evidence(thousands), thousands.cases)
    wide = measured.habits.get("full_width")
    if wide and settled(wide) and wide.choice == "full":
        yield Learned("chinese", "full_width", True, _evidence(wide), wide.cases)


def settled(habit: Habit, share: float = SHARE) -> bool:
    """Whether one way is the rule: chosen by far the most often, in several posts."""
    return habit.share >= share and habit.cases >= _CASES and habit.posts >= _POSTS


def to_toml(summary: str, language: str, learned: Iterable[Learned]) -> str:
    """A `style.toml` with the figure behind each rule beside it."""
    lines = [f"summary = {quoted(summary)}", f"language = {quoted(language)}"]
    table = ""
    for rule in learned:
        if rule.table != table:
            lines += ["", f"[{rule.table}]"]
            table = rule.table
        lines.append(f"{rule.key} = {_literal(rule.value)}  # {rule.evidence}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _literal(value: int | bool | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else str(value)


def _evidence(habit: Habit) -> str:
    others = ", ".join(
        f"{way} {count:,}" for way, count in habit.counts.items() if way != habit.choice
    )
    return (
        f"{_percent(habit.share)} of {habit.cases:,} cases in {habit.posts:,} posts"
        f"{f' (else {others})' if others else ''}"
    )


def _unit(measured: Statistics) -> str:
    return _UNITS[measured.language]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
