"""`copydesk ask`: what is a document and what a question, answers, citations shown, pages drawn."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageChops
from tests.cli.conftest import Run
from tests.conftest import SMALL_MODEL
from tests.documents.sources import pdf as write_pages

from copydesk.brief import detect_language
from copydesk.cli.ask_show import Shown, boxes_of
from copydesk.cli.main import _guarded, cli
from copydesk.desk.store import desk_file, open_desk
from copydesk.documents.passage import Box, Passage
from copydesk.generate.scripted import Scripted
from copydesk.library.records import Entry
from copydesk.library.store import Library, library_file, open_library
from copydesk.prose.units import sentences
from copydesk.reader.answer import Answer, Citation, Numbers, Place, Sentence, place_of
from copydesk.reader.ask import PASSAGES

REPORT = (
    "# Costs\n\nThe eight roofs cost 61,400 euros in 2025. Volunteers planted them in May.\n\n"
    "# Species\n\nForty-one species of wild bees were counted on one roof in June.\n"
)
Ask = Callable[..., tuple[int, str, str]]


def answered(
    question: str,
    library: Library,
    generator: Scripted,
    *,
    entries: "list[Entry] | None" = None,
    k: int = 6,
    seed: int = 0,
    numbers: Numbers | None = None,
    on_sentence: Callable[[Sentence], None] | None = None,
    cancel: Event | None = None,
    **_: Any,
) -> Answer:
    """Stands in for the model: the first sentence of the best passage is the answer."""
    found = library.search(question, k, entries=entries)
    numbers = numbers or Numbers()
    said: list[Sentence] = []
    for one in found[:1]:
        lines = [line for line in one.passage.text.split("\n") if line != one.passage.section]
        text = sentences(lines[0], "en")[0]
        boxes = one.passage.boxes
        said.append(Sentence(text, (numbers.cite(place_of(one), text, boxes),)))
        if on_sentence:
            on_sentence(said[-1])
    considered = tuple(place_of(one) for one in found)
    language = detect_language(question)
    return Answer(question, language, tuple(said), not said, considered=considered, seed=seed)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Ask:
    """Runs the command in a folder with report.md; gives the code and both streams."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.md").write_text(REPORT, encoding="utf-8")
    monkeypatch.setattr("copydesk.generate.engines.open_generator", lambda *a, **kw: Scripted([]))
    monkeypatch.setattr("copydesk.reader.ask.ask", answered)
    monkeypatch.setattr("copydesk.reader.talk.ask", answered)

    def run(*args: str, lines: tuple[str, ...] = ()) -> tuple[int, str, str]:
        typed = io.BytesIO("".join(f"{line}\n" for line in lines).encode())
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=typed, isatty=lambda: False))
        code = _guarded(lambda: cli(["ask", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def test_a_question_about_a_file_is_answered_with_its_place(ask: Ask) -> None:
    code, out, err = ask("report.md", "What did the roofs cost?", "--seed", "3")
    assert code == 0, err
    assert out == "The eight roofs cost 61,400 euros in 2025. [report, Costs]\n"
    assert "seed 3" in err
    with open_library() as library:
        assert not library.entries()  # asked, not shelved
        assert [entry.name for entry in library.entries(shelved_only=False)] == ["report.md"]


def test_quotations_stand_under_sentences_where_they_are_asked_for(ask: Ask) -> None:
    _, out, _ = ask("report.md", "What did the roofs cost?", "--quotes")
    assert out.splitlines()[1] == "  1  “The eight roofs cost 61,400 euros in 2025.”"


def test_at_a_terminal_quotations_stand_below_dimmed_and_no_color_is_heard(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.cli.cited.sys", SimpleNamespace(stdout=Terminal()))
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *a, **kw: False)
    _, out, _ = ask("report.md", "What did the roofs cost?")
    assert "\x1b[2m  1  “The eight roofs cost" in out
    assert "\x1b[36m[report, Costs]" in out
    monkeypatch.setenv("NO_COLOR", "1")
    _, out, _ = ask("report.md", "What did the roofs cost?")
    assert "\x1b" not in out
    assert "  1  “The eight" in out


class Terminal:
    """Stands in for standard output where a person watches."""

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        """Nothing is held back."""


def test_chinese_pages_are_said_in_chinese(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "报告.md").write_text("# 费用\n\n八个屋顶的改造费用为六万元。\n", encoding="utf-8")
    code, out, _ = ask("报告.md", "屋顶的费用是多少？", "--quotes")
    assert code == 0
    assert out.splitlines() == [
        "八个屋顶的改造费用为六万元。 [报告，费用]",
        "  1  「八个屋顶的改造费用为六万元。」",
    ]


def test_json_has_the_answer_and_its_proofs(ask: Ask) -> None:
    code, out, _ = ask("report.md", "How many species of bees?", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["text"].startswith("Forty-one species")
    citation = record["sentences"][0]["citations"][0]
    assert citation["place"]["document"] == "report.md"
    assert citation["quotation"] in REPORT


def test_what_is_not_said_is_no_error(ask: Ask) -> None:
    code, out, err = ask("report.md", "zzzz qqqq?")
    assert (code, out) == (0, "The documents do not say.\n")
    assert "Traceback" not in err


def test_folders_are_read_and_what_was_skipped_is_told(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "one.md").write_text(REPORT)
    (folder / "two.txt").write_text("Nothing about that here at all.\n")
    (folder / "empty.txt").touch()
    (folder / "cover.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing\n")
    code, out, err = ask(str(folder), "What did the roofs cost?")
    assert code == 0, err
    assert out.endswith("[one, Costs]\n")
    assert "cover.png" in err
    assert "broken.pdf" in err


def test_the_shelf_is_asked_where_no_document_is_named(ask: Ask, tmp_path: Path) -> None:
    with open_library() as library:
        library.add(tmp_path / "report.md")
    assert ask("What did the roofs cost?")[1].endswith("[report, Costs]\n")
    assert ask("--document", "report.md", "How many species?")[1].endswith("[report, Species]\n")


def test_documents_of_the_library_are_asked_as_they_are_now(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    with open_library() as library:
        library.add(path)
    path.write_text(REPORT.replace("61,400", "72,500"), encoding="utf-8")
    assert "72,500" in ask("What did the roofs cost?")[1]
    path.write_bytes(b"\x00\x01\x02 no text")
    _, out, err = ask("What did the roofs cost?")
    assert "72,500" in out
    assert "report.md was changed and is asked as it was read before" in err
    path.unlink()
    code, out, err = ask("What did the roofs cost?")
    assert code == 0
    assert "72,500" in out
    assert "1 file is not there any more, and used as it was read" in err


def test_an_empty_shelf_is_said_with_what_to_do(ask: Ask) -> None:
    code, out, err = ask("What did the roofs cost?")
    assert (code, out) == (2, "")
    assert "the shelf is empty" in err
    assert "copydesk library add" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("missing.pdf", "What?"), "There is no file or folder missing.pdf"),
        (("missing.pdf",), "There is no file or folder missing.pdf"),
        (("report.md", "Why?", "How?"), "There is no file or folder Why?"),
        (("report.md", "--document", "other", "Why?"), "There is no document named 'other'"),
        (("report.md", "Why?", "--show", "1"), "--show is about the last answer"),
        (("report.md", "Why?", "-o", "x.png"), "none was asked for"),
        (("report.md", "--json"), "--json needs a question"),
    ],
)
def test_what_cannot_be_meant_is_refused(ask: Ask, args: tuple[str, ...], said: str) -> None:
    code, _, err = ask(*args)
    assert code == 2
    assert said in err
    assert "hint:" in err


def test_a_question_that_is_a_files_name_is_said_with_an_option(ask: Ask) -> None:
    code, out, _ = ask("report.md", "--question", "report.md cost of roofs")
    assert code == 0
    assert "61,400" in out


def test_a_dash_reads_the_question_from_standard_input(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "-").write_text("a file of that name is named ./-")
    code, out, _ = ask("report.md", "-", lines=("What did the roofs cost?",))
    assert code == 0
    assert "61,400" in out
    assert ask("./-", "What file is named?")[0] == 0


def test_control_characters_of_a_document_do_not_reach_the_terminal(
    ask: Ask, tmp_path: Path
) -> None:
    text = (
        "# C\x1b[31mosts\n\nRoofs \x1b]0;x\x07cost \x9b2J61 euros.\n\n"
        + "All is well here.\n\n" * 40
    )
    (tmp_path / "evil\x1b[2J.md").write_text(text)
    code, out, err = ask("evil\x1b[2J.md", "What do roofs cost?", "--quotes")
    assert code == 0
    assert not any(c in out + err for c in "\x1b\x07\x9b")
    assert "\x1b" not in "".join(ask("--show", "1")[1:])


def test_as_many_passages_are_looked_through_as_the_help_says(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def counting(*args: Any, k: int, **more: Any) -> Answer:
        seen.append(k)
        return answered(*args, k=k, **more)

    monkeypatch.setattr("copydesk.reader.ask.ask", counting)
    ask("report.md", "How many species?")
    ask("report.md", "How many species?", "-k", "3")
    assert seen == [PASSAGES, 3]
    assert f"{PASSAGES} if not given" in " ".join(ask("--help")[1].split())


# Citations --------------------------------------------------------------------------------------


def test_a_citation_is_shown_between_its_neighbours(ask: Ask) -> None:
    ask("report.md", "How many species of bees?")
    code, out, _ = ask("--show", "1")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("[1] report.md")
    assert "Forty-one species" in out
    assert "61,400 euros" in out  # the passage before
    record = json.loads(ask("--show", "1", "--json")[1])
    assert record["file"] == "as it was read"
    assert "Forty-one" in record["passage"]


def test_a_citation_that_is_not_there(ask: Ask) -> None:
    code, _, err = ask("--show", "1")
    assert code == 2
    assert "There is no answer with citations yet." in err
    ask("report.md", "zzzz?")
    assert "There is no answer with citations yet." in ask("--show", "1")[2]
    ask("report.md", "How many species?")
    code, _, err = ask("--show", "9")
    assert code == 2
    assert "no citation 9" in err
    assert "its citations are: 1" in err


def test_an_abstention_does_not_hide_the_answer_before(ask: Ask) -> None:
    ask("report.md", "How many species?")
    code, out, _ = ask("report.md", "zzzz?")
    assert (code, "61,400" in out) == (0, False)
    code, out, err = ask("--show", "1")
    assert code == 0
    assert "Forty-one species" in out
    assert err == "asked: How many species?\n"
    assert ask("--open", "-o", "page.html")[0] == 0


def test_an_answer_of_another_version_is_refused_in_a_sentence(ask: Ask) -> None:
    with open_library() as library:
        library.remember('{"sentences": 3}')
    code, _, err = ask("--show", "1")
    assert code == 2
    assert "another version" in err


def test_the_passage_of_a_deleted_file_is_shown_and_no_picture_made(
    ask: Ask, tmp_path: Path
) -> None:
    ask("report.md", "How many species?")
    (tmp_path / "report.md").unlink()
    code, out, err = ask("--show", "1", "--open")
    assert code == 1
    assert "Forty-one species" in out
    assert "is not there any more" in err
    assert "cannot be drawn" in err
    assert not list(tmp_path.glob("*.html"))


def test_a_section_without_pages_is_written_as_html(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("# Costs & more\n\nRoofs cost 61 euros & more.\n")
    ask("x.md", "What do roofs cost?")
    code, _, err = ask("--open", "-o", "page.html")
    assert code == 0, err
    page = (tmp_path / "page.html").read_text()
    assert "<mark>Roofs cost 61 euros &amp; more.</mark>" in page
    code, _, err = ask("--open", "-o", "page.html")
    assert code == 2
    assert "exists already" in err
    assert ask("--open", "-o", "page.html", "--force")[0] == 0
    assert "end the name in .html" in ask("--open", "-o", "page.png")[2]


def test_a_page_of_a_pdf_is_written_as_a_picture(ask: Ask, pdf: Path) -> None:
    code, out, err = ask(str(pdf), "What did the roofs cost?", "--open")
    assert code == 0, err
    assert "p. 2" in out
    picture = Image.open(pdf.parent / "costs-p2.png").convert("RGB")
    red, _, blue = picture.split()
    yellow = ImageChops.subtract(red, blue).histogram()[80:]
    assert sum(yellow) > 500
    assert max(picture.size) <= 2000
    pdf.write_bytes(pdf.read_bytes() + b"\n%changed")
    code, out, err = ask("--show", "1", "--open", "-o", "new.png")
    assert code == 1
    assert "61,400" in out
    assert "was changed since" in err


def test_the_row_that_is_quoted_is_marked_and_no_other() -> None:
    rows = [
        Passage("Household Income", 9, boxes=(Box(1, 1, 2, 2),), kind="row"),
        Passage("Household Income – $75,000+ | Cell: 92", 9, boxes=(Box(3, 3, 4, 4),), kind="row"),
    ]
    place = Place("a.pdf", "/a.pdf", 9, "", "", 1, "")
    library = SimpleNamespace(passages=lambda entry, page: rows)
    entry: Any = object()
    for quotation, expected in (
        (rows[1].text, [rows[1].boxes[0]]),
        (
            "Household Income – $75,000+ | Cell: 92 And a sentence more.",
            [row.boxes[0] for row in rows],
        ),
        ("nothing of it", []),
    ):
        shown = Shown(Citation(1, place, quotation), entry)
        assert list(boxes_of(library, shown)) == expected  # type: ignore[arg-type]


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Two pages; the second says what was paid."""
    pages = [
        ["An introduction to gardens on roofs in towns."],
        ["The eight roofs cost 61,400 euros."],
    ]
    return write_pages(tmp_path / "costs.pdf", pages)


# Conversations ----------------------------------------------------------------------------------


def test_a_conversation_numbers_its_citations_through(ask: Ask) -> None:
    code, out, err = ask(
        "report.md",
        lines=("What did the roofs cost?", "How many species?", "/show 2", "/documents"),
    )
    assert code == 0, err
    first, second, rest = out.split("\n\n", 2)
    assert first.endswith("[report, Costs]")
    assert second.endswith("[report, Species]")
    assert rest.startswith("[2] report.md")
    assert "report.md" in err


def test_a_page_is_written_in_a_conversation(ask: Ask, tmp_path: Path) -> None:
    code, _, err = ask("report.md", lines=("What did the roofs cost?", "/open", "/undo", "/clear"))
    assert code == 0, err
    assert "wrote report-passage-1.html" in err
    assert "<mark>" in (tmp_path / "report-passage-1.html").read_text()


def test_a_wrong_command_ends_a_script_with_its_sentence(ask: Ask) -> None:
    code, _, err = ask("report.md", lines=("/shwo 1",))
    assert code == 2
    assert "did you mean /show" in err
    assert "Nothing was cited yet" in ask("report.md", lines=("/show",))[2]
    assert "no citation 7" in ask("report.md", lines=("What did the roofs cost?", "/show 7"))[2]


def test_answers_are_kept_on_the_desk_unless_not_wanted(ask: Ask) -> None:
    ask("report.md", "What did the roofs cost?", "--no-keep")
    assert not desk_file().exists()
    _, _, err = ask("report.md", "What did the roofs cost?")
    assert "kept on the desk as 1" in err
    with open_desk() as desk:
        draft = desk.draft(1)
    assert (draft.kind, draft.form) == ("chat", "ask")
    assert draft.text == "The eight roofs cost 61,400 euros in 2025. [report, Costs]"
    assert draft.prompt[-1].content.endswith("What did the roofs cost?")
    assert "[report, Costs]" in draft.prompt[-1].content


def test_five_hundred_files_are_read_once(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(500):
        kind = number % 5
        name = folder / f"{number:03}.{('txt', 'md', 'png', 'bin', 'html')[kind]}"
        if kind in (2, 3):
            name.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 8)
        else:
            name.write_text(f"<p>Garden number {number} has {number * 7} plants.</p>\n")
    code, _, err = ask(str(folder), "How many plants has garden number 250?")
    assert code == 0, err
    assert len(err.splitlines()) < 12, err
    assert library_file().exists()
    with open_library() as library:
        before = [entry.added for entry in library.entries(shelved_only=False)]
    assert ask(str(folder), "How many plants has garden 250?")[0] == 0
    with open_library() as library:
        assert [entry.added for entry in library.entries(shelved_only=False)] == before


@pytest.mark.model
def test_a_small_model_asks_shows_and_digests(copydesk: Run, tmp_path: Path) -> None:
    write_pages(
        tmp_path / "bees.pdf",
        [
            ["The eight roofs cost 61,400 euros in 2025, paid by the town."],
            ["Nothing else is said."],
        ],
    )
    model = ("--model", SMALL_MODEL, "--threads", "1", "--seed", "3")
    asked = copydesk("ask", "bees.pdf", "What did the roofs cost?", "--json", *model)
    assert asked.returncode == 0, asked.stderr
    record = json.loads(asked.stdout)
    cited = [one for sentence in record["sentences"] for one in sentence["citations"]]
    assert all("roofs" in one["quotation"] or "else" in one["quotation"] for one in cited)
    shown = copydesk("ask", "--show", "1", "--open", "-o", "page.png")
    assert shown.returncode == (0 if cited else 2), shown.stderr
    digested = copydesk("digest", "bees.pdf", *model)
    assert digested.returncode == 0, digested.stderr
    assert "61,400 euros" in digested.stdout
