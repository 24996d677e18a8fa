"""A theme: its colours, as the slide master maps them, its fonts, and its fills for backgrounds."""

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from copydesk.slides.master.reading import A, child, elements, local, number

# Office's own colours and fonts stand in for what a theme leaves out.
_OFFICE = {
    "dk1": "000000",
    "lt1": "FFFFFF",
    "dk2": "44546A",
    "lt2": "E7E6E6",
    "accent1": "4472C4",
    "accent2": "ED7D31",
    "accent3": "A5A5A5",
    "accent4": "FFC000",
    "accent5": "5B9BD5",
    "accent6": "70AD47",
    "hlink": "0563C1",
    "folHlink": "954F72",
}
_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_PRESETS = {
    "black": "000000",
    "white": "FFFFFF",
    "red": "FF0000",
    "green": "008000",
    "blue": "0000FF",
    "yellow": "FFFF00",
    "gray": "808080",
    "grey": "808080",
    "navy": "000080",
    "silver": "C0C0C0",
    "orange": "FFA500",
}
_SYSTEM = {"window": "FFFFFF", "windowText": "000000"}
_CHINESE = ("Hans", "Hant", "Jpan", "Hang")  # in this order, where `a:ea` names no font
_FULL = 100000  # thousandths of a percent
_SEEN = 0.4  # a colour more transparent than this lets the ground through


@dataclass(frozen=True)
class Fonts:
    """A major or minor font of a theme: families by script, empty where it names none."""

    latin: str = ""
    ea: str = ""
    cs: str = ""


@dataclass(frozen=True)
class Theme:
    """What a theme part says; colours as six hex digits by the theme's own names (dk1, lt1 …)."""

    colours: Mapping[str, str] = field(default_factory=lambda: dict(_OFFICE))
    major: Fonts = Fonts()
    minor: Fonts = Fonts()
    backgrounds: tuple[Any, ...] = ()
    fills: tuple[Any, ...] = ()

    def family(self, typeface: str) -> str:
        """The font that a run's typeface stands for: "+mj-lt" is the major latin one."""
        if not typeface.startswith("+"):
            return typeface
        fonts = self.major if typeface[1:3] == "mj" else self.minor
        return {"lt": fonts.latin, "ea": fonts.ea, "cs": fonts.cs}.get(typeface[4:], "")


def theme_of(root: Any) -> Theme:
    """Read a theme part's root element; None gives Office's colours and no fonts."""
    scheme = child(root, "a:themeElements")
    if scheme is None:
        return Theme()
    return Theme(
        colours=_colours(child(scheme, "a:clrScheme")),
        major=_fonts(child(scheme, "a:fontScheme/a:majorFont")),
        minor=_fonts(child(scheme, "a:fontScheme/a:minorFont")),
        backgrounds=tuple(elements(child(scheme, "a:fmtScheme/a:bgFillStyleLst"))),
        fills=tuple(elements(child(scheme, "a:fmtScheme/a:fillStyleLst"))),
    )


def _colours(scheme: Any) -> dict[str, str]:
    found = dict(_OFFICE)
    for entry in elements(scheme):
        colour = next(iter(elements(entry)), None)
        value = "" if colour is None else hex_of(colour, {})
        if value:
            found[local(entry)] = value
    return found


def _fonts(font: Any) -> Fonts:
    """A font of the scheme; Chinese falls back on what it names for that script."""
    names = {local(e): e.get("typeface", "") for e in elements(font) if local(e) != "font"}
    scripts = {e.get("script"): e.get("typeface", "") for e in elements(font) if local(e) == "font"}
    ea = names.get("ea") or next((scripts[s] for s in _CHINESE if scripts.get(s)), "")
    return Fonts(names.get("latin", ""), ea, names.get("cs", ""))


def palette(theme: Theme, mapping: Any) -> dict[str, str]:
    """What "tx1", "bg1" … stand for under a `clrMap` element (None: the usual map)."""
    found = dict(theme.colours)
    for name, usual in _MAP.items():
        wanted = usual if mapping is None else mapping.get(name, usual)
        found[name] = theme.colours.get(wanted, theme.colours[usual])
    if mapping is not None:
        for name in mapping.attrib:
            if name not in _MAP and mapping.get(name) in theme.colours:
                found[name] = theme.colours[mapping.get(name)]
    return found


def named(colour: Any) -> str:
    """The theme colour's name where a colour is one, unchanged; else empty."""
    if local(colour) == "schemeClr" and not elements(colour):
        return str(colour.get("val", ""))
    return ""


def hex_of(colour: Any, colours: Mapping[str, str], ph: str = "") -> str:
    """A colour element as six hex digits; empty where it means none or is nearly transparent.

    `ph` is what "phClr" stands for in a theme's fills.
    """
    base = _base(colour, colours, ph)
    return _changed(base, elements(colour)) if base else ""


def _base(colour: Any, colours: Mapping[str, str], ph: str) -> str:
    kind, value = local(colour), colour.get("val") or ""
    if kind == "schemeClr":
        return ph if value == "phClr" else colours.get(value, "")
    if kind == "sysClr":
        return _digits(colour.get("lastClr") or _SYSTEM.get(value, ""))
    if kind == "srgbClr":
        return _digits(value)
    if kind == "prstClr":
        return _PRESETS.get(value, "808080")
    if kind == "scrgbClr":
        parts = [_share(colour.get(name)) for name in "rgb"]
        return "".join(f"{round(255 * p ** (1 / 2.2)):02X}" for p in parts)
    if kind == "hslClr":
        hue = (number(colour.get("hue")) or 0) / 21600000 % 1
        return _of_hls(hue, _share(colour.get("lum")), _share(colour.get("sat")))
    return ""


def _digits(value: str) -> str:
    good = len(value) == 6 and all(c in "0123456789abcdefABCDEF" for c in value)
    return value.upper() if good else ""


def _share(value: str | None) -> float:
    found = number(value)
    return 0.0 if found is None else max(0.0, min(found / _FULL, 1.0))


def _of_hls(hue: float, light: float, full: float) -> str:
    rgb = colorsys.hls_to_rgb(hue, max(0.0, min(light, 1.0)), max(0.0, min(full, 1.0)))
    return "".join(f"{round(255 * part):02X}" for part in rgb)


def _changed(base: str, changes: list[Any]) -> str:
    """A colour after its `lumMod`, `tint` … (ECMA-376 part 1, 20.1.2.3)."""
    colour = base
    for change in changes:
        kind, value = local(change), (number(change.get("val")) or 0.0) / _FULL
        if kind == "alpha" and value < _SEEN:
            return ""
        if kind in ("tint", "shade"):
            colour = _mixed(colour, value, 1.0 if kind == "tint" else 0.0)
        elif kind in ("lumMod", "lumOff", "satMod", "inv"):
            colour = _shifted(colour, kind, value)
    return colour


def _shifted(colour: str, kind: str, value: float) -> str:
    """A colour of another lightness or saturation."""
    hue, light, full = colorsys.rgb_to_hls(*_parts(colour))
    light = {"lumMod": light * value, "lumOff": light + value, "inv": 1 - light}.get(kind, light)
    return _of_hls(hue, light, full * value if kind == "satMod" else full)


def _mixed(colour: str, share: float, other: float) -> str:
    """A colour mixed with black (0) or white (1) in linear light, as PowerPoint does."""
    share = max(0.0, min(share, 1.0))
    linear = (part**2.2 * share + other * (1 - share) for part in _parts(colour))
    return "".join(f"{round(255 * part ** (1 / 2.2)):02X}" for part in linear)


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def fill_colour(fill: Any, colours: Mapping[str, str], ph: str = "") -> str:
    """The colour of a fill: of a gradient or a picture in two tones the mean; others have none."""
    kind = local(fill)
    if kind == "solidFill":
        inner = elements(fill)
        return hex_of(inner[0], colours, ph) if inner else ""
    if kind == "blipFill":
        two = next(fill.iter(f"{A}duotone"), None)
        found = [c for c in (hex_of(e, colours, ph) for e in elements(two)) if c]
        return _mean(found) if found else ""
    if kind == "gradFill":
        stops = [e for s in fill.iter(f"{A}gs") for e in elements(s)[:1]]
        found = [c for c in (hex_of(stop, colours, ph) for stop in stops) if c]
        return _mean(found) if found else ""
    return ""


def _mean(found: list[str]) -> str:
    parts = (round(sum(int(c[i : i + 2], 16) for c in found) / len(found)) for i in (0, 2, 4))
    return "".join(f"{part:02X}" for part in parts)


def parse(blob: bytes) -> Any:
    """A part's root element, read without entities and network; None where it is no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(blob, parser)
    except etree.XMLSyntaxError:
        return None
