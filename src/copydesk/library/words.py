"""What the full-text index is given for a text: the terms that a search compares."""

from copydesk.documents.terms import terms


def indexed(text: str) -> str:
    """A text's terms, a space between them."""
    return " ".join(terms(text))
