"""`copydesk library`: documents put on the shelf, listed, shown, searched, taken off."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.cli.main import _guarded, cli
from copydesk.library.store import library_file

Library = Callable[..., tuple[int, str, str]]
ROOFS = (
    "# Costs\n\nThe eight roofs cost 61,400 euros in 2023.\n\n# Dates\n\nThey were laid in May.\n"
)
BEES = "# 蜜蜂\n\n城市里的蜜蜂住在旧墙里。\n\n2022年5G网络覆盖了全市。\n"


def sentence(ran: tuple[int, str, str], code: int) -> str:
    """What a failed command said: a line of error and one of hint."""
    assert ran[0] == code, ran
    error, hint = ran[2].splitlines()[-2:]
    assert (error[:7], hint[:5]) == ("error: ", "hint:"), ran
    return f"{error}\n{hint}"


@pytest.fixture
def library(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Library:
    """Runs `copydesk library …` in a folder with two documents; gives the code and both streams."""
    monkeypatch.chdir(tmp_path)
    Path("roofs.md").write_text(ROOFS, encoding="utf-8")
    Path("bees.md").write_text(BEES, encoding="utf-8")

    def run(*args: str) -> tuple[int, str, str]:
        code = _guarded(lambda: cli(["library", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def test_an_empty_shelf_says_so(library: Library) -> None:
    hint = "Nothing is on the shelf: copydesk library add report.pdf\n"
    assert library("list") == (0, "", hint)
    assert library("search", "roofs") == (0, "", hint)
    assert library("list", "--json")[:2] == (0, "[]\n")
    assert library("search", "roofs", "--json")[:2] == (0, "[]\n")
    assert "none is in the library" in sentence(library("rm", "roofs"), 2)


def test_documents_are_added_once_and_again_when_they_change(library: Library) -> None:
    code, out, err = library("add", "roofs.md", "bees.md")
    assert (code, out) == (0, "")
    assert "new        roofs.md" in err
    assert "unchanged  bees.md" in library("add", "bees.md")[2]
    Path("bees.md").write_text(BEES + "\n它们会嗡嗡叫。\n", encoding="utf-8")
    assert "(file changed)" in library("list")[1]
    assert "changed    bees.md" in library("add", "bees.md")[2]
    assert "嗡嗡" in library("search", "嗡嗡")[1]
    Path("bees.md").unlink()
    assert "(file gone)" in library("list")[1]
    listed = json.loads(library("list", "--json")[1])
    assert [one["name"] for one in listed] == ["bees.md", "roofs.md"]
    assert [one["stale"] for one in listed] == ["gone", ""]


def test_what_cannot_be_read_is_told_and_fails_only_where_nothing_was_read(
    library: Library,
) -> None:
    Path("empty.txt").write_text("", encoding="utf-8")
    code, _, err = library("add", "roofs.md", "empty.txt")
    assert code == 0
    assert "empty.txt" in err
    assert "is empty" in sentence(library("add", "empty.txt"), 1)
    assert "no-such" in sentence(library("add", "no-such.pdf"), 1)


def test_of_many_files_that_cannot_be_read_each_reason_is_told_once(library: Library) -> None:
    for number in range(5):
        Path(f"cut{number}.pdf").write_bytes(b"%PDF-1.4")
        Path(f"page{number}.html").write_text("<html><body><p></p></body></html>")
    code, _, err = library("add", ".")
    assert code == 0
    told = [line for line in err.splitlines() if line.startswith("warning: left out")]
    assert told == [
        "warning: left out 5 files (damaged or cut off: PDFium cannot read it): "
        "cut0.pdf, cut1.pdf, cut2.pdf and 2 more",
        "warning: left out 5 files (holds no text): page0.html, page1.html, page2.html and 2 more",
    ]
    assert "2 of 12 files read" in err


def test_search_gives_document_section_text_and_score(library: Library) -> None:
    library("add", "roofs.md", "bees.md")
    code, out, _ = library("search", "What did the roofs cost?")
    assert code == 0
    assert out.startswith("roofs.md, Costs\n  Costs The eight roofs cost 61,400 euros")
    (found, *_) = json.loads(library("search", "蜜蜂", "住在哪里", "--json")[1])
    assert found["document"] == "bees.md"
    assert found["section"] == ["蜜蜂"]
    assert "旧墙" in found["text"]
    assert found["score"] > 0
    assert json.loads(library("search", "roofs", "--document", "bees", "--json")[1]) == []
    assert len(json.loads(library("search", "the roofs in May", "-k", "1", "--json")[1])) == 1
    assert library("search", "elephants") == (0, "", "Nothing was found.\n")
    assert "no document named" in sentence(library("search", "x", "--document", "elephants"), 2)


def test_show_gives_sections_and_pages(library: Library) -> None:
    library("add", "roofs.md")
    code, out, _ = library("show", "roofs")
    assert code == 0
    assert out.splitlines()[-2:] == ["Costs", "Dates"]
    record = json.loads(library("show", "1", "--json")[1])
    assert record["name"] == "roofs.md"
    assert record["passages"][1]["text"] == "The eight roofs cost 61,400 euros in 2023."
    assert library("show", "roofs", "--page", "3")[2] == "No text was read on page 3.\n"


def test_rm_takes_off_all_or_nothing_and_leaves_the_files(library: Library) -> None:
    library("add", "roofs.md", "bees.md")
    assert "no document named 'elephants'" in sentence(library("rm", "roofs", "elephants"), 2)
    assert len(library("list")[1].splitlines()) == 2
    assert library("rm", "roofs", "bees.md", "1")[2] == "Removed: roofs.md, bees.md.\n"
    assert library("list")[1] == ""
    assert Path("roofs.md").exists()


def test_text_of_documents_does_not_steer_the_terminal(library: Library) -> None:
    Path("evil.md").write_text("# Roofs\x1b[31m\n\nRed \x1b]0;title\x07 roofs.\n", "utf-8")
    library("add", "evil.md")
    for args in (("list",), ("show", "evil"), ("search", "roofs")):
        assert "\x1b" not in "".join(map(str, library(*args)))


def test_a_name_with_a_line_break_stays_on_its_line(library: Library) -> None:
    Path("two\nlines.md").write_text(ROOFS, "utf-8")
    assert "new        two lines.md" in library("add", "two\nlines.md")[2]
    assert len(library("list")[1].splitlines()) == 1
    assert library("search", "roofs")[1].startswith("two lines.md, Costs\n")


def test_a_damaged_library_is_a_sentence_that_says_what_to_do(library: Library) -> None:
    library("add", "roofs.md")
    library_file().write_bytes(b"no library at all" * 500)
    told = sentence(library("search", "roofs"), 1)
    assert "is damaged" in told
    assert "move it away and add the documents again" in told


def test_a_model_for_embeddings_that_is_not_there_is_a_sentence(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = sentence(library("add", "roofs.md", "--embeddings", "no-such-model"), 1)
    assert "no model for embeddings in no-such-model" in told
    monkeypatch.setenv("COPYDESK_EMBEDDINGS", "no-such-model")
    assert "no model for embeddings" in sentence(library("search", "roofs"), 1)
    assert library("search", "roofs", "--embeddings", "")[0] == 0
