"""Checking a finished deck, anybody's: what its file says, and what its pages really show.

Codes from the file: no-title, reading-order, no-notes, empty-placeholder, prompt-text,
outside-slide, small-type, no-alt-text, contrast, off-theme-font, off-theme-colour; from the
rendered pages: page-count, text-outside, text-off-slide, text-overlap, and contrast again.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from copydesk.documents.package import DAMAGE
from copydesk.findings import Finding
from copydesk.slides.package.archive import damaged
from copydesk.slides.package.opening import presentation_of, read_file
from copydesk.slides.review.contents import CHECKS
from copydesk.slides.review.ink import sheets_of
from copydesk.slides.review.looks import in_theme, readable
from copydesk.slides.review.measures import Share, share_of
from copydesk.slides.review.pixels import faint_on_page
from copydesk.slides.review.preview import pictures_of, to_pdf
from copydesk.slides.review.rendered import looked_at, pages_of
from copydesk.slides.review.slides import Opened, opened


@dataclass(frozen=True)
class Reviewed:
    """What a review found, and over how much."""

    findings: tuple[Finding, ...]
    share: Share


def review(pptx: Path | bytes, *, rendered: bool = False) -> list[Finding]:
    """Check a deck; with `rendered` also its pages, which takes LibreOffice some seconds.

    Raises:
        DocumentProblem: the file cannot be read as a presentation, or its pages not be rendered.
        MissingTool: `rendered`, and soffice is not on PATH.
    """
    return list(reviewed(pptx, rendered=rendered).findings)


def reviewed(pptx: Path | bytes, *, rendered: bool = False) -> Reviewed:
    """The same with counts; see `review`."""
    name = pptx.name if isinstance(pptx, Path) else "The deck"
    content = presentation_of(read_file(pptx) if isinstance(pptx, Path) else pptx, name)
    try:
        deck = opened(content)
        found = [f for slide in deck.slides for check in _ALL for f in check(slide, deck.page)]
    except DAMAGE:
        raise damaged(name) from None
    if rendered:
        known = {(f.code, f.place) for f in found}
        found += [f for f in _pages(content, deck) if (f.code, f.place) not in known]
    return Reviewed(tuple(found), share_of(deck, found))


_ALL = (*CHECKS, readable, in_theme)


def _pages(content: bytes, deck: Opened) -> list[Finding]:
    """The deck's pages, rendered and looked at."""
    with tempfile.TemporaryDirectory(prefix="copydesk-review-") as folder:
        path = Path(folder) / "deck.pptx"
        path.write_bytes(content)
        return judged(deck, to_pdf(path, Path(folder)))


def judged(deck: Opened, pdf: Path) -> list[Finding]:
    """What a deck's pages show wrong, from the PDF that LibreOffice made of it."""
    sheets = sheets_of(pdf)
    seen = pages_of(deck, sheets)
    found = list(looked_at(deck, sheets, seen))
    pictures = pictures_of(pdf, width=round(deck.page.width))
    for (slide, shown), picture in zip(seen, pictures, strict=False):
        found += faint_on_page(slide, shown, deck.page, picture)
    return found
