"""What a corpus does: lengths, rates and habits, measured post by post."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from copydesk.brief import Language
from copydesk.prose.markdown import Block, blocks
from copydesk.prose.units import sentences, words
from copydesk.styles import habits
from copydesk.styles.habits import Counted, Habit

_SENTENCES = 5  # that have a mean worth speaking of
_PROSE = ("paragraph", "item", "quote")


@dataclass(frozen=True)
class Spread:
    """A distribution: its mean, and the values below which 10, 50, 90, 95 and 99 % of it lie."""

    count: int = 0
    mean: float = 0.0
    p10: float = 0.0
    p50: float = 0.0
    p90: float = 0.0
    p95: float = 0.0
    p99: float = 0.0


@dataclass(frozen=True)
class PostMeasures:
    """One post: words (characters for Chinese) per sentence, sentences per paragraph, marks."""

    words: int
    sentence_lengths: tuple[int, ...]
    paragraph_lengths: tuple[int, ...]
    heading_lengths: tuple[int, ...]
    items: int
    exclamations: int
    semicolons: int
    final_periods: int
    habits: dict[str, Counted]

    def rate(self, count: int) -> float:
        """Per 1,000 words."""
        return 1000 * count / max(1, self.words)


@dataclass(frozen=True)
class Statistics:
    """A corpus.

    Attributes:
        words: all words, or characters for Chinese.
        steady_mean: share of posts whose mean sentence length is within a third of the corpus's.
        exclamations: per 1,000 words of a post.
        semicolon_posts, dash_posts: share of posts with at least one.
        final_periods: share of headings that end with a full stop.
    """

    language: Language
    posts: int
    words: int
    post_lengths: Spread
    sentence_lengths: Spread
    steady_mean: float
    paragraph_lengths: Spread
    heading_lengths: Spread
    headings: Spread
    items: Spread
    exclamations: Spread
    semicolon_posts: float
    dash_posts: float
    final_periods: float
    habits: dict[str, Habit]

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded."""
        values: dict[str, Any] = _rounded(asdict(self))
        return values


def measure(texts: Iterable[str], language: Language) -> Statistics:
    """Measure Markdown texts, each with its title as a heading of the first level."""
    posts = [measure_post(text, language) for text in texts]
    kinds = {name for post in posts for name in post.habits}
    lengths = [length for post in posts for length in post.sentence_lengths]
    mean = sum(lengths) / max(1, len(lengths))
    headings = [length for post in posts for length in post.heading_lengths]
    return Statistics(
        language=language,
        posts=len(posts),
        words=sum(post.words for post in posts),
        post_lengths=spread([post.words for post in posts]),
        sentence_lengths=spread(lengths),
        steady_mean=_steady(posts, mean),
        paragraph_lengths=spread([n for post in posts for n in post.paragraph_lengths]),
        heading_lengths=spread(headings),
        headings=spread([post.rate(len(post.heading_lengths)) for post in posts]),
        items=spread([post.rate(post.items) for post in posts]),
        exclamations=spread([post.rate(post.exclamations) for post in posts]),
        semicolon_posts=_share(post.semicolons > 0 for post in posts),
        dash_posts=_share(any(post.habits.get("dash", {}).values()) for post in posts),
        final_periods=sum(post.final_periods for post in posts) / max(1, len(headings)),
        habits={
            name: habits.gather(post.habits.get(name, Counter()) for post in posts)
            for name in sorted(kinds)
        },
    )


def measure_post(markdown: str, language: Language) -> PostMeasures:
    """Measure one post; nothing raises. A heading of the first level counts for its case only."""
    found = list(blocks(markdown))
    prose = [block.plain for block in found if block.kind in _PROSE]
    set_apart = [block for block in found if block.kind == "heading" and block.plain]
    headings = [block.plain for block in set_apart if block.level > 1]
    text = "\n\n".join(prose)
    counted = {name: count(text) for name, count in habits.HABITS[language].items()}
    if language == "en":
        counted["heading_case"] = _sum(habits.heading_case(b.plain) for b in set_apart)
    split = [sentences(block.plain, language) for block in found if _is_paragraph(block)]
    return PostMeasures(
        words=len(words(text, language)),
        sentence_lengths=tuple(
            size for group in split for one in group if (size := len(words(one, language)))
        ),
        paragraph_lengths=tuple(len(group) for group in split if group),
        heading_lengths=tuple(len(words(heading, language)) for heading in headings),
        items=sum(block.kind == "item" for block in found),
        exclamations=len(re.findall("[!！]", text)),
        semicolons=len(re.findall("[;；]", text)),
        final_periods=sum(heading.endswith((".", "。")) for heading in headings),
        habits=counted,
    )


def spread(values: Sequence[float]) -> Spread:
    """The distribution of some values."""
    if not values:
        return Spread()
    ordered = sorted(values)
    points = (ordered[round(p * (len(ordered) - 1) / 100)] for p in (10, 50, 90, 95, 99))
    return Spread(len(ordered), sum(ordered) / len(ordered), *points)


def _is_paragraph(block: Block) -> bool:
    """A paragraph of prose; a line that leads into a list, or is set bold, is no sentence."""
    return block.kind == "paragraph" and not block.plain.endswith((":", "："))


def _steady(posts: Sequence[PostMeasures], mean: float) -> float:
    """The share of posts with five sentences or more whose mean is within a third of `mean`."""
    means = [
        sum(post.sentence_lengths) / len(post.sentence_lengths)
        for post in posts
        if len(post.sentence_lengths) >= _SENTENCES
    ]
    return _share(abs(one - mean) * 3 <= mean for one in means)


def _share(marks: Iterable[bool]) -> float:
    listed = list(marks)
    return sum(listed) / len(listed) if listed else 0.0


def _sum(counted: Iterable[Counted]) -> Counted:
    total: Counted = Counter()
    for one in counted:
        total.update(one)
    return total


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return round(value, 4) if isinstance(value, float) else value
