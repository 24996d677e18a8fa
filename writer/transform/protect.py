"""What must not change inside a text, set aside behind marks like ⟦1⟧ while a model works on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_URL = r"[^\s<>\"'()\[\]\u2018-\u201f\u3000-\u303f\u3400-\u9fff\uff00-\uffef⟦⟧]"
# In this order: what stands first wins where two begin at the same place.
_PROTECTED = re.compile(
    r"(?<![`\\])(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"  # code
    r"|<!--.*?-->|</?[A-Za-z][^<>]*>|<(?:https?|mailto|ftp):[^<>\s]+>"  # HTML, autolinks
    r"|\$\$.+?\$\$|\\\(.+?\\\)"  # math
    r"|(?<![\\$\w])\$(?=[^\s\d$])[^$\n]{0,200}?(?<=[^\s\\])\$(?![\w$])"
    r"|\[\^[^\]\s]+\]"  # footnotes
    r"|(?<=\])\((?:[^()\\\s]|\\.|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"  # a link's address
    r"|(?<=\])\[[^\]\[]+\]"  # a link's name
    rf"|(?:https?://|www\.){_URL}*[\w/=&#%-]"
    r"|(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # addresses
    r"|\{\{.*?\}\}|\{%.*?%\}|\$\{[^{}]*\}|\{[A-Za-z_0-9][\w.]*\}"  # placeholders
    r"|%\([A-Za-z_]\w*\)[sdif]|(?<![\w%])%[sdif]\b"
    r"|(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)|&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]\w*);"  # emoji, entities
    r"|⟦\d*⟧",
    re.ASCII,
)
_MARK = re.compile(r"⟦(\d{1,4})⟧")
_ADDRESS = re.compile(r"[(（]\s*#(\d{1,4})\s*[)）]")
# What small models make of a mark; each is believed only where the mark itself is missing.
_MANGLED = (
    r"⟦\s*{0}\s*⟧|【\s*{0}\s*】|\[{{1,2}}\s*{0}\s*\]{{1,2}}(?!\()|〚{0}〛",
    r"\*\*\s*{0}\s*\*\*|`{0}`|\{{{0}\}}|<{0}>",
)
_NAMELESS = r"(\[[^\[\]^]+\])(?![(\[（])"  # a link that has lost its address
_LONGEST_CODE = 40  # characters; a model understands short code better than a mark


@dataclass(frozen=True)
class Shielded:
    """A text whose protected spans stand aside.

    Attributes:
        text: with a mark in the place of each span.
        spans: mark → what stands behind it.
        lead, tail: spans at the very ends; a model never sees these.
    """

    text: str
    spans: Mapping[str, str]
    lead: str = ""
    tail: str = ""

    def restore(self, text: str) -> str:
        """The text with every span at its mark again, unknown marks left out."""
        for mark in self.spans:
            if mark not in text:
                text = _recovered(text, mark)
        text = _ADDRESS.sub(lambda found: f"({self.spans.get(f'#{found[1]}', '')})", text)
        text = _MARK.sub(lambda found: self.spans.get(found[0], ""), text)
        return self.lead + text + self.tail

    def part(self, text: str) -> "Shielded":
        """A piece of the text, with the spans whose marks are in it."""
        return Shielded(
            text, {m: span for m, span in self.spans.items() if re.search(rf"{m}(?!\d)", text)}
        )


def _recovered(text: str, mark: str) -> str:
    """The text with a missing mark put where something much like it stands, once."""
    number = mark.strip("⟦⟧#")
    if mark.startswith("#"):
        pattern = rf"(?<=\])\s?[(（]\W*{number}\W*[)）]"
        if _once(pattern, text):
            return re.sub(pattern, f"(#{number})", text)
        return re.sub(_NAMELESS, rf"\1(#{number})", text) if _once(_NAMELESS, text) else text
    for template in _MANGLED:
        pattern = template.format(number)
        if _once(pattern, text):
            return re.sub(pattern, mark, text)
    return text


def _once(pattern: str, text: str) -> bool:
    return len(re.findall(pattern, text)) == 1


def shield(text: str) -> Shielded:
    """Set aside code, addresses, tags, footnotes, placeholders and math."""
    found = [match.span() for match in _PROTECTED.finditer(text)]
    lead, tail = 0, len(text)
    while found and not text[lead : found[0][0]].strip() and _loose(text, found[0]):
        lead = found.pop(0)[1]
    while found and not text[found[-1][1] : tail].strip() and _loose(text, found[-1]):
        tail = found.pop()[0]
    inner = text[lead:tail]
    lead += len(inner) - len(inner.lstrip())
    tail = max(lead, tail - len(inner) + len(inner.rstrip()))
    spans: dict[str, str] = {}
    shown, at = "", lead
    for begin, end in found:
        span = text[begin:end]
        if span.startswith("`") and end - begin <= _LONGEST_CODE:
            continue
        number = len(spans) + 1
        address = span.startswith("(")
        spans[f"#{number}" if address else f"⟦{number}⟧"] = span[1:-1] if address else span
        shown += text[at:begin] + (f"(#{number})" if address else f"⟦{number}⟧")
        at = end
    return Shielded(shown + text[at:tail], spans, text[:lead], text[tail:])


def _loose(text: str, span: tuple[int, int]) -> bool:
    """Whether a span is no part of the sentence it stands beside: a footnote or a tag."""
    return text.startswith(("[^", "<"), span[0])


def protected(text: str) -> list[str]:
    """Everything in a text that is kept as it is, in order."""
    return [match[0] for match in _PROTECTED.finditer(text)]


def bare(text: str) -> str:
    """A text without its protected spans and marks of emphasis: what is left are its words."""
    return re.sub(r"[*_~#\\]", "", _PROTECTED.sub(" ", text))
