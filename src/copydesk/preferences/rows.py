"""The kinds of rows that preference data is made of; each knows where it came from."""

from dataclasses import dataclass
from typing import TypeAlias

from copydesk.generate.protocol import Message


@dataclass(frozen=True, kw_only=True)
class Question:
    """A request without an answer: what the online methods roll out from.

    Attributes:
        prompt: the conversation that an answer is asked of; its last turn is the user's.
        place: where the row stands, such as "pairs.jsonl:12" or "desk ranking 7".
        language: "en", "zh" …; "" when unknown.
    """

    prompt: tuple[Message, ...]
    place: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Sample(Question):
    """An answer to learn from as it is."""

    completion: str


@dataclass(frozen=True, kw_only=True)
class Pair(Question):
    """Two answers, the first of which was preferred, unless they tie.

    Attributes:
        margin: by how much, in the data's own unit; None when nobody said.
        tie: the two were found equally good; which is called `chosen` says nothing then.
        annotator: who said so; "" when unknown.
    """

    chosen: str
    rejected: str
    margin: float | None = None
    tie: bool = False
    annotator: str = ""


@dataclass(frozen=True, kw_only=True)
class Ranking(Question):
    """K answers in order of preference.

    Attributes:
        completions: the K answers.
        ranks: K numbers, 1 for the best; equal numbers are ties.
        scores: K numbers that the ranks were made of, higher is better; empty when there are none.
        sources: K names of who wrote each answer, such as a model; empty when unknown.
        annotator: who ranked; "" when unknown.
    """

    completions: tuple[str, ...]
    ranks: tuple[int, ...]
    scores: tuple[float, ...] = ()
    sources: tuple[str, ...] = ()
    annotator: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict(Question):
    """One answer, kept or dropped."""

    completion: str
    keep: bool
    annotator: str = ""


Row: TypeAlias = Sample | Pair | Ranking | Verdict | Question
