"""Jobs spread over a Ray cluster, which another process joins; this one alone has the folder.

When a cluster dies, Ray ends the process that joined it, with no error to be caught. So a child
joins it (`driver`) and hands over each answer as it comes: whatever becomes of Ray, this process
writes down what was finished and says what happened. A batch is resumed in the same way wherever
it ran, and no disk is shared.
"""

import base64
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from copydesk.batch.driver import DONE, Cluster, Opener, broken_off, drive, no_cluster
from copydesk.batch.jobs import Job
from copydesk.batch.manifest import Ledger, Record
from copydesk.batch.run import Hear, check_luck, silent
from copydesk.batch.work import Made
from copydesk.errors import CopydeskError, ModelProblem

_TO_JOIN = 300.0  # seconds that joining a cluster, or starting one, may take
_TO_LEAVE = 20.0  # seconds that leaving it may take


def run_on_cluster(
    ledger: Ledger, opener: Opener, cluster: Cluster, *, hear: Hear = silent
) -> list[Record]:
    """Do what the ledger has left to do; returns how each job ended, first ended first.

    Args:
        opener: opens the engine, once in each worker; it travels there, so it must be of a module
            that is installed on every machine.

    Raises:
        MissingTool: Ray is not installed. UsageProblem: there is no cluster at the address.
        OutputProblem, ModelProblem: as `run` does. CopydeskError: the cluster is gone.
    """
    jobs = {job.id: job for job in ledger.todo}
    asked = [{"job": job.to_json(), "seed": job.seed(ledger.seed)} for job in ledger.todo]
    records: list[Record] = []
    with _driver(asked, opener, cluster) as pipe:
        for answer in _answers(pipe, cluster):
            said = json.loads(answer)
            records.append(_written(ledger, jobs[said["id"]], said))
            hear(records[-1])
            check_luck(records)
    return records


@contextmanager
def _driver(asked: list[dict[str, Any]], opener: Opener, cluster: Cluster) -> Iterator[Connection]:
    """The pipe of a driver; at the end it is gone, and with it what it started."""
    context = multiprocessing.get_context("spawn")  # a fork would share the engines' threads
    pipe, its = context.Pipe(duplex=False)
    process = context.Process(target=drive, args=(its, asked, opener, cluster), daemon=True)
    process.start()
    its.close()  # held here, the pipe would outlive the driver
    try:
        yield pipe
        process.join(_TO_LEAVE)
    finally:
        process.terminate()
        process.join(_TO_LEAVE)
        process.kill()
        process.join()
        pipe.close()


def _answers(pipe: Connection, cluster: Cluster) -> Iterator[str]:
    """What the driver says, once it has joined the cluster and until it is done.

    Raises:
        CopydeskError: it met one, or it died.
    """
    if not pipe.poll(_TO_JOIN):
        raise no_cluster(cluster, f"it did not answer within {_TO_JOIN:.0f} s")
    _heard(pipe, no_cluster(cluster, "the process that asked for it was ended"))
    while (said := _heard(pipe, broken_off("it ended the process that had joined it"))) != DONE:
        yield said


def _heard(pipe: Connection, otherwise: CopydeskError) -> str:
    try:
        said = pipe.recv()
    except (EOFError, OSError):
        raise otherwise from None
    if isinstance(said, CopydeskError):
        raise said
    return str(said)


def _written(ledger: Ledger, job: Job, said: dict[str, Any]) -> Record:
    """Write down what a worker sent."""
    if made := said.get("made"):
        content = base64.b64decode(made.pop("content"))
        found = tuple(made.pop("findings"))
        return ledger.finish(job, Made(content=content, findings=found, **made))
    if said["fatal"]:
        raise ModelProblem(said["error"], said["hint"])
    return ledger.fail(job, said["error"], said["hint"])
