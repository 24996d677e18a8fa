"""Chosen sentences become short lines: the model words them, and each line is verified."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar

from copydesk.brief import Language
from copydesk.errors import GenerationFailed
from copydesk.findings import Finding
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.prompts import Prompts, templates_folder
from copydesk.reader.digest.records import Point
from copydesk.reader.digest.source import Said, Source
from copydesk.reader.digest.verify import fault, is_whole, speaks_of_itself

T = TypeVar("T")

_LINE = {"en": 170, "zh": 60}  # characters of a line
_SHORT = {"en": 160, "zh": 50}  # characters of a sentence that needs no other words
_SHORTER = 0.9  # of a sentence's length: a line that is longer spares nobody anything
_TEMPERATURE = 0.3
_SEEDS = 131  # between one request and the next


@dataclass(frozen=True)
class Wanted:
    """What lines are asked for.

    Attributes:
        said: the sentences, in reading order; each becomes a line.
        under: the heading that they stand under, "" for none.
        template: which prompt asks for them.
    """

    said: Sequence[Said]
    under: str = ""
    template: str = "digest_points.j2"


@dataclass
class Wording:
    """Asks a model for lines; without one, the document's own sentences are the lines.

    Attributes:
        generator: None: no model.
        title: of the document; lines may use its words.
        findings: lines that were dropped.
    """

    source: Source
    generator: Generator | None
    title: str
    seed: int = 0
    cancel: Event | None = None
    completions: list[Completion] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _asked: int = 0

    def __post_init__(self) -> None:
        self._prompts = Prompts(templates_folder() / "reading")

    @property
    def language(self) -> Language:
        """Of the document, and so of the digest."""
        return self.source.language

    def points(self, wanted: Wanted) -> list[tuple[Said, Point]]:
        """A line for each sentence: itself where it is short, or where no other line stands."""
        long = [said for said in wanted.said if len(said.text) > _SHORT[self.language]]
        lines = self._worded(long, wanted) if self.generator and long else {}
        return [(said, self._point(said, lines.get(said, ""))) for said in wanted.said]

    def _point(self, said: Said, line: str) -> Point:
        spot = self.source.spot(said.passage)
        return Point(line or said.text, said.text, spot, verbatim=not line)

    def _worded(self, long: Sequence[Said], wanted: Wanted) -> dict[Said, str]:
        """Verified lines by their sentence; none where the model gave none."""
        sound: dict[Said, str] = {}

        def accept(answer: dict[str, Any]) -> dict[Said, str]:
            for number, said in enumerate(long, 1):
                self._take(said, answer[str(number)], wanted.under, sound)
            return sound

        texts = [said.text for said in long]
        request = self.request(wanted.template, under=wanted.under, sentences=texts)
        line = shape.text(_LINE[self.language], shortest=8, language=self.language)
        # A key a sentence: a model that makes two lines of one would give all others to the wrong.
        schema = shape.record(**{str(number): line for number in range(1, len(long) + 1)})
        with suppress(GenerationFailed):
            # Another draw at this heat says much the same, and costs as much again.
            self.ask(request, schema, accept, attempts=1)
        return sound

    def _take(self, said: Said, line: str, under: str, sound: dict[Said, str]) -> None:
        """Keep a line if it is sound; one that says something else is told."""
        if not is_whole(line) or len(line) > _SHORTER * len(said.text):
            return  # nothing is wrong in it, and nothing is won by it
        reason = fault(line, said.text, f"{self.title}. {under}", self.language)
        if not reason and speaks_of_itself(line) and not speaks_of_itself(said.text):
            reason = "it speaks of the document"
        if reason:
            self._dropped(line, said, reason)
        else:
            sound[said] = line

    def _dropped(self, line: str, said: Said, reason: str) -> None:
        page = said.passage.page
        self.findings.append(
            Finding(
                code="line-dropped",
                place=f"p. {page}" if page else said.passage.section or self.source.document.name,
                message=f"{line[:80]}: {reason}; the document's own words stand there",
                measured=line,
                allowed=said.text,
            )
        )

    def request(self, template: str, **values: Any) -> Request:
        """A request whose beginning all requests of a digest share."""
        shared = {"language": self.language, "title": self.title}
        system = self._prompts.render("digest_system.j2", **shared)
        asked = self._prompts.render(template, **shared, **values)
        self._asked += 1
        return Request(
            (Message("system", system), Message("user", asked)),
            max_tokens=1,
            sampling=Sampling(temperature=_TEMPERATURE),
            seed=self.seed + self._asked * _SEEDS,
        )

    def ask(
        self,
        request: Request,
        schema: shape.Schema,
        accept: Callable[[dict[str, Any]], T],
        settle: Callable[[dict[str, Any]], T] | None = None,
        attempts: int = 2,
    ) -> T:
        """An object under a schema, as `complete_object` gives it."""
        if self.generator is None:
            raise GenerationFailed("There is no model to ask.")
        return complete_object(
            self.generator,
            request,
            schema,
            accept,
            settle=settle,
            attempts=attempts,
            on_done=self.completions.append,
            cancel=self.cancel,
        )
