"""What a placeholder looks like once everything it inherits is added up.

A size may be written on the layout's placeholder, on the slide master's, in the master's text
styles or in the presentation's defaults; the nearest that says something wins, attribute by
attribute. Read: ECMA-376 part 1, 19.3, 19.7 and 21.1.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.slides.geometry import Box
from copydesk.slides.master.reading import (
    child,
    elements,
    local,
    number,
    placeholder,
    points,
    switch,
)
from copydesk.slides.master.theme import Theme, fill_colour, hex_of, named
from copydesk.slides.typeset.frame import Frame, Type

LEVELS = 3
TITLES = ("title", "ctrTitle")
FURNITURE = ("dt", "ftr", "sldNum", "hdr")
_FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "noFill", "grpFill")
_LINE = 1.2  # a line's height in ems, where spacing is a share of it
_INSETS = {"lIns": 7.2, "tIns": 3.6, "rIns": 7.2, "bIns": 3.6}
_SIDEWAYS = ("vert", "vert270", "wordArtVert", "eaVert", "mongolianVert", "wordArtVertRtl")

Said = dict[str, Any]  # what one paragraph style says, by attribute; what it leaves out is absent


def kind_of(element: Any) -> str:
    """The type of a placeholder's element as the file spells it, "obj" where it says nothing."""
    ph = placeholder(element)
    return "" if ph is None else str(ph.get("type", "obj"))


def index_of(element: Any) -> int:
    """A placeholder's idx; 0 where it says none."""
    found = number(placeholder(element).get("idx"))
    return 0 if found is None else int(found)


def table_of(kind: str) -> str:
    """The master's text style that a placeholder of a kind falls back on."""
    if kind in TITLES:
        return "titleStyle"
    return "otherStyle" if kind in FURNITURE else "bodyStyle"


def parent_of(element: Any, shapes: Sequence[Any]) -> Any:
    """The slide master's placeholder that a layout's one inherits from, or None.

    By type: titles from the title, furniture from its like, everything else from the body; a
    master without such a one is searched by idx.
    """
    kind = kind_of(element)
    wanted = "title" if kind in TITLES else kind if kind in FURNITURE else "body"
    kinds = {kind_of(shape): shape for shape in reversed(shapes)}
    if wanted in kinds:
        return kinds[wanted]
    same = (s for s in shapes if index_of(s) == index_of(element) and kind_of(s) == kind)
    return next(same, None)


@dataclass
class Styles:
    """The styles of one slide master, read once: its text styles and the presentation's."""

    theme: Theme
    master: Any
    defaults: Any = None
    _tables: dict[str, tuple[Said, ...]] = field(default_factory=dict)

    def table(self, name: str) -> tuple[Said, ...]:
        """What every level has from `titleStyle`, `bodyStyle` or `otherStyle`, and behind it."""
        if name not in self._tables:
            own = said_by(child(self.master, f"p:txStyles/p:{name}"))
            self._tables[name] = added(said_by(self.defaults), own)
        return self._tables[name]


def said_by(style: Any) -> tuple[Said, ...]:
    """What a list style says of its levels, each as far as it says something."""
    return tuple(
        {**paragraph(child(style, "a:defPPr")), **paragraph(child(style, f"a:lvl{n}pPr"))}
        for n in range(1, LEVELS + 1)
    )


def added(far: Sequence[Said], near: Sequence[Said]) -> tuple[Said, ...]:
    """Two lists of levels as one: what the nearer says holds."""
    return tuple({**f, **n} for f, n in zip(far, near, strict=True))


def paragraph(style: Any) -> Said:
    """What one `lvlNpPr` says."""
    if style is None:
        return {}
    said = _numbers(style, "marL", "indent", "rtl")
    if style.get("algn"):
        said["algn"] = style.get("algn")
    for part in elements(style):
        name = local(part)
        if name in ("lnSpc", "spcBef", "spcAft"):
            said[name] = next(iter(elements(part)), None)
        elif name in ("buNone", "buChar", "buAutoNum", "buBlip"):
            said["bullet"] = name != "buNone"
        elif name == "defRPr":
            said.update(run(part))
    return said


def run(properties: Any) -> Said:
    """What run properties say."""
    said = _numbers(properties, "sz", "b", "i")
    if properties.get("cap"):
        said["cap"] = properties.get("cap")
    for part in elements(properties):
        name = local(part)
        if name in ("latin", "ea", "cs"):
            said[name] = part.get("typeface", "")
        elif name in _FILLS:
            said["fill"] = part
    return said


def _numbers(element: Any, *names: str) -> Said:
    """The attributes that are numbers; those that make no sense count as not written."""
    return {name: element.get(name) for name in names if number(element.get(name)) is not None}


def type_of(said: Said, theme: Theme, colours: Mapping[str, str], *, major: bool) -> Type:
    """One level's type, theme fonts looked up; `major` says where an unnamed font comes from."""
    size = (number(said.get("sz")) or 1800) / 100
    latin = said.get("latin") or ("+mj-lt" if major else "+mn-lt")
    kin = latin[:3] if latin.startswith("+") else "+mj" if major else "+mn"
    ea, cs = said.get("ea") or f"{kin}-ea", said.get("cs") or f"{kin}-cs"
    line, exact = _spacing(said.get("lnSpc"))
    return Type(
        size=max(1.0, min(size, 400.0)),
        bold=switch(said.get("b")),
        italic=switch(said.get("i")),
        latin=latin,
        ea=ea,
        cs=cs,
        family=theme.family(latin),
        ea_family=theme.family(ea),
        colour=_colour(said.get("fill"), colours),
        line=line or 1.0,
        exact=exact,
        before=_gap(said.get("spcBef"), size),
        after=_gap(said.get("spcAft"), size),
        indent=points(said.get("marL")),
        first=points(said.get("indent")),
        bullet=bool(said.get("bullet")),
        align=said.get("algn", "l"),
        caps=said.get("cap") == "all",
        rtl=switch(said.get("rtl")),
    )


def _colour(fill: Any, colours: Mapping[str, str]) -> str:
    """A text fill as a theme colour's name, or its six hex digits; text without one is tx1."""
    if fill is None:
        return "tx1"
    inner = elements(fill)
    if local(fill) == "solidFill" and inner:
        name = named(inner[0])
        return name if name in colours else hex_of(inner[0], colours)
    return fill_colour(fill, colours)


def _spacing(value: Any) -> tuple[float, float]:
    """Line spacing as a factor, and in points where it is exact."""
    found = None if value is None else number(value.get("val"))
    if found is None or found <= 0:
        return 1.0, 0.0
    return (1.0, found / 100) if local(value) == "spcPts" else (found / 100000, 0.0)


def _gap(value: Any, size: float) -> float:
    """Space before or after a paragraph, in points."""
    found = None if value is None else number(value.get("val"))
    if found is None:
        return 0.0
    return found / 100 if local(value) == "spcPts" else found / 100000 * size * _LINE


def levels_of(
    chain: Sequence[Any], table: str, styles: Styles, colours: Mapping[str, str]
) -> tuple[Type, ...]:
    """The type of every level of a placeholder; `chain` is it and its parents, nearest first."""
    said = styles.table(table)
    for element in reversed(chain):
        said = added(said, said_by(child(element, "p:txBody/a:lstStyle")))
    major = table == "titleStyle"
    return tuple(type_of(level, styles.theme, colours, major=major) for level in said)


def box_of(element: Any) -> Box | None:
    """Where a shape says it stands, turned shapes by the box around them; None if it says not."""
    found = child(element, "p:spPr/a:xfrm")
    if found is None:
        found = next((x for x in (child(element, "p:grpSpPr/a:xfrm"), child(element, "p:xfrm"))
                      if x is not None), None)  # fmt: skip
    box = _stated(found)
    if box is None or not _sideways(turn(element)):
        return box
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return Box(x - box.height / 2, y - box.width / 2, x + box.height / 2, y + box.width / 2)


def _stated(xfrm: Any) -> Box | None:
    off, ext = child(xfrm, "a:off"), child(xfrm, "a:ext")
    if off is None or ext is None:
        return None
    left, top = points(off.get("x")), points(off.get("y"))
    return Box(left, top, left + points(ext.get("cx")), top + points(ext.get("cy")))


def turn(element: Any) -> float:
    """Degrees that a shape is turned, 0 to 360."""
    xfrm = child(element, "p:spPr/a:xfrm")
    value = None if xfrm is None else number(xfrm.get("rot"))
    return 0.0 if value is None else value / 60000 % 360


def _sideways(degrees: float) -> bool:
    return 45 < degrees % 180 < 135


def frame_in(box: Box, chain: Sequence[Any], levels: tuple[Type, ...]) -> Frame:
    """The room for text in a box: less its insets, its first column only where it has more."""
    said: dict[str, str] = {}
    for element in reversed(chain):
        body = child(element, "p:txBody/a:bodyPr")
        said.update({} if body is None else dict(body.attrib))
    left, top, right, bottom = (points(said.get(k), v) for k, v in _INSETS.items())
    columns = max(1, min(int(number(said.get("numCol")) or 1), 16))
    width = box.width - left - right - (columns - 1) * points(said.get("spcCol"))
    aslant = any(0.5 < turn(e) < 359.5 for e in chain[:1])
    return Frame(
        width=max(width / columns, 0.0),
        height=max(box.height - top - bottom, 0.0),
        levels=levels,
        anchor={"b": "b", "ctr": "ctr"}.get(said.get("anchor", "t"), "t"),
        vertical=said.get("vert") in _SIDEWAYS or aslant or bool(number(said.get("rot"))),
    )
