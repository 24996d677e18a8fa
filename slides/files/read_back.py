"""A deck read back out of any .pptx: exactly if it was made here, else as well as can be."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pptx import Presentation

from copydesk.brief import Language, detect_language
from copydesk.documents.package import DAMAGE, damaged
from copydesk.errors import DocumentProblem
from copydesk.findings import Finding
from copydesk.slides.deck import Deck, Slide
from copydesk.slides.files.foreign import Page, slides_of_theirs
from copydesk.slides.files.found import Found, Pictures
from copydesk.slides.files.ours import added, intent_of, slide_of_ours
from copydesk.slides.files.pieces import Piece, pieces_of
from copydesk.slides.geometry import EMU_PER_POINT, Box
from copydesk.slides.package.opening import open_presentation
from copydesk.slides.typeset.fit import printable

_SHORT = 200  # characters of a text that may go to the notes


def _ignore(_: Finding) -> None:
    """Hears of a finding and does nothing."""


def deck_of(
    content: bytes,
    *,
    pictures: Path | None = None,
    name: str = "The deck",
    on_finding: Callable[[Finding], None] = _ignore,
) -> Deck:
    """The deck in a presentation's bytes, as `package.opening` hands them out.

    Args:
        content: a .pptx that python-pptx opens.
        pictures: a folder that pictures are taken out into, made when there is one; without it
            slides lose theirs.
        name: what errors call the file.
        on_finding: is told what could not be kept as it was.

    Raises:
        DocumentProblem: the file is damaged.
    """
    try:
        presentation = Presentation(io.BytesIO(content))
        kept = Pictures(pictures)
        read = [
            _Read(slide, number, kept, on_finding)
            for number, slide in enumerate(presentation.slides, 1)
        ]
        language = _language(presentation, read)
        page = _page(presentation)
        slides = tuple(made for one in read for made in one.slides(page))
        return Deck(_title(presentation, slides), language, slides)
    except (*DAMAGE, ArithmeticError):
        raise damaged(Path(name)) from None


def slides_at(
    content: bytes,
    number: int,
    *,
    pictures: Path | None = None,
    name: str = "The deck",
    on_finding: Callable[[Finding], None] = _ignore,
) -> tuple[Slide, ...]:
    """What slide `number` of the file, from 1, is read as: one slide, or several.

    Raises:
        DocumentProblem: the file is damaged, or has no such slide.
    """
    try:
        presentation = Presentation(io.BytesIO(content))
        slides = presentation.slides
        if not 1 <= number <= len(slides):
            raise DocumentProblem(
                f"{name} has no slide {number}.", f"its slides are 1 to {len(slides)}"
            )
        read = _Read(slides[number - 1], number, Pictures(pictures), on_finding)
        return tuple(read.slides(_page(presentation)))
    except (*DAMAGE, ArithmeticError):
        raise damaged(Path(name)) from None


def read_deck_back(
    path: Path, pictures: Path | None, on_finding: Callable[[Finding], None] = _ignore
) -> Deck:
    """The deck in a presentation file of any kind.

    Raises:
        DocumentProblem: it cannot be opened, or has no slides.
    """
    deck = deck_of(
        open_presentation(path), pictures=pictures, name=path.name, on_finding=on_finding
    )
    if not deck.slides:
        raise DocumentProblem(f"{path.name} has no slides.", "a template is used with -t")
    return deck


def with_titles(deck: Deck) -> Deck:
    """The deck with the title before on slides that have none, so that none is without."""
    last, slides = deck.title, []
    for slide in deck.slides:
        last = slide.title or last
        slides.append(replace(slide, title=last))
    return replace(deck, slides=tuple(slides))


class _Read:
    """One slide: its pieces and its notes."""

    def __init__(
        self, slide: Any, number: int, pictures: Pictures, tell: Callable[[Finding], None]
    ) -> None:
        self.slide = slide
        self.found = Found(slide, number, pictures, tell)
        self.pieces: list[Piece] = pieces_of(slide)
        self.notes = _notes(slide)
        if slide._element.get("show", "1") in ("0", "false"):
            self.found.say("hidden-slide", "it was hidden, and is shown now")

    def texts(self) -> str:
        """All that the slide says."""
        return " ".join(piece.text for piece in self.pieces)

    def slides(self, page: Box) -> list[Slide]:
        """What it becomes: one slide, or more where it holds several tables or charts."""
        layout = self.slide.slide_layout
        intent = intent_of(self.found.marked, layout.name or "", self.pieces)
        if intent:
            return self._ours(intent, page)
        kind = layout._element.get("type", "")
        if self.found.has_media():
            self.found.say("media-lost", "sound or a film was left out")
        notes = "\n".join(line for line in (self.notes, *self.found.links()) if line)
        theirs = Page(self.pieces, kind, notes, page, self.found.number == 1)
        return slides_of_theirs(theirs, self.found)

    def _ours(self, intent: str, page: Box) -> list[Slide]:
        """A slide of ours; what was put onto it since is a note if it is short, else a slide."""
        slide = slide_of_ours(intent, self.pieces, self.notes, self.found)
        more = added(intent, self.pieces)
        said = " ".join(piece.text for piece in more)
        if all(piece.kind == "text" for piece in more) and len(said) <= _SHORT:
            if said:
                self.found.say("text-in-notes", f"a text beside it went to the notes: {said}")
            notes = "\n".join(part for part in (slide.notes, said) if part)
            return [replace(slide, notes=notes)]
        made = slides_of_theirs(Page(more, "", "", page, False), self.found)
        self.found.say("slide-split", "what was put onto it since became a slide")
        return [slide, *(replace(one, title=one.title or slide.title) for one in made)]


def _notes(slide: Any) -> str:
    if not slide.has_notes_slide:
        return ""
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        return ""
    lines = (printable(line) for line in frame.text.replace("\v", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def _page(presentation: Any) -> Box:
    wide, high = presentation.slide_width or 12192000, presentation.slide_height or 6858000
    return Box(0, 0, wide / EMU_PER_POINT, high / EMU_PER_POINT)


def _language(presentation: Any, read: list[_Read]) -> Language:
    """What our decks say of themselves; for others what most of the letters are."""
    core = _core(presentation)
    if core and core.author == "copydesk" and core.language:
        return "zh" if core.language.startswith("zh") else "en"
    return detect_language(" ".join(one.texts() for one in read))


def _core(presentation: Any) -> Any:
    """The file's properties; None where they are broken, which harms no slide."""
    try:
        return presentation.core_properties
    except (*DAMAGE, ArithmeticError):
        return None


def _title(presentation: Any, slides: tuple[Slide, ...]) -> str:
    core = _core(presentation)
    told = printable(core.title or "") if core else ""
    if core and core.author == "copydesk" and told:
        return told
    return next((slide.title for slide in slides if slide.title), told)
