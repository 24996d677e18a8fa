"""What a slide's relationships lead to: charts read, pictures taken out, and what was lost said."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pptx.oxml.ns import qn

from copydesk.documents.package import DAMAGE
from copydesk.errors import CopydeskError
from copydesk.files import write_atomic
from copydesk.findings import Finding
from copydesk.slides.draw.pictures import read_picture
from copydesk.slides.files.chart_xml import ChartRead, chart_of_xml
from copydesk.slides.files.pieces import Piece
from copydesk.slides.typeset.fit import printable

_LARGEST = 64 << 20  # bytes of one picture


@dataclass
class Pictures:
    """A folder that pictures are taken out into, each once; None for no folder."""

    folder: Path | None
    kept: dict[str, str] = field(default_factory=dict)

    def keep(self, content: bytes, suffix: str) -> str:
        """The path of a picture, written if it is new.

        Raises:
            CopydeskError: it cannot be shown on a slide, or not be written.
        """
        if self.folder is None:
            return ""
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self.kept:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"picture-{len(self.kept) + 1:02d}.{suffix}"
            write_atomic(path, content)
            try:
                read_picture(path)
            except CopydeskError:
                path.unlink()
                raise
            self.kept[digest] = str(path)
        return self.kept[digest]


@dataclass(frozen=True)
class Found:
    """One slide's parts, and where to say what was found in them."""

    slide: Any
    number: int
    pictures: Pictures
    tell: Callable[[Finding], None]

    @property
    def marked(self) -> str:
        """The slide's own name, which nobody sees: ours are named after intents."""
        return str(self.slide._element.find(qn("p:cSld")).get("name", ""))

    def say(self, code: str, message: str, fix: str = "") -> None:
        """Tell what could not be kept as it was."""
        self.tell(Finding(code=code, place=f"slide {self.number}", message=message, fix=fix))

    def blob(self, part: str) -> bytes:
        """The content of a related part; empty where there is none."""
        try:
            return bytes(self.slide.part.related_part(part).blob) if part else b""
        except DAMAGE:
            return b""

    def links(self) -> tuple[str, ...]:
        """Where the slide's links lead, each with the text that it stands behind."""
        found: dict[str, None] = {}
        for run in self.slide._element.iter(qn("a:r")):
            link = run.find(f"{qn('a:rPr')}/{qn('a:hlinkClick')}")
            text = printable(run.findtext(qn("a:t")) or "")
            target = "" if link is None else self._address(link.get(qn("r:id"), ""))
            if target and text and target.removeprefix("mailto:").rstrip("/") != text.rstrip("/"):
                found[f"{text}: {target}"] = None
        return tuple(found)

    def _address(self, part: str) -> str:
        try:
            relation = self.slide.part.rels[part]
            return printable(relation.target_ref) if relation.is_external else ""
        except DAMAGE:
            return ""

    def has_media(self) -> bool:
        """Whether the slide plays sound or a film."""
        names = ("a:videoFile", "a:audioFile", "a:wavAudioFile", "a:quickTimeFile")
        return any(True for _ in self.slide._element.iter(*(qn(name) for name in names)))

    def chart(self, piece: Piece) -> ChartRead | None:
        """The chart that a piece is."""
        read = chart_of_xml(self.blob(piece.part))
        if read is None:
            self.say("chart-lost", "a chart without numbers in it was left out")
        elif read.unlike:
            self.say("chart-changed", f"a chart ({read.unlike}) is read as a {read.kind} chart")
        return read

    def picture(self, piece: Piece) -> str:
        """The path of the picture that a piece is; empty if it could not be taken out."""
        content = self.blob(piece.part)
        if not content or len(content) > _LARGEST:
            self.say("picture-lost", "a picture that is not in the file was left out")
            return ""
        suffix = str(self.slide.part.related_part(piece.part).partname).rpartition(".")[2].lower()
        suffix = suffix if suffix.isalnum() and len(suffix) <= 5 else "img"
        try:
            path = self.pictures.keep(content, suffix)
        except CopydeskError:
            self.say("picture-lost", f"a picture (.{suffix}) that cannot be drawn was left out")
            return ""
        if not path:
            self.say("picture-lost", "a picture was left out", "name a folder for pictures")
        return path
