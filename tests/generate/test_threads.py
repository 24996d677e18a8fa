"""Threads: never more than can run at once, never fewer than one."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import UsageProblem
from copydesk.generate.threads import (
    choose_threads,
    cpu_quota,
    foreign_load,
    physical_cores,
    threads_for,
)


@pytest.mark.parametrize(
    ("cores", "machine", "quota", "load", "expected"),
    [
        (2, 2, math.inf, 0.0, 2),
        (2, 2, math.inf, 0.4, 2),
        (2, 2, math.inf, 0.5, 1),
        (2, 2, math.inf, 9.0, 1),
        (8, 8, 1.5, 0.0, 1),
        (8, 8, 0.2, 0.0, 1),
        (8, 8, math.inf, 3.2, 5),
        (4, 64, math.inf, 30.0, 4),  # others have room elsewhere
        (4, 64, math.inf, 62.0, 2),
    ],
)
def test_only_idle_cores_count(
    cores: int, machine: int, quota: float, load: float, expected: int
) -> None:
    assert threads_for(cores, machine, quota, load) == expected


@given(st.integers(1, 256), st.integers(0, 256), st.floats(0, 1e6), st.floats(0, 1e6))
def test_between_one_and_the_cores(cores: int, more: int, quota: float, load: float) -> None:
    assert 1 <= threads_for(cores, cores + more, quota, load) <= cores


def test_asked_for_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_THREADS", "3")
    assert choose_threads() == 3
    assert choose_threads(7) == 7
    monkeypatch.delenv("COPYDESK_THREADS")
    assert choose_threads() >= 1


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "²"])
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("COPYDESK_THREADS", text)
    with pytest.raises(UsageProblem, match="number of threads"):
        choose_threads()


def test_hyperthreads_share_a_core(tmp_path: Path) -> None:
    for cpu, siblings in enumerate(["0,2", "1,3", "0,2", "1,3"]):
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(siblings)
    assert physical_cores({0, 1, 2, 3}, tmp_path) == 2
    assert physical_cores({0, 2}, tmp_path) == 1
    assert physical_cores({0, 1}, tmp_path / "absent") == 2


def test_the_tightest_quota_above_holds(tmp_path: Path) -> None:
    own = tmp_path / "cgroup"
    own.write_text("0::/jobs/mine\n")
    (tmp_path / "jobs/mine").mkdir(parents=True)
    (tmp_path / "jobs/mine/cpu.max").write_text("max 100000\n")
    (tmp_path / "jobs/cpu.max").write_text("150000 100000\n")
    assert cpu_quota(tmp_path, own) == 1.5
    assert cpu_quota(tmp_path / "absent", tmp_path / "absent") == math.inf


def test_the_older_control_groups(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("50000")
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000")
    assert cpu_quota(tmp_path, tmp_path / "absent") == 0.5
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("-1")
    assert cpu_quota(tmp_path, tmp_path / "absent") == math.inf


def test_load_is_the_minute_or_the_instant(tmp_path: Path) -> None:
    path = tmp_path / "loadavg"
    path.write_text("0.25 0.4 0.5 4/200 1234\n")
    assert foreign_load(path) == 3
    path.write_text("1.75 0.4 0.5 1/200 1234\n")
    assert foreign_load(path) == 1.75
    path.write_text("nonsense")
    assert foreign_load(path) >= 0
