"""Machine phrases: what models write far more often than people do, found, counted, and banned.

The lists are plain text, `templates/phrases/en.txt` and `zh.txt`; the first of them says how a
line is written. A user's own list of the same name adds to them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import product
from pathlib import Path

from copydesk.brief import Language
from copydesk.config import config_folder
from copydesk.errors import TemplateProblem
from copydesk.prose.markdown import plain
from copydesk.prose.units import words

_LARGEST = 1_000_000  # bytes of a list
_FORMS = 64  # most that the alternatives of one line may come to
_GAP: dict[Language, str] = {"en": r"[^.!?\n]{1,60}?", "zh": r"[^。！？\n]{1,20}?"}


@dataclass(frozen=True)
class _Line:
    """One line of a list: a phrase in each of its forms, and whether it is banned."""

    forms: tuple[str, ...]
    banned: bool


@dataclass(frozen=True)
class _List:
    """A list made ready: literal phrases by their first word or character, patterns with gaps."""

    by_first: dict[str, tuple[tuple[str, ...], ...]]
    said: dict[tuple[str, ...], str]
    gaps: tuple[tuple[str, re.Pattern[str]], ...]
    bans: tuple[str, ...]


def rate(text: str, language: Language) -> float:
    """Machine phrases per 1,000 words of a Markdown text, per 1,000 characters for Chinese."""
    running = plain(text)
    total = len(words(running, language))
    return 1000 * sum(_search(running, language).values()) / total if total else 0.0


def found(text: str, language: Language) -> Counter[str]:
    """Which machine phrases a Markdown text has, and how often; overlapping ones count once.

    Raises:
        TemplateProblem: the user's list cannot be read.
    """
    return _search(plain(text), language)


def bans(language: Language, asked: str = "") -> tuple[str, ...]:
    """The phrases to be kept out while writing, but for those that the request itself uses.

    Raises:
        TemplateProblem: the user's list cannot be read.
    """
    banned = _load(language).bans
    wanted = f" {' '.join(_units(asked, language))} " if language == "en" else asked
    if not asked:
        return banned
    return tuple(phrase for phrase in banned if not _within(phrase, wanted, language))


def _within(phrase: str, wanted: str, language: Language) -> bool:
    if language == "zh":
        return phrase in wanted
    return f" {' '.join(_units(phrase, language))} " in wanted


def _units(text: str, language: Language) -> list[str]:
    """What phrases are compared by: folded words, or characters with their punctuation."""
    if language == "zh":
        return list(text)
    return [word.casefold().replace("’", "'") for word in words(text, language)]


def _search(running: str, language: Language) -> Counter[str]:
    phrases = _load(language)
    counted: Counter[str] = Counter()
    units = running if language == "zh" else _units(running, language)
    at = 0
    while at < len(units):
        hit = _longest(phrases, units, at)
        if hit:
            counted[phrases.said[hit]] += 1
        at += len(hit) or 1
    low = running.casefold().replace("’", "'")
    for said, pattern in phrases.gaps:
        times = sum(1 for _ in pattern.finditer(low))
        if times:
            counted[said] += times
    return counted


def _longest(phrases: _List, units: str | list[str], at: int) -> tuple[str, ...]:
    for phrase in phrases.by_first.get(units[at], ()):
        if tuple(units[at : at + len(phrase)]) == phrase:
            return phrase
    return ()


def _load(language: Language) -> _List:
    own = config_folder() / "phrases" / f"{language}.txt"
    try:
        stamp = own.stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _ready(language, own, stamp)


@lru_cache(maxsize=8)
def _ready(language: Language, own: Path, stamp: int) -> _List:
    """Read both lists; `stamp` makes a changed file a new one."""
    shipped = Path(str(resources.files("copydesk") / "templates" / "phrases" / f"{language}.txt"))
    lines = _read(shipped) if not stamp else [*_read(shipped), *_read(own)]
    banned: dict[str, bool] = {}
    for line in lines:
        if line.startswith("-"):
            for form in _parse(line[1:].strip()).forms:
                banned.pop(form, None)
        else:
            parsed = _parse(line)
            banned |= dict.fromkeys(parsed.forms, parsed.banned)
    return _index(banned, language)


def _read(path: Path) -> list[str]:
    """The lines of a list that say something.

    Raises:
        TemplateProblem: not text in UTF-8, or far too much of it.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise TemplateProblem(f"The list {path} cannot be read: {reason}.", _HINT) from None
    except UnicodeDecodeError:
        raise TemplateProblem(f"The list {path} is not text in UTF-8.", _HINT) from None
    if len(data) > _LARGEST:
        raise TemplateProblem(f"The list {path} is larger than {_LARGEST // 1000} kB.", _HINT)
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


_HINT = "a list of phrases has one phrase a line; # begins a comment"


def _parse(line: str) -> _Line:
    """`!a|b c` is banned, as "a c" and as "b c"."""
    banned = line.startswith("!")
    choices = [word.split("|") for word in line.removeprefix("!").split()]
    forms: list[str] = []
    for combination in product(*choices):
        forms.append(" ".join(word for word in combination if word))
        if len(forms) == _FORMS:
            break
    return _Line(tuple(form for form in forms if form), banned)


def _index(banned: dict[str, bool], language: Language) -> _List:
    by_first: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    said: dict[tuple[str, ...], str] = {}
    gaps = []
    for phrase in banned:
        units = tuple(_units(phrase, language))
        if "…" in phrase:
            gaps.append((phrase, _gapped(phrase, language)))
        elif units:
            by_first[units[0]].append(units)
            said[units] = phrase
    longest_first = {first: tuple(_by_length(phrases)) for first, phrases in by_first.items()}
    literal = tuple(p for p, ban in banned.items() if ban and "…" not in p)
    return _List(longest_first, said, tuple(gaps), literal)


def _by_length(phrases: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    return iter(sorted(set(phrases), key=len, reverse=True))


def _gapped(phrase: str, language: Language) -> re.Pattern[str]:
    pieces = (piece.strip().casefold().replace("’", "'") for piece in phrase.split("…"))
    if language == "zh":
        return re.compile(_GAP["zh"].join(re.escape(piece) for piece in pieces if piece))
    joined = rf"\b{_GAP['en']}\b".join(
        r"\W{1,3}".join(re.escape(word) for word in piece.split()) for piece in pieces if piece
    )
    return re.compile(rf"\b{joined}\b")
