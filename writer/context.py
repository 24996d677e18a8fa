"""What the templates of a form are given: brief, style, and the passages that bear on a section."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from copydesk.brief import Brief
from copydesk.documents.passage import Document
from copydesk.generate.protocol import Message
from copydesk.styles.style import Exemplar, Style
from copydesk.writer.form import Form

_EXEMPLARS = 2
_EXAMPLE = {"en": 1800, "zh": 600}  # characters of exemplars in a prompt
_SOURCES = {"en": 3000, "zh": 1200}  # characters of passages in a prompt


@dataclass(frozen=True)
class Excerpt:
    """A passage as a template sees it."""

    text: str
    page: int
    name: str


@dataclass(frozen=True)
class Guide:
    """A style as a template sees it: the guide, and the exemplars nearest to the brief."""

    guide: str
    exemplars: tuple[Exemplar, ...]


# Passages for a query, best first, within a budget of words or characters.
Find = Callable[[str], tuple[Excerpt, ...]]


def nothing(_query: str) -> tuple[Excerpt, ...]:
    """No sources were given."""
    return ()


@dataclass(frozen=True)
class Context:
    """One text to be written, with all that bears on it."""

    form: Form
    brief: Brief
    kind: str = ""
    style: Style | None = None
    documents: tuple[Document, ...] = ()
    find: Find = nothing
    guide: Guide | None = None
    _system: list[str] = field(default_factory=list)

    def render(self, template: str, query: str = "", **values: Any) -> str:
        """Render one of the form's prompts; `query` picks the passages that it shows."""
        return self.form.prompts.render(
            template,
            brief=self.brief,
            kind=self.kind,
            style=self.guide,
            sources=self.find(query or self.brief.topic),
            unit="字" if self.brief.language == "zh" else "words",
            **values,
        )

    def render_whole(self, words: int, variants: int = 1, query: str = "") -> str:
        """The prompt for a text in one piece, or for lines to choose from."""
        return self.render(
            "draft.j2",
            query,
            plan=None,
            section=None,
            number=1,
            beat="",
            beats=(),
            beat_number=1,
            words=words,
            previous="",
            first=True,
            last=True,
            variants=variants,
        )

    @property
    def system(self) -> str:
        """The system message, the same in every request of this text."""
        if not self._system:
            self._system.append(self.render("system.j2"))
        return self._system[0]

    def messages(self, prompt: str) -> tuple[Message, ...]:
        """A prompt after the system message."""
        return (Message("system", self.system), Message("user", prompt))


def make_context(
    form: Form,
    brief: Brief,
    *,
    kind: str = "",
    style: Style | None = None,
    documents: tuple[Document, ...] = (),
) -> Context:
    """Put together what a text is written from; sources are indexed once."""
    guide = None
    if style:
        # Both are needed only by who uses them, and read files.
        from copydesk.styles.exemplars import choose  # noqa: PLC0415 - see above

        guide = Guide(
            style.guide, choose(style, brief.topic, k=_EXEMPLARS, budget=_EXAMPLE[brief.language])
        )
    return Context(
        form, brief, form.find_kind(kind), style, documents, _finder(documents, brief), guide
    )


def _finder(documents: tuple[Document, ...], brief: Brief) -> Find:
    if not documents:
        return nothing
    from copydesk.documents.search import Index  # noqa: PLC0415 - only who has sources needs it

    index = Index(documents)
    budget = _SOURCES[brief.language]

    def find(query: str) -> tuple[Excerpt, ...]:
        hits = index.search(query, k=6, budget=budget)
        return tuple(Excerpt(h.passage.text, h.passage.page, h.document.name) for h in hits)

    return find
