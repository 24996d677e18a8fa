"""How the words of a slide are set: size, weight, colour and fonts of each run, all inherited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.slides.master.inherit import run
from copydesk.slides.master.reading import A, child, elements, local, number
from copydesk.slides.master.theme import fill_colour, hex_of
from copydesk.slides.review.areas import Area
from copydesk.slides.review.slides import Backing
from copydesk.slides.typeset.frame import Type

_PLAIN = (Type(),)
_LARGE, _LARGE_BOLD = 18.0, 14.0  # points from which type counts as large (WCAG 2.2, "large scale")


@dataclass(frozen=True)
class Word:
    """A run of text: `size` in points, `colour` as six hex digits or empty where nobody knows."""

    text: str
    size: float
    bold: bool
    colour: str

    @property
    def is_large(self) -> bool:
        """Whether less contrast suffices."""
        return self.size >= (_LARGE_BOLD if self.bold else _LARGE)


def words_of(area: Area, backing: Backing) -> Iterator[Word]:
    """The runs of a shape or table that show something."""
    if area.kind == "table":
        for cell in area.element.iter(f"{A}tc"):
            yield from _words(child(cell, "a:txBody"), _PLAIN, "", 1.0, backing)
        return
    if area.body is not None:
        kinds, styled = backing.levels(area), _styled(area, backing)
        yield from _words(area.body, kinds, styled, shrunk(area), backing)


def shrunk(area: Area) -> float:
    """The factor that a program once worked out to make the text fit."""
    fit = child(area.body, "a:bodyPr/a:normAutofit")
    scale = None if fit is None else number(fit.get("fontScale"))
    return scale / 100000 if scale else 1.0


def _styled(area: Area, backing: Backing) -> str:
    """The colour that a shape's style gives its text, for shapes that are no placeholders."""
    reference = child(area.element, "p:style/a:fontRef")
    colour = next(iter(elements(reference)), None)
    return "" if colour is None or area.ph else hex_of(colour, backing.look.colours)


def typed_paragraphs(body: Any, kinds: Sequence[Type]) -> Iterator[tuple[Any, Type]]:
    """The paragraphs of a text body, each with the type of its level."""
    for paragraph in elements(body):
        if local(paragraph) != "p":
            continue
        properties = child(paragraph, "a:pPr")
        level = 0 if properties is None else int(number(properties.get("lvl")) or 0)
        yield paragraph, kinds[max(0, min(level, len(kinds) - 1))]


def _words(
    body: Any, kinds: tuple[Type, ...], styled: str, scale: float, backing: Backing
) -> Iterator[Word]:
    for paragraph, kind in typed_paragraphs(body, kinds):
        for piece in elements(paragraph):
            text = child(piece, "a:t")
            if text is not None and (text.text or "").strip():
                yield _word(piece, text.text, kind, styled, scale, backing)


def _word(piece: Any, text: str, kind: Type, styled: str, scale: float, backing: Backing) -> Word:
    properties = child(piece, "a:rPr")
    said = {} if properties is None else run(properties)
    size = (number(said.get("sz")) or kind.size * 100) / 100 * scale
    bold = kind.bold if "b" not in said else said["b"] in ("1", "true", "on")
    colours = backing.look.colours
    if "fill" in said:
        colour = fill_colour(said["fill"], colours)
    elif styled:
        colour = styled
    elif kind is _PLAIN[0]:
        colour = ""  # a table's style says, and is not read
    else:
        colour = colours.get(kind.colour, kind.colour if len(kind.colour) == 6 else "")
    return Word(text, size, bold, colour)
