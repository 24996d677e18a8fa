"""What is asked for one slide: the schema of the answer, and what turns an answer into a slide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from copydesk.documents.passage import Document, Passage
from copydesk.generate.schema import Schema
from copydesk.slides.author.known import Known
from copydesk.slides.author.lines import bare, distinct, once, same_opening, says
from copydesk.slides.author.material import Picture, View
from copydesk.slides.author.sheet import Sheet
from copydesk.slides.deck import Slide, Step

Answer = dict[str, Any]
Passages = tuple[tuple[Document, Passage], ...]


def fine(_answer: Answer) -> str:
    """Nothing is wrong with any answer."""
    return ""


def full(_answer: Answer) -> bool:
    """Any answer is enough for a slide."""
    return True


@dataclass(frozen=True)
class Ask:
    """The schema of an answer, and what turns a title and an answer into a slide.

    Attributes:
        fault: why an answer cannot be used, in a few words; empty if it can.
        shown: what the prompt shows beside the brief: figures, quotations, names.
        enough: whether what is left of an answer once repeats are gone makes a slide of the kind.
        chosen: the parts of an answer that are chosen out of what is given.
    """

    schema: Schema
    build: Callable[[str, Answer], Slide]
    fault: Callable[[Answer], str] = fine
    shown: Mapping[str, Any] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    enough: Callable[[Answer], bool] = full


@dataclass(frozen=True)
class Wanted:
    """One slide to be asked for, with all that bears on it.

    Attributes:
        passages: what the sources say on it.
        view: the data that it shows, for charts and tables.
        pictures: those that are still to be shown.
        used: titles of slides before, folded.
    """

    sheet: Sheet
    known: Known
    claim: str
    passages: Passages = ()
    view: View | None = None
    pictures: tuple[Picture, ...] = ()
    used: frozenset[str] = frozenset()

    @property
    def everywhere(self) -> Passages:
        """The passages on this slide, then all others."""
        documents = self.known.material.documents
        return (*self.passages, *((d, passage) for d in documents for passage in d.passages))

    @property
    def said(self) -> str:
        """All that the brief and these passages say, in sentences; data is not among it."""
        return "\n".join([self.known.said, *(passage.text for _, passage in self.passages)])


def repeats(points: list[str], title: str = "") -> str:
    """Whether points say the same, begin the same, or say no more than the title."""
    if len(distinct(points)) < len(points) or same_opening(points, words=2):
        return "the points repeat each other"
    return "a point repeats the title" if any(says(point, title) for point in points) else ""


def kept(points: list[str], title: str = "") -> tuple[str, ...]:
    """The points, each said once, without those that say no more than the title."""
    new = [point for point in points if not says(point, title)]
    return distinct(new if len(new) > 1 else points)


def steps(answer: Answer, key: str = "steps") -> tuple[Step, ...]:
    """The steps of an answer, each label once."""
    found = once(answer[key], lambda step: step["label"])
    return tuple(Step(label=bare(step["label"]), text=bare(step["text"])) for step in found)
