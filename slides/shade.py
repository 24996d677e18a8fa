"""A colour made lighter, darker or stronger, as drawing programs do it to a theme's colours."""

import colorsys
from functools import lru_cache

WHOLE = 100_000  # a whole, as the files count shares


@lru_cache(maxsize=4096)
def shaded(colour: str, changes: tuple[tuple[str, int], ...]) -> str:
    """Six hex digits with `lumMod`, `lumOff` and `satMod` applied, in the order given.

    ECMA-376 part 1, 20.1.2.3.20, 21 and 27: all in hue, saturation and lightness.
    """
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    for name, amount in changes:
        share = amount / WHOLE
        if name == "satMod":
            saturation *= share
        else:
            light = light * share if name == "lumMod" else light + share
    turned = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), min(saturation, 1.0))
    return "".join(f"{round(part * 255):02X}" for part in turned)
