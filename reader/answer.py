"""What an answer is: sentences, each with the words of the document that prove it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from copydesk.brief import Language
from copydesk.documents.passage import Box
from copydesk.errors import DocumentProblem
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion
from copydesk.library.records import Found

_LARGEST = 4_000_000  # characters of an answer as JSON

NOT_SAID: dict[Language, str] = {
    "en": "The documents do not say.",
    "zh": "文档中没有提到。",
}


@dataclass(frozen=True)
class Place:
    """A passage that was looked at.

    Attributes:
        document: the document's name in the library.
        path: where its file lay when it was read.
        page: 1-based; 0 where the format has none.
        printed: the number printed on that page, where it is another; "" else.
        section: the heading that the passage stands under, "" for none.
        key: of the passage in the library, as long as the document is not read again.
        text: the passage, or the sentences of it that bear on the question.
    """

    document: str
    path: str
    page: int
    printed: str
    section: str
    key: int
    text: str

    def label(self, language: Language = "en") -> str:
        """The place in a few words: report.pdf p. 12 (printed 9)."""
        if not self.page:
            return self.document
        if language == "zh":
            printed = f"（印为 {self.printed}）" if self.printed else ""
            return f"{self.document} 第 {self.page} 页{printed}"
        printed = f" (printed {self.printed})" if self.printed else ""
        return f"{self.document} p. {self.page}{printed}"


@dataclass(frozen=True)
class Citation:
    """The words behind a sentence.

    Attributes:
        number: 1-based within an answer, or within a conversation; the same place and quotation
            have the same number.
        place: where they stand.
        quotation: verbatim, one or a few sentences that follow each other, or whole rows.
        boxes: of the passage on its page; empty where that is not known.
    """

    number: int
    place: Place
    quotation: str
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """One verified sentence of an answer."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Answer:
    """An answer whose sentences were all verified, or an abstention.

    Attributes:
        question: as it was asked.
        searched: what was searched for, where that is more than the question.
        language: of the answer.
        sentences: empty exactly where `abstained`.
        reason: why it was abstained, in the answer's language; "" else.
        considered: the passages that were read for it, best first.
        findings: sentences that were dropped, and what else a person should know.
        completions: every run of the model; not part of the JSON.
    """

    question: str
    language: Language
    sentences: tuple[Sentence, ...]
    abstained: bool
    reason: str = ""
    considered: tuple[Place, ...] = ()
    findings: tuple[Finding, ...] = ()
    searched: str = ""
    model: str = ""
    seed: int = 0
    completions: tuple[Completion, ...] = field(default=(), compare=False, repr=False)

    @property
    def text(self) -> str:
        """The answer in words alone."""
        said = [sentence.text for sentence in self.sentences]
        if all(text.endswith((".", "!", "?", "。", "！", "？")) for text in said):
            whole = ("" if self.language == "zh" else " ").join(said)
        else:
            whole = ("；" if self.language == "zh" else "; ").join(said)
        return whole or NOT_SAID[self.language]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, by number."""
        cited = (one for sentence in self.sentences for one in sentence.citations)
        return tuple({one.number: one for one in cited}.values())

    def citation(self, number: int) -> Citation | None:
        """The citation with this number."""
        return next((one for one in self.citations if one.number == number), None)

    def to_json(self) -> str:
        """The answer as JSON that `from_json` reads."""
        return _ADAPTER.dump_json(self, exclude={"completions"}, indent=2).decode()

    @staticmethod
    def from_json(text: str) -> "Answer":
        """An answer that was kept.

        Raises:
            DocumentProblem: it is none, or too long to be one.
        """
        if len(text) > _LARGEST:
            raise DocumentProblem("This is too long for an answer that was kept.")
        try:
            return _ADAPTER.validate_json(text)
        except ValidationError:
            raise DocumentProblem("This is no answer that was kept.", "ask once again") from None


_ADAPTER = TypeAdapter(Answer)


def place_of(found: Found, text: str = "") -> Place:
    """Where a passage stands; with the sentences of it that matter, or the whole of it."""
    entry, passage = found.entry, found.passage
    return Place(
        document=entry.name,
        path=entry.path,
        page=passage.page,
        printed=entry.printed(passage.page),
        section=passage.section,
        key=found.key,
        text=text or passage.text,
    )


class Numbers:
    """Numbers for citations: the same place and quotation get the same."""

    def __init__(self, taken: Iterable[Citation] = ()) -> None:
        self._known = {self._key(one.place, one.quotation): one.number for one in taken}
        self._last = max(self._known.values(), default=0)

    def cite(self, place: Place, quotation: str, boxes: tuple[Box, ...] = ()) -> Citation:
        """A citation with its number."""
        key = self._key(place, quotation)
        if key not in self._known:
            self._last += 1
            self._known[key] = self._last
        return Citation(self._known[key], place, quotation, boxes)

    @staticmethod
    def _key(place: Place, quotation: str) -> tuple[str, int, str]:
        return place.document, place.page, quotation


@dataclass(frozen=True)
class Turn:
    """A question of a conversation and its answer."""

    question: str
    answer: Answer
