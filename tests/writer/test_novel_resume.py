"""Killed, out of space, damaged: a novel goes on where it was, and ends as if nothing had been."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.novelist import Novelist
from tests.writer.novels import ASKED, novel

from copydesk.errors import OutputProblem
from copydesk.writer.run import RunFolder
from copydesk.writer.store import Memory

ROOT = Path(__file__).parents[2]


class Full(Memory):
    """A disk with room for so many pieces."""

    def __init__(self, kept: Memory, room: int) -> None:
        super().__init__(kept)
        self.room = room

    def put(self, key: str, text: str) -> None:
        if self.room == 0:
            raise OutputProblem("No space left.")
        self.room -= 1
        super().put(key, text)


@pytest.fixture(scope="module")
def whole() -> Memory:
    """What a run leaves that nobody disturbed."""
    store = Memory()
    novel(store).run()
    return store


def test_out_of_space_after_every_piece_it_ends_the_same(whole: Memory) -> None:
    store, tries = Memory(), 0
    while tries < 2 * len(whole):
        full, tries = Full(store, 1), tries + 1
        with suppress(OutputProblem):
            novel(full).run()
        store = Memory(full)
    assert dict(store) == dict(whole)


def test_a_full_disk_loses_nothing_that_was_finished(whole: Memory) -> None:
    full = Full(Memory(), len(whole) * 2 // 3)
    made = novel(full)
    with pytest.raises(OutputProblem):
        made.run()
    assert 0 < len(full) < len(whole)
    assert all(whole[key] == text for key, text in full.items())
    draft = made.draft()
    assert draft.parts
    assert draft.parts[0].text == whole["chapter-001"]


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_whatever_is_lost_is_written_again_and_the_book_is_the_same(
    data: st.DataObject, whole: Memory
) -> None:
    chapters = sorted(key for key in whole if key.startswith("chapter"))
    lost = data.draw(st.sets(st.sampled_from(chapters), max_size=6))
    broken = data.draw(st.sets(st.sampled_from(chapters), max_size=3)) - lost
    store = Memory({key: text for key, text in whole.items() if key not in lost})
    for key in broken:
        store[key] = "\0" * len(store[key])
    novel(store).run()
    # A scene is only looked for when its chapter is not there.
    assert [k for k in chapters if "scene" not in k and store[k] != whole[k]] == []


def test_what_is_finished_costs_no_request(whole: Memory) -> None:
    generator = Novelist()
    novel(Memory(whole), generator=generator).run()
    assert generator.asked == 0


def test_a_chapter_that_is_lost_costs_no_other(whole: Memory) -> None:
    store, generator = Memory(whole), Novelist()
    lost = [key for key in store if key.startswith("chapter-003") and "state" not in key]
    for key in lost:
        del store[key]
    novel(store, generator=generator).run()
    assert dict(store) == dict(whole)
    assert generator.asked <= len(lost)


def test_half_a_chapter_is_damaged_and_an_edited_one_is_not(whole: Memory) -> None:
    notes: list[str] = []
    store = Memory(whole)
    store["chapter-002"] = whole["chapter-002"][:300]
    store["chapter-004"] = whole["chapter-004"].replace("the", "that")
    draft = novel(store, on_note=notes.append).run()
    assert draft.parts[1].text == whole["chapter-002"]
    assert draft.parts[3].text == store["chapter-004"] != whole["chapter-004"]
    assert notes == ["chapter-002 is damaged, and is written again"]


def test_a_chapter_too_many_is_left_out_with_a_note(whole: Memory) -> None:
    notes: list[str] = []
    store = Memory(whole)
    store["chapter-006"] = store["chapter-000"] = "Nobody asked for this."
    draft = novel(store, on_note=notes.append).run()
    assert "Nobody asked" not in draft.markdown
    assert [note.split()[0] for note in notes] == ["chapter-000", "chapter-006"]


def test_a_file_that_is_no_text_is_written_again(tmp_path: Path, whole: Memory) -> None:
    with RunFolder(tmp_path / "run", ASKED) as store:
        novel(store).run()
        (tmp_path / "run" / "chapter-002.md").write_bytes(b"\xff\xfe\x00")
        (tmp_path / "run" / "chapter-003-state.json").write_bytes(b'{"past": 3')
        (tmp_path / "run" / "chapter-004-scene-01.md").write_bytes(b"\xff")
        (tmp_path / "run" / "chapter-004.md").unlink()
        novel(store).run()
        assert {key: store.get(key) for key in store.keys()} == dict(whole)  # noqa: SIM118


def test_killed_at_any_moment_it_ends_complete(tmp_path: Path) -> None:
    """A process that is killed with SIGKILL, and begun again, until it ends by itself."""
    run, rng, kills = tmp_path / "run", random.Random(3), 0
    order = [sys.executable, "-m", "tests.writer.novels", str(run), "12", "9000"]
    paths = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    for _ in range(40):
        process = subprocess.Popen(order, cwd=ROOT, env=paths)
        seen = len(list(run.glob("*.*"))) if run.exists() else 0
        aim, until = seen + rng.randint(1, 12), time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if run.exists() and len(list(run.glob("*.*"))) >= aim:
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.002)
        if process.wait(60) == 0:
            break
    assert process.returncode == 0
    assert kills >= 3
    with RunFolder(run, ASKED, resume=True) as store:
        kept = {key: store.get(key) for key in store.keys()}  # noqa: SIM118 - no mapping
    undisturbed = Memory()
    novel(undisturbed, chapters=12, length=9000).run()
    assert kept == dict(undisturbed)
