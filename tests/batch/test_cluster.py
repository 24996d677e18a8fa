"""Briefs spread over a Ray cluster: real workers, real deaths, and one process has the disk."""

import os
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
)

from copydesk.batch.cluster import run_on_cluster
from copydesk.batch.driver import DEATHS, Cluster
from copydesk.batch.jobs import Job
from copydesk.batch.manifest import Record, opened
from copydesk.errors import CopydeskError, ModelProblem, UsageProblem

pytestmark = pytest.mark.cluster
LOCAL = Cluster("local", workers=2)
Opener = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def ray_here() -> None:
    if find_spec("ray") is None:
        unavailable('Ray is not installed: pip install -e ".[cluster]"')


def spread(folder: Path, jobs: list[Job], opener: Opener) -> list[Record]:
    with opened(folder, jobs, ORDER, resume=True) as ledger:
        return run_on_cluster(ledger, opener, LOCAL)


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
def test_whatever_becomes_of_workers_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """Brief 1 was done here before, 2 kills whoever has it, 3 the first, 4 meets a fault."""
    log, out, listening = tmp_path / "log", tmp_path / "out", tmp_path / "listening"
    jobs = jobs_of(*lines(8))
    carry_out(out, jobs[:1])
    odd = {"deadly": "2", "mortal": "3", "faulty": "4"}
    records = spread(out, jobs, partial(listed, listening, log=log, **odd))
    ends = {record.line: record for record in records}
    assert len(records) == len(ends)
    failed = {2, 4}
    assert {line: record.state for line, record in ends.items()} == {
        line: "failed" if line in failed else "done" for line in range(2, 9)
    }
    assert ends[2].error == f"The workers that had this brief died {DEATHS} times."
    assert ends[4].error == "This is a fault in copydesk: KeyError: 'odd'."
    counted = [brief for brief, _ in begun(log)]
    assert {brief: counted.count(brief) for brief in map(str, range(1, 9))} == {
        "1": 0, "2": DEATHS, "3": 2, "4": 1, "5": 1, "6": 1, "7": 1, "8": 1,
    }  # fmt: skip
    third = [worker for brief, worker in begun(log) if brief == "3"]
    assert third[0] != third[1]
    assert os.getpid() not in {worker for _, worker in begun(log)}
    addresses = set(listening.read_text().splitlines())
    assert addresses == {"127.0.0.1"}, "a cluster of this machine alone answers others"
    carry_out(out, jobs)
    carry_out(tmp_path / "here", jobs)
    assert results(out) == results(tmp_path / "here")
    assert sorted(done(out)) == sorted(job.id for job in jobs)


@once_more
def test_a_model_that_no_worker_can_open_ends_it(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="There is no such model") as caught:
        spread(tmp_path, jobs_of(*lines(3)), no_model)
    assert caught.value.hint == "pull it"
    assert [line["state"] for line in manifest(tmp_path)] == ["run"]
