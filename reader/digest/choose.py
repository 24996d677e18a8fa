"""Which sentences of a document say most of what it is about, chosen without a model.

The measure is SumBasic's (Nenkova and Vanderwende 2005) with a damped frequency; where a sentence
stands and how it begins count beside it. No two chosen sentences say the same (maximal marginal
relevance, Carbonell and Goldstein 1998, as a bound).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import log

from copydesk.brief import Language
from copydesk.documents.terms import terms
from copydesk.reader.digest.source import Said, Source

_COMMON = 0.2  # words in more sentences than this share say nothing about any of them
_ALIKE = 0.6  # of the smaller sentence's words: the same said twice
_LENGTHS = {"en": (45, 420), "zh": (14, 170)}  # characters
_FEWEST_WORDS = 5
_BRIEF = 2000  # characters; of a document with less, whole sentences may be shorter
_BRIEF_LENGTHS = {"en": 20, "zh": 8}  # characters
_ENDED = re.compile(r"[.!?。！？][\"”’」』)）\]]*$")
_BEGUN = re.compile(r"[^\W_]|[“\"‘'(《「（$€£¥]")
_CODE = re.compile(r"[{}|\\]|</?\w|\w_\w|\w ?= ?\w+ ?\(|…$|\.\.\.$")
_ALPHABET = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w|\bdoi\b|ISBN|©", re.IGNORECASE)
_CITED = re.compile(r"\(\w[^()]{0,60}?\d{4}[a-z]?[;)]|\[\d+(?:, ?\d+)*\]|et al\.")
_LOOSE = re.compile(  # leans on what stands before it, or points elsewhere
    r"(?:this|these|that|those|they|it|he|she|such|however|but|and|also|moreover|furthermore|"
    r"in addition|in contrast|on the other hand|similarly|then|thus|therefore|hence|see|note|"
    r"for example|for instance|please|indicate by|usage:|"
    r"figure|table|as shown|as can be seen|here|specifically)\b|"
    r"(?:这|此|该|其|他|她|它|但|而|并且|同时|另外|此外|然而|不过|例如|比如|如图|如表|见图|见表|图|表)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:sources?|notes?|copyright|来源|资料来源|注|注释|备注)\s*[:：]", re.IGNORECASE
)
_NEVER_FIRST = "，。、；：！？）”》"
_PAIRS = ("()", "（）", "“”", "[]", "《》")
_TELLING = re.compile(
    r"\b(?:we (?:find|found|show|propose|present|introduce|conclude|observe|demonstrate|recommend)|"
    r"(?:results?|findings?|data|evidence|study|survey|analysis|experiments?|report) "
    r"(?:\w+ ){0,2}(?:show|shows|suggest|suggests|indicate|indicates|found|finds|reveal|reveals)|"
    r"in (?:summary|conclusion|short)|to sum up|overall|most (?:important|notabl)|significant\w*|"
    r"outperform\w*|majority|percent|shall|must|is required|agrees? to|therefore|because|goal|"
    r"purpose|main|key|held|affirm\w*|revers\w*)\b"
    r"|结果表明|研究(?:发现|表明|显示)|调查显示|数据显示|我们(?:发现|提出|认为|证明)|本文(?:提出|研究|认为)"
    r"|综上|总之|由此可见|因此|必须|应当|不得|主要|重要|显著|关键|目的",
    re.IGNORECASE,
)
_EARLY = re.compile(
    r"abstract|summary|overview|conclusions?|(?:main|key) (?:findings?|points?)|highlights|results|"
    r"摘要|概要|总结|结论|主要发现|要点|概述|结果",
    re.IGNORECASE,
)

_NUMBERED = re.compile(
    r"\(?(?:\d{1,2}(?:\.\d+)*\.?|[a-z]\)|[ivx]+\))\)? [A-Z*]|"
    r"[（(]?[一二三四五六七八九十\d]+[)）、.]"
)
_POINTS_AT = re.compile(
    r"\b(?:in|see|by|to) (?:Table|Figure|Fig\.|Section|Appendix|Chapter)s? ?\w|"
    r"(?:如|见|参见)(?:图|表|附录|第)"
)
_AT_END = 6  # characters that may follow “in Table 1”
_HOW = re.compile(
    r"method|sampling|about (?:the|this|us)|related work|方法|抽样|相关工作|关于", re.IGNORECASE
)
_NAMES = 0.6  # share of capitalised words in what is a list or heading and no sentence


class Weights:
    """How much each sentence of a document says, 0 for one that cannot stand alone at all."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._language: Language = source.language
        self._known: dict[tuple[int, str], float] = {}

    @cached_property
    def _holding(self) -> Counter[str]:
        """How many sentences have each term."""
        return Counter(term for one in self._source.said for term in set(terms(one.text)))

    @cached_property
    def _limit(self) -> float:
        return max(3.0, _COMMON * len(self._source.said))

    @cached_property
    def _times(self) -> Counter[str]:
        """How often each sentence stands there: what comes again is furniture."""
        return Counter(one.text for one in self._source.said)

    def of(self, said: Said) -> float:
        """The weight of a sentence; about 2 for an ordinary one."""
        key = (said.at, said.text)
        if key not in self._known:
            self._known[key] = self._weight(said)
        return self._known[key]

    @cached_property
    def _brief(self) -> bool:
        return sum(len(one.text) for one in self._source.said) < _BRIEF

    def _weight(self, said: Said) -> float:
        if not _whole(said, self._language, brief=self._brief) or self._times[said.text] > 1:
            return 0.0
        own = set(terms(said.text))
        counts = (self._holding[term] for term in own)
        telling = [log(1 + count) for count in counts if 1 < count <= self._limit]
        weight = sum(telling) / (len(own) + 5)
        weight += 0.35 if _TELLING.search(said.text) else 0.0
        weight += 0.15 if said.first else 0.0
        weight += 0.10 if re.search(r"\d", said.text) else 0.0
        weight += 0.40 if any(map(_EARLY.search, said.passage.path[-2:])) else 0.0
        weight -= 0.45 if _LOOSE.match(said.text) else 0.0
        weight -= 0.25 if _CITED.search(said.text) else 0.0
        weight -= 0.50 if _NUMBERED.match(said.text) else 0.0
        weight -= _pointing(said.text)
        weight -= 0.40 if any(map(_HOW.search, said.passage.path[-2:])) else 0.0
        weight -= 0.80 if not _ENDED.search(said.text) else 0.0
        weight -= 0.60 if said.text.rstrip('”"’) ').endswith(("?", "？")) else 0.0
        return max(weight, 0.01)

    def best(self, among: Iterable[Said], most: int, taken: Sequence[str] = ()) -> list[Said]:
        """The sentences that say most and differ from each other, in reading order."""
        ranked = [(self.of(said), number, said) for number, said in enumerate(among)]
        ranked.sort(key=lambda item: (-item[0], item[1]))
        chosen: list[tuple[int, Said]] = []
        words = [set(terms(text)) for text in taken]
        for weight, number, said in ranked:
            if len(chosen) == most or not weight:
                break
            own = set(terms(said.text))
            if any(alike(own, other) for other in words):
                continue
            words.append(own)
            chosen.append((number, said))
        return [said for _, said in sorted(chosen, key=lambda item: item[0])]


def _pointing(text: str) -> float:
    """What a sentence loses that speaks of a figure or section, more where it does nothing else."""
    found = [match.end() for match in _POINTS_AT.finditer(text)]
    if not found:
        return 0.0
    return 1.0 if len(text) - found[-1] < _AT_END else 0.2


def alike(one: set[str], other: set[str]) -> bool:
    """Whether two sentences, by their terms, say the same."""
    smaller = min(len(one), len(other))
    return bool(smaller) and len(one & other) / smaller >= _ALIKE


def _whole(said: Said, language: Language, *, brief: bool) -> bool:
    """Whether a sentence can be read alone: long enough, words, no address."""
    text = said.text
    shortest, longest = _LENGTHS[language]
    if brief and _ENDED.search(text) and not text.endswith(("?", "？")):
        shortest = _BRIEF_LENGTHS[language]
    if not shortest <= len(text) <= longest or _ADDRESS.search(text):
        return False
    if (
        _ASIDE.match(text)
        or _CODE.search(text)
        or not _BEGUN.match(text)
        or any(text.count(pair[0]) != text.count(pair[1]) for pair in _PAIRS)
    ):
        return False
    letters = len(_ALPHABET.findall(text))
    if letters < 0.6 * len(text.replace(" ", "")) or text.isupper():
        return False
    if language == "en":
        words = text.split()
        names = sum(not (word[0].islower() or _has_no_capital(word[0])) for word in words)
        return len(words) >= _FEWEST_WORDS and not text[0].islower() and names < _NAMES * len(words)
    return text[0] not in _NEVER_FIRST


def _has_no_capital(letter: str) -> bool:
    """Whether it is of a script without capitals, such as Arabic or Hebrew."""
    return letter.isalpha() and letter.upper() == letter.lower()
