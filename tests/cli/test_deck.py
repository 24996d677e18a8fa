"""`copydesk deck` with a real model: made, checked, looked at."""

import json
from pathlib import Path

import pytest
from pptx import Presentation
from tests.cli.conftest import Run, sentence

MODEL = ("--model", "smollm2-135m-instruct", "--threads", "1", "--seed", "3")


@pytest.mark.model
def test_a_deck_is_made_and_passes_its_check(copydesk: Run, tmp_path: Path) -> None:
    made = copydesk("deck", "Bees in cities", "-n", "6", "-o", "a.pptx", *MODEL)
    assert made.returncode == 0, made.stderr
    assert made.stdout == ""
    assert "wrote a.pptx" in made.stderr
    assert "6/6" in made.stderr
    assert "6 slides, seed 3" in made.stderr
    assert len(Presentation(str(tmp_path / "a.pptx")).slides) == 6
    checked = copydesk("deck", "check", "a.pptx", "--json")
    assert (checked.returncode, json.loads(checked.stdout)) == (0, [])


def deck_without_notes(folder: Path) -> Path:
    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[0])
    presentation.save(str(folder / "bad.pptx"))
    return folder / "bad.pptx"


def test_a_check_that_finds_something_exits_with_3(copydesk: Run, tmp_path: Path) -> None:
    deck_without_notes(tmp_path)
    done = copydesk("deck", "check", "bad.pptx")
    assert "findings in bad.pptx" in sentence(done, 3)
    assert "[no-title]" in done.stdout
    codes = [
        row["code"] for row in json.loads(copydesk("deck", "check", "bad.pptx", "--json").stdout)
    ]
    assert "no-notes" in codes


def test_what_is_no_deck_is_a_sentence(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "text.pptx").write_text("Bees", encoding="utf-8")
    assert "text.pptx" in sentence(copydesk("deck", "check", "text.pptx"), 1)


@pytest.mark.parametrize("command", [("preview", "bad.pptx"), ("check", "bad.pptx", "--rendered")])
def test_without_libreoffice_it_is_named(
    copydesk: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    deck_without_notes(tmp_path)
    (tmp_path / "empty").mkdir()
    told = sentence(copydesk("deck", *command, PATH=str(tmp_path / "empty")), 1)
    assert "is not on PATH" in told
    assert "install" in told


@pytest.mark.office
def test_pictures_are_made_in_a_folder_of_their_own(copydesk: Run, tmp_path: Path) -> None:
    deck_without_notes(tmp_path)
    done = copydesk("deck", "preview", "bad.pptx", "-o", "new/pictures")
    assert done.returncode == 0, done.stderr
    pictures = [tmp_path / line for line in done.stdout.splitlines()]
    assert len(pictures) == 1
    assert pictures[0].read_bytes().startswith(b"\x89PNG")
    assert pictures[0].parent == tmp_path / "new" / "pictures"
