"""Bytes become text: the encoding is told by a mark, by trial, and by what the bytes look like."""

import codecs
import re
from dataclasses import dataclass
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
_BIG5_PAIRS = re.compile(rb"[\xa1-\xf9][\x40-\x7e\xa1-\xfe]")
_COMMON = frozenset(
    "的一是不了在人有我他这這中大来來上个個国國到说說们們为為子和你地出道也时時年得就那要下以生会會"
    "自着著去之过過家学學对對可里裡后後小么麼心多天而能好都然没沒日于於起还還发發成事只作当當想看"
)
_LEAST_COMMON = 0.05
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.005  # share of characters; old text files hold a form feed or escape at most
_MIXED = 0.2  # of the lines beyond ASCII; as many must be UTF-8 where not all are
_NO_TEXT = ("utf-16", "utf-32", "utf-7", "base64", "hex", "zlib", "bz2", "rot", "idna", "punycode")


@dataclass(frozen=True)
class Decoded:
    """A text, with line breaks as \\n; `odd`: how many of its lines were in another encoding."""

    text: str
    odd: int = 0


def decode(path: Path, content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 or UTF-32, GB 18030, Big5, or Windows-1252.

    Raises:
        DocumentProblem: it is no text.
    """
    return decoded(path, content).text


def decoded(path: Path, content: bytes, declared: str = "") -> Decoded:
    """The same, with what had to be guessed.

    Args:
        declared: the encoding that the file itself names, tried where it is not UTF-8.

    Raises:
        DocumentProblem: it is no text.
    """
    found = _marked(content) or _tried(content, declared)
    text = found.text
    sample = text[:_SAMPLE] + text[-_SAMPLE:] if text else ""
    nulls = text.count("\0")
    if (
        not text
        or nulls > _MOST_CONTROL * len(text)
        or len(_CONTROL.findall(sample)) > _MOST_CONTROL * len(sample)
    ):
        raise DocumentProblem(
            f"{path} is no text, or is in an encoding that cannot be told.",
            "save it as UTF-8 text, PDF, DOCX or PPTX",
        )
    text = text.replace("\0", "") if nulls else text
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), found.odd)


def _marked(content: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return Decoded(content.decode(encoding))
            except UnicodeDecodeError:  # cut off in the middle of a character, or a false mark
                return Decoded(content.decode(encoding, "replace"))
    head = content[:_SAMPLE]
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[at::2].count(0) > 0.4 * len(head) / 2 > 8 and not head[1 - at :: 2].count(0):
            return Decoded(content.decode(encoding, "replace"))
    return None


def _tried(content: bytes, declared: str) -> Decoded:
    try:
        return Decoded(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.end >= len(content) and error.start >= len(content) - 3:  # cut off at the end
            return Decoded(content[: error.start].decode("utf-8"))
    if declared and (text := _as_declared(content, declared)):
        return Decoded(text)
    return _mixed(content) or Decoded(_guessed(content))


def _as_declared(content: bytes, declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
        if name.startswith(_NO_TEXT):
            return ""
        return content.decode("gb18030" if name in {"gb2312", "gbk"} else name)
    except (LookupError, UnicodeError, ValueError):
        return ""


def _mixed(content: bytes) -> Decoded | None:
    """Lines in UTF-8 among others, as where two exports were put into one file."""
    lines = content.split(b"\n")
    if len(lines) < 2:
        return None
    told: list[str | None] = [_utf8(line) for line in lines]
    odd = [at for at, text in enumerate(told) if text is None]
    beyond = len(odd) + sum(1 for text in told if text is not None and not text.isascii())
    if beyond - len(odd) < max(1, _MIXED * beyond):
        return None
    encoding = _encoding(b"\n".join(lines[at] for at in odd))
    for at in odd:
        told[at] = lines[at].decode(encoding, "replace")
    return Decoded("\n".join(text or "" for text in told), len(odd))


def _utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _guessed(content: bytes) -> str:
    encoding = _encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode(encoding, "replace")


def _encoding(content: bytes) -> str:
    """GB 18030 where bytes above ASCII come in pairs of GB 2312; in Western text they are alone.

    Traditional Chinese in Big5 is told by the characters that every Chinese text has.
    """
    sample = content[: _SAMPLE * 4]
    high = sum(byte >= 0x80 for byte in sample)
    if 4 * len(_BIG5_PAIRS.findall(sample)) >= high:
        big5, gb = (_common(sample.decode(code, "ignore")) for code in ("big5", "gb18030"))
        if big5 > max(gb, _LEAST_COMMON):
            return "big5"
    return "gb18030" if 2 * len(_HAN_PAIRS.findall(sample)) >= 0.8 * high else "cp1252"


def _common(text: str) -> float:
    """The share of the commonest Chinese characters among those beyond ASCII."""
    beyond = [c for c in text if c > "\x7f"]
    return sum(c in _COMMON for c in beyond) / len(beyond) if beyond else 0.0
