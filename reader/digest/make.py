"""A document becomes a digest: chosen by code, worded by a model, verified by code."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from copydesk.documents.passage import Document
from copydesk.errors import DocumentProblem
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Generator
from copydesk.reader.digest.about import about, title_of
from copydesk.reader.digest.choose import Weights
from copydesk.reader.digest.figures import figures
from copydesk.reader.digest.open_ends import left_open
from copydesk.reader.digest.parts import Stretch, stretches
from copydesk.reader.digest.records import Digest, Part, Point
from copydesk.reader.digest.source import Said, Source
from copydesk.reader.digest.terms import defined, frequent
from copydesk.reader.digest.word import Wanted, Wording

_PER_PART, _ALONE = 4, 5  # points of a part; of a document of one part
_WHOLE = 8  # points of the whole


@dataclass(frozen=True)
class Progress:
    """How far the work is: step `number` of `count`, and what is being read."""

    number: int
    count: int
    what: str


def _ignore(_: Progress) -> None:
    """Hears of a step and does nothing."""


def digest(
    document: Document,
    generator: Generator | None,
    *,
    seed: int = 0,
    on_step: Callable[[Progress], None] = _ignore,
    cancel: Event | None = None,
) -> tuple[Digest, list[Completion]]:
    """What a document says, and what the model's help cost.

    At most a dozen requests, each of a page or less, however long the document is; what is left
    when `cancel` is set keeps the document's own words.

    Args:
        generator: words the points; None: they are sentences of the document.

    Raises:
        DocumentProblem: there is nothing in it that a digest could say.
    """
    return _Digester(document, generator, seed, on_step, cancel).run()


class _Digester:
    def __init__(
        self,
        document: Document,
        generator: Generator | None,
        seed: int,
        on_step: Callable[[Progress], None],
        cancel: Event | None,
    ) -> None:
        self._source = Source(document)
        self._weights = Weights(self._source)
        self._title = title_of(self._source)
        self._wording = Wording(self._source, generator, self._title, seed, cancel)
        self._stretches = stretches(self._source)
        self._tell = on_step
        self._seed = seed
        self._step = 0

    def run(self) -> tuple[Digest, list[Completion]]:
        source, document = self._source, self._source.document
        listed = figures(source)
        if not source.said and not listed:
            raise DocumentProblem(
                f"{document.name} holds no sentence that a digest could be made of.",
                "copydesk ask finds single passages in it",
            )
        terms = defined(source)
        terms += frequent(source, [name for term in terms for name in (term.term, term.meaning)])
        self._begin("")
        kind, says = about(source, self._weights, self._wording)
        parts, points = self._parts()
        generator = self._wording.generator
        made = Digest(
            name=document.name,
            title=self._title,
            language=source.language,
            pages=document.pages,
            kind=kind,
            says=says,
            points=points,
            parts=parts,
            figures=tuple(listed),
            terms=tuple(terms),
            left_open=self._open(),
            notes=document.notes,
            findings=(*self._orders(), *self._wording.findings),
            model=generator.name if generator else "",
            seed=self._seed,
        )
        return made, self._wording.completions

    def _begin(self, what: str) -> None:
        self._step += 1
        self._tell(Progress(self._step, len(self._stretches) + 2, what))

    def _parts(self) -> tuple[tuple[Part, ...], tuple[Point, ...]]:
        """The stretches with their points, and the points of the whole."""
        found: list[tuple[Said, Point]] = []
        parts: list[Part] = []
        for stretch in self._stretches:
            points = self._points(stretch)
            found += points
            parts.append(self._part(stretch, [point for _, point in points]))
        if len(found) <= _WHOLE:
            return (), tuple(point for _, point in found)
        by_said = dict(found)
        best = self._weights.best([said for said, _ in found], _WHOLE)
        return tuple(parts), tuple(by_said[said] for said in best)

    def _part(self, stretch: Stretch, points: list[Point]) -> Part:
        passages = self._source.document.passages
        first, last = (self._source.spot(passages[stretch.passages[i]]) for i in (0, -1))
        return Part(stretch.title, first, last, tuple(points))

    def _points(self, stretch: Stretch) -> list[tuple[Said, Point]]:
        self._begin(stretch.title or self._pages(stretch))
        held = set(stretch.passages)
        among = [said for said in self._source.said if said.at in held]
        most = _ALONE if len(self._stretches) == 1 else _PER_PART
        return self._wording.points(Wanted(self._weights.best(among, most), stretch.title))

    def _orders(self) -> list[Finding]:
        """A word on sentences that were left out because they give orders."""
        return [
            Finding(
                code="addressed",
                place=f"p. {passage.page}" if passage.page else self._source.document.name,
                message="Sentences that give orders to whoever answers were not read.",
                measured=passage.text,
            )
            for passage in self._source.orders
        ]

    def _pages(self, stretch: Stretch) -> str:
        first, last = (self._source.document.passages[stretch.passages[i]].page for i in (0, -1))
        return f"pages {first} to {last}" if first else ""

    def _open(self) -> tuple[Point, ...]:
        chosen = left_open(self._source, self._weights)
        self._begin("")
        wanted = Wanted(chosen, "", "digest_open.j2")
        return tuple(point for _, point in self._wording.points(wanted))
