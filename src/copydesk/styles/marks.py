"""Quotation marks, dashes, the serial comma, exclamation marks, semicolons."""

import re
from collections.abc import Iterator

from copydesk.prose.scripts import HAN
from copydesk.prose.units import words
from copydesk.styles.hit import Hit
from copydesk.styles.rules import Rules
from copydesk.styles.source import MASKS, Block, Source

_WORDISH = r"[^\W_]"
_QUOTE = re.compile("[\"'“”‘’]")
_OPENS_AFTER = re.compile(rf"[\s(\[{{—–\-/“‘{MASKS}*_]$|^$")
_YEARS = re.compile(r"(?:\d\ds?|tis|twas|til|em|cause|bout|n)(?!\w)", re.IGNORECASE)

# A dash between words: not a range of numbers, a bullet, a Chinese dash or the line of a table.
_DASH = re.compile(
    rf"(?<=[^\s{MASKS}\-–—|])(?P<open>[ \t\xa0]*)(?P<dash>--?|[–—])(?P<close>[ \t\xa0]*)"
    rf"(?=[^\s{MASKS}\-–—|>])"
)
_HAN = re.compile(f"[{HAN}，。、；：！？（）《》「」]")

_ITEM = r"(?:(?:the|a|an|his|her|its|our|their|your|my)\s)?[\w’'-]+"
_NO_COMMA = re.compile(
    rf"(?P<before>[\w’'-]+,?\s(?:{_ITEM},\s)*)(?P<one>{_ITEM}),\s(?P<two>{_ITEM})\s(?P<join>and|or)\s(?P<last>{_ITEM})"
)
_SERIAL = re.compile(rf"{_ITEM},\s(?:[\w’'-]+\s){{0,2}}[\w’'-]+(?P<comma>,)\s(?:and|or)\s[\w’'-]+")
# fmt: off
_NOT_ITEMS = frozenset({
    "however", "meanwhile", "today", "yesterday", "tomorrow", "now", "then", "first",
    "second", "third", "finally", "course", "example", "instance", "addition", "fact",
    "general", "short", "turn", "contrast", "years", "months", "weeks", "days", "year",
    "month", "week", "day", "said", "says", "asked", "yes", "no", "well", "so", "also", "too",
    "instead", "still", "though", "thus", "therefore", "later", "earlier", "which", "who",
    "where", "when", "while", "if", "because", "as", "but", "although", "since", "after",
    "before", "that",
})
# fmt: on


def check_marks(rules: Rules, source: Source) -> Iterator[Hit]:
    """All rules about punctuation."""
    marks = rules.marks
    if marks.quotes != "any":
        # Quotes of Chinese are full-width ones, which look like curly quotes.
        wide = marks.quotes == "straight" and rules.chinese.full_width
        for block in source.blocks:
            if not (wide and _HAN.search(source.masked, block.start, block.end)):
                yield from _quotes(source, block, curly=marks.quotes == "curly")
    if marks.dash != "any":
        yield from _dashes(source, marks.dash)
    if marks.oxford_comma != "any" and source.language == "en":
        yield from _serial_commas(source, wanted=marks.oxford_comma == "yes")
    if marks.exclamations >= 0:
        yield from _exclamations(source, marks.exclamations)
    if not marks.semicolons:
        for found in re.finditer("[;；]", source.voice):
            advice = "end the sentence there, or use a comma"
            yield _plain(found, "semicolon", "A semicolon.", advice)


def _quotes(source: Source, block: Block, *, curly: bool) -> Iterator[Hit]:
    """Quotes of the other kind. A mark after a digit may stand for feet or inches: it stays."""
    text, opened = source.masked, False
    for found in _QUOTE.finditer(text, block.start, block.end):
        mark, at = found[0], found.start()
        before, after = text[max(at - 1, block.start) : at], text[at + 1 : at + 6]
        if mark in '"“”':
            measure = mark == '"' and before.isdigit() and not opened
            opened = not opened if not measure else opened
        else:
            measure = mark == "'" and before.isdigit() and not after[:1].isalpha()
        right = _curled(mark, before, after, opened) if curly else _straightened(mark)
        if measure or right == mark:
            continue
        if not curly and (_HAN.match(before) or _HAN.match(after)):
            continue
        yield Hit(
            start=at,
            end=at + 1,
            code="quotes",
            message=f"A {'straight' if curly else 'curly'} quotation mark.",
            allowed="curly" if curly else "straight",
            replacement=right,
        )


def _curled(mark: str, before: str, after: str, opened: bool) -> str:
    if mark in "“”‘’":
        return mark
    if mark == '"':
        return "“" if opened else "”"
    if _YEARS.match(after) and _OPENS_AFTER.search(before):
        return "’"
    return "‘" if _OPENS_AFTER.search(before) and re.match(r"[^\s.,;:!?)]", after) else "’"


def _straightened(mark: str) -> str:
    return {"“": '"', "”": '"', "‘": "'", "’": "'"}.get(mark, mark)


def _dashes(source: Source, wanted: str) -> Iterator[Hit]:
    for found in _DASH.finditer(source.masked):
        before = source.masked[found.start() - 1]
        after = source.masked[found.end() : found.end() + 1]
        spaced = bool(found["open"]) and bool(found["close"])
        if not _is_dash(found, before, after, spaced):
            continue
        right = _right_dash(found["dash"], wanted)
        if found[0].replace("\xa0", " ") == right:
            continue
        yield Hit(
            start=found.start(),
            end=found.end(),
            code="dash",
            message="A dash." if wanted == "none" else f"A dash that is not {wanted}.",
            allowed="none" if wanted == "none" else repr(right),
            replacement=None if wanted == "none" else right,
            advice="use a comma, a colon or two sentences" if wanted == "none" else "",
        )


def _is_dash(found: re.Match[str], before: str, after: str, spaced: bool) -> bool:
    """Whether these are the strokes of a dash, and of no hyphen, range, minus or option."""
    dash = found["dash"]
    if _HAN.match(before) or _HAN.match(after):
        return False
    if before.isdigit() and after.isdigit():
        return False
    if dash == "-":
        return spaced and not after.isdigit() and after not in "$€£¥￥+"
    if dash == "--":
        return spaced or not (found["open"] or found["close"])
    return dash == "—" or spaced


def _right_dash(dash: str, wanted: str) -> str:
    if wanted == "closed":
        return "—"
    return " — " if dash == "—" else " – "


def _serial_commas(source: Source, *, wanted: bool) -> Iterator[Hit]:
    """Lists of three with or without the comma before and; lists are guessed, so people mend."""
    if not wanted:
        for found in _SERIAL.finditer(source.voice):
            yield Hit(
                start=found.start("comma"),
                end=found.start("comma") + 1,
                code="oxford-comma",
                message="A comma before the last item of a list.",
                advice="take it out",
            )
        return
    for found in _NO_COMMA.finditer(source.voice):
        said = {found[name].lower().split()[-1] for name in ("one", "two")}
        first = found["before"].rstrip().endswith(",")
        if said & _NOT_ITEMS or (first and found["before"].lower().rstrip(" ,") in _NOT_ITEMS):
            continue
        if any(c.isdigit() for c in found["one"]):
            continue
        yield Hit(
            start=found.start("two"),
            end=found.end("last"),
            code="oxford-comma",
            message=f"No comma before the last item: {' '.join(found[0].split()[-5:])!r}.",
            advice=f"write '{found['two']}, {found['join']} {found['last']}' if it is a list",
        )


def _exclamations(source: Source, most: int) -> Iterator[Hit]:
    """Those beyond the share that is allowed; a limit over 0 allows at least one."""
    found = list(re.finditer(r"[!！]+", source.voice))
    if not found:
        return
    count = len(words(source.masked, source.language))
    allowed = max(most * count // 1_000, 1) if most else 0
    for one in found[allowed:]:
        yield Hit(
            start=one.start(),
            end=one.end(),
            code="exclamation",
            message="An exclamation mark." if not allowed else "One exclamation mark too many.",
            measured=str(len(found)),
            allowed=str(allowed),
            advice="end the sentence with a full stop",
        )


def _plain(found: re.Match[str], code: str, message: str, advice: str) -> Hit:
    return Hit(start=found.start(), end=found.end(), code=code, message=message, advice=advice)
