"""The units of prose: words, sentences, paragraphs, and how many there are.

A word is a run of letters and digits, with the apostrophes, hyphens, points and thousands' commas
inside it; a Han or kana character is a word by itself. That is what people mean by "words" in
English and by "字" in Chinese without punctuation, and what LongBench-Write counts.
"""

import re

from copydesk.brief import Language
from copydesk.prose.markdown import blocks, plain
from copydesk.prose.scripts import HAN, KANA

_ALONE = f"{HAN}{KANA}"
_RUN = rf"[^\W_{_ALONE}]++"
_WORD = re.compile(rf"[{_ALONE}]|{_RUN}(?:(?:[’'\-._]|(?<=\d),(?=\d)){_RUN})*+")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*+\n\s*+")
_CLOSING = "\"'”’»)\\]）」』》】*_"
_END = re.compile(
    rf"[.!?…]++[{_CLOSING}]*+(?=\s|$)"  # a space follows, or
    rf"|[。！？!?…．]++[{_CLOSING}]*+(?=[^\s\w,，、]|[{_ALONE}])"  # a script without spaces, or
    rf"|[。！？]++[{_CLOSING}]*+"  # the mark is one of such a script
)
_NEXT = re.compile(r"[\s\"'“‘«(\[（「『《*_—–-]*+(\w?)")
_FIRST_WORD = re.compile(r"[\s\"'“‘(\[*_]*+([A-Za-z’']+)")
_LAST_PIECE = re.compile(r"[\w.’'&]+$")
_REACH = 24  # characters that an abbreviation may have
# "29 Del. C. § 5805", "208 F. 3d 224": a volume, who reports it, and more of the reference.
_VOLUME = re.compile(r"(?<!\S)\d{1,3} [A-Z][A-Za-z.]{0,7}$")
_REFERRED = re.compile(r"\s*(?:[A-Z]\.|\d)")
_SECTION_MARK = re.compile(r"\s*[§¶]")


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


# Followed by the name or number that they belong to: never the end of a sentence.
_NEVER = _set(
    "mr mrs ms mx dr prof st messrs mme mlle sen rep gov gen col capt cmdr lt sgt cpl maj adm rev "
    "hon pres supt vs v e.g i.e cf viz fig figs eq sec ch vol vols pp p ed eds trans approx est "
    "dept univ mt ft no nos op art ca c al jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue tues wed thu thurs fri sat sun"
)
# May stand at the end: they do when the next word is one that begins sentences.
_MAYBE = _set(
    "u.s u.k u.n u.s.a e.u a.m p.m etc inc ltd co corp bros jr sr ph.d m.d b.a m.a b.sc m.sc "
    "d.c l.a n.y a.d b.c et.al ave blvd rd"
)
_STARTERS = _set(
    "a after all although an and another any are as at because before both but by can did do does "
    "during each even every few finally first for from had has have he her here his how however i "
    "i'm i’m if in instead is it it's it’s its last later many meanwhile more most my next nobody "
    "nor not now of on once one only or other our perhaps she since so some soon still such than "
    "that that's that’s the their then there there's there’s these they this those though through "
    "thus to today under until we were what when where whether which while who why with without "
    "yes yet you your"
)
_ORDINARY = _set("no sat sun mar art fig sec op ch c v p st ed al")


def words(text: str, language: Language) -> list[str]:
    """The words of running text in order, as written; in either language Han stand alone."""
    del language  # one definition holds for both, so that a mixed text counts the same
    return _WORD.findall(text)


def count(text: str, language: Language) -> int:
    """How many words a text has, its Markdown markup, code blocks and addresses left out."""
    return len(words(plain(text), language))


def paragraphs(markdown: str) -> list[str]:
    """The running text of paragraphs, quotations and list items, without headings and tables."""
    prose = (block.plain for block in blocks(markdown) if block.kind in _PROSE)
    return [text for text in prose if text]


_PROSE = ("paragraph", "item", "quote")


def sentences(text: str, language: Language) -> list[str]:
    """The sentences of running text, trimmed; together they hold all of it but white space.

    A blank line ends a sentence. An English full stop ends one unless it belongs to an
    abbreviation, an initial or a number, or a small letter follows; closing quotes and brackets
    go with the sentence that they close. Give `plain(markdown)` for a text with markup.
    """
    del language  # marks tell the scripts apart
    found: list[str] = []
    for paragraph in _PARAGRAPH_END.split(text):
        start = 0
        for end in _END.finditer(paragraph):
            if _ends(paragraph, start, end):
                found.append(paragraph[start : end.end()].strip())
                start = end.end()
        found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether these marks end the sentence that began at `start`."""
    following = _NEXT.match(text, mark.end())
    letter = following[1] if following else ""
    if letter.islower():
        return False
    if not mark[0].startswith(".") or mark[0].startswith(".."):
        return True
    return not _belongs(text, start, mark)


def _belongs(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether the full stop is part of an abbreviation, an initial or the number of a list."""
    before = text[max(start, mark.start() - _REACH) : mark.start()]
    last = _LAST_PIECE.search(before)
    if last is None:
        return False
    piece = last[0].lstrip(".'’")
    if piece.isdigit():
        return len(before.strip()) == len(piece) and len(piece) <= 3
    if len(piece) == 1 and piece.isupper():
        return piece != "I"  # an initial; "It was I." is an end
    if _in_reference(before, text, mark.end()):
        return True
    low = piece.casefold()
    if low in _NEVER:
        return not (low in _ORDINARY and _is_word(piece)) or _next_is_number(text, mark.end())
    if low in _MAYBE or ("." in low and len(low) <= 6 and piece.isupper()):
        word = _FIRST_WORD.match(text, mark.end())
        return word is not None and word[1].casefold() not in _STARTERS
    return False


def _in_reference(before: str, text: str, at: int) -> bool:
    """Whether the full stop stands within a reference to a law or a judgment."""
    if _SECTION_MARK.match(text, at):
        return True
    return bool(_VOLUME.search(before) and _REFERRED.match(text, at))


def _is_word(piece: str) -> bool:
    """Whether "no", "sat", "art" … is the ordinary word, which is written small."""
    return piece.islower() and len(piece) > 1


def _next_is_number(text: str, at: int) -> bool:
    return text[at : at + 2].strip()[:1].isdigit()
