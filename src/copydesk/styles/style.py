"""A house style, loaded: rules, guide, exemplars."""

from dataclasses import dataclass
from pathlib import Path

from copydesk.styles.rules import Rules


@dataclass(frozen=True)
class Exemplar:
    """A piece of text that shows the style."""

    title: str
    text: str


@dataclass(frozen=True)
class Style:
    """Rules that are checked, a guide that the model reads, and texts that show what is meant."""

    name: str
    folder: Path
    rules: Rules
    guide: str
    exemplars: tuple[Exemplar, ...] = ()
