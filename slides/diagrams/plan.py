"""What a diagram holds: its arrangements by intent, and the characters each of its texts may have.

The characters are found by trying: sample texts as long as reads well are laid out and, where they
do not fit at a size one can read, shortened together until they do.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import cycle as endless
from itertools import islice

from copydesk.brief import Language
from copydesk.slides.diagrams import cycle, hierarchy, matrix, process, team, timeline
from copydesk.slides.diagrams.choose import fit_at
from copydesk.slides.diagrams.parts import Arrangement, Texts
from copydesk.slides.geometry import Box
from copydesk.slides.typeset.frame import Frame, Type

_ARRANGEMENTS: dict[str, Callable[[Texts], tuple[Arrangement, ...]]] = {
    "timeline": timeline.arrangements,
    "process": process.arrangements,
    "cycle": cycle.arrangements,
    "hierarchy": hierarchy.arrangements,
    "matrix": matrix.arrangements,
    "team": team.arrangements,
}
# Characters that read well in one text, in English and in Chinese.
_MOST: dict[str, dict[str, tuple[int, int]]] = {
    "timeline": {"label": (18, 9), "text": (60, 28)},
    "process": {"label": (20, 9), "text": (80, 36)},
    "cycle": {"label": (20, 9), "text": (60, 28)},
    "hierarchy": {"node": (26, 12)},
    "matrix": {"heading": (24, 11), "text": (80, 36), "axis": (18, 8)},
    "team": {"name": (24, 10), "role": (40, 18)},
}
_ITEMS = {"timeline": 8, "process": 8, "cycle": 8, "hierarchy": 12, "matrix": 4, "team": 8}
_READABLE = (14.0, 14.0)
_SHARES = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.22, 0.15)
_FAIR = 0.5  # share of what reads well that makes a diagram worth drawing
_SAMPLE: dict[Language, str] = {
    "en": "Measure the gains and plan next year with all partners in the region ",
    "zh": "明年春天与全部合作方一起检查收益并确定下一步计划",
}


def arrangements_of(intent: str, texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a diagram of an intent with these texts, the best-looking first."""
    return _ARRANGEMENTS[intent](texts)


def room_of(
    intent: str, box: Box, count: int, frame: Frame, language: Language
) -> Mapping[str, int]:
    """Characters that each text may have when `count` items stand in `box` at a readable size.

    Keys are "label" and "text" (timeline, process, cycle), "node", "heading", "text" and "axis"
    (matrix), "name" and "role".
    """
    share = _share(intent, box, count, frame.type, language)
    index = 1 if language == "zh" else 0
    return {key: max(int(most[index] * share), 2) for key, most in _MOST[intent].items()}


def most_items(intent: str, box: Box, frame: Frame | None = None, language: Language = "en") -> int:
    """The most items that still have room for half of what reads well; at least two."""
    kind = frame.type if frame else Type()
    counts = range(_ITEMS[intent], 2, -1) if intent != "matrix" else range(4, 3, -1)
    fair = (n for n in counts if _share(intent, box, n, kind, language) >= _FAIR)
    return next(fair, 4 if intent == "matrix" else 2)


@lru_cache(maxsize=512)
def _share(intent: str, box: Box, count: int, kind: Type, language: Language) -> float:
    """The largest share of what reads well that fits, for every text alike."""
    for share in _SHARES:
        texts = _sampled(intent, count, share, language)
        if fit_at(arrangements_of(intent, texts), texts, box, kind, language, _READABLE):
            return share
    return _SHARES[-1]


def _sampled(intent: str, count: int, share: float, language: Language) -> dict[str, str]:
    """Texts for a diagram, each as long as it may be at that share."""
    index = 1 if language == "zh" else 0
    most = {key: max(int(pair[index] * share), 2) for key, pair in _MOST[intent].items()}
    names = _names(intent, count)
    return {name: _text(most[key], language) for name, key in names.items()}


def _names(intent: str, count: int) -> dict[str, str]:
    """The texts of a diagram of so many items by name, and what each is."""
    if intent == "hierarchy":
        return dict.fromkeys(_tree(count), "node")
    if intent == "matrix":
        cells = {f"cell {i} {key}": key for i in range(1, 5) for key in ("heading", "text")}
        ends = ("y high", "y low", "x low", "x high")
        return cells | {f"axis {end}": "axis" for end in ends}
    one, keys = ("member", ("name", "role")) if intent == "team" else ("step", ("label", "text"))
    return {f"{one} {i} {key}": key for i in range(1, count + 1) for key in keys}


def _tree(count: int) -> list[str]:
    """The names of a tree of so many nodes: wide up to five, then with a third level."""
    second = count - 1 if count <= 5 else 3 if count <= 10 else 4
    under = [0] * second
    for i in islice(endless(range(second)), max(count - 1 - second, 0)):
        under[i] += 1
    names = ["node 1"]
    for i, leaves in enumerate(under, 1):
        names += [f"node 1.{i}", *(f"node 1.{i}.{j}" for j in range(1, leaves + 1))]
    return names


def _text(length: int, language: Language) -> str:
    sample = _SAMPLE[language]
    return (sample * (length // len(sample) + 1))[:length].strip()
