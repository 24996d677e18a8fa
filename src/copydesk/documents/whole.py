"""The whole text of a file: as it is where it is plain, else its words alone."""

from pathlib import Path

from copydesk.documents.read import read_document
from copydesk.errors import DocumentProblem

PLAIN = frozenset({".md", ".markdown", ".txt", ".text", ""})
_LARGEST = 256 << 20  # bytes of any file
_LARGEST_TEXT = 64 << 20


def text_of(path: Path, content: bytes) -> str:
    """The text of a file: as it is where it is plain, the words alone of HTML, Word or a PDF.

    Raises:
        DocumentProblem: it is neither, or holds no text.
    """
    if path.suffix.lower() not in PLAIN:
        return read_document(path).text
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentProblem(f"{path} is not UTF-8 text.", "save it as UTF-8") from None
    if not text.strip():
        raise DocumentProblem(f"{path} is empty.", "give a file with a text in it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_content(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        DocumentProblem: there is none, or it cannot be read.
    """
    try:
        if path.is_dir():
            raise DocumentProblem(f"{path} is a folder.", "give a file")
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        raise DocumentProblem(f"There is no file {path}.", "check the name") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise DocumentProblem(f"{path} cannot be read: {reason}.", "check the file") from None
    largest = _LARGEST_TEXT if path.suffix.lower() in PLAIN else _LARGEST
    if len(content) > largest:
        raise DocumentProblem(f"{path} is larger than {largest >> 20} MB.", "give a smaller file")
    return content
