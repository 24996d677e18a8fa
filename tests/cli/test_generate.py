"""`copydesk generate`: text and JSON, several answers, files, pipes, a terminal, and Ctrl-C."""

import json
import os
import pty
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.cli.conftest import COMMAND, Run, environment, sentence
from tests.cli.test_write import read_until

from copydesk.cli import generate as door
from copydesk.cli.main import _guarded, cli
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Piece, Request
from copydesk.generate.scripted import Scripted
from copydesk.generate.user_schema import tighten

SMALL = "smollm2-135m-instruct"
MODEL = ("--model", SMALL, "--threads", "1", "--seed", "3")
BEE = {
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "legs": {"type": "integer", "minimum": 0, "maximum": 9},
        "note": {"type": ["string", "null"], "maxLength": 20},
    }
}


class Ends(Scripted):
    """Says its answers, and ends them as it was told to."""

    def __init__(self, *ends: Completion, swapped: bool = False) -> None:
        super().__init__(lambda request: "")
        self._ends, self._swapped = ends, swapped

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        self.requests.append(request)
        indexes = range(request.n)
        for index in reversed(indexes) if self._swapped else indexes:
            end = self._ends[index % len(self._ends)]
            yield Piece(end.text, index)
            yield Piece("", index, replace(end, seed=request.seed + index))


Say = Callable[..., tuple[Scripted, int, str, str]]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    """Runs the command on a scripted model; gives the model, the code, and both streams."""
    monkeypatch.chdir(tmp_path)

    def run(script: Any, *args: str) -> tuple[Scripted, int, str, str]:
        generator = script if isinstance(script, Scripted) else Scripted(script)
        monkeypatch.setattr(
            "copydesk.generate.engines.open_generator", lambda *args, **kw: generator
        )
        code = _guarded(lambda: cli(["generate", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return generator, code, heard.out, heard.err

    return run


def test_a_prompt_goes_in_as_it_is_and_the_answer_comes_out_clean(say: Say) -> None:
    model, code, out, err = say([" Rye & Co. \n"], "Name a bakery", "--seed", "7")
    assert (code, out) == (0, "Rye & Co.\n")
    assert "seed 7" in err
    request = model.requests[0]
    assert [(m.role, m.content) for m in request.messages] == [("user", "Name a bakery")]
    assert request.seed == 7
    assert request.sampling.temperature == 0.7
    assert request.sampling.dry_multiplier == 0
    assert request.max_tokens == 1024
    assert request.guard_loops


def test_every_option_reaches_the_model(say: Say, tmp_path: Path) -> None:
    (tmp_path / "bans.txt").write_text("# ours\ndelve\n\n tapestry of \n", encoding="utf-8")
    model, *_ = say(
        ["x"],
        "Hello",
        *("--system", "Be kind.", "--max-tokens", "9", "--temperature", "0", "--top-p", "0.5"),
        *("--top-k", "3", "--min-p", "0.2", "--dry", "0.8", "--ban", "rich", "--ban", "vibrant"),
        *("--ban-file", "bans.txt", "--stop", "END", "--no-loop-guard", "--cut"),
    )
    request = model.requests[0]
    assert [m.role for m in request.messages] == ["system", "user"]
    sampling = request.sampling
    drawn = (sampling.temperature, sampling.top_p, sampling.top_k, sampling.min_p)
    assert drawn == (0, 0.5, 3, 0.2)
    assert sampling.dry_multiplier == 0.8
    assert request.bans == ("rich", "vibrant", "delve", "tapestry of")
    assert request.stop == ("END",)
    assert request.max_tokens == 9
    assert request.may_cut
    assert not request.guard_loops


def test_several_answers_are_set_apart(say: Say) -> None:
    _, _, out, _ = say(["One.", "Two.", "Three."], "Hello", "-n", "3")
    assert out == "One.\n--- 2 ---\nTwo.\n--- 3 ---\nThree.\n"


def test_json_carries_all_that_is_known_an_answer_a_line(say: Say) -> None:
    finding = Finding(code="loop", place="character 3", message="it went on", fix="stop it")
    end = Completion(
        *("a\x1b\x9bb", "stop", 5, 2, 7, 0.5, 2.0, "<user>Hi", 0, "tiny", "ab12", "scripted 1"),
        findings=(finding,),
    )
    _, code, out, err = say(Ends(end), "Hi", "-n", "2", "--json", "--seed", "4")
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 2
    assert out.isascii()
    facts = json.loads(lines[1])
    assert facts["text"] == "a\x1b\x9bb"
    assert facts["usage"] == {"prompt_tokens": 5, "cached_tokens": 2, "completion_tokens": 7}
    assert facts["timings"]["tokens_per_second"] == 3.5
    assert facts["findings"][0]["code"] == "loop"
    rest = [facts[key] for key in ("finish", "prompt", "model", "model_hash", "engine", "seed")]
    assert rest == ["stop", "<user>Hi", "tiny", "ab12", "scripted 1", 5]
    assert "character 3: it went on; stop it [loop]" in err


def test_control_characters_of_an_answer_reach_nobody(say: Say, tmp_path: Path) -> None:
    for args in ((), ("-o", "a.txt")):
        _, _, out, err = say(["a\x1b[31mb\x07\u009b2Jc\r\td\x7f"], "Hi", *args)
        text = out or (tmp_path / "a.txt").read_text(encoding="utf-8")
        assert text == "a[31mb2Jc\td\n"
        assert "\x1b" not in err


def test_a_file_is_written_whole_and_replaced_only_by_force(say: Say, tmp_path: Path) -> None:
    _, code, out, err = say(["One."], "Hi", "-o", "a.txt")
    assert (code, out) == (0, "")
    assert "wrote a.txt" in err
    model, code, _, err = say(["Two."], "Hi", "-o", "a.txt")
    assert code == 2
    assert "--force" in err
    assert model.requests == []
    say(["Two."], "Hi", "-o", "a.txt", "--force")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "Two.\n"


@pytest.mark.parametrize("finish", ["loop", "banned"])
def test_an_answer_that_was_given_up_is_printed_and_exits_with_3(say: Say, finish: Any) -> None:
    finding = Finding(code=finish, place="character 9", message="so it ended")
    ends = Ends(Completion("It began.", finish, findings=(finding,)), Completion("Fine.", "stop"))
    _, code, out, err = say(ends, "Hi", "-n", "2")
    assert code == 3
    assert out == "It began.\n--- 2 ---\nFine.\n"
    assert f"character 9: so it ended [{finish}]" in err
    assert "1 of 2 answers were given up" in err


def test_an_answer_that_was_cut_off_says_so(say: Say) -> None:
    _, code, out, err = say(["one two three"], "Hi", "--max-tokens", "2")
    assert (code, out) == (0, "one two\n")
    assert "cut off" in err


@pytest.fixture
def bee(tmp_path: Path) -> Path:
    path = tmp_path / "bee.json"
    path.write_text(json.dumps(BEE), encoding="utf-8")
    return path


def test_a_schema_gives_an_object_a_line_and_draws_again_what_is_none(say: Say, bee: Path) -> None:
    good = {"name": "Apis", "legs": 6, "note": None}
    bad = {"name": "Apis", "legs": 60, "note": None}
    script = [bad, json.dumps(good, indent=1), good]
    model, code, out, err = say(script, "A bee", "--schema", str(bee), "-n", "2", "--seed", "3")
    assert code == 0, err
    assert out == '{"name":"Apis","legs":6,"note":null}\n' * 2
    assert {json.dumps(request.schema) for request in model.requests} == {json.dumps(tighten(BEE))}
    assert [request.seed for request in model.requests][::2] == [3, 4]
    assert model.requests[0].sampling.temperature == 0.5
    assert len({request.seed for request in model.requests}) == 3


def test_no_answer_under_a_schema_is_an_error_with_the_reason(say: Say, bee: Path) -> None:
    model, code, out, err = say(lambda request: "{}", "A bee", "--schema", str(bee))
    assert (code, out) == (1, "")
    assert 'lacks "name"' in err
    assert len(model.requests) == 3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("",), "The prompt is empty."),
        ((" \n",), "The prompt is empty."),
        (("Hi", "--ban", " "), "banned phrase is empty"),
        (("Hi", "--stop", ""), "--stop is empty"),
        (("Hi", "--ban-file", "binary"), "no UTF-8"),
        (("Hi", "--ban-file", "away"), "away"),
        (("Hi", "--schema", "away"), "away"),
        (("Hi", "--schema", "binary"), "no JSON"),
        (("Hi", "--schema", "not.json"), "#/not"),
        (("Hi", "--schema", "bee.json", "--dry", "1"), "spoil JSON"),
        (("Hi", "--schema", "bee.json", "--stop", "}"), "spoil JSON"),
        (("Hi", "--temperature", "9"), "--temperature"),
        (("Hi", "--top-p", "0"), "--top-p"),
        (("Hi", "-n", "0"), "-n"),
        (("Hi", "-o", "away/a.txt"), "mkdir -p away"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_model_is_loaded(
    say: Say, bee: Path, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    (tmp_path / "not.json").write_text('{"not": {}}', encoding="utf-8")
    model, code, out, err = say(["x"], *args)
    assert said in sentence(subprocess.CompletedProcess(args, code, out, err), 2)
    assert model.requests == []


def test_answers_are_shown_in_order_whichever_comes_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live = door.Live(2, err=False)
    for index, text in [(1, "Tw"), (0, "On"), (1, "o.\x1b"), (0, "e.\n")]:
        live.hear(Piece(text, index))
    live.hear(Piece("", 1, Completion("Two.", "stop")))
    assert capsys.readouterr().out == "One.\n"
    live.hear(Piece("", 0, Completion("One.", "stop")))
    assert capsys.readouterr().out == "--- 2 ---\nTwo.\n"


# With a model, as a process.


@pytest.mark.model
def test_one_seed_gives_one_answer_through_argument_or_pipe(copydesk: Run) -> None:
    rest = ("--max-tokens", "30", *MODEL)
    first = copydesk("generate", "One line on rain", *rest)
    assert first.returncode == 0, first.stderr
    assert len(first.stdout.split()) > 5
    again = copydesk("generate", "-", *rest, stdin="One line on rain\n")
    assert again.stdout == first.stdout


@pytest.mark.model
def test_a_banned_phrase_does_not_appear(copydesk: Run) -> None:
    args = ("generate", "Say: the rain falls on the roof.", "--max-tokens", "60", "--json", *MODEL)
    free = json.loads(copydesk(*args).stdout)
    assert " the " in free["text"]
    done = copydesk(*args, "--ban", "the", "--ban", "rain")
    assert done.returncode in {0, 3}, done.stderr
    banned = json.loads(done.stdout)
    words = banned["text"].lower().replace(".", " ").replace(",", " ").split()
    assert {"the", "rain"}.isdisjoint(words)
    assert banned["model_hash"]
    assert "rain falls" in banned["prompt"]


@pytest.mark.model
def test_a_schema_is_kept_to(copydesk: Run, bee: Path) -> None:
    done = copydesk("generate", "A bee, as a record", "--schema", "bee.json", "-n", "2", *MODEL)
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        found = json.loads(line)
        assert list(found) == ["name", "legs", "note"]
        assert 0 <= found["legs"] <= 9
        assert "\n" not in found["name"]


@pytest.mark.model
def test_a_prompt_longer_than_the_context_is_refused_or_cut(copydesk: Run) -> None:
    args = ("generate", "-", "--context", "512", "--max-tokens", "8", *MODEL)
    told = sentence(copydesk(*args, stdin="bees and wasps. " * 500), 1)
    assert "512" in told
    done = copydesk(*args, "--cut", stdin="bees and wasps. " * 500)
    assert done.returncode == 0, done.stderr
    assert "prompt-cut" in done.stderr


@pytest.mark.model
@pytest.mark.parametrize("output", [True, False])
def test_ctrl_c_keeps_what_was_said_so_far(tmp_path: Path, output: bool) -> None:
    terminal, end = pty.openpty()
    target = ("-o", "kept.txt") if output else ()
    ask = ("generate", "Tell a very long story of a lighthouse", "--max-tokens", "3000")
    with subprocess.Popen(
        [*COMMAND, *ask, *target, *MODEL],
        stdout=end,
        stderr=end if output else subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    ) as process:
        os.close(end)
        heard = read_until(terminal, b"", b"x" * 60)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
        code = process.returncode
    if output:
        heard += os.read(terminal, 65536)
        errors = heard
    os.close(terminal)
    assert code == 130
    assert b"Traceback" not in errors
    assert b"Interrupted: what was said so far is kept." in errors
    if output:
        kept = (tmp_path / "kept.txt").read_text(encoding="utf-8")
        assert kept.strip()[:20] in heard.decode("utf-8", "ignore").replace("\r", "")


def test_settings_reach_the_command(say: Say, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text(
        'temperature = 0.2\n[generate]\nban = ["delve", "tapestry"]\nloop_guard = false\n', "utf-8"
    )
    model, *_ = say(["x", "y"], "Hi")
    assert model.requests[0].sampling.temperature == 0.2
    assert model.requests[0].bans == ("delve", "tapestry")
    assert not model.requests[0].guard_loops
