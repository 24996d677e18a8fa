"""Whatever becomes of the process that joined a cluster, the other one says it and goes on."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support import drivers
from tests.support.batches import ORDER, jobs_of, lines, manifest, steady

from copydesk.batch import cluster
from copydesk.batch.driver import Cluster
from copydesk.batch.manifest import Record, opened
from copydesk.batch.run import silent
from copydesk.errors import CopydeskError, UsageProblem

Listen = Callable[..., list[Record]]


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Listen:
    """Runs three briefs by a driver of `drivers`; no process is left of it."""

    def run(drive: Any, hear: Callable[[Record], None] = silent) -> list[Record]:
        monkeypatch.setattr(cluster, "drive", drive)
        try:
            with opened(tmp_path, jobs_of(*lines(3)), ORDER) as ledger:
                return cluster.run_on_cluster(ledger, steady, Cluster("auto"), hear=hear)
        finally:
            assert not multiprocessing.active_children()

    return run


def states(folder: Path) -> list[str]:
    return [line["state"] for line in manifest(folder)][1:]


def test_what_is_said_is_written_down(listen: Listen, tmp_path: Path) -> None:
    assert [record.error for record in listen(drivers.says_all)] == ["Odd."] * 3
    assert states(tmp_path) == ["failed"] * 3


def test_a_driver_that_dies_before_it_joins(listen: Listen) -> None:
    with pytest.raises(
        UsageProblem, match="There is no Ray cluster at auto: the process"
    ) as caught:
        listen(drivers.dies_before)
    assert caught.value.hint.startswith("start one")


def test_a_cluster_that_never_answers(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_TO_JOIN", 0.1)
    with pytest.raises(UsageProblem, match="it did not answer within"):
        listen(drivers.never_joins)


def test_a_cluster_that_dies_is_told_and_what_is_finished_stays(
    listen: Listen, tmp_path: Path
) -> None:
    with pytest.raises(CopydeskError, match="The Ray cluster broke off: it ended") as caught:
        listen(drivers.dies_after_one)
    assert caught.value.hint == "what is finished stays; go on with --resume"
    assert states(tmp_path) == ["failed"]


def test_an_interruption_ends_the_driver(listen: Listen, tmp_path: Path) -> None:
    def interrupt(record: Record) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listen(drivers.goes_on, interrupt)
    assert states(tmp_path) == ["failed"]
