"""The document as a digest reads it: its body without references and appendices, in sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from copydesk.brief import Language, detect_language
from copydesk.documents.passage import Document, Passage, printed_number
from copydesk.prose.units import sentences
from copydesk.reader.addressed import addressed
from copydesk.reader.digest.records import Spot

_JUDGED = 40_000  # characters that the language is told from
_NUMBERING = r"(?:\d+(?:\.\d+)*\.?|[A-Z]\.?|[ivxIVX]+\.|第?[一二三四五六七八九十]+[、章节.]?)?\s*"
# What stands there for other reasons than to say something.
_ASIDE = re.compile(
    rf"{_NUMBERING}(?:references|bibliography|works cited|literature(?: cited)?|endnotes|notes|"
    r"acknowledge?ments?|(?:table of )?contents|index|copyright|list of (?:figures|tables)|"
    r"about (?:the )?(?:authors?|us|this report)|author contributions?|funding|"
    r"参考文献|参考资料|致谢|鸣谢|目录|目次|索引|版权(?:声明|信息)?|图目录|表目录)\s*[:：]?",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"{_NUMBERING}(?:references|bibliography|works cited|参考文献)\s*[:：]?", re.IGNORECASE
)
_APPENDIX = re.compile(
    r"(?:appendix|appendices|annex|supplement\w*|附录|附件|附表)\b", re.IGNORECASE
)
_EARLIEST = 0.25  # share of the document before which no list of references ends its body
_BULLET = re.compile(r"^(?:[•●▪◦‣✓]|o(?= [A-Z]))\s*")
_FIGURE = re.compile(
    r"(?P<kind>Figure|Fig\.|Table|Chart|Exhibit|Box|图表|图|表)\s*"
    r"(?P<number>[A-Z]?\d+(?:[.\-–]\d+)*|[IVX]+\b|[一二三四五六七八九十]+)\s*(?P<mark>[.:：|｜、—–-]?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """A sentence of the document, and the passage it stands in.

    Attributes:
        at: the passage's number in the document.
        first: whether the passage begins with it.
    """

    text: str
    passage: Passage
    at: int
    first: bool


class Source:
    """A document and what a digest wants to know of it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.language: Language = detect_language(self._beginning())

    def _beginning(self) -> str:
        pieces: list[str] = []
        size = 0
        for passage in self.document.passages:
            pieces.append(passage.text)
            size += len(passage.text)
            if size > _JUDGED:
                break
        return "\n".join(pieces)

    def spot(self, passage: Passage) -> Spot:
        """Where a passage stands."""
        printed = printed_number(self.document.labels, passage.page)
        return Spot(passage.page, printed, passage.section)

    @cached_property
    def body(self) -> list[int]:
        """The numbers of the passages that say something; all of them where no others are left."""
        passages = self.document.passages
        end = _end(passages)
        kept = [i for i in range(end) if not _aside(passages[i])]
        plain = [i for i in kept if not _in_appendix(passages[i])]
        return plain or kept or list(range(len(passages)))

    @cached_property
    def headings(self) -> list[str]:
        """The headings of the body, each once, in order."""
        passages = self.document.passages
        return list(dict.fromkeys(passages[i].section for i in self.body if passages[i].section))

    @cached_property
    def said(self) -> list[Said]:
        """The sentences of the body's running text."""
        return [one for i in self.body for one in self.sentences(i)]

    @cached_property
    def orders(self) -> list[Passage]:
        """The passages of the body with sentences that give orders to whoever answers."""
        return [p for i in self.body if addressed((p := self.document.passages[i]).text)]

    def sentences(self, at: int) -> Iterator[Said]:
        """The sentences of a passage that is running text; none of a heading, row or caption.

        Those that give orders to whoever answers from them are left out.
        """
        passage = self.document.passages[at]
        if passage.kind != "text" or caption_of(passage):
            return
        for number, text in enumerate(sentences(passage.text, self.language)):
            if not addressed(text):
                yield Said(_BULLET.sub("", text), passage, at, number == 0)


def caption_of(passage: Passage) -> re.Match[str] | None:
    """“Figure 3:” at the beginning of a caption; None for a sentence that speaks of a figure."""
    if passage.kind in ("heading", "row"):
        return None
    found = _FIGURE.match(passage.text)
    if not found:
        return None
    rest = passage.text[found.end() :].lstrip()
    if passage.kind == "caption" or found["mark"]:
        return found
    # “Table 2 Results by age” is a caption, “Table 2 shows the results” and “表 2 列出了” are not.
    return found if len(passage.text) < 120 and rest[:1].isupper() else None


def _end(passages: Sequence[Passage]) -> int:
    """Where the references begin, after which only appendices come."""
    for number, passage in enumerate(passages):
        late = number >= len(passages) * _EARLIEST
        if late and passage.kind in ("heading", "text") and _LAST.fullmatch(passage.text.strip()):
            return number
    return len(passages)


def _aside(passage: Passage) -> bool:
    return any(_ASIDE.fullmatch(heading.strip()) for heading in passage.path)


def _in_appendix(passage: Passage) -> bool:
    return any(_APPENDIX.match(heading.strip()) for heading in passage.path)
