"""Which script a text is written in, which is as much of its language as letters alone tell."""

import re

from copydesk.prose.scripts import HAN

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(f"[{inside}]"))
    for name, inside in (
        ("kana", "\u3040-\u30ff\uff66-\uff9f"),
        ("zh", HAN),
        ("hangul", "\uac00-\ud7af\u1100-\u11ff"),
        ("cyrillic", "\u0400-\u04ff"),
        ("greek", "\u0370-\u03ff"),
        ("hebrew", "\u0590-\u05ff"),
        ("arabic", "\u0600-\u06ff\u0750-\u077f"),
        ("devanagari", "\u0900-\u097f"),
        ("thai", "\u0e00-\u0e7f"),
        ("latin", "A-Za-z\u00c0-\u024f"),
    )
)
_SAMPLE = 2000  # characters looked at: a text does not change its script after that
_WEIGHT = {"latin": 0.25}  # a word of four letters says as much as one character
_KANA = 0.1  # of Han and kana together, from which it is Japanese


def written_in(text: str) -> str:
    """The script that most of a text is in: "zh", "ja", "latin", "cyrillic" …; "" for none."""
    start = text[:_SAMPLE]
    if start.isascii():
        return "latin" if _SCRIPTS[-1][1].search(start) else ""
    counts = {
        name: len(pattern.findall(start)) * _WEIGHT.get(name, 1.0) for name, pattern in _SCRIPTS
    }
    east = counts["kana"] + counts["zh"]
    if counts["kana"] and counts.pop("kana") >= _KANA * east:
        counts["ja"] = east
        counts.pop("zh")
    most = max(counts, key=lambda name: counts[name])
    return most if counts[most] else ""
