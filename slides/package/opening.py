"""A presentation from anywhere, checked and mended, so that python-pptx and PowerPoint open it.

What was mended is said in `Opened.notes`, a sentence each.
"""

import io
from dataclasses import dataclass
from pathlib import Path

from pptx import Presentation

from copydesk.documents.package import DAMAGE
from copydesk.errors import DocumentProblem
from copydesk.slides.package.archive import LARGEST_FILE, damaged
from copydesk.slides.package.mend import complete_types, cut_links, main_part
from copydesk.slides.package.parts import Package, read_package, written_package
from copydesk.slides.package.strict import to_transitional
from copydesk.slides.package.structure import mend_structure


@dataclass(frozen=True)
class Opened:
    """A presentation's bytes, in order, and what had to be mended for that."""

    content: bytes
    notes: tuple[str, ...] = ()


def open_presentation(path: Path) -> bytes:
    """The bytes of a presentation file, mended; its slides are kept.

    Raises:
        DocumentProblem: it cannot be read, is encrypted, damaged, too large, or no presentation.
    """
    return opened(read_file(path), path.name).content


def presentation_of(content: bytes, name: str) -> bytes:
    """The same from bytes; `name` is what errors call the file."""
    return opened(content, name).content


def opened(content: bytes, name: str) -> Opened:
    """The same, with what was mended.

    Raises:
        DocumentProblem: see `open_presentation`.
    """
    package, _ = mended(content, name)
    made = written_package(package)
    check_opens(made, name)
    return Opened(made, tuple(package.notes))


def mended(content: bytes, name: str) -> tuple[Package, str]:
    """The package with nothing dangling in it, and the name of its presentation part.

    Raises:
        DocumentProblem: see `open_presentation`.
    """
    package = read_package(content, name)
    to_transitional(package)
    main = main_part(package)
    cut_links(package)
    mend_structure(package, main)
    complete_types(package)
    return package, main


def read_file(path: Path) -> bytes:
    """A file's bytes, if it is a file of bearable size.

    Raises:
        DocumentProblem: it is not there, is a folder, cannot be read, or is too large.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DocumentProblem(
                f"{path.name} is {size >> 20:,} MB large, more than a presentation needs.",
                "compress its pictures and media in PowerPoint and save it again",
            )
        return path.read_bytes()
    except OSError as error:
        raise DocumentProblem(
            f"{path} cannot be read: {error.strerror}.", "give the path of a .pptx file"
        ) from None


def check_opens(content: bytes, name: str) -> None:
    """Open it once the way everybody else will.

    Raises:
        DocumentProblem: it does not open.
    """
    try:
        presentation = Presentation(io.BytesIO(content))
        for master in presentation.slide_masters:
            for layout in master.slide_layouts:
                _ = layout.name, layout.slide_master
        for slide in presentation.slides:
            _ = slide.slide_layout.name
    except DAMAGE:
        raise damaged(name) from None
