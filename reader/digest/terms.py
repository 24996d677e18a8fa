"""The terms that a document defines: short forms beside their long ones, and plain definitions.

Short forms are found as Schwartz and Hearst do ("A simple algorithm for identifying abbreviation
definitions in biomedical text", 2003).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from copydesk.documents.terms import terms as terms_of
from copydesk.reader.digest.records import Term
from copydesk.reader.digest.source import Said, Source

_MOST = 12
_FREQUENT, _OFTEN, _PAGES = 4, 6, 2  # terms that are only used often: how many, how often, where
_SAMPLE = 4000  # sentences
_TOKEN = re.compile(r"[A-Za-z][A-Za-z-]+|[^\w\s]|\d+")
_LONGER = 0.6  # of a pair's uses that a triple with it has: the triple is the term


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


_NO_TERM = _set(
    "use uses used using among toward towards across within without say says said like make makes "
    "made see seen many several likely less least percent including least compared based due per "
    "lean show shows shown find finds found new first second last next two three four five years "
    "year today recent often example core main key high low large small different following well "
    "one"
)
_LONGEST = {"en": 220, "zh": 90}  # characters of a meaning
_SHORT_FORM = re.compile(r"\(([A-Za-z][\w&./-]{1,9})(?:[;,][^()]*)?\)")
_HAN_FORM = re.compile(
    r"([\u4e00-\u9fff]{2,14})（(?:英文[:：]?|简称[:：]?|以下简称[“\"]?)?([A-Za-z][\w\-]{1,11}|[\u4e00-\u9fff]{2,6})[”\"]?）"
)
_BEFORE_HAN = re.compile(r"采用|使用|利用|基于|称为|提出|引入|包括|例如|通过|以及|或者|的|了")
_NAMED = r"[“\"‘'](?P<term>[\w&][^“”\"‘’'{}=?!.]{1,48})[”\"’']"
_PLAIN = r"(?P<plain>(?:An? |The )?[A-Z][\w-]*(?: [\w-]+){0,4}?)"
_DEFINES = [
    re.compile(
        rf"(?:{_NAMED},? (?:is defined as|are defined as|refers? to|means|shall mean|denotes?)|"
        rf"{_PLAIN},? (?:is defined as|are defined as|refers to|is the term for)) "
        r"(?P<meaning>.{12,})"
    ),
    re.compile(
        r"(?:we|which (?:is|are)|is|are|hereafter|hereinafter)(?: (?:also|often|commonly))? "
        rf"(?:called|call|termed|known as|referred to as|define)(?: it| this| them)? {_NAMED}"
    ),
    re.compile(
        r"(?:所谓|本(?:合同|协议|办法|规定|条例|文)所称(?:的)?)[“\"]?(?P<term>[^，。”\"是指]{2,20})[”\"]?"
        r"[，,]?\s*(?:是指|系指|指的是|指|是)(?P<meaning>.{6,})"
    ),
    re.compile(
        r"[“\"]?(?P<term>[\u4e00-\u9fff\w]{2,16}?)[”\"]?(?:是指|系指|指的是|的定义是|定义为)(?P<meaning>.{6,})"
    ),
]
# Legal texts: Dewey Beach Enterprises, Inc. (“DBE”); the suit there (the “Federal Case”).
_BRACKETED = re.compile(rf"\((?:the |hereinafter |collectively,? )*{_NAMED}\)")
_LINKS = frozenset({"of", "the", "and", "for", "&", "de"})
_LONGEST_TERM = 6  # words
_SMALL = _set("the this it that a an which we there he she they and but if")


def defined(source: Source) -> list[Term]:
    """The terms that are defined, the ones used most before the others, then in reading order."""
    found: dict[str, Term] = {}
    for said in source.said:
        for term in _all(said, source):
            found.setdefault(term.term.casefold(), term)
    whole = "\n".join(said.text for said in source.said) if found else ""
    used = Counter({key: whole.count(term.term) for key, term in found.items()})
    kept = {key for key, count in used.most_common(_MOST) if count > 1 or found[key].meaning}
    return [term for key, term in found.items() if key in kept]


def frequent(source: Source, known: Iterable[str]) -> list[Term]:
    """Words that go together again and again, where they are said first; none that is `known`.

    Of long documents every n-th sentence is looked at.
    """
    times = Counter(said.text for said in source.said)
    told = [said for said in source.said if times[said.text] == 1]  # the others are furniture
    told = told[:: max(1, len(told) // _SAMPLE)]
    often = Counter(word for said in told for word in set(_tokens(said.text)) if word)
    counts: Counter[str] = Counter()
    first: dict[str, Said] = {}
    pages: dict[str, set[int]] = {}
    for said in told:
        for phrase in _phrases(said.text, often):
            counts[phrase] += 1
            first.setdefault(phrase, said)
            pages.setdefault(phrase, set()).add(said.passage.page)
    counts = Counter({phrase: count for phrase, count in counts.items() if count >= _OFTEN})
    taken = [name.casefold() for name in known]
    kept: list[str] = []
    for phrase, count in counts.most_common(20 * _FREQUENT):
        longer = [p for p in counts if phrase in p and counts[p] >= _LONGER * count]
        best = max(longer, key=len)
        spread = source.document.pages == 0 or len(pages[best]) >= _PAGES
        apart = not any(best in other or other in best for other in (*kept, *taken))
        if spread and apart and len(kept) < _FREQUENT:
            kept.append(best)
    return [Term(p, "", first[p].text, source.spot(first[p].passage)) for p in kept]


def _phrases(text: str, often: Counter[str]) -> set[str]:
    """Pairs and triples of words without small ones; in Chinese what stands in marks of its own."""
    fine = [word if often[word] >= _OFTEN else "" for word in _tokens(text)]
    runs = {
        " ".join(fine[i : i + size])
        for size in (2, 3)
        for i in range(len(fine) - size + 1)
        if all(fine[i : i + size])
    }
    return runs | set(re.findall(r"[“《「]([\u4e00-\u9fff]{2,12})[”》」]", text))


def _tokens(text: str) -> list[str]:
    """The words of a text that may belong to a term, "" for every other piece of it."""
    return [
        word.casefold() if word[0].isalpha() and _may_be_term(word) else ""
        for word in _TOKEN.findall(text)
    ]


def _may_be_term(word: str) -> bool:
    return len(word) > 2 and word.casefold() not in _NO_TERM and bool(terms_of(word))


def _all(said: Said, source: Source) -> Iterator[Term]:
    yield from _abbreviations(said, source)
    yield from _bracketed(said, source)
    yield from _definitions(said, source)


def _bracketed(said: Said, source: Source) -> Iterator[Term]:
    for match in _BRACKETED.finditer(said.text):
        term = match["term"].strip(" ,;")
        before = said.text[: match.start()]
        if len(term.split()) > _LONGEST_TERM or (before and not before[-1].isspace()):
            continue
        # A name for a name begins with its capitals; where other words begin, nobody can tell.
        meaning = _name_at_end(before.split()) if term.isupper() else ""
        yield Term(term, meaning, said.text, source.spot(said.passage))


def _name_at_end(words: list[str]) -> str:
    """The capitalised words that end a text, with the small links between them."""
    at = len(words)
    while at and (words[at - 1][0].isupper() or words[at - 1] in _LINKS):
        at -= 1
    while at < len(words) and words[at] in _LINKS:
        at += 1
    return re.sub(r"['’]s?$", "", " ".join(words[at:])).strip(" ,;")


def _abbreviations(said: Said, source: Source) -> Iterator[Term]:
    for match in _SHORT_FORM.finditer(said.text):
        short = match[1]
        if any(c.isupper() for c in short) and (
            long := _long_form(short, said.text[: match.start()])
        ):
            yield Term(short, long, said.text, source.spot(said.passage))
    for match in _HAN_FORM.finditer(said.text):
        long, short = _trimmed(match[1]), match[2]
        if len(long) > len(short) or short.isascii():
            yield Term(short, long, said.text, source.spot(said.passage))


def _trimmed(long: str) -> str:
    """A Chinese long form without the words before it: 我们采用支持向量机 is 支持向量机."""
    return _BEFORE_HAN.split(long)[-1] or long


def _long_form(short: str, before: str) -> str:
    """The words before the bracket that the letters of a short form come from; "" for none.

    Read backwards, each letter or digit of the short form must be met in turn, the first one at
    the beginning of a word.
    """
    words = before.split()
    span = " ".join(words[-min(len(short) + 5, len(short) * 2) :])
    at = len(span) - 1
    for place in range(len(short) - 1, -1, -1):
        letter = short[place].casefold()
        if not letter.isalnum():
            continue
        while at >= 0 and (
            span[at].casefold() != letter or (place == 0 and at > 0 and span[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
        at -= 1
    long = span[at + 1 :].strip(" ,;:(“\"'")
    enough = len(long) > len(short) + 2 and len(long.split()) <= len(short) + 5
    return long if enough and short.casefold() not in long.casefold().split() else ""


def _definitions(said: Said, source: Source) -> Iterator[Term]:
    for pattern in _DEFINES:
        for match in pattern.finditer(said.text):
            groups = match.groupdict()
            term = (groups.get("term") or groups.get("plain") or "").strip()
            term = re.sub(r"^(?:An?|The) ", "", term).strip(" ,.;，。")
            if not term or term.split()[0].casefold() in _SMALL or len(term) > 60:
                continue
            meaning = _cut((groups.get("meaning") or "").strip(), source.language)
            yield Term(term, meaning, said.text, source.spot(said.passage))


def _cut(text: str, language: str) -> str:
    longest = _LONGEST[language]
    text = text.rstrip(" .。;；")
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return (cut.rsplit(" ", 1)[0] if language == "en" else cut).rstrip(" ,;:，；：") + "…"
