"""Blocks → XHTML that a browser and a book reader both take."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

_OPTIONS = OptionsDict(
    {  # type: ignore[typeddict-item]
        "xhtmlOut": True,
        "breaks": False,
        "langPrefix": "language-",
        "highlight": None,
    }
)


class Web(RendererHTML):
    """Renders blocks; no markup, script or picture of the text's own can get through.

    Args:
        top: the tag of the largest heading below the title: 2 where the title is an h1.
        book: whether footnotes say what they are to a book reader (`epub:type`).
        where: the file that a footnote lies in, "" for this one.
    """

    def __init__(
        self, *, top: int, book: bool = False, where: Callable[[int], str] = lambda _number: ""
    ) -> None:
        super().__init__()
        self._top, self._book, self._where = top, book, where
        self._headings = 0

    def blocks(self, tokens: Sequence[Token]) -> str:
        """The blocks as elements."""
        return self.render(tokens, _OPTIONS, {})

    def inline(self, token: Token) -> str:
        """A run of inline text, without an element around it."""
        return self.renderInline(token.children or [], _OPTIONS, {})

    # Called by name by the parent, with these arguments.

    def heading_open(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: Any
    ) -> str:
        """A heading, with an id to link to."""
        token = tokens[idx]
        self._headings += 1
        way = ' dir="rtl"' if token.attrGet("dir") else ""
        return f'<h{self._level(token)} id="part{self._headings}"{way}>'

    def heading_close(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: Any
    ) -> str:
        """The heading's end."""
        return f"</h{self._level(tokens[idx])}>\n"

    def table_open(
        self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: Any
    ) -> str:
        """A table in a frame of its own, so that a wide one scrolls alone."""
        return '<div class="table"><table>\n'

    def table_close(
        self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: Any
    ) -> str:
        """The table's end."""
        return "</table></div>\n"

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: Any) -> str:
        """Code, whatever language it names."""
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>\n"

    def note_ref(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: Any) -> str:
        """The number of a footnote, linked to it."""
        number = tokens[idx].meta["number"]
        name = f' id="ref{number}"' if tokens[idx].meta["first"] else ""
        kind = ' epub:type="noteref"' if self._book else ""
        return (
            f'<sup class="ref"><a{name} href="{self._where(number)}#note{number}"{kind} '
            f'role="doc-noteref">{number}</a></sup>'
        )

    def note(self, number: int, blocks: Sequence[Token]) -> str:
        """A footnote, with the way back."""
        back = f'<a class="back" href="#ref{number}" role="doc-backlink">{number}</a>'
        kind = ' epub:type="footnote" role="doc-footnote"' if self._book else ""
        body = self.blocks(blocks)
        return f'<aside class="note" id="note{number}"{kind}>{back}<div>\n{body}</div></aside>\n'

    def _level(self, token: Token) -> int:
        return int(token.tag[1]) + self._top - 1
