"""Chapter headings: “Chapter 3: The Tide Table”, “第三章 潮汐表”."""

from copydesk.brief import Language

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")


def heading(number: int, title: str, language: Language) -> str:
    """The heading of a chapter."""
    if language == "zh":
        return f"第{chinese(number)}章 {title}"
    return f"Chapter {number}: {title}"


def numbered(title: str, time: int, language: Language) -> str:
    """A title told apart from one that is the same."""
    return f"{title}（{chinese(time)}）" if language == "zh" else f"{title} ({time})"


def chinese(number: int) -> str:
    """A number from 1 to 9,999 in Chinese: 10 is 十, 12 十二, 105 一百零五, 110 一百一十."""
    digits = [int(digit) for digit in str(number)]
    said, gap = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == 0:
            gap = bool(said)
            continue
        said += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _UNITS[place]
        gap = False
    return said.removeprefix("一") if said.startswith("一十") else said
