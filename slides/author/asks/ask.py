"""What is asked for one slide: the schema of the answer, and what turns an answer into a slide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from copydesk.documents.passage import Document, Passage
from copydesk.generate.schema import Schema
from copydesk.slides.author.known import Known
from copydesk.slides.author.lines import bare, distinct, once
from copydesk.slides.author.material import Picture, View
from copydesk.slides.author.sheet import Sheet
from copydesk.slides.deck import Slide, Step

Answer = dict[str, Any]
Passages = tuple[tuple[Document, Passage], ...]


def fine(_answer: Answer) -> str:
    """Nothing is wrong with any answer."""
    return ""


@dataclass(frozen=True)
class Ask:
    """The schema of an answer, and what turns a title and an answer into a slide.

    Attributes:
        fault: why an answer cannot be used, in a few words; empty if it can.
        shown: what the prompt shows beside the brief: figures, quotations, names.
    """

    schema: Schema
    build: Callable[[str, Answer], Slide]
    fault: Callable[[Answer], str] = fine
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """One slide to be asked for, with all that bears on it.

    Attributes:
        passages: what the sources say on it.
        view: the data that it shows, for charts and tables.
        pictures: those that are still to be shown.
    """

    sheet: Sheet
    known: Known
    claim: str
    passages: Passages = ()
    view: View | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def text(self) -> str:
        """All that the brief and these passages say."""
        return "\n".join([self.known.given, *(passage.text for _, passage in self.passages)])


def repeats(points: list[str]) -> str:
    """Whether points say the same."""
    return "the points repeat each other" if len(distinct(points)) < len(points) else ""


def steps(answer: Answer, key: str = "steps") -> tuple[Step, ...]:
    """The steps of an answer, each label once."""
    found = once(answer[key], lambda step: step["label"])
    return tuple(Step(label=bare(step["label"]), text=bare(step["text"])) for step in found)
