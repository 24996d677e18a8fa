"""How well one colour stands out from another, by the web's rule (WCAG 2.2)."""

from functools import lru_cache

BODY, LARGE = 4.5, 3.0  # least contrast of body type, and of large type (18 pt, or 14 pt bold)


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    """Relative luminance of six hex digits, 0 to 1 (WCAG 2.2, "relative luminance")."""

    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[i : i + 2]) for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
