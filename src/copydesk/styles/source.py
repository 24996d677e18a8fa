"""A text as the rules see it: what is no running text is masked, and all keeps its place.

Code, addresses, link targets, tags, front matter and the marks of lists and tables are replaced by
`OPAQUE`, inline code by `CODE`, one character for one: whatever a rule finds, it finds where it
stands in the text, and what is masked cannot be found or changed.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from markdown_it import MarkdownIt

from copydesk.brief import Language
from copydesk.prose.scripts import HAN

OPAQUE = "\ufffc"
CODE = "\ufff9"
MASKS = OPAQUE + CODE
Kind = Literal["heading", "paragraph", "item", "quote", "table"]

_LINE_END = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n.*?\n(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)", re.DOTALL)
_PREFIX = re.compile(
    r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|\[[ xX]\](?=[ \t])))*[ \t]*"
)
_QUOTE_PREFIX = re.compile(r"[ \t>]*")
_HEADING_PREFIX = re.compile(r"[ \t]*#{1,6}[ \t]*")
_HEADING_TAIL = re.compile(r"[ \t]+#+[ \t]*\Z|[ \t]+\Z")
_INLINE = re.compile(
    r"""
      \\[!-/:-@\[-`{-~]                                             # an escaped mark
    | (?P<ticks>`+)
    | <!--.{0,4000}?-->
    | <[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\s]*>                       # <https://…>
    | </[a-zA-Z][a-zA-Z0-9-]*\s*>                                    # a tag
    | <[a-zA-Z][a-zA-Z0-9-]*
      (?:\s+[a-zA-Z_:][a-zA-Z0-9:._-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']{0,2000}'|"[^"]{0,2000}"))?)*
      \s*/?>
    | \]\([ \t]*(?:<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)
      (?:\s+(?:"[^"]{0,1000}"|'[^']{0,1000}'|\([^()]{0,1000}\)))?\s*\)   # a link's target
    | \]\[[^\[\]]{0,1000}\]                                         # a link's label
    | \[\^[^\[\]\s]{1,200}\]:?                                      # a note's mark
    | !?\[
    | (?:https?|ftp|file)://[^\s`<>"“”‘’，。；：！？、（）《》」』【】\x00-\x1f]+
    | (?:mailto:|www\.)[^\s`<>"“”‘’，。；：！？、（）《》」』【】]+
    | (?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+
    | (?<![\w.-])(?:[a-zA-Z0-9-]{1,63}\.){1,5}
      (?:com|org|net|io|cn|dev|gov|edu|md|txt|py|toml|json|ya?ml|docx?|pdf|html?|csv)\b(?:/[^\s`<>"“”，。；：！？、（）]*)?
    | &(?:\#\w{1,8}|[a-zA-Z]\w{1,31});                              # &amp;
    | (?<![\w:]):[a-z][a-z0-9_+-]{0,40}:(?!\w)                      # :smile:
    | (?<!\w)[@\#][A-Za-z][\w-]*                                    # @name
    | \{\{.{0,1000}?\}\} | \{%.{0,1000}?%\}
    | \$\$.{1,2000}?\$\$
    | \|
    """,
    re.VERBOSE | re.DOTALL,
)
_URL_TAIL = re.compile(r"[.,;:!?'*_~)\]]+\Z")
_QUOTATION = re.compile(r"“[^“”]*”|「[^「」]*」|『[^『』]*』|\"[^\"]*\"")
_LONG_QUOTATION = re.compile(rf"(?:\s\S+){{3}}|(?:[^{HAN}]*[{HAN}]){{8}}")


@dataclass(frozen=True)
class Block:
    """A block of running text: characters `start` to `end`, its marks included."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """A Markdown text, and the same text with everything masked that rules do not look at."""

    text: str
    masked: str
    blocks: tuple[Block, ...]
    line_starts: tuple[int, ...]
    language: Language

    def place(self, at: int) -> str:
        """Line and column of a character, counted from 1."""
        line = bisect_right(self.line_starts, at)
        return f"line {line}, column {at - self.line_starts[line - 1] + 1}"

    def of_kind(self, *kinds: Kind) -> Iterator[Block]:
        """The blocks of these kinds."""
        return (block for block in self.blocks if block.kind in kinds)

    @cached_property
    def voice(self) -> str:
        """The masked text without what others said: block quotes, and quotations of some length."""
        parts, at = [], 0
        for start, end in self._quoted():
            parts += [self.masked[at:start], blank(self.masked[start:end])]
            at = end
        return "".join([*parts, self.masked[at:]])

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Every stretch that is masked, in order: what no mending may change."""
        stretches = re.finditer(rf"[{MASKS}](?:[{MASKS}\s]*[{MASKS}])?", self.masked)
        return tuple(self.text[m.start() : m.end()] for m in stretches)

    def _quoted(self) -> Iterator[tuple[int, int]]:
        for block in self.blocks:
            if block.kind == "quote":
                yield block.start, block.end
                continue
            for quotation in _QUOTATION.finditer(self.masked, block.start, block.end):
                if _LONG_QUOTATION.search(quotation[0]):
                    yield quotation.start() + 1, quotation.end() - 1


def blank(text: str) -> str:
    """Text with every character but line ends and white space masked."""
    return re.sub(r"\S", OPAQUE, text)


def read_source(text: str, language: Language) -> Source:
    """Find the running text of a Markdown text and mask the rest."""
    starts = (0, *(end.end() for end in _LINE_END.finditer(text)))
    front = _FRONT_MATTER.match(text)
    skipped = front.end() if front else 0
    parsed = re.sub(r"[^\r\n]", " ", text[:skipped]) + text[skipped:]
    blocks = tuple(_blocks(parsed, starts))
    parts, at = [], 0
    for block in blocks:
        if block.start >= at:
            parts += [blank(text[at : block.start]), _masked(text, block)]
            at = block.end
    masked = "".join([*parts, blank(text[at:])])
    return Source(text, masked, blocks, starts, language)


def _blocks(text: str, starts: tuple[int, ...]) -> Iterator[Block]:
    """The blocks that hold running text. markdown-it counts lines as `starts` does."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    around: list[str] = []
    for token in parser.parse(text):
        name = token.type
        if name in ("blockquote_open", "list_item_open"):
            around.append(name)
        elif name in ("blockquote_close", "list_item_close"):
            around.pop()
        kind = _KINDS.get(name)
        if kind and token.map:
            first, last = token.map
            end = starts[last] if last < len(starts) else len(text)
            yield Block(_inside(kind, around), starts[first], end)


_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "table_open": "table",
}


def _inside(kind: Kind, around: list[str]) -> Kind:
    if "blockquote_open" in around:
        return "quote"
    return "item" if kind == "paragraph" and around else kind


def _masked(text: str, block: Block) -> str:
    """A block's text with its marks, code and addresses masked."""
    content = text[block.start : block.end]
    hidden = sorted([*_marks(content, block.kind), *_inline(content)])
    parts, at = [], 0
    for start, end, mask in hidden:
        if end > at:
            begin = max(start, at)
            parts += [content[at:begin], re.sub(r"[^\r\n]", mask, content[begin:end])]
            at = end
    return "".join([*parts, content[at:]])


def _marks(content: str, kind: Kind) -> Iterator[tuple[int, int, str]]:
    """The marks at the beginnings of lines: bullets, numbers, #, >; a table's second row."""
    begins = [0, *(end.end() for end in _LINE_END.finditer(content))]
    for number, begin in enumerate(begins):
        prefix = _QUOTE_PREFIX if number else _PREFIX
        mark = prefix.match(content, begin)
        end = mark.end() if mark else begin
        if kind in ("heading", "quote") and (hashes := _HEADING_PREFIX.match(content, end)):
            end = hashes.end()
        if end > begin:
            yield begin, end, OPAQUE
    if kind == "table" and len(begins) > 2:
        yield begins[1], begins[2], OPAQUE
    if kind == "heading":
        yield from _heading_marks(content, begins)


def _heading_marks(content: str, begins: list[int]) -> Iterator[tuple[int, int, str]]:
    """The closing #, or the line under a heading."""
    ended = content.rstrip("\r\n")
    tail = re.search(r"[ \t]#+[ \t]*\Z", ended)
    if tail:
        yield tail.start(), len(ended), OPAQUE
    last = max((at for at in begins if at < len(ended)), default=0)
    if last and re.fullmatch(r"[ \t>]*(?:=+|-+)[ \t]*", ended[last:]):
        yield last, len(ended), OPAQUE


def _inline(content: str) -> Iterator[tuple[int, int, str]]:
    """Inline code, escapes, tags, addresses and the like."""
    runs = [(run.start(), run.end()) for run in re.finditer(r"`+", content)]
    by_length: dict[int, list[int]] = {}
    for start, end in runs:
        by_length.setdefault(end - start, []).append(start)
    at = 0
    while found := _INLINE.search(content, at):
        start, end = found.span()
        at, mask = end, OPAQUE
        code = found[0].find("`")
        if found["ticks"]:
            same = by_length.get(end - start, [])
            closing = bisect_left(same, end)
            if closing == len(same):
                continue
            at = end = same[closing] + (end - start)
            mask = CODE
        elif code >= 0 and found[0][0] != "<" and _opens_code(content, start + code, by_length):
            at = end = start + code  # code goes before links and addresses
        elif "://" in found[0] or found[0].startswith(("www.", "mailto:")):
            tail = None if found[0][0] in "<]" else _URL_TAIL.search(found[0])
            at = end = end - (len(tail[0]) if tail else 0)
        yield start, end, mask


def _opens_code(content: str, at: int, by_length: dict[int, list[int]]) -> bool:
    """Whether inline code begins at this backtick: there is another run as long after it."""
    run = re.compile("`+").match(content, at)
    same = by_length.get(len(run[0]), []) if run else []
    return bool(same) and same[-1] > at
