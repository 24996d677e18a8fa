"""Office files and books for tests, made in code, part by part where libraries are too kind."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"'
    for name, word in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("presentation", "presentation"),
    )
)


def zipped(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """An archive with these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def changed(path: Path, parts: Mapping[str, str | bytes | None]) -> Path:
    """The archive at a path with some parts put in, replaced, or (None) taken out."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        held: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        if content is None:
            held.pop(name, None)
        else:
            held[name] = content
    return zipped(path, held)


def relations(*targets: tuple[str, str]) -> str:
    """A file of relationships rId1, rId2, …, each a kind and a target."""
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{REL}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_RELS}">{inner}</Relationships>'


def docx(path: Path, body: str, parts: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """A Word file with this body (its XML with the prefix w); other parts by name: kind and XML."""
    others = dict(parts or {})
    space = f'xmlns:w="{WORD}" xmlns:r="{REL}"'
    whole: dict[str, str | bytes] = {
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(
            *((kind, name) for name, (kind, _) in others.items())
        ),
    }
    for name, (_, content) in others.items():
        whole[f"word/{name}"] = content.replace(" NS", f" {space}", 1)
    return zipped(path, whole)


def para(text: str, style: str = "", more: str = "") -> str:
    """A paragraph's XML."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def workbook(path: Path, sheets: Mapping[str, list[list[object]]], merged: str = "") -> Path:
    """A workbook with these sheets; `merged`: a range of the first that is one cell."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if merged:
        book.worksheets[0].merge_cells(merged)
    book.save(path)
    return path


def xlsx(path: Path, rows: str, more: str = "") -> Path:
    """A workbook of one sheet with the XML of its rows as given."""
    return zipped(
        path,
        {
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{REL}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData>'
            f"{more}</worksheet>",
        },
    )


def epub(
    path: Path,
    chapters: Mapping[str, str],
    *,
    more: Mapping[str, str] | None = None,
    manifest: str = "",
) -> Path:
    """A book with these chapters, each a page of XHTML, and other files."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    whole: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<container "
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Bees</dc:title></metadata>'
        f"<manifest>{items}{manifest}</manifest><spine>{spine}</spine></package>",
    }
    for name, page in chapters.items():
        head = "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>"
        whole[f"OEBPS/{name}"] = f"<?xml version='1.0'?>{head}{page}</body></html>"
    return zipped(path, {**whole, **(more or {})})


def odf(path: Path, body: str, kind: str = "text", more: Mapping[str, str] | None = None) -> Path:
    """An OpenDocument file with this body."""
    return zipped(
        path,
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {ODF}><office:body><office:{kind}>{body}"
            f"</office:{kind}></office:body></office:document-content>",
            **(more or {}),
        },
    )
