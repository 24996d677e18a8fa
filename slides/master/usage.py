"""Which slide master a deck's own slides stand on, before it becomes a template without slides."""

from collections import Counter

from copydesk.slides.package.opening import mended
from copydesk.slides.package.structure import masters, slides_of


def usual_master(content: bytes, name: str) -> str:
    """The part of the slide master under most slides of a file; the first of equals.

    Raises:
        DocumentProblem: it is no presentation, or damaged.
    """
    package, main = mended(content, name)
    seen: Counter[str] = Counter()
    for slide in slides_of(package, main):
        for layout in package.of(slide, "slideLayout")[:1]:
            seen.update(r.target for r in package.of(layout.target, "slideMaster")[:1])
    return max(masters(package, main), key=lambda part: seen[part], default="")
