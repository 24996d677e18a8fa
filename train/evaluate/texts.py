"""What is measured of a set of answers as texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.prose.distance import PIECE, Profile, distance
from copydesk.prose.markdown import plain
from copydesk.prose.phrases import rate
from copydesk.prose.units import words
from copydesk.train.evaluate.measures import (
    Corpus,
    Overlap,
    bootstrap_interval,
    distinct_n,
    repeated_share,
)
from copydesk.train.evaluate.report import Measure


@dataclass(frozen=True)
class Gauge:
    """What texts are held against: a language, a style's profile, the texts of training.

    Attributes:
        origin: which texts the profile is of, in words.
    """

    language: Language
    profile: Profile | None
    corpus: Corpus | None
    origin: str = ""

    def length(self, text: str) -> int:
        """Words, or characters of Chinese."""
        return len(words(plain(text), self.language))

    def phrases(self, text: str) -> float:
        """Machine phrases per 1,000 words."""
        return rate(text, self.language)

    def overlap(self, text: str) -> Overlap:
        """The longest run that stands in a text of training too."""
        return self.corpus.longest_overlap(text) if self.corpus else Overlap(0, "", -1)


def measure_texts(
    texts: Sequence[str], gauge: Gauge, ended: Sequence[bool] | None = None
) -> dict[str, Measure]:
    """The measures of a set of texts, by the names of `report.LABELS`."""
    found: dict[str, Measure] = {}
    if not texts:
        return found
    if gauge.profile is not None:
        pooled = pool(texts, gauge.language)
        found["style_distance"] = mean([distance(gauge.profile, text) for text in pooled])
    found["machine_phrases"] = mean([gauge.phrases(text) for text in texts])
    found["length"] = mean([float(gauge.length(text)) for text in texts])
    if ended is not None:
        found["unfinished"] = mean([float(not each) for each in ended])
    found["distinct_2"] = Measure(distinct_n(texts, 2))
    found["distinct_3"] = Measure(distinct_n(texts, 3))
    found["repeated_4"] = mean([repeated_share(text, 4) for text in texts])
    if gauge.corpus is not None:
        overlaps = [float(gauge.overlap(text).length) for text in texts]
        found["overlap"] = Measure(max(overlaps))
        found["overlap_mean"] = mean(overlaps)
    return found


def pool(texts: Sequence[str], language: Language) -> list[str]:
    """Short texts joined until each is as long as what a style is measured on.

    Rates of small words in a hundred words say little: texts of nobody in particular would lie as
    near as the house's own. A short rest joins the last.
    """
    pooled: list[list[str]] = [[]]
    size = 0
    for text in texts:
        if size >= PIECE[language]:
            pooled.append([])
            size = 0
        pooled[-1].append(text)
        size += len(words(plain(text), language))
    if len(pooled) > 1 and size * 2 < PIECE[language]:
        rest = pooled.pop()
        pooled[-1] += rest
    return ["\n\n".join(each) for each in pooled if each]


def mean(values: Sequence[float]) -> Measure:
    """A mean with its bootstrap interval."""
    low, high = bootstrap_interval(values)
    return Measure(sum(values) / len(values), low, high)
