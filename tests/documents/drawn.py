"""PDF pages drawn word by word: where text stands is what the reader is tested on."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}


@dataclass(frozen=True)
class Page:
    """A page's drawing, and what its dictionary says beside."""

    content: str
    box: str = "[0 0 595 842]"
    more: str = ""


def text(x: float, y: float, said: str, size: float = 10, font: str = "F1") -> str:
    """A line of text with its left lower corner at x, y."""
    raw = said.encode("cp1252", "replace").decode("latin-1")
    raw = raw.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({raw}) Tj ET"


def column(x: float, y: float, lines: Iterable[str], size: float = 10, pitch: float = 12) -> str:
    """Lines one under the other."""
    return "\n".join(text(x, y - pitch * at, line, size) for at, line in enumerate(lines))


def grid(xs: Sequence[float], y: float, rows: Sequence[Sequence[str]], pitch: float = 14) -> str:
    """A table's cells, row by row; empty ones are not drawn."""
    drawn = []
    for at, row in enumerate(rows):
        drawn += [
            text(x, y - pitch * at, cell, 9) for x, cell in zip(xs, row, strict=False) if cell
        ]
    return "\n".join(drawn)


def write(
    path: Path, pages: Sequence[Page | str], *, extra: Sequence[str] = (), catalog: str = ""
) -> Path:
    """A PDF; objects of `extra` have the numbers from 10 on, fonts F1 to F3 are Helvetica's kin."""
    pages = [page if isinstance(page, Page) else Page(page) for page in pages]
    first = 10 + len(extra)
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    fonts = " ".join(f"/{name} {3 + i} 0 R" for i, name in enumerate(FONTS))
    objects = {1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"}
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"
    for at, name in enumerate(FONTS.values()):
        objects[3 + at] = (
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        )
    objects |= dict(enumerate(extra, 10))
    for at, page in enumerate(pages):
        number = first + 2 * at
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox {page.box} /Contents {number + 1} 0 R "
            f"/Resources << /Font << {fonts} >> >> {page.more} >>"
        )
        length = len(page.content.encode("latin-1"))
        objects[number + 1] = f"<< /Length {length} >>\nstream\n{page.content}\nendstream"
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    offsets = {}
    for number, body in objects.items():
        offsets[number] = out.tell()
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))
    start, last = out.tell(), max(objects)
    out.write(f"xref\n0 {last + 1}\n0000000000 65535 f \n".encode())
    for number in range(1, last + 1):
        entry = f"{offsets[number]:010d} 00000 n" if number in offsets else "0000000000 65535 f"
        out.write(f"{entry} \n".encode())
    out.write(f"trailer\n<< /Size {last + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    path.write_bytes(out.getvalue())
    return path
