"""What a diagram says: the texts of a slide by the names of the shapes that hold them."""

from copydesk.brief import Language
from copydesk.slides.deck import HierarchySlide, MatrixSlide, Member, Slide, Step, TeamSlide
from copydesk.slides.diagrams.hierarchy import names_of
from copydesk.slides.typeset.fit import printable

DIAGRAMS = ("timeline", "process", "cycle", "hierarchy", "matrix", "team")
MOST = 12  # steps or people that are drawn; what is over goes to the notes

_KINDS: dict[Language, dict[str, str]] = {
    "en": {
        "timeline": "Timeline",
        "process": "Process",
        "cycle": "Cycle",
        "hierarchy": "Hierarchy",
        "matrix": "Matrix",
        "team": "Team",
    },
    "zh": {
        "timeline": "时间线",
        "process": "流程图",
        "cycle": "循环图",
        "hierarchy": "层级图",
        "matrix": "矩阵图",
        "team": "团队",
    },
}
_TOLD = 600  # characters of an alternative text


def texts_of(slide: Slide) -> tuple[dict[str, str], tuple[str, ...]]:
    """The texts by name, in reading order, and what is more than a diagram holds.

    Empty texts are left out, but a step's label and a person's name stay: their shape is there.
    """
    left: tuple[str, ...] = ()
    if isinstance(slide, HierarchySlide):
        named, left = names_of(slide.root)
    elif isinstance(slide, MatrixSlide):
        named = _matrix(slide)
    elif isinstance(slide, TeamSlide):
        named = _members(slide.members[:MOST])
        left = tuple(_joined(m.name, m.role, "en") for m in slide.members[MOST:])
    else:
        steps: tuple[Step, ...] = getattr(slide, "steps", ())
        named = _steps(steps[:MOST])
        left = tuple(_joined(s.label, s.text, "en") for s in steps[MOST:])
    clean = {name: printable(text) for name, text in named.items()}
    kept = ("label", "name", "heading")
    return {n: t or "–" for n, t in clean.items() if t or n.endswith(kept) or "node" in n}, left


def _steps(steps: tuple[Step, ...]) -> dict[str, str]:
    named: dict[str, str] = {}
    for i, step in enumerate(steps, 1):
        label, text = (step.label, step.text) if step.label.strip() else (step.text, "")
        named |= {f"step {i} label": label, f"step {i} text": text}
    return named


def _members(members: tuple[Member, ...]) -> dict[str, str]:
    named: dict[str, str] = {}
    for i, member in enumerate(members, 1):
        named |= {f"member {i} name": member.name, f"member {i} role": member.role}
    return named


def _matrix(slide: MatrixSlide) -> dict[str, str]:
    named = {"axis y high": slide.y[1]}
    for i, cell in enumerate(slide.cells[:4], 1):
        named |= {f"cell {i} heading": cell.label, f"cell {i} text": cell.text}
    return named | {
        "axis y low": slide.y[0],
        "axis x low": slide.x[0],
        "axis x high": slide.x[1],
    }


def initials(name: str) -> str:
    """One letter for a Chinese name, the surname; the first and the last word's for others."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return name.strip()[:1]
    if ord(words[0][0]) >= 0x2E80:
        return words[0][0]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def alt_text(slide: Slide, texts: dict[str, str], language: Language) -> str:
    """What the diagram shows, read out: its kind, and its texts in order."""
    kind = _KINDS[language][slide.intent]
    pairs = [
        _pair(name, texts, language) for name in texts if not name.endswith((" text", " role"))
    ]
    colon, comma, stop = ("：", "；", "。") if language == "zh" else (": ", "; ", ".")
    told = f"{kind}{colon}{printable(slide.title)}{stop}"
    told += ("" if language == "zh" else " ") + comma.join(pairs) + stop
    return told if len(told) <= _TOLD else told[: _TOLD - 1] + "…"


def _pair(name: str, texts: dict[str, str], language: Language) -> str:
    other = name.replace(" label", " text").replace(" heading", " text").replace(" name", " role")
    more = texts.get(other, "") if other != name else ""
    return _joined(texts[name], more, language).rstrip(".。;；")


def _joined(head: str, more: str, language: Language) -> str:
    separator = "，" if language == "zh" else ", "
    return separator.join(part for part in (head, more) if part)
