"""What a deck is made from beside its brief: documents, charts and tables of data, pictures."""

from dataclasses import dataclass

from copydesk.documents.passage import Document
from copydesk.slides.deck import ChartSlide, TableSlide


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown: its path, and what its file's name says it shows."""

    path: str
    name: str


@dataclass(frozen=True)
class View:
    """A chart or table taken from data as it stands; the model writes only what is said about it.

    Attributes:
        name: what it shows, in a few words.
        slide: the chart or table, its title empty.
        facts: what it says, a line each; their numbers count as given.
        readings: those of them that are sentences, and can be its title or takeaway.
    """

    name: str
    slide: ChartSlide | TableSlide
    facts: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Material:
    """Everything a deck may draw on.

    Attributes:
        title: what the brief calls the deck, where it begins with a heading.
        guide: a house style's guide, which goes into the prompt.
        led: whether the data is what the deck is about.
        invented: whether numbers that no source has may stand.
    """

    documents: tuple[Document, ...] = ()
    views: tuple[View, ...] = ()
    pictures: tuple[Picture, ...] = ()
    title: str = ""
    guide: str = ""
    led: bool = False
    invented: bool = False


NOTHING = Material()
