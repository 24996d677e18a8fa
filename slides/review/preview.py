"""Pictures of a deck, through LibreOffice: the only way to see what a reader sees."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.errors import DocumentProblem, MissingTool
from copydesk.slides.package.opening import open_presentation

if TYPE_CHECKING:
    from PIL.Image import Image

_TIMEOUT = 240  # seconds; a first start of LibreOffice on a busy machine takes half a minute
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
_TALLEST = 4.0  # a page higher than so many widths is shown narrower, to keep pictures bearable
_GAP = 24  # pixels around the pictures of a contact sheet


def to_pdf(pptx: Path, folder: Path) -> Path:
    """Convert a .pptx to a PDF of the same stem in `folder`, in a LibreOffice profile of its own.

    Raises:
        MissingTool: soffice is not on PATH.
        DocumentProblem: LibreOffice could not convert the file, or took too long.
    """
    soffice = _soffice()
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


def _soffice() -> str:
    """LibreOffice's program: on PATH, or where its installers put it."""
    found = shutil.which("soffice") or next((p for p in _PLACES if Path(p).is_file()), None)
    if not found:
        raise MissingTool("The program soffice is not on PATH.", "install LibreOffice Impress")
    return found


def _call(command: list[str], failure: str) -> None:
    """Run a program to its end; one that does not answer is ended with all that it started."""
    alone = os.name == "posix"
    with subprocess.Popen(  # noqa: S603 - a list, never a shell
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=alone
    ) as process:
        try:
            _, said = process.communicate(timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            _end(process, alone=alone)
            raise DocumentProblem(f"{failure}: no answer in {_TIMEOUT} s.", "try again") from None
        except BaseException:  # Ctrl-C too: nothing that was started stays behind
            _end(process, alone=alone)
            raise
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise DocumentProblem(f"{failure}: {lines[-1]}.", "see whether the file opens by hand")


def _end(process: subprocess.Popen[bytes], *, alone: bool) -> None:
    if alone:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


@contextmanager
def rendered(pdf: Path, content: bytes | None = None) -> Iterator[Any]:
    """The pages of a deck as PDFium has them, under the one lock that PDFium needs.

    Args:
        content: the file's bytes, where they were read already.

    Raises:
        DocumentProblem: the PDF cannot be read.
    """
    from copydesk.documents.pdf import open_pdf  # noqa: PLC0415 - only when pages are looked at

    try:
        with open_pdf(pdf, content) as document:
            yield document
    except DocumentProblem as problem:
        raise DocumentProblem(
            f"The pages of {pdf.name} cannot be shown: {problem.message}", "open the deck by hand"
        ) from None


def pictures_of(pdf: Path, *, width: int = 1600) -> Iterator["Image"]:
    """The pages of a PDF as pictures, `width` pixels wide, one after the other.

    Raises:
        DocumentProblem: the PDF cannot be read.
    """
    with rendered(pdf) as document:
        count = len(document)
    content = pdf.read_bytes()
    for number in range(count):
        # Opened for each page: PDFium is not held while somebody looks at a picture.
        with rendered(pdf, content) as document:
            picture = _picture(document[number], width)
        yield picture


def _picture(page: Any, width: int) -> "Image":
    wide, high = page.get_size()
    scale = min(width / wide, width * _TALLEST / high)
    picture: Image = page.render(scale=scale).to_pil().convert("RGB")
    return picture


def deck_pdf(pptx: Path, folder: Path) -> Path:
    """Any presentation as a PDF in `folder`: mended first, so that more of them open.

    Raises:
        MissingTool: soffice is not on PATH.
        DocumentProblem: the file is no presentation, or could not be converted.
    """
    copy = folder / "deck.pptx"
    copy.write_bytes(open_presentation(pptx))
    return to_pdf(copy, folder)


def to_pictures(pptx: Path, folder: Path, *, width: int = 1600) -> list[Path]:
    """One PNG per slide in `folder`, `width` pixels wide, in the deck's order; see `deck_pdf`."""
    with tempfile.TemporaryDirectory(prefix="copydesk-pdf-") as pages:
        pdf = deck_pdf(pptx, Path(pages))
        return saved_pictures(pictures_of(pdf, width=width), folder, pptx.stem)


def saved_pictures(pictures: Iterator["Image"], folder: Path, stem: str) -> list[Path]:
    """Save pictures as `stem-1.png` … in a folder."""
    made = []
    for number, picture in enumerate(pictures, 1):
        made.append(folder / f"{stem}-{number}.png")
        picture.save(made[-1])
    return made


def contact_sheet(
    pictures: Sequence["Path | Image"], columns: int = 3, width: int = 480
) -> "Image":
    """All slides on one picture, numbered, `columns` side by side, each `width` pixels wide."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only when pictures are made

    small = [_small(one, width) for one in pictures]
    high = max((one.height for one in small), default=1)
    columns = max(1, min(columns, len(small)))
    rows = -(-len(small) // columns)
    size = (_GAP + columns * (width + _GAP), _GAP + rows * (high + _GAP + _GAP))
    sheet = Image.new("RGB", size, "#e8e8e8")
    pen = ImageDraw.Draw(sheet)
    for number, one in enumerate(small):
        x = _GAP + number % columns * (width + _GAP)
        y = _GAP + number // columns * (high + _GAP + _GAP)
        sheet.paste(one, (x, y))
        pen.rectangle((x - 1, y - 1, x + one.width, y + one.height), outline="#b0b0b0")
        pen.text((x, y + one.height + 4), str(number + 1), fill="#404040", font_size=15)
    return sheet


def _small(picture: "Path | Image", width: int) -> "Image":
    from PIL import Image  # noqa: PLC0415 - see above

    if isinstance(picture, Path):
        with Image.open(picture) as opened:
            picture = opened.convert("RGB")
    return picture.resize((width, max(1, round(picture.height * width / picture.width))))
