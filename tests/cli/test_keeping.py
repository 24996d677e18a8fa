"""What is made lies on the desk, unless it may not or cannot; the work goes on anyway."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import environment
from tests.support.answers import answering
from tests.support.prose import endless

from copydesk.cli.main import _guarded, cli
from copydesk.config import config_folder, data_folder
from copydesk.desk.drafts import Draft
from copydesk.desk.listing import Filter
from copydesk.desk.store import desk_file, open_desk
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted

SMALL = ("--no-guard", "--no-review", "--seed", "4")
COPY = ("write", "copy", "Honey from the roofs", "--words", "60", *SMALL)
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    """Runs a command on a scripted model; gives the code and both streams."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> tuple[int, str, str]:
        draw, prose = answering(7), endless()

        def author(request: Request) -> Any:
            return prose(request) if request.schema is None else draw(request)

        monkeypatch.setattr(
            "copydesk.generate.engines.open_generator", lambda *args, **kw: Scripted(author)
        )
        code = _guarded(lambda: cli(list(args), standalone_mode=False))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def drafts() -> list[Draft]:
    """All drafts, oldest first."""
    with open_desk() as desk:
        return [desk.draft(entry.number) for entry in desk.entries(Filter(("draft",)))[::-1]]


def test_a_text_in_a_file_is_kept_as_the_file_has_it(say: Say, tmp_path: Path) -> None:
    code, _, err = say(*COPY, "-o", "honey.md", "--style", "plain", "--audience", "neighbours")
    assert code == 0, err
    assert "kept on the desk as 1\n" in err
    (draft,) = drafts()
    assert draft.text == (tmp_path / "honey.md").read_text("utf-8").strip()
    assert (draft.kind, draft.form, draft.model, draft.seed) == ("text", "copy", "scripted", 4)
    assert (draft.style, draft.language, draft.path) == ("plain", "en", str(tmp_path / "honey.md"))
    assert draft.prompt[0].content == (
        "Write a text of the kind “copy”.\nHoney from the roofs\nFor: neighbours\n"
        "Length: about 60 words"
    )


def test_a_text_in_a_pipe_is_kept_and_found_again_by_its_content(say: Say, tmp_path: Path) -> None:
    code, out, err = say("write", "copy", "城市屋顶的蜂蜜", "--words", "60", *SMALL)
    assert code == 0, err
    with open_desk() as desk:
        draft = desk.find_draft(tmp_path / "redirected.md", out.encode())
    assert draft
    assert (draft.text, draft.language) == (out.strip(), "zh")
    assert draft.prompt[0].content.startswith("请写一篇文字（体裁：copy）。\n城市屋顶的蜂蜜")


@pytest.mark.parametrize("name", ["a.docx", "a.html", "a.txt", "a.epub"])
def test_a_text_of_any_format_is_kept_as_words(say: Say, name: str) -> None:
    code, _, err = say(*COPY, "-o", name)
    assert code == 0, err
    (draft,) = drafts()
    assert len(draft.text.split()) > 20
    assert "<" not in draft.text


def test_a_deck_is_kept_as_an_outline(say: Say, tmp_path: Path) -> None:
    code, _, err = say("deck", "Bees in cities", "-n", "4", "-o", "bees.pptx", "--seed", "3")
    assert code == 0, err
    (draft,) = drafts()
    assert draft.text.startswith("title: ")
    assert draft.text.count("\n- ") + draft.text.count("\n  - title") >= 4
    assert (draft.kind, draft.seed, draft.path) == ("deck", 3, str(tmp_path / "bees.pptx"))
    assert draft.prompt[0].content == ("Make a deck of 4 slides, written as YAML.\nBees in cities")
    assert draft.title in draft.text


def test_a_deck_that_is_built_from_a_plan_as_it_was_has_the_plans_request(
    say: Say, tmp_path: Path
) -> None:
    assert say("deck", "plan", "Bees in cities", "-n", "4", "-o", "bees.yaml")[0] == 0
    assert say("deck", "build", "bees.yaml", "-o", "bees.pptx")[0] == 0
    plan, deck = drafts()
    assert deck.prompt == plan.prompt
    assert (plan.path, deck.path) == (str(tmp_path / "bees.yaml"), str(tmp_path / "bees.pptx"))
    text = (tmp_path / "bees.yaml").read_text("utf-8")
    (tmp_path / "bees.yaml").write_text(text + "\n# mine\n", "utf-8")
    code, _, err = say("deck", "build", "bees.yaml", "-o", "other.pptx")
    assert code == 0, err
    assert len(drafts()) == 2, "a plan that somebody changed is no model's"


def test_a_revised_deck_is_the_answer_to_the_wish(say: Say) -> None:
    assert say("deck", "Bees in cities", "-n", "4", "-o", "bees.pptx")[0] == 0
    wish = ("deck", "revise", "bees.pptx", "--slide", "2", "shorter", "--seed", "9")
    code, _, err = say(*wish, "-o", "bees.pptx", "--force")
    assert code == 0, err
    first, second = drafts()
    assert [message.role for message in second.prompt] == ["user", "assistant", "user"]
    assert second.prompt[0] == first.prompt[0]
    assert second.prompt[1].content.strip() == first.text
    assert second.prompt[2].content == "Slide 2: shorter"


def test_a_translated_deck_is_the_answer_to_its_original(say: Say) -> None:
    assert say("deck", "Bees in cities", "-n", "4", "-o", "bees.pptx", "--no-keep")[0] == 0
    assert say("deck", "translate", "bees.pptx", "--to", "zh")[0] == 0
    (draft,) = drafts()
    assert draft.prompt[0].content.startswith("请把下面的内容译成中文。\n\ntitle: ")


def test_the_results_of_a_batch_are_kept(say: Say, tmp_path: Path) -> None:
    briefs: list[Any] = [
        {"form": "copy", "brief": "Honey", "words": 60, "style": "plain", "format": "docx"},
        {"command": "deck", "brief": "城市里的蜜蜂", "slides": 4},
        {"command": "generate", "prompt": "Three names", "system": "Be kind."},
    ]
    (tmp_path / "briefs.jsonl").write_text("\n".join(map(json.dumps, briefs)), "utf-8")
    code, _, err = say("batch", "briefs.jsonl", "-o", "out", "--seed", "3")
    assert code == 0, err
    text, deck, answer = drafts()
    assert (text.form, text.style, text.seed) == ("copy", "plain", 4)
    assert text.prompt[0].content.endswith("Honey\nLength: about 60 words")
    assert (deck.kind, deck.language) == ("deck", "zh")
    assert "请做一份4页的演示文稿" in deck.prompt[0].content
    assert [message.content for message in answer.prompt] == ["Be kind.", "Three names"]
    assert all(Path(draft.path).parent == tmp_path / "out" for draft in (text, deck, answer))


DECK = ("deck", "Bees", "-n", "3", "--seed", "4")


@pytest.mark.parametrize(
    "command",
    [
        COPY,
        DECK,
        ("deck", "plan", "Bees", "-n", "3"),
        ("batch", "briefs.jsonl", "-o", "out"),
    ],
)
@pytest.mark.parametrize("how", ["flag", "setting", "environment"])
def test_who_wants_nothing_kept_has_nothing_kept(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], how: str
) -> None:
    (tmp_path / "briefs.jsonl").write_text('{"form": "copy", "brief": "Honey"}', "utf-8")
    flags: tuple[str, ...] = ()
    match how:
        case "flag":
            flags = ("--no-keep",)
        case "setting":
            config_folder().mkdir(parents=True)
            (config_folder() / "config.toml").write_text("keep = false\n", "utf-8")
        case "environment":
            monkeypatch.setenv("COPYDESK_KEEP", "0")
    code, _, err = say(*command, *flags)
    assert code == 0, err
    assert "kept" not in err
    assert not data_folder().exists()


def test_a_setting_holds_for_every_command_of_deck(say: Say, tmp_path: Path) -> None:
    assert say(*DECK, "-o", "bees.pptx", "--no-keep")[0] == 0
    (tmp_path / "copydesk.toml").write_text("[deck]\nkeep = false\n", "utf-8")
    assert say("deck", "translate", "bees.pptx", "--to", "zh")[0] == 0
    assert not desk_file().exists()
    (tmp_path / "copydesk.toml").write_text("keep = false\n[deck.translate]\nkeep = true\n")
    assert say("deck", "translate", "bees.pptx", "--to", "zh", "--force")[0] == 0
    assert len(drafts()) == 1


def damaged() -> None:
    desk_file().parent.mkdir(parents=True)
    desk_file().write_bytes(b"no desk " * 1000)


def no_folder() -> None:
    data_folder().parent.mkdir(parents=True, exist_ok=True)
    data_folder().write_text("a file stands here", "utf-8")


@pytest.mark.parametrize("harm", [damaged, no_folder])
@pytest.mark.parametrize(
    ("command", "file"),
    [((*COPY, "-o", "a.md"), "a.md"), ((*DECK, "-o", "a.pptx"), "a.pptx")],
)
def test_a_desk_that_cannot_be_written_stops_no_work(
    say: Say, tmp_path: Path, harm: Callable[[], None], command: tuple[str, ...], file: str
) -> None:
    harm()
    code, _, err = say(*command)
    assert code == 0, err
    assert (tmp_path / file).stat().st_size > 100
    (warning,) = [line for line in err.splitlines() if line.startswith("warning: ")]
    assert warning.startswith("warning: the draft is not kept: The ")
    assert "seed 4" in err, "what there is to say of the text is said all the same"


def test_a_batch_tells_of_a_desk_that_cannot_be_written_once(say: Say, tmp_path: Path) -> None:
    damaged()
    (tmp_path / "briefs.jsonl").write_text('{"form": "copy", "brief": "Honey"}\n' * 3, "utf-8")
    code, _, err = say("batch", "briefs.jsonl", "-o", "out")
    assert code == 0, err
    assert err.count("warning: ") == 1
    assert len(list((tmp_path / "out").glob("*.md"))) == 3


SCRIPTED = """
import sys
from tests.support.prose import endless
from copydesk.generate.scripted import Scripted
import copydesk.generate.engines as engines
engines.open_generator = lambda *args, **more: Scripted(endless())
from copydesk.cli.main import run
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a small disk")
def test_a_full_disk_under_the_desk_stops_no_work(tmp_path: Path) -> None:
    """The disk is a mount in a name space of the process's own: nobody else sees it."""
    data_folder().mkdir(parents=True)
    mounting = f"""
import ctypes, sys
folder = {str(data_folder())!r}
if ctypes.CDLL(None).mount(b"tmpfs", folder.encode(), b"tmpfs", 0, b"size=200k"):
    sys.exit(9)
open(folder + "/filler", "wb").write(bytes(150_000))
"""
    root = Path(__file__).parents[2]
    environ = {**environment(), "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    space = ("unshare", "--user", "--map-root-user", "--mount")
    try:
        done = subprocess.run(
            [*space, sys.executable, "-c", mounting + SCRIPTED + "run()", *COPY],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=environ,
            timeout=120,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode in {1, 9} and "Traceback" not in done.stderr and not done.stdout:
        pytest.skip("may not mount a disk here")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) > 30
    assert "warning: the draft is not kept: The desk " in done.stderr
    assert "full" in done.stderr
