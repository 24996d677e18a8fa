"""`copydesk ask --show N` and `--open`: the passage behind a citation, and its page."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.locked import unlocked
from copydesk.cli.report import paint, printable, warn
from copydesk.errors import CopydeskError, DocumentProblem, OutputProblem, UsageProblem
from copydesk.files import check_target, write_atomic

if TYPE_CHECKING:
    from copydesk.documents.passage import Box
    from copydesk.library.records import Entry, Found
    from copydesk.library.store import Library
    from copydesk.reader.answer import Answer, Citation

_SMALLEST = 16  # characters of a paragraph that is found by standing in a quotation
_ASKED = 100  # characters of the question that are shown
_LONGEST = 1500  # characters of a neighbour that are shown


def look(
    library: "Library",
    show: int | None,
    output: Path | None,
    *,
    opened: bool,
    force: bool,
    as_json: bool = False,
) -> None:
    """Print the passage behind a citation of the last answer, and write its page if `opened`.

    Args:
        show: the citation's number; None: the page of the first one is wanted, not its passage.
    """
    answer = last_answer(library)
    shown = Shown.of(library, answer, show or min(c.number for c in answer.citations))
    if show:
        if not as_json:
            asked = " ".join(printable(answer.question).split())
            click.echo(f"asked: {asked[:_ASKED]}{'…' if len(asked) > _ASKED else ''}", err=True)
        shown.tell(as_json=as_json)
    if opened:
        write_page(library, shown, output, force=force)


def last_answer(library: "Library") -> "Answer":
    """The last answer that has citations; where the documents did not say, nothing was kept.

    Raises:
        UsageProblem: there was none.
    """
    from copydesk.reader.answer import Answer

    kept = library.last_answer()
    if not kept:
        raise UsageProblem(
            "There is no answer with citations yet.", 'copydesk ask report.pdf "What does it cost?"'
        )
    try:
        answer = Answer.from_json(kept)
    except DocumentProblem:
        answer = None
    if answer is None or not answer.citations:
        raise UsageProblem(
            "The last answer is of another version of copydesk and cannot be read.", "ask again"
        )
    return answer


@dataclass(frozen=True)
class Shown:
    """A citation and what the library knows of the place.

    Attributes:
        entry: None where the document is not in the library any more.
        found: the passage, None where it was read again since.
        before, after: the passages beside it.
        stale: "gone" or "changed" where the file is so; "" else.
    """

    citation: "Citation"
    entry: "Entry | None" = None
    found: "Found | None" = None
    before: str = ""
    after: str = ""
    stale: str = ""

    @classmethod
    def of(cls, library: "Library", answer: "Answer", number: int) -> "Shown":
        """Look a citation up.

        Raises:
            UsageProblem: the answer has no citation with this number.
        """
        citation = answer.citation(number)
        if citation is None:
            there = ", ".join(str(one.number) for one in answer.citations)
            raise UsageProblem(
                f"The last answer has no citation {number}.", f"its citations are: {there}"
            )
        return look_up(library, citation)

    @property
    def text(self) -> str:
        """The whole passage, or what the answer kept of it."""
        return self.found.passage.text if self.found else self.citation.place.text

    def tell(self, *, as_json: bool = False) -> None:
        """Print place, passage and neighbours; what there is to say of the file on stderr."""
        if as_json:
            click.echo(printable(json.dumps(self._record(), ensure_ascii=False, indent=2)))
            return
        if self.stale:
            was = "is not there any more" if self.stale == "gone" else "was changed since"
            warn(f"{self.citation.place.path} {was}; this is how it was read")
        click.echo(paint(printable(f"[{self.citation.number}] {self._place()}"), bold=True))
        for text, dim in ((self.before, True), ("", False), (self.after, True)):
            if dim and text:
                click.echo(f"\n{paint(_short(printable(text)), dim=True)}")
            elif not dim:
                click.echo(f"\n{self._marked()}")

    def _place(self) -> str:
        place = self.citation.place
        path = self.found.passage.path if self.found else (place.section,)
        under = " › ".join(part for part in path if part)
        where = place.label()
        return f"{where}{f' · {under}' if under and place.page else ''}"

    def _marked(self) -> str:
        """The passage, the quotation in it in bold."""
        text = self.text
        start, end = place_in(text, self.citation.quotation)
        if start < 0:
            return printable(text)
        before, said, after = (printable(t) for t in (text[:start], text[start:end], text[end:]))
        return f"{before}{paint(said, bold=True, underline=True)}{after}"

    def _record(self) -> dict[str, Any]:
        return {
            **asdict(self.citation),
            "passage": self.text,
            "before": self.before,
            "after": self.after,
            "file": self.stale or "as it was read",
        }


def look_up(library: "Library", citation: "Citation") -> Shown:
    """What the library knows of a citation's place now; it may know nothing any more."""
    place = citation.place
    entry = _entry(library, citation)
    stale = library.stale(entry) if entry else ("" if Path(place.path).exists() else "gone")
    try:
        near = library.near(place.key)
    except CopydeskError:
        near = []
    at = next((i for i, one in enumerate(near) if one.key == place.key), None)
    if at is None or place_in(near[at].passage.text, citation.quotation)[0] < 0:
        return Shown(citation, entry, stale=stale)
    before = near[at - 1].passage.text if at else ""
    after = near[at + 1].passage.text if at + 1 < len(near) else ""
    return Shown(citation, entry, near[at], before, after, stale)


def _entry(library: "Library", citation: "Citation") -> "Entry | None":
    try:
        return library.find(Path(citation.place.path))
    except CopydeskError:
        return None


def place_in(text: str, quotation: str) -> tuple[int, int]:
    """Where a quotation stands in a text, white space aside; (-1, -1) if it does not."""
    pattern = r"\s*".join(re.escape(word) for word in quotation.split())
    found = re.search(pattern, text, re.IGNORECASE) if pattern else None
    return found.span() if found else (-1, -1)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


# The page ----------------------------------------------------------------------------------------


def write_page(library: "Library", shown: Shown, output: Path | None, *, force: bool) -> None:
    """Write the page of a citation as PNG, of documents without pages its section as HTML.

    Raises:
        DocumentProblem: the file is gone, was changed, or cannot be drawn.
        OutputProblem: the target will not do.
    """
    path = Path(shown.citation.place.path)
    content = None if shown.stale == "gone" else _content(path)
    drawn = content is not None and b"%PDF-" in content[:1024]
    target = output or _named(shown, ".png" if drawn else ".html")
    wanted = ".png" if drawn else ".html"
    if content is not None and target.suffix.lower() != wanted:
        raise OutputProblem(
            f"This page cannot be written as {target.name}.", f"end the name in {wanted}"
        )
    check_target(target, force=force)
    if content is None or (drawn and shown.stale):
        was = "is not there any more" if content is None else "was changed since it was read"
        raise DocumentProblem(
            f"{path} {was}, so its page cannot be drawn.",
            f"copydesk ask --show {shown.citation.number} prints the passage all the same",
        )
    made = _picture(library, shown, content) if drawn else _section(library, shown)
    write_atomic(target, made)
    click.echo(printable(f"wrote {target}"), err=True)


def _content(path: Path) -> bytes:
    from copydesk.documents.contents import content_of

    return content_of(path)


def _named(shown: Shown, suffix: str) -> Path:
    """report-p12.png in the current folder."""
    place = shown.citation.place
    stem = re.sub(r"[^\w.-]+", "-", Path(place.document).stem).strip("-.") or "page"
    where = f"p{place.page}" if place.page else f"passage-{shown.citation.number}"
    return Path(f"{stem[:60]}-{where}{suffix}")


def _picture(library: "Library", shown: Shown, content: bytes) -> bytes:
    from copydesk.documents.reading import How
    from copydesk.reader.picture import Spot, page_picture

    citation = shown.citation
    path = Path(citation.place.path)
    boxes = boxes_of(library, shown) or citation.boxes

    def draw(how: How) -> bytes:
        spot = Spot(citation.place.page, citation.quotation, boxes, how.password)
        return page_picture(path, content, spot)

    return unlocked(path, How(), draw)


def boxes_of(library: "Library", shown: Shown) -> "tuple[Box, ...]":
    """Where the paragraphs and rows stand that the quotation is of.

    What was found is several of them that were too small to be found alone.
    """
    quotation, page = shown.citation.quotation, shown.citation.place.page
    passages = library.passages(shown.entry, page) if shown.entry else []
    whole = [one for one in passages if place_in(one.text, quotation)[0] >= 0]
    parts = [one for one in passages if len(one.text) >= _SMALLEST]
    parts = [one for one in parts if place_in(quotation, one.text)[0] >= 0]
    return tuple(box for one in (whole or parts) for box in one.boxes)


def _section(library: "Library", shown: Shown) -> bytes:
    from copydesk.brief import detect_language
    from copydesk.documents.passage import Passage
    from copydesk.reader.picture import section_page

    place, quotation = shown.citation.place, shown.citation.quotation
    passages = library.passages(shown.entry) if shown.entry else []
    if not any(place_in(one.text, quotation)[0] >= 0 for one in passages):
        passages = [Passage(shown.text, place.page, place.section)]
    language = detect_language(shown.text)
    return section_page(place.document, passages, quotation, language, place.page).encode()
