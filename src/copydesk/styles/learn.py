"""Posts → a style folder: measured, held against the checker, written as a whole."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.brief import Language
from copydesk.errors import DocumentProblem
from copydesk.prose.distance import Profile, distance, profile
from copydesk.prose.markdown import plain
from copydesk.styles.check import hits
from copydesk.styles.corpus import Corpus, Post
from copydesk.styles.derive import SHARE, Learned, propose, to_toml
from copydesk.styles.exemplars import trim
from copydesk.styles.folder import write_style
from copydesk.styles.guide import write_guide
from copydesk.styles.source import Source, read_source
from copydesk.styles.statistics import Statistics, measure
from copydesk.styles.vocabulary import Term, characteristic

MOST_EXEMPLARS = 200
_EXEMPLAR = 8_000  # characters; what is shown to a model is shorter still
_COMPARED = 600  # posts that the profile is taken from, and the exemplars chosen from
_READ_FOR_WORDS = 2_000  # posts that words are counted in
_TRIED_ON = 120  # posts that the rules are tried on
_LONGEST_TRIED = 20_000  # characters of each
_FEWEST_WORDS = 200
# Rules about a text as a whole: tried text by text instead of case by case.
_WHOLE = {("voice", "person"), ("sentences", "mean"), ("marks", "exclamations")}


@dataclass(frozen=True)
class Lesson:
    """What was learned from a corpus.

    Attributes:
        rules: what the corpus follows.
        profile: what a text's distance from this style is measured against.
        dropped: what it seemed to follow, but the checker finds too much against.
        exemplars: the posts that show the style, trimmed.
    """

    name: str
    language: Language
    statistics: Statistics
    rules: tuple[Learned, ...]
    dropped: tuple[Learned, ...]
    terms: tuple[Term, ...]
    profile: Profile
    exemplars: tuple[Post, ...]

    @property
    def files(self) -> dict[str, str]:
        """The style folder: path → text."""
        measured = self.statistics
        summary = f"Learned from {measured.posts:,} posts, {measured.words:,} {_unit(measured)}."
        return {
            "style.toml": to_toml(summary, self.language, self.rules),
            "guide.md": write_guide(measured, self.terms),
            "statistics.json": self._json(),
            **dict(_exemplar_files(self.exemplars)),
        }

    def _json(self) -> str:
        values = {
            **self.statistics.as_json(),
            "vocabulary": [vars(term) for term in self.terms],
            "profile": vars(self.profile),
        }
        return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def learn(
    corpus: Corpus,
    name: str,
    language: Language | None = None,
    *,
    on_step: Callable[[str], None] = lambda _step: None,
) -> Lesson:
    """Measure posts and find the rules that they follow.

    Args:
        language: posts in others are left out; the one of most of the text if not given.
        on_step: hears what is being done.

    Raises:
        DocumentProblem: there is no post in that language, or too little text.
    """
    spoken = language or corpus.language
    posts = corpus.only(spoken).posts
    on_step(f"measuring {len(posts):,} posts")
    measured = measure((post.markdown for post in posts), spoken)
    if measured.words < _FEWEST_WORDS:
        raise DocumentProblem(
            f"There are {measured.words} {_unit(measured)} to learn from, fewer than "
            f"{_FEWEST_WORDS}.",
            "give more posts, or another --language",
        )
    on_step("looking for rules")
    kept, dropped = _tried(propose(measured), _sample(posts, _TRIED_ON), measured)
    on_step("comparing words")
    read = [plain(trim(post.text, _LONGEST_TRIED)) for post in _sample(posts, _READ_FOR_WORDS)]
    terms = characteristic(read, spoken)
    on_step("choosing exemplars")
    style = profile((post.text for post in _sample(posts, _COMPARED)), spoken)
    exemplars = _exemplars(posts, measured, style)
    return Lesson(name, spoken, measured, tuple(kept), tuple(dropped), terms, style, exemplars)


def write(lesson: Lesson, folder: Path) -> None:
    """Write the style folder, replacing one that is there.

    Raises:
        OutputProblem: the place cannot be written to.
    """
    write_style(folder, lesson.files)


def _unit(measured: Statistics) -> str:
    return "characters" if measured.language == "zh" else "words"


def _sample(posts: Sequence[Post], most: int) -> list[Post]:
    """Posts spread evenly over all of them."""
    if len(posts) <= most:
        return list(posts)
    return [posts[number * len(posts) // most] for number in range(most)]


def _tried(
    proposed: Sequence[Learned], posts: Sequence[Post], measured: Statistics
) -> tuple[list[Learned], list[Learned]]:
    """The rules that the checker, too, finds followed; and the others."""
    sources = [
        read_source(f"# {post.title}\n\n{trim(post.text, _LONGEST_TRIED)}\n", measured.language)
        for post in posts
    ]
    kept, dropped = list[Learned](), list[Learned]()
    for rule in proposed:
        share = _against(rule, sources, measured.posts)
        tried = rule.with_evidence(f"{100 * share:.0f} % against, by the check")
        (kept if share <= 1 - SHARE else dropped).append(tried)
    return kept, dropped


def _against(rule: Learned, sources: Sequence[Source], posts: int) -> float:
    """The share of texts, or of cases, that the checker finds against a rule."""
    found = [sum(1 for _ in hits(rule.rules, source)) for source in sources]
    if (rule.table, rule.key) in _WHOLE or (rule.key, rule.value) == ("contractions", "yes"):
        return sum(count > 0 for count in found) / len(found)
    cases = rule.cases * len(sources) / posts
    return min(1.0, sum(found) / max(1.0, cases))


def _exemplars(posts: Sequence[Post], measured: Statistics, style: Profile) -> tuple[Post, ...]:
    """The most typical posts of ordinary length, in their order, cut to whole paragraphs."""
    low, high = measured.post_lengths.p10, measured.post_lengths.p95
    short, long = (1, 2) if measured.language == "zh" else (4, 10)  # characters for a word
    ordinary = [post for post in posts if low * short <= len(post.text) <= high * long]
    spread_out = _sample(ordinary or posts, _COMPARED)
    cut = [replace(post, text=trim(post.text, _EXEMPLAR)) for post in spread_out]
    whole = [post for post in cut if post.text]
    if len(whole) <= MOST_EXEMPLARS:
        return tuple(whole)
    away = [distance(style, post.text) for post in whole]
    farthest = sorted(away)[MOST_EXEMPLARS - 1]
    kept = [post for post, far in zip(whole, away, strict=True) if far <= farthest]
    return tuple(kept[:MOST_EXEMPLARS])


def _exemplar_files(posts: Sequence[Post]) -> list[tuple[str, str]]:
    return [
        (f"exemplars/{number:03}-{_slug(post.title)}.md", f"# {post.title}\n\n{post.text}\n")
        for number, post in enumerate(posts, 1)
    ]


def _slug(title: str) -> str:
    """A title as part of a file name: its letters and digits, no more than 40 bytes."""
    plain_title = unicodedata.normalize("NFC", title).lower()
    slug = re.sub(r"[^\w]+", "-", plain_title).strip("-_")
    return slug.encode()[:40].decode(errors="ignore").strip("-_") or "post"
