"""Pictures from anywhere: opened as hostile data, turned upright, cropped to their place."""

import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from copydesk.errors import UsageProblem

_MOST_PIXELS = 100_000_000
_MOST_BYTES = 60_000_000
_LONGEST = 4096  # pixels of the longer side; a projector shows half of that
_AS_THEY_ARE = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif"}
_MOST_CROPPED = 99_900  # of 100,000: something is left of every picture
_TURNED = 0x0112  # EXIF "Orientation"
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, OverflowError, KeyError)
_FORMATS = "give a PNG, JPEG, GIF, BMP, TIFF or WebP file"


@dataclass(frozen=True)
class Picture:
    """A picture that PowerPoint can show: its file's bytes, its extension, its size in pixels."""

    content: bytes
    extension: str
    width: int
    height: int


def read_picture(path: Path) -> Picture:
    """Open a picture; what PowerPoint cannot show is converted to PNG.

    Raises:
        UsageProblem: it is missing, too large, damaged, or no picture.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageProblem(f"The picture {path.name} is larger than 60 MB.", "make it smaller")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name holds a null"
        raise UsageProblem(
            f"The picture {str(path)!r} cannot be read: {reason}.", "check the path"
        ) from None
    return picture_of(content, path.name)


def picture_of(content: bytes, name: str) -> Picture:
    """The same from bytes; `name` is for messages."""
    _refuse_drawings(content, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _read(content, name)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large(name) from None
    except UnidentifiedImageError:
        raise UsageProblem(f"{name} is not a picture that can be read.", _FORMATS) from None
    except _BROKEN:
        raise UsageProblem(f"The picture {name} is damaged.", _FORMATS) from None


def cropping(width: float, height: float, wide: float, high: float) -> tuple[int, int, int, int]:
    """What to cut off left, top, right and bottom so that a picture fills a box.

    In thousandths of a per cent of the picture's `width` and `height`, as `a:srcRect` has them. A
    photograph's subject is mostly a little above the middle, so more is cut off below.
    """
    if width * high > height * wide:  # the picture is the broader one
        spare = min(100_000 * (1 - height * wide / (width * high)), _MOST_CROPPED)
        return round(spare / 2), 0, round(spare / 2), 0
    spare = min(100_000 * (1 - width * high / (height * wide)), _MOST_CROPPED)
    return 0, round(spare * 0.4), 0, round(spare * 0.6)


def _read(content: bytes, name: str) -> Picture:
    image: Image.Image
    with Image.open(io.BytesIO(content)) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise _too_large(name)
        if image.width < 1 or image.height < 1:
            raise UsageProblem(f"The picture {name} is empty.", _FORMATS)
        form = image.format or ""
        turned = form == "JPEG" and image.getexif().get(_TURNED, 1) != 1
        keep = form in _AS_THEY_ARE and image.mode != "CMYK" and not turned
        image.load()
        if keep and (max(image.size) <= _LONGEST or form == "GIF"):
            return Picture(content, _AS_THEY_ARE[form], image.width, image.height)
        return _converted(image, form)


def _converted(image: Image.Image, form: str) -> Picture:
    """The picture upright, no larger than need be, as JPEG if it was one, else as PNG."""
    upright = ImageOps.exif_transpose(image) or image
    upright.thumbnail((_LONGEST, _LONGEST))
    stream = io.BytesIO()
    if form == "JPEG":
        upright.convert("RGB").save(stream, "JPEG", quality=90)
        return Picture(stream.getvalue(), "jpeg", upright.width, upright.height)
    plain = upright if upright.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else None
    (plain or upright.convert("RGBA")).save(stream, "PNG")
    return Picture(stream.getvalue(), "png", upright.width, upright.height)


def _refuse_drawings(content: bytes, name: str) -> None:
    head = content[:2048].lstrip().lower()
    if b"<svg" in head or name.lower().endswith((".svg", ".svgz")):
        raise UsageProblem(
            f"{name} is an SVG drawing, which not every PowerPoint can show.",
            "save it as PNG, 2000 pixels wide",
        )


def _too_large(name: str) -> UsageProblem:
    return UsageProblem(
        f"The picture {name} has more than 100 million pixels.", "save it in a smaller size"
    )
