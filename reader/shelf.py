"""What answering needs of a library."""

from collections.abc import Sequence
from typing import Protocol

from copydesk.documents.passage import Passage
from copydesk.library.records import Entry, Found


class Shelf(Protocol):
    """Documents that can be searched and read page by page."""

    def search(
        self,
        query: str,
        k: int = 5,
        *,
        entries: Sequence[Entry] | None = None,
        also: Sequence[str] = (),
    ) -> list[Found]:
        """The passages that bear on a query, best first."""

    def passages(self, entry: Entry, page: int | None = None) -> list[Passage]:
        """A document's passages in reading order, or those of one page."""

    def near(self, key: int, before: int = 1, after: int = 1) -> list[Found]:
        """A passage between its neighbours in the same document, in reading order."""

    def opening(self, entry: Entry, count: int) -> list[Found]:
        """The first passages of a document, in reading order."""
