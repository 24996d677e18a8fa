"""Slides that this program made, read back as they were meant: shapes are named after slots."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from copydesk.slides import deck as d
from copydesk.slides.files.found import Found
from copydesk.slides.files.models import listing
from copydesk.slides.files.notes import restored, taken_apart
from copydesk.slides.files.pieces import DIAGRAMS, Piece, Said
from copydesk.slides.slots import SLOTS

_UNTITLED = ("Untitled", "无标题")
_MARKS = "\"'“”‘’「」『』«»"
_STEP = re.compile(r"step (\d+) (label|text)")
_NODE = re.compile(r"node (\d+(?:\.\d+)*)")
_CELL = re.compile(r"cell (\d) (heading|text)")
_AXIS = re.compile(r"axis ([xy]) (low|high)")
_MEMBER = re.compile(r"member (\d+) (name|role|picture)")

Named = Mapping[str, Piece]


def intent_of(marked: str, layout: str, pieces: Sequence[Piece]) -> str:
    """The intent of a slide of ours; empty for slides by others.

    Args:
        marked: the slide's own name, which is the intent on slides that were drawn here, and a
            section's number.
        layout: the layout's name; those of our masters are named after intents.
        pieces: what stands on it.
    """
    names = {slot_of(piece.name) for piece in pieces}
    for intent in (marked.partition(" ")[0], layout):
        if intent in SLOTS and _needed(intent) <= names:
            return intent
    return ""


def slot_of(name: str) -> str:
    """The slot that a shape is named after: "code python" is the slot "code"."""
    return "code" if name.startswith("code ") else name


def _needed(intent: str) -> set[str]:
    """Names without which a slide is none of this intent; a title alone may be one."""
    if intent in DIAGRAMS:
        return {intent}
    return {name for name in ("table", "chart", "picture", "code", "quote") if _has(intent, name)}


def _has(intent: str, slot: str) -> bool:
    return any(one.name == slot for one in SLOTS[intent])


def added(intent: str, pieces: Sequence[Piece]) -> list[Piece]:
    """What others have put onto a slide of ours: pieces of no slot, or the second of one."""
    slots = {one.name for one in SLOTS[intent]} | {intent, "source"}
    seen: set[str] = set()
    more = []
    for piece in pieces:
        slot = slot_of(piece.name)
        if slot not in slots or slot in seen:
            more.append(piece)
        seen.add(slot)
    return more


def slide_of_ours(intent: str, pieces: Sequence[Piece], notes: str, found: Found) -> d.Slide:
    """The slide that was drawn."""
    shown = next((piece.text for piece in pieces if piece.name == "source"), "")
    whole, kept = restored(pieces, taken_apart(notes, shown), intent)
    named = {slot_of(piece.name): piece for piece in reversed(whole)}
    title = _text(named, "title")
    head: dict[str, Any] = {
        "title": "" if title in _UNTITLED else title,
        "notes": kept.said,
        "source": kept.source,
    }
    return _READERS[intent](named, head, found)


def _text(named: Named, slot: str) -> str:
    return named[slot].text if slot in named else ""


def _texts(named: Named, slot: str) -> tuple[str, ...]:
    return tuple(one.text for one in named[slot].said) if slot in named else ()


def points_of(said: Sequence[Said]) -> tuple[d.Point, ...]:
    """Paragraphs as bullets on two levels; deeper ones are taken up to the second."""
    made: list[tuple[str, list[str]]] = []
    for one in said:
        if one.level and made:
            made[-1][1].append(one.text)
        else:
            made.append((one.text, []))
    return tuple(d.Point(text, tuple(points)) for text, points in made)


def _title(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.TitleSlide(**head, subtitle=_text(named, "subtitle"))


def _agenda(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.AgendaSlide(**head, items=_texts(named, "items"))


def _section(named: Named, head: dict[str, Any], found: Found) -> d.Slide:
    number = _text(named, "number") or found.marked.partition(" ")[2]
    return d.SectionSlide(
        **head, number=int(number) if number.isdecimal() else 0, summary=_text(named, "summary")
    )


def _bullets(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    said = named["points"].said if "points" in named else ()
    return d.BulletsSlide(**head, bullets=points_of(said))


def _side(named: Named, side: str) -> d.Column:
    """A column; where its heading had no place of its own, it stands over the points under it."""
    heading, points = _text(named, f"{side} heading"), list(_texts(named, side))
    said = named[side].said if side in named else ()
    if not heading and len(said) > 1 and not said[0].level and all(one.level for one in said[1:]):
        heading, *points = points
    return d.Column(heading=heading, points=tuple(points))


def _columns(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.ColumnsSlide(**head, left=_side(named, "left"), right=_side(named, "right"))


def _comparison(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.ComparisonSlide(**head, left=_side(named, "left"), right=_side(named, "right"))


def _big_number(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.BigNumberSlide(**head, number=_text(named, "number"), caption=_text(named, "caption"))


def _quote(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    quote = _text(named, "quote")
    bare = quote[1:-1] if quote[:1] in _MARKS and quote[-1:] in _MARKS and len(quote) > 1 else quote
    return d.QuoteSlide(**head, quote=bare, speaker=_text(named, "speaker"))


def _table(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    rows = named["table"].rows
    return d.TableSlide(**head, header=rows[0] if rows else (), rows=rows[1:])


def _chart(named: Named, head: dict[str, Any], found: Found) -> d.Slide:
    read = found.chart(named["chart"])
    takeaway = _text(named, "takeaway")
    if read is None:
        return d.ChartSlide(**head, series=(), takeaway=takeaway)
    return d.ChartSlide(
        **head,
        kind=read.kind,
        categories=read.categories,
        series=read.series,
        unit=read.unit,
        takeaway=takeaway,
    )


def _picture(named: Named, head: dict[str, Any], found: Found) -> d.Slide:
    piece = named["picture"]
    points = _texts(named, "points")
    path = found.picture(piece)
    if not path:
        return d.BulletsSlide(**head, bullets=tuple(d.Point(text) for text in points))
    return d.PictureSlide(**head, picture=path, alt=piece.alt, points=points)


def _picture_full(named: Named, head: dict[str, Any], found: Found) -> d.Slide:
    piece = named["picture"]
    caption = _text(named, "caption")
    path = found.picture(piece)
    if not path:
        return d.SectionSlide(**head, summary=caption)
    return d.PictureFullSlide(**head, picture=path, alt=piece.alt, caption=caption)


# Diagrams ----------------------------------------------------------------------------------------


def _inside(named: Named, intent: str, pattern: re.Pattern[str]) -> dict[tuple[str, ...], Piece]:
    """The pieces of a group whose names match, by what the name says."""
    pieces = named[intent].inside if intent in named else ()
    matches = ((pattern.fullmatch(piece.name), piece) for piece in pieces)
    return {match.groups(): piece for match, piece in matches if match}


def _steps(named: Named, intent: str) -> tuple[d.Step, ...]:
    found = _inside(named, intent, _STEP)
    numbers = sorted({int(number) for number, _ in found})
    return tuple(
        d.Step(label=_of(found, str(n), "label"), text=_of(found, str(n), "text")) for n in numbers
    )


def _of(found: Mapping[tuple[str, ...], Piece], *key: str) -> str:
    return found[key].text if key in found else ""


def _timeline(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.TimelineSlide(**head, steps=_steps(named, "timeline"))


def _process(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.ProcessSlide(**head, steps=_steps(named, "process"))


def _cycle(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.CycleSlide(**head, steps=_steps(named, "cycle"))


def _hierarchy(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    found = _inside(named, "hierarchy", _NODE)
    texts = {tuple(map(int, key[0].split("."))): piece.text for key, piece in found.items()}
    return d.HierarchySlide(**head, root=_node(texts, (1,)))


def _node(texts: Mapping[tuple[int, ...], str], path: tuple[int, ...]) -> d.Node:
    below = sorted(p for p in texts if len(p) == len(path) + 1 and p[: len(path)] == path)
    return d.Node(text=texts.get(path, ""), children=tuple(_node(texts, p) for p in below))


def _matrix(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    cells, axes = _inside(named, "matrix", _CELL), _inside(named, "matrix", _AXIS)
    one, two, three, four = (
        d.Step(label=_of(cells, n, "heading"), text=_of(cells, n, "text")) for n in "1234"
    )
    return d.MatrixSlide(
        **head,
        cells=(one, two, three, four),
        x=(_of(axes, "x", "low"), _of(axes, "x", "high")),
        y=(_of(axes, "y", "low"), _of(axes, "y", "high")),
    )


def _team(named: Named, head: dict[str, Any], found: Found) -> d.Slide:
    parts = _inside(named, "team", _MEMBER)
    members = []
    for n in sorted({int(number) for number, _ in parts}):
        piece = parts.get((str(n), "picture"))
        members.append(
            d.Member(
                name=_of(parts, str(n), "name"),
                role=_of(parts, str(n), "role"),
                picture=found.picture(piece) if piece else "",
            )
        )
    return d.TeamSlide(**head, members=tuple(members))


def _code(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    piece = named["code"]
    return d.CodeSlide(
        **head, code=listing(piece.listing), language=piece.name.removeprefix("code").strip()
    )


def _closing(named: Named, head: dict[str, Any], _: Found) -> d.Slide:
    return d.ClosingSlide(**head, points=_texts(named, "points"))


_READERS: dict[str, Callable[[Named, dict[str, Any], Found], d.Slide]] = {
    "title": _title,
    "agenda": _agenda,
    "section": _section,
    "bullets": _bullets,
    "columns": _columns,
    "comparison": _comparison,
    "big-number": _big_number,
    "quote": _quote,
    "table": _table,
    "chart": _chart,
    "picture": _picture,
    "picture-full": _picture_full,
    "timeline": _timeline,
    "process": _process,
    "cycle": _cycle,
    "hierarchy": _hierarchy,
    "matrix": _matrix,
    "team": _team,
    "code": _code,
    "closing": _closing,
}
