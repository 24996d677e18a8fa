"""Markdown → a title, blocks and footnotes, tidied so that every format can just lay them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from copydesk.writer.export.addresses import is_safe
from copydesk.writer.export.letters import is_wide, printable, runs_right_to_left
from copydesk.writer.export.rules import DEEPEST, add_rules

_DIRECTED = ("paragraph_open", "heading_open", "th_open", "td_open")


@dataclass
class Manuscript:
    """A text, parsed and tidied.

    Attributes:
        title: what stands above the text; None where nothing does.
        blocks: markdown-it tokens. Headings are h1 to h3 below the title; there is no raw HTML and
            no picture; every link may be followed; `note_ref` tokens have `number` and `first` in
            `meta`; a text that runs from right to left has `dir` in the opening token.
        notes: the footnotes' blocks; number 1 comes first.
        right_to_left: which way most of the text runs.
    """

    title: Token | None
    blocks: list[Token]
    notes: list[list[Token]] = field(default_factory=list)
    right_to_left: bool = False

    @property
    def name(self) -> str:
        """The title without markup."""
        return plain(self.title) if self.title else ""


def read_manuscript(markdown: str, title: str = "") -> Manuscript:
    """Parse Markdown: CommonMark, tables, strikethrough, footnotes; raw HTML is plain text.

    Args:
        title: shown above the text unless that begins with a heading of its own.
    """
    parser, env = _parser(), dict[str, Any]()
    blocks = parser.parse(printable(markdown), env)
    _tidy(blocks)
    shown, blocks = _take_title(blocks, title)
    _level(blocks)
    notes = _notes(parser, env, shown, blocks)
    return Manuscript(shown, blocks, notes, runs_right_to_left(markdown))


def plain(inline: Token) -> str:
    """The words of a run of inline text, on one line."""
    kinds = {"text", "code_inline", "softbreak", "hardbreak"}
    parts = (t.content if t.content else " " for t in inline.children or () if t.type in kinds)
    return " ".join("".join(parts).split())


def first_number(numbered_list: Token) -> int:
    """The number that an ordered list begins with."""
    start = numbered_list.attrGet("start")
    return 1 if start is None else int(start)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": True, "maxNesting": DEEPEST + 10})
    parser.enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - _links
    add_rules(parser)
    return parser


def _take_title(blocks: list[Token], title: str) -> tuple[Token | None, list[Token]]:
    """A first heading is the title, unless it is one of several and another title is known."""
    if blocks and blocks[0].type == "heading_open" and blocks[0].tag == "h1":
        said = plain(blocks[1])
        others = any(t.type == "heading_open" and t.tag == "h1" for t in blocks[3:])
        if said and (not title or not others or said == title):
            return blocks[1], blocks[3:]
    return (_text_only(title) if title else None), blocks


def _text_only(text: str) -> Token:
    children = [Token("text", "", 0, content=printable(text))]
    return Token("inline", "", 0, content=text, children=children)


def _level(blocks: Sequence[Token]) -> None:
    """The largest heading below the title becomes h1, none is smaller than h3."""
    headings = [t for t in blocks if t.type in ("heading_open", "heading_close")]
    outer = [int(t.tag[1]) for t in headings if t.level == 0]
    shift = min(outer, default=1) - 1
    for token in headings:
        token.tag = f"h{min(max(int(token.tag[1]) - shift, 1), 3)}"


def _notes(
    parser: MarkdownIt, env: dict[str, Any], title: Token | None, blocks: list[Token]
) -> list[list[Token]]:
    """Number the references and parse the notes; a note that nothing refers to ends the text."""
    found: dict[str, str] = env.get("notes", {})
    numbers: dict[str, int] = {}
    for inline in [*([title] if title else []), *blocks]:
        for token in inline.children or ():
            if token.type == "note_ref":
                label = token.meta["label"]
                first = label not in numbers
                number = numbers.setdefault(label, len(numbers) + 1)
                token.meta = {"number": number, "first": first}
    env["in_note"] = True
    for label in [label for label in found if label not in numbers]:
        blocks += _parse_note(parser, env, found[label])
    return [_parse_note(parser, env, found[label]) for label in numbers]


def _parse_note(parser: MarkdownIt, env: dict[str, Any], text: str) -> list[Token]:
    blocks = parser.parse(text, env)
    _tidy(blocks)
    kept = [token for token in blocks if token.type not in ("heading_open", "heading_close")]
    return kept if len(kept) == len(blocks) else list(_as_paragraphs(blocks))


def _as_paragraphs(blocks: Sequence[Token]) -> Iterator[Token]:
    """A note has no headings: they would stand in a table of contents."""
    for token in blocks:
        if token.type in ("heading_open", "heading_close"):
            token.type, token.tag = f"paragraph_{token.type[8:]}", "p"
        yield token


def _tidy(blocks: Sequence[Token]) -> None:
    """Make the inline text of all blocks fit to be laid out, and say which way it runs."""
    items: list[Token] = []
    for place, token in enumerate(blocks):
        if token.type == "list_item_open":
            items.append(token)
        elif token.type == "list_item_close":
            items.pop()
        elif token.type in ("fence", "code_block"):
            token.content = printable(token.content)
        elif token.type == "inline":
            token.children = _breaks(_links(token.children or []))
            opening = blocks[place - 1]
            if opening.type in _DIRECTED and runs_right_to_left(plain(token)):
                opening.attrSet("dir", "rtl")
                if opening.hidden and items:
                    items[-1].attrSet("dir", "rtl")


def _links(children: Sequence[Token]) -> list[Token]:
    """Pictures become links to them; links that may not be followed become their text."""
    made: list[Token] = []
    alive: list[bool] = []
    for token in children:
        if token.type == "link_open":
            alive.append(not any(alive) and is_safe(str(token.attrGet("href") or "")))
            made += [token] if alive[-1] else []
        elif token.type == "link_close":
            if alive and alive.pop():
                made.append(token)
        elif token.type == "image":
            made += _picture(token, linked=any(alive))
        else:
            token.content = printable(token.content)
            made.append(token)
    return made


def _picture(image: Token, *, linked: bool) -> list[Token]:
    address = str(image.attrGet("src") or "")
    safe = is_safe(address)
    name = PurePosixPath(unquote(urlsplit(address).path)).name if safe else ""
    said = plain(image) or printable(name)
    if not said:
        return []
    text = Token("text", "", 0, content=said)
    if linked or not safe:
        return [text]
    return [Token("link_open", "a", 1, attrs={"href": address}), text, Token("link_close", "a", -1)]


def _breaks(children: list[Token]) -> list[Token]:
    """A line break between two Chinese characters is no space."""
    kept = []
    for place, token in enumerate(children):
        if token.type == "softbreak":
            before = next(
                (t.content for t in reversed(children[max(place - 4, 0) : place]) if t.content), " "
            )
            after = next((t.content for t in children[place + 1 : place + 5] if t.content), " ")
            if is_wide(before[-1]) and is_wide(after[0]):
                continue
        kept.append(token)
    return kept
