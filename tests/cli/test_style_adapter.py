"""A style brings its adapter and its judge along: where they lie, and who goes before."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.hf_folders import tiny_adapter, tiny_llama

from copydesk.cli.main import _guarded, cli
from copydesk.cli.options import Engine
from copydesk.cli.wanted import Told
from copydesk.errors import ModelProblem
from copydesk.generate.engines import open_generator
from copydesk.generate.export import export_model
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


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """With which adapters engines were asked for; none is opened."""
    asked: list[dict[str, Any]] = []

    def refuse(spec: str, **options: Any) -> Any:
        asked.append(options)
        raise ModelProblem("There is no engine here.", "it is a test")

    monkeypatch.setattr("copydesk.generate.engines.open_generator", refuse)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False))
    monkeypatch.chdir(tmp_path)
    return asked


BRIEF = "Bees in cities"


@pytest.mark.parametrize(
    "command",
    [
        ("write", "article", BRIEF),
        ("write", "novel", BRIEF, "--chapters", "1", "--force"),
        ("write", "rewrite", BRIEF),
        ("write", "copy", BRIEF, "--variants", "2"),
        ("write", "article", BRIEF, "--plan"),
        ("deck", BRIEF, "-n", "4"),
        ("deck", "plan", BRIEF, "-n", "4"),
        ("chat",),
        ("rank", BRIEF),
        ("rank", BRIEF, "--form", "blog"),
    ],
)
def test_whatever_writes_in_a_style_takes_its_adapter(
    folder: Path, opened: list[dict[str, Any]], command: tuple[str, ...]
) -> None:
    published = str(folder / "../published")
    for given, wanted in (((), published), (("--adapter", "mine"), "mine")):
        arguments = [*command, "--style", str(folder), *given]
        assert _guarded(lambda a=arguments: cli(a, standalone_mode=False)) == 1
        assert [list(options["adapters"]) for options in opened] == [[wanted]]
        opened.clear()


@pytest.mark.parametrize("command", [("deck", BRIEF, "-n", "4"), ("chat",), ("rank", BRIEF)])
def test_no_style_has_no_adapter(opened: list[dict[str, Any]], command: tuple[str, ...]) -> None:
    (Path("copydesk.toml")).write_text('style = "away"\n', encoding="utf-8")
    assert _guarded(lambda: cli([*command, "--style", "none"], standalone_mode=False)) == 1
    assert [list(options["adapters"]) for options in opened] == [[]]


def test_a_deck_takes_the_style_of_its_brief(folder: Path, opened: list[dict[str, Any]]) -> None:
    brief = f"---\ntopic: Bees\nstyle: {folder}\n---\n"
    Path("brief.md").write_text(brief, encoding="utf-8")
    assert _guarded(lambda: cli(["deck", "brief.md", "-n", "4"], standalone_mode=False)) == 1
    assert [list(options["adapters"]) for options in opened] == [[str(folder / "../published")]]


def batch(out: str, *arguments: str) -> int:
    line = ["batch", "briefs.jsonl", "-o", out, *arguments]
    return _guarded(lambda: cli(line, standalone_mode=False))


def test_each_line_of_a_batch_has_the_adapter_of_its_style(
    folder: Path, opened: list[dict[str, Any]]
) -> None:
    lines = [
        {"brief": "Bees", "style": str(folder)},
        {"brief": "Wasps", "command": "deck", "slides": 4, "style": str(folder)},
        {"brief": "Moths"},
        {"prompt": "Ants", "command": "generate"},
    ]
    Path("briefs.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    published = str(folder / "../published")
    assert batch("a") == 1
    assert batch("b", "--adapter", "mine") == 1
    assert batch("c", "--model", "openai:house@http://127.0.0.1:9") == 1
    taken = [(list(options["adapters"]), list(options["also"])) for options in opened]
    assert taken == [([], [published]), (["mine"], []), ([], [])]


def test_a_batch_speaks_with_several_adapters(folder: Path, tmp_path: Path) -> None:
    base = tiny_llama(tmp_path / "base")
    export_model(base, tmp_path / "base.gguf", check=False)
    tiny_adapter(base, tmp_path / "published")
    briefs = [{"id": i, "brief": "Bees", "words": 20, "form": "copy", "seed": 1} for i in "abc"]
    briefs[1]["style"] = str(folder)
    briefs[2]["style"] = "none"
    (tmp_path / "briefs.jsonl").write_text("\n".join(map(json.dumps, briefs)), encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["batch", str(tmp_path / "briefs.jsonl"), "-o", str(out), "--threads", "1"]
    arguments += ["--model", str(tmp_path / "base.gguf"), "--no-keep", "-j", "2"]
    assert _guarded(lambda: cli(arguments, standalone_mode=False)) == 0
    records = map(json.loads, (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    models = {one["id"]: one["model"] for one in records if one["state"] == "done"}
    assert models == {"a": "base", "b": "base + published", "c": "base"}
    said = {one: (out / f"{one}.md").read_text(encoding="utf-8") for one in "abc"}
    assert said["a"] == said["c"] != said["b"]
