"""What a rule found, while its place is still a stretch of characters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copydesk.findings import Finding
from copydesk.styles.rules import Rules
from copydesk.styles.source import Source


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A stretch of the text against the style.

    Attributes:
        replacement: what to put there instead, when a machine can say so; None: a person must.
        advice: what a person can do, where no replacement says it.
    """

    start: int
    end: int
    code: str
    message: str
    measured: str = ""
    allowed: str = ""
    replacement: str | None = None
    advice: str = ""

    def finding(self, source: Source) -> Finding:
        """The same as everybody else sees it."""
        return Finding(
            code=f"style.{self.code}",
            place=source.place(self.start),
            message=self.message,
            measured=self.measured,
            allowed=self.allowed,
            fix=self.advice or self._said(),
        )

    def _said(self) -> str:
        if self.replacement is None:
            return ""
        if not self.replacement.strip():
            return "take it out"
        return f"write {self.replacement.strip()!r}"


Family = Callable[[Rules, Source], Iterator[Hit]]
