"""What a text says twice: paragraphs, lines, sentences, runs of words, sentence openings.

A run of words that comes again counts from 8 words on, or 16 Han characters: below that, language
repeats itself by nature. All of it is one pass with hash lookups.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.prose.markdown import Block, blocks
from copydesk.prose.units import sentences, words

GRAM: dict[Language, int] = {"en": 8, "zh": 16}  # a run this long that comes again is a cycle
_SENTENCE: dict[Language, int] = {"en": 6, "zh": 8}  # shorter ones may be said again
_SEEN_GRAM: dict[Language, int] = {"en": 8, "zh": 12}
_LINE: dict[Language, int] = {"en": 4, "zh": 6}
_PARAGRAPH: dict[Language, int] = {"en": 20, "zh": 30}
_OPENING: dict[Language, int] = {"en": 2, "zh": 3}  # words that make an opening
_IN_A_ROW = 3  # sentences that begin alike, one after the other
_SHARE, _AT_LEAST = 0.1, 5  # or this part of all of them, anywhere
_SHOWN = 60


@dataclass
class _Found:
    """What has been read so far."""

    language: Language
    findings: list[Finding] = field(default_factory=list)
    blocks: dict[tuple[str, ...], int] = field(default_factory=dict)
    sentences: dict[tuple[str, ...], int] = field(default_factory=dict)
    stream: list[str] = field(default_factory=list)  # words said for the first time, in order
    starts: list[int] = field(default_factory=list)  # where each piece of the stream begins
    lines: list[int] = field(default_factory=list)  # its line
    openings: list[tuple[tuple[str, ...], int]] = field(default_factory=list)


def repetitions(markdown: str, language: Language) -> list[Finding]:
    """Everything that is said twice, each once: what stands in a repeated part is not told again.

    Codes: `repeated-paragraph`, `repeated-line`, `repeated-sentence`, `cycle`, `opening`.
    """
    found = _Found(language)
    for block in blocks(markdown):
        if block.kind in ("paragraph", "item", "quote"):
            _read(block, found)
    found.findings += _cycles(found)
    found.findings += _openings(found)
    return found.findings


def normal(text: str, language: Language) -> tuple[str, ...]:
    """The words of a text as they are compared: case and kind of apostrophe make no difference."""
    return tuple(word.casefold().replace("’", "'") for word in words(text, language))


def _read(block: Block, found: _Found) -> None:
    text = block.plain
    whole = normal(text, found.language)
    long = len(whole) >= _PARAGRAPH[found.language]
    if len(whole) >= _LINE[found.language]:
        first = found.blocks.setdefault(whole, block.line)
        if first != block.line:
            found.findings.append(
                _again("repeated-paragraph" if long else "repeated-line", text, block.line, first)
            )
            return
    for sentence in sentences(text, found.language):
        _read_sentence(sentence, block.line, found)


def _read_sentence(sentence: str, line: int, found: _Found) -> None:
    said = normal(sentence, found.language)
    if len(said) >= _SENTENCE[found.language]:
        first = found.sentences.get(said)
        if first is not None:
            found.findings.append(_again("repeated-sentence", sentence, line, first))
            return
        found.sentences[said] = line
    found.starts.append(len(found.stream))
    found.lines.append(line)
    found.stream.extend(said)
    if len(said) > _OPENING[found.language]:
        found.openings.append((said[: _OPENING[found.language]], line))


def _again(code: str, text: str, line: int, first: int) -> Finding:
    what = code.removeprefix("repeated-")
    return Finding(
        code=code,
        place=f"line {line}",
        message=f"The {what} “{_short(text)}” was already said in line {first}.",
        measured="2",
        allowed="1",
        fix=f"leave the {what} out, or say something new",
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _cycles(found: _Found) -> Iterator[Finding]:
    """Runs of words that come again, each as long as it goes."""
    size = GRAM[found.language]
    for start, end, earlier in _runs(found.stream, size):
        glue = "" if found.language == "zh" else " "
        run = glue.join(found.stream[start:end])
        yield Finding(
            code="cycle",
            place=f"line {_line(found, start)}",
            message=f"“{_short(run)}” was already said in line {_line(found, earlier)}.",
            measured=f"{end - start} words",
            allowed=f"{size - 1} words",
            fix="say it in other words, or leave it out",
        )


def _runs(stream: list[str], size: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and earlier start of each run of at least `size` words that comes again."""
    seen: dict[int, int] = {}
    start = earlier = -1
    for at in range(len(stream) - size + 2):
        gram = hash(tuple(stream[at : at + size])) if at <= len(stream) - size else None
        before = seen.get(gram) if gram is not None else None
        if start >= 0 and (before is None or before - at != earlier - start):
            yield start, at + size - 1, earlier
            start = -1
        if before is None:
            if gram is not None:
                seen[gram] = at
        elif start < 0:
            start, earlier = at, before


def _line(found: _Found, at: int) -> int:
    return found.lines[bisect_right(found.starts, at) - 1]


def _openings(found: _Found) -> Iterator[Finding]:
    """Three sentences in a row that begin alike; openings that a tenth of all sentences have."""
    told = set()
    row = 1
    for (last, _), (this, line) in zip(found.openings, found.openings[1:], strict=False):
        row = row + 1 if this == last else 1
        if row == _IN_A_ROW and this not in told:
            told.add(this)
            yield _opening(found, this, line, f"{row} sentences in a row begin")
    often = Counter(opening for opening, _ in found.openings)
    places = defaultdict(list)
    for opening, line in found.openings:
        places[opening].append(line)
    for opening, times in often.items():
        most = max(_AT_LEAST, _SHARE * len(found.openings))
        if times >= most and opening not in told:
            yield _opening(found, opening, places[opening][1], f"{times} sentences begin")


def _opening(found: _Found, opening: tuple[str, ...], line: int, how: str) -> Finding:
    said = ("" if found.language == "zh" else " ").join(opening)
    return Finding(
        code="opening",
        place=f"line {line}",
        message=f"{how} with “{said}”.",
        measured=how.split(maxsplit=1)[0],
        allowed=str(_IN_A_ROW - 1) if "row" in how else f"{_SHARE:.0%} of the sentences",
        fix="begin some of them in another way",
    )


class Seen:
    """The sentences of one text, as it grows.

    A word costs the same work however long the text already is; what is kept is two sets of
    hashes, some 10 MB for 100,000 words.
    """

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self._sentences: set[int] = set()
        self._grams: set[int] = set()
        self._last: tuple[str, ...] = ()

    def repeats(self, sentence: str) -> bool:
        """Whether it says again what was said.

        It does when it is a sentence that was added, or when more than half of its runs of 8
        words (12 characters) stand in such sentences. “Yes.” and the like may come again, but not
        straight after themselves.
        """
        said = normal(sentence, self._language)
        if not said:
            return False
        if len(said) < _SENTENCE[self._language]:
            return said == self._last
        if hash(said) in self._sentences:
            return True
        grams = list(self._runs(said))
        return sum(gram in self._grams for gram in grams) * 2 > len(grams)

    def add(self, sentence: str) -> None:
        """Remember a sentence that stays in the text."""
        said = normal(sentence, self._language)
        if not said:
            return
        self._last = said
        self._sentences.add(hash(said))
        self._grams.update(self._runs(said))

    def _runs(self, said: tuple[str, ...]) -> Iterator[int]:
        size = _SEEN_GRAM[self._language]
        return (hash(said[at : at + size]) for at in range(len(said) - size + 1))
