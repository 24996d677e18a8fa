"""HTML, read with the standard library's parser; nothing is fetched and no script is run."""

import re
from html.parser import HTMLParser

from copydesk.documents.passage import rows
from copydesk.documents.reading import Reading

_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_TAGS = re.compile(r"</?(?:p|div|h[1-6]|ul|ol|li|table|tr|td|br|span|a)\b[^<>]*>", re.IGNORECASE)
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
_SKIPPED = frozenset({"script", "style", "noscript", "template", "nav", "svg", "math", "object"})
_MOST_CELLS = 10_000  # of one table; a layout table is no data


def looks_like_html(text: str, suffix: str) -> bool:
    """Whether a text is a page: it begins like one, or is named so and holds its tags."""
    if _START.match(text[:4096]):
        return True
    return suffix in {".html", ".htm", ".xhtml"} and bool(_TAGS.search(text))


def read_html(text: str) -> Reading:
    """Headings become sections, list items and paragraphs passages, table rows named cells."""
    parser = _Parser()
    text = _without_declarations(text)
    whole = text.rfind(">") + 1
    parser.feed(text[:whole])
    parser.close()
    if "<" not in text[whole:]:  # tags that never close are read again and again by the parser
        parser.handle_data(text[whole:])
    parser.flush()
    return parser.reading


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
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = Reading()
        self._held: list[str] = []
        self._skipped = ""
        self._depth = 0
        self._heading = False
        self._title = False
        self._tables: list[list[list[str]]] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._depth += tag == self._skipped
            return
        if tag in _SKIPPED:
            self._skipped, self._depth = tag, 1
            return
        if tag not in _BLOCKS:
            return
        if tag == "br":
            self._held.append("\n")
            return
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if self._depth <= 0:
                self._skipped = ""
            return
        if tag == "table" and self._tables:
            self._cell_end()
            self._table_end()
        elif tag in _BLOCKS:
            self._block("")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._held.append(data)

    def _block(self, opens: str) -> None:
        """Text ends where a block begins or ends; inside a table it goes into the cell."""
        if self._tables and opens not in {"table", "tr", "td", "th"}:
            self._held.append(" ")
            return
        self._cell_end() if self._tables else self.flush()
        if opens == "table":
            self._tables.append([])
        elif opens == "tr" and self._tables:
            self._tables[-1].append([])
        self._heading = len(opens) == 2 and opens[0] == "h" and opens[1].isdigit()
        self._title = opens == "title"

    def _cell_end(self) -> None:
        text, self._held = "".join(self._held).strip(), []
        table = self._tables[-1]
        if text:
            if not table:
                table.append([])
            table[-1].append(text)

    def _table_end(self) -> None:
        table = self._tables.pop()
        if sum(map(len, table)) <= _MOST_CELLS and all(len(c) < 2000 for r in table for c in r):
            lines = rows(table)
        else:
            lines = [cell for row in table for cell in row]
        for line in lines:
            self.reading.add(line)

    def flush(self) -> None:
        """What was held becomes a passage, a heading, or the title."""
        while self._tables and not self.rawdata:
            self._cell_end()
            self._table_end()
        text, self._held = "".join(self._held), []
        if self._title:
            self.reading.title = " ".join(text.split())
        elif self._heading:
            self.reading.head(text)
        else:
            self.reading.add(text)
        self._heading = self._title = False
