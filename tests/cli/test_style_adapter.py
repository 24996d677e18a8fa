"""A style brings its adapter and its judge along: where they lie, and who goes before."""

from pathlib import Path
from typing import Any

import pytest

from copydesk.cli.options import Engine
from copydesk.cli.wanted import Told
from copydesk.errors import ModelProblem
from copydesk.generate.engines import open_generator
from copydesk.styles.load import load_style

GIVEN = Engine(model="", seed=1, threads=None, context=None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    style = tmp_path / "house"
    style.mkdir()
    (style / "style.toml").write_text(
        'summary = "Ours."\nadapter = "../published"\njudge = "../judge"\n', encoding="utf-8"
    )
    (style / "guide.md").write_text("Write as we do.", encoding="utf-8")
    return style


def test_the_adapter_lies_where_the_style_says(folder: Path) -> None:
    style = load_style(str(folder))
    assert GIVEN.in_style(style).adapters == (str(style.folder / "../published"),)
    assert GIVEN.in_style(None) == GIVEN


def test_one_given_by_hand_goes_before_and_a_server_has_its_own(folder: Path) -> None:
    style = load_style(str(folder))
    by_hand = Engine("", 1, None, None, adapters=("mine.gguf",))
    assert by_hand.in_style(style) == by_hand
    server = Engine("openai:house@http://localhost:1", 1, None, None)
    assert server.in_style(style) == server


def test_an_adapter_that_is_gone_is_one_sentence(folder: Path) -> None:
    engine = GIVEN.in_style(load_style(str(folder)))
    with pytest.raises(ModelProblem, match=r"The adapter .*published does not exist"):
        open_generator("smollm2-135m-instruct", adapters=engine.adapters)


def told(folder: Path, **changes: Any) -> Told:
    values: dict[str, Any] = dict.fromkeys(Told.__dataclass_fields__)
    values |= {
        "form": "article",
        "brief": ("Bees in cities",),
        "audience": "",
        "sources": (),
        "style": str(folder),
        "kind": "",
        "best_of": 1,
        "judge": "",
        "bans": (),
        "guard": True,
        "review": False,
    }
    return Told(**values | changes)


def test_the_judge_of_a_style_chooses_where_there_is_a_choice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr("copydesk.generate.hf.judge.load_judge", loaded.append)
    told(folder).wanted(1)
    assert loaded == []
    told(folder, best_of=2).wanted(1)
    told(folder, best_of=2, judge="other").wanted(1)
    assert loaded == [str(load_style(str(folder)).folder / "../judge"), "other"]
