"""What is wrong with the form of a text: its headings, its Markdown, what a prompt left behind."""

import re
from collections.abc import Iterator

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.prose.markdown import Block, blocks, cells, fences, is_delimiter_row

_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^`]*+(?<!`)\1(?!`)|\\.")
_STRONG = re.compile(r"\*\*")
_BAD_LINK = re.compile(r"\[([^\[\]\n]{0,200}+)\](?:\(\s*\)|\([^()\n]*+$)")
_NOTE = re.compile(r"\[\^([^\[\]\s]++)\](:?)")
_ABBREVIATED = re.compile(r"(?:\.\w|\b(?:etc|inc|ltd|co|jr|sr|vs|no|st))\.$", re.IGNORECASE)

_PLACEHOLDER = re.compile(
    r"\[(?:[^\[\]\n]{0,40}\b(?i:your|insert|name|date|company|organi[sz]ation|address|e-?mail|phone"
    r"|number|city|recipient|position|placeholder|signature|website|product|event|venue)\b"
    r"[^\[\]\n]{0,40})\](?![(\[:])"
    r"|[\[【（(](?:请?填写|请?插入|您的|你的|姓名|日期|公司名称?|单位名称?|联系方式|电话|地址)"
    r"[^\]】）)\n]{0,20}[\]】）)]"
    r"|\{\{[^{}\n]{0,60}\}\}|<(?i:your|insert) [^<>\n]{1,40}>|\b(?i:lorem ipsum)\b|\bTODO\b|\bTBD\b"
    r"|X{3,}|×{2,}|某某|__{4,}"
)
_LEAD_INS = re.compile(
    r"(?:sure|certainly|of course|absolutely|great|okay)[,!.:]\s*+(?:here|below|i|this|let)\b"
    r"|(?:here|below)(?:['’]s| is| are) (?:the|an?|my|your|some) [^.\n]{0,120}[:：]$"
    r"|(?:here|below)(?:['’]s| is| are) (?:the|an?|your) (?:\w+ ){0,3}"
    r"(?:article|essay|story|text|version|draft|section|post|speech|letter|report|translation|summary)"
    r"|(?:好的|当然)[，,！!].{0,20}(?:以下|下面|我)|(?:以下|下面)是.{0,60}[:：]$",
    re.IGNORECASE,
)
_ASIDES = re.compile(
    r"[(\[（【*]*+(?:(?:total )?word count|character count|字数(?:统计)?|全文共?约?\d+字)"
    r"\s*+(?:[:：]|$|\d)"
    r"|as an? (?:ai|artificial)\b"
    r"|i(?:['’]m| am) (?:sorry|an ai)\b[^.\n]{0,40}\b(?:ai|assist|cannot|can['’]t)"
    r"|i hope (?:this|you find this) (?:\w+ ){0,3}(?:helps|helpful|meets)"
    r"|(?:please )?(?:let me know if|feel free to (?:adjust|modify|edit|let me|ask))"
    r"|(?:this|the above) (?:article|essay|story|text|section|draft) (?:is|has|contains) "
    r"(?:about |approximately |exactly )?\d+ words"
    r"|作为一个?(?:AI|人工智能|语言模型)|希望(?:以上|这篇|这个|这些).{0,20}(?:帮助|满足|符合)"
    r"|\[?(?:end of (?:section|article|story|text|chapter)|to be continued)\b",
    re.IGNORECASE,
)


def shape(markdown: str, language: Language) -> list[Finding]:
    """Findings on headings, Markdown and leftovers, in the order of the text within each kind.

    Codes: `heading-skips`, `heading-empty`, `heading-bare`, `heading-repeated`, `heading-period`,
    `markdown-fence`, `markdown-emphasis`, `markdown-code`, `markdown-table`, `markdown-link`,
    `markdown-footnote`, `placeholder`, `lead-in`, `aside`.
    """
    del language  # leftovers of both languages are looked for in either
    read = list(blocks(markdown))
    return [
        *_headings(read),
        *_fences(markdown),
        *_inline(read),
        *_tables(read),
        *_footnotes(markdown),
        *_leftovers(read),
    ]


def _finding(code: str, line: int, message: str, fix: str) -> Finding:
    return Finding(code=code, place=f"line {line}", message=message, fix=fix)


def _headings(read: list[Block]) -> Iterator[Finding]:
    last, above = 0, 0
    said: dict[tuple[int, int, str], int] = {}
    for at, block in enumerate(read):
        if block.kind != "heading":
            continue
        text = block.plain
        following = read[at + 1] if at + 1 < len(read) else None
        yield from _heading(block, text, following, last)
        above = block.line if block.level < (last or 9) else above
        key = (block.level, above if block.level > 1 else 0, text.casefold())
        first = said.setdefault(key, block.line)
        if text and first != block.line:
            yield _finding(
                "heading-repeated",
                block.line,
                f"The heading “{text}” already stands in line {first}.",
                "give it a title of its own, or join the two sections",
            )
        last = block.level


def _heading(block: Block, text: str, following: Block | None, last: int) -> Iterator[Finding]:
    line = block.line
    if not text:
        yield _finding("heading-empty", line, "A heading has no words.", "write or remove it")
        return
    if last and block.level > last + 1:
        message = f"“{text}” is a heading of level {block.level} under one of level {last}."
        yield _finding("heading-skips", line, message, f"make it level {last + 1}")
    ends = text.endswith("。") or (text.endswith(".") and not text.endswith(".."))
    if ends and not _ABBREVIATED.search(text):
        message = f"The heading “{text}” ends in a full stop."
        yield _finding("heading-period", line, message, "take the full stop away")
    if following is None or (following.kind == "heading" and following.level <= block.level):
        message = f"Nothing stands under the heading “{text}”."
        yield _finding("heading-bare", line, message, "write the section, or remove the heading")


def _fences(markdown: str) -> Iterator[Finding]:
    for start, end, _ in fences(markdown.splitlines()):
        if end is None:
            message = "A code block opens and never closes."
            yield _finding("markdown-fence", start + 1, message, "close it, or remove the fence")


def _inline(read: list[Block]) -> Iterator[Finding]:
    for block in read:
        if block.kind in ("code", "rule", "table"):
            continue
        bare = _CODE_SPAN.sub("", block.text)
        if len(_STRONG.findall(bare)) % 2:
            message = "Bold text opens and never closes, or the other way round."
            yield _finding("markdown-emphasis", block.line, message, "pair the asterisks")
        if "`" in bare:
            message = "Code in a line opens and never closes."
            yield _finding("markdown-code", block.line, message, "pair the backticks")
        for link in _BAD_LINK.finditer(bare):
            message = f"The link “{link[1]}” has no address, or its bracket never closes."
            yield _finding("markdown-link", block.line, message, "complete or remove the link")


def _tables(read: list[Block]) -> Iterator[Finding]:
    for block in read:
        if block.kind == "table":
            rows = block.text.split("\n")
            width = len(cells(rows[0]))
            for at, row in enumerate(rows):
                if len(cells(row)) != width:
                    yield Finding(
                        code="markdown-table",
                        place=f"line {block.line + at}",
                        message="A row of a table has another number of cells than its head.",
                        measured=str(len(cells(row))),
                        allowed=str(width),
                        fix="add or remove cells",
                    )
        elif any(is_delimiter_row(line.strip()) for line in block.text.split("\n")):
            message = "A row of dashes and bars stands outside a table."
            yield _finding("markdown-table", block.line, message, "put the table's head above it")


def _footnotes(markdown: str) -> Iterator[Finding]:
    marked: dict[str, int] = {}
    defined: dict[str, int] = {}
    for line, text in enumerate(markdown.splitlines(), start=1):
        for note in _NOTE.finditer(text):
            names = defined if note[2] and not text[: note.start()].strip() else marked
            names.setdefault(note[1], line)
    for name, line in marked.items():
        if name not in defined:
            message = f"The footnote [^{name}] is never written."
            yield _finding("markdown-footnote", line, message, "write it, or remove the mark")
    for name, line in defined.items():
        if name not in marked:
            message = f"No place in the text leads to the footnote [^{name}]."
            yield _finding("markdown-footnote", line, message, "mark its place, or remove it")


def _leftovers(read: list[Block]) -> Iterator[Finding]:
    prose = [block for block in read if block.kind not in ("code", "rule")]
    for at, block in enumerate(prose):
        bare = _CODE_SPAN.sub("", block.text)
        for hole in _PLACEHOLDER.finditer(_URL.sub("", bare)):
            message = f"“{hole[0]}” was never filled in."
            yield _finding("placeholder", block.line, message, "write what belongs there")
        text = block.plain
        if at <= 1 and _LEAD_INS.match(text):
            message = f"“{text[:60]}” speaks about the text instead of beginning it."
            yield _finding("lead-in", block.line, message, "remove it")
        elif _ASIDES.match(text):
            message = f"“{text[:60]}” is about the text and no part of it."
            yield _finding("aside", block.line, message, "remove it")


_URL = re.compile(r"\]\([^()\n]*+\)|https?://\S++")
