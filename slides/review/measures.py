"""Counts over a deck: how many frames were looked at, how much text stands in placeholders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.findings import Finding
from copydesk.slides.package.opening import open_presentation
from copydesk.slides.review.areas import Area
from copydesk.slides.review.slides import Opened, opened

RENDERED = ("text-outside", "text-off-slide", "text-overlap")
_DRAWN = ("table", "chart", "diagram")


@dataclass(frozen=True)
class Share:
    """Counts over the slides that are shown.

    Attributes:
        frames: shapes and tables that show text.
        characters: of their text, without spaces.
        inherited: characters in placeholders that their layout has.
        drawn: characters in tables and in groups, which no placeholder could hold.
        faulty: frames with text outside its box, off the slide or over other text.
    """

    frames: int
    characters: int
    inherited: int
    drawn: int
    faulty: int = 0

    @property
    def in_placeholders(self) -> float:
        """The share of text in inherited placeholders, of the text that placeholders can hold."""
        return self.inherited / max(self.characters - self.drawn, 1)


def measure(path: Path) -> Share:
    """Count a deck file's frames and text.

    Raises:
        DocumentProblem: it cannot be read as a presentation.
    """
    return share_of(opened(open_presentation(path)))


def share_of(deck: Opened, findings: Iterable[Finding] = ()) -> Share:
    """Count a deck's frames; `findings` are those of its review."""
    frames = characters = inherited = drawn = 0
    for slide in deck.slides:
        for area in () if slide.hidden else slide.areas:
            length = len("".join(area.text.split()))
            if not length:
                continue
            frames += 1
            characters += length
            if _is_inherited(area, slide.backing.boxes):
                inherited += length
            elif area.group or area.kind in _DRAWN:
                drawn += length
    return Share(frames, characters, inherited, drawn, _faulty(findings))


def _is_inherited(area: Area, boxes: Iterable[tuple[str, int]]) -> bool:
    return bool(area.ph) and any(number == area.idx for _, number in boxes)


def _faulty(findings: Iterable[Finding]) -> int:
    places: Sequence[str] = [f.place for f in findings if f.code in RENDERED]
    return len(set(places))
