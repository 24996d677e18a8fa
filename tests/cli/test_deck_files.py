"""`copydesk deck build`, `outline`, `restyle`, `schema`: files in, files out, no model."""

import io
import json
import subprocess
from pathlib import Path

import pytest
from benchmarks.every_intent import every_intent
from pptx import Presentation
from tests.cli.conftest import Run, sentence

from copydesk.cli.main import _guarded, cli
from copydesk.slides.files.deck_file import read_deck, write_deck

DECK = "slides:\n- title: Bees\n  subtitle: A briefing\n- title: Why\n  bullets: [one, two]\n"


def titles(path: Path) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in Presentation(str(path)).slides]


def test_a_deck_is_built_read_back_and_restyled(copydesk: Run, tmp_path: Path) -> None:
    deck = every_intent("en", tmp_path)
    (tmp_path / "bees.yaml").write_text(write_deck(deck, tmp_path), encoding="utf-8")
    built = copydesk("deck", "build", "bees.yaml", "-o", "bees.pptx")
    assert (built.returncode, built.stdout) == (0, ""), built.stderr
    assert "wrote bees.pptx, 20 slides" in built.stderr
    outlined = copydesk("deck", "outline", "bees.pptx", "-o", "back.yaml")
    assert outlined.returncode == 0, outlined.stderr
    back = read_deck(tmp_path / "back.yaml")
    assert [slide.title for slide in back.slides] == [slide.title for slide in deck.slides]
    assert (tmp_path / "back-pictures" / "picture-01.png").is_file()
    Presentation().save(str(tmp_path / "brand.pptx"))
    restyled = copydesk("deck", "restyle", "bees.pptx", "-t", "brand.pptx", "-o", "new.pptx")
    assert restyled.returncode == 0, restyled.stderr
    assert titles(tmp_path / "new.pptx") == titles(tmp_path / "bees.pptx")
    assert Presentation(str(tmp_path / "new.pptx")).slide_width == 9144000


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(DECK, ["Bees", "Why"]), ("# Bees\n\nA briefing\n\n---\n\n# Why\n\n- one\n", ["Bees", "Why"])],
    ids=["yaml", "markdown"],
)
def test_a_deck_from_standard_input_is_known_by_how_it_begins(
    copydesk: Run, tmp_path: Path, text: str, wanted: list[str]
) -> None:
    done = copydesk("deck", "build", "-", "-o", "a.pptx", stdin=text)
    assert done.returncode == 0, done.stderr
    assert titles(tmp_path / "a.pptx") == wanted


def test_what_is_not_shown_is_told(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("x,y\n" + "a,1\n" * 900, encoding="utf-8")
    (tmp_path / "d.yaml").write_text("slides:\n- title: A\n  chart: {kind: bar, data: long.csv}\n")
    done = copydesk("deck", "build", "d.yaml")
    assert done.returncode == 0, done.stderr
    assert "884 of 900 rows" in done.stderr
    assert "[data-left-out]" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("build", "none.yaml"), 2, "none.yaml"),
        (("build", "bad.yaml"), 2, "bad.yaml, line 2: slide 1, bulets"),
        (("build", "good.yaml", "-o", "deck.odp"), 2, "deck.odp"),
        (("build", "good.yaml", "-o", "there.pptx"), 2, "--force"),
        (("build", "good.yaml", "-t", "no-such-master"), 2, "no-such-master"),
        (("build", "there.pptx"), 2, "deck outline"),
        (("outline", "good.yaml"), 1, "good.yaml"),
        (("outline", "none.pptx"), 1, "none.pptx"),
        (("restyle", "good.yaml"), 1, "good.yaml"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text("slides:\n- bulets: [x]\n", encoding="utf-8")
    (tmp_path / "good.yaml").write_text(DECK, encoding="utf-8")
    (tmp_path / "there.pptx").touch()
    before = sorted(tmp_path.iterdir())
    ended = _guarded(lambda: cli(["deck", *args], standalone_mode=False))
    told = capsys.readouterr()
    done = subprocess.CompletedProcess(args, ended, told.out, told.err)
    assert said in sentence(done, code)
    assert sorted(path for path in tmp_path.iterdir() if path.name != ".home") == before


def test_an_outline_without_a_file_is_printed(copydesk: Run, tmp_path: Path) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text_frame.text = "Bees: a start"
    presentation.save(str(tmp_path / "theirs.pptx"))
    done = copydesk("deck", "outline", "theirs.pptx")
    assert done.returncode == 0, done.stderr
    assert "title: 'Bees: a start'" in done.stdout
    as_json = copydesk("deck", "outline", "theirs.pptx", "--json")
    assert json.load(io.StringIO(as_json.stdout))["slides"][0]["title"] == "Bees: a start"


def test_the_schema_is_printed(copydesk: Run) -> None:
    done = copydesk("deck", "schema")
    assert json.loads(done.stdout)["required"] == ["slides"]
