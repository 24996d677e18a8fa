"""Slides of shapes: timeline, process, cycle, hierarchy, matrix, team."""

from collections.abc import Callable

from copydesk.generate import schema as shape
from copydesk.prose.names import names
from copydesk.slides.author.asks.ask import Answer, Ask, Wanted, repeats, steps
from copydesk.slides.author.lines import bare, distinct, fold, once
from copydesk.slides.author.sheet import Sheet
from copydesk.slides.deck import (
    CycleSlide,
    HierarchySlide,
    MatrixSlide,
    Member,
    Node,
    ProcessSlide,
    Slide,
    Step,
    TeamSlide,
    TimelineSlide,
)

_MOST_PEOPLE = 6
_FEWEST = 3  # steps that make a diagram


def timeline(wanted: Wanted) -> Ask:
    """Dates or stages in order."""
    return _steps(wanted, "timeline", TimelineSlide, most=5)


def process(wanted: Wanted) -> Ask:
    """Steps that lead to an end."""
    return _steps(wanted, "process", ProcessSlide, most=5)


def cycle(wanted: Wanted) -> Ask:
    """Steps that lead back to the first."""
    return _steps(wanted, "cycle", CycleSlide, most=5)


def _steps(wanted: Wanted, intent: str, kind: Callable[..., Slide], most: int) -> Ask:
    sheet = wanted.sheet
    step = shape.record(
        label=sheet.line(intent, "label", 3, 2), text=sheet.line(intent, "text", 8, 4)
    )

    def build(title: str, answer: Answer) -> Slide:
        return kind(title=title, steps=steps(answer), notes=answer["notes"])

    return Ask(
        shape.record(steps=shape.array(step, 3, sheet.items(intent, most)), notes=sheet.notes()),
        build,
        lambda answer: _same_steps(answer["steps"]),
        enough=lambda answer: len(steps(answer)) >= _FEWEST,
    )


def _same_steps(found: list[Answer]) -> str:
    if any(fold(step["label"]) == fold(step["text"]) for step in found):
        return "a step says its name twice"
    return repeats([step["label"] for step in found]) or repeats([s["text"] for s in found])


def hierarchy(wanted: Wanted) -> Ask:
    """What belongs to what: a root, two to four parts, up to three things in each."""
    sheet = wanted.sheet
    node = sheet.line("hierarchy", "node", 3, 2)
    part = shape.record(name=node, parts=shape.array(node, 2, 3))
    most = 4 if sheet.items("hierarchy", 12, "node") >= 12 else 3

    def build(title: str, answer: Answer) -> Slide:
        children = tuple(
            Node(
                text=bare(part["name"]),
                children=tuple(Node(text=text) for text in distinct(part["parts"])),
            )
            for part in once(answer["parts"], lambda part: part["name"])
        )
        return HierarchySlide(
            title=title,
            root=Node(text=bare(answer["root"]), children=children),
            notes=answer["notes"],
        )

    return Ask(
        shape.record(root=node, parts=shape.array(part, 2, min(most, 3)), notes=sheet.notes()),
        build,
        lambda answer: repeats([part["name"] for part in answer["parts"]]),
        enough=lambda answer: len(once(answer["parts"], lambda part: part["name"])) > 1,
    )


def matrix(wanted: Wanted) -> Ask:
    """A 2×2 matrix with named axes."""
    sheet = wanted.sheet
    axis = shape.record(
        low=sheet.line("matrix", "axis", 3, 2, most=_short(sheet)),
        high=sheet.line("matrix", "axis", 3, 2, most=_short(sheet)),
    )
    cell = shape.record(
        label=sheet.line("matrix", "heading", 3, 2), text=sheet.line("matrix", "text", 6, 3)
    )
    cells = ("top_left", "top_right", "bottom_left", "bottom_right")

    def build(title: str, answer: Answer) -> Slide:
        first, second, third, fourth = (
            Step(label=bare(answer[name]["label"]), text=bare(answer[name]["text"]))
            for name in cells
        )
        x, y = ((answer[a]["low"], answer[a]["high"]) for a in ("across", "up"))
        return MatrixSlide(
            title=title,
            cells=(first, second, third, fourth),
            x=(bare(x[0]), bare(x[1])),
            y=(bare(y[0]), bare(y[1])),
            notes=answer["notes"],
        )

    return Ask(
        shape.record(across=axis, up=axis, **dict.fromkeys(cells, cell), notes=sheet.notes()),
        build,
        lambda answer: _same_cells(answer, cells),
        enough=lambda answer: _named(answer, cells),
    )


def _short(sheet: Sheet) -> int:
    return 8 if sheet.zh else 18


def _named(answer: Answer, cells: tuple[str, ...]) -> bool:
    """Whether every axis and every cell has a name."""
    ends = [answer[axis][end] for axis in ("across", "up") for end in ("low", "high")]
    return all([*ends, *(answer[name]["label"] for name in cells)])


def _same_cells(answer: Answer, cells: tuple[str, ...]) -> str:
    for axis in (answer["across"], answer["up"]):
        if fold(axis["low"]) == fold(axis["high"]):
            return "both ends of an axis have one name"
    return repeats([answer[name]["label"] for name in cells])


def people(text: str, language: str) -> list[str]:
    """Who is named in a text: two or three words in English, as the brief lists them in Chinese."""
    found = [text[start:end] for start, end in names(text, language)]
    if language == "en":
        found = [name for name in found if 2 <= len(name.split()) <= 3 and name.isprintable()]
    return list(dict.fromkeys(found))


def team(wanted: Wanted) -> Ask | None:
    """Who does it; None where the brief names nobody."""
    sheet = wanted.sheet
    longest = sheet.longest("team", "name")
    found = [name for name in people(wanted.known.said, sheet.language) if len(name) <= longest]
    if len(found) < 2:
        return None
    most = min(len(found), _MOST_PEOPLE)
    member = shape.record(
        name=shape.choice(*found[:_MOST_PEOPLE]), role=sheet.line("team", "role", 3, 2)
    )

    def build(title: str, answer: Answer) -> Slide:
        members = once(answer["members"], lambda member: member["name"])
        return TeamSlide(
            title=title,
            members=tuple(Member(name=m["name"], role=bare(m["role"])) for m in members),
            notes=answer["notes"],
        )

    return Ask(
        shape.record(members=shape.array(member, 2, most), notes=sheet.notes()),
        build,
        lambda answer: repeats([member["name"] for member in answer["members"]]),
        {"people": found[:_MOST_PEOPLE]},
    )
