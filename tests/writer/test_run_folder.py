"""A run's folder: one writer at a time, the same text only, nothing lost, nothing foreign gone."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.prose import endless

from copydesk.brief import make_brief
from copydesk.errors import OutputProblem, UsageProblem
from copydesk.generate.scripted import Scripted
from copydesk.writer.draft import Draft
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import load_form
from copydesk.writer.plan import Plan, Section
from copydesk.writer.run import RunFolder, read_manifest
from copydesk.writer.store import Memory

ASKED = {"form": "article", "brief": {"topic": "Bees"}, "seed": 7}
ROOT = Path(__file__).parents[2]
PLAN = Plan("Bees", tuple(Section(f"Part {n}", f"What part {n} tells.") for n in range(1, 9)))


def text(store: Any, *, slow: float = 0.0) -> Draft:
    """Eight sections, from a model that takes its time."""
    prose = endless()

    def answer(request: Any) -> str:
        time.sleep(slow)
        return prose(request)

    brief = make_brief("Bees in cities", length=1200)
    form = load_form("article")
    return Drafting(form, brief, Scripted(answer), seed=7, plan=PLAN, store=store).run()


def python(code: str, *args: object) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


WRITING = """
import sys
from pathlib import Path
from tests.writer.test_run_folder import ASKED, text
from copydesk.errors import OutputProblem
from copydesk.writer.run import RunFolder
try:
    with RunFolder(Path(sys.argv[1]), ASKED, resume=True) as folder:
        print("begun", flush=True)
        text(folder, slow=float(sys.argv[2]))
except OutputProblem as problem:
    print(problem.message, "|", problem.hint)
    sys.exit(7)
"""


def test_what_was_put_is_there_again(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", ASKED) as folder:
        assert folder.get("section-001") is None
        folder.put("section-001", "蜂\nBees \ud800.\n")
        folder.put("state.json", "{}")
        assert folder.keys() == ["section-001", "state.json"]
    with RunFolder(tmp_path / "run", ASKED, resume=True) as folder:
        assert folder.get("section-001") == "蜂\nBees ?.\n"
        assert folder.get("state.json") == "{}"
    assert (tmp_path / "run" / "section-001.md").is_file(), "an editor may open it"


def test_no_two_processes_write_into_one_folder(tmp_path: Path) -> None:
    other = python(WRITING, tmp_path / "run", 5)
    try:
        assert other.stdout
        assert other.stdout.readline() == "begun\n"
        for options in ({"resume": True}, {"force": True}, {}):
            with pytest.raises(UsageProblem, match="Another process"):
                RunFolder(tmp_path / "run", ASKED, **options)
    finally:
        other.kill()
        other.communicate()
    RunFolder(tmp_path / "run", ASKED, resume=True).close()  # a kill gives the lock back


def test_a_run_goes_on_only_with_what_it_was_begun_with(tmp_path: Path) -> None:
    RunFolder(tmp_path / "run", ASKED).close()
    with RunFolder(tmp_path / "run", {**ASKED, "seed": 8}, resume=True) as folder:
        assert folder.seed == 7
    for name, value in (("form", "story"), ("brief", {"topic": "Wasps"}), ("model", "other")):
        with pytest.raises(UsageProblem, match=f"another {name}") as raised:
            RunFolder(tmp_path / "run", {**ASKED, name: value}, resume=True)
        assert "--force" in raised.value.hint


def test_a_run_that_is_there_is_not_thrown_away_unasked(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", ASKED) as folder:
        folder.put("plan", "x")
    with pytest.raises(OutputProblem, match="begun before") as raised:
        RunFolder(tmp_path / "run", ASKED)
    assert "--resume" in raised.value.hint
    with RunFolder(tmp_path / "run", {**ASKED, "seed": 9}, force=True) as folder:
        assert folder.get("plan") is None
        assert folder.seed == 9


@pytest.mark.parametrize("version", [0, 2, "1", None, [1]])
def test_a_run_of_another_version_is_left_alone(tmp_path: Path, version: object) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"version": version, "asked": ASKED}))
    with pytest.raises(UsageProblem, match="version"):
        RunFolder(folder, ASKED, resume=True)
    assert json.loads((folder / "run.json").read_text())["version"] == version


BROKEN: tuple[bytes, ...] = (
    *(b"", b"{", b"[]", b"3", b"null", b"\xff\xfe", b"{}", b'{"version": 1}', b'"x"'),
    *(b'{"version": 1, "asked": []}', b'{"version": 1, "asked": {"seed": "x"}}'),
    *(b'{"version": 1, "asked": {"seed": true}}', b'{"version": 1, "asked": {}}'),
    b"[" * 100_000,
)


@pytest.mark.parametrize("content", BROKEN)
def test_a_damaged_manifest_is_a_sentence_and_force_begins_anew(
    tmp_path: Path, content: bytes
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.json").write_bytes(content)
    for options in ({"resume": True}, {}):
        with pytest.raises(UsageProblem, match="damaged") as raised:
            RunFolder(folder, ASKED, **options)
        assert "--force" in raised.value.hint
    with RunFolder(folder, ASKED, force=True) as made:
        assert made.seed == 7
    assert read_manifest(folder) is not None


def test_a_manifest_that_is_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "run" / "run.json").mkdir(parents=True)
    with pytest.raises(UsageProblem):
        RunFolder(tmp_path / "run", ASKED, resume=True)


def test_without_a_run_there_is_no_manifest(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "none") is None


def test_a_file_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(OutputProblem):
        RunFolder(tmp_path / "run", ASKED)


def test_a_folder_with_files_that_might_be_taken_for_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    for options in ({}, {"force": True}, {"resume": True}):
        with pytest.raises(OutputProblem, match=r"no run wrote, such as notes"):
            RunFolder(tmp_path, ASKED, **options)
    assert (tmp_path / "notes.md").read_text() == "mine"


def test_removing_leaves_what_is_not_ours(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with RunFolder(folder, ASKED) as made:
        made.put("section-001", "x")
        (folder / "My Notes.txt").write_text("mine")
        (folder / "pictures").mkdir()
        made.remove()
    assert sorted(path.name for path in folder.iterdir()) == ["My Notes.txt", "pictures"]


def test_what_others_put_there_later_survives_force_and_removal(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with RunFolder(folder, ASKED) as made:
        made.put("section-001", "x")
        (folder / "notes.md").write_text("mine")
        (folder / "data.json").write_text("mine")
        (folder / "pictures").mkdir()
    with RunFolder(folder, ASKED, force=True) as made:
        assert (folder / "notes.md").read_text() == "mine"
        made.put("section-001", "x")
        made.remove()
    assert sorted(path.name for path in folder.iterdir()) == ["data.json", "notes.md", "pictures"]


def test_removing_all_leaves_nothing(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", ASKED) as made:
        made.put("plan", "x")
        made.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_piece_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", ASKED) as made:
        (made.path / "section-001.md").write_bytes(b"\xff\xfe")
        with pytest.raises(UsageProblem, match=r"section-001\.md cannot be read"):
            made.get("section-001")


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on files")
def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    """The first files fit, then no byte more does."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_200, 1_200))\n"
    stopped = python(limited + WRITING, tmp_path / "run", 0)
    out, errors = stopped.communicate(timeout=120)
    assert stopped.returncode == 7, errors
    assert "could not be written: " in out
    assert "--resume" in out
    assert (tmp_path / "run" / "plan.md").is_file(), "the plan was kept"
    assert not list((tmp_path / "run").glob(".*")), "nothing half written is left"
    with RunFolder(tmp_path / "run", ASKED, resume=True) as folder:
        assert text(folder).markdown == text(Memory()).markdown


@pytest.mark.parametrize("attempt", range(4))
def test_killed_at_any_moment_a_text_goes_on_as_if_it_had_not_been(
    tmp_path: Path, attempt: int
) -> None:
    rng = random.Random(attempt)
    for _ in range(3):
        process = python(WRITING, tmp_path / "run", 0.03)
        assert process.stdout
        process.stdout.readline()
        time.sleep(rng.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with RunFolder(tmp_path / "run", ASKED, resume=True) as folder:
        assert text(folder).markdown == text(Memory()).markdown
