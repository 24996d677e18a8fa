"""How a text is written, whatever its form: in which style, guarded how, chosen from how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from copydesk.brief import Language
from copydesk.prose import phrases
from copydesk.styles.style import Style

# Gaps that a model leaves for others to fill in; a text with them is not written yet.
_GAPS = tuple(
    f"[{word}"
    for word in (
        *("insert", "your", "name", "date", "company", "contact", "title", "location", "city"),
        *("vendor", "platform", "client", "product", "recipient", "position", "department"),
        *("address", "phone", "email", "amount", "number", "description", "introduction"),
        *("插入", "你的", "您的", "姓名", "日期", "公司", "地址", "电话"),
    )
)


class Judge(Protocol):
    """A reward model: says how good answers to a prompt are, higher is better."""

    def score(self, prompt: str, answers: Sequence[str]) -> list[float]:
        """One number an answer, in any unit of the judge's own."""


@dataclass(frozen=True)
class Manner:
    """Everything about a text that neither brief nor form says.

    Attributes:
        guard: whether the worst machine phrases are kept from being written.
        bans: phrases that the user does not want to see.
        best_of: how many drafts of each section are written, for the best one to stay.
        review: whether sections are checked, and revised once where they fail.
    """

    style: Style | None = None
    guard: bool = True
    bans: tuple[str, ...] = ()
    best_of: int = 1
    judge: Judge | None = None
    review: bool = True

    def all_bans(self, language: Language, asked: str = "") -> tuple[str, ...]:
        """Phrases that the model may not write: the user's, the style's, the machine's own.

        Args:
            asked: the brief; what it says itself may be said.
        """
        banned = list(self.bans)
        if self.style:
            from copydesk.styles.check import bans  # noqa: PLC0415 - only who has a style needs it

            banned += bans(self.style)
        if self.guard:
            banned += [*_GAPS, *phrases.bans(language, asked)]
        return tuple(dict.fromkeys(banned))
