"""Where a passage stands, to be looked at: its page as a picture, or its section as a page of HTML.

The lines of the quotation are marked as with a marker pen: the words under it stay as dark as they
are.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.documents.passage import Box, Passage
from copydesk.errors import DocumentProblem

if TYPE_CHECKING:
    from PIL import Image

_LONGEST = 2000  # pixels of the longer side
_FINEST, _USUAL = 6.0, 2.0  # pixels a point: of the smallest pages, and of ordinary ones
_MARKER = (255, 236, 122)
_PALE = (255, 250, 219)
_EDGE = (222, 158, 0)
_DARK = 96  # mean brightness of a ground that a marker would not be seen on
_SHARE = 0.35  # of the marker on such a ground
_BEGINS = 24  # characters by which the passage is found where the quotation spans several
_AROUND = 40  # passages of a section that are shown before and after the marked one


Area = tuple[int, int, int, int]  # left, top, right, low


@dataclass(frozen=True)
class Spot:
    """A place in a document that is to be shown.

    Attributes:
        page: 1-based.
        quotation: the words that are marked, as they stand there.
        boxes: where the passage stands, marked palely around the words, or instead of them where
            they are not found.
        password: of an encrypted file.
    """

    page: int
    quotation: str
    boxes: tuple[Box, ...] = ()
    password: str = ""


def page_picture(path: Path, content: bytes, spot: Spot) -> bytes:
    """The page as PNG, at most 2,000 pixels long, with the quotation marked.

    Raises:
        LockedDocument: the file is encrypted, and the password is missing or another.
        DocumentProblem: it is no PDF that can be read, or has no such page.
    """
    from copydesk.documents.pdf import marks  # noqa: PLC0415 - PDFium is for those who look

    picture, scale = _rendered(path, content, spot)  # first, for it names the file in a problem
    words = marks(content, spot.page, spot.quotation, spot.password)
    words = [box for box in words if box.left < box.right and box.low < box.top]
    strong = [_area(box, scale, picture.size) for box in words or spot.boxes]
    pale = [_area(box, scale, picture.size) for box in spot.boxes] if words else []
    return _png(_marked(picture, pale, strong))


def _rendered(path: Path, content: bytes, spot: Spot) -> tuple["Image.Image", float]:
    """The bare page as it is seen, and its pixels a point."""
    import pypdfium2  # noqa: PLC0415 - as above

    from copydesk.documents.pdf import open_pdf  # noqa: PLC0415 - as above

    with open_pdf(path, content, spot.password) as opened:
        if not 0 < spot.page <= len(opened):
            raise DocumentProblem(
                f"{path} has {len(opened):,} pages and no page {spot.page}.",
                "it was changed since it was read: ask again",
            )
        try:
            page = opened[spot.page - 1]
            scale = _scale(*page.get_size())
            return page.render(scale=scale).to_pil().convert("RGB"), scale
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise DocumentProblem(
                f"Page {spot.page} of {path} cannot be drawn: {error}.", "export the PDF again"
            ) from None


def _scale(width: float, height: float) -> float:
    longest = max(width, height, 1.0)
    return min(_LONGEST / longest, max(_USUAL, min(_FINEST, 800 / longest)))


def _area(box: Box, scale: float, size: tuple[int, int]) -> Area:
    """A box in pixels from the top, a little wider than the letters, within the picture."""
    width, height = size
    more = 1.5 * scale
    left, right = sorted((box.left, box.right))
    low, top = sorted((box.low, box.top))
    return (
        max(0, int(left * scale - more)),
        max(0, int(height - top * scale - more / 2)),
        min(width - 1, int(right * scale + more)),
        min(height - 1, int(height - low * scale + more / 2)),
    )


def _marked(picture: "Image.Image", pale: Sequence[Area], strong: Sequence[Area]) -> "Image.Image":
    from PIL import Image, ImageChops, ImageDraw  # noqa: PLC0415 - as above

    strong = [area for area in strong if area[2] > area[0] and area[3] > area[1]]
    marker = Image.new("RGB", picture.size, "white")
    pen = ImageDraw.Draw(marker)
    for areas, colour in ((pale, _PALE), (strong, _MARKER)):
        for area in areas:
            if area[2] > area[0] and area[3] > area[1]:
                pen.rectangle(area, fill=colour)
    marked = ImageChops.multiply(picture, marker)
    edge = ImageDraw.Draw(marked)
    for area in strong:
        _tint_if_dark(picture, marked, area)
        left, _, right, low = area
        edge.line((left, low, right, low), fill=_EDGE, width=max(1, picture.height // 800))
    return marked


def _tint_if_dark(picture: "Image.Image", marked: "Image.Image", area: Area) -> None:
    """Lay the marker over a dark ground, which it would leave as dark as it is."""
    from PIL import Image, ImageStat  # noqa: PLC0415 - as above

    ground = picture.crop(area)
    if ImageStat.Stat(ground.convert("L")).median[0] < _DARK:
        tint = Image.new("RGB", ground.size, _MARKER)
        marked.paste(Image.blend(ground, tint, _SHARE), area[:2])


def _png(picture: "Image.Image") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


# Documents without pages -------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A passage on the page of HTML: what stands before the marked words, they, and the rest."""

    kind: str
    before: str
    marked: str = ""
    after: str = ""


def section_page(
    name: str, passages: Sequence[Passage], quotation: str, language: str, page: int = 0
) -> str:
    """A page of HTML with the section around a passage, the quotation marked in it.

    Nothing is fetched, no script runs, every text is escaped.

    Args:
        passages: of the document, in reading order.
        page: the slide or sheet that the quotation stands on, 0 where there are none.
    """
    from jinja2 import FileSystemLoader, StrictUndefined  # noqa: PLC0415 - for those who look
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - as above

    from copydesk.prompts import templates_folder  # noqa: PLC0415 - as above

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates_folder() / "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    at = _holding(passages, quotation, page)
    first, last = _section(passages, at)
    parts = [_part(passages[i], quotation if i == at else "") for i in range(first, last)]
    return environment.get_template("passage.html.j2").render(
        name=name, path=passages[at].path, parts=parts, language=language
    )


def _holding(passages: Sequence[Passage], quotation: str, page: int) -> int:
    """The number of the passage that a quotation stands in, or begins in; the first if none."""
    begins = quotation.strip()[:_BEGINS]
    for wanted in (quotation, begins):
        for number, passage in enumerate(passages):
            if passage.page == page and _place(passage.text, wanted):
                return number
    return 0


def _section(passages: Sequence[Passage], at: int) -> tuple[int, int]:
    """The first passage of the section that one stands in, and the one after its last."""
    path = passages[at].path
    first = last = at
    while first > 0 and at - first < _AROUND and passages[first - 1].path == path:
        first -= 1
    while last < len(passages) and last - at < _AROUND and passages[last].path == path:
        last += 1
    return first, max(last, at + 1)


def _part(passage: Passage, quotation: str) -> Part:
    if not quotation:
        return Part(passage.kind, passage.text)
    text = passage.text
    start, end = _place(text, quotation) or (0, len(text))
    return Part(passage.kind, text[:start], text[start:end], text[end:])


def _place(text: str, quotation: str) -> tuple[int, int] | None:
    """Where a quotation stands in a text, white space and case aside."""
    pattern = r"\s*".join(re.escape(word) for word in quotation.split())
    found = re.search(pattern, text, re.IGNORECASE) if pattern else None
    return found.span() if found else None
