"""Office files are zip archives: opened with bounds, so that a few kilobytes do not fill memory."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from docx.opc.exceptions import OpcError
from lxml import etree
from pptx.exc import PythonPptxError

from copydesk.errors import DocumentProblem, LockedDocument

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
"""What reading an Office file raises, by us or python-pptx, that is not what it claims to be."""

_MOST_PARTS = 20_000
_LARGEST_XML = 64 << 20  # bytes of one part, uncompressed
_LARGEST = 512 << 20  # bytes of all parts, uncompressed
_LARGEST_READ = 192 << 20  # bytes of all parts that were really read
_FREE = 4 << 20  # bytes under which no ratio is looked at
_STEEPEST = 200  # times a genuine XML part may grow; the most deflate can do is 1,032
_XML = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf")
_LOCKED = 0x1  # the flag of an encrypted part


class Package:
    """A zip archive whose size when unpacked was looked at first, by the archive's own directory.

    Raises:
        LockedDocument: its parts are encrypted.
        DocumentProblem: it is damaged, or unpacks to more than any document needs.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.content = content
        self._left = _LARGEST_READ
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except DAMAGE:
            raise damaged(path) from None
        parts = self._archive.infolist()
        self.names = {part.filename for part in parts}
        if any(part.flag_bits & _LOCKED for part in parts):
            raise locked(path)
        self._check_sizes(parts)

    def _check_sizes(self, parts: list[zipfile.ZipInfo]) -> None:
        whole = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts)
        if packed > len(self.content):  # parts that lie over one another
            raise damaged(self.path)
        xml = [part for part in parts if part.filename.lower().endswith(_XML)]
        steep = any(p.file_size > max(_FREE, p.compress_size * _STEEPEST) for p in xml)
        large = max((part.file_size for part in xml), default=0) > _LARGEST_XML
        if len(parts) > _MOST_PARTS or whole > _LARGEST or large or steep:
            count = "1 part" if len(parts) == 1 else f"{len(parts):,} parts"
            said = f"unpacks to {whole >> 20:,} MB in {count}"
            raise too_large(self.path, said)

    def read(self, name: str) -> bytes:
        """One part; b"" if it is not there. Never more of it than the directory promised.

        Raises:
            DocumentProblem: the part cannot be unpacked, or all that was read became too much.
        """
        if name not in self.names:
            return b""
        try:
            info = self._archive.getinfo(name)
            self._left -= info.file_size
            if self._left < 0 or info.file_size > _LARGEST_XML:
                raise too_large(self.path, f"unpacks to {_LARGEST_READ >> 20} MB and more")
            return self._archive.read(info)
        except (*DAMAGE, RuntimeError):  # RuntimeError: a part says only now that it is encrypted
            raise damaged(self.path) from None


def office_kind(package: Package) -> str:
    """The kind of document in an archive, "" for none."""
    kinds = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
    for part, kind in kinds.items():
        if part in package.names:
            return kind
    named = package.read("mimetype")[:128]
    if b"epub" in named or "META-INF/container.xml" in package.names:
        return "epub"
    for word, kind in ((b".text", "odt"), (b".spreadsheet", "ods"), (b".presentation", "odp")):
        if b"opendocument" + word in named:
            return kind
    return "odf" if b"opendocument" in named else ""


def damaged(path: Path) -> DocumentProblem:
    """The error for an Office file that does not open."""
    return DocumentProblem(f"{path} is damaged or cut off.", "open it in Office and save it again")


def too_large(path: Path, what: str) -> DocumentProblem:
    """The error for an Office file that is small on the disk alone."""
    return DocumentProblem(
        f"{path} {what}, more than a document needs.",
        "if it is genuine, save it as PDF or in smaller parts",
    )


def locked(path: Path) -> LockedDocument:
    """The error for an Office file that is encrypted: its password would not open it here."""
    return LockedDocument(
        f"{path} is encrypted.",
        "open it with its password in Office, take the password away, save it again",
        opens_here=False,
    )
