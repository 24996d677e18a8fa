"""`copydesk batch`: many briefs out of a file, each through its command, into one folder."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from copydesk.cli.batch_keeping import Keeping
from copydesk.cli.keeping import keep_option
from copydesk.cli.options import Engine, force_option, model_options
from copydesk.cli.report import duration, printable
from copydesk.errors import CopydeskError, UsageProblem

if TYPE_CHECKING:
    from copydesk.batch.jobs import Job
    from copydesk.batch.manifest import Ledger, Order, Record
    from copydesk.batch.run import Hear
    from copydesk.findings import Finding

COMMANDS = ("write", "deck", "generate")
FORMATS = ("md", "docx", "html", "txt", "epub", "pptx")
_LARGEST = 256_000_000  # bytes of a briefs file
_SHOWN = 10  # faulty lines that are named
_DEFAULTS = ("form", "language", "audience", "words", "slides", "style", "format")


@click.command(short_help="Carry out many briefs from a file; go on after any interruption.")
@click.argument("briefs")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for the results and their manifest.",
)
@click.option("--resume", is_flag=True, help="Go on with the batch in the folder.")
@click.option(
    "--command",
    type=click.Choice(COMMANDS),
    default="write",
    show_default=True,
    help="What lines are for that do not say.",
)
@click.option("--form", help="The form of texts; article if not given.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Language of the results.")
@click.option("--audience", help="Who they are for.")
@click.option("--words", type=click.IntRange(20), help="Length of the texts.")
@click.option("-n", "--slides", type=int, help="Slides of the decks.")
@click.option("--style", metavar="NAME", help="The house style of texts and decks.")
@click.option("--format", type=click.Choice(FORMATS), help="Format of the results.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    help="Briefs at once; as many as the engine answers at once if not given.",
)
@click.option("--ray", metavar="ADDRESS", help='A Ray cluster: "auto", HOST:PORT, or "local".')
@click.option(
    "--gpus",
    type=click.FloatRange(0),
    default=0.0,
    help="With --ray: GPUs that each worker takes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@keep_option
@force_option
@model_options
def batch(
    briefs: str,
    output: Path,
    resume: bool,
    command: str,
    jobs: int | None,
    ray: str | None,
    gpus: float,
    as_json: bool,
    keep: bool,
    force: bool,
    engine: Engine,
    **options: Any,
) -> None:
    """Carry out the lines of the file BRIEFS ("-" reads standard input), one result each.

    A line is a brief, or an object with a brief and what the command's options would say. Options
    given here fill what a line leaves open. What is finished is never lost and never done twice:
    after Ctrl-C, a kill or a power cut, give the same command with --resume.

    \b
    Examples:
      copydesk batch briefs.jsonl -o out/
      copydesk batch briefs.jsonl -o out/ --resume
      copydesk batch briefs.jsonl -o decks/ --command deck -n 9 --json
      copydesk batch briefs.jsonl -o out/ --ray auto
    """
    from copydesk.batch.manifest import opened

    defaults = {key: options[key] for key in _DEFAULTS if options[key] is not None}
    wanted = [_in_style(job, engine) for job in _read(briefs, command, defaults)]
    start = time.monotonic()
    with opened(output, wanted, _order(engine), resume=resume, force=force) as ledger:
        kept = Keeping(ledger.folder, wanted) if keep else None
        try:
            records = _carry_out(ledger, engine, len(wanted), jobs or 0, ray, gpus, kept)
        except KeyboardInterrupt:
            click.echo(f"\nWhat is finished stays in {output}; go on with --resume.", err=True)
            raise
    _report(ledger, records, len(wanted), time.monotonic() - start, as_json=as_json)


def _read(briefs: str, command: str, defaults: Mapping[str, Any]) -> "list[Job]":
    """The jobs; if a single line is faulty, nothing is run.

    Raises:
        UsageProblem: the file cannot be read, lines are faulty, or an option fits no line.
    """
    from copydesk.batch.jobs import read_jobs
    from copydesk.batch.lines import takes

    jobs, findings = read_jobs(_source(briefs), command=command, defaults=defaults)
    if findings:
        _show(findings)
        lines = len(jobs) + len(findings)
        raise UsageProblem(
            f"{len(findings)} of {lines} lines cannot be used, and nothing was run.",
            'mend them: a line is {"brief": "…"}, with "command", "form", "format" and the like',
        )
    if not jobs:
        raise UsageProblem(f"There are no briefs in {briefs}.", "write one a line")
    context = click.get_current_context()
    for key, value in defaults.items():
        typed = context.get_parameter_source(key) is ParameterSource.COMMANDLINE
        if typed and not any(takes(type(job.line), key, value) for job in jobs):
            raise UsageProblem(f"--{key} {value} fits none of the lines.", "copydesk batch --help")
    return jobs


def _in_style(job: "Job", engine: Engine) -> "Job":
    """The job with the adapter of its style, if that is to be taken."""
    return replace(job, adapter=engine.adapter_of(job.line.house()))


def _source(briefs: str) -> bytes:
    try:
        if briefs == "-":
            content = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(briefs).open("rb") as stream:
                content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageProblem(
            f"{briefs} cannot be read: {error.strerror}.", "give a file of JSON lines"
        ) from None
    if len(content) > _LARGEST:
        raise UsageProblem(f"{briefs} has more than {_LARGEST:,} bytes.", "split it")
    return content


def _show(findings: "Sequence[Finding]") -> None:
    for finding in findings[:_SHOWN]:
        more = f" ({finding.fix})" if finding.fix else ""
        click.echo(printable(f"{finding.place}: {finding.message}{more}"), err=True)
    if len(findings) > _SHOWN:
        click.echo(f"… and {len(findings) - _SHOWN} more", err=True)


def _order(engine: Engine) -> "Order":
    """A seed that nobody typed gives way to the one that the folder was begun with."""
    from copydesk.batch.manifest import Order
    from copydesk.generate.catalogue import find_model

    source = click.get_current_context().get_parameter_source("seed")
    given = source not in {None, ParameterSource.DEFAULT}
    return Order(
        model=" + ".join([engine.model or find_model("").name, *engine.adapters]),
        seed=engine.seed if given else None,
        fresh=engine.seed,
        context=engine.context,
    )


def _carry_out(
    ledger: "Ledger",
    engine: Engine,
    total: int,
    jobs: int,
    ray: str | None,
    gpus: float,
    kept: "Hear | None",
) -> "list[Record]":
    if not ledger.todo:
        return []
    also = tuple(dict.fromkeys(job.adapter for job in ledger.todo if job.adapter))
    if ray is not None:
        from copydesk.batch.cluster import run_on_cluster
        from copydesk.batch.driver import Cluster

        cluster = Cluster(ray, workers=jobs, threads=engine.threads or 1, gpus=gpus)
        there = replace(engine, threads=cluster.threads)
        with _progress(total, ledger.kept, kept) as hear:
            opener = partial(there.opened, also=also)
            return run_on_cluster(ledger, opener, cluster, hear=hear)
    from copydesk.batch.run import run

    speaking = engine.opened(parallel=jobs, also=also)
    with speaking as generator, _progress(total, ledger.kept, kept) as hear:
        return run(ledger, generator, workers=jobs, hear=hear)


@contextmanager
def _progress(total: int, before: int, keep: "Hear | None") -> Iterator["Hear"]:
    """Hears of each brief's end: tells of it, and has what was made kept."""
    with _told(total, before) as tell:

        def hear(record: "Record") -> None:
            tell(record)
            if keep and record.state == "done":
                keep(record)

        yield hear


@contextmanager
def _told(total: int, kept: int) -> Iterator["Hear"]:
    """One bar on a terminal, a line for each brief elsewhere; a failure is a line in both."""
    if not sys.stderr.isatty():
        yield _Lines(total, kept)
        return
    from rich import progress
    from rich.console import Console

    bar = progress.Progress(
        progress.TextColumn("briefs"),
        progress.BarColumn(bar_width=24),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
    )
    # Begun at `kept`: what was there already does not count as speed.
    task = bar.add_task("briefs", total=total, completed=kept)

    def hear(record: "Record") -> None:
        if record.state == "failed":
            bar.console.print(_failure(record), markup=False, highlight=False, soft_wrap=True)
        bar.advance(task)

    with bar:
        yield hear


class _Lines:
    """Says how each brief ended, with its number among all."""

    def __init__(self, total: int, ended: int) -> None:
        self._total, self._ended = total, ended

    def __call__(self, record: "Record") -> None:
        self._ended += 1
        cost = f"{record.file}  {duration(record.seconds)}, {record.tokens} tokens"
        said = _failure(record) if record.state == "failed" else cost
        click.echo(f"{self._ended:>3}/{self._total}  {said}", err=True)


def _failure(record: "Record") -> str:
    hint = f" ({record.hint})" if record.hint else ""
    return printable(f"{record.id}: {record.error}{hint}")


def _report(
    ledger: "Ledger", records: "list[Record]", total: int, seconds: float, *, as_json: bool
) -> None:
    """What became of it all.

    Raises:
        CopydeskError: some briefs failed.
    """
    from copydesk.batch.manifest import NAME

    failed = [record for record in records if record.state == "failed"]
    tokens = sum(record.tokens for record in records)
    manifest = ledger.folder / NAME
    if as_json:
        summary = {
            "manifest": str(manifest),
            "briefs": total,
            "finished": len(records) - len(failed),
            "kept": ledger.kept,
            "failed": [{"id": r.id, "error": r.error, "hint": r.hint} for r in failed],
            "seed": ledger.seed,
            "tokens": tokens,
            "seconds": round(seconds, 3),
        }
        click.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    before = f", {ledger.kept} were finished before" if ledger.kept else ""
    click.echo(
        f"{len(records) - len(failed)} briefs finished in {ledger.folder}{before}; "
        f"seed {ledger.seed}, {tokens} tokens in {duration(seconds)}",
        err=True,
    )
    if failed:
        raise CopydeskError(
            f"{len(failed)} of {total} briefs failed.",
            f"{manifest} says why; --resume tries them again",
        )
