"""Whether a sentence says what the documents say: its quotation is found, and held against it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from copydesk.brief import Language, detect_language
from copydesk.documents.passage import Passage
from copydesk.documents.terms import terms
from copydesk.prose.claims import folded
from copydesk.prose.names import names
from copydesk.reader.excerpts import Excerpt
from copydesk.reader.figures import Figures, missing
from copydesk.reader.shelf import Shelf

_WINDOW = 3  # units that follow each other
_LONGEST: dict[Language, int] = {"en": 480, "zh": 240}  # characters of a quotation
_SHARE = 0.5  # of a sentence's words that stand in its quotation
_EXTRA = 0.35  # words that a unit more must bring to be worth quoting
_FIGURE = 3.0  # words that a number weighs
_CITED = 2  # passages behind one sentence
_YES = re.compile(r"(?i)^(?:yes|no)\b|^(?:是的|不是|否|是)[，,。]")


@dataclass(frozen=True)
class Proof:
    """A passage and the words of it that prove a sentence."""

    excerpt: Excerpt
    quotation: str


@dataclass(frozen=True)
class Verdict:
    """The proofs of a sentence, or why it has none.

    Attributes:
        reason: "" where it is proved; else one of the codes below, with `about` what was missing.
    """

    proofs: tuple[Proof, ...] = ()
    reason: str = ""
    about: str = ""

    def __bool__(self) -> bool:
        return not self.reason


class Verifier:
    """Holds sentences against the passages that they cite."""

    def __init__(self, shelf: Shelf, question: str) -> None:
        self._shelf = shelf
        self._question = question
        self._asked = set(terms(question))
        self._pages: dict[tuple[int, int], str] = {}

    def verify(self, text: str, cited: Sequence[Excerpt]) -> Verdict:
        """The proofs of a sentence in the passages it cites.

        Reasons: `quotation` (the passage does not stand on its page), `number`, `name`, `words`
        (too few are shared), `nothing` (it only says the question again).
        """
        cited = [one for one in cited if self._stands(one)][:_CITED]
        if not cited:
            return Verdict(reason="quotation")
        if self._says_nothing(text):
            return Verdict(reason="nothing")
        proofs = self._proofs(text, cited)
        said = "\n".join(proof.quotation for proof in proofs)
        around = "\n".join(self.around(one) for one in cited)
        if lost := missing(text, Figures(said), self._question, Figures(around)):
            return Verdict(proofs, "number", lost)
        if lost := self._lost_name(text, f"{said}\n{around}"):
            return Verdict(proofs, "name", lost)
        if not self._shares(text, said, around):
            return Verdict(proofs, "words")
        return Verdict(proofs)

    def _stands(self, one: Excerpt) -> bool:
        """Whether the passage is on its page, as the library has that now."""
        page = folded(self._page(one))
        return all(folded(line) in page for line in one.found.passage.text.splitlines())

    def _page(self, one: Excerpt) -> str:
        key = (one.found.entry.number, one.found.passage.page)
        if key not in self._pages:
            passages: list[Passage] = self._shelf.passages(one.found.entry, key[1])
            self._pages[key] = "\n".join(passage.text for passage in passages)
        return self._pages[key]

    def around(self, one: Excerpt) -> str:
        """What a sentence may take for granted: the page, the headings above, the document."""
        entry, passage = one.found.entry, one.found.passage
        page = self._page(one) if passage.page else passage.text
        return "\n".join([page, *passage.path, entry.title, entry.name])

    def _says_nothing(self, text: str) -> bool:
        said = [term for term in terms(_YES.sub("", text)) if term not in self._asked]
        return not said and not _YES.match(text)

    def _proofs(self, text: str, cited: Sequence[Excerpt]) -> tuple[Proof, ...]:
        best = [max(windows(one), key=lambda w, t=text: _weight(t, w)) for one in cited]  # type: ignore[misc]
        proofs = [Proof(one, quoted(w)) for one, w in zip(cited, best, strict=True)]
        if len(proofs) == 1:
            return tuple(proofs)
        kept = sorted(
            (list(some) for n in (1, 2) for some in combinations(proofs, n)),
            key=lambda some: (-_weight(text, [proof.quotation for proof in some]), len(some)),
        )
        return tuple(kept[0])

    def _lost_name(self, text: str, known: str) -> str:
        """A name of the sentence that neither quotation nor page has."""
        words = set(re.findall(r"[^\W_]+", known.casefold()))
        whole = folded(known)
        for start, end in names(text, detect_language(text)):
            name = text[start:end]
            parts = re.findall(r"[^\W_]+", name.casefold())
            if folded(name) not in whole and not all(_known(part, words) for part in parts):
                return name
        return ""

    def _shares(self, text: str, quoted: str, around: str) -> bool:
        if detect_language(text) != detect_language(quoted):
            return True  # nothing to compare but names and numbers, which were
        said = set(terms(text))
        there = set(terms(quoted))
        granted = self._asked & set(terms(around))
        own = said - self._asked
        if own and not own & there and not _YES.match(text):
            return False
        return len(said & (there | granted)) >= _SHARE * len(said)


def _known(part: str, words: set[str]) -> bool:
    return part in words or part.removesuffix("s") in words or part + "s" in words


def windows(one: Excerpt) -> Iterator[Sequence[str]]:
    """The sentences and rows of a passage that may be quoted: one, or a few in sequence."""
    each = one.units
    longest = _LONGEST[detect_language(one.found.passage.text)]
    for start in range(len(each)):
        for end in range(start + 1, min(start + _WINDOW, len(each)) + 1):
            window = each[start:end]
            if end == start + 1 or sum(map(len, window)) <= longest:
                yield window


def quoted(window: Sequence[str]) -> str:
    """Sentences or rows as one quotation; no space follows a Chinese full stop."""
    return re.sub(r"(?<=[。！？；]) ", "", " ".join(window))


def _weight(text: str, window: Sequence[str]) -> float:
    """How much of a sentence these units say; each unit more costs a little."""
    quoted = " ".join(window)
    shared = len(set(terms(text)) & set(terms(quoted)))
    figures = Figures(text).shared(Figures(quoted))
    return shared + _FIGURE * figures - _EXTRA * len(window)
