"""Ids that are file names on every system: letters, digits, hyphens; nothing that is reserved."""

import re
import unicodedata

LONGEST = 80  # characters of an id
_LONGEST_BYTES = 200  # file systems allow 255, and an ending and a temporary name come on top
_SLUG = 40
_NAME = re.compile(r"\w[\w-]*")
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com\d|lpt\d)"
)  # devices of Windows, whatever the ending


def fault(name: str) -> str:
    """Why this id cannot be a file name; empty if it can."""
    if not _NAME.fullmatch(name):
        return "an id holds letters, digits, hyphens and underscores, and begins with no hyphen"
    if len(name) > LONGEST or len(name.encode()) > _LONGEST_BYTES:
        return f"an id has at most {LONGEST} characters and {_LONGEST_BYTES} bytes"
    if _RESERVED.fullmatch(same(name)):
        return "Windows keeps this name for a device"
    return ""


def same(name: str) -> str:
    """What two ids share that are one file on some system: case and spelling are folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def make_id(number: int, text: str) -> str:
    """An id out of the line's number and the first words of its text, Chinese kept."""
    folded = unicodedata.normalize("NFKC", text[: 4 * _SLUG]).lower()
    slug = re.sub(r"[\W_]+", "-", folded).strip("-")[:_SLUG].rstrip("-")
    return f"{number:04d}-{slug}" if slug else f"{number:04d}"
