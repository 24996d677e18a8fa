"""Search on the desk: the same stems and character pairs that documents are searched by."""

from collections.abc import Iterable

from copydesk.documents.terms import terms

_LONGEST_QUERY = 1_000  # characters


def indexed(texts: Iterable[str]) -> str:
    """What is put into the full-text index for some texts."""
    return " ".join(term for text in texts for term in terms(text))


def match(query: str) -> str:
    """The query as FTS5 reads it: all terms must be there. "" where nothing is left to find."""
    found = dict.fromkeys(terms(query[:_LONGEST_QUERY]))
    return " ".join('"{}"'.format(term.replace('"', "")) for term in found)
