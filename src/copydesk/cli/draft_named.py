"""What DRAFT means on a command line: a number on the desk, or a file, which the desk may know."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import DocumentProblem, UsageProblem

if TYPE_CHECKING:
    from copydesk.desk.drafts import Draft, NewDraft
    from copydesk.desk.store import Desk


@dataclass(frozen=True)
class Named:
    """A draft that was named.

    Attributes:
        number: on the desk; 0 for a file that the desk does not know yet.
        draft: it, or what will be put on the desk for such a file.
        path: its file, where there is one and it holds this draft and no later one.
        now: what that file says now; what the draft says where there is none.
    """

    number: int
    draft: "Draft | NewDraft"
    path: Path | None
    now: str

    @property
    def changed(self) -> bool:
        """Whether the file says something else than what was written."""
        return self.now.strip() != self.draft.text.strip()

    @property
    def is_deck(self) -> bool:
        """Whether it is a deck, whose text is an outline."""
        return self.draft.kind == "deck"

    def put(self, desk: "Desk") -> int:
        """Its number; a file that the desk does not know is put there first."""
        return self.number or desk.add_draft(self.draft)


def find(desk: "Desk", name: str) -> Named:
    """The draft that a user means.

    Raises:
        UsageProblem: there is none with this number.
        DocumentProblem: the file cannot be read.
    """
    if name.isdecimal() and not Path(name).exists():
        return _numbered(desk, int(name))
    return _in_file(desk, Path(name))


def _numbered(desk: "Desk", number: int) -> Named:
    from copydesk.documents.whole import read_content

    if (entry := desk.entry(number)).kind != "draft":
        about = f", about draft {entry.of}" if entry.of else ""
        raise UsageProblem(
            f"Number {number} on the desk is no draft but of the kind {entry.kind}{about}.",
            "copydesk desk list shows the drafts",
        )
    draft = desk.draft(number)
    path = Path(draft.path) if draft.path else None
    if path and path.is_file():
        with suppress(DocumentProblem):  # whatever became of the file, the draft is here
            content = read_content(path)
            there = desk.find_draft(path, content)
            if there and there.number == number:
                return Named(number, draft, path, _said(path, content, draft))
    return Named(number, draft, None, draft.text)


def _in_file(desk: "Desk", path: Path) -> Named:
    from hashlib import sha256

    from copydesk.brief import detect_language
    from copydesk.cli.said import is_presentation, said
    from copydesk.desk.asked import request_for_title
    from copydesk.desk.drafts import NewDraft
    from copydesk.documents.whole import read_content

    content = read_content(path)
    if known := desk.find_draft(path, content):
        return Named(known.number, known, path, _said(path, content, known))
    text = said(path, content)
    draft = NewDraft(
        kind="deck" if is_presentation(path) else "text",
        prompt=request_for_title(text),
        text=text.strip(),
        model="unknown",
        seed=0,
        language=detect_language(text),
        path=str(path.absolute()),
        sha256=sha256(content).hexdigest(),
    )
    return Named(0, draft, path, text)


def _said(path: Path, content: bytes, draft: "Draft") -> str:
    from copydesk.cli.said import said

    return said(path, content, deck=draft.kind == "deck")
