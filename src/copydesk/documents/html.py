"""HTML, read with the standard library's parser; nothing is fetched and no script is run."""

import re
from html.parser import HTMLParser

from copydesk.documents.grid import Cell
from copydesk.documents.html_table import Table
from copydesk.documents.kinds import PAGE
from copydesk.documents.office.numbering import spelled
from copydesk.documents.passage import Kind
from copydesk.documents.reading import Reading

_TAGS = re.compile(r"</?(?:p|div|h[1-6]|ul|ol|li|table|tr|td|br|span|a)\b[^<>]*>", re.IGNORECASE)
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,30})""", re.IGNORECASE)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """
        address article aside blockquote body br caption dd details dialog div dl dt fieldset
        figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol option p
        pre section summary table tbody td tfoot th thead title tr ul
        """,
    )
)
_SKIPPED = frozenset(
    re.findall(
        r"\w+",
        """
        script style noscript template nav svg math object iframe select button textarea
        """,
    )
)
_CLOSED = frozenset(
    re.findall(r"\w+", "div section aside ul ol table header footer form span dialog figure")
)
_ASIDE = frozenset({"navigation", "search", "contentinfo", "complementary"})  # roles
_NO_DISPLAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTE_MARK = re.compile(r"note-?ref|doc-backlink|footnote-back")
_HEADING = re.compile(r"h([1-6])")
_LETTERS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MOST_ROWS = 5000  # of a table that are held at a time
_LEAST_MAIN = 0.3  # of the page's text; a main part with less is not what the page says
_CELLS = {"td", "th"}


def looks_like_html(text: str, suffix: str) -> bool:
    """Whether a text is a page: it begins like one, or is named so and holds its tags."""
    if PAGE.match(text[:4096]):
        return True
    return suffix in {".html", ".htm", ".xhtml"} and bool(_TAGS.search(text))


def declared(content: bytes) -> str:
    """The encoding that a page says it is in, "" for none."""
    found = _CHARSET.search(content[:2048])
    return found[1].decode("ascii", "ignore") if found else ""


def read_html(text: str) -> Reading:
    """Headings become sections, list items and paragraphs passages, table rows named cells.

    Of a page that marks its main part, or its articles, only these are read, if they are a good
    part of it; navigation, and what is hidden, never is.
    """
    parser = _parsed(text, Reading(), page=True)
    reading = parser.reading
    whole = sum(len(passage.text) for passage in reading.passages)
    for places in (parser.main, parser.articles):
        kept = [p for start, end in places for p in reading.passages[start:end]]
        if sum(len(passage.text) for passage in kept) > _LEAST_MAIN * whole:
            reading.passages = kept
            break
    return reading


def read_chapter(text: str, reading: Reading) -> None:
    """Add all of a page to a reading: a chapter of a book has no navigation to leave out."""
    title = reading.title
    _parsed(text, reading, page=False)
    reading.title = title


def _parsed(text: str, reading: Reading, *, page: bool) -> "_Parser":
    parser = _Parser(reading, page)
    text = _without_declarations(text)
    whole = text.rfind(">") + 1
    parser.feed(text[:whole])
    parser.close()
    if "<" not in text[whole:]:  # tags that never close are read again and again by the parser
        parser.handle_data(text[whole:])
    parser.end()
    return parser


def _without_declarations(text: str) -> str:
    """A page without comments, <!…> and <?…>: the standard parser stumbles over broken ones."""
    kept: list[str] = []
    at = 0
    for opening in re.finditer(r"<!--|<[!?]", text):
        if opening.start() < at:
            continue
        kept.append(text[at : opening.start()])
        closing = "-->" if opening[0] == "<!--" else ">"
        end = text.find(closing, opening.end())
        if end < 0:  # as in a browser, a comment that never ends hides the rest
            return "".join(kept)
        at = end + len(closing)
    return "".join(kept) + text[at:]


class _Parser(HTMLParser):
    def __init__(self, reading: Reading, page: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = reading
        self.main: list[tuple[int, int]] = []  # where in the passages the main part is
        self.articles: list[tuple[int, int]] = []
        self._page = page
        self._open = {"main": [0, 0], "article": [0, 0]}  # how many are open; where the first began
        self._held: list[str] = []
        self._skipped = ""
        self._depth = 0
        self._heading = 0
        self._kind: Kind = "text"
        self._title = False
        self._lists: list[tuple[int, str] | None] = []
        self._mark = ""
        self._raised = False
        self._tables: list[Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._depth += tag == self._skipped and tag != "a"  # links do not nest
            return
        if tag in _SKIPPED or (attrs and tag in _CLOSED and self._is_hidden(dict(attrs))):
            self._skipped, self._depth = tag, 1
            return
        if tag == "footer" and self._page and not self._inside():
            self._skipped, self._depth = tag, 1
            return
        if tag == "a" and attrs and (self._raised or _is_note_mark(dict(attrs))):
            self._skipped, self._depth = tag, 1
            return
        self._raised = self._raised or tag == "sup"
        if tag == "br":
            self._held.append("\n")
        elif tag in _BLOCKS:
            self._block(tag, dict(attrs))

    def _is_hidden(self, attrs: dict[str, str | None]) -> bool:
        if "hidden" in attrs or attrs.get("aria-hidden") == "true":
            return True
        if _NO_DISPLAY.search(attrs.get("style") or ""):
            return True
        return self._page and attrs.get("role") in _ASIDE

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """In XHTML <p/> is empty; in HTML the stroke means nothing."""
        if tag in _SKIPPED and not self._page:
            return
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if self._depth <= 0:
                self._skipped = ""
            return
        if tag == "sup":
            self._raised = False
        elif tag == "table" and self._tables:
            self._boundary()
            self._table_end()
        elif tag in {"ol", "ul"}:
            self._boundary()
            if self._lists:
                self._lists.pop()
        elif tag in self._open:
            self._boundary()
            self._leave(tag)
        elif tag in _BLOCKS and not (self._in_cell() and tag not in {"tr", *_CELLS, "caption"}):
            self._boundary()
        elif tag in _BLOCKS:
            self._held.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._held.append(data)

    def _in_cell(self) -> bool:
        return bool(self._tables) and not self._tables[-1].layout

    def _inside(self) -> bool:
        return any(count for count, _ in self._open.values())

    def _block(self, tag: str, attrs: dict[str, str | None]) -> None:
        """Text ends where a block begins or ends; inside a cell it goes on."""
        heading = _HEADING.fullmatch(tag)
        if self._in_cell():
            if heading or tag == "table":
                self._unfold()
            elif tag not in {"tr", "caption", *_CELLS}:
                self._held.append(" ")
                return
        self._boundary()
        if tag == "table":
            self._tables.append(Table())
        elif tag == "tr" and self._in_cell():
            self._row(self._tables[-1])
        elif tag in _CELLS and self._in_cell():
            self._cell(tag, attrs)
        elif tag in {"ol", "ul"}:
            self._lists.append(_counter(tag, attrs))
        elif tag == "li":
            self._item(attrs)
        elif tag in self._open:
            self._enter(tag)
        self._heading = int(heading[1]) if heading else 0
        self._kind = "caption" if tag in {"caption", "figcaption"} else "text"
        self._title = tag == "title"

    def _row(self, table: Table) -> None:
        if len(table.rows) >= _MOST_ROWS:
            table.add_to(self.reading)
        table.rows.append([])

    def _cell(self, tag: str, attrs: dict[str, str | None]) -> None:
        table = self._tables[-1]
        table.cell = tag
        table.across, table.down = _number(attrs.get("colspan")), _number(attrs.get("rowspan"))

    def _item(self, attrs: dict[str, str | None]) -> None:
        if self._lists and (counter := self._lists[-1]):
            number, form = counter
            number = _number(attrs.get("value"), number)
            self._lists[-1] = (number + 1, form)
            self._mark = f"{spelled(number, form)}. "

    def _enter(self, tag: str) -> None:
        place = self._open[tag]
        if not place[0]:
            place[1] = len(self.reading.passages)
            if tag == "main" and self._page:
                self.reading.fresh()
        place[0] += 1

    def _leave(self, tag: str) -> None:
        place = self._open[tag]
        if place[0] == 1:
            places = self.main if tag == "main" else self.articles
            places.append((place[1], len(self.reading.passages)))
        place[0] = max(0, place[0] - 1)

    def _boundary(self) -> None:
        """What was held becomes a cell, a passage, a heading, or the title."""
        text, self._held = "".join(self._held), []
        if self._in_cell() and self._kind != "caption":
            self._cell_end(text)
        elif self._title:
            self.reading.title = self.reading.title or " ".join(text.split())
        elif self._heading:
            self.reading.head(text, level=self._heading)
        elif text and not text.isspace():
            self.reading.add(self._mark + text, kind=self._kind)
            self._mark = ""
        self._heading, self._title, self._kind = 0, False, "text"

    def _cell_end(self, text: str) -> None:
        table = self._tables[-1]
        if not table.cell and not text.strip():
            return
        if not table.rows:
            table.rows.append([])
        table.rows[-1].append(Cell(text, table.across, table.down, table.cell == "th"))
        table.cell, table.across, table.down = "", 1, 1

    def _unfold(self) -> None:
        """The table turns out to be there for the layout: what it holds is read as it comes."""
        table = self._tables[-1]
        table.layout = True
        for cell in (cell for row in table.rows for cell in row):
            self.reading.add(cell.text)
        table.rows = []

    def _table_end(self) -> None:
        self._tables.pop().add_to(self.reading)

    def end(self) -> None:
        """What is still open ends here."""
        while self._tables:
            self._boundary()
            self._table_end()
        self._boundary()
        for tag in self._open:
            self._open[tag][0] = min(1, self._open[tag][0])
            self._leave(tag)


def _is_note_mark(attrs: dict[str, str | None]) -> bool:
    """Whether a link is the mark of a note, or leads back from one: a digit that is no figure."""
    said = f"{attrs.get('role')} {attrs.get('epub:type')} {attrs.get('class')}"
    return bool(_NOTE_MARK.search(said))


def _counter(tag: str, attrs: dict[str, str | None]) -> tuple[int, str] | None:
    """What a list counts from and in which numerals; None for one that does not count."""
    if tag == "ul":
        return None
    return _number(attrs.get("start")), _LETTERS.get(attrs.get("type") or "", "decimal")


def _number(text: str | None, otherwise: int = 1) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,5}", text, re.ASCII) else otherwise
