"""How much of what a question turns on stands in some words of a document."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from copydesk.reader.absent import Vocabulary
from copydesk.reader.excerpts import Excerpt
from copydesk.reader.figures import Figures
from copydesk.reader.question import asked_for, lacks_number, wants_figure
from copydesk.reader.verify import Proof, quoted, windows

_MOST = 0.5
_ENOUGH = 0.6  # of what is asked: then the words may speak for themselves
_NO_FIGURE = 0.2
_EXTRA = 0.02  # what a sentence more must bring


class Bearing:
    """A question's years, numbers, names and words, to be looked for in quotations."""

    def __init__(self, question: str, around: Callable[[Excerpt], str]) -> None:
        """A question, and what stands around a passage: its page, headings, document."""
        self._question, self._asked, self._around = question, asked_for(question), around
        self._wants_figure = wants_figure(question)

    @property
    def empty(self) -> bool:
        """Whether the question turns on nothing that could be looked for."""
        return not self._asked

    def share(self, proofs: Iterable[Proof]) -> float:
        """The share of what is asked that the quotations have, or the headings above them.

        1.0 where the question turns on nothing that could be looked for.
        """
        held = [self._held(one.excerpt, one.quotation) for one in proofs]
        if not self._asked:
            return 1.0
        return sum(any(known.has(one) for known in held) for one in self._asked) / len(self._asked)

    def sure(self, proofs: Sequence[Proof]) -> bool:
        """Whether quotations have most of what is asked, and their pages all names and years."""
        named = [one for one in self._asked if one.kind != "word"]
        pages = [self._held(one.excerpt, self._around(one.excerpt)) for one in proofs]
        there = all(any(known.has(one) for known in pages) for one in named)
        return bool(self._asked) and there and self.share(proofs) > _MOST

    def lacks_number(self, text: str) -> bool:
        """Whether a number is asked for and this has none."""
        return lacks_number(self._question, text)

    def telling(self, excerpts: Sequence[Excerpt]) -> Proof | None:
        """The words that have most of what is asked, where that is enough of it."""
        proofs = [
            (Proof(one, quoted(window)), len(window)) for one in excerpts for window in windows(one)
        ]
        scored = [
            (self.share([proof]) - _EXTRA * size - self._without_figure(proof), proof)
            for proof, size in proofs
        ]
        proof = max(scored, key=lambda pair: pair[0], default=(0.0, None))[1]
        return proof if proof and self._asked and self.share([proof]) >= _ENOUGH else None

    def whole(self, proof: Proof) -> bool:
        """Whether these words alone have all that is asked, and a number where one is."""
        return self.share([proof]) == 1.0 and self.sure([proof]) and not self._without_figure(proof)

    def _without_figure(self, proof: Proof) -> float:
        """What it costs that a number is asked and none is there."""
        figures = Figures(proof.quotation)
        lacks = self._wants_figure and not figures.numbers and not figures.dates
        return _NO_FIGURE if lacks else 0.0

    @staticmethod
    def _held(one: Excerpt, quotation: str) -> Vocabulary:
        return Vocabulary(one.found.entry, [replace(one.found.passage, text=quotation)])
