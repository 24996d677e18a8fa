"""How much of what a question turns on stands in some words of a document."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from copydesk.reader.absent import Vocabulary
from copydesk.reader.excerpts import Excerpt
from copydesk.reader.question import asked_for
from copydesk.reader.verify import Proof

Strength = Literal["sure", "perhaps", "not", "against"]

_MOST = 0.5  # of what is asked
_SOME = 0.3


class Bearing:
    """A question's years, numbers, names and words, to be looked for in quotations."""

    def __init__(self, question: str, around: Callable[[Excerpt], str]) -> None:
        """A question, and what stands around a passage: its page, headings, document."""
        self._asked, self._around = asked_for(question), around
        self._known: dict[tuple[str, str], Vocabulary] = {}

    def share(self, proofs: Sequence[Proof]) -> float:
        """The share of what is asked that the quotations have, or the headings above them.

        1.0 where the question turns on nothing that could be looked for.
        """
        if not self._asked:
            return 1.0
        held = [self._held(one.excerpt, one.quotation) for one in proofs]
        return sum(any(known.has(one) for known in held) for one in self._asked) / len(self._asked)

    def strength(self, proofs: Sequence[Proof]) -> Strength:
        """How well quotations bear on the question: "sure" where they have most of what is asked,
        "perhaps" where they have some of it, "against" where their pages lack a year or name."""
        named = [one for one in self._asked if one.kind != "word"]
        pages = [self._held(one.excerpt, self._around(one.excerpt)) for one in proofs]
        if not all(any(known.has(one) for known in pages) for one in named):
            return "against"
        if not self._asked:
            return "not"
        share = self.share(proofs)
        return "sure" if share > _MOST else "perhaps" if share >= _SOME else "not"

    def _held(self, one: Excerpt, text: str) -> Vocabulary:
        key = one.key, text
        if key not in self._known:
            passage = replace(one.found.passage, text=text)
            self._known[key] = Vocabulary(one.found.entry, [passage])
        return self._known[key]
