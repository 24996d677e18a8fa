"""Brief → deck: the outline, then slide after slide."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from copydesk.brief import Brief
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Generator
from copydesk.slides.author.fill import Filler
from copydesk.slides.author.known import Known
from copydesk.slides.author.material import NOTHING, Material
from copydesk.slides.author.outline import DRAWS, Outliner
from copydesk.slides.author.sources import overview
from copydesk.slides.deck import Deck, Slide
from copydesk.slides.master.master import Master

OnSlide = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Hearers:
    """Who hears of the work.

    Attributes:
        on_slide: number, count and title of each slide as it is finished.
        on_done: every completion, for counting tokens.
    """

    on_slide: OnSlide | None = None
    on_done: Callable[[Completion], None] | None = None


@dataclass
class Maker:
    """Makes one deck; `findings` says afterwards what was left out of it."""

    brief: Brief
    generator: Generator
    master: Master
    count: int
    material: Material = NOTHING
    seed: int = 0
    draws: int = DRAWS
    hearers: Hearers = Hearers()

    def __post_init__(self) -> None:
        self.findings: list[Finding] = []
        self._known = Known(self.brief, self.material)
        self._filler: Filler | None = None

    def deck(self) -> Deck:
        """Plan and fill the deck.

        Raises:
            UsageProblem: `count` is too small or too large.
            GenerationFailed: the model gave nothing that could be used.
        """
        language = self.brief.language
        facts = [fact for view in self.material.views for fact in view.facts]
        outline = Outliner(
            self.brief,
            self.generator,
            self.master,
            self.count,
            self.material,
            self._known,
            (*facts[:12], *overview(self.material.documents, language)),
            self.seed,
            self.hearers.on_done,
            self.draws,
        ).outline()
        self._filler = Filler(
            self.brief,
            outline,
            self.generator,
            self.master,
            self.seed,
            self.hearers.on_done,
            self.draws,
            self.material,
            self._known,
        )
        slides: list[Slide] = []
        for slide in self._filler.slides():
            slides.append(slide)
            self.findings += self._known.removed()
            if self.hearers.on_slide:
                self.hearers.on_slide(len(slides), self.count, slide.title)
        return Deck(outline.title, language, tuple(slides))

    def reworded(self, deck: Deck, numbers: set[int], share: float = 0.75) -> Deck:
        """The deck with some slides asked for once more, within `share` of their room."""
        slides = list(deck.slides)
        for number in sorted(numbers):
            made = self._filler.again(number, share) if self._filler else None
            slides[number - 1] = made or slides[number - 1]
        self.findings += self._known.removed()
        return replace(deck, slides=tuple(slides))


def make_deck(
    brief: Brief,
    generator: Generator,
    master: Master,
    *,
    count: int,
    seed: int = 0,
    material: Material = NOTHING,
    on_slide: OnSlide | None = None,
    on_done: Callable[[Completion], None] | None = None,
    draws: int = DRAWS,
) -> Deck:
    """Plan and fill a deck of `count` slides.

    Args:
        material: sources, data and pictures.
        on_slide: hears number, count and title of each slide as it is finished.
        on_done: hears every completion, for counting tokens.
        draws: how often a slide that repeats itself is asked for; 1 takes the first answer.

    Raises:
        UsageProblem: `count` is too small or too large.
        GenerationFailed: the model gave nothing that could be used.
    """
    hearers = Hearers(on_slide, on_done)
    return Maker(brief, generator, master, count, material, seed, draws, hearers).deck()
