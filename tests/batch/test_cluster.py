"""Briefs spread over a Ray cluster: real workers, real deaths, and only the driver has the disk."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
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
    manifest,
    no_model,
    results,
    steady,
)

from copydesk.batch.cluster import DEATHS, Cluster, run_on_cluster
from copydesk.batch.jobs import Job
from copydesk.batch.manifest import Record, opened
from copydesk.errors import ModelProblem, UsageProblem

pytestmark = pytest.mark.cluster
LOCAL = Cluster("local", workers=2)
Opener = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def ray_here(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("ray") is None:
        unavailable('Ray is not installed: pip install -e ".[cluster]"')
    names = (
        "RAY_USAGE_STATS_ENABLED",
        "RAY_BACKEND_LOG_LEVEL",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER",
    )
    for name in names:  # as they are set, so that they are put back
        monkeypatch.setenv(name, os.environ.get(name, "0" if "LOG" not in name else "fatal"))


def spread(
    folder: Path, jobs: list[Job], opener: Opener, hear: Callable[[Record], None] | None = None
) -> list[Record]:
    with opened(folder, jobs, ORDER, resume=True) as ledger:
        return run_on_cluster(ledger, opener, LOCAL, hear=hear or (lambda record: None))


def begun(log: Path) -> list[tuple[str, int]]:
    """Which brief was begun in which process."""
    rows = log.read_text().splitlines() if log.exists() else []
    return [(row.split()[0], int(row.split()[1])) for row in rows]


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:1", "auto"])
def test_where_there_is_no_cluster_it_says_so(tmp_path: Path, address: str) -> None:
    """Before any test that starts one: "auto" would find it dying, and that ends the process."""
    with (
        opened(tmp_path, jobs_of(*lines(1)), ORDER) as ledger,
        pytest.raises(UsageProblem, match=f"There is no Ray cluster at {address}"),
    ):
        run_on_cluster(ledger, no_model, Cluster(address))


def test_a_killed_workers_brief_runs_elsewhere_and_nothing_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    import ray  # noqa: PLC0415 - may be absent

    log, out = tmp_path / "log", tmp_path / "out"
    jobs = jobs_of(*lines(8))
    killed: list[int] = []
    addresses: set[str] = set()

    def kill_the_third() -> None:
        end = time.monotonic() + 120
        while not killed and time.monotonic() < end:
            killed.extend(pid for brief, pid in begun(log) if brief == "3")
            time.sleep(0.05)
        time.sleep(0.3)  # in the middle: a brief takes more than a second
        os.kill(killed[0], signal.SIGKILL)

    def hear(record: Record) -> None:
        addresses.update(node["NodeManagerAddress"] for node in ray.nodes())

    killer = threading.Thread(target=kill_the_third)
    killer.start()
    records = spread(out, jobs, partial(steady, pause=0.1, log=log), hear)
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
    assert addresses == {"127.0.0.1"}, "a cluster of this machine alone answers others"


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


def test_a_model_that_no_worker_can_open_ends_it(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="There is no such model") as caught:
        spread(tmp_path, jobs_of(*lines(3)), no_model)
    assert caught.value.hint == "pull it"
    assert [line["state"] for line in manifest(tmp_path)] == ["run"]
