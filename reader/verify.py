"""Whether an answer says what the documents say: its quotation is found, and held against it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.brief import Language, detect_language
from copydesk.documents.passage import Passage
from copydesk.documents.terms import terms
from copydesk.prose.claims import folded
from copydesk.prose.names import names
from copydesk.reader.excerpts import Excerpt
from copydesk.reader.figures import Figures, missing
from copydesk.reader.question import asks_yes_or_no, offers_choice
from copydesk.reader.shelf import Shelf

_WINDOW = 3  # units that follow each other
_LONGEST: dict[Language, int] = {"en": 480, "zh": 240}  # characters of a quotation
_SHARE = 0.5  # of a sentence's words that stand in its quotation
_EXTRA = 0.35  # words that a unit more must bring to be worth quoting
_FIGURE = 3.0  # words that a number weighs
_ASKED = 0.4  # words that a word of the question weighs
_YES = re.compile(r"(?i)^(?:yes|no)(?:[,.:;]|$)|^(?:是的|不是|否|是)(?:[，,。]|$)")
_CHART = 3  # numbers that stand alone on their lines: these are a chart's
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_SENTENCE_END = re.compile(r"[.!?。！？][\"”’)\]）」』》]*$")
_KEY = re.compile(r"[pP]\d+\.?")


@dataclass(frozen=True)
class Proof:
    """A passage and the words of it that prove a sentence."""

    excerpt: Excerpt
    quotation: str


@dataclass(frozen=True)
class Verdict:
    """The proof of an answer, or why it has none.

    Attributes:
        reason: "" where it is proved; else one of the codes below, with `about` what was missing.
    """

    proof: Proof | None = None
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

    def verify(self, text: str, cited: Excerpt, others: Sequence[Excerpt] = ()) -> Verdict:
        """The proof of an answer in the passage it cites, or else in another that was shown.

        A small model often names the wrong passage for the right words; code finds the right one.

        Reasons: `quotation` (the passage does not stand on its page), `number`, `name`, `words`
        (too few are shared), `nothing` (it only says the question again).
        """
        if self._says_nothing(text):
            return Verdict(reason="nothing")
        first = self._verdict(text, cited)
        if first:
            return first
        found = (self._verdict(text, one) for one in others if one != cited)
        return next((verdict for verdict in found if verdict), first)

    def _verdict(self, text: str, one: Excerpt) -> Verdict:
        if not self._stands(one):
            return Verdict(reason="quotation")
        said = _YES.sub("", text).strip() or self._question
        proof = self._proof(said, one)
        if proof is None:
            return Verdict(reason="words")
        around = self.around(one)
        if lost := missing(said, Figures(proof.quotation), self._question, Figures(around)):
            return Verdict(proof, "number", lost)
        if lost := self._lost_name(said, f"{proof.quotation}\n{around}"):
            return Verdict(proof, "name", lost)
        if not self._shares(said, proof.quotation, around):
            return Verdict(proof, "words")
        return Verdict(proof)

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
        if _YES.match(text):
            return not asks_yes_or_no(self._question)
        if _KEY.fullmatch(text) or text.endswith(("?", "？")):  # a question is no answer
            return True
        said = [term for term in terms(text) if term not in self._asked]
        return not said and not offers_choice(self._question)

    def _proof(self, text: str, one: Excerpt) -> Proof | None:
        best = max(windows(one), key=lambda window: self._weight(text, window), default=None)
        return Proof(one, quoted(best)) if best else None

    def _weight(self, text: str, window: Sequence[str]) -> float:
        """How much of an answer and its question these units say; each more costs a little."""
        quoted = " ".join(window)
        there = set(terms(quoted))
        said = set(terms(text))
        figures = Figures(text).shared(Figures(quoted))
        asked = _ASKED * len((self._asked - said) & there)
        return len(said & there) + asked + _FIGURE * figures - _EXTRA * len(window)

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
        if own and not own & there:
            return False
        return len(said & (there | granted)) >= _SHARE * len(said)


def _known(part: str, words: set[str]) -> bool:
    return part in words or part.removesuffix("s") in words or part + "s" in words


def windows(one: Excerpt) -> Iterator[Sequence[str]]:
    """The sentences and rows of a passage that may be quoted: one, or a few in sequence.

    The lines of a chart may not: which of its numbers and names belong together is a guess.
    """
    each = one.units
    longest = _LONGEST[detect_language(one.found.passage.text)]
    loose = sum(not _LETTER.search(unit) and not _is_row(unit) for unit in each)
    barred = [loose >= _CHART and _is_loose(unit) for unit in each]
    for start in range(len(each)):
        for end in range(start + 1, min(start + _WINDOW, len(each)) + 1):
            window = each[start:end]
            if not any(barred[start:end]) and (
                end == start + 1 or sum(map(len, window)) <= longest
            ):
                yield window


def _is_row(unit: str) -> bool:
    return " | " in unit


def _is_loose(unit: str) -> bool:
    """Whether a unit has a number, and is neither sentence nor row."""
    return bool(_DIGIT.search(unit)) and not _is_row(unit) and not _SENTENCE_END.search(unit)


def quoted(window: Sequence[str]) -> str:
    """Sentences or rows as one quotation; no space follows a Chinese full stop."""
    return re.sub(r"(?<=[。！？；]) ", "", " ".join(window))
