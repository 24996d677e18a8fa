"""What every text in the making knows: what is asked, who speaks, who hears it, what ends it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event

from copydesk.brief import Brief
from copydesk.documents.passage import Document
from copydesk.generate.protocol import Generator
from copydesk.writer.draft import Draft, Part
from copydesk.writer.form import Form
from copydesk.writer.manner import Manner
from copydesk.writer.pen import OnText


@dataclass
class Making:
    """The beginning of every maker.

    Attributes:
        manner: style, bans, drafts to choose from, review.
        documents: the sources of its facts.
        on_text: hears the text as it comes. on_note: hears what else happens, a line each.
        cancel: ends it at the next token.
    """

    form: Form
    brief: Brief
    generator: Generator
    seed: int = 0
    on_text: OnText = lambda _text: None
    on_note: Callable[[str], None] = lambda _note: None
    cancel: Event = field(default_factory=Event)
    kind: str = ""
    manner: Manner = field(default_factory=Manner)
    documents: tuple[Document, ...] = ()

    def so_far(self, title: str, parts: Iterable[Part]) -> Draft:
        """These parts, with where they come from."""
        return Draft(
            title,
            tuple(parts),
            self.brief,
            self.form.name,
            self.generator.name,
            self.seed,
            self.documents,
        )
