"""Notices in a growing text that it has begun to repeat itself, and where the repetition began.

A small model that falls into a loop never leaves it. A loop is: a stretch said three times in a
row; a sentence or line said for the third time anywhere; a long stretch said over word for word;
or a run of empty lines. What may be the beginning of one is held back until it is known.
"""

from dataclasses import dataclass, field

from copydesk.generate.bans import is_unspaced

_NOTICE = 12  # characters alike before a stretch counts as said again
_CYCLE = 40  # a stretch said three times in a row is a loop from this width on
_RULE = 160  # the same for a stretch without letters: table rules and dotted lines are no loops
_SENTENCE = 30  # a sentence said for the third time
_VERBATIM = 240  # a stretch said for the second time
_NEWLINES = 4
_UNSPACED_WIDTH = 3  # a Chinese character says about as much as three letters
_ENDS = ".!?。！？…\n"


@dataclass
class LoopWatch:
    """Watches one text as it grows; `rewind` when its end was taken back."""

    _seen: int = 0
    _source: int = -1  # where the stretch that is being said again stood before; -1: none is
    _start: int = 0  # where it is being said again
    _begin: int = 0  # where the current sentence begins
    _sentences: list[tuple[int, str]] = field(default_factory=list)

    def feed(self, text: str) -> int | None:
        """Look at what is new in `text`; where a loop began, if there is one."""
        while self._seen < len(text):
            index = self._seen
            self._seen += 1
            self._follow(text, index)
            if (start := self._verdict(text, index)) is not None:
                return start
            self._end_sentence(text, index)
        return None

    def safe(self, text: str) -> int:
        """How many characters of what was fed cannot turn out to be part of a loop."""
        safe = len(text.rstrip())
        current = text[self._begin :].lstrip()
        if any(said.lstrip().startswith(current) for _, said in self._sentences):
            safe = min(safe, self._begin)
        return safe if self._source < 0 else min(safe, self._start)

    def rewind(self, length: int) -> None:
        """Forget everything after the first `length` characters."""
        self._seen, self._source = length, -1
        self._sentences = [(at, said) for at, said in self._sentences if at + len(said) <= length]
        self._begin = max((at + len(said) for at, said in self._sentences), default=0)

    def _follow(self, text: str, index: int) -> None:
        """Extend the stretch that is being said again, or find that one has begun."""
        if self._source >= 0:
            if text[self._source + index - self._start] == text[index]:
                return
            self._source = -1
        tail = text[index + 1 - _NOTICE : index + 1]
        source = text.rfind(tail, 0, index) if index + 1 >= _NOTICE else -1
        if source < 0:
            return
        start = index + 1 - _NOTICE
        while source > 0 and text[source - 1] == text[start - 1]:
            source, start = source - 1, start - 1
        self._source, self._start = source, start

    def _verdict(self, text: str, index: int) -> int | None:
        words = len(text[: index + 1].rstrip())
        if text.count("\n", words, index + 1) >= _NEWLINES:
            return words
        if self._source < 0:
            return None
        again = text[self._start : index + 1]
        width = _width(again)
        cycle = len(again) >= 2 * (self._start - self._source)
        enough = _CYCLE if any(map(str.isalnum, again)) else _RULE
        if width >= (enough if cycle else _VERBATIM) or self._third(text, index):
            return self._start
        return None

    def _third(self, text: str, index: int) -> bool:
        """Whether a sentence ends here that was said twice before."""
        said = text[max(self._start, self._begin) : index + 1].strip()
        ends = text[index] in _ENDS and _width(said) >= _SENTENCE
        return ends and text.count(said, 0, index + 1) >= 3

    def _end_sentence(self, text: str, index: int) -> None:
        if text[index] in _ENDS:
            self._sentences.append((self._begin, text[self._begin : index + 1]))
            self._begin = index + 1


def _width(text: str) -> int:
    return sum(_UNSPACED_WIDTH if is_unspaced(character) else 1 for character in text)
