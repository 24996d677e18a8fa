"""Small mends on what a model says: repeated headings, cut sentences, stray markup."""

import re
from collections.abc import Callable

from copydesk.brief import Language

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’」）)]*(?=\s|$)|[。！？…][”’」）)]*")
_HEADING = re.compile(r"^(?:#{1,6}\s+.*|\*\*[^*\n]+\*\*:?|__[^_\n]+__:?)$")
# What a model says before it begins, to whoever asked.
_META = re.compile(
    r"^(?:(?:sure|certainly|of course|absolutely|here(?:'s| is| are)|below is)\b|好的|当然|没问题"
    r"|以下是|下面是)"
    r"[^\n]{0,160}[:：!！.。]$",
    re.IGNORECASE,
)
_META_STARTS = (
    *("sure", "certainly", "of course", "absolutely", "here", "below"),
    *("好的", "当然", "没问题", "以下是", "下面是"),
)
_LEAD_LIMIT = 200  # a first line longer than this is prose, whatever it looks like


class LeadFilter:
    """Passes a stream on, without first lines that only repeat a heading.

    Models like to begin with a word to whoever asked, and with the heading they were given. The
    first line is held back until it is known to be neither; everything after it goes straight
    through. Without `echoes` only what is said to the asker is left out.
    """

    def __init__(self, echoes: tuple[str, ...], emit: Callable[[str], None]) -> None:
        self._echoes = {_bare(echo) for echo in echoes}
        self._emit = emit
        self._held = ""
        self._open = False

    def feed(self, text: str) -> None:
        """Take the next piece of the stream."""
        if self._open:
            self._emit(text)
            return
        self._held = (self._held + text).lstrip()
        line, newline, rest = self._held.partition("\n")
        while newline and len(line) <= _LEAD_LIMIT and self._is_heading(line):
            self._held = rest.lstrip()
            line, newline, rest = self._held.partition("\n")
        if newline or len(line) > _LEAD_LIMIT or not self._may_be_heading(line):
            self._release()

    def close(self) -> None:
        """The stream has ended: pass on what is still held."""
        if not self._open and not self._is_heading(self._held.strip()):
            self._release()

    def _release(self) -> None:
        self._open = True
        if self._held:
            self._emit(self._held)
        self._held = ""

    def _is_heading(self, line: str) -> bool:
        line = line.strip()
        if _META.match(line):
            return True
        return bool(self._echoes) and (bool(_HEADING.match(line)) or _bare(line) in self._echoes)

    def _may_be_heading(self, line: str) -> bool:
        bare, low = _bare(line), line.casefold()
        if any(low.startswith(start[: len(low)]) for start in _META_STARTS):
            return True
        if not self._echoes:
            return False
        return line[:1] in "#*_" or any(echo.startswith(bare) for echo in self._echoes)


def _bare(line: str) -> str:
    """A heading without its markup, number and case, to compare it with another."""
    line = re.sub(r"^[\s#*_\d.、:：]+|[\s#*_:：]+$", "", line)
    return line.casefold()


def clean_section(text: str, *, whole: bool) -> str:
    """Tidy blank lines; if the text was cut at a limit, end it after its last whole sentence."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if whole:
        return text
    ends = list(_SENTENCE_END.finditer(text))
    return text[: ends[-1].end()] if ends else text


def split_title(text: str) -> tuple[str, str]:
    """A leading Markdown heading and the rest; ("", text) when there is none."""
    first, _, rest = text.strip().partition("\n")
    if first.startswith("#"):
        return first.lstrip("#").strip().strip("*"), rest.strip()
    return "", text.strip()


def tail(text: str, language: Language) -> str:
    """The last sentence or so of a text, for the next section to go on from."""
    limit = 60 if language == "zh" else 160
    end = text[-limit:]
    if len(text) > limit and language != "zh":
        end = end.partition(" ")[2]
    return " ".join(end.split())
