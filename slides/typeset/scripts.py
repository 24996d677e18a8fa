"""In which language and direction a text is written, as a run of a slide says it."""

import unicodedata
from functools import lru_cache

from copydesk.brief import Language

LANGUAGE_TAGS: dict[Language, str] = {"en": "en-US", "zh": "zh-CN"}

# First code point, last one, tag: scripts that tell their language, or the likeliest.
_SCRIPTS = (
    (0x3040, 0x30FF, "ja-JP"),
    (0x31F0, 0x31FF, "ja-JP"),
    (0xAC00, 0xD7A3, "ko-KR"),
    (0x1100, 0x11FF, "ko-KR"),
    (0x0600, 0x06FF, "ar-SA"),
    (0x0750, 0x077F, "ar-SA"),
    (0xFB50, 0xFDFF, "ar-SA"),
    (0xFE70, 0xFEFC, "ar-SA"),
    (0x0590, 0x05FF, "he-IL"),
    (0xFB1D, 0xFB4F, "he-IL"),
    (0x0400, 0x052F, "ru-RU"),
    (0x0370, 0x03FF, "el-GR"),
    (0x0E00, 0x0E7F, "th-TH"),
    (0x0900, 0x097F, "hi-IN"),
    (0x4E00, 0x9FFF, "Han"),
    (0x3400, 0x4DBF, "Han"),
    (0x20000, 0x3FFFF, "Han"),
)
# Frequent characters that are written so in Taiwan and Hong Kong only (Japanese has kana beside).
_TRADITIONAL = frozenset(
    "們這裡變國學會來個時為說對發經動過還機點長問無業電開關實現體與後從當樣應將進種產麼見東車門"
    "話認間題頭麗寫讀買賣錢鐵飛馬鳥魚龍書畫萬億兩幾單廣條極華萊藝術營團際聯總統計劃預該標準"
)


def language_of(text: str, language: Language) -> str:
    """The tag of a text's language by its script; the deck's where the script is of both."""
    found: dict[str, int] = {}
    for char in text:
        script = _script(char)
        if script:
            found[script] = found.get(script, 0) + 1
    if not found:
        return LANGUAGE_TAGS[language]
    if "ja-JP" in found:
        return "ja-JP"
    most = max(found, key=lambda script: found[script])
    if most == "Han":
        return _chinese(text)
    return most if found[most] * 3 > sum(map(str.isalpha, text)) else LANGUAGE_TAGS[language]


def _chinese(text: str) -> str:
    """Simplified, unless one in twenty characters and more is a traditional one."""
    old = sum(char in _TRADITIONAL for char in text)
    return "zh-TW" if old * 20 >= sum(map(str.isalpha, text)) and old else "zh-CN"


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    code = ord(char)
    if code < 0x0370:
        return ""
    return next((tag for first, last, tag in _SCRIPTS if first <= code <= last), "")


def reads_from_right(text: str) -> bool:
    """Whether the first letter with a direction is Arabic or Hebrew."""
    kinds = (unicodedata.bidirectional(c) for c in text)
    return next((k for k in kinds if k in ("L", "R", "AL")), "L") != "L"
