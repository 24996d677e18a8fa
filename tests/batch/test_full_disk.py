"""A disk that is full, for real: everything stops at once, and what was finished stays finished."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.batches import ROOT, carry_out, done, jobs_of, lines, results

COUNT, PARALLEL = 400, 3

PROGRAM = """
import sys
from pathlib import Path
from tests.support.batches import Steady, carry_out, jobs_of, lines
from copydesk.errors import OutputProblem
generator = Steady(parallel=3)
try:
    carry_out(Path(sys.argv[1]), jobs_of(*lines(400)), generator)
except OutputProblem as error:
    print(len(generator.requests))
    print(error.message)
    sys.exit(7)
"""

# A limit on the size of a file is what everybody may set; the manifest is the file that grows.
LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n"


def run(code: str, folder: Path, *before: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [*before, sys.executable, "-c", code, str(folder)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def check(stopped: "subprocess.CompletedProcess[str]", folder: Path) -> int:
    """Said in one sentence, whole files only, no more asked for; returns how many are finished."""
    assert stopped.returncode == 7, stopped.stderr
    asked, message = stopped.stdout.splitlines()
    assert "could not be written: " in message
    there = results(folder)
    assert 10 < len(there) < COUNT
    assert int(asked) <= len(there) + 10, "went on without a disk"
    without_file = len(done(folder)) - len(there)  # the last line of each thread may lack its file
    assert 0 <= without_file <= PARALLEL
    return len(there)


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on files")
def test_a_manifest_that_cannot_grow_ends_the_batch(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    finished = check(run(LIMITED + PROGRAM, folder), folder)
    assert (folder / "manifest.jsonl").read_bytes().endswith(b"}\n"), "a torn line was left"
    records = carry_out(folder, jobs_of(*lines(COUNT)))
    assert len(records) == COUNT - finished
    assert len(results(folder)) == COUNT


MOUNTING = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
folder = sys.argv[1].encode()
if libc.mount(b"tmpfs", folder, b"tmpfs", 0, b"size=400k"):
    sys.exit(9)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a small disk")
def test_a_small_disk_fills_up_and_another_run_finishes_elsewhere(tmp_path: Path) -> None:
    """The disk is a mount in a name space of the process's own: nobody else sees it."""
    folder, kept = tmp_path / "out", tmp_path / "kept"
    folder.mkdir()
    copying = f"import shutil; shutil.copytree(sys.argv[1], {str(kept)!r}); sys.exit(7)"
    code = MOUNTING + PROGRAM.replace("sys.exit(7)", copying)
    space = ("unshare", "--user", "--map-root-user", "--mount")
    try:
        stopped = run(code, folder, *space)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if stopped.returncode in {1, 9} and "Traceback" not in stopped.stderr:
        pytest.skip("may not mount a disk here; the limit on files says the same")
    finished = check(stopped, kept)
    assert "No space left" in stopped.stdout
    assert len(carry_out(kept, jobs_of(*lines(COUNT)))) == COUNT - finished
    assert len(results(kept)) == COUNT
