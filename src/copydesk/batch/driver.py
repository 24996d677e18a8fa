"""The process that joins a Ray cluster: Ray Data with a pool of actors, each holding one engine.

The workers send results back and write nothing. Each job is a block of its own: it comes back as
soon as it is done, and a worker's death costs the one job that it was at, which Ray runs again. The
pool never queues a second job behind one that runs, as each takes minutes.
"""

import base64
import json
import logging
import os
import re
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any

from copydesk.batch.jobs import Job, job_from_json
from copydesk.batch.run import FATAL, reason
from copydesk.batch.work import Made, perform
from copydesk.brief import clean_text
from copydesk.errors import CopydeskError, GenerationFailed, MissingTool, UsageProblem
from copydesk.generate.protocol import Generator

Opener = Callable[[], AbstractContextManager[Generator]]

DEATHS = 4  # of its workers, before a job counts as what kills them
_KNOCK = 10.0  # seconds
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
JOINED, DONE = "joined", "done"  # what a driver says besides its answers

# Set before Ray is imported; what the user has set stands.
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}
# A cluster of this machine alone answers nobody else (Ray's own switch for Windows and macOS), and
# is patient with itself, as its engines leave its own processes little time.
LOOPBACK = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_health_check_timeout_ms": "60000",
    "RAY_health_check_failure_threshold": "10",
    "RAY_gcs_rpc_server_reconnect_timeout_s": "300",
}


@dataclass(frozen=True)
class Cluster:
    """Where to run, and on how much of it.

    Attributes:
        address: "auto" for the cluster that this machine is part of, HOST:PORT of its head, or
            "local" to start one here for the time of the batch.
        workers: the most engines; 0 for as many as the cluster has room for.
        threads: CPUs that each engine takes. gpus: GPUs, and parts of one.
    """

    address: str
    workers: int = 0
    threads: int = 1
    gpus: float = 0.0


def drive(pipe: Connection, asked: list[dict[str, Any]], opener: Opener, cluster: Cluster) -> None:
    """All that this process does: join, say each answer as it comes, say how it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other one, which ends this
    for stream in (1, 2):  # Ray tells of its insides on both
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    try:
        with _connected(cluster) as ray:
            pipe.send(JOINED)
            try:
                for row in _rows(ray, asked, opener, cluster):
                    pipe.send(row["said"])
            except ray.exceptions.RayError as error:
                raise broken_off(_first_line(error)) from None
            pipe.send(DONE)
    except BrokenPipeError:  # nobody listens any more
        pass
    except CopydeskError as error:
        pipe.send(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other one says it
        pipe.send(CopydeskError(*reason(error)))


def no_cluster(cluster: Cluster, why: str) -> UsageProblem:
    """The error of an address where there is none."""
    return UsageProblem(
        f"There is no Ray cluster at {cluster.address}: {why}.",
        'start one: ray start --head, or give --ray "local"',
    )


def broken_off(why: str) -> CopydeskError:
    """The error of a cluster that is gone."""
    return CopydeskError(
        f"The Ray cluster broke off: {why}.", "what is finished stays; go on with --resume"
    )


def _rows(
    ray: Any, asked: list[dict[str, Any]], opener: Opener, cluster: Cluster
) -> Iterator[dict[str, Any]]:
    most = min(cluster.workers or _room(ray, cluster), len(asked))
    data = ray.data.from_items(asked, override_num_blocks=len(asked))
    pool = ray.data.ActorPoolStrategy(min_size=1, max_size=most, max_tasks_in_flight_per_actor=1)
    tries = ray.remote(num_cpus=0)(Tries).remote()
    answers = data.map(
        Worker,
        fn_constructor_kwargs={"opener": opener, "tries": tries},
        compute=pool,
        num_cpus=cluster.threads,
        num_gpus=cluster.gpus or None,
    )
    rows: Iterator[dict[str, Any]] = answers.iter_rows()
    return rows


def _room(ray: Any, cluster: Cluster) -> int:
    """How many engines find place in the cluster as it is now; one at least, which may wait."""
    has = ray.cluster_resources()
    room = int(has.get("CPU", 1) // cluster.threads)
    if cluster.gpus:
        room = min(room, int(has.get("GPU", 0) / cluster.gpus))
    return max(1, room)


class Tries:
    """An actor of its own, which counts how often each job was begun.

    Ray starts dead workers anew without end, and so a job that kills them would never end.
    """

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()

    def begin(self, job: str) -> int:
        """One more; returns how often it was begun before."""
        self._begun[job] += 1
        return self._begun[job] - 1


class Worker:
    """What an actor runs: it opens its engine at the first job and keeps it."""

    def __init__(self, opener: Opener, tries: Any) -> None:
        self._opener = opener
        self._tries = tries
        self._held: AbstractContextManager[Generator] | None = None
        self._generator: Generator | None = None

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """One job; whatever becomes of it is said in the answer, as JSON."""
        job = job_from_json(str(row["job"]))
        # A pool hands an error over, whatever it is: raised here, it would end the whole batch.
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(self._made, job, int(row["seed"]))
            error = future.exception()
        said: dict[str, Any] = {"id": job.id}
        if error is None:
            made = asdict(future.result())
            made["content"] = base64.b64encode(made["content"]).decode()
            said["made"] = made
        else:
            message, hint = reason(error)
            said |= {"error": message, "hint": hint, "fatal": isinstance(error, FATAL)}
        return {"said": json.dumps(said)}

    def _made(self, job: Job, seed: int) -> Made:
        import ray  # noqa: PLC0415 - see `_connected`

        if ray.get(self._tries.begin.remote(job.id)) >= DEATHS:
            raise GenerationFailed(
                f"The workers that had this brief died {DEATHS} times.",
                "it may need more memory than a worker has",
            )
        if self._generator is None:
            self._held = self._opener()
            self._generator = self._held.__enter__()
        return perform(job, self._generator, seed=seed)


@contextmanager
def _connected(cluster: Cluster) -> Iterator[Any]:
    """Ray, quiet, joined to the cluster; what was started for us is stopped at the end."""
    local = cluster.address == "local"
    for name, value in (QUIET | (LOOPBACK if local else {})).items():
        os.environ.setdefault(name, value)
    try:
        import ray  # noqa: PLC0415 - 100 MB of library, only when a cluster is asked for
        import ray.data  # noqa: PLC0415
    except ImportError:
        raise MissingTool("Ray is not installed.", 'pip install "copydesk[cluster]"') from None
    more: dict[str, Any] = {"include_dashboard": False} if local else {}
    try:
        _knock(cluster.address)
        ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR, **more)
    except (ImportError, RuntimeError, ValueError, OSError) as error:
        raise no_cluster(cluster, _first_line(error)) from None
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.autoscaling_config.actor_pool_util_upscaling_threshold = 1.0  # all have a job
    try:
        yield ray
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Ray itself waits for minutes where nobody answers.

    Raises:
        OSError: nobody answers at HOST:PORT.
    """
    host, _, port = address.rpartition(":")
    if port.isdecimal() and "/" not in host:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_KNOCK):
            pass


def _first_line(error: Exception) -> str:
    lines = clean_text(_COLOUR.sub("", str(error))).splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")
