"""Blocks → the paragraphs and tables of a Word document or of one of its footnotes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from xml.sax.saxutils import escape, quoteattr

from markdown_it.token import Token

from copydesk.writer.export.letters import columns, has_wide, runs_right_to_left
from copydesk.writer.export.manuscript import first_number, plain
from copydesk.writer.export.word_styles import LEVELS, list_indent

_WIDTH = 9_070  # of the text on the page, in twentieths of a point
_MOST_COLUMNS = 60  # Word opens no table with more than 63
_QUOTE_INDENT = 440
_CODE_TAB = "<w:tab/>"


@dataclass
class Shared:
    """What the body and the footnotes have in common: numbered lists and addresses of links."""

    starts: list[tuple[int, int]] = field(default_factory=list)

    def number(self, level: int, start: int) -> int:
        """The `w:numId` of a new numbered list."""
        self.starts.append((level, start))
        return len(self.starts) + 2


@dataclass
class _List:
    number: int
    style: str
    level: int
    open: bool = False  # whether the item still waits for its bullet


class Body:
    """Writes one flow of blocks.

    Args:
        base: the style of a plain paragraph; `first` that of one after a heading.
        note: the number of the footnote that this is, 0 for the body itself.
    """

    def __init__(self, shared: Shared, *, base: str, first: str, note: int = 0) -> None:
        self.links: dict[str, int] = {}
        self._shared = shared
        self._base, self._first = base, first
        self._note = note
        self._out: list[str] = []
        self._lists: list[_List] = []
        self._quoted = 0
        self._fresh = True
        self._after_table = False

    def write(self, blocks: Sequence[Token]) -> str:
        """The XML of the blocks; at least one paragraph."""
        place = 0
        while place < len(blocks):
            token = blocks[place]
            if token.type == "table_open":
                end = next(n for n in range(place, len(blocks)) if blocks[n].type == "table_close")
                self._table(blocks[place : end + 1])
                place = end
            elif token.type == "inline":
                self._text(blocks, place)
            else:
                self._mark(token)
            place += 1
        if self._after_table or not self._out:
            self._put("", "", "Spacer" if self._after_table else self._base)
        return "".join(self._out)

    def title(self, inline: Token, style: str = "Title") -> None:
        """Put the title on top."""
        right = runs_right_to_left(plain(inline))
        self._put("<w:bidi/>" if right else "", self._runs(inline, right=right), style)

    def byline(self, author: str) -> None:
        """Name the author below the title."""
        self._put("", _run(author, "", raw=False), "Subtitle")

    def _mark(self, token: Token) -> None:
        """Take note of what opens or closes; lay out what has no inline text."""
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._open_list(token)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._lists[-1].open = True
            case "list_item_close":
                self._settle()
            case "blockquote_open" | "blockquote_close":
                self._quoted += token.nesting
            case "fence" | "code_block":
                self._settle()
                self._put(self._frame("", "Code"), _code(token.content), "Code")
            case "hr":
                self._put("", _run("* * *", "", raw=False), "SceneBreak")
                self._fresh = True

    def _settle(self) -> None:
        """Give an item that begins without a word its bullet."""
        if self._lists and self._lists[-1].open:
            style = self._style("")
            self._put(self._frame("", style), "", style)

    def _open_list(self, token: Token) -> None:
        self._settle()
        level = min(len(self._lists), LEVELS - 1)
        if token.type == "bullet_list_open":
            self._lists.append(_List(1, "ListBullet", level))
            return
        number = self._shared.number(level, first_number(token))
        self._lists.append(_List(number, "ListNumber", level))

    def _text(self, blocks: Sequence[Token], place: int) -> None:
        opening = blocks[place - 1] if place else blocks[place]
        inline = blocks[place]
        kind = opening.tag if opening.type == "heading_open" else ""
        style = self._style(kind)
        right = opening.attrGet("dir") == "rtl"
        runs = self._runs(inline, right=right)
        closes = 0
        if self._lists:
            after = takewhile(lambda token: token.nesting == -1, blocks[place + 1 : place + 200])
            closes = sum(token.type.endswith("list_close") for token in after)
        last = bool(self._lists) and closes == len(self._lists)
        self._put(self._frame(kind, style, right=right, last=last), runs, style)
        self._fresh = bool(kind)

    def _style(self, kind: str) -> str:
        if self._note:
            return "FootnoteText"
        if kind:
            return f"Heading{kind[1]}"
        if self._lists:
            return self._lists[-1].style if self._lists[-1].open else "ListContinue"
        if self._quoted:
            return "Quote"
        return self._first if self._fresh else self._base

    def _frame(self, kind: str, style: str = "", *, right: bool = False, last: bool = False) -> str:
        """Properties of the paragraph beyond its style, in the order of the schema."""
        number, indent = "", self._quoted * _QUOTE_INDENT
        hanging = ""
        if self._lists and not kind:
            item = self._lists[-1]
            if item.open and style != "Code":
                number = (
                    f'<w:numPr><w:ilvl w:val="{item.level}"/><w:numId w:val="{item.number}"/>'
                    "</w:numPr>"
                )
                hanging = ' w:hanging="340"'
            item.open = False if number else item.open
            indent += list_indent(item.level)
        elif style == "Quote" and self._quoted == 1:
            indent = 0  # as the style has it
        wanted = indent and (not number or self._quoted)
        side = f'<w:ind w:left="{min(indent, 6_000)}"{hanging}/>' if wanted else ""
        before = ' w:before="240"' if self._after_table and not kind else ""
        after = ' w:after="200"' if last else ""
        spacing = f"<w:spacing{before}{after}/>" if before or after else ""
        close = '<w:contextualSpacing w:val="0"/>' if last else ""
        return number + ("<w:bidi/>" if right else "") + spacing + side + close

    def _put(self, frame: str, runs: str, style: str) -> None:
        if self._note and not self._out:
            runs = (
                '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
                + (f"{_run(' ', '', raw=False)}{runs}")
            )
        self._out.append(f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{frame}</w:pPr>{runs}</w:p>')
        self._after_table = False

    def _runs(self, inline: Token, *, right: bool = False) -> str:
        out: list[str] = []
        state = {"strong": 0, "em": 0, "s": 0}
        in_link = False
        for token in inline.children or ():
            kind = token.type.rpartition("_")[0]
            if kind in state:
                state[kind] += token.nesting
            elif token.type == "link_open":
                out.append(f'<w:hyperlink r:id="link{self._link(str(token.attrGet("href")))}">')
                in_link = True
            elif token.type == "link_close":
                out.append("</w:hyperlink>")
                in_link = False
            elif token.type == "softbreak":
                out.append(_run(" ", "", raw=False))
            elif token.type == "hardbreak":
                out.append("<w:r><w:br/></w:r>")
            elif token.type == "note_ref":
                out.append(_reference(token))
            elif token.content:
                look = _look(state, token, in_link=in_link, right=right)
                out.append(_run(token.content, look, raw=False))
        return "".join(out)

    def _link(self, address: str) -> int:
        return self.links.setdefault(address, len(self.links) + 1)

    def _table(self, blocks: Sequence[Token]) -> None:
        self._settle()
        if self._after_table:
            self._put("", "", "Spacer")
        rows = _rows(blocks)
        widths = _widths(rows)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        body = "".join(self._row(row, widths, head=not n) for n, row in enumerate(rows))
        self._out.append(
            '<w:tbl><w:tblPr><w:tblStyle w:val="Figures"/><w:tblW w:w="5000" w:type="pct"/>'
            '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
            'w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
        )
        self._after_table = True

    def _row(self, row: Sequence[tuple[Token, Token]], widths: Sequence[int], *, head: bool) -> str:
        cells = []
        for (opening, inline), width in zip(row, widths, strict=True):
            right = opening.attrGet("dir") == "rtl"
            side = str(opening.attrGet("style") or "").rpartition(":")[2].strip()
            align = f'<w:jc w:val="{side}"/>' if side in ("center", "right") else ""
            keep = "<w:keepNext/>" if head else ""
            cells.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
                f'<w:pStyle w:val="TableText"/>{keep}{"<w:bidi/>" if right else ""}{align}</w:pPr>'
                f"{self._runs(inline, right=right)}</w:p></w:tc>"
            )
        header = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
        return f"<w:tr><w:trPr>{header}</w:trPr>{''.join(cells)}</w:tr>"


def _rows(blocks: Sequence[Token]) -> list[list[tuple[Token, Token]]]:
    """Cells by row; the surplus of a very wide table goes into its last column."""
    rows: list[list[tuple[Token, Token]]] = []
    for place, token in enumerate(blocks):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            cell = (token, blocks[place + 1])
            if len(rows[-1]) < _MOST_COLUMNS:
                rows[-1].append(cell)
            else:
                last = rows[-1][-1][1]
                bar = Token("text", "", 0, content=" | ")
                last.children = [*(last.children or []), bar, *(cell[1].children or [])]
    return rows


def _widths(rows: Sequence[Sequence[tuple[Token, Token]]]) -> list[int]:
    """Columns share the page by their longest cell, within bounds."""
    wants = [0] * len(rows[0])
    for row in rows:
        for n, (_, inline) in enumerate(row):
            wants[n] = max(wants[n], min(columns(plain(inline)), 44) + 4)
    return [max(_WIDTH * want // sum(wants), 60) for want in wants]


def _look(state: dict[str, int], token: Token, *, in_link: bool, right: bool) -> str:
    """Run properties, in the order of the schema."""
    code = token.type == "code_inline"
    style = "InlineCode" if code else "Hyperlink" if in_link else ""
    return (
        (f'<w:rStyle w:val="{style}"/>' if style else "")
        # Quotation marks and dashes are in both fonts: among Han characters take the Chinese one.
        + ('<w:rFonts w:hint="eastAsia"/>' if has_wide(token.content) else "")
        + ("<w:b/><w:bCs/>" if state["strong"] else "")
        + ("<w:i/><w:iCs/>" if state["em"] else "")
        + ("<w:strike/>" if state["s"] else "")
        + ("<w:rtl/>" if right else "")
    )


def _run(text: str, look: str, *, raw: bool) -> str:
    body = text if raw else f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{body}</w:r>"


def _code(text: str) -> str:
    """Lines with breaks between them, in one run."""
    lines = text.rstrip("\n").split("\n")
    parts = []
    for line in lines:
        pieces = (f'<w:t xml:space="preserve">{escape(p)}</w:t>' for p in line.split("\t"))
        parts.append(_CODE_TAB.join(pieces))
    return _run("<w:br/>".join(parts), "", raw=True)


def _reference(token: Token) -> str:
    """The number of a footnote; where it is named again, a field that repeats the number."""
    number = token.meta["number"]
    look = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    if token.meta["first"]:
        mark = f'<w:r>{look}<w:footnoteReference w:id="{number}"/></w:r>'
        name = quoteattr(f"_note{number}")
        return (
            f'<w:bookmarkStart w:id="{number}" w:name={name}/>{mark}'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )
    return (
        f'<w:fldSimple w:instr=" NOTEREF _note{number} \\f \\h "><w:r>{look}'
        f"<w:t>{number}</w:t></w:r></w:fldSimple>"
    )
