"""What a library meets in life: several processes, kill -9, a full disk, damage, newer versions."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from copydesk.errors import CopydeskError, DocumentProblem, OutputProblem
from copydesk.library import schema
from copydesk.library.store import open_library

ROOT = Path(__file__).parents[2]
HEAD = """
import sys
from pathlib import Path
from copydesk.errors import CopydeskError
from copydesk.library.store import open_library
path, folder = Path(sys.argv[1]), Path(sys.argv[2])
"""
# Says each document when it is there.
ADD = """
with open_library(path) as library:
    for file in sorted(folder.iterdir()):
        print(library.add(file).entry.name, flush=True)
"""


def process(code: str, *args: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + code, *args],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def documents(folder: Path, count: int, paragraphs: int = 30) -> Path:
    folder.mkdir(exist_ok=True)
    for n in range(count):
        text = "\n\n".join(
            f"Paragraph {m} of file{n} speaks of roofs. " * 8 for m in range(paragraphs)
        )
        (folder / f"file{n:03}.md").write_text(f"# File {n}\n\n{text}\n", encoding="utf-8")
    return folder


def whole(path: Path) -> int:
    """The file agrees with itself, and each document in it is all there; how many there are."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        held = connection.execute(
            "SELECT first_passage, last_passage, first_piece, last_piece FROM documents"
        ).fetchall()
        for table, first, last in (("passages", 0, 1), ("pieces", 2, 3), ("words", 2, 3)):
            count = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own names
            wanted = sum(row[last] - row[first] + 1 for row in held)
            assert connection.execute(count).fetchone() == (wanted,)
    return len(held)


def test_processes_that_add_the_same_documents_keep_each_once(tmp_path: Path) -> None:
    path, folder = tmp_path / "new" / "l.db", documents(tmp_path / "docs", 12)
    adders = [process(ADD, str(path), str(folder)) for _ in range(3)]
    ended = [adder.communicate(timeout=300) for adder in adders]
    assert [adder.returncode for adder in adders] == [0] * 3, [err for _, err in ended]
    assert whole(path) == 12
    with open_library(path) as library:
        assert library.search("paragraph 7 of file3 roofs", 1)[0].entry.name == "file003.md"


def test_threads_share_one_library(tmp_path: Path) -> None:
    folder = documents(tmp_path / "docs", 8, 5)
    wrong: list[str] = []
    with open_library(tmp_path / "l.db") as library:

        def use(file: Path) -> None:
            entry = library.add(file).entry
            for _ in range(10):
                if library.search("roofs", entries=[entry])[0].entry != entry:
                    wrong.append(entry.name)

        threads = [threading.Thread(target=use, args=(file,)) for file in folder.iterdir()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(library.entries()) == 8
    assert wrong == []


def test_kill_9_leaves_nothing_half_added(tmp_path: Path) -> None:
    path, folder = tmp_path / "l.db", documents(tmp_path / "docs", 40)
    for turn in range(4):
        adder = process(ADD, str(path), str(folder))
        assert adder.stdout
        said = {adder.stdout.readline().strip() for _ in range(3 + 3 * turn)}
        time.sleep(0.004 * turn)
        adder.send_signal(signal.SIGKILL)
        adder.communicate(timeout=60)
        with open_library(path) as library:
            names = {entry.name for entry in library.entries()}
            assert said <= names
            assert all(library.passages(entry) for entry in library.entries())
        assert whole(path) == len(names)
    with open_library(path) as library:
        library.add_all(sorted(folder.iterdir()))
    assert whole(path) == 40


FILL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
library = open_library(path)
try:
    for file in sorted(folder.iterdir()):
        print(library.add(file).entry.name, flush=True)
except CopydeskError as error:
    print(f"{type(error).__name__}: {error.message} {error.hint}")
    sys.exit(7)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on files")
def test_a_file_that_cannot_grow_is_a_sentence_and_what_was_added_is_safe(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    filler = process(FILL, str(path), str(documents(tmp_path / "docs", 60)))
    out, err = filler.communicate(timeout=120)
    assert filler.returncode == 7, err
    *names, told = out.splitlines()
    assert told.startswith("OutputProblem: The library ")
    assert "could not be written: " in told
    assert len(names) == whole(path) > 3
    with open_library(path) as library:
        assert library.search("paragraph of file2 roofs")


def test_a_library_that_another_program_writes_is_a_sentence(tmp_path: Path) -> None:
    path, folder = tmp_path / "l.db", documents(tmp_path / "docs", 1)
    open_library(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_library(path, wait=0.05) as library:
            assert library.entries() == []  # who reads need not wait
            with pytest.raises(OutputProblem, match="Another program is writing to the library"):
                library.add(folder / "file000.md")


Harm = Callable[[Path], None]


def nonsense(path: Path) -> None:
    path.write_bytes(b"no library at all " * 500)


def overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    path.write_bytes(content)


def other_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (nonsense, "is damaged: file is not a database"),
        (overwritten, "is damaged: database disk image is malformed"),
        (other_database, "is a database, but no library."),
        (newer, "is of version 99; this copydesk knows"),
    ],
)
def test_a_file_that_is_no_library_of_ours_is_a_sentence_and_left_as_it_is(
    tmp_path: Path, harm: Harm, told: str
) -> None:
    path = tmp_path / "l.db"
    with open_library(path) as library:
        library.add_all(documents(tmp_path / "docs", 3).iterdir())
    harm(path)
    before = path.read_bytes()
    with pytest.raises(DocumentProblem) as caught, open_library(path) as library:
        library.search("roofs")
    assert told in caught.value.message
    assert "move it away" in caught.value.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize("at", range(0, 4096 * 8, 4096))
def test_no_damaged_page_is_a_fault_of_ours(tmp_path: Path, at: int) -> None:
    path = tmp_path / "l.db"
    with open_library(path) as library:
        library.add_all(documents(tmp_path / "docs", 2, 5).iterdir())
    content = bytearray(path.read_bytes())
    content[at + 100 : at + 400] = b"\xff" * 300
    path.write_bytes(content)
    try:
        with open_library(path) as library:
            for entry in library.entries():
                library.passages(entry)
                library.search("roofs of file1", entries=[entry])
            library.add(documents(tmp_path / "more", 1) / "file000.md")
            library.remove(library.find(1))
    except CopydeskError:
        pass


def test_an_older_library_is_brought_up_to_date_without_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.db"
    with open_library(path) as library:
        library.add_all(documents(tmp_path / "docs", 1).iterdir())
    step = "CREATE TABLE more (x);\n"
    monkeypatch.setattr(schema, "_MIGRATIONS", (*schema._MIGRATIONS, step))
    with open_library(path) as library:
        assert library.search("roofs")
    assert {file.name for file in tmp_path.iterdir()} == {"docs", "l.db"}


def test_a_new_library_is_not_waited_for_but_what_comes_into_it_is(tmp_path):
    with open_library(tmp_path / "l") as library:
        assert library._connection.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL
        assert library._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
