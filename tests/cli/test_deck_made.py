"""`copydesk deck plan`, `revise` and `translate`, and what cannot be made."""

from pathlib import Path

import pytest
import yaml
from benchmarks.every_intent import every_intent
from pptx import Presentation
from tests.cli.conftest import Run, sentence

from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master

MODEL = ("--model", "smollm2-135m-instruct", "--threads", "1", "--seed", "3")


@pytest.fixture
def bees(tmp_path: Path) -> Path:
    (tmp_path / "bees.pptx").write_bytes(
        render(every_intent("en", tmp_path), open_master()).content
    )
    return tmp_path / "bees.pptx"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("Bees", "-n", "300"), 2, "3 to 60 slides, not 300"),
        (("Bees", "-n", "2"), 2, "not 2"),
        (("لماذا تحتاج المدن إلى النحل",), 2, "English and Chinese"),
        (("Bees", "-o", "bees.txt"), 2, "bees.txt"),
        (("",), 2, "empty"),
        (("Bees", "--source", "nowhere.pdf"), 1, "nowhere.pdf"),
        (("nowhere.csv",), 1, "nowhere.csv"),
        (("Bees", "--pictures", "nowhere"), 2, "nowhere"),
        (("Bees", "-t", "nomaster"), 2, "nomaster"),
        (("plan", "Bees", "-n", "61"), 2, "not 61"),
        (("revise", "bees.pptx", "--slide", "99", "shorter"), 2, "no slide 99"),
        (("revise", "bees.pptx", "--slide", "4", " "), 2, "Nothing is said"),
        (("revise", "bees.pptx", "--slide", "4", "x", "--as", "poem"), 2, "poem"),
        (("revise", "nowhere.pptx", "--slide", "1", "x"), 1, "nowhere.pptx"),
        (("translate", "nowhere.pptx", "--to", "zh"), 1, "nowhere.pptx"),
    ],
)
def test_what_cannot_be_made_is_one_sentence_before_a_model_is_loaded(
    copydesk: Run, bees: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    model = ("--model", "no/such/model.gguf")
    assert said in sentence(copydesk("deck", *args, *model), code)
    assert {p.name for p in bees.parent.iterdir()} <= {"bees.pptx", "roof.png", ".home"}


@pytest.mark.model
def test_a_plan_is_yaml_that_build_makes_a_deck_of(copydesk: Run, tmp_path: Path) -> None:
    planned = copydesk("deck", "plan", "Bees in cities", "-n", "3", *MODEL)
    assert planned.returncode == 0, planned.stderr
    assert len(yaml.safe_load(planned.stdout)["slides"]) == 3
    (tmp_path / "bees.yaml").write_text(planned.stdout, encoding="utf-8")
    built = copydesk("deck", "build", "bees.yaml", "-o", "bees.pptx")
    assert built.returncode == 0, built.stderr
    assert len(Presentation(str(tmp_path / "bees.pptx")).slides) == 3


@pytest.mark.model
def test_a_slide_is_revised_into_a_file_of_its_own(copydesk: Run, bees: Path) -> None:
    before = bees.read_bytes()
    done = copydesk("deck", "revise", "bees.pptx", "--slide", "4", "shorter", *MODEL)
    assert done.returncode == 0, done.stderr
    assert "wrote bees-revised.pptx" in done.stderr
    assert bees.read_bytes() == before
    assert len(Presentation(str(bees.parent / "bees-revised.pptx")).slides) == 20
    again = copydesk("deck", "revise", "bees.pptx", "--slide", "4", "shorter", *MODEL)
    assert "exists already" in sentence(again, 2)
