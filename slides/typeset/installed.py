"""Where a family's font file lies: fontconfig is asked; without it the systems' font folders."""

import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_TIMEOUT = 10  # seconds for fontconfig's answer
_FOLDERS = {
    "win32": ("C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
    "darwin": (
        "/System/Library/Fonts",
        "/System/Library/Fonts/Supplemental",
        "/Library/Fonts",
        "~/Library/Fonts",
    ),
}
_ELSEWHERE = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_KINDS = (".ttf", ".otf", ".ttc", ".otc")
_MOST = 4000  # font files that are looked at


class Found(NamedTuple):
    """A font file, the number of the font in it, and the names of its family."""

    path: Path
    number: int
    names: tuple[str, ...]


@lru_cache(maxsize=1024)
def find(
    family: str, *, bold: bool = False, italic: bool = False, language: str = ""
) -> Found | None:
    """The font that a family comes to; with `language` one that has its letters. None: no font."""
    if shutil.which("fc-match"):
        return _asked(family, bold=bold, italic=italic, language=language)
    return _looked_up(family, bold=bold, italic=italic)


def _asked(family: str, *, bold: bool, italic: bool, language: str) -> Found | None:
    """What fontconfig answers, as LibreOffice asks it."""
    pattern = re.sub(r"([\\:,=-])", r"\\\1", family)
    pattern += f":lang={language}" if language else ""
    pattern += ":bold" if bold else ""
    pattern += ":italic" if italic else ""
    command = ["fc-match", "-f", "%{file}\n%{index}\n%{family}", pattern]
    try:
        done = subprocess.run(  # noqa: S603 - a list, never a shell
            command, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    path, _, rest = done.stdout.partition("\n")
    number, _, names = rest.partition("\n")
    if not path or not number.isdigit():
        return None
    return Found(Path(path), int(number) & 0xFFFF, tuple(names.split(",")))


def _looked_up(family: str, *, bold: bool, italic: bool) -> Found | None:
    """The family among the fonts of the system's folders, else its nearest relative there."""
    known = catalogue()
    for name in (family.casefold(), *_RELATIVES):
        styles = known.get(name, {})
        for style in ((bold, italic), (bold, False), (False, False)):
            if style in styles:
                return styles[style]
    return None


_RELATIVES = ("arial", "liberation sans", "helvetica", "dejavu sans", "noto sans")


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[tuple[bool, bool], Found]]:
    """The fonts of the system's folders, by family's name and (bold, italic)."""
    found: dict[str, dict[tuple[bool, bool], Found]] = {}
    folders = _FOLDERS.get(sys.platform, _ELSEWHERE)
    files = (p for folder in folders for p in sorted(Path(folder).expanduser().rglob("*")))
    for path in [p for p in files if p.suffix.lower() in _KINDS][:_MOST]:
        for number, family, style in _named(path):
            one = Found(path, number, (family,))
            found.setdefault(family.casefold(), {}).setdefault(style, one)
    return found


def _named(path: Path) -> list[tuple[int, str, tuple[bool, bool]]]:
    """Number, family and (bold, italic) of the fonts in a file; none where it is damaged."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError  # noqa: PLC0415 - rarely needed

    try:
        collection = path.suffix.lower() in (".ttc", ".otc")
        fonts = TTCollection(path, lazy=True).fonts if collection else [TTFont(path, lazy=True)]
        return [
            (number, font["name"].getBestFamilyName() or "", _style(font["head"].macStyle))
            for number, font in enumerate(fonts)
        ]
    except (OSError, TTLibError, KeyError, ValueError, AssertionError, EOFError):
        return []


def _style(flags: int) -> tuple[bool, bool]:
    return bool(flags & 1), bool(flags & 2)
