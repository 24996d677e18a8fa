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
from copydesk.reader.digest.verify import fault, speaks_of_itself

T = TypeVar("T")

_LINE = {"en": 150, "zh": 60}  # characters
_TEMPERATURE = 0.3
_SEEDS = 131  # between one request and the next


@dataclass(frozen=True)
class Wanted:
    """What lines are asked for.

    Attributes:
        said: the sentences that are offered, in reading order.
        own: those that stand for themselves where the model gave no line.
        under: the heading that the sentences stand under, "" for none.
        most: how many lines are wanted of more sentences; as many as there are sentences else.
        template: which prompt asks for them.
    """

    said: Sequence[Said]
    own: Sequence[Said]
    under: str = ""
    most: int = 3
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
        """Lines with the sentences behind them, in reading order."""
        if not wanted.said:
            return []
        worded = self._worded(wanted) if self.generator else {}
        if not worded:
            own = set(wanted.own)
            worded = {i: (s.text, True) for i, s in enumerate(wanted.said) if s in own}
        return [
            (said, Point(text, said.text, self.source.spot(said.passage), verbatim))
            for i, said in enumerate(wanted.said)
            if i in worded
            for text, verbatim in [worded[i]]
        ]

    def _worded(self, wanted: Wanted) -> dict[int, tuple[str, bool]]:
        """Verified lines by the number of their sentence; none where the model gave none."""
        sound: dict[int, str] = {}

        def accept(answer: dict[str, Any]) -> dict[int, str]:
            for item in answer["points"]:
                self._take(item, wanted, sound)
            if 2 * len(sound) < min(wanted.most, len(wanted.said)):
                raise ValueError("too few lines stand in their sentences")
            return sound

        request = self.request(
            wanted.template,
            under=wanted.under,
            sentences=[said.text for said in wanted.said],
            most=min(wanted.most, len(wanted.said)),
        )
        with suppress(GenerationFailed):  # what stands was taken as it came
            self.ask(request, self._schema(wanted), accept)
        return {i: (text, False) for i, text in sound.items()}

    def _take(self, item: dict[str, str], wanted: Wanted, sound: dict[int, str]) -> None:
        """Keep a line if it is sound and the first of its sentence; else say why not."""
        at = int(item["number"]) - 1
        said, line = wanted.said[at], item["point"]
        reason = fault(line, said.text, f"{self.title}. {wanted.under}", self.language)
        if not reason and speaks_of_itself(line) and not speaks_of_itself(said.text):
            reason = "it speaks of the document"
        if reason:
            self._dropped(line, said, reason)
        elif at not in sound and len(sound) < wanted.most:
            sound[at] = line

    def _dropped(self, line: str, said: Said, reason: str) -> None:
        page = said.passage.page
        self.findings.append(
            Finding(
                code="point-dropped",
                place=f"p. {page}" if page else said.passage.section or self.source.document.name,
                message=f"{line[:80]}: {reason}",
                measured=line,
                allowed=said.text,
            )
        )

    def _schema(self, wanted: Wanted) -> shape.Schema:
        count = len(wanted.said)
        line = shape.text(_LINE[self.language], shortest=8, language=self.language)
        numbers = [str(i) for i in range(1, count + 1)]
        entry = shape.record(number=shape.choice(*numbers), point=line)
        most = min(wanted.most, count)
        return shape.record(points=shape.array(entry, most, most))

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
            on_done=self.completions.append,
            cancel=self.cancel,
        )
