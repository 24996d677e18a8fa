"""Jobs run side by side on one generator, as many at once as it answers; each end is written down.

A job's thread writes its own result down: Ctrl-C reaches the main thread alone, so it never comes
between a manifest's line and its file.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from threading import Event

from copydesk.batch.jobs import Job
from copydesk.batch.manifest import Ledger, Record
from copydesk.batch.work import perform
from copydesk.errors import CopydeskError, ModelProblem, OutputProblem
from copydesk.generate.protocol import Generator

Hear = Callable[[Record], None]

# Without a disk or a model no job can be done, so one such error ends the batch.
FATAL = (OutputProblem, ModelProblem)
ALIKE = 20  # briefs in a row that fail with the same words: the next would not fare better
_PATIENCE = 3.0  # seconds that jobs have, after Ctrl-C, to stop or to be written down


def silent(record: Record) -> None:
    """Hears nothing."""


def run(
    ledger: Ledger, generator: Generator, *, workers: int = 0, hear: Hear = silent
) -> list[Record]:
    """Do what the ledger has left to do; returns how each job ended, first ended first.

    A job that fails is written down, and the others go on. Interrupted, running jobs are stopped.

    Args:
        workers: the most jobs at once; never more than the generator answers at once.
        hear: told of each end, in the calling thread.

    Raises:
        OutputProblem: the disk is full. ModelProblem: the model is gone.
        CopydeskError: one brief after the other fails alike.
    """
    most = max(1, generator.parallel)
    stop = Event()
    pool = ThreadPoolExecutor(min(workers or most, most), thread_name_prefix="brief")

    def one(job: Job) -> Record:
        made = perform(job, generator, seed=job.seed(ledger.seed), stop=stop)
        return ledger.finish(job, made)

    jobs = {pool.submit(one, job): job for job in ledger.todo}
    records: list[Record] = []
    patience = None
    try:
        for future in as_completed(jobs):
            records.append(_ended(ledger, jobs[future], future))
            hear(records[-1])
            check_luck(records)
    except KeyboardInterrupt:
        patience = _PATIENCE
        raise
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        wait([future for future in jobs if future.running()], timeout=patience)
    return records


def _ended(ledger: Ledger, job: Job, future: "Future[Record]") -> Record:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, FATAL):
        raise error
    return ledger.fail(job, *reason(error))


def check_luck(records: Sequence[Record]) -> None:
    """Give up where every brief meets the same trouble: a key that is wrong, a server that is gone.

    Raises:
        CopydeskError: the last ones all failed with the same words.
    """
    last = records[-ALIKE:]
    if len(last) == ALIKE and last[0].error and len({record.error for record in last}) == 1:
        raise CopydeskError(
            f"The last {ALIKE} briefs failed alike: {last[0].error}",
            f"{last[0].hint or 'mend that'}; then go on with --resume",
        )


def reason(error: BaseException) -> tuple[str, str]:
    """Sentence and hint. A fault of ours in one job must not end the others, nor be hidden."""
    if isinstance(error, CopydeskError):
        return error.message, error.hint
    return (
        f"This is a fault in copydesk: {type(error).__name__}: {error}.",
        "run this brief alone with COPYDESK_TRACEBACK=1 and report what it prints",
    )
