"""`copydesk chat`: piped and at a terminal, commands, history, files, edits, Ctrl-C."""

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.cli.conftest import COMMAND, Run, environment, sentence

from copydesk.cli.main import _guarded, cli
from copydesk.cli.typed import Typed, next_typed
from copydesk.config import config_folder
from copydesk.desk.store import desk_file, open_desk
from copydesk.generate.protocol import Message
from copydesk.generate.scripted import Script, Scripted
from copydesk.preferences.rows import Pair

SMALL = "smollm2-135m-instruct"
MODEL = ("--model", SMALL, "--threads", "1", "--seed", "3")

Talk = Callable[..., tuple[Scripted, int, str, str]]


@pytest.fixture
def talk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Talk:
    """Pipes lines into the command; gives the scripted model, the code, and both streams."""
    monkeypatch.chdir(tmp_path)

    def run(
        script: Script, *lines: str, args: tuple[str, ...] = (), context: int = 4096
    ) -> tuple[Scripted, int, str, str]:
        generator = Scripted(script, context=context)
        monkeypatch.setattr(
            "copydesk.generate.engines.open_generator", lambda *args, **kw: generator
        )
        piped = SimpleNamespace(
            buffer=io.BytesIO("".join(f"{line}\n" for line in lines).encode()),
            isatty=lambda: False,
        )
        monkeypatch.setattr(sys, "stdin", piped)
        code = _guarded(lambda: cli(["chat", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return generator, code, heard.out, heard.err

    return run


def test_each_line_is_a_turn_and_only_answers_are_on_stdout(talk: Talk) -> None:
    model, code, out, err = talk(["One.", "Two."], "a", "", "b", args=("--system", "Be kind."))
    assert (code, out, err) == (0, "One.\nTwo.\n", "")
    assert [m.content for m in model.requests[1].messages] == ["Be kind.", "a", "One.", "b"]


def test_control_characters_of_an_answer_do_not_reach_the_terminal(talk: Talk) -> None:
    _, _, out, _ = talk(["a\x1b[31mb\u009b2J\rc", "x"], "a", "b")
    assert out == "a[31mb2Jc\nx\n"


def test_what_begins_with_a_space_or_in_quotes_is_a_message(talk: Talk) -> None:
    lines = (" /stats?", '"""', "/quit", "two", '"""', "three \\", "four", '"""one"""')
    model, code, _, _ = talk(lambda request: "ok", *lines)
    assert code == 0
    asked = [request.messages[-1].content for request in model.requests]
    assert asked == ["/stats?", "/quit\ntwo", "three \nfour", "one"]


@pytest.mark.parametrize(
    ("lines", "text", "plain"),
    [
        (["a"], "a", False),
        (["a\\", "b\\", "c"], "a\nb\nc", False),
        (["a\\"], "a", False),
        (['  """a', "b", 'c"""  '], "a\nb\nc", True),
        (['"""a', "b"], "a\nb", True),
        (['"""'], "", True),
        (['""""""'], "", True),
    ],
)
def test_lines_become_messages(lines: list[str], text: str, plain: bool) -> None:
    left = iter(lines)
    assert next_typed(lambda sign: next(left, None)) == Typed(text, plain)
    assert next_typed(lambda sign: None) is None


def test_retry_undo_clear_and_system_change_what_is_read(talk: Talk) -> None:
    answers = iter("ABCDEF")
    lines = ("a", "/retry", "b", "/undo", "c", "/clear", "/system Be brief.", "d", "/system -", "e")
    model, code, _, err = talk(lambda request: next(answers), *lines)
    assert code == 0
    read = [[m.content for m in request.messages] for request in model.requests]
    assert read == [
        *(["a"], ["a"], ["a", "B", "b"], ["a", "B", "c"]),
        *(["Be brief.", "d"], ["d", "E", "e"]),
    ]
    assert "Taken back: b" in err
    assert "There is no system prompt." in err
    seeds = [request.seed for request in model.requests]
    assert len(set(seeds)) == len(seeds)


def test_turns_that_no_longer_fit_are_left_out_with_a_notice(talk: Talk) -> None:
    lines = ["word " * 9] * 12
    args = ("--max-tokens", "10")
    model, code, _, err = talk(lambda request: "yes", *lines, args=args, context=60)
    assert code == 0
    assert "The first turn no longer fits the 60 tokens of the model and was left out." in err or (
        re.search(r"The first \d turns no longer fit the 60 tokens of the model and were", err)
    )
    assert all(model.count(request.messages) <= 50 for request in model.requests)


def test_a_message_that_is_too_long_is_refused_with_numbers(talk: Talk) -> None:
    model, code, out, err = talk(["x"], "word " * 60, context=60)
    told = sentence(subprocess.CompletedProcess((), code, out, err), 1)
    assert "60 tokens long" in told
    assert model.requests == []


@pytest.mark.parametrize(
    ("line", "said", "code"),
    [
        ("/retyr", "did you mean /retry?", 2),
        ("/etc/passwd is what?", "There is no command named '/etc/passwd'", 2),
        ("/", "There is no command named '/'", 2),
        ("/retry", "Nothing was said yet.", 2),
        ("/edit", "Nothing was said yet.", 2),
        ("/undo", "Nothing was said yet.", 2),
        ("/save", "A file name is missing.", 2),
        ("/save a.pdf", "a.pdf", 2),
        ("/save here.md", "/save! here.md replaces it", 2),
        ("/save away/a.md", "mkdir -p away", 2),
        ("/save ~nobody-of-that-name/a.md", "does not exist", 2),
        ("/load away.json", "cannot be read", 1),
        ("/load here.md", "holds no conversation", 1),
        ("/load \0", "A file name is missing.", 2),
    ],
)
def test_a_command_that_cannot_be_done_is_a_sentence(
    talk: Talk, tmp_path: Path, line: str, said: str, code: int
) -> None:
    (tmp_path / "here.md").write_text("precious", encoding="utf-8")
    _, ended, out, err = talk([], line)
    assert said in sentence(subprocess.CompletedProcess((), ended, out, err), code)
    assert (tmp_path / "here.md").read_text(encoding="utf-8") == "precious"


def test_a_conversation_is_saved_and_goes_on(talk: Talk, tmp_path: Path) -> None:
    lines = ("a", "/save t.json", "/save t.md", "b", "/save! t.json")
    talk(["One.", "Two."], *lines, args=("--system", "S"))
    assert "## You\n\na\n" in (tmp_path / "t.md").read_text(encoding="utf-8")
    model, code, _, err = talk(["Three."], "/load t.json", "/stats", "c")
    assert code == 0
    assert "Taken up: 2 turns." in err
    read = [m.content for m in model.requests[0].messages]
    assert read == ["S", "a", "One.", "b", "Two.", "c"]


def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        f"import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n{program}\n", "utf-8"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")


def test_an_edited_answer_replaces_the_draft_and_is_kept(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "file.write_text(file.read_text().replace('bad', 'good'))")
    model, code, _, err = talk(["A bad draft.", "x"], "a", "/edit", "b", args=("--seed", "9"))
    assert code == 0, err
    assert [m.content for m in model.requests[1].messages] == ["a", "A good draft.", "b"]
    with open_desk() as desk:
        (pair,) = desk.rows()
        draft = desk.draft(1)
        assert desk.stats().kinds == {"draft": 2, "edit": 1}
    assert isinstance(pair, Pair)
    assert pair.prompt == (Message("user", "a"),)
    assert (pair.chosen, pair.rejected) == ("A good draft.", "A bad draft.")
    assert (draft.kind, draft.model, draft.seed) == ("chat", "scripted", 9)


def test_every_answer_lies_on_the_desk_with_what_was_said_before(talk: Talk) -> None:
    _, code, _, err = talk(["One.", "二。", "Three."], "a", "b", "/retry", args=("--system", "S"))
    assert (code, err) == (0, "")
    with open_desk() as desk:
        drafts = [desk.draft(number) for number in (1, 2, 3)]
    assert [draft.text for draft in drafts] == ["One.", "二。", "Three."]
    assert [m.content for m in drafts[2].prompt] == ["S", "a", "One.", "b"]
    assert drafts[1].language == "zh"


def test_with_no_keep_nothing_is_kept_not_even_an_edit(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "file.write_text('Other.')")
    _, code, _, err = talk(["One."], "a", "/edit", args=("--no-keep",))
    assert (code, err) == (0, "The edit stands in place of the answer; it is not kept.\n")
    assert not desk_file().exists()


def test_a_desk_that_cannot_be_written_is_told_of_once_and_the_talk_goes_on(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk_file().parent.mkdir(parents=True)
    desk_file().write_bytes(b"no desk " * 400)
    _, code, out, err = talk(["One.", "Two."], "a", "b")
    assert (code, out) == (0, "One.\nTwo.\n")
    assert err.count("warning: the draft is not kept: ") == err.count("\n") == 1
    editor(tmp_path, monkeypatch, "file.write_text('Other.')")
    _, code, _, err = talk(["One."], "a", "/edit")
    assert code == 1
    assert "is damaged" in err


@pytest.mark.parametrize(
    ("program", "said", "code"),
    [
        ("pass", "Nothing was changed.", 0),
        ("file.write_text(' ')", "The edited answer is empty.", 2),
        ("file.write_bytes(b'\\xff')", "no UTF-8", 2),
        ("sys.exit(1)", "The editor failed", 2),
    ],
)
def test_an_edit_that_is_none_keeps_nothing(
    talk: Talk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    said: str,
    code: int,
) -> None:
    editor(tmp_path, monkeypatch, program)
    _, ended, _, err = talk(["Draft."], "a", "/edit")
    assert ended == code
    assert said in err
    with open_desk() as desk:
        assert list(desk.rows()) == []


def test_a_style_is_read_before_the_system_prompt(talk: Talk) -> None:
    folder = config_folder() / "styles" / "plain"
    folder.mkdir(parents=True)
    (folder / "guide.md").write_text("Short words.\n", encoding="utf-8")
    model, *_ = talk(["x"], "a", args=("--style", "plain", "--system", "Be kind."))
    assert model.requests[0].messages[0].content == "Short words.\n\nBe kind."
    _, code, out, err = talk([], args=("--style", "plian"))
    told = sentence(subprocess.CompletedProcess((), code, out, err), 2)
    assert "did you mean plain?" in told
    (folder / "guide.md").write_bytes(b"\xff")
    _, code, out, err = talk([], args=("--style", "plain"))
    assert "guide.md" in sentence(subprocess.CompletedProcess((), code, out, err), 2)


def test_a_line_of_bytes_that_are_no_text_is_read_all_the_same(copydesk: Run) -> None:
    done = subprocess.run(
        [*COMMAND, "chat", "--model", "away"], input=b"\xff\n", capture_output=True,
        env=environment(), check=False,
    )  # fmt: skip
    assert b"no model named 'away'" in done.stderr
    assert done.returncode == 2


# With a model.


@pytest.mark.model
def test_one_seed_gives_one_conversation_in_a_pipe(copydesk: Run) -> None:
    lines = "Name a colour.\nAnd another.\n/retry\n/stats\n/quit\nnever read\n"
    args = ("chat", "--max-tokens", "20", *MODEL)
    first, again = (copydesk(*args, stdin=lines) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    assert "2 turns; " in first.stderr
    assert "> " not in first.stdout


class Terminal:
    """A chat at a terminal: type, and wait for what is said."""

    def __init__(self, folder: Path, *args: str, **env: str) -> None:
        self._stream, end = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, "chat", *MODEL, *args],
            stdin=end,
            stdout=end,
            stderr=end,
            cwd=folder,
            env={**environment(), "TERM": "xterm", **env},
            start_new_session=True,
        )
        os.close(end)
        self.heard = ""

    def until(self, pattern: str, seconds: float = 60) -> str:
        """Wait for words that were not waited for yet; gives all that came up to them."""
        limit = time.monotonic() + seconds
        while (found := re.search(pattern, self.heard)) is None:
            ready, _, _ = select.select([self._stream], [], [], limit - time.monotonic())
            assert ready, self.heard
            self.heard += os.read(self._stream, 4096).decode("utf-8", "replace")
        passed, self.heard = self.heard[: found.end()], self.heard[found.end() :]
        return passed

    def type(self, keys: str) -> None:
        os.write(self._stream, keys.encode())

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._stream)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def open_one(*args: str, **env: str) -> Terminal:
        opened.append(Terminal(tmp_path, *args, **env))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.mark.model
def test_a_person_stops_an_answer_and_what_was_said_is_kept(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    chat = terminal("--max-tokens", "3000")
    chat.until("/help lists the commands")
    chat.until("> ")
    chat.type("Tell a very long story of a lighthouse.\n")
    chat.until(r"lighthouse\.\r\n(?s:.{80})")
    chat.interrupt()
    chat.until("what was said is kept")
    chat.until("> ")
    chat.type("/nope\n")
    assert "Traceback" not in chat.until("There is no command named '/nope'")
    chat.until("> ")
    chat.type("/save t.json\n")
    chat.until("wrote t.json")
    saved = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert len(saved["messages"]) == 2
    assert len(saved["messages"][1]["content"]) > 40
    chat.until("> ")
    chat.interrupt()
    assert chat.process.wait(timeout=60) == 0


@pytest.mark.model
def test_ctrl_d_leaves_and_the_sign_is_coloured_unless_colour_is_unwanted(
    terminal: Callable[..., Terminal],
) -> None:
    for env in ({}, {"NO_COLOR": "1"}):
        chat = terminal(**env)
        said = chat.until("> ")
        assert ("\x1b[36m" in said) is not bool(env)
        chat.type("\x04")
        assert chat.process.wait(timeout=60) == 0
