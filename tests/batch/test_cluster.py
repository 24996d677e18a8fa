"""Briefs spread over a Ray cluster: real workers, real deaths, and only the driver has the disk."""

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial, wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import unavailable
from tests.support.batches import (
    ORDER,
    carry_out,
    done,
    jobs_of,
    lines,
    listed,
    manifest,
    no_model,
    results,
    steady,
)

from copydesk.batch.cluster import run_on_cluster
from copydesk.batch.driver import DEATHS, Cluster
from copydesk.batch.jobs import Job
from copydesk.batch.manifest import Record, opened
from copydesk.batch.run import silent
from copydesk.errors import CopydeskError, ModelProblem, UsageProblem

pytestmark = pytest.mark.cluster
LOCAL = Cluster("local", workers=2)
Opener = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def ray_here() -> None:
    if find_spec("ray") is None:
        unavailable('Ray is not installed: pip install -e ".[cluster]"')


def spread(
    folder: Path, jobs: list[Job], opener: Opener, hear: Callable[[Record], None] = silent
) -> list[Record]:
    with opened(folder, jobs, ORDER, resume=True) as ledger:
        return run_on_cluster(ledger, opener, LOCAL, hear=hear)


def once_more(test: Callable[[Path], None]) -> Callable[[Path], None]:
    """Tries again where Ray itself failed: on a busy machine it loses its own processes."""

    @wraps(test)
    def tried(tmp_path: Path) -> None:
        once, again = tmp_path / "once", tmp_path / "again"
        once.mkdir()
        again.mkdir()
        try:
            test(once)
        except CopydeskError as error:
            if "Ray cluster" not in error.message:
                raise
            test(again)

    return tried


def processes_of_ray() -> set[str]:
    """Ids of the processes that serve a cluster on this machine."""
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True)
    rows = listing.stdout.splitlines()
    return {row.split()[0] for row in rows if "gcs_server" in row or "raylet" in row}


def begun(log: Path) -> list[tuple[str, int]]:
    """Which brief was begun in which process."""
    rows = log.read_text().splitlines() if log.exists() else []
    return [(row.split()[0], int(row.split()[1])) for row in rows]


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:1", "auto"])
def test_where_there_is_no_cluster_it_says_so(tmp_path: Path, address: str) -> None:
    with (
        opened(tmp_path, jobs_of(*lines(1)), ORDER) as ledger,
        pytest.raises(UsageProblem, match=f"There is no Ray cluster at {address}"),
    ):
        run_on_cluster(ledger, no_model, Cluster(address))


@once_more
def test_a_killed_workers_brief_runs_elsewhere_and_nothing_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    log, out, listening = tmp_path / "log", tmp_path / "out", tmp_path / "listening"
    jobs = jobs_of(*lines(8))
    killed: list[int] = []

    def kill_the_third() -> None:
        end = time.monotonic() + 120
        while not killed and time.monotonic() < end:
            killed.extend(pid for brief, pid in begun(log) if brief == "3")
            time.sleep(0.05)
        time.sleep(0.3)  # in the middle: a brief takes more than a second
        for worker in killed:
            os.kill(worker, signal.SIGKILL)

    killer = threading.Thread(target=kill_the_third)
    killer.start()
    records = spread(out, jobs, partial(listed, listening, pause=0.1, log=log))
    killer.join()
    carry_out(tmp_path / "here", jobs)
    assert results(out) == results(tmp_path / "here")
    assert sorted(done(out)) == sorted(job.id for job in jobs)
    assert len(records) == len(jobs)
    third = [pid for brief, pid in begun(log) if brief == "3"]
    assert len(third) == 2
    assert third[0] == killed[0] != third[1]
    again = [brief for brief, _ in begun(log)]
    assert sorted(again) == sorted([*map(str, range(1, 9)), "3"])
    assert len({pid for _, pid in begun(log)}) >= 2
    assert os.getpid() not in {pid for _, pid in begun(log)}
    addresses = set(listening.read_text().splitlines())
    assert addresses == {"127.0.0.1"}, "a cluster of this machine alone answers others"


@once_more
def test_a_cluster_that_dies_is_told_and_what_is_finished_stays(tmp_path: Path) -> None:
    before = processes_of_ray()

    def hear(record: Record) -> None:
        for driver in multiprocessing.active_children():  # as Ray does when it lost the cluster
            os.kill(driver.pid or 0, signal.SIGKILL)

    jobs = jobs_of(*lines(6))
    with pytest.raises(CopydeskError, match="The Ray cluster broke off: it ended") as caught:
        spread(tmp_path / "out", jobs, partial(steady, pause=0.1), hear)
    assert caught.value.hint == "what is finished stays; go on with --resume"
    assert done(tmp_path / "out")
    carry_out(tmp_path / "out", jobs)
    carry_out(tmp_path / "here", jobs)
    assert results(tmp_path / "out") == results(tmp_path / "here")
    for _ in range(600):
        if not processes_of_ray() - before:
            break
        time.sleep(0.1)
    assert not processes_of_ray() - before, "it left processes behind"


@once_more
def test_what_was_finished_here_is_not_sent_there_and_a_deadly_brief_ends(tmp_path: Path) -> None:
    log, out = tmp_path / "log", tmp_path / "out"
    jobs = jobs_of(*lines(5))
    carry_out(out, jobs[:1])
    records = spread(out, jobs, partial(steady, log=log, deadly="2", faulty="4"))
    ends = {record.line: record for record in records}
    assert {line: record.state for line, record in ends.items()} == {
        2: "failed",
        3: "done",
        4: "failed",
        5: "done",
    }
    assert ends[2].error == f"The workers that had this brief died {DEATHS} times."
    assert ends[4].error == "This is a fault in copydesk: KeyError: 'odd'."
    counted = [brief for brief, _ in begun(log)]
    assert counted.count("2") == DEATHS
    assert "1" not in counted
    carry_out(out, jobs)
    carry_out(tmp_path / "here", jobs)
    assert results(out) == results(tmp_path / "here")


@once_more
def test_a_model_that_no_worker_can_open_ends_it(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="There is no such model") as caught:
        spread(tmp_path, jobs_of(*lines(3)), no_model)
    assert caught.value.hint == "pull it"
    assert [line["state"] for line in manifest(tmp_path)] == ["run"]
