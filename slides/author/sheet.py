"""How long each text of a slide may be: the master's capacity as schemas."""

from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.generate import schema as shape
from copydesk.slides.author.known import without_digits
from copydesk.slides.master.master import Master

_LITTLE, _FEW = 0.65, 3  # of its room; items of a slide that gets less
_NOTES = {"en": (40, 300), "zh": (12, 110)}


@dataclass(frozen=True)
class Sheet:
    """The measure of a deck's texts.

    Attributes:
        digits: whether texts may hold digits; without a known number they may not.
        share: of the capacity that may be used; less where a first answer did not fit.
    """

    master: Master
    language: Language
    digits: bool = True
    share: float = 1.0

    @property
    def zh(self) -> bool:
        """Whether the deck is in Chinese."""
        return self.language == "zh"

    def longest(self, intent: str, slot: str) -> int:
        """The most characters that a text of the slot may have."""
        return max(2, int(self.master.capacity(intent, slot, self.language) * self.share))

    def line(
        self, intent: str, slot: str, en: int = 2, zh: int = 2, *, most: int = 0
    ) -> shape.Schema:
        """A text for a slot of at least `en` or `zh` characters, and at most `most` if given."""
        longest = self.longest(intent, slot)
        return self.text(min(longest, most) if most else longest, zh if self.zh else en)

    def text(self, longest: int, shortest: int = 2) -> shape.Schema:
        """A text of the deck's language."""
        made = shape.text(longest, shortest=min(shortest, longest), language=self.language)
        return made if self.digits else without_digits(made)

    def title(self, intent: str) -> shape.Schema:
        """A headline."""
        return self.line(intent, "title", 12, 4)

    def notes(self) -> shape.Schema:
        """What the speaker says: two sentences."""
        shortest, longest = _NOTES[self.language]
        return self.text(longest, shortest)

    def items(self, intent: str, most: int, of: str = "item") -> int:
        """How many items a slide of the intent holds, at most `most`."""
        held = self.master.max_items(intent, of) or most
        few = _FEW if self.share < _LITTLE else most
        return max(1, min(held, most, few))
