"""`deck check` and `deck preview`: what was found goes to stdout, and exit 3 says that it was."""

import json
from pathlib import Path

import pytest
from benchmarks.every_intent import every_intent
from PIL import Image
from pptx import Presentation
from tests.cli.conftest import Run, sentence

from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.pptx"
    path.write_bytes(render(every_intent("en", tmp_path), open_master()).content)
    return path


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    presentation = Presentation()
    for _ in range(60):
        presentation.slides.add_slide(presentation.slide_layouts[6])
    path = tmp_path / "poor.pptx"
    presentation.save(str(path))
    return path


def test_a_good_deck_passes(copydesk: Run, good: Path) -> None:
    done = copydesk("deck", "check", str(good))
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing found" in done.stderr


def test_findings_are_told_and_end_in_three(copydesk: Run, poor: Path) -> None:
    done = copydesk("deck", "check", str(poor))
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert lines[0] == "slide 1: The slide has no title. [no-title]"
    assert lines[-2:] == [
        "… and 80 more; --json has them all",
        "in all: no-title 60, no-notes 60",
    ]
    assert "hint: look at the slides" in done.stderr


def test_json_has_every_finding(copydesk: Run, poor: Path) -> None:
    done = copydesk("deck", "check", str(poor), "--json")
    found = json.loads(done.stdout)
    assert len(found) == 120
    assert set(found[0]) == {"code", "place", "message", "measured", "allowed", "fix"}


def test_a_sheet_in_no_folder_is_refused_before_the_work(
    copydesk: Run, good: Path, tmp_path: Path
) -> None:
    done = copydesk("deck", "preview", str(good), "--sheet", str(tmp_path / "no" / "x.png"))
    assert "cannot be written" in sentence(done, 2)


@pytest.mark.office
def test_a_deck_is_shown_as_pictures_a_sheet_and_a_pdf(
    copydesk: Run, good: Path, tmp_path: Path
) -> None:
    sheet, pdf, folder = tmp_path / "all.png", tmp_path / "all.pdf", tmp_path / "pictures"
    options = ["-o", str(folder), "--sheet", str(sheet), "--pdf", str(pdf), "--columns", "5"]
    done = copydesk("deck", "preview", str(good), *options)
    assert done.returncode == 0
    assert len(list(folder.glob("good-*.png"))) == 20
    assert pdf.read_bytes().startswith(b"%PDF")
    with Image.open(sheet) as picture:
        assert picture.width > picture.height
    assert done.stdout.splitlines()[-1] == str(sheet)
