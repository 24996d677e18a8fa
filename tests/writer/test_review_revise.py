"""Sections looked over: what fails is revised once, what passes is left alone, the rest is told."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.prose import endless

from copydesk.brief import make_brief
from copydesk.documents.read import read_documents
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.styles.load import load_style
from copydesk.writer.check import Checker, length_finding, revisable
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import load_form
from copydesk.writer.manner import Manner
from copydesk.writer.plan import Plan, Section

PLAN = Plan("Bees", (Section("Walls", "Walls are warm."), Section("Ivy", "Ivy flowers late.")))
REVISE = "The text below has these faults:"
SOURCE = "In 2024 the city counted 312 hives on its roofs. The council paid for forty of them."
PLANTED = "The mayor of the city said that it had cost 98,765 dollars in all. "


@pytest.fixture
def documents(tmp_path: Path) -> Any:
    path = tmp_path / "report.md"
    path.write_text(SOURCE)
    return read_documents([str(path)])


class Author:
    """Plants a fault in the first section; revises as it was told to."""

    def __init__(self, fault: str, revise: Any = None) -> None:
        self._fault, self._revise, self._prose = fault, revise, endless()
        self.revisions: list[Request] = []

    def __call__(self, request: Request) -> str:
        last = request.messages[-1].content
        if REVISE in last:
            self.revisions.append(request)
            text = last.partition("<text>\n")[2].partition("\n</text>")[0]
            return (
                str(self._revise(text)) if self._revise else text.replace(self._fault.strip(), "")
            )
        first = "Tell this in detail: Walls" in last
        return (self._fault if first else "") + self._prose(request)


def drafting(author: Author, documents: Any = (), **more: Any) -> Any:
    brief = make_brief("Bees in cities", length=400)
    manner = Manner(guard=False, **more)
    notes: list[str] = []
    made = Drafting(
        load_form("article"),
        brief,
        Scripted(author),
        plan=PLAN,
        manner=manner,
        documents=documents,
        on_note=notes.append,
    )
    return made, notes


def test_a_section_that_fails_is_revised_and_one_that_passes_is_left_alone(
    documents: Any,
) -> None:
    author = Author(PLANTED)
    made, notes = drafting(author, documents)
    draft = made.run()
    assert len(author.revisions) == 1
    asked = author.revisions[0].messages[-1].content
    assert "98,765" in asked
    assert "Walls" in asked
    assert "98,765" not in draft.markdown
    assert notes == ["Walls: revised for unsupported-number"]
    assert not [f for f in draft.findings if f.code.startswith("unsupported")]
    assert abs(draft.length - 400) <= 40


def test_a_text_without_faults_costs_no_request(documents: Any) -> None:
    author = Author("")
    made, notes = drafting(author, documents)
    made.run()
    assert author.revisions == []
    assert notes == []


@pytest.mark.parametrize(
    "worse",
    [
        lambda text: text,  # no better
        lambda text: "",  # nothing
        lambda text: "Bees.",  # far too short
        lambda text: f"{PLANTED} In 1931 it cost 55,555 pounds and 77,777 francs. {text}",
    ],
)
def test_a_revision_that_is_no_better_is_not_taken_and_the_rest_is_marked_and_told(
    documents: Any, worse: Any
) -> None:
    author = Author(PLANTED, worse)
    made, notes = drafting(author, documents)
    draft = made.run()
    assert len(author.revisions) == 1, "revised once"
    assert notes == []
    assert "98,765" in draft.markdown
    assert draft.parts[0].text != draft.parts[0].text.replace("98,765", "")
    marked = draft.parts[0].text[draft.parts[0].text.index("98,765") - 5 :][:40]
    assert "98,765 dollars" not in marked or "[" in marked or "==" in marked
    assert [f.code for f in draft.findings if f.code.startswith("unsupported")] != []


def test_what_the_sources_say_is_supported(documents: Any) -> None:
    author = Author("In 2024 the city counted 312 hives on its roofs. ")
    made, _ = drafting(author, documents)
    draft = made.run()
    assert author.revisions == []
    assert "312" in draft.markdown


def test_without_review_nothing_is_asked_and_nothing_marked(documents: Any) -> None:
    author = Author(PLANTED)
    made, _ = drafting(author, documents, review=False)
    draft = made.run()
    assert author.revisions == []
    assert PLANTED.strip() in " ".join(draft.markdown.split())
    assert [f.code for f in draft.findings if f.code.startswith("unsupported")] != []


def test_what_a_rule_can_mend_is_mended_without_a_request() -> None:
    style = load_style("plain")
    checker = Checker(make_brief("Bees"), style)
    fault = "We utilize the walls in order to keep the bees warm."
    mended = checker.mend(fault)
    assert mended != fault
    author = Author(f"{fault} ")
    made, _ = drafting(author, style=style)
    draft = made.run()
    assert fault not in draft.markdown


def test_only_what_a_revision_can_mend_asks_for_one() -> None:
    found = Checker(make_brief("Bees"))("Bees nest here.\n\n" + "Bees nest in the walls. " * 9)
    codes = {finding.code for finding in revisable(found)}
    assert codes
    assert not any(code.startswith(("opening", "length")) for code in codes)


@pytest.mark.parametrize(
    ("written", "wanted", "found"),
    [(100, 100, False), (110, 100, False), (111, 100, True), (89, 100, True), (5, 0, False)],
)
def test_more_than_a_tenth_off_is_told(written: int, wanted: int, found: bool) -> None:
    assert (length_finding(written, wanted, "en") is not None) == found
