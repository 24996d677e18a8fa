"""Search on the desk: the same stems and character pairs that documents are searched by."""

import re
import unicodedata
from collections.abc import Iterable

from copydesk.documents.terms import terms

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LONGEST_QUERY = 1_000  # characters


def indexed(texts: Iterable[str]) -> str:
    """What is put into the full-text index for some texts: terms, and Chinese characters alone."""
    held = [_plain(text) for text in texts]
    alone = sorted({character for text in held for character in _HAN.findall(text)})
    return " ".join([*(term for text in held for term in terms(text)), *alone])


def match(query: str) -> str:
    """The query as FTS5 reads it: all terms must be there. "" where nothing is left to find."""
    found = dict.fromkeys(terms(_plain(query[:_LONGEST_QUERY])))
    return " ".join('"{}"'.format(term.replace('"', "")) for term in found)


def _plain(text: str) -> str:
    """Text without accents, which few people type when they search."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
