"""Zip archives taken apart within bounds, so that a few kilobytes cannot fill the memory."""

import io
import re
import zipfile

from copydesk.documents.package import DAMAGE
from copydesk.errors import DocumentProblem

LARGEST_FILE = 512 << 20  # bytes, as it lies on the disk
_MOST_PARTS = 20_000
_LARGEST_XML = 64 << 20  # bytes of one part that will be parsed, uncompressed
_LARGEST_PART = 256 << 20  # bytes of any other part, uncompressed
_LARGEST_WHOLE = 768 << 20  # bytes of all parts, uncompressed
_FREE = 16 << 20  # bytes under which no ratio is looked at
_STEEPEST = 200  # times a genuine XML part may grow; the most deflate can do is 1,032
_CHUNK = 1 << 20
_UNSAFE = re.compile(r"(^|/)\.\.?(/|$)|^/|^[A-Za-z]:|[\x00-\x1f]")
XML_NAMES = (".xml", ".rels", ".vml")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AGAIN = "open it in PowerPoint or LibreOffice and save it again as .pptx"


def unzip(content: bytes, name: str) -> dict[str, bytes]:
    """The parts of an Office package by name, without folders, in the archive's order.

    `name` is what errors call the file.

    Raises:
        DocumentProblem: it is no zip archive, encrypted, damaged, larger than any presentation
            needs, or has part names that lead out of the package or stand in it twice.
    """
    if not content.startswith(b"PK"):
        raise _no_archive(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if not e.filename.endswith(("/", "\\"))]
            _check_sizes(entries, len(content), name)
            _check_names(entries, name)
            return {_slashes(e.filename): _read(archive, e, name) for e in entries}
    except RuntimeError as error:
        if "password" in str(error) or "encrypted" in str(error):
            raise _encrypted(name) from None
        raise damaged(name) from None
    except DAMAGE:
        raise damaged(name) from None


def damaged(name: str, where: str = "") -> DocumentProblem:
    """The error for a file that does not open; `where` names the part that is broken."""
    part = f": its part {where} cannot be read" if where else ""
    return DocumentProblem(f"{name} is damaged or cut off{part}.", _SAVE_AGAIN)


def _slashes(name: str) -> str:
    """Some programs write part names the Windows way."""
    return name.replace("\\", "/")


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    """Refuse by the archive's own directory, before a byte is unpacked."""
    whole = sum(entry.file_size for entry in entries)
    steep = whole > _FREE and whole > packed * _STEEPEST
    if len(entries) > _MOST_PARTS or whole > _LARGEST_WHOLE or steep:
        raise _too_large(name, f"unpacks to {whole >> 20:,} MB in {len(entries):,} parts")
    for entry in entries:
        xml = entry.filename.lower().endswith(XML_NAMES)
        steep = xml and entry.file_size > max(_FREE, entry.compress_size * _STEEPEST)
        if entry.file_size > (_LARGEST_XML if xml else _LARGEST_PART) or steep:
            raise _too_large(name, f"holds a part of {entry.file_size >> 20:,} MB")


def _check_names(entries: list[zipfile.ZipInfo], name: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        part = _slashes(entry.filename)
        if _UNSAFE.search(part):
            raise DocumentProblem(
                f"{name} has a part named {part[:60]!r}, which leads out of the package.",
                "it was not made by an office program: get the file from its author again",
            )
        if part.lower() in seen:
            raise DocumentProblem(f"{name} holds the part {part[:60]} twice.", _SAVE_AGAIN)
        seen.add(part.lower())


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """One part, never more of it than the archive's directory promised."""
    found = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            found += chunk
            if len(found) > entry.file_size:
                raise _too_large(name, "holds more than its directory says")
    return bytes(found)


def _no_archive(content: bytes, name: str) -> DocumentProblem:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return _encrypted(name)
        if "PowerPoint Document".encode("utf-16-le") in content:
            return DocumentProblem(
                f"{name} is in PowerPoint's format of before 2007 (.ppt).",
                "convert it: open it and save it as .pptx,"
                " or run soffice --headless --convert-to pptx FILE",
            )
        return DocumentProblem(
            f"{name} is an Office file of before 2007, and not a presentation.",
            "give a .pptx or .potx file",
        )
    if not content:
        return DocumentProblem(f"{name} is empty.", "give a .pptx or .potx file")
    return DocumentProblem(
        f"{name} is not a PowerPoint file.", "give a .pptx, .potx, .ppsx, .pptm or .potm file"
    )


def _encrypted(name: str) -> DocumentProblem:
    return DocumentProblem(
        f"{name} is encrypted.",
        "open it in PowerPoint with its password, remove the password under File > Info, and save",
    )


def _too_large(name: str, what: str) -> DocumentProblem:
    return DocumentProblem(
        f"{name} {what}, more than a presentation needs.",
        "if it is genuine, compress its pictures and media in PowerPoint and save it again",
    )
