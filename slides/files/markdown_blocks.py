"""Markdown taken apart into blocks: what slides are made of, each with the line it stands in."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from copydesk.slides.files.models import listing
from copydesk.slides.typeset.fit import printable

_OPENED, _CLOSED = "<!--:::", "<!--:::/-->"
_DIV = re.compile(r"^ {0,3}:{3,}\s*(\{[^}]*\}|[\w.-]+)\s*:*\s*$")
_DIV_END = re.compile(r"^ {0,3}:{3,}\s*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CLASS = re.compile(r"\.([\w-]+)")
_ATTRIBUTES = re.compile(r"\s*\{[#.=][^}]*\}\s*$")
_AFTER_PICTURE = re.compile(r"^\{[^}]*\}")  # Pandoc: ![roof](roof.png){width=50%}
_DIVS = re.compile(r"(</?div\b[^>]*>)", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(
    r"\b(columns|two-?col\w*|cols|grid|row|flex|multi-?col\w*)\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\s*<aside[^>]*\bnotes\b[^>]*>(.*?)(</aside>\s*|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_DIRECTIVE = re.compile(
    r"\s*_?(class|paginate|background\w*|color|header|footer|theme|size|style|math|marp|lang|title"
    r"|headingDivider|transition|fit|prettier-ignore|markdownlint[\w-]*)\b.*"
)
_KEYWORD = re.compile(
    r"bg|left(:.*)?|right(:.*)?|fit|cover|contain|auto|vertical|(w|h|width|height|blur|brightness"
    r"|contrast|grayscale|hue-rotate|invert|opacity|saturate|sepia|drop-shadow)(:.*)?|\d+%"
)
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_DEEPEST_DIV = 6


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block: `kind` says which of the fields it has.

    Kinds: heading (text, level), text (text), list (items), table (rows), code (text, language),
    picture (text: its alternative text; path, ground), quote (items), columns (inside), note
    (text), lost (text: what was left out), rule.
    """

    kind: str
    line: int = 0
    text: str = ""
    level: int = 0
    items: tuple[tuple[str, int], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    language: str = ""
    path: str = ""
    ground: bool = False
    inside: "tuple[tuple[Block, ...], ...]" = ()


def blocks_of(text: str) -> list[Block]:
    """The blocks of a Markdown text, its fenced divs understood."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens: list[Token] = parser.parse(_marked(text))
    tree = SyntaxTreeNode(tokens)
    flat = [block for node in tree.children for block in _block(node)]
    return _nested(flat)


def _marked(text: str) -> str:
    """The text with Pandoc's fenced divs as comments, a line for a line; code is left alone."""
    fence = ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if found := _FENCE.match(line):
            mark = found[1]
            fence = mark if not fence else "" if mark.startswith(fence) else fence
        elif fence:
            continue
        elif div := _DIV.match(line):
            lines[number] = f"{_OPENED}{_class_of(div[1])}-->"
        elif _DIV_END.match(line):
            lines[number] = _CLOSED
    return "\n".join(lines)


def _class_of(told: str) -> str:
    """The name of a div: `notes`, `{.column width=50%}`."""
    found = _CLASS.search(told) if told.startswith("{") else None
    return found[1] if found else told.strip("{}.") or "div"


# Divs --------------------------------------------------------------------------------------------


@dataclass
class _Open:
    name: str
    line: int
    blocks: list[Block] = field(default_factory=list)


def _nested(flat: Sequence[Block]) -> list[Block]:
    """Blocks with those inside of divs put where they belong."""
    stack = [_Open("", 0)]
    for block in flat:
        if block.kind == "open" and len(stack) < _DEEPEST_DIV:
            plain = block.text == "div" and stack[-1].name == "columns"
            stack.append(_Open("column" if plain else block.text, block.line))
        elif block.kind == "close":
            if len(stack) > 1:
                _close(stack)
        elif block.kind != "open":
            stack[-1].blocks.append(block)
    while len(stack) > 1:
        _close(stack)
    return _without_columns(stack[0].blocks)


def _without_columns(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with what stands in a column that no columns are around."""
    return [
        inner
        for block in blocks
        for inner in (block.inside[0] if block.kind == "column" else (block,))
    ]


def _close(stack: list[_Open]) -> None:
    done = stack.pop()
    outer = stack[-1].blocks
    if done.name != "columns":
        done.blocks = _without_columns(done.blocks)
    if done.name == "notes":
        outer.extend(
            Block(kind="note", line=done.line, text=line) for b in done.blocks for line in said(b)
        )
    elif done.name == "columns":
        columns = tuple(block.inside[0] for block in done.blocks if block.kind == "column")
        others = [block for block in done.blocks if block.kind != "column"]
        outer.append(Block(kind="columns", line=done.line, inside=columns))
        outer.extend(others)
    elif done.name == "column":
        outer.append(Block(kind="column", line=done.line, inside=(tuple(done.blocks),)))
    else:
        outer.extend(done.blocks)


def said(block: Block) -> list[str]:
    """A block as lines of plain text."""
    if block.kind in ("list", "quote"):
        return [text for text, _ in block.items]
    if block.kind == "table":
        return [" | ".join(row) for row in block.rows]
    if block.kind == "code":
        return block.text.split("\n")
    if block.kind == "columns":
        return [line for column in block.inside for one in column for line in said(one)]
    return [block.text] if block.text and block.kind != "lost" else []


# Tokens ------------------------------------------------------------------------------------------


def _block(node: SyntaxTreeNode) -> Iterator[Block]:
    line = node.map[0] + 1 if node.map else 0
    maker = _BLOCKS.get(node.type)
    if maker:
        for block in maker(node):
            yield replace(block, line=block.line or line)
    elif node.type == "html_block":
        for block in _html(node.content):
            yield replace(block, line=line)


def _heading(node: SyntaxTreeNode) -> Iterator[Block]:
    text, others = _inline(node)
    bare = _ATTRIBUTES.sub("", text)
    yield Block(kind="heading", text=bare, level=int(node.tag[1:]))
    yield from others


def _paragraph(node: SyntaxTreeNode) -> Iterator[Block]:
    text, others = _inline(node)
    if text.replace(" ", "") == "...":  # Pandoc's pause
        text = ""
    if text:
        yield Block(kind="text", text=text)
    yield from others


def _list(node: SyntaxTreeNode) -> Iterator[Block]:
    items: list[tuple[str, int]] = []
    others: list[Block] = []
    _gather(node, 0, items, others)
    if items:
        yield Block(kind="list", items=tuple(items))
    yield from others


def _gather(
    node: SyntaxTreeNode, level: int, items: list[tuple[str, int]], others: list[Block]
) -> None:
    """The items of a list: further paragraphs of one stand under it."""
    for item in node.children:
        first = True
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                _gather(child, level + 1, items, others)
                continue
            for block in _block(child):
                if block.kind in ("text", "heading"):
                    items.append((block.text, level if first else level + 1))
                    first = False
                else:
                    others.append(block)


def _table(node: SyntaxTreeNode) -> Iterator[Block]:
    rows, others = [], []
    for row in node.walk():
        if row.type == "tr":
            cells = []
            for cell in row.children:
                text, found = _inline(cell)
                cells.append(text)
                others.extend(found)
            rows.append(tuple(cells))
    yield Block(kind="table", rows=tuple(rows))
    yield from others


def _code(node: SyntaxTreeNode) -> Iterator[Block]:
    told = node.info.strip() if node.type == "fence" else ""
    found = _CLASS.search(told) if told.startswith("{") else None
    words = told.strip("{}").split()
    language = found[1] if found else (words[0] if words else "")
    yield Block(kind="code", text=listing(node.content), language=printable(language))


def _quote(node: SyntaxTreeNode) -> Iterator[Block]:
    items: list[tuple[str, int]] = []
    others: list[Block] = []
    for child in node.children:
        for block in _block(child):
            lines = said(block)
            if block.kind in ("text", "list", "heading", "quote"):
                items.extend((text, 0) for text in lines)
            else:
                others.append(block)
    yield Block(kind="quote", items=tuple(items))
    yield from others


def _rule(_: SyntaxTreeNode) -> Iterator[Block]:
    yield Block(kind="rule")


_BLOCKS: dict[str, Callable[[SyntaxTreeNode], Iterator[Block]]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "bullet_list": _list,
    "ordered_list": _list,
    "table": _table,
    "fence": _code,
    "code_block": _code,
    "blockquote": _quote,
    "hr": _rule,
}


# Text within a block -----------------------------------------------------------------------------


def _inline(node: SyntaxTreeNode) -> tuple[str, list[Block]]:
    """Plain text, and what stood within it that is none: pictures, comments, addresses."""
    others: list[Block] = []
    parts: list[str] = []
    for child in node.children:
        if child.type == "inline":
            for one in child.children:
                _piece(one, parts, others)
    return printable(_joined("".join(parts))), others


def _piece(node: SyntaxTreeNode, parts: list[str], others: list[Block]) -> None:
    if node.type == "text" and node.previous_sibling and node.previous_sibling.type == "image":
        parts.append(_AFTER_PICTURE.sub("", node.content))
    elif node.type in ("text", "code_inline"):
        parts.append(node.content)
    elif node.type == "softbreak":
        parts.append("\n")
    elif node.type == "hardbreak":
        parts.append(" ")
    elif node.type == "image":
        others.append(_picture(node))
    elif node.type == "html_inline":
        parts.append(" " if node.content.lower().startswith("<br") else "")
        others.extend(block for block in _html(node.content) if block.kind == "note")
    else:
        before = len(parts)
        for child in node.children:
            _piece(child, parts, others)
        if node.type == "link":
            _address(node, "".join(parts[before:]), others)


def _address(node: SyntaxTreeNode, text: str, others: list[Block]) -> None:
    """Where a link leads, for the notes; slides show its text."""
    target = unquote(str(node.attrs.get("href", "")))
    if target and target.removeprefix("mailto:") != text:
        others.append(Block(kind="note", text=printable(f"{text}: {target}")))


def _picture(node: SyntaxTreeNode) -> Block:
    """An image; Marp says in its alternative text how it is placed."""
    words = printable(_alt(node)).split()
    ground = "bg" in words
    known = ground or any(":" in word and _KEYWORD.fullmatch(word) for word in words)
    alt = " ".join(word for word in words if not (known and _KEYWORD.fullmatch(word)))
    beside = any(word.startswith(("left", "right")) for word in words)
    path = unquote(str(node.attrs.get("src", "")))
    title = printable(str(node.attrs.get("title", "")))
    return Block(kind="picture", text=alt or title, path=path, ground=ground and not beside)


def _alt(node: SyntaxTreeNode) -> str:
    return "".join(_alt(child) if child.children else child.content for child in node.children)


def _html(content: str) -> Iterator[Block]:
    """Comments are notes or directives; tags are left out, what stands between them is not."""
    if content.startswith(_OPENED):
        name = content.strip().removeprefix(_OPENED).removesuffix("-->")
        yield Block(kind="close") if name == "/" else Block(kind="open", text=name)
        return
    for comment in _COMMENT.findall(content):
        lines = [clean for line in comment.split("\n") if (clean := printable(line))]
        if lines and not all(_DIRECTIVE.fullmatch(line) for line in lines):
            yield from (Block(kind="note", text=line) for line in lines)
    rest = _COMMENT.sub("", content)
    if re.match(r"\s*<(style|script)\b", rest, re.IGNORECASE):
        yield Block(kind="lost", text="a style or script")
        return
    if aside := _ASIDE.fullmatch(rest):
        told = (printable(_TAG.sub(" ", line)) for line in aside[1].split("\n"))
        yield from (Block(kind="note", text=line) for line in told if line)
        return
    yield from _tags(rest)


def _tags(content: str) -> Iterator[Block]:
    """Divs open and close as Pandoc's do: `<div class="columns">`, a plain one within a column."""
    for part in _DIVS.split(content):
        if part.lower().startswith("</div"):
            yield Block(kind="close")
        elif part.lower().startswith("<div"):
            name = "columns" if _SIDE_BY_SIDE.search(part) else "column" if "col" in part else "div"
            yield Block(kind="open", text=name)
        elif told := printable(_TAG.sub(" ", part)):
            yield Block(kind="text", text=told)


def _joined(text: str) -> str:
    """A text of several lines on one: no space between Han characters."""
    return re.sub(rf"(?<={_HAN.pattern})\n(?={_HAN.pattern})", "", text)
