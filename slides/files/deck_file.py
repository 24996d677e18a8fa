"""A deck as a file that a person can write and change: YAML in and out, faults named by line."""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from yaml.nodes import Node

from copydesk.brief import Language, detect_language
from copydesk.errors import CopydeskError, DocumentProblem, UsageProblem
from copydesk.findings import Finding
from copydesk.hostile_yaml import line_of, read_marked, repeated_key
from copydesk.slides.deck import Deck, Slide
from copydesk.slides.files.build import Beside, at, slide_of
from copydesk.slides.files.deck_yaml import to_yaml
from copydesk.slides.files.models import KINDS, DeckModel, SlideModel
from copydesk.slides.files.reasons import known_fields, place_of, reason_of

LARGEST = 4_000_000  # bytes
_HINT = "the format is described in docs/deck-files.md; copydesk deck schema prints its schema"
_QUOTES = "put texts with a colon or # in quotes"


def write_deck(deck: Deck, folder: Path | None = None) -> str:
    """The deck as YAML that `read_deck` reads into the same deck.

    Args:
        deck: the deck.
        folder: where the file will lie: paths of pictures inside it are written from there.
    """
    return to_yaml(deck, folder)


def _ignore(_: Finding) -> None:
    """Hears of a finding and does nothing."""


def read_deck(path: Path, on_finding: Callable[[Finding], None] = _ignore) -> Deck:
    """The deck in a file of YAML; data and pictures are taken from the file's own folder.

    Args:
        path: the file.
        on_finding: is told what of the data could not be shown.

    Raises:
        UsageProblem: it cannot be read or is no deck; line and field are named.
        DocumentProblem: data that it names cannot be read.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageProblem(f"The deck {path} cannot be read: {error.strerror}.", _HINT) from None
    return deck_from_yaml(content, path.name, path.parent, on_finding)


def deck_from_yaml(
    content: bytes | str,
    name: str,
    folder: Path,
    on_finding: Callable[[Finding], None] = _ignore,
) -> Deck:
    """The same from what a file holds; `name` stands in errors, `folder` is where paths begin."""
    try:
        record, node = read_marked(content, largest=LARGEST)
    except DocumentProblem as error:
        line, found, reason = error.message.partition(": ")
        place = f"{name}, {line}," if found and line.startswith("line ") else name
        said = reason if place != name else error.message
        raise UsageProblem(f"{place} is not YAML that can be read: {said}.", _QUOTES) from None
    if repeated := repeated_key(node):
        raise UsageProblem(
            f"{name}, line {repeated[1]}: the key {repeated[0]} stands there twice.",
            "a new slide begins with a dash",
        )
    return _Reader(name, node, Beside(folder, []), on_finding).deck(record)


class _Reader:
    """Reads one file; knows where its lines are."""

    def __init__(
        self, name: str, node: Node | None, beside: Beside, tell: Callable[[Finding], None]
    ) -> None:
        self.name = name
        self.node = node
        self.beside = beside
        self.tell = tell

    def fault(self, place: tuple[int | str, ...], reason: str, hint: str = _HINT) -> UsageProblem:
        """A sentence that begins with the line and the field."""
        field = place_of(place)
        line = line_of(self.node, place)
        return UsageProblem(
            f"{self.name}, line {line}: {f'{field}: ' if field else ''}{reason}.", hint
        )

    def deck(self, record: Any) -> Deck:
        if not isinstance(record, dict) or "slides" not in record:
            raise UsageProblem(f"{self.name} holds no slides.", "begin with: slides:")
        slides = record["slides"]
        if not isinstance(slides, list) or not slides:
            raise self.fault(("slides",), "a list of slides is wanted", "each begins with a dash")
        self._known(record, DeckModel, ())
        head = self._checked(DeckModel, {**record, "slides": [{}]}, ())
        made = tuple(self._slide(number, slide) for number, slide in enumerate(slides))
        title = head.title or made[0].title
        return Deck(title, head.language or _language(made), made)

    def _slide(self, number: int, record: Any) -> Slide:
        place: tuple[int | str, ...] = ("slides", number)
        if isinstance(record, str):
            record = {"title": record}
        if not isinstance(record, dict):
            raise self.fault(place, "a slide has a title, and a key that says what it shows")
        kind = self._kind(record, place)
        if kind == "section" and "section" not in record:
            record = {**record, "section": 0}
        self._known(record, KINDS[kind], place)
        model = self._checked(KINDS[kind], record, place)
        said = len(self.beside.findings)
        try:
            slide = slide_of(model, self.beside)
        except CopydeskError as error:
            where = f"{self.name}, line {line_of(self.node, (*place, kind))}: {place_of(place)}"
            raise at(where, error) from None
        for finding in self.beside.findings[said:]:
            self.tell(finding)
        return slide

    def _kind(self, record: dict[str, Any], place: tuple[int | str, ...]) -> str:
        """The kind that a slide's keys say; with a title alone it opens the deck, or a section."""
        named = [key for key in record if key in KINDS]
        if len(named) > 1:
            raise self.fault(
                (*place, named[1]),
                f"a slide shows one thing, and this one has {' and '.join(named)}",
                "make two slides of it",
            )
        if named:
            return named[0]
        for key in record:
            self._known_key(key, [*KINDS, *SlideModel.model_fields], (*place, key))
        return "subtitle" if place[-1] == 0 else "section"

    def _known(self, record: dict[str, Any], model: type, place: tuple[int | str, ...]) -> None:
        for key in record:
            self._known_key(key, known_fields(model), (*place, key))

    def _known_key(self, key: Any, known: list[str], place: tuple[int | str, ...]) -> None:
        if key in known:
            return
        near = get_close_matches(str(key), known, n=1, cutoff=0.5)
        guess = f"did you mean {near[0]}? " if near else ""
        listed = ", ".join(known)
        raise self.fault(
            (*place[:-1], str(key)), "there is no such key", f"{guess}there are: {listed}"
        )

    def _checked(self, model: type, record: Any, place: tuple[int | str, ...]) -> Any:
        try:
            return model.model_validate(record)  # type: ignore[attr-defined]
        except ValidationError as error:
            found, reason, hint = reason_of(error, model)
            raise self.fault((*place, *found), reason, hint or _HINT) from None


def _language(slides: tuple[Slide, ...]) -> Language:
    return detect_language(" ".join(slide.title for slide in slides) or "a")
