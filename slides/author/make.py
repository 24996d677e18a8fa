"""Brief → deck: the outline, then slide after slide."""

from collections.abc import Callable

from copydesk.brief import Brief
from copydesk.generate.protocol import Completion, Generator
from copydesk.slides.author.fill import Filler
from copydesk.slides.author.outline import DRAWS, make_outline
from copydesk.slides.deck import Deck, Slide
from copydesk.slides.master.master import Master

OnSlide = Callable[[int, int, str], None]


def make_deck(
    brief: Brief,
    generator: Generator,
    master: Master,
    *,
    count: int,
    seed: int = 0,
    on_slide: OnSlide | None = None,
    on_done: Callable[[Completion], None] | None = None,
    draws: int = DRAWS,
) -> Deck:
    """Plan and fill a deck of `count` slides.

    Args:
        on_slide: hears number, count and title of each slide as it is finished.
        on_done: hears every completion, for counting tokens.
        draws: how often a slide that repeats itself is asked for; 1 takes the first answer.

    Raises:
        UsageProblem: `count` is too small or too large.
        GenerationFailed: the model gave nothing that could be used.
    """
    outline = make_outline(
        brief, generator, master, count=count, seed=seed, on_done=on_done, draws=draws
    )
    filler = Filler(brief, outline, generator, master, seed, on_done, draws)
    slides: list[Slide] = []
    for slide in filler.slides():
        slides.append(slide)
        if on_slide:
            on_slide(len(slides), count, slide.title)
    return Deck(outline.title, brief.language, tuple(slides))
