"""`copydesk rank` on a scripted model: blind, ties, kept on the desk, left and gone on with."""

import fcntl
import io
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from tests.cli.conftest import Run, environment, sentence

from copydesk.cli.main import _guarded, cli
from copydesk.cli.showing import _folded
from copydesk.desk.listing import Filter
from copydesk.desk.store import open_desk
from copydesk.generate.protocol import Message, Piece, Request
from copydesk.generate.scripted import Scripted
from copydesk.preferences.rows import Ranking

ANSWERS = ["One bee.", "Two bees.", "Three bees.", "Four bees."]
Rank = Callable[..., tuple[Scripted, int, str, str]]


@pytest.fixture
def rank(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Rank:
    """Runs the command on a scripted model; gives the model, the code, and both streams."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str, script: object = None, lines: str = "") -> tuple[Scripted, int, str, str]:
        model = script if isinstance(script, Scripted) else Scripted(script or list(ANSWERS))
        monkeypatch.setattr("copydesk.generate.engines.open_generator", lambda *a, **kw: model)
        piped = SimpleNamespace(buffer=io.BytesIO(lines.encode()), isatty=lambda: False)
        monkeypatch.setattr(sys, "stdin", piped)
        code = _guarded(lambda: cli(["rank", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return model, code, heard.out, heard.err

    return run


def rankings() -> list[Ranking]:
    with open_desk() as desk:
        return [row for row in desk.rows() if isinstance(row, Ranking)]


def drafts() -> list[int]:
    with open_desk() as desk:
        found = desk.entries(Filter(kinds=("draft",), limit=100))
    return sorted(entry.number for entry in found)


def test_an_order_for_scripts_is_of_the_answers_as_they_came(rank: Rank) -> None:
    model, code, out, err = rank(
        "Bees", "--seed", "7", "--with", "D > C > B = A", "--by", "Ada", "--json"
    )
    assert code == 0, err
    (kept,) = rankings()
    assert kept.completions == tuple(ANSWERS)
    assert kept.ranks == (3, 3, 2, 1)
    assert kept.prompt == (Message("user", "Bees"),)
    assert (kept.annotator, kept.scores, kept.language) == ("Ada", (), "en")
    assert all(source.startswith("scripted, seed ") for source in kept.sources)
    record = json.loads(out)
    assert record["ranks"] == [3, 3, 2, 1]
    assert record["drafts"] == drafts()
    (request,) = model.requests
    assert (request.n, request.seed, request.max_tokens) == (4, 7, 1024)


def test_answers_are_shown_blind_and_in_an_order_of_the_seeds(rank: Rank) -> None:
    """What is typed is of the letters that were shown; what is kept is of the answers."""
    seen = set()
    for seed in range(6):
        _, code, _, err = rank("Bees", "--seed", str(seed), lines="D > C > B = A\n")
        assert code == 0, err
        blocks = err.partition("── A")[2].split("── ")
        shown = [next(text for text in ANSWERS if text in block) for block in blocks[:4]]
        seen.add(tuple(shown))
        kept = rankings()[-1]
        by_text = dict(zip(kept.completions, kept.ranks, strict=True))
        assert [by_text[text] for text in shown] == [3, 3, 2, 1]
        assert "scripted" not in err.partition("is kept")[0]
        assert "D > C > A = B" in err
    assert len(seen) > 1


def test_the_same_seed_shows_the_same_order(rank: Rank) -> None:
    first, second = (rank("Bees", "--seed", "3", lines="q\n")[3] for _ in range(2))
    assert (
        first.partition("── A")[2].partition("kept")[0]
        == second.partition("── A")[2].partition("kept")[0]
    )


def test_leaving_keeps_the_answers_and_again_goes_on(rank: Rank) -> None:
    _, code, _, err = rank("Bees", "--style", "plain", lines="?\nA\nq\n")
    assert code == 0, err
    assert "Rank the answers" in err
    numbers = drafts()
    again = f"{numbers[0]}-{numbers[-1]}"
    assert f"copydesk rank --again {again}" in err
    assert rankings() == []
    for said in (again, str(numbers[1]), ",".join(map(str, numbers))):
        model, code, _, err = rank("--again", said, "--with", "DCB=A")
        assert code == 0, err
        assert model.requests == []
    assert len(drafts()) == 4
    kept = rankings()[0]
    assert kept.completions == tuple(ANSWERS)
    assert kept.ranks == (3, 3, 2, 1)
    with open_desk() as desk:
        assert len(list(desk.rows(style="plain"))) == 3


def test_skipping_and_many_briefs(rank: Rank, tmp_path: Path) -> None:
    (tmp_path / "briefs.txt").write_text("# ours\nBees\n\n蜜蜂\nRoofs\nNever seen\n", "utf-8")
    many = [f"{text} {n}" for n in range(4) for text in ANSWERS]
    _, code, _, err = rank("--several", "briefs.txt", script=many, lines="s\nDCBA\nq\n")
    assert code == 0, err
    assert [row.prompt[0].content for row in rankings()] == ["蜜蜂"]
    assert len(drafts()) == 12  # those of the last brief were never written
    assert "skipped" in err


def test_texts_that_exist_are_ranked_without_a_model(rank: Rank, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Ours\n", "utf-8")
    (tmp_path / "b.txt").write_text("Theirs\n", "utf-8")
    files = ("--answers", "a.md", "--answers", "b.txt")
    model, code, _, err = rank("A title", *files, "--with", "b > a")
    assert code == 0, err
    (kept,) = rankings()
    assert (kept.completions, kept.sources, kept.ranks) == (
        ("# Ours", "Theirs"),
        ("a.md", "b.txt"),
        (2, 1),
    )
    assert model.requests == []
    assert drafts() == []


def test_a_form_writes_each_text_anew(rank: Rank) -> None:
    texts = [
        f"The bees of roof {n} are many. They like it there very much indeed." for n in "abcdefgh"
    ]
    _, code, _, err = rank(
        "Bees", "--form", "speech", "--words", "20", "-k", "2", "--seed", "5", "--with", "BA",
        script=texts * 9,
    )  # fmt: skip
    assert code == 0, err
    (kept,) = rankings()
    assert "Write a text of the kind “speech”." in kept.prompt[0].content
    assert kept.sources == ("scripted, seed 5", "scripted, seed 15485868")
    with open_desk() as desk:
        draft = desk.draft(drafts()[0])
    assert (draft.form, draft.seed, draft.text) == ("speech", 5, kept.completions[0])


def test_a_form_of_lines_gives_lines(rank: Rank) -> None:
    lines = "1. Bees come home\n2. Honey from roofs\n3. City of bees\n"
    _, code, _, err = rank("Bees", "--form", "headline", "-k", "3", "--with", "CAB", script=[lines])
    assert code == 0, err
    assert rankings()[0].completions == ("Bees come home", "Honey from roofs", "City of bees")


def test_a_style_guides_the_model_and_is_no_part_of_the_request(rank: Rank) -> None:
    model, code, _, err = rank("Bees", "--style", "plain", "--system", "Be kind.", "--with", "ABCD")
    assert code == 0, err
    system = model.requests[0].messages[0]
    assert system.role == "system"
    assert system.content.endswith("Be kind.")
    assert len(system.content) > 100
    assert rankings()[0].prompt == (Message("system", "Be kind."), Message("user", "Bees"))


def test_answers_that_are_the_same_are_shown_once(rank: Rank) -> None:
    _, code, _, err = rank("Bees", script=["Same.", "Same. ", "Other.", ""], lines="B > A\n")
    assert code == 0, err
    assert set(rankings()[0].completions) == {"Same.", "Other."}
    _, code, _, err = rank("Bees", script=["Same."] * 4)
    assert code == 1
    assert "no two different answers" in err
    _, code, _, err = rank("Bees", script=["Same.", "Same.", "Other.", "Third."], lines="")
    assert code == 0


def test_an_order_of_a_script_that_fits_no_more_is_told_with_the_way_on(rank: Rank) -> None:
    _, code, _, err = rank("Bees", "--with", "DCBA", script=["Same.", "Same.", "Other.", "Third."])
    assert code == 1
    assert "hint: rank them: copydesk rank --again" in err


def test_a_wrong_order_from_a_pipe_ends_it_and_keeps_the_answers(rank: Rank) -> None:
    _, code, _, err = rank("Bees", lines="D > C\n")
    assert code == 2
    assert "A, B have no place yet" in err or "A, B has no place yet" in err
    assert "copydesk rank --again" in err
    assert rankings() == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "There is no brief"),
        (("Bees", "--with", "D > C"), "no place yet"),
        (("Bees", "--form", "article", "--max-tokens", "9"), "--max-tokens"),
        (("Bees", "--words", "90"), "need a form"),
        (("Bees", "--form", "translate"), "not ranked from a brief"),
        (("Bees", "--form", "novel"), "not ranked from a brief"),
        (("Bees", "--style", "nosuch"), "no style"),
        (("Bees", "--again", "3"), "exclude one another"),
        (("--several", "none.txt"), "cannot be read"),
        (("--several", "empty.txt"), "holds no brief"),
        (("--several", "briefs.txt", "--with", "ABCD"), "--several are many"),
        (("--several", "briefs.txt", "--answers", "a.md"), "for one brief"),
        (("Bees", "--answers", "a.md"), "two and 12"),
        (("Bees", "--answers", "a.md", "--answers", "none.md"), "no file none.md"),
        (("Bees", "--answers", "a.md", "--answers", "same.md"), "different texts"),
        (("--again", "99"), "no draft 99"),
        (("--again", "x"), "names no drafts"),
        (("--again", "1-99"), "between two and 12"),
        (("--again", "9-3"), "between two and 12"),
        (("Bees", "--stop", ""), "--stop is empty"),
    ],
)
def test_what_does_not_go_together(
    args: tuple[str, ...], says: str, rank: Rank, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("a", "utf-8")
    (tmp_path / "same.md").write_text("a\n", "utf-8")
    (tmp_path / "briefs.txt").write_text("Bees\n", "utf-8")
    (tmp_path / "empty.txt").write_text("# none\n", "utf-8")
    model, code, _, err = rank(*args)
    assert code in (1, 2), err
    assert says in err
    assert "hint: " in err
    assert model.requests == []


def test_drafts_of_different_requests_are_no_ranking(rank: Rank) -> None:
    rank("Bees", lines="q\n")
    rank("Roofs", script=["x", "y", "z", "w"], lines="q\n")
    numbers = drafts()
    _, code, _, err = rank("--again", f"{numbers[0]},{numbers[-1]}")
    assert code == 2
    assert "different requests" in err


class Stops(Scripted):
    """Is interrupted after its second answer."""

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        for piece in super().stream(request, cancel):
            if piece.index == 2:
                raise KeyboardInterrupt
            yield piece


def test_ctrl_c_keeps_the_answers_that_were_finished(rank: Rank) -> None:
    _, code, _, err = rank("Bees", script=Stops(list(ANSWERS)))
    assert code == 130
    assert len(drafts()) == 2
    assert "copydesk rank --again" in err


def test_a_damaged_desk_is_told_before_a_model_is_loaded(rank: Rank, tmp_path: Path) -> None:
    home = tmp_path / ".home" / "data"
    home.mkdir(parents=True)
    (home / "desk.sqlite3").write_bytes(b"no desk" * 100)
    model, code, _, err = rank("Bees")
    assert code == 1
    assert "desk" in err
    assert model.requests == []


def test_lines_fold_as_a_terminal_breaks_them() -> None:
    assert _folded("one two three", 8) == ["one two", "three"]
    assert _folded("蜜蜂，回家。", 4) == ["蜜蜂，", "回家。"]  # no mark begins a line
    assert _folded("", 8) == [""]
    assert _folded("a" * 20, 8) == ["a" * 20]


def test_without_a_model_the_command_says_what_is_wrong(copydesk: Run) -> None:
    done = copydesk("rank", "Bees", "--model", "nosuch")
    assert "nosuch" in sentence(done, 2)


PROGRAM = """
import signal; signal.signal(signal.SIGINT, signal.default_int_handler)
import copydesk.generate.engines as engines
from copydesk.generate.scripted import Scripted
answers = ["Long " * 400 + "end.", "Short two.", "Short three.", "\\x1b[31mShort four."]
engines.open_generator = lambda *args, **kw: Scripted(answers * 3)
from copydesk.cli.main import run; run()
"""


class Terminal:
    """The command at a terminal of 80 columns and 24 lines."""

    def __init__(self, folder: Path, *args: str, term: str = "xterm") -> None:
        self.screen, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "rank", "Bees", "--seed", "4", *args],
            stdin=end,
            stdout=end,
            stderr=end,
            cwd=folder,
            env={**environment(), "TERM": term, "PAGER": "cat", "NO_COLOR": "1"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )
        os.close(end)
        self.heard = ""

    def until(self, mark: str) -> str:
        """What came up to this mark; the test fails when the program ends before."""
        while mark not in self.heard:
            try:
                piece = os.read(self.screen, 4096)
            except OSError:
                piece = b""
            assert piece, self.heard
            self.heard += piece.decode("utf-8", "replace")
        before, _, self.heard = self.heard.partition(mark)
        return before

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.screen, keys.encode())

    def left(self) -> tuple[int, str]:
        """The exit code, and what came at the end."""
        try:
            while piece := os.read(self.screen, 4096):
                self.heard += piece.decode("utf-8", "replace")
        except OSError:  # Linux's way of saying that nobody writes any more
            pass
        code = self.process.wait(60)
        os.close(self.screen)
        return code, self.heard


def test_key_by_key_at_a_terminal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--by", "Ada")
    shown = terminal.until("? helps.")
    assert "more lines: read" in shown
    assert "[31mShort four." in shown
    assert "\x1b[31m" not in shown  # what a model says steers no terminal
    terminal.until("[A]")
    terminal.type("?")
    terminal.until("Backspace")
    terminal.type("\x1b[C")
    terminal.until("[B]")
    terminal.type("\x1b[B")
    terminal.until("B\r\n")
    terminal.type("d")
    terminal.until("D > ")
    terminal.type("cb=")
    terminal.until("D > C > B = A")
    terminal.type("\r")
    code, heard = terminal.left()
    assert code == 0, heard
    assert "is kept: D > C > A = B" in heard
    assert rankings()[0].annotator == "Ada"


def test_ctrl_c_at_the_keys_keeps_the_answers(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.until("[A]")
    terminal.type("\x03")
    code, heard = terminal.left()
    assert code == 130, heard
    assert "\nthe answers are kept: copydesk rank --again" in heard.replace("\r", "")
    assert len(drafts()) == 4
    assert rankings() == []


@pytest.mark.parametrize(("args", "term"), [(["--lines"], "xterm"), ([], "dumb")])
def test_a_line_at_a_terminal(args: list[str], term: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, *args, term=term)
    terminal.until("? helps")
    terminal.type("d > c\n")
    terminal.until("no place yet")
    terminal.type("dcb=a\n")
    code, heard = terminal.left()
    assert code == 0, heard
    assert "is kept: D > C > A = B" in heard


def test_a_terminal_that_closes_loses_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.until("[A]")
    os.killpg(terminal.process.pid, signal.SIGKILL)
    terminal.left()
    assert len(drafts()) == 4


def test_what_was_typed_before_the_answers_stood_there_does_not_count(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.type("qabcd")
    terminal.until("[A]")
    terminal.type("dcb\r")
    code, heard = terminal.left()
    assert code == 0, heard
    assert "is kept: D > C > B > A" in heard
