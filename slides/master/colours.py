"""Which of a theme's colours can be read on which ground."""

from collections.abc import Iterable, Mapping

from copydesk.slides.contrast import BODY, LARGE, contrast
from copydesk.slides.typeset.frame import Type


def readable(
    background: str,
    colours: Mapping[str, str],
    wanted: Iterable[str] = ("tx1", "bg1", "tx2", "bg2"),
    least: float = BODY,
) -> str:
    """The name of the first of `wanted` theme colours that can be read on `background`.

    Args:
        background: six hex digits.
        colours: theme colours by name, as six hex digits.
        least: the contrast that suffices; where no colour has it, the one with most is taken.
    """
    names = [name for name in wanted if name in colours]
    ratios = {name: contrast(colours[name], background) for name in names}
    good = (name for name in names if ratios[name] >= least)
    return next(good, None) or max(names, key=lambda name: ratios[name])


def nearest(
    colour: str,
    colours: Mapping[str, str],
    wanted: Iterable[str] = ("tx1", "tx2", "bg1", "bg2"),
) -> str:
    """The theme colour that comes nearest to six hex digits; a name that is one stays."""
    if colour in colours or not colour:
        return colour or "tx1"

    def distance(name: str) -> float:
        pairs = ((int(colours[name][i : i + 2], 16), int(colour[i : i + 2], 16)) for i in (0, 2, 4))
        return sum((one - other) ** 2 for one, other in pairs)

    return min((name for name in wanted if name in colours), key=distance, default="tx1")


def least_contrast(kind: Type) -> float:
    """The least contrast of a text: large type (18 pt, or 14 pt bold) needs less."""
    return LARGE if kind.size >= 18 or (kind.bold and kind.size >= 14) else BODY


def ink(kind: Type, ground: str, colours: Mapping[str, str]) -> str | None:
    """The colour that a run must be given to be read, or None where its own does.

    Args:
        kind: how the text is set; large type needs less contrast.
        ground: six hex digits behind the text, or empty where nobody knows: then its own holds.
        colours: theme colours by name, as six hex digits.
    """
    own, least = colours.get(kind.colour, kind.colour), least_contrast(kind)
    if not ground or not own or contrast(own, ground) >= least:
        return None
    return readable(ground, colours, least=least)
