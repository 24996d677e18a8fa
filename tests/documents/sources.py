"""Small source files, made in code: a PDF by hand, Office files by the libraries that read them."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
from pptx import Presentation


def pdf(path: Path, pages: Sequence[Sequence[str]], *, size: int = 11, title: str = "") -> Path:
    """A PDF of Helvetica lines, 14 points apart; a line that begins with # is set larger."""
    streams = []
    for lines in pages:
        y, parts = 780, []
        for line in lines:
            large = line.startswith("# ")
            said = line.removeprefix("# ").encode("cp1252").decode("latin-1")
            said = said.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            parts.append(f"BT /F1 {18 if large else size} Tf 72 {y} Td ({said}) Tj ET")
            y -= 28 if large or not line else 14
        streams.append("\n".join(parts).encode("latin-1"))
    return write_pdf(path, streams, title)


def write_pdf(path: Path, streams: Sequence[bytes], title: str = "") -> Path:
    """Pages of content streams; no pages where there are none."""
    count = len(streams)
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, stream in enumerate(streams):
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(page.encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(f"<< /Title ({title}) >>".encode())
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    out.write(trailer % (len(objects) + 1, len(objects), start))
    path.write_bytes(out.getvalue())
    return path


def word(path: Path) -> Path:
    """A heading, a paragraph, a table, a list item."""
    document = docx.Document()
    document.core_properties.title = "Bees of the town"
    document.add_heading("Counting", 1)
    document.add_paragraph("The town counted 1,250 hives in June 2024.")
    table = document.add_table(2, 2)
    for row, cells in zip(table.rows, (("Quarter", "Hives"), ("North", "310")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("Ask the keepers", style="List Bullet")
    document.save(str(path))
    return path


def deck(path: Path) -> Path:
    """Two slides with titles, the first with notes."""
    presentation = Presentation()
    for title, text in (("Hives", "1,250 hives in 2024"), ("Honey", "Nine tonnes of honey")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    presentation.slides[0].notes_slide.notes_text_frame.text = "Thank the keepers"
    presentation.save(str(path))
    return path


def bomb(path: Path, part: str = "word/document.xml", size: int = 80 << 20) -> Path:
    """A small archive whose document unpacks to `size` bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, b" " * size)
    return path
