"""A text with where it came from: brief, form, sources, model and seed."""

from dataclasses import dataclass

from copydesk.brief import Brief
from copydesk.documents.passage import Document
from copydesk.findings import Finding
from copydesk.prose.units import count


@dataclass(frozen=True)
class Part:
    """A finished section; the heading is empty where the form shows none."""

    heading: str
    text: str


@dataclass(frozen=True)
class Draft:
    """A text with where it came from: brief, form, sources, model and seed."""

    title: str
    parts: tuple[Part, ...]
    brief: Brief
    form: str
    model: str
    seed: int
    sources: tuple[Document, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def markdown(self) -> str:
        """The whole text as Markdown."""
        blocks = [f"# {self.title}"] if self.title else []
        for part in self.parts:
            blocks += [f"## {part.heading}"] if part.heading else []
            blocks += [part.text] if part.text else []
        return "\n\n".join(blocks) + "\n"

    @property
    def length(self) -> int:
        """Words, or characters for Chinese, of all of it, title and headings included."""
        return count(self.markdown, self.brief.language)
