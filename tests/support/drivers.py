"""Drivers of a Ray cluster that go wrong, for the process that listens to them; none needs Ray."""

import json
import os
import signal
import time
from multiprocessing.connection import Connection
from typing import Any

from copydesk.batch.driver import DONE, JOINED, Cluster, Opener


def dies_before(
    pipe: Connection, asked: list[dict[str, Any]], opener: Opener, cluster: Cluster
) -> None:
    """As Ray ends it when it finds a cluster that is dying."""
    os._exit(1)


def never_joins(
    pipe: Connection, asked: list[dict[str, Any]], opener: Opener, cluster: Cluster
) -> None:
    """Where nobody answers, and nobody refuses either."""
    time.sleep(600)


def dies_after_one(
    pipe: Connection, asked: list[dict[str, Any]], opener: Opener, cluster: Cluster
) -> None:
    """As Ray ends it when the cluster is gone."""
    pipe.send(JOINED)
    pipe.send(_failed(asked[0]))
    os.kill(os.getpid(), signal.SIGKILL)


def goes_on(
    pipe: Connection, asked: list[dict[str, Any]], opener: Opener, cluster: Cluster
) -> None:
    """One answer comes, and the others take long."""
    pipe.send(JOINED)
    pipe.send(_failed(asked[0]))
    time.sleep(600)


def says_all(
    pipe: Connection, asked: list[dict[str, Any]], opener: Opener, cluster: Cluster
) -> None:
    """Nothing is wrong but the answers."""
    pipe.send(JOINED)
    for one in asked:
        pipe.send(_failed(one))
    pipe.send(DONE)


def _failed(asked: dict[str, Any]) -> str:
    answer = {"id": json.loads(asked["job"])["id"], "error": "Odd.", "hint": "", "fatal": False}
    return json.dumps(answer)
