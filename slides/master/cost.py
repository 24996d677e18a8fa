"""What a layout set for an intent lacks: holes, little room, small type, drawings in the way."""

from copydesk.slides.master.setting import COVERS, OBJECTS, Setting
from copydesk.slides.slots import Slot
from copydesk.slides.typeset.frame import Frame

_EM = 0.52  # width of an average Latin character in ems
_LEGIBLE = 20.0  # points of a list that is read from afar, on a page 540 points high
_MODEST, _CROSSED, _LEFT_OVER = 0.12, 0.12, 0.03  # costs: a small title, drawings, a hole


def cost(setting: Setting) -> float:
    """What the layout lacks for the intent, from 0."""
    used = [place.box for place in setting.places.values()]
    total = setting.faults
    for holder in setting.free:
        share = holder.box.meets(setting.page).area / setting.page.area
        covered = any(u.meets(holder.box).area > 0.5 * holder.box.area for u in used)
        total += _LEFT_OVER / 2 if covered else _LEFT_OVER + 0.4 * share
    if setting.intent not in COVERS and not setting.named:
        total += _modesty(setting) + _disturbance(setting)
    return total + sum(_lack(setting, setting.slots[name]) for name in setting.places)


def _disturbance(setting: Setting) -> float:
    """What it costs that drawings cross the largest place without being its ground."""
    box = max((p.box for p in setting.places.values()), key=lambda b: b.area)
    shares = (b.meets(box).area / box.area for b in setting.layout.taken if box.area)
    return min(_CROSSED, 0.5 * sum(share for share in shares if share < 0.6))


def _modesty(setting: Setting) -> float:
    """What a title costs that is much smaller than the slide master's, or low on the page."""
    place, usual = setting.places["title"], min(setting.layout.heading[0].size, 40.0)
    low = place.box.top > 0.45 * setting.page.height
    return _MODEST * ((place.frame.type.size < 0.65 * usual) + low)


def _lack(setting: Setting, slot: Slot) -> float:
    """How far a place is too small for what its slot usually holds."""
    place = setting.places[slot.name]
    if slot.role in OBJECTS:
        return 0.5 * max(0.0, 1 - place.box.area / (0.28 * setting.page.area))
    need = 0.5 * slot.most_en * (4 if slot.items > 4 else slot.items)
    if not need:
        return 0.0
    seen = place.frame.type.size / setting.scale
    small = max(0.0, 1 - seen / _LEGIBLE) if slot.items > 1 else 0.0
    smaller = 0.65 if slot.role == "title" else 0.8
    return 0.5 * (max(0.0, 1 - _characters(place.frame, smaller) / need) + small)


def _characters(frame: Frame, smaller: float) -> float:
    """Characters that a frame holds at a share of its size."""
    size = max(14.0, min(smaller * frame.type.size, 32.0))
    lines = int(frame.height / (1.2 * size * frame.type.line))
    return lines * max(frame.width - frame.type.indent, 0.0) / (size * _EM)
