"""Pages that a question names, “on page 12” or 第三页: only what stands on them is read for it."""

from collections.abc import Sequence

from copydesk.library.named import Named, named
from copydesk.library.records import Entry, Found
from copydesk.reader.shelf import Shelf

_AROUND = 8  # passages before and after one on the page


def on_pages(question: str, found: Sequence[Found], shelf: Shelf) -> list[Found]:
    """What was found, of the pages that are named alone, and what else stands on them.

    All of it where the question names no page, or nothing was found on one that it names.
    """
    places = named(question)
    if not places.pages and not places.counted:
        return list(found)
    there = [one for one in found if one.passage.page in _pages(places, one.entry)]
    passages = {one.key: one for one in there}
    for one in there:
        for near in shelf.near(one.key, _AROUND, _AROUND):
            if near.passage.page == one.passage.page:
                passages.setdefault(near.key, near)
    return list(passages.values()) or list(found)


def _pages(places: Named, entry: Entry) -> set[int]:
    """The pages that are meant in a document: those with the number printed, else by their own."""
    printed = places.printed(entry.labels)
    own = [int(name) for name in places.pages if name.isdigit() and name not in printed]
    return {*printed.values(), *own, *places.from_the_ends(entry.pages)}
