"""What is in an archive: a document of one of the kinds that can be read, or the reason why not."""

from pathlib import Path

from copydesk.documents.epub import read_epub
from copydesk.documents.kinds import KINDS
from copydesk.documents.office.docx import read_docx
from copydesk.documents.office.odf import read_odf
from copydesk.documents.office.parts import Parts
from copydesk.documents.office.pptx import read_pptx
from copydesk.documents.package import Package, locked, office_kind
from copydesk.documents.reading import Reading
from copydesk.errors import DocumentProblem


def _read_xlsx(parts: Parts) -> Reading:
    from copydesk.documents.office import xlsx  # noqa: PLC0415 - openpyxl takes a fifth of a second

    return xlsx.read_xlsx(parts)


_READERS = {"docx": read_docx, "pptx": read_pptx, "xlsx": _read_xlsx}
_READERS |= dict.fromkeys(("odt", "ods", "odp"), read_odf)
_OLD = {
    "WordDocument": ("Word document", "docx"),
    "PowerPoint Document": ("PowerPoint presentation", "pptx"),
    "Workbook": ("Excel workbook", "xlsx"),
    "Book": ("Excel workbook", "xlsx"),
}


def read_archive(path: Path, content: bytes) -> Reading:
    """Read a zip archive that is a document.

    Raises:
        LockedDocument: it is encrypted.
        DocumentProblem: it is damaged, too large when unpacked, or no document.
    """
    package = Package(path, content)
    kind = office_kind(package)
    if kind == "epub":
        return read_epub(path, package)
    parts = Parts(package)
    kind = kind or parts.kind
    if kind in _READERS:
        return _READERS[kind](parts)
    if kind == "xlsb":
        raise DocumentProblem(f"{path} is a binary workbook (XLSB).", "save it as XLSX or CSV")
    if any(name.endswith(".iwa") for name in package.names):
        raise DocumentProblem(f"{path} is a file of Apple's.", "export it as PDF or Office file")
    if kind:
        raise DocumentProblem(f"{path} is an OpenDocument file without text.", KINDS)
    raise DocumentProblem(f"{path} is an archive, which cannot be read.", f"unpack it; {KINDS}")


def refuse_ole(path: Path, content: bytes) -> None:
    """Say what a file in Office's older container is.

    Raises:
        LockedDocument: it is an encrypted file of a newer Office.
        DocumentProblem: it is a file of an older one.
    """
    if _holds(content, "EncryptedPackage"):
        raise locked(path)
    for stream, (what, suffix) in _OLD.items():
        if _holds(content, stream):
            raise DocumentProblem(
                f"{path} is a {what} in the format from before 2007.",
                f"save it as .{suffix}, or run soffice --headless --convert-to {suffix} FILE",
            )
    raise DocumentProblem(
        f"{path} is in the Office format from before 2007.", "save it as DOCX, PPTX or XLSX"
    )


def _holds(content: bytes, stream: str) -> bool:
    """Whether a container names a stream, in its directory."""
    return (stream + "\0").encode("utf-16-le") in content
