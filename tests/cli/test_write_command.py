"""`copydesk write` on a scripted model: plans, runs, variants, choices, sources, bad requests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.novelist import novelist
from tests.support.prose import endless

from copydesk.cli.main import _guarded, cli
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted

ROOT = Path(__file__).parents[2]
PLAN: dict[str, Any] = {
    "title": "Bees Move Into the City",
    "sections": [
        {"heading": "Warm walls", "point": "Walls keep the warmth of the day."},
        {"heading": "Long summers", "point": "Something flowers until October."},
        {"heading": "What to plant", "point": "Three plants that help at once."},
    ],
}
PLAIN = ("--no-guard", "--no-review", "--seed", "4")
ARTICLE = ("article", "Bees in cities", "--words", "400", *PLAIN)


def author(request: Request) -> Any:
    """Plans and writes, the same for the same request."""
    if request.schema is None:
        return endless()(request)
    if "beats" in request.schema["properties"]:
        size = request.schema["properties"]["beats"]["maxItems"]
        return {
            "beats": [f"Tell what step {'abcdefghijkl'[n]} of this part is." for n in range(size)]
        }
    return PLAN


Say = Callable[..., tuple[Scripted, int, str, str]]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    """Runs the command on a scripted model; gives the model, the code, and both streams."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str, script: Any = author) -> tuple[Scripted, int, str, str]:
        generator = Scripted(script)
        monkeypatch.setattr(
            "copydesk.generate.engines.open_generator", lambda *args, **kw: generator
        )
        code = _guarded(lambda: cli(["write", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return generator, code, heard.out, heard.err

    return run


def refused(done: tuple[Scripted, int, str, str], code: int = 2) -> str:
    """One error line and one hint line, and the model was asked for nothing."""
    generator, got, out, err = done
    lines = err.strip().splitlines()
    assert got == code, err
    assert out == ""
    assert [line.split(":")[0] for line in lines] == ["error", "hint"], err
    assert "fault in copydesk" not in err
    assert generator.requests == []
    return "\n".join(lines)


def test_a_text_is_written_and_its_run_goes_away(say: Say, tmp_path: Path) -> None:
    _, code, out, err = say(*ARTICLE, "-o", "bees.md")
    assert (code, out) == (0, ""), err
    text = (tmp_path / "bees.md").read_text("utf-8")
    assert text.startswith("# Bees Move Into the City\n\n## Warm walls\n")
    assert "wrote bees.md" in err
    assert "seed 4" in err
    assert not (tmp_path / "bees.run").exists()
    _, code, out, _ = say(*ARTICLE)
    assert (code, out) == (0, text)


def test_a_run_folder_that_was_asked_for_is_kept(say: Say, tmp_path: Path) -> None:
    _, code, _, err = say(*ARTICLE, "-o", "bees.md", "--run", "kept")
    assert code == 0, err
    assert (tmp_path / "kept" / "section-003.md").is_file()


def test_a_plan_is_edited_and_followed(say: Say, tmp_path: Path) -> None:
    generator, code, _, err = say(*ARTICLE, "--plan", "-o", "plan.yaml")
    assert code == 0, err
    assert len(generator.requests) == 1
    plan = (tmp_path / "plan.yaml").read_text("utf-8")
    assert "heading: Long summers" in plan
    (tmp_path / "plan.yaml").write_text(plan.replace("Long summers", "Short winters"), "utf-8")
    _, code, out, err = say("article", "--from-plan", "plan.yaml", *PLAIN)
    assert code == 0, err
    assert "## Short winters\n" in out
    assert "Long summers" not in out
    assert abs(len(out.split()) - 400) <= 50


def test_a_novels_plan_is_edited_and_followed(say: Say, tmp_path: Path) -> None:
    asked = ("--chapters", "3", "--words", "900", *PLAIN)
    _, code, _, err = say("novel", "A keeper", *asked, "--plan", "-o", "plan.yaml", script=novelist)
    assert code == 0, err
    plan = (tmp_path / "plan.yaml").read_text("utf-8")
    title = plan.partition("chapters:\n")[2].partition("title: ")[2].partition("\n")[0]
    (tmp_path / "plan.yaml").write_text(plan.replace(f"title: {title}\n", "title: The Lamp\n"))
    done = say(
        "novel", "--from-plan", "plan.yaml", "-o", "n.md", "--force", *PLAIN, script=novelist
    )
    assert done[1] == 0, done[3]
    assert "The Lamp" in (tmp_path / "n.md").read_text("utf-8")
    assert "article" in refused(say("article", "--from-plan", "plan.yaml"))
    assert "novel" in refused(say("article", "--from-plan", "plan.yaml"))


def test_a_broken_plan_is_named_by_line_and_field(say: Say, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("form: article\nbrief: {topic: Bees}\ntitle: Bees\n")
    assert "line 1: sections" in refused(say("article", "--from-plan", "plan.yaml"))
    (tmp_path / "plan.yaml").write_text("form: novel\nbible: {}\n")
    assert "plan.yaml" in refused(say("novel", "--from-plan", "plan.yaml"))
    assert "none.yaml" in refused(say("article", "--from-plan", "none.yaml"))


def test_forms_without_a_plan_say_so(say: Say) -> None:
    assert "without a plan" in refused(say("headline", "Bees", "--plan"))


def test_variants_are_different_texts(say: Say) -> None:
    _, code, out, err = say("copy", "Honey", "--variants", "3", "--words", "40", *PLAIN)
    assert code == 0, err
    assert [line for line in out.splitlines() if line.startswith("## ")] == [
        "## Variant 1",
        "## Variant 2",
        "## Variant 3",
    ]
    texts = out.split("## Variant ")[1:]
    assert len({text[3:] for text in texts}) == 3


def test_everything_as_json(say: Say) -> None:
    _, code, out, err = say(*ARTICLE, "--json", "--best-of", "2")
    assert code == 0, err
    record = json.loads(out)
    assert set(record) == {
        *("title", "text", "length", "language", "form", "model", "seed", "findings", "scores")
    }
    assert (record["form"], record["seed"], record["language"]) == ("article", 4, "en")
    assert len(record["scores"]) == 6
    assert sum(row["chosen"] for row in record["scores"]) == 3
    assert abs(record["length"] - 400) <= 40


def test_strict_leaves_with_three_where_something_is_left(say: Say, tmp_path: Path) -> None:
    (tmp_path / "r.md").write_text("In 2024 the city counted 312 hives.")

    def false(request: Request) -> Any:
        return author(request) if request.schema else f"It cost 98,765 dollars. {author(request)}"

    asked = (*ARTICLE, "--source", "r.md", "--no-cite", "-o", "x.md")
    _, code, _, err = say(*asked, "--strict", script=false)
    assert code == 3, err
    assert (tmp_path / "x.md").is_file()
    assert "98,765" in err
    assert say(*asked, "--force", script=false)[1] == 0


def test_a_dry_run_shows_the_prompt_and_loads_nothing(say: Say, tmp_path: Path) -> None:
    for form, said in (("article", "Plan an article"), ("headline", "Bees"), ("novel", "Bees")):
        generator, code, out, err = say(form, "Bees in cities", "--dry-run")
        assert (code, err) == (0, ""), form
        assert said in out
        assert generator.requests == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("article",), "no brief"),
        (("article", ""), "empty"),
        (("article", "…"), "empty"),
        (("artikle", "Bees"), "article"),
        (("deck", "Bees"), "deck"),
        (("article", "Bees", "--words", "0"), "--words"),
        (("article", "Bees", "--words", "-5"), "--words"),
        (("article", "Bees", "--words", "1000001"), "--words"),
        (("article", "Bees", "--kind", "ad"), "no kinds"),
        (("copy", "Bees", "--kind", "haiku"), "haiku"),
        (("article", "Bees", "--chapters", "3"), "no chapters"),
        (("article", "Bees", "--glossary", "terms.csv"), "translations"),
        (("novel", "Bees", "--variants", "3"), "no variants"),
        (("article", "Bees", "--style", "nosuch"), "nosuch"),
        (("article", "Bees", "--judge", "folder"), "--best-of"),
        (("article", "Bees", "--judge", "folder", "--best-of", "2"), "folder"),
        (("article", "Bees", "-o", "x.xyz"), "xyz"),
        (("article", "Bees", "-o", "no/x.md"), "does not exist"),
        (("article", "no/brief.md"), "cannot be read"),
        (("article", "--resume"), "no run"),
        (("article", "Bees", "--resume", "-o", "x.md"), "no run"),
        (("translate", "--source", "none.md"), "none.md"),
    ],
)
def test_what_does_not_go_together_is_refused_before_a_model_is_asked(
    say: Say, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    (tmp_path / "terms.csv").write_text("bee,蜜蜂\n")
    code = 1 if said == "folder" or said == "none.md" else 2
    assert said in refused(say(*args), code)
    assert {path.name for path in tmp_path.iterdir()} == {"terms.csv"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.pdf", None),
        ("empty.md", b""),
        ("blank.txt", b" \n\n"),
        ("broken.pdf", b"%PDF-1.7\n/Encrypt 1 0 R\n%%EOF"),
        ("broken.docx", b"PK\x03\x04 not a document"),
        ("binary.md", bytes(range(256)) * 4),
    ],
)
def test_a_source_that_cannot_be_read_is_a_sentence(
    say: Say, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = say(*ARTICLE, "--source", name)
    assert done[1] in (1, 2), done[3]
    assert name in refused(done, done[1])


def test_a_file_that_exists_is_not_written_over(say: Say, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("mine")
    assert "exists already" in refused(say(*ARTICLE, "-o", "x.md"))
    assert (tmp_path / "x.md").read_text() == "mine"
    assert say(*ARTICLE, "-o", "x.md", "--force")[1] == 0


@pytest.mark.parametrize(
    "brief",
    ["نحل المدينة 🐝", "דבורים בעיר", "🐝🐝 bees 🐝", "\u202eseeb\u202c bees", "e\u0301" * 50],
)
def test_briefs_in_any_script_are_written(say: Say, tmp_path: Path, brief: str) -> None:
    _, code, _, err = say("article", brief, "--words", "300", *PLAIN, "-o", "x.docx")
    assert code == 0, err
    assert (tmp_path / "x.docx").stat().st_size > 1000


def test_a_brief_file_says_what_options_do_not(say: Say, tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("---\ntopic: Bees\nwords: 300\naudience: Gardeners\n---\nIvy.\n")
    generator, code, out, err = say("article", "b.md", *PLAIN)
    assert code == 0, err
    assert "Gardeners" in generator.requests[0].messages[-1].content
    assert abs(len(out.split()) - 300) <= 40
    _, _, out, _ = say("article", "b.md", "--words", "500", *PLAIN)
    assert abs(len(out.split()) - 500) <= 60


PROGRAM = """
import sys, time
from copydesk.generate import engines
from copydesk.generate.scripted import Scripted
from tests.cli.test_write_command import author
def slow(request):
    time.sleep(0.15)
    return author(request)
engines.open_generator = lambda *args, **more: Scripted(slow)
from copydesk.cli.main import run
run()
"""


def begun(folder: Path, *args: str) -> "subprocess.Popen[str]":
    """The command in a process of its own, on a model that takes its time."""
    path = f"{ROOT}{os.pathsep}{ROOT / 'src'}"
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "write", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_killed_it_goes_on_where_it_was(say: Say, tmp_path: Path) -> None:
    _, _, whole, _ = say(*ARTICLE)
    process = begun(tmp_path, *ARTICLE, "-o", "bees.md")
    wait_for(tmp_path / "bees.run" / "section-001.md")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert "begun before" in refused(say(*ARTICLE, "-o", "bees.md"))
    assert "another brief" in refused(
        say("article", "Wasps", "--words", "400", *PLAIN, "-o", "bees.md", "--resume")
    )
    generator, code, _, err = say("article", "--resume", "-o", "bees.md", *PLAIN)
    assert code == 0, err
    assert not any(request.schema for request in generator.requests), "the plan was kept"
    assert (tmp_path / "bees.md").read_text("utf-8") == whole
    assert not (tmp_path / "bees.run").exists()


def test_two_runs_in_one_folder_are_refused(say: Say, tmp_path: Path) -> None:
    process = begun(tmp_path, *ARTICLE, "-o", "bees.md")
    try:
        wait_for(tmp_path / "bees.run" / "run.json")
        assert "Another process" in refused(say(*ARTICLE, "-o", "bees.md", "--force"))
    finally:
        process.kill()
        process.communicate()
