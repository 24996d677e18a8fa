"""The whole text of a file: as it is where it is plain, else its words alone."""

from pathlib import Path

from copydesk.documents.contents import LARGEST, LARGEST_TEXT, content_of
from copydesk.documents.read import document_of
from copydesk.errors import DocumentProblem

PLAIN = frozenset({".md", ".markdown", ".txt", ".text", ""})


def text_of(path: Path, content: bytes) -> str:
    """The text of a file: as it is where it is plain, the words alone of HTML, Word or a PDF.

    Raises:
        DocumentProblem: it is neither, or holds no text.
    """
    if path.suffix.lower() not in PLAIN:
        return document_of(path, content).text
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentProblem(f"{path} is not UTF-8 text.", "save it as UTF-8") from None
    if not text.strip():
        raise DocumentProblem(f"{path} is empty.", "give a file with a text in it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_content(path: Path) -> bytes:
    """The bytes of a file or a pipe.

    Raises:
        DocumentProblem: there is none, or it cannot be read.
    """
    largest = LARGEST_TEXT if path.suffix.lower() in PLAIN else LARGEST
    return content_of(path, largest, pipes=True)
