"""Regular expressions of Vale (Go's and regexp2's) → Python's, where there is a way."""

import re

from copydesk.styles.patterns import PatternProblem, compile_pattern

# What stands inside brackets for a class that Python's `re` has no name for.
_CLASSES = {
    "L": r"^\W\d_", "Letter": r"^\W\d_", "Lu": "A-ZÀ-ÖØ-ÞА-Я", "Ll": "a-zß-öø-ÿа-я",
    "N": r"\d", "Nd": r"\d", "P": r"!-#%-*,-/:;?@\[-\]_{}¡§«¶·»¿‐-‧‰-⁞、-〃〈-】！-／：-＠",
    "Pd": "-‐-―", "Z": r"\s", "Zs": r"\s", "S": r"$+<=>^`|~¢-©¬®-±´", "Sc": "$¢-¥€",
    "Han": "\u3400-\u4dbf\u4e00-\u9fff", "Latin": "A-Za-zÀ-ÖØ-öø-ɏ", "Cyrillic": "Ѐ-ӿ",
    "Greek": "Ͱ-Ͽ", "Hiragana": "぀-ゟ", "Katakana": "゠-ヿ",
}  # fmt: skip
_INSIDE = {"L": "A-Za-zÀ-ÖØ-öø-ɏͰ-ӿ\u4e00-\u9fff", "Letter": "A-Za-zÀ-ÖØ-öø-ɏͰ-ӿ\u4e00-\u9fff"}
_POSIX = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z",
    "space": r"\s", "punct": r"!-/:-@\[-`{-~", "word": r"\w", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_PROPERTY = re.compile(r"\\([pP])(?:\{(\^?)(?:Is)?(\w+)\}|(\w))")
_CODE_POINT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_FLAGS = re.compile(r"\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?(\)|:)")
_NAMED = re.compile(r"\(\?<([A-Za-z_]\w*)>")
_REFERENCE = re.compile(r"\\k[<{'](\w+)[>}']")
_ALTERED = {"z": r"\Z", "h": r"[ \t]", "e": r"\x1b", "R": r"(?:\r\n|\n|\r)", "/": "/"}


class Untranslatable(ValueError):
    """An expression, or a rule, has no counterpart here; says why."""


def translate(pattern: str, *, grouping: bool = True) -> str:
    """The same expression for Python's `re`.

    Args:
        grouping: keep groups that capture; without, they only group.

    Raises:
        Untranslatable: it says something that Python cannot.
    """
    return _Translation(pattern, grouping).run()


def checked(pattern: str) -> str:
    """The expression, if a style may hold it; lookbehinds of several lengths are taken apart.

    Raises:
        Untranslatable: it does not compile, or could run for ever.
    """
    try:
        compile_pattern(pattern)
    except PatternProblem as problem:
        apart = _apart(pattern) if "look-behind" in str(problem) else pattern
        if apart == pattern:
            raise Untranslatable(f"its expression {_short(problem)}") from None
        return checked(apart)
    return pattern


def _short(problem: PatternProblem) -> str:
    return str(problem)[:160]


class _Translation:
    """Reads an expression from left to right."""

    def __init__(self, pattern: str, grouping: bool) -> None:
        self._text, self._at, self._out = pattern, 0, list[str]()
        self._grouping = grouping or bool(re.search(r"\\[1-9k]", pattern))
        self._extra = [0]  # closing brackets that each open group still owes

    def run(self) -> str:
        while self._at < len(self._text):
            self._next()
        self._out.append(")" * self._extra[0])
        return "".join(self._out)

    def _next(self) -> None:
        character = self._text[self._at]
        if character == "\\":
            self._escape(inside=False)
        elif character == "[":
            self._set()
        elif character == "(":
            self._open()
        elif character == ")":
            owed = self._extra.pop() if len(self._extra) > 1 else 0
            self._put(")" * owed + ")", 1)
        else:
            self._put(character, 1)

    def _put(self, text: str, taken: int) -> None:
        self._out.append(text)
        self._at += taken

    def _open(self) -> None:
        flags = _FLAGS.match(self._text, self._at)
        if flags and flags[3] == ")":
            self._switch(flags)
        elif named := _NAMED.match(self._text, self._at):
            self._extra.append(0)
            self._put(f"(?P<{named[1]}>" if self._grouping else "(?:", len(named[0]))
        else:
            self._extra.append(0)
            plain = not self._grouping and self._text[self._at + 1 : self._at + 2] != "?"
            self._put("(?:" if plain else "(", 1)

    def _switch(self, flags: re.Match[str]) -> None:
        """`(?i)` holds to the end of its group; in a single line `m` and `s` say nothing."""
        on, off = flags[1].replace("m", "").replace("s", ""), (flags[2] or "")
        if set(on) - {"i"} or off not in ("", "i"):
            raise Untranslatable(f"it sets the flags {flags[0]}")
        if not on and not off:
            self._at += len(flags[0])
            return
        before = "".join(self._out[-3:])
        if before and not before.endswith(("(", "(?:", "(?i:")):
            raise Untranslatable(f"it sets {flags[0]} in the middle")
        self._extra[-1] += 1
        self._put(f"(?{on}{'-' if off else ''}{off}:", len(flags[0]))

    def _escape(self, *, inside: bool) -> None:
        rest = self._text[self._at : self._at + 2]
        if found := _PROPERTY.match(self._text, self._at):
            self._put(_property(found, inside=inside), len(found[0]))
        elif found := _CODE_POINT.match(self._text, self._at):
            number = int(found[1], 16)
            if number > 0x10FFFF:
                raise Untranslatable(f"there is no character {found[0]}")
            self._put(re.escape(chr(number)), len(found[0]))
        elif found := _REFERENCE.match(self._text, self._at):
            self._put(f"(?P={found[1]})", len(found[0]))
        elif len(rest) == 2 and rest[1] in _ALTERED and not inside:
            self._put(_ALTERED[rest[1]], 2)
        elif rest == r"\Q":
            end = self._text.find(r"\E", self._at)
            quoted = self._text[self._at + 2 : end if end >= 0 else None]
            self._put(re.escape(quoted), len(quoted) + (4 if end >= 0 else 2))
        else:
            self._put(rest, 2)

    def _set(self) -> None:
        """A set in brackets, its names for classes spelled out."""
        start = self._at
        self._put("[", 1)
        if self._text[self._at : self._at + 1] == "^":
            self._put("^", 1)
        if self._text[self._at : self._at + 1] == "]":
            self._put(r"\]", 1)
        while self._at < len(self._text) and self._text[self._at] != "]":
            posix = re.compile(r"\[:(\w+):\]").match(self._text, self._at)
            if posix and posix[1] in _POSIX:
                self._put(_POSIX[posix[1]], len(posix[0]))
            elif self._text.startswith("-[", self._at) and self._at > start + 1:
                raise Untranslatable("it takes one set of characters away from another")
            elif self._text[self._at] == "\\":
                self._escape(inside=True)
            else:
                character = self._text[self._at]
                self._put("\\[" if character == "[" else character, 1)
        self._put("]", 1)


def _property(found: re.Match[str], *, inside: bool) -> str:
    """`\\p{L}` and the like, alone or inside brackets."""
    name = found[3] or found[4]
    negated = (found[1] == "P") != (found[2] == "^")
    members = (_INSIDE if inside else {}).get(name) or _CLASSES.get(name)
    if members is None or (inside and negated):
        raise Untranslatable(f"Python has no class {found[0]}")
    if inside:
        return members
    if members.startswith("^"):
        return f"[{members[1:] if negated else members}]"
    return f"[{'^' if negated else ''}{members}]"


def _apart(pattern: str) -> str:
    """Lookbehinds with alternatives, one for each: `(?<!a|bc)` → `(?<!a)(?<!bc)`."""

    def one(found: re.Match[str]) -> str:
        parts = found[2].split("|")
        if len(parts) < 2:
            return found[0]
        each = [f"(?<{found[1]}{part})" for part in parts]
        return "".join(each) if found[1] == "!" else f"(?:{'|'.join(each)})"

    return re.sub(r"\(\?<([=!])((?:[^()\\]|\\.)*)\)", one, pattern)
