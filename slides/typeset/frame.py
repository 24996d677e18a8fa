"""A frame: room for text, and the type that is set in it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Type:
    """How one level of paragraphs is set; lengths and sizes in points.

    Attributes:
        latin, ea, cs: the typefaces as a run names them: "+mn-lt" for the theme's, or a name.
        family, ea_family: the fonts these stand for, for measuring; empty where nothing says.
        colour: the theme colour's name ("tx1"), or six hex digits, or empty.
        line: line spacing as a factor; `exact` instead in points where the file says points.
        indent: left margin of the text; `first` is added on the first line (negative: it hangs).
        bullet: whether a mark or number stands before the paragraph.
    """

    size: float = 18.0
    bold: bool = False
    italic: bool = False
    latin: str = "+mn-lt"
    ea: str = "+mn-ea"
    cs: str = "+mn-cs"
    family: str = ""
    ea_family: str = ""
    colour: str = "tx1"
    line: float = 1.0
    exact: float = 0.0
    before: float = 0.0
    after: float = 0.0
    indent: float = 0.0
    first: float = 0.0
    bullet: bool = False
    align: str = "l"
    caps: bool = False
    rtl: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Room for text less its insets, in points, and the type of its paragraphs by level.

    `anchor` is "t", "ctr" or "b". `vertical` frames set text sideways and are not measured.
    """

    width: float
    height: float
    levels: tuple[Type, ...] = (Type(),)
    anchor: str = "t"
    vertical: bool = False

    @property
    def type(self) -> Type:
        """How the first level is set."""
        return self.levels[0]

    def level(self, number: int) -> Type:
        """How level `number` is set, from 0; the last one that is known stands for deeper ones."""
        return self.levels[min(number, len(self.levels) - 1)]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph to set: its text and its level, from 0."""

    text: str
    level: int = 0
