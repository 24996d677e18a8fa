"""The command as a user runs it: a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SOURCES = Path(__file__).parents[2] / "src"
# Not `-m copydesk`: a test runner in the background may have been told to ignore Ctrl-C.
PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from copydesk.cli.main import run; run()"
)
COMMAND = (sys.executable, "-c", PROGRAM)


def environment() -> dict[str, str]:
    """What a process of ours inherits, and the sources under test."""
    return {**os.environ, "PYTHONPATH": str(SOURCES)}


@pytest.fixture
def copydesk(tmp_path: Path) -> Run:
    """Runs the command in the test's own folder."""

    def run(*args: str, stdin: str = "", **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *args],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**environment(), **env},
            timeout=300,
            check=False,
        )

    return run


def sentence(done: "subprocess.CompletedProcess[str]", code: int) -> str:
    """What a failed command said: one `error:` line and one `hint:` line, and no traceback."""
    lines = done.stderr.strip().splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    hints = [line for line in lines if line.startswith("hint: ")]
    assert done.returncode == code, done.stderr
    assert len(errors) == 1, done.stderr
    assert len(hints) == 1, done.stderr
    assert lines[-2:] == [errors[0], hints[0]], done.stderr
    assert "Traceback" not in done.stderr
    assert "fault in copydesk" not in done.stderr
    return f"{errors[0]}\n{hints[0]}"
