"""What a desk meets in life: many writers, kill -9, full and closed disks, damage, new versions."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from copydesk.desk import schema
from copydesk.desk.drafts import NewDraft
from copydesk.desk.store import open_desk
from copydesk.errors import CopydeskError, DocumentProblem, OutputProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Sample

ROOT = Path(__file__).parents[2]
ASKED = (Message("user", "Why do bees hum?"),)
HEAD = """
import sys
from pathlib import Path
from copydesk.desk.drafts import NewDraft
from copydesk.desk.store import open_desk
from copydesk.errors import CopydeskError
from copydesk.generate.protocol import Message
path, name = Path(sys.argv[1]), sys.argv[2]
def draft(n):
    return NewDraft("text", (Message("user", f"{name} {n}"),), f"Text {n} of {name}. " * 40, "m", n)
"""
# Says each number when it is on the disk, so that nothing that was said may be lost.
WRITE = """
for n in range(int(sys.argv[3])):
    with open_desk(path) as desk:
        number = desk.add_draft(draft(n))
        desk.add_edit(number, f"Edit {n} of {name}.", name)
    print(number, flush=True)
"""
FILL = """
desk = open_desk(path)
try:
    while True:
        print(desk.add_draft(draft(0)), flush=True)
except CopydeskError as error:
    print(f"{type(error).__name__}: {error.message} {error.hint}")
    sys.exit(7)
"""


def process(code: str, *args: str, before: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    return subprocess.Popen(
        [*before, sys.executable, "-c", HEAD + code, *args],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def draft(text: str = "They hum.") -> NewDraft:
    return NewDraft("text", ASKED, text, "qwen", 1)


def whole(path: Path) -> None:
    """The file and its index of words agree with themselves and with each other."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        for kind in ("draft", "edit", "verdict", "run"):
            held = f"SELECT count(*) FROM {kind}s"  # noqa: S608 - our own names
            said = f"SELECT count(*) FROM entries WHERE kind = '{kind}'"  # noqa: S608
            assert connection.execute(held).fetchone() == connection.execute(said).fetchone()


def test_processes_that_make_and_write_one_desk_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "desk.sqlite3"
    writers = [process(WRITE, str(path), f"writer{n}", "40") for n in range(4)]
    ended = [writer.communicate(timeout=300) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, [err for _, err in ended]
    numbers = [int(line) for out, _ in ended for line in out.splitlines()]
    assert len(set(numbers)) == 160
    with open_desk(path) as desk:
        assert desk.stats().kinds == {"draft": 160, "edit": 160}
        assert all(len(desk.edits(number)) == 1 for number in numbers)
        assert len(desk.search("writer3", None)) == 20
    whole(path)


def test_kill_9_in_the_middle_of_writes_loses_nothing_that_was_said(tmp_path: Path) -> None:
    path, said = tmp_path / "desk.sqlite3", set()
    for turn in range(5):
        writer = process(WRITE, str(path), f"writer{turn}", "100000")
        assert writer.stdout
        for _ in range(5 + turn):  # killed at another moment each time
            said.add(int(writer.stdout.readline()))
        time.sleep(0.003 * turn)
        writer.send_signal(signal.SIGKILL)
        out, _ = writer.communicate(timeout=60)
        said |= {int(line) for line in out.split("\n")[:-1]}
        with open_desk(path) as desk:
            for number in said:
                assert desk.draft(number).text.startswith("Text ")
                assert len(desk.edits(number)) == 1
            assert len(said) <= desk.stats().kinds["draft"] <= len(said) + turn + 1
        whole(path)


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on files")
def test_a_file_that_cannot_grow_is_a_sentence_and_what_was_kept_is_safe(tmp_path: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))\n"
    check_full(process(limited + FILL, str(tmp_path / "desk.sqlite3"), "w"), tmp_path)


MOUNT = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def mount(*args):
    if libc.mount(*args):
        sys.exit(9)
"""
SPACE = ("unshare", "--user", "--map-root-user", "--mount")


def in_own_space(code: str, *args: str) -> "subprocess.Popen[str]":
    try:
        return process(MOUNT + code, *args, before=SPACE)
    except FileNotFoundError:
        pytest.skip("no unshare here")


def ended(run: "subprocess.Popen[str]") -> list[str]:
    """What it said; a test that may not mount a disk here is left out."""
    out, err = run.communicate(timeout=120)
    if run.returncode in {1, 9} and "Traceback" not in err:
        pytest.skip("may not mount a disk here")
    assert run.returncode == 7, err
    return out.splitlines()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a small disk")
def test_a_full_disk_is_a_sentence_and_what_was_kept_is_safe(tmp_path: Path) -> None:
    folder, kept = tmp_path / "disk", tmp_path / "kept"
    folder.mkdir()
    copying = f"    import shutil; shutil.copytree(path.parent, {str(kept)!r})\n    sys.exit(7)"
    code = 'mount(b"tmpfs", bytes(path.parent), b"tmpfs", 0, b"size=2m")\n' + FILL.replace(
        "    sys.exit(7)", copying
    )
    check_full(in_own_space(code, str(folder / "desk.sqlite3"), "w"), kept)


def check_full(run: "subprocess.Popen[str]", folder: Path) -> None:
    *numbers, told = ended(run)
    assert told.startswith("OutputProblem: The desk ")
    assert "could not be written: " in told
    assert "what was kept before is safe" in told
    path = folder / "desk.sqlite3"
    with open_desk(path) as desk:
        assert len(numbers) > 10
        assert desk.stats().kinds == {"draft": len(numbers)}
        desk.add_draft(draft())
    whole(path)


CLOSED = """
MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 4096
folder = bytes(path.parent)
mount(folder, folder, None, MS_BIND, None)
mount(None, folder, None, MS_BIND | MS_REMOUNT | MS_RDONLY, None)
with open_desk(path) as desk:
    print(desk.draft(1).text, len(desk.search("hum")), len(list(desk.rows())), sep="|")
    for change in (lambda: desk.add_draft(draft(1)), lambda: desk.add_edit(1, "Other.")):
        try:
            change()
        except CopydeskError as error:
            print(error.message)
sys.exit(7)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a closed disk")
@pytest.mark.parametrize("log", [False, True])
def test_a_desk_on_a_closed_disk_can_be_read_and_says_that_it_cannot_be_written(
    tmp_path: Path, log: bool
) -> None:
    path = tmp_path / "desk.sqlite3"
    desk = open_desk(path)
    desk.add_draft(draft())
    desk.add_edit(1, "They sing and hum.")
    if not log:
        desk.close()  # else what was put there is in the log alone
    found, *told = ended(in_own_space(CLOSED, str(path), "w"))
    assert found == "They hum.|2|1"
    assert told == [f"The desk {path} cannot be written."] * 2


def test_a_place_where_no_desk_can_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(OutputProblem, match="cannot be"):
        open_desk(tmp_path / "file" / "desk.sqlite3")
    (tmp_path / "desk.sqlite3").mkdir()
    with pytest.raises(OutputProblem, match="cannot be"):
        open_desk(tmp_path / "desk.sqlite3")


def test_a_desk_that_another_program_holds_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    open_desk(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_desk(path, wait=0.05) as desk:
            assert desk.entries() == []  # who reads need not wait
            with pytest.raises(OutputProblem, match="Another program is writing"):
                desk.add_draft(draft())
        other.execute("ROLLBACK")
    with open_desk(path) as desk:
        desk.add_draft(draft())


Harm = Callable[[Path], None]


def nonsense(path: Path) -> None:
    path.write_bytes(b"no desk at all " * 500)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")


def overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (nonsense, "is damaged: file is not a database"),
        (cut, "is damaged: database disk image is malformed"),
        (overwritten, "is damaged: database disk image is malformed"),
        (other_database, "is a database, but no desk."),
        (newer, f"is of version {len(schema.MIGRATIONS) + 1}; this copydesk knows"),
    ],
)
def test_a_file_that_is_no_desk_of_ours_is_a_sentence_and_left_as_it_is(
    tmp_path: Path, harm: Harm, told: str
) -> None:
    path = tmp_path / "desk.sqlite3"
    with open_desk(path) as desk:
        desk.add_rows([Sample(prompt=ASKED, completion=f"{n} hums") for n in range(300)], "x")
    harm(path)
    before = path.read_bytes()
    with pytest.raises(DocumentProblem) as caught, open_desk(path) as desk:
        list(desk.rows())
    assert told in caught.value.message
    assert caught.value.hint
    assert path.read_bytes() == before
    assert not path.with_name("desk.sqlite3-wal").exists()


@pytest.mark.parametrize("at", range(0, 4096 * 6, 4096))
def test_no_damaged_page_is_a_fault_of_ours(tmp_path: Path, at: int) -> None:
    path = tmp_path / "desk.sqlite3"
    with open_desk(path) as desk:
        number = desk.add_draft(draft("They hum. " * 2000))
        desk.add_edit(number, "They sing.")
    content = bytearray(path.read_bytes())
    content[at + 100 : at + 400] = b"\xff" * 300
    path.write_bytes(content)
    try:
        with open_desk(path) as desk:
            desk.search("hum")
            desk.entries()
            desk.stats()
            list(desk.rows())
            desk.add_draft(draft())
            desk.forget(1)
    except CopydeskError:
        pass


def test_a_record_that_somebody_else_changed_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    with open_desk(path) as desk:
        desk.add_draft(draft())
        desk.add_rows([Sample(prompt=ASKED, completion="x")], "x")
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("UPDATE drafts SET prompt = '[{'")
            other.execute('UPDATE rows SET record = \'{"kind": "sample"}\'')
        with pytest.raises(DocumentProblem, match="draft 1 cannot be understood"):
            desk.draft(1)
        with pytest.raises(DocumentProblem, match="row 2 cannot be understood"):
            list(desk.rows())
        desk.forget(1)
        desk.forget(2)
        assert list(desk.rows()) == []


# Migrations: a version that does not exist yet, after the one that does.

NEXT = "ALTER TABLE drafts ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm';\nCREATE TABLE more (x);\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A desk of the version before."""
    path = tmp_path / "desk.sqlite3"
    with open_desk(path) as desk:
        desk.add_draft(draft())
    return path


def next_version(monkeypatch: pytest.MonkeyPatch, step: str = NEXT) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("desk.v*.sqlite3"))


def test_a_desk_is_brought_up_to_date_and_a_copy_of_the_old_one_kept(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = len(schema.MIGRATIONS)
    next_version(monkeypatch)
    for _ in range(2):
        with open_desk(old) as desk:
            assert desk.draft(1).text == "They hum."
    (copy,) = copies(old)
    assert copy.name.startswith(f"desk.v{version}-")
    assert copy.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:-1])
    with open_desk(copy) as desk:
        assert desk.draft(1).text == "They hum."
    with pytest.raises(DocumentProblem, match="is of version"):
        open_desk(old)
    assert {file.name for file in old.parent.iterdir()} == {copy.name, old.name}
    old.unlink()
    copy.rename(old)  # as the hint of a damaged desk says
    with open_desk(old) as desk:
        desk.add_draft(draft())
        assert old.with_name("desk.sqlite3-wal").exists()


def test_a_step_that_fails_leaves_the_desk_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(monkeypatch, f"{NEXT}CREATE TABLE entries (twice);\n")
    with pytest.raises(CopydeskError, match="cannot be used"):
        open_desk(old)
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:-1])
    with open_desk(old) as desk:
        assert desk.draft(1).text == "They hum."
        desk.add_draft(draft())
    whole(old)


def test_no_step_is_taken_without_a_copy(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = old.read_bytes()
    next_version(monkeypatch)

    def full(*args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("copydesk.sqlite_file.opening.os.fsync", full)
    with pytest.raises(OutputProblem, match="No space left on device"):
        open_desk(old)
    assert old.read_bytes() == before
    assert copies(old) == []


def test_a_damaged_desk_is_not_brought_up_to_date(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwritten(old)
    before = old.read_bytes()
    next_version(monkeypatch)
    with pytest.raises(DocumentProblem, match="is damaged"):
        open_desk(old)
    assert old.read_bytes() == before
    assert copies(old) == []


MIGRATE = """
from copydesk.desk import schema
schema.MIGRATIONS = (*schema.MIGRATIONS, sys.argv[3])
with open_desk(path) as desk:
    print(desk.add_draft(draft(0)))
"""


def test_of_processes_that_meet_an_old_desk_one_brings_it_up_to_date(old: Path) -> None:
    many = [process(MIGRATE, str(old), f"w{n}", NEXT) for n in range(4)]
    ends = [one.communicate(timeout=120) for one in many]
    assert [one.returncode for one in many] == [0] * 4, ends
    assert len({out for out, _ in ends}) == 4
    assert len(copies(old)) == 1
    whole(old)


def test_a_new_desk_needs_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    next_version(monkeypatch)
    path = tmp_path / "desk.sqlite3"
    with open_desk(path) as desk:
        desk.add_draft(draft())
    assert copies(path) == []
