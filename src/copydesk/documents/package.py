"""Office files are zip archives: opened with bounds, so that a few kilobytes do not fill memory."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from docx.opc.exceptions import OpcError
from lxml import etree
from pptx.exc import PythonPptxError

from copydesk.errors import DocumentProblem

DAMAGE = (
    KeyError,
    IndexError,
    ValueError,
    AttributeError,
    TypeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    EOFError,
    OSError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    etree.Error,
    OpcError,
    PythonPptxError,
)
"""What python-docx and python-pptx raise on files that are not what they claim to be."""

_MOST_PARTS = 20_000
_LARGEST_XML = 64 << 20  # bytes of one part, uncompressed
_LARGEST = 512 << 20  # bytes of all parts, uncompressed


class Package:
    """A zip archive whose size when unpacked was looked at first.

    Raises:
        DocumentProblem: it is damaged, or unpacks to more than any document needs.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.content = content
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = archive.infolist()
        except DAMAGE:
            raise damaged(path) from None
        self.names = {part.filename for part in parts}
        xml = max((p.file_size for p in parts if p.filename.endswith((".xml", ".rels"))), default=0)
        whole = sum(part.file_size for part in parts)
        if len(parts) > _MOST_PARTS or whole > _LARGEST or xml > _LARGEST_XML:
            raise DocumentProblem(
                f"{path} unpacks to {whole >> 20} MB in {len(parts):,} parts, more than a document"
                " needs.",
                "if it is genuine, save it as PDF or in smaller parts",
            )

    def read(self, name: str) -> bytes:
        """One part; b"" if it is not there.

        Raises:
            DocumentProblem: the part cannot be unpacked.
        """
        if name not in self.names:
            return b""
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                return archive.read(name)
        except DAMAGE:
            raise damaged(self.path) from None


def office_kind(package: Package) -> str:
    """The kind of document in an archive, "" for none."""
    kinds = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
    for part, kind in kinds.items():
        if part in package.names:
            return kind
    if b"epub" in package.read("mimetype")[:64]:
        return "epub"
    return "odt" if b"opendocument" in package.read("mimetype")[:128] else ""


def damaged(path: Path) -> DocumentProblem:
    """The error for an Office file that does not open."""
    return DocumentProblem(f"{path} is damaged or cut off.", "open it in Office and save it again")
