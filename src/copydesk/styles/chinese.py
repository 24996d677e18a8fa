"""Chinese typography: full-width marks, no stray spaces, a space between Han and Latin or none."""

import re
import unicodedata
from collections.abc import Iterator

from copydesk.prose.scripts import HAN
from copydesk.styles.hit import Hit
from copydesk.styles.rules import Rules
from copydesk.styles.source import CODE, OPAQUE, Source

_WIDE = str.maketrans(",;:?!", "，；：？！")
_MARKS = "，。；：？！、…"
_CLOSERS = "）》」』】〉”’"
_OPENERS = "（《「『【〈“‘"
_EMPHASIS = "*_~"
_BEFORE = re.compile(rf"[{HAN}{_MARKS}{_CLOSERS}]")
_AFTER = re.compile(rf"[{HAN}{_OPENERS}]")
_HAN = re.compile(f"[{HAN}]")
_HALF = re.compile(r"[ \t]*([,;:?!]+)[ \t]*")
_STOP = re.compile(
    rf"(?<=[{HAN}{_CLOSERS}])[ \t]*\."
    rf"(?=[ \t]*(?:[\r\n]|\Z)|[ \t{_EMPHASIS}]*[{HAN}{_OPENERS}{_CLOSERS}\"')])"
)
_DOTS = re.compile(rf"(?<=[{HAN}{_CLOSERS}，])(?:\.{{3,}}|。{{3,}}|…(?!…))")
_STROKES = re.compile(
    rf"(?<=[{HAN}{_CLOSERS}])(?:[ \t]*(?:--+|(?<!—)—(?!—)|–)[ \t]*|[ \t]+-[ \t]+)"
    rf"(?=[{HAN}{_OPENERS}])"
)
_PARENTHESES = re.compile(r"\(([^()\r\n]*)\)")
_QUOTES = re.compile(r"\"([^\"\r\n]*)\"|(?<![A-Za-z])'([^'\r\n]*)'(?![A-Za-z])")
_SPACE_AFTER = re.compile(rf"(?<=[，。；：？！、）》」』】])[ \t]+(?=[^\s{OPAQUE}])")
_SPACE_BEFORE = re.compile(rf"(?<=[^\s{OPAQUE}])[ \t]+(?=[，。；：？！、（《「『【）》」』】])")
_WIDE_LETTERS = re.compile("[０-９Ａ-Ｚａ-ｚ％]+")
_LATIN = f"A-Za-z0-9À-ɏ{CODE}"
_TOUCHING = re.compile(rf"(?<=[{HAN}])(?=[{_LATIN}])|(?<=[{_LATIN}])(?=[{HAN}])")
_APART = re.compile(rf"(?<=[{HAN}])[ \t]+(?=[{_LATIN}])|(?<=[{_LATIN}])[ \t]+(?=[{HAN}])")


def check_chinese(rules: Rules, source: Source) -> Iterator[Hit]:
    """Both rules; where there are no Han characters nothing is found."""
    if rules.chinese.full_width:
        yield from _half_width(source)
        yield from _pairs(source)
        yield from _spaces(source)
    if rules.chinese.latin_spacing == "space":
        for found in _TOUCHING.finditer(source.masked):
            yield _spacing(source, found.start(), found.start(), " ")
    elif rules.chinese.latin_spacing == "none":
        for found in _APART.finditer(source.masked):
            yield _spacing(source, found.start(), found.end(), "")


def _half_width(source: Source) -> Iterator[Hit]:
    """Commas, colons, stops and the like of half width beside Han."""
    text = source.masked
    for found in _HALF.finditer(text):
        before, after = _neighbours(source, found.start(), found.end())
        spaced = text[found.end(1) : found.end()] or text[found.start() : found.start(1)]
        if not before or (spaced and not after):
            continue  # a line's first mark may be markup; two spaces at a line's end are
        if _BEFORE.match(before) or (_AFTER.match(after) and before not in OPAQUE + CODE):
            yield _wide(found.start(), found.end(), found[1], found[1].translate(_WIDE))
    for found in _STOP.finditer(text):
        yield _wide(found.start(), found.end(), ".", "。")
    for found in _DOTS.finditer(text):
        yield _wide(found.start(), found.end(), found[0], "……")
    for found in _STROKES.finditer(text):
        yield _wide(found.start(), found.end(), found[0].strip(), "——")
    for found in _WIDE_LETTERS.finditer(text):
        yield Hit(
            start=found.start(),
            end=found.end(),
            code="half-width",
            message=f"Letters or digits of full width: {found[0]!r}.",
            replacement=unicodedata.normalize("NFKC", found[0]),
        )


def _pairs(source: Source) -> Iterator[Hit]:
    """Parentheses and straight quotes around or beside Han."""
    text = source.masked
    for found in _PARENTHESES.finditer(text):
        if _near_han(source, found):
            inside = source.text[found.start(1) : found.end(1)].strip(" \t")
            yield _wide(found.start(), found.end(), "( )", f"（{inside}）")
    for found in _QUOTES.finditer(text):
        if _near_han(source, found):
            double = found[1] is not None
            inside = source.text[found.start() + 1 : found.end() - 1]
            right = f"“{inside}”" if double else f"‘{inside}’"
            yield _wide(found.start(), found.end(), '" "' if double else "' '", right)


def _spaces(source: Source) -> Iterator[Hit]:
    """Spaces beside full-width marks, which have their own room."""
    for pattern in (_SPACE_AFTER, _SPACE_BEFORE):
        for found in pattern.finditer(source.masked):
            yield Hit(
                start=found.start(),
                end=found.end(),
                code="space",
                message="A space beside a full-width mark.",
                replacement="",
            )


def _near_han(source: Source, found: re.Match[str]) -> bool:
    before, after = _neighbours(source, found.start(), found.end())
    return bool(_HAN.search(found[0]) or _BEFORE.match(before) or _AFTER.match(after))


def _neighbours(source: Source, start: int, end: int) -> tuple[str, str]:
    """The characters before and after on the same line; emphasis and link targets passed over."""
    text = source.masked
    if text[start - 1 : start] == OPAQUE:
        start = _before_target(source, start)
    while start > 0 and text[start - 1] in _EMPHASIS:
        start -= 1
    while end < len(text) and text[end] in _EMPHASIS:
        end += 1
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return before.strip("\r\n"), after.strip("\r\n")


def _before_target(source: Source, at: int) -> int:
    """Where the target of a link begins that ends here; `at` itself if none does."""
    target = source.text.rfind("](", max(at - 2_000, 0), at)
    hidden = source.masked[target:at] if target >= 0 else ""
    return target if hidden and not hidden.strip(OPAQUE) else at


def _wide(start: int, end: int, said: str, right: str) -> Hit:
    shown = right if len(right) <= 3 else f"{right[0]} {right[-1]}"
    return Hit(
        start=start,
        end=end,
        code="full-width",
        message=f"{said!r} of half width in Chinese.",
        replacement=right,
        advice=f"write {shown}",
    )


def _spacing(source: Source, start: int, end: int, right: str) -> Hit:
    pair = source.text[max(start - 1, 0) : end + 1]
    return Hit(
        start=start,
        end=end,
        code="latin-spacing",
        message=f"{'No space' if right else 'A space'} between Chinese and Latin: {pair!r}.",
        replacement=right,
        advice="put a space there" if right else "take the space out",
    )
