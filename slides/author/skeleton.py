"""How many sections and slides a deck of so many slides has: counting, before anything is asked."""

from dataclasses import dataclass
from itertools import pairwise

from copydesk.errors import UsageProblem

FEWEST_SLIDES, MOST_SLIDES = 3, 60
_WITH_AGENDA, _WITH_DIVIDERS = 6, 9  # slides from which a deck has them
_PER_SECTION = 3.4
_MOST_SECTIONS = 6  # what an agenda shows on one slide


@dataclass(frozen=True)
class Skeleton:
    """The slides of a deck by number alone.

    Attributes:
        sections: how many content slides each section has.
        agenda: whether there is one; dividers: whether every section has a slide of its own.
    """

    sections: tuple[int, ...]
    agenda: bool
    dividers: bool

    @property
    def content(self) -> int:
        """Slides that are asked for one by one, the closing one left out."""
        return sum(self.sections)


def skeleton(count: int) -> Skeleton:
    """Sections and content slides; title and closing take two, agenda and dividers theirs.

    Raises:
        UsageProblem: too few or too many slides.
    """
    if not FEWEST_SLIDES <= count <= MOST_SLIDES:
        raise UsageProblem(
            f"A deck has {FEWEST_SLIDES} to {MOST_SLIDES} slides, not {count}.",
            "give another -n; more than that is several decks",
        )
    agenda, dividers = count >= _WITH_AGENDA, count >= _WITH_DIVIDERS
    body = count - 2 - agenda
    if not agenda:
        return Skeleton((body,), agenda=False, dividers=False)
    wanted = round(body / _PER_SECTION) if dividers else 2
    sections = min(max(wanted, 2), _MOST_SECTIONS)
    content = body - (sections if dividers else 0)
    bounds = [round(i * content / sections) for i in range(sections + 1)]
    return Skeleton(tuple(b - a for a, b in pairwise(bounds)), agenda, dividers)
