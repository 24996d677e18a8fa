"""Killed at any moment, nothing finished is lost and nothing finished is done again: for real."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.batches import ROOT, carry_out, jobs_of, lines, manifest, results

PROGRAM = ROOT / "tests" / "support" / "batches.py"
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a copy of the process")


def start(
    folder: Path, count: int, workers: int, pause: float, log: Path
) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(PROGRAM), *map(str, (folder, count, workers, pause, log))]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def asked(log: Path) -> list[str]:
    """The briefs that the model was asked for, a line each time."""
    rows = log.read_text().splitlines() if log.exists() else []
    return [row.split()[0] for row in rows]


def number(name: str) -> str:
    """The brief that a result is for."""
    return str(int(name.split("-", maxsplit=1)[0]))


@pytest.mark.parametrize(("workers", "count"), [(1, 60), (4, 200)])
def test_kills_at_random_moments_lose_and_repeat_nothing(
    tmp_path: Path, workers: int, count: int
) -> None:
    kills = 10
    folder, log = tmp_path / "out", tmp_path / "log"
    expected = uninterrupted(tmp_path / "whole", count)
    rng = random.Random(workers)
    finished: set[str] = set()
    for _ in range(kills):
        before = len(asked(log))
        with start(folder, count, workers, 0.004, log) as process:
            wait_for(lambda at=before: len(asked(log)) > at, process)  # type: ignore[misc]
            time.sleep(rng.uniform(0, 0.25))
            process.kill()
        repeated = finished & set(asked(log)[before:])
        assert not repeated, "finished before the kill, and asked for again"
        there = results(folder)
        assert there.items() <= expected.items()
        now = {number(name) for name in there}
        assert finished <= now, "lost by the kill"
        finished = now
    assert 0 < len(finished) < count, "the kills came too early or too late to say anything"
    before = len(asked(log))
    with start(folder, count, workers, 0, log) as process:
        assert process.wait(60) == 0
    assert set(asked(log)[before:]) == {str(n) for n in range(1, count + 1)} - finished
    assert results(folder) == expected
    rows = [line for line in manifest(folder) if line["state"] == "done"]
    assert {line["file"] for line in rows} == set(expected)
    assert not [
        path for path in folder.iterdir() if path.name.startswith(".") if path.name != ".lock"
    ]


def uninterrupted(folder: Path, count: int) -> dict[str, bytes]:
    carry_out(folder, jobs_of(*lines(count)))
    return results(folder)


def wait_for(true: object, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < end
        time.sleep(0.01)


MOMENTS = '''
"""Kill a copy of this process at the N-th moment at which it touches the disk, for every N."""
import os, signal, sys
from pathlib import Path
from tests.support.batches import Steady, carry_out, jobs_of, lines, results

root = Path(sys.argv[1])
jobs = jobs_of(*lines(3))
carry_out(root / "whole", jobs)
whole = results(root / "whole")
TOUCHES = {"open", "os.rename", "os.remove", "os.truncate", "os.chmod", "os.mkdir", "fsync"}
left = -1


def moment(name, _args=()):
    global left
    if left > 0 and name in TOUCHES:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def around(module, name, event):
    real = getattr(module, name)
    def wrapped(*args):
        moment(event)
        result = real(*args)
        moment(event)
        return result
    setattr(module, name, wrapped)


sys.addaudithook(moment)
around(os, "fsync", "fsync")
around(os, "replace", "os.rename")
died = 0
for n in range(1, 500):
    folder = root / str(n)
    child = os.fork()
    if child == 0:
        left = n
        carry_out(folder, jobs)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        break
    died += 1
    before = results(folder) if folder.is_dir() else {}
    assert before.items() <= whole.items(), (n, "half a file")
    generator = Steady()
    carry_out(folder, jobs, generator)
    assert results(folder) == whole, n
    assert len(generator.requests) == len(whole) - len(before), (n, "repeated or lost")
    hidden = [p.name for p in folder.iterdir() if p.name.startswith(".")]
    assert hidden == [".lock"], (n, hidden)
print(died)
'''


@needs_fork
def test_a_kill_at_every_single_touch_of_the_disk(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    done = subprocess.run(
        [sys.executable, "-c", MOMENTS, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 25
