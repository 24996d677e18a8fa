"""What a slide of ours keeps in its notes beside what is said: the source, and texts cut short."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from copydesk.slides.files.pieces import Piece, Said
from copydesk.slides.slots import SLOTS, Slot

_SOURCES = ("Source: ", "来源：")
_FULL = ("Full text: ", "全文：")
_SPARE = ("Not shown: ", "未显示：")
_CUT = "…"
_BETWEEN = " / "


@dataclass(frozen=True)
class Notes:
    """Notes taken apart.

    Attributes:
        said: what the speaker says.
        source: where the numbers come from.
        full: the full texts of what was cut.
        spare: texts that the layout had no place for.
    """

    said: str
    source: str = ""
    full: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()


def taken_apart(notes: str, shown: str) -> Notes:
    """The parts of a slide's notes; `shown` is the source as the slide shows it."""
    lines = notes.split("\n")
    source = ""
    if lines and (label := _label(lines[-1], _SOURCES)):
        source = lines.pop().removeprefix(label)
    full, spare = _labelled(lines, _FULL), _labelled(lines, _SPARE)
    source = source or shown.removeprefix(_label(shown, _SOURCES))
    return Notes("\n".join(lines), source, full, spare)


def _labelled(lines: list[str], labels: Sequence[str]) -> tuple[str, ...]:
    """Takes off the last lines that have a label, and gives them without it."""
    found: list[str] = []
    while lines and (label := _label(lines[-1], labels)):
        found.insert(0, lines.pop().removeprefix(label))
    return tuple(found)


def _label(line: str, labels: Sequence[str]) -> str:
    return next((label for label in labels if line.startswith(label)), "")


def restored(pieces: Sequence[Piece], notes: Notes, intent: str) -> tuple[list[Piece], Notes]:
    """The pieces whole again: texts that were cut, and those that had no place.

    What fits no piece and no slot of the intent stays in the notes.
    """
    whole, left = list(pieces), []
    there = {piece.name for piece in pieces}
    free = [s.name for s in SLOTS[intent] if _may_lack(s) and s.name not in there]
    for text in notes.spare:
        if free:
            whole.append(Piece(kind="text", name=free.pop(0), said=(Said(text),)))
        else:
            left.append(text)
    for full in notes.full:
        place = next((i for i, piece in enumerate(whole) if _is_cut_of(piece, full)), None)
        if place is None:
            left.append(full)
        else:
            whole[place] = replace(whole[place], said=_levelled(full, whole[place].said))
    said = "\n".join(part for part in (notes.said, *left) if part)
    return whole, replace(notes, said=said)


def _may_lack(slot: Slot) -> bool:
    """Whether a layout may have no place for a slot's text, which then is in the notes."""
    return (slot.optional or slot.role == "subtitle") and slot.name not in ("source", "number")


def _is_cut_of(piece: Piece, full: str) -> bool:
    """Whether a piece shows the beginnings of a full text, one of them cut."""
    shown = [one.text for one in piece.said]
    parts = full.split(_BETWEEN)
    if not shown or len(shown) > len(parts):
        return False
    whole = all(
        p.startswith(s.removesuffix(_CUT).rstrip()) for s, p in zip(shown, parts, strict=False)
    )
    return whole and (len(shown) < len(parts) or any(s.endswith(_CUT) for s in shown))


def _levelled(full: str, shown: Sequence[Said]) -> tuple[Said, ...]:
    levels = [one.level for one in shown]
    parts = full.split(_BETWEEN)
    return tuple(Said(text, levels[i] if i < len(levels) else 0) for i, text in enumerate(parts))
