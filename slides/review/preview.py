"""Pictures of a deck, through LibreOffice and poppler: the only way to see what a reader sees."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from copydesk.errors import DocumentProblem, MissingTool

_TIMEOUT = 240  # seconds; a first start of LibreOffice on a busy machine takes half a minute


def to_pdf(pptx: Path, folder: Path) -> Path:
    """Convert a .pptx to a PDF of the same stem in `folder`, in a LibreOffice profile of its own.

    Raises:
        MissingTool: soffice is not on PATH.
        DocumentProblem: LibreOffice could not convert the file, or took too long.
    """
    soffice = _tool("soffice", "install LibreOffice Impress")
    with tempfile.TemporaryDirectory(prefix="copydesk-office-") as profile:
        command = [soffice, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), str(pptx)]
        _call(command, f"LibreOffice could not convert {pptx.name}")
    made = folder / f"{pptx.stem}.pdf"
    if not made.is_file():
        raise DocumentProblem(
            f"LibreOffice made no PDF of {pptx.name}.", "open the file by hand to see what it says"
        )
    return made


def to_pictures(pptx: Path, folder: Path, *, width: int = 1600) -> list[Path]:
    """One PNG per slide in `folder`, `width` pixels wide, in the deck's order.

    Raises:
        MissingTool: soffice or pdftoppm is not on PATH.
        DocumentProblem: the file could not be converted.
    """
    pdftoppm = _tool("pdftoppm", "install poppler-utils")
    with tempfile.TemporaryDirectory(prefix="copydesk-pdf-") as pages:
        pdf = to_pdf(pptx, Path(pages))
        command = [pdftoppm, "-png", "-scale-to-x", str(width), "-scale-to-y", "-1"]
        _call([*command, str(pdf), str(folder / pptx.stem)], f"No pictures of {pptx.name}")
    return sorted(folder.glob(f"{pptx.stem}-*.png"), key=lambda p: int(p.stem.rpartition("-")[2]))


def page_words(pdf: Path) -> str:
    """The words of a PDF with their boxes, as XHTML (`pdftotext -bbox-layout`).

    Raises:
        MissingTool: pdftotext is not on PATH.
        DocumentProblem: the file is not a PDF.
    """
    pdftotext = _tool("pdftotext", "install poppler-utils")
    return _call([pdftotext, "-bbox-layout", str(pdf), "-"], f"{pdf.name} cannot be read")


def _tool(name: str, hint: str) -> str:
    found = shutil.which(name)
    if not found:
        raise MissingTool(f"The program {name} is not on PATH.", hint)
    return found


def _call(command: list[str], failure: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a list, never a shell
            command, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise DocumentProblem(f"{failure}: no answer in {_TIMEOUT} s.", "try again") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DocumentProblem(f"{failure}: {said}.", "see whether the file opens by hand")
    return done.stdout
