"""The case of headings, and the full stop at their end."""

import re
from collections.abc import Iterator

from copydesk.styles.hit import Hit
from copydesk.styles.lexicon import common_words
from copydesk.styles.rules import Rules
from copydesk.styles.source import CODE, MASKS, Block, Source

_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’]*")
# fmt: off
_SMALL = frozenset({
    "a", "an", "and", "as", "at", "but", "by", "en", "for", "from", "if", "in", "into", "nor",
    "of", "off", "on", "onto", "or", "over", "per", "so", "the", "to", "up", "via", "vs",
    "with", "yet",
})
# fmt: on
_ABBREVIATION = re.compile(r"(?:^|\s)(?:[A-Za-z]\.)+[A-Za-z]?\.?$|(?:etc|Inc|Ltd|Co|Jr|Sr|vs)\.$")
_AFTER_CODE_NAME = re.compile(r"(?:\w*\d\w*|\b[A-Z]{2,})\s\Z")  # 18F Consulting
_BREAK = re.compile(r"[.:!?—–][\s*_\"“‘(]*$")


def check_headings(rules: Rules, source: Source) -> Iterator[Hit]:
    """Headings in the wrong case, or with a full stop."""
    case, names = rules.headings.case, None
    for block in source.of_kind("heading"):
        if case == "title":
            yield from _title(source, block)
        elif case == "sentence":
            names = names if names is not None else _Names(source)
            yield from _sentence(source, block, names)
        if not rules.headings.final_period:
            yield from _period(source, block)


class _Names:
    """Which words of a text are names: written with a capital in the middle of its sentences."""

    def __init__(self, source: Source) -> None:
        self._small: set[str] = set()
        self._capital: set[str] = set()
        for block in source.blocks:
            if block.kind != "heading":
                self._read(source.masked[block.start : block.end])

    def is_common(self, word: str) -> bool:
        """Whether a word is surely none: common, or small elsewhere in this text."""
        low = word.lower()
        if word in self._capital:
            return False
        return low in self._small or low in common_words() or low in _SMALL

    def is_name(self, word: str) -> bool:
        """Whether the text writes the word with a capital inside sentences."""
        return word in self._capital and word.lower() not in self._small

    def _read(self, text: str) -> None:
        for found in _WORD.finditer(text):
            word = found[0]
            if word.islower():
                self._small.add(word)
            elif re.search(r"[a-z,;] $", text[max(found.start() - 2, 0) : found.start()]):
                self._capital.add(word)


def _words(source: Source, block: Block) -> list[re.Match[str]]:
    return list(_WORD.finditer(source.masked, block.start, block.end))


def _title(source: Source, block: Block) -> Iterator[Hit]:
    """Every word but the small ones takes a capital; first and last always do."""
    found = _words(source, block)
    for number, word in enumerate(found):
        if not word[0].islower() or _is_odd(source.masked, word):
            continue
        ends = number in (0, len(found) - 1) or _after_break(source, block, word.start())
        if ends or word[0] not in _SMALL:
            yield _case_hit(word, word[0][0].upper() + word[0][1:], "title case")


def _sentence(source: Source, block: Block, names: _Names) -> Iterator[Hit]:
    """Only the first word and names take a capital; a word that may be a name is left to people."""
    found = _words(source, block)
    if found and found[0][0].islower() and _opens(source, block, found[0]):
        word = found[0]
        if not _is_odd(source.masked, word):
            yield _case_hit(word, word[0][0].upper() + word[0][1:], "sentence case")
    capitals = [word for word in found[1:] if _is_asked(source, block, word)]
    sure = [
        word
        for word in capitals
        if names.is_common(word[0])
        and not _AFTER_CODE_NAME.search(source.masked, block.start, word.start())
    ]
    unsure = [w for w in capitals if w not in sure and not names.is_name(w[0])]
    if not unsure and not _beside_name(source.masked, sure, capitals):
        for word in sure:
            yield _case_hit(word, word[0][0].lower() + word[0][1:], "sentence case")
    elif sure or (len(unsure) >= 2 and 2 * len(unsure) >= len(found) - 1):
        yield Hit(
            start=block.start,
            end=block.end,
            code="heading-case",
            message="A heading is not in sentence case.",
            allowed="sentence case",
            advice="begin only the first word and names with a capital",
        )


def _is_asked(source: Source, block: Block, word: re.Match[str]) -> bool:
    """Whether this word has a capital that it may have to lose."""
    if word[0].startswith(("I'", "I’")) or not _is_capitalised(word[0]):
        return False
    return not _after_break(source, block, word.start()) and not _is_odd(source.masked, word)


def _beside_name(text: str, sure: list[re.Match[str]], capitals: list[re.Match[str]]) -> bool:
    """Whether a common word stands beside a name, and so may be part of it: Consulting Services."""
    names = [word for word in capitals if word not in sure]
    edges = {(a.end(), b.start()) for a in names for b in sure} | {
        (b.end(), a.start()) for a in names for b in sure
    }
    return any(left < right and not text[left:right].strip() for left, right in edges)


def _period(source: Source, block: Block) -> Iterator[Hit]:
    """A full stop at the end, which is not the dot of an abbreviation."""
    text = source.masked[block.start : block.end]
    kept = text.rstrip(MASKS + " \t\r\n*_")
    if not kept.endswith((".", "。")) or kept.endswith(("..", "。。")):
        return
    if _ABBREVIATION.search(kept) or re.search(r"^[\W\d]*\.$", kept):
        return
    at, several = block.start + len(kept) - 1, bool(re.search(r"[.!?]\s|[。！？].", kept))
    yield Hit(
        start=at,
        end=at + 1,
        code="heading-period",
        message="A heading ends with a full stop.",
        replacement=None if several else "",
        advice="make one line of it" if several else "take it out",
    )


def _case_hit(word: re.Match[str], right: str, wanted: str) -> Hit:
    return Hit(
        start=word.start(),
        end=word.end(),
        code="heading-case",
        message=f"{word[0]!r} does not stand in {wanted}.",
        allowed=wanted,
        replacement=right,
    )


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and word[1:].islower() and len(word) > 1


def _is_odd(text: str, word: re.Match[str]) -> bool:
    """Part of a compound, an address or a name with dots, digits or capitals inside."""
    before, after = text[max(word.start() - 1, 0) : word.start()], text[word.end() : word.end() + 2]
    if before and (before in "./@_&+#~\\$-" or before == CODE or before.isdigit()):
        return True
    if after[:1] and (after[0] in "/@_&+#~\\-" or after[0] == CODE):
        return True
    inner = after[:1] == "." and after[1:].isalnum()
    return inner or any(c.isdigit() or c.isupper() for c in word[0][1:])


def _after_break(source: Source, block: Block, at: int) -> bool:
    return bool(_BREAK.search(source.masked[block.start : at]))


def _opens(source: Source, block: Block, word: re.Match[str]) -> bool:
    """Whether nothing but marks stands before the first word."""
    return not re.search(r"[^\W_]", source.masked[block.start : word.start()]) and (
        "\ufff9" not in source.masked[block.start : word.start()]
    )
