"""The command itself: help, imports, settings, exit codes, and every bad input in a sentence."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.cli.conftest import COMMAND, Run, environment, sentence

from copydesk import __version__
from copydesk.cli import main
from copydesk.cli.main import cli

HEAVY = ("torch", "transformers", "trl", "peft", "pptx", "docx", "xllamacpp", "pydantic", "rich")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    yield path
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(cli)), ids=lambda path: " ".join(path) or "copydesk")
def test_every_command_has_help_with_examples(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli, [*path, "--help"], catch_exceptions=False)
    assert done.exit_code == 0
    examples = done.output.partition("Examples:")[2]
    assert f"copydesk {' '.join(path)}".strip() in examples
    assert len(done.output.splitlines()[0]) > 10


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys, json\nfrom copydesk.cli.main import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        "print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})), file=sys.stderr)"
    )
    done = subprocess.run(
        [*COMMAND[:2], program], capture_output=True, text=True, env=environment(), check=True
    )
    assert "write" in done.stdout
    assert set(json.loads(done.stderr)).isdisjoint(HEAVY)


def test_version(copydesk: Run) -> None:
    assert copydesk("--version").stdout.strip().endswith(__version__)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("write", "article", ""), "The brief is empty."),
        (("deck", " \n "), "The brief is empty."),
        (("write", "artcle", "Bees"), "did you mean article?"),
        (("write", "article", "Bees", "--model", "gpt-9"), "no model named 'gpt-9'"),
        (("deck", "Bees", "--model", "gpt-9"), "no model named 'gpt-9'"),
        (("write", "article", "Bees", "-o", "away/a.md"), "mkdir -p away"),
        (("deck", "Bees", "-o", "away/a.pptx"), "mkdir -p away"),
        (("write", "article", "Bees", "-o", "/proc/self/a.md"), "cannot be written to"),
        (("deck", "Bees", "-o", "/proc/self/a.pptx"), "cannot be written to"),
        (("demo", "-o", "/proc/self/demo"), "cannot be made"),
        (("write", "article", "Bees", "-o", "a.odt"), ".docx"),
        (("deck", "Bees", "-o", "a.ppt"), ".pptx"),
        (("write", "article", "Bees", "-o", "here.md"), "--force"),
        (("deck", "Bees", "-o", "here.pptx"), "--force"),
        (("write", "deck", "Bees"), "copydesk deck"),
        (("deck", "Bees", "-n", "300"), "3 to 60"),
        (("demo", "-n", "61"), "3 to 60"),
        (("write", "article", "Bees", "--words", "1"), "--words"),
        (("write", "article"), "There is no brief"),
        (("wriet", "article", "Bees"), "wriet"),
        (("write", "article", "Bees", "--langauge", "zh"), "--langauge"),
        (("deck", "check", "away.pptx"), "away.pptx"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_a_hint(
    args: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("here.md", "here.pptx"):
        (tmp_path / name).write_text("precious", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    code = main._guarded(lambda: cli(list(args), standalone_mode=False))
    heard = capsys.readouterr()
    told = sentence(subprocess.CompletedProcess(args, code, heard.out, heard.err), 2)
    assert said in told
    assert heard.out == ""
    assert set(tmp_path.iterdir()) == before
    assert (tmp_path / "here.md").read_text(encoding="utf-8") == "precious"


def test_exit_codes_and_streams_are_those_of_the_process(copydesk: Run) -> None:
    done = copydesk("write", "poem", "Bees")
    assert "There is no form named 'poem'." in sentence(done, 2)
    assert done.stdout == ""


def test_a_fault_of_ours_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("oh")

    assert main._guarded(broken) == 1
    said = capsys.readouterr().err
    assert "fault in copydesk: RuntimeError: oh." in said
    assert "COPYDESK_TRACEBACK=1" in said
    monkeypatch.setenv("COPYDESK_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        main._guarded(broken)


def test_a_reader_who_has_gone_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)  # as `| head` leaves it
    try:
        done = subprocess.run(
            [*COMMAND, "forms"],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_broken_settings_name_the_file(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text("model = \n", encoding="utf-8")
    assert "copydesk.toml" in sentence(copydesk("forms"), 2)


@pytest.mark.parametrize("command", [("write", "article"), ("deck",), ("deck", "new"), ("demo",)])
@pytest.mark.parametrize("table", [False, True])
def test_settings_reach_every_command(
    command: tuple[str, ...], table: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    head = f"[{command[0]}]\n" if table else ""
    (tmp_path / "copydesk.toml").write_text(f'{head}model = "of-mine"\n', encoding="utf-8")
    brief = () if command == ("demo",) else ("Bees",)

    def asked(*flags: str) -> str:
        done = CliRunner().invoke(cli, [*command, *brief, *flags])
        return str(done.exception)

    assert "'of-mine'" in asked()
    monkeypatch.setenv("COPYDESK_MODEL", "of-the-shell")
    assert "'of-the-shell'" in asked()
    assert "'of-the-flag'" in asked("--model", "of-the-flag")


def test_a_setting_of_the_wrong_kind_is_a_sentence(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text('threads = "many"\n', encoding="utf-8")
    assert "many" in sentence(copydesk("write", "article", "Bees"), 2)
