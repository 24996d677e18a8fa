"""The fuzzer notices what it looks for: a crash, a hang, a death, too much memory, a bad error."""

import os
import random
import time

import pytest
from benchmarks import fuzz_readers
from tests.documents.fuzzing import samples, spoiled

from copydesk.documents.reading import Reading
from copydesk.errors import DocumentProblem


def _crash() -> Reading:
    raise KeyError("a part")


def _refuse_badly() -> Reading:
    raise DocumentProblem("no sentence")


def _die() -> Reading:
    os._exit(3)


def _hang() -> Reading:
    time.sleep(60)
    return Reading()


def _swell() -> Reading:
    return Reading(notes=[str(bytes(8 << 30))])


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (_crash, "KeyError"),
        (_refuse_badly, "an error without a hint"),
        (_die, "the process died: 3"),
        (_hang, "not read after"),
        (_swell, "MemoryError"),
    ],
)
def test_what_goes_wrong_is_a_case(monkeypatch, does, says):
    monkeypatch.setattr(fuzz_readers, "SECONDS", 2)
    monkeypatch.setattr("copydesk.documents.read._read", lambda path, content, how: does())
    worker = fuzz_readers.Worker()
    try:
        assert says in worker.ask("a.txt", b"Some words.")
        monkeypatch.undo()
    finally:
        worker.process.kill()


def test_a_seed_names_a_case(tmp_path):
    held = samples(tmp_path)
    for name in held:
        once, again = (spoiled(random.Random("7:1"), name, held) for _ in range(2))
        assert once == again
    assert len({spoiled(random.Random(f"7:{n}"), "a.html", held) for n in range(50)}) > 30
