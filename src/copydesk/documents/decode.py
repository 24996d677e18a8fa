"""Bytes become text: the encoding is told by a mark, by trial, and by what the bytes look like."""

import codecs
import re
from pathlib import Path

from copydesk.errors import DocumentProblem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
_HAN_PAIRS = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.005  # share of characters; old text files hold a form feed or escape at most


def decode(path: Path, content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 or UTF-32 by their marks, GB 18030, or Windows-1252.

    Raises:
        DocumentProblem: it is no text.
    """
    text = _marked(content)
    if text is None:
        text = _tried(content)
    sample = text[:_SAMPLE] + text[-_SAMPLE:] if text else ""
    if not text or "\0" in text or len(_CONTROL.findall(sample)) > _MOST_CONTROL * len(sample):
        raise DocumentProblem(
            f"{path} is no text, or is in an encoding that cannot be told.",
            "save it as UTF-8 text, PDF, DOCX or PPTX",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:  # cut off in the middle of a character, or a false mark
                return content.decode(encoding, "replace")
    return None


def _tried(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(content) and error.start >= len(content) - 3:  # cut off at the end
            return content[: error.start].decode("utf-8")
    encoding = "gb18030" if _looks_chinese(content) else "cp1252"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode(encoding, "replace")


def _looks_chinese(content: bytes) -> bool:
    """Bytes above ASCII come in the pairs of GB 2312; in Western text they stand alone."""
    sample = content[: _SAMPLE * 4]
    high = sum(byte >= 0x80 for byte in sample)
    return 2 * len(_HAN_PAIRS.findall(sample)) >= 0.8 * high
