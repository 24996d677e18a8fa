"""What can be said against a text without a model: shape, repetition, style, sources."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from copydesk.brief import Brief, Language
from copydesk.documents.passage import Document
from copydesk.findings import Finding
from copydesk.prose.units import count
from copydesk.styles.style import Style

if TYPE_CHECKING:
    from copydesk.documents.evidence import Evidence

TOLERANCE = 0.1  # of the length asked for

# What a revision can mend; the rest is only reported.
_REVISED = ("style", "unsupported", "repeated", "cycle", "machine-phrases", "markdown")


@dataclass(frozen=True)
class Checker:
    """Checks texts on one brief: in its style, against its sources."""

    brief: Brief
    style: Style | None = None
    documents: tuple[Document, ...] = ()

    def __call__(self, text: str) -> list[Finding]:
        """Everything that is found in a text, its length left out."""
        from copydesk.prose.checks import check as check_prose  # noqa: PLC0415

        return [
            *check_prose(text, self.brief.language),
            *self.of_style(text),
            *self.unsupported(text),
        ]

    def whole(self, markdown: str, length: int = 0) -> list[Finding]:
        """Everything that is found in a finished text; `length` is what it was to have."""
        off = length_finding(count(markdown, self.brief.language), length, self.brief.language)
        return [*([off] if off else []), *self(markdown)]

    def of_style(self, text: str) -> list[Finding]:
        """Where the text breaks the rules of its style."""
        if self.style is None:
            return []
        from copydesk.styles.check import check  # noqa: PLC0415 - only who has a style needs it

        return check(self.style, text, self.brief.language)

    def unsupported(self, text: str) -> list[Finding]:
        """Numbers, dates, names and quotations that neither sources nor brief know."""
        if not self.documents:
            return []
        from copydesk.documents.provenance import check  # noqa: PLC0415 - only with sources

        return check(text, self._evidence, self.brief.language)

    @cached_property
    def _evidence(self) -> "Evidence":
        """The sources made ready, once: of large ones that takes seconds."""
        from copydesk.documents.evidence import Evidence  # noqa: PLC0415 - only with sources

        return Evidence(self.documents, also=self.known)

    @property
    def known(self) -> str:
        """What the brief itself says counts as supported."""
        details = self.brief.details.values()
        return "\n".join([self.brief.topic, self.brief.audience, self.brief.purpose, *details])

    def mend(self, text: str) -> str:
        """The text with what can be mended by rule alone."""
        if self.style is None:
            return text
        from copydesk.styles.fix import fix  # noqa: PLC0415 - only who has a style needs it

        return fix(self.style, text, self.brief.language)

    def mend_heading(self, line: str) -> str:
        """A heading with what can be mended by rule alone."""
        return self.mend(f"## {line}\n").strip().removeprefix("## ") if self.style else line

    def mark(self, text: str) -> str:
        """The text with what the sources do not know marked in it."""
        found = self.unsupported(text)
        if not found:
            return text
        from copydesk.documents.provenance import mark  # noqa: PLC0415 - only with sources

        return mark(text, found)


def revisable(findings: list[Finding]) -> list[Finding]:
    """The findings that are worth writing a section again."""
    return [finding for finding in findings if finding.code.startswith(_REVISED)]


def length_finding(written: int, wanted: int, language: Language) -> Finding | None:
    """What to say about a text that is more than a tenth off, if it is."""
    if not wanted or abs(written - wanted) <= wanted * TOLERANCE:
        return None
    unit = "characters" if language == "zh" else "words"
    return Finding(
        code="length",
        place="the text",
        message=f"it has {written:,} {unit}, {wanted:,} were asked for",
        measured=f"{written}",
        allowed=f"{wanted} ± {TOLERANCE:.0%}",
        fix="try another --seed, or a larger model",
    )
