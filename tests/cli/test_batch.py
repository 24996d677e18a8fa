"""`copydesk batch` as a user runs it: the same results as one by one, whatever interrupts it."""

import json
import os
import pty
import random
import re
import select
import signal
import subprocess
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.cli.conftest import COMMAND, Run, environment, sentence
from tests.conftest import unavailable
from tests.support.batches import done, manifest, results
from tests.support.chat_server import chatting

from copydesk.batch.lines import KINDS
from copydesk.cli.batch import COMMANDS, FORMATS

SMALL = "smollm2-135m-instruct"
MODEL = ("--model", SMALL, "--threads", "1", "--seed", "3")
BRIEFS = [
    {"id": "honey", "form": "copy", "brief": "Honey from the roofs", "words": 30, "seed": 5},
    {"id": "names", "command": "generate", "prompt": "Three names for a bakery", "max_tokens": 20},
    "Rain in the city",
    {"id": "bees", "form": "copy", "brief": "Bees in the park", "words": 30, "format": "html"},
]
BATCH = ("batch", "briefs.jsonl", "-o", "out")


def write_briefs(folder: Path, *briefs: Any) -> None:
    rows = [json.dumps(brief, ensure_ascii=False) for brief in briefs]
    (folder / "briefs.jsonl").write_text("\n".join(rows), encoding="utf-8")


def test_the_options_know_every_command_and_format() -> None:
    assert tuple(KINDS) == COMMANDS
    formats = [get_args(kind.model_fields["format"].annotation) for kind in KINDS.values()]
    assert {name for names in formats for name in names} == set(FORMATS)


@pytest.mark.model
@pytest.mark.parametrize(
    ("brief", "command"),
    [
        (BRIEFS[0], ("write", "copy", "Honey from the roofs", "--words", "30")),
        (BRIEFS[1], ("generate", "Three names for a bakery", "--max-tokens", "20")),
    ],
)
def test_a_brief_becomes_what_its_own_command_makes_of_it(
    copydesk: Run, tmp_path: Path, brief: dict[str, Any], command: tuple[str, ...]
) -> None:
    write_briefs(tmp_path, {**brief, "seed": 5})
    batch = copydesk(*BATCH, *MODEL, "--json")
    assert batch.returncode == 0, batch.stderr
    summary = json.loads(batch.stdout)
    assert (summary["finished"], summary["kept"], summary["failed"]) == (1, 0, [])
    assert summary["seed"] == 3
    assert "1/1" in batch.stderr
    one = copydesk(*command, *MODEL, "--seed", "5")
    (content,) = results(tmp_path / "out").values()
    assert content.decode() == one.stdout
    assert manifest(tmp_path / "out")[0]["model"] == SMALL


@pytest.mark.model
def test_options_and_settings_fill_what_lines_leave_open(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text(
        f'model = "{SMALL}"\nthreads = 1\nslides = 8\n[batch]\nform = "copy"\n', encoding="utf-8"
    )
    stdin = '"Rain"\n{"brief": "Snow", "format": "html"}\n'
    options = ("--words", "30", "--format", "txt")
    run = copydesk("batch", "-", "-o", "out", *options, stdin=stdin)
    assert run.returncode == 0, run.stderr
    assert sorted(results(tmp_path / "out")) == ["0001-rain.txt", "0002-snow.html"]


@pytest.mark.model
def test_a_brief_that_fails_is_told_and_tried_again(copydesk: Run, tmp_path: Path) -> None:
    long = {"id": "long", "command": "generate", "prompt": "bees and wasps. " * 12_500}
    write_briefs(tmp_path, long, BRIEFS[0])
    told = sentence(copydesk(*BATCH, *MODEL), 1)
    assert "1 of 2 briefs failed" in told
    assert "--resume" in told
    assert list(results(tmp_path / "out")) == ["honey.md"]
    failed = next(line for line in manifest(tmp_path / "out") if line["state"] == "failed")
    assert "tokens long" in failed["error"]
    write_briefs(tmp_path, {**long, "prompt": "Bees and wasps", "max_tokens": 20}, BRIEFS[0])
    again = copydesk(*BATCH, *MODEL, "--resume", "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["kept"] == 1
    assert sorted(done(tmp_path / "out")) == ["honey", "long"]


@pytest.mark.model
def test_killed_again_and_again_it_ends_with_the_same_files(copydesk: Run, tmp_path: Path) -> None:
    write_briefs(tmp_path, *BRIEFS)
    options = (*MODEL, "--form", "copy", "--words", "30")
    assert copydesk("batch", "briefs.jsonl", "-o", "whole", *options).returncode == 0
    out, rng = tmp_path / "out", random.Random(4)
    finished: dict[str, bytes] = {}
    for _ in range(4):
        with subprocess.Popen(
            [*COMMAND, *BATCH, *options, "--resume"],
            stderr=subprocess.DEVNULL,
            cwd=tmp_path,
            env=environment(),
        ) as process:
            time.sleep(rng.uniform(1.5, 4))
            process.kill()
        now = results(out) if out.is_dir() else {}
        assert finished.items() <= now.items()
        finished = now
    last = copydesk(*BATCH, *options, "--resume")
    assert last.returncode == 0, last.stderr
    assert results(out) == results(tmp_path / "whole")
    assert len(set(done(out))) == len(BRIEFS)
    again = copydesk(*BATCH, *options, "--resume", "--json")
    assert json.loads(again.stdout)["kept"] == len(BRIEFS)


@pytest.mark.model
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path, copydesk: Run) -> None:
    endless = {"command": "generate", "prompt": "Tell a long story", "max_tokens": 3000}
    write_briefs(tmp_path, BRIEFS[1], endless)
    terminal, end = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *BATCH, *MODEL],
        stdout=subprocess.DEVNULL,
        stderr=end,
        cwd=tmp_path,
        env=environment(),
    ) as process:
        os.close(end)
        said = read_until(terminal, "1/2")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        said += drain(terminal)
    os.close(terminal)
    assert "go on with --resume" in said
    assert "Traceback" not in said
    assert list(results(tmp_path / "out")) == ["names.txt"]
    write_briefs(tmp_path, BRIEFS[1])
    again = copydesk(*BATCH, "--model", SMALL, "--resume")
    assert "1 were finished before; seed 3" in again.stderr


def read_until(terminal: int, marks: str) -> str:
    """Read a terminal's bar until it says something."""
    said = ""
    while marks not in plain(said):
        ready, _, _ = select.select([terminal], [], [], 120)
        assert ready, said
        said += os.read(terminal, 4096).decode("utf-8", "ignore")
    return plain(said)


def drain(terminal: int) -> str:
    said = b""
    while select.select([terminal], [], [], 0.5)[0]:
        try:
            said += os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
    return plain(said.decode("utf-8", "ignore"))


def plain(said: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)


@pytest.mark.parametrize(("options", "most"), [(("-j", "3"), 3), ((), 8)])
def test_a_server_has_a_fixed_number_of_requests_in_flight(
    copydesk: Run, tmp_path: Path, options: tuple[str, ...], most: int
) -> None:
    count, running, peak = threading.Lock(), [0], [0]

    def speak(body: dict[str, Any]) -> str:
        with count:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        time.sleep(0.1)
        with count:
            running[0] -= 1
        return f"Heard {body['messages'][-1]['content']}."

    write_briefs(tmp_path, *[f"Say {number}" for number in range(24)])
    with chatting(speak) as server:
        model = f"openai:any@{server.address}/v1"
        run = copydesk(*BATCH, "--command", "generate", "--model", model, *options)
    assert run.returncode == 0, run.stderr
    assert peak[0] == most
    heard = sorted(content.decode() for content in results(tmp_path / "out").values())
    assert heard == sorted(f"Heard Say {number}.\n" for number in range(24))


def test_what_a_server_refuses_is_tried_again(copydesk: Run, tmp_path: Path) -> None:
    write_briefs(tmp_path, *[f"Say {number}" for number in range(4)])
    told = {"Say 2": (400, {"error": {"message": "It broke."}})}
    heard: list[str] = []

    def speak(body: dict[str, Any]) -> Any:
        prompt = body["messages"][-1]["content"]
        heard.append(prompt)
        return told.get(prompt, "Heard.")

    with chatting(speak) as server:
        command = (*BATCH, "--command", "generate", "--model", f"openai:any@{server.address}/v1")
        assert "1 of 4 briefs failed" in sentence(copydesk(*command), 1)
        told.clear()
        heard.clear()
        assert copydesk(*command, "--resume").returncode == 0
    assert heard == ["Say 2"]
    assert len(results(tmp_path / "out")) == 4


def test_faulty_lines_are_all_named_before_anything_runs(copydesk: Run, tmp_path: Path) -> None:
    write_briefs(tmp_path, "fine", {"brief": "x", "words": 3}, *[{}] * 12, "also fine")
    run = copydesk(*BATCH, "--model", "absent.gguf")
    told = sentence(run, 2)
    assert "13 of 15 lines cannot be used, and nothing was run" in told
    lines = run.stderr.splitlines()
    assert lines[0].startswith("line 2: words: ")
    assert lines[1] == "line 3: brief: field required"
    assert lines[10] == "… and 3 more"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("args", "stdin", "said"),
    [
        (("absent.jsonl",), "", "absent.jsonl cannot be read: No such file"),
        ((".",), "", ". cannot be read: Is a directory"),
        (("-",), "\n \n", "There are no briefs in -"),
        (("-", "--format", "pptx"), '"Bees"', "--format pptx fits none of the lines"),
        (("-", "-n", "9"), '"Bees"', "--slides 9 fits none of the lines"),
        (("-", "--command", "chat"), '"Bees"', "Invalid value for '--command'"),
        (("-", "--ray", "nonsense"), '"Bees"', "There is no Ray cluster at nonsense"),
    ],
)
def test_what_cannot_be_carried_out_is_a_sentence(
    copydesk: Run, args: tuple[str, ...], stdin: str, said: str
) -> None:
    if "--ray" in args and find_spec("ray") is None:
        unavailable('Ray is not installed: pip install -e ".[cluster]"')
    assert said in sentence(copydesk("batch", *args, "-o", "out", stdin=stdin), 2)


def test_a_folder_with_a_batch_is_entered_with_resume_alone(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.jsonl").write_text('{"state": "run", "model": "x"}\n')
    write_briefs(tmp_path, "Bees")
    assert "holds a batch already" in sentence(copydesk(*BATCH, *MODEL), 2)
    assert "begun with the model x" in sentence(copydesk(*BATCH, *MODEL, "--resume"), 2)


@pytest.mark.model
@pytest.mark.cluster
def test_a_cluster_gives_the_same_files(copydesk: Run, tmp_path: Path) -> None:
    if find_spec("ray") is None:
        unavailable('Ray is not installed: pip install -e ".[cluster]"')
    write_briefs(tmp_path, *BRIEFS)
    options = (*MODEL, "--form", "copy", "--words", "30")
    assert copydesk("batch", "briefs.jsonl", "-o", "here", *options).returncode == 0
    there = copydesk(*BATCH, *options, "--ray", "local", "--json")
    assert there.returncode == 0, there.stderr
    assert "Traceback" not in there.stderr
    assert json.loads(there.stdout)["finished"] == len(BRIEFS)
    assert results(tmp_path / "out") == results(tmp_path / "here")
