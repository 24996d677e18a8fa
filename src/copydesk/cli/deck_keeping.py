"""Decks on the desk: their outline as YAML, and what it was asked for."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.keeping import File

if TYPE_CHECKING:
    from copydesk.brief import Language
    from copydesk.desk.drafts import NewDraft
    from copydesk.generate.protocol import Message
    from copydesk.slides.deck import Deck


@dataclass(frozen=True)
class Made:
    """How a deck was made."""

    prompt: "tuple[Message, ...]"
    model: str
    seed: int
    style: str = ""
    language: str = ""


def written_deck(path: Path, made: Made, title: str = "") -> "NewDraft":
    """A deck, as its file reads."""
    return _draft(File.of(path, ""), made, title)


def planned_deck(deck: "Deck", written: str, path: Path | None, made: Made) -> "NewDraft":
    """A deck as YAML, in a file or a pipe; `written` is all that stands there."""
    from copydesk.cli.said import outline

    digest = sha256(written.encode("utf-8", "replace")).hexdigest()
    text = outline(deck, path.parent if path else None)
    return _draft(File(text, str(path.absolute()) if path else "", digest), made, deck.title)


def revised_deck(
    source: Path, content: bytes, path: Path, wish: str, model: str, seed: int
) -> "NewDraft":
    """A deck that was changed as the wish says: the next turn after what asked for the first one.

    Args:
        source: the file that was changed.
        content: what it held.
    """
    from copydesk.cli.said import said
    from copydesk.desk.asked import request_for_title
    from copydesk.desk.store import open_desk
    from copydesk.generate.protocol import Message

    with open_desk() as desk:
        known = desk.find_draft(source, content)
    before = said(source, content)
    asked = known.prompt if known else request_for_title(before)
    prompt = (*asked, Message("assistant", before), Message("user", wish))
    style, language = (known.style, known.language) if known else ("", "")
    return written_deck(path, Made(prompt, model, seed, style, language))


def translated_deck(
    source: Path, content: bytes, path: Path, language: "Language", model: str, seed: int
) -> "NewDraft":
    """A deck in another language, asked for with the one that it was made of."""
    from copydesk.cli.said import said
    from copydesk.desk.asked import request_for_translation

    prompt = request_for_translation(said(source, content), language)
    return written_deck(path, Made(prompt, model, seed, language=language))


def built_deck(source: Path, path: Path) -> "NewDraft | None":
    """A deck drawn from a plan that lies on the desk, as it was planned; None for any other.

    A plan that somebody changed is theirs: what is drawn from it is no draft of a model.
    """
    from copydesk.desk.store import open_desk
    from copydesk.documents.whole import read_content

    content = read_content(source)
    with open_desk() as desk:
        known = desk.find_draft(source, content)
    if known is None or known.sha256 != sha256(content).hexdigest():
        return None
    made = Made(known.prompt, known.model, known.seed, known.style, known.language)
    return written_deck(path, made, known.title)


def _draft(file: File, made: Made, title: str) -> "NewDraft":
    from copydesk.desk.drafts import NewDraft

    return NewDraft(
        kind="deck",
        prompt=made.prompt,
        text=file.text,
        model=made.model,
        seed=made.seed,
        form="deck",
        style=made.style,
        language=made.language,
        path=file.path,
        sha256=file.sha256,
        title=title,
    )
