"""A cover made of type alone, as SVG: the title as large as it fits on one colour."""

from hashlib import sha256
from xml.sax.saxutils import escape

from copydesk.writer.export.letters import is_wide
from copydesk.writer.export.sheet import Sheet

WIDTH, HEIGHT = 1600, 2400
_COLOURS = ("#22333b", "#5b2333", "#1f3d5a", "#2f4a36", "#4a3a5e", "#6b4226")
_SIZES = (220, 180, 150, 124, 104, 88)
_MARGIN, _LINES = 160, 7
_LONGEST = 160  # characters of a title that a cover shows


def cover(title: str, sheet: Sheet) -> str:
    """The SVG of a cover; its colour comes out of the title."""
    title = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    size, lines = _set(title)
    colour = _COLOURS[sha256(title.encode()).digest()[0] % len(_COLOURS)]
    leading = int(size * 1.22)
    shown = "".join(
        f'<text x="{_MARGIN}" y="{620 + n * leading}" font-size="{size}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    author = escape(sheet.author[:60])
    end = f'<text x="{_MARGIN}" y="2160" font-size="80">{author}</text>' if author else ""
    serif = "Georgia, 'Songti SC', SimSun, 'Noto Serif CJK SC', serif"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colour}"/>'
        f'<rect x="{_MARGIN}" y="330" width="240" height="14" fill="#e8c468"/>'
        f'<g fill="#f7f3ea" font-family="{serif}">{shown}{end}</g></svg>\n'
    )


def _set(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits, and its lines."""
    for size in _SIZES:
        lines = _wrap(title, (WIDTH - 2 * _MARGIN) / size)
        if len(lines) * size * 1.22 <= 1_350 and len(lines) <= _LINES:
            return size, lines
    return _SIZES[-1], lines[: int(1_350 / (_SIZES[-1] * 1.22))]


def _wrap(title: str, width: float) -> list[str]:
    """Lines no wider than `width` ems; Chinese breaks anywhere, a longer word where it must."""
    lines, line = [], ""
    for word in _words(title):
        if line.strip() and _ems(line + word.rstrip()) > width:
            lines.append(line.strip())
            line = ""
        line += word
        while _ems(line.rstrip()) > width:
            cut = max(next(n for n in range(len(line), -1, -1) if _ems(line[:n]) <= width), 1)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.strip()] if line.strip() else lines


def _words(title: str) -> list[str]:
    """Words with the space after them; each Han character with the punctuation after it."""
    words: list[str] = []
    for c in title:
        closes = is_wide(c) and not c.isalnum()
        last = words[-1] if words else " "
        after_wide = is_wide(last[-1]) and not is_wide(c) and c != " "
        if last.endswith(" ") or after_wide or (is_wide(c) and not closes):
            words.append(c)
        else:
            words[-1] += c
    return words


def _ems(text: str) -> float:
    return sum(1.0 if is_wide(c) else 0.75 if c.isupper() else 0.52 for c in text)
