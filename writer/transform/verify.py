"""What is wrong with a new text beside the one that it was made from, found without a model."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.generate.loops import LoopWatch
from copydesk.writer.transform.figures import invented, missing
from copydesk.writer.transform.protect import bare, protected

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# Codes and brand names, which are the same in every language: GPT-4, iPhone, NASA, H2O.
_CODE_NAME = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*[A-Za-z])"
    r"(?:[A-Z]{2,}[A-Z0-9-]*|[A-Za-z]+-?\d[A-Za-z0-9-]*|[A-Za-z]*[a-z][A-Z][A-Za-z0-9]*)"
    r"(?![A-Za-z0-9])"
)
_BLANK = re.compile(r"\[(?:your|insert|name|您的|你的|请填)[^\]\n]{0,40}\](?!\()", re.IGNORECASE)
_LONGEST_WATCHED = 20_000  # characters; a text of many chunks, each watched as it came
_ENOUGH = 12  # letters below which lengths say nothing
# Characters of the new text for one of the old, by source and target language.
_RATIOS = {
    ("en", "zh"): (0.13, 0.85),
    ("zh", "en"): (1.3, 7.0),
    ("en", "en"): (0.5, 1.8),
    ("zh", "zh"): (0.5, 1.8),
}
_INLINE = MarkdownIt("commonmark", {"maxNesting": 20}).enable("strikethrough")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a new text: a finding's code, its words, and how bad it is."""

    code: str
    message: str
    weight: int
    measured: str = ""
    allowed: str = ""

    def finding(self, line: int) -> Finding:
        """The fault as a finding at a line of the text."""
        return Finding(
            code=self.code,
            place=f"line {line}",
            message=self.message,
            measured=self.measured,
            allowed=self.allowed,
            fix="look at this line, or try another --seed or a larger model",
        )


def translation_faults(
    source: str, target: str, language: Language, terms: Sequence[tuple[str, str]] = ()
) -> list[Fault]:
    """Everything wrong with a translation into `language`; both texts as they stand in the file."""
    old, new = bare(source), bare(target)
    return [
        *kept_faults(source, target),
        *_term_faults(new, terms),
        *tongue_faults(old, new, language),
        *_length_faults(old, new, "zh" if language == "en" else "en", language),
        *loop_faults(source, target),
    ]


def kept_faults(source: str, target: str) -> list[Fault]:
    """What should have been kept and was not: numbers, names of things, emphasis, links."""
    old, new = bare(source), bare(target)
    faults = span_faults(source, target)
    if lost := missing(old, new):
        faults.append(Fault("number-lost", f"the numbers {_list(lost)} are missing", 8))
    if added := invented(old, new):
        faults.append(
            Fault("number-changed", f"the numbers {_list(added)} are not in the source", 6)
        )
    names = {*_CODE_NAME.findall(old)}
    if gone := sorted(name for name in names if name.casefold() not in new.casefold()):
        faults.append(Fault("name-lost", f"the names {_list(gone)} are missing", 4))
    if blanks := sorted(set(_BLANK.findall(target)) - set(_BLANK.findall(source))):
        faults.append(Fault("blank", f"{_list(blanks)} waits to be filled in", 8))
    if marks(source) != marks(target):
        faults.append(Fault("markup", "bold, italics or links are not those of the source", 2))
    return faults


def span_faults(source: str, target: str) -> list[Fault]:
    """Code, addresses, footnotes and placeholders that are missing or doubled."""
    old, new = Counter(protected(source)), Counter(protected(target))
    lost = [span for span in old if new[span] != old[span]]
    added = [span for span in new if span not in old]
    if not lost and not added:
        return []
    what = f"{_list(lost)} did not survive" if lost else f"{_list(added)} came out of nowhere"
    return [Fault("span-lost", what, 10 * max(len(lost), 1))]


def marks(text: str) -> list[str]:
    """Emphasis, links and images of a text, as a parser sees them, in alphabetical order."""
    if not re.search(r"[*_~\[<]", text):
        return []
    found = _INLINE.parseInline(text)[0].children or []
    return sorted(t.type for t in found if t.nesting > 0 or t.type == "image")


def loop_faults(source: str, target: str) -> list[Fault]:
    """Whether the new text goes round in circles where the old one does not."""
    if len(target) > _LONGEST_WATCHED:
        return []
    if LoopWatch().feed(target) is None or LoopWatch().feed(source) is not None:
        return []
    return [Fault("loop", "the text repeats itself", 9)]


def _term_faults(target: str, terms: Sequence[tuple[str, str]]) -> list[Fault]:
    folded = target.casefold()
    unused = [f"{old} → {new}" for old, new in terms if new.casefold() not in folded]
    if not unused:
        return []
    return [Fault("glossary", f"the glossary asks for {_list(unused)}", 4 * len(unused))]


def tongue_faults(source: str, target: str, language: Language) -> list[Fault]:
    """Whether the text is in the language it should be in, none of it left in another."""
    letters = sum(map(str.isalpha, target))
    han = len(_HAN.findall(target))
    if not letters:
        return [Fault("empty", "nothing came", 20)] if any(map(str.isalpha, source)) else []
    if language == "en":
        if not han:
            return []
        return [
            _untranslated(f"{han} characters of it are Chinese", 12 if han * 10 > letters else 5)
        ]
    small = _small_words(source)
    if not han and (len(small) >= 2 or _HAN.search(source)):
        return [_untranslated("none of it is Chinese", 12)]
    left = sorted(_small_words(target) & small)
    names = len(_LATIN_WORD.findall(target)) - len(left)
    if _HAN.search(source) or not left or (len(left) == 1 and names > 1):
        return []
    return [_untranslated(f"{_list(left)} stand as they were", 3 + len(left))]


def _untranslated(message: str, weight: int) -> Fault:
    return Fault("untranslated", f"part of the text is not translated: {message}", weight)


def _small_words(text: str) -> set[str]:
    """Words that are no names: all lower case, three letters and more."""
    return {word for word in _LATIN_WORD.findall(text) if word.islower() and len(word) >= 3}


def _length_faults(old: str, new: str, source: Language, language: Language) -> list[Fault]:
    before, after = (sum(map(str.isalpha, text)) for text in (old, new))
    least, most = _RATIOS[source, language]
    if before < _ENOUGH or least <= after / before <= most:
        return []
    short = after / before < least
    message = "part of the text seems to be missing" if short else "the text is far too long"
    return [
        Fault(
            "length",
            message,
            7,
            measured=f"{after} letters for {before}",
            allowed=f"{before * least:.0f} to {before * most:.0f}",
        )
    ]


def _list(items: Sequence[str]) -> str:
    shown = ", ".join(item if len(item) <= 60 else f"{item[:57]}…" for item in items[:6])
    return f"{shown} and {len(items) - 6} more" if len(items) > 6 else shown
