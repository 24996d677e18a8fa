"""Batches for tests: a model that answers by the request alone, and a process that can be killed.

python tests/support/batches.py FOLDER COUNT WORKERS PAUSE LOG
"""

import json
import os
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.answers import random_answer  # noqa: E402

from copydesk.batch.jobs import Job, read_jobs  # noqa: E402
from copydesk.batch.manifest import Order, Record, opened  # noqa: E402
from copydesk.batch.run import run  # noqa: E402
from copydesk.errors import ModelProblem  # noqa: E402
from copydesk.generate.protocol import Piece, Request  # noqa: E402
from copydesk.generate.scripted import Scripted  # noqa: E402

WORDS = "bees wasps hives roofs parks walls ivy thyme linden honey summer gardens".split()  # noqa: SIM905
ORDER = Order(model="steady", fresh=7)


class Steady(Scripted):
    """Same request, same answer, whoever else asks; `pause` seconds a word; asked briefs logged.

    The brief `deadly` kills each process that is asked for it, `mortal` the first that is, as the
    log has it; the brief `faulty` meets a fault.
    """

    def __init__(
        self,
        *,
        parallel: int = 1,
        pause: float = 0.0,
        log: Path | None = None,
        deadly: str = "",
        mortal: str = "",
        faulty: str = "",
    ) -> None:
        super().__init__(_answer)
        self._deadly, self._mortal, self._faulty = deadly, mortal, faulty
        self.parallel = parallel
        self.running = self.most = 0
        self._pause, self._log = pause, log

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        if self._log:
            line = f"{asked(request)} {os.getpid()}\n".encode()
            descriptor = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(descriptor, line)
            os.close(descriptor)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for piece in super().stream(request, cancel):
                time.sleep(self._pause)
                yield piece
        finally:
            self.running -= 1
        if asked(request) == self._deadly or self._is_first(request):
            os.kill(os.getpid(), signal.SIGKILL)
        if asked(request) == self._faulty:
            raise KeyError("odd")

    def _is_first(self, request: Request) -> bool:
        if asked(request) != self._mortal or not self._log:
            return False
        rows = self._log.read_text().splitlines()
        return sum(row.split()[0] == self._mortal for row in rows) == 1


@contextmanager
def steady(**options: Any) -> Iterator[Steady]:
    """Opens one, on whatever machine."""
    yield Steady(**options)


@contextmanager
def listed(listening: Path, **options: Any) -> Iterator[Any]:
    """A steady engine; its worker writes down where the nodes of its cluster listen."""
    import ray  # noqa: PLC0415 - may be absent

    listening.write_text("\n".join(node["NodeManagerAddress"] for node in ray.nodes()))
    with steady(**options) as engine:
        yield engine


@contextmanager
def no_model() -> Iterator[Steady]:
    """Opens nothing."""
    raise ModelProblem("There is no such model.", "pull it")
    yield Steady()


def asked(request: Request) -> str:
    """The number of the brief that a request is for."""
    found = re.search(r"Brief (\d+)", "\n".join(m.content for m in request.messages))
    assert found
    return found[1]


def _answer(request: Request) -> str | dict[str, Any]:
    rng = random.Random(f"{request.seed} {request.messages[-1].content}")
    if request.schema is not None:
        answer = random_answer(request.schema, rng)
        assert isinstance(answer, dict)
        return answer
    length = re.search(r"about (\d+) words", request.messages[-1].content)
    sentences = max(1, int(length[1]) // 12) if length else 1
    return " ".join(_sentence(rng) for _ in range(sentences))


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(12)).capitalize() + "."


def lines(count: int) -> list[dict[str, Any]]:
    """Briefs of two kinds with small files; `Brief N` is the line N."""
    made: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        if number % 3:
            line = {"command": "generate", "prompt": f"Brief {number}: bees"}
        else:
            line = {"form": "copy", "brief": f"Brief {number}: wasps", "format": "html"}
        made.append(line)
    return made


def source(*said: Any) -> bytes:
    """A briefs file."""
    return "".join(f"{json.dumps(line)}\n" for line in said).encode()


def jobs_of(*said: Any, **options: Any) -> list[Job]:
    """The jobs of lines that have no fault."""
    jobs, findings = read_jobs(source(*said), **options)
    assert findings == []
    return jobs


def carry_out(
    folder: Path, jobs: list[Job], generator: Scripted | None = None, **options: Any
) -> list[Record]:
    """Run a batch to its end, going on with what is there."""
    with opened(folder, jobs, ORDER, resume=True) as ledger:
        return run(ledger, generator or Steady(), **options)


def results(folder: Path) -> dict[str, bytes]:
    """What a person sees in the folder: name and content of each result."""
    shown = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: path.read_bytes() for path in shown if path.name != "manifest.jsonl"}


def manifest(folder: Path) -> list[dict[str, Any]]:
    """The manifest's lines."""
    text = (folder / "manifest.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def done(folder: Path) -> list[str]:
    """The ids of the manifest's finished jobs, in the order of their ends."""
    return [line["id"] for line in manifest(folder) if line["state"] == "done"]


def main() -> None:
    """A batch that somebody kills."""
    folder, count, workers, pause, log = sys.argv[1:]
    generator = Steady(parallel=int(workers), pause=float(pause), log=Path(log))
    carry_out(Path(folder), jobs_of(*lines(int(count))), generator)


if __name__ == "__main__":
    main()
