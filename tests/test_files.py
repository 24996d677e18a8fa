"""Writing: refused before the work, whole or not at all after it."""

import os
import stat
from pathlib import Path

import pytest

from copydesk.errors import OutputProblem
from copydesk.files import check_target, make_folder, write_atomic

NEVER_WRITABLE = Path("/proc/self")  # for nobody, not even for root

only_linux = pytest.mark.skipif(
    not NEVER_WRITABLE.is_dir(), reason="needs a folder that even root cannot write to"
)


def test_a_new_file_in_a_good_folder_is_welcome_and_leaves_no_trace(tmp_path: Path) -> None:
    check_target(tmp_path / "new.md")
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_only_replaced_by_force(tmp_path: Path) -> None:
    path = tmp_path / "old.md"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(OutputProblem, match="exists already") as caught:
        check_target(path)
    assert "--force" in caught.value.hint
    check_target(path, force=True)
    assert path.read_text(encoding="utf-8") == "precious"


def test_a_missing_folder_is_named_with_the_way_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(OutputProblem, match=r"folder .*missing does not exist") as caught:
        check_target(tmp_path / "missing" / "a.md")
    assert caught.value.hint == f"mkdir -p {tmp_path / 'missing'}"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputProblem, match="is a folder"):
        check_target(tmp_path, force=True)


@only_linux
def test_a_read_only_folder_is_refused_before_the_work() -> None:
    with pytest.raises(OutputProblem, match="cannot be written to") as caught:
        check_target(NEVER_WRITABLE / "a.md")
    assert "-o" in caught.value.hint


def test_content_arrives_whole_with_an_ordinary_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    mask = os.umask(0o027)
    try:
        write_atomic(path, "蜂\n".encode())
    finally:
        assert os.umask(mask) == 0o027  # and the process keeps its umask
    assert path.read_bytes() == "蜂\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputProblem, match="No space left on device") as caught:
        write_atomic(path, b"new")
    assert caught.value.hint
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


@only_linux
def test_writing_where_nothing_can_be_written_is_a_sentence() -> None:
    with pytest.raises(OutputProblem, match="could not be written"):
        write_atomic(NEVER_WRITABLE / "a.md", b"x")


def test_folders_are_made_with_those_above(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_way_of_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("", encoding="utf-8")
    with pytest.raises(OutputProblem, match="cannot be made"):
        make_folder(tmp_path / "a" / "b")
