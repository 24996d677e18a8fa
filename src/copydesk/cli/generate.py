"""`copydesk generate`: a prompt becomes a text, or JSON under a schema; the direct door."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.options import Engine, force_option, model_options, or_stdout
from copydesk.cli.report import printable, speed, tell_findings
from copydesk.cli.speaking import Speaking, speaking_options
from copydesk.errors import CheckFailed, UsageProblem
from copydesk.files import check_target, write_atomic

if TYPE_CHECKING:
    from copydesk.generate.protocol import Completion, Generator, Message, Piece, Request

_TOGETHER = 8  # answers at once; more gain little and take memory
_LARGEST_PROMPT = 4_000_000  # bytes of standard input; a model's context is far smaller
_GIVEN_UP = ("loop", "banned")
_USAGE = ("prompt_tokens", "cached_tokens", "completion_tokens")
_TIMINGS = ("prompt_seconds", "completion_seconds")


@click.command(short_help="Prompt in, text or JSON out.")
@click.argument("prompt")
@click.option("--system", default="", metavar="TEXT", help="A system prompt.")
@click.option(
    "-n", "--answers", type=click.IntRange(1, 1000), default=1, help="How many answers to draw."
)
@click.option(
    "--schema",
    "schema_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Answer with JSON that satisfies the JSON schema in this file.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    callback=or_stdout,
    help="Write the answers into a file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an answer.")
@click.option("--cut", is_flag=True, help="Cut a prompt that is too long, in its middle.")
@force_option
@speaking_options
@model_options
def generate(
    prompt: str,
    system: str,
    answers: int,
    schema_file: Path | None,
    output: Path | None,
    as_json: bool,
    cut: bool,
    force: bool,
    speaking: Speaking,
    engine: Engine,
) -> None:
    """Give the PROMPT to the model as it is ("-" reads it from standard input), print the answer.

    Several answers are set apart by lines like "--- 2 ---". Under a schema, and with --json, each
    answer is one line. Exits with 3 when an answer was given up: nothing was left to say that did
    not repeat itself or was not banned.

    \b
    Examples:
      copydesk generate "Three names for a bakery" --seed 7
      copydesk generate - --max-tokens 200 --ban delve < prompt.txt
      copydesk generate "A bee, as a record" --schema bee.json -n 3
      copydesk generate "One line on rain" --json
    """
    from copydesk.generate.user_schema import read_schema

    messages = _messages(prompt, system)
    if output:
        check_target(output, force=force)
    schema = read_schema(schema_file) if schema_file else None
    request = replace(speaking.request(messages, engine.seed, schema), n=answers, may_cut=cut)
    live = None if as_json or schema else _live(output, answers)
    # Under a schema an answer may have to be drawn again: one after the other.
    together = 1 if schema else min(answers, _TOGETHER)
    with engine.opened(parallel=together) as generator:
        job = Job(request, live)
        try:
            job.run(generator)
        except KeyboardInterrupt:
            job.cancel.set()
            with suppress(KeyboardInterrupt):  # a second Ctrl-C gives up what was said
                _keep(job, output, as_json=as_json)
            raise
    _deliver(job, output, as_json=as_json)
    _account(job, engine.seed)


def _messages(prompt: str, system: str) -> "tuple[Message, ...]":
    from copydesk.generate.protocol import Message

    if prompt == "-":
        prompt = sys.stdin.buffer.read(_LARGEST_PROMPT).decode("utf-8", errors="replace")
    prompt, system = (_text(said) for said in (prompt, system))
    if not prompt:
        raise UsageProblem(
            "The prompt is empty.", 'say what is wanted: copydesk generate "Three names for a cat"'
        )
    first = (Message("system", system),) if system else ()
    return (*first, Message("user", prompt))


def _text(said: str) -> str:
    """What was typed, as UTF-8: a shell may pass bytes that are none."""
    return said.encode("utf-8", "replace").decode("utf-8").strip()


class Job:
    """The answers to one request: what was said of each so far, and how each ended."""

    def __init__(self, request: "Request", live: "Live | None") -> None:
        self.request = request
        self.cancel = Event()
        self.draws: list[Completion] = []  # those that were not taken as well
        self._live = live
        self._said: dict[int, str] = {}
        self._ends: dict[int, Completion] = {}

    @property
    def shown(self) -> bool:
        """Whether the answers stand on standard output already."""
        return self._live is not None and not self._live.err

    def run(self, generator: "Generator") -> None:
        """Draw the answers."""
        if self.request.schema is not None:
            self._under_schema(generator, self.request.schema)
            return
        for piece in generator.stream(self.request, self.cancel):
            self._hear(piece)
        self.draws = list(self._ends.values())

    def _hear(self, piece: "Piece") -> None:
        self._said[piece.index] = self._said.get(piece.index, "") + piece.text
        if piece.end:
            self._ends[piece.index] = piece.end
        if self._live:
            self._live.hear(piece)

    def _under_schema(self, generator: "Generator", schema: Any) -> None:
        from copydesk.generate.user_answers import answer

        for index in range(self.request.n):
            asked = self.request.with_seed(self.request.seed + index)
            self._ends[index] = answer(
                generator, asked, schema, on_done=self.draws.append, cancel=self.cancel
            )

    def completions(self) -> "list[Completion]":
        """The answers in order; one that was interrupted is what was said of it."""
        from copydesk.generate.protocol import Completion

        cut = {
            index: Completion(said, "cancelled", seed=self.request.seed + index)
            for index, said in self._said.items()
            if said.strip()
        }
        return [end for _, end in sorted({**cut, **self._ends}.items())]


class Live:
    """Shows answers to a person as they are spoken: one after the other, whichever comes first."""

    def __init__(self, answers: int, *, err: bool) -> None:
        self.err = err
        self._answers = answers
        self._index = 0
        self._waiting: dict[int, str] = {}
        self._ended: set[int] = set()
        self._at_start = True

    def hear(self, piece: "Piece") -> None:
        """Show a piece, or keep it until its answer's turn has come."""
        self._waiting[piece.index] = self._waiting.get(piece.index, "") + piece.text
        if piece.end:
            self._ended.add(piece.index)
        self._say(self._waiting.pop(self._index, ""))
        while self._index in self._ended:
            self._index += 1
            self._say("" if self._at_start else "\n")
            if self._index < self._answers:
                self._say(f"{_rule(self._index)}{self._waiting.pop(self._index, '')}")

    def _say(self, text: str) -> None:
        if text := printable(text):
            click.echo(text, nl=False, err=self.err)
            self._at_start = text.endswith("\n")


def _live(output: Path | None, answers: int) -> Live | None:
    """A person at the terminal sees the text as it comes; a pipe gets the clean result alone."""
    if sys.stdout.isatty() and not output:
        return Live(answers, err=False)
    return Live(answers, err=True) if output and sys.stderr.isatty() else None


def _rule(index: int) -> str:
    return f"--- {index + 1} ---\n"


def _deliver(job: Job, output: Path | None, *, as_json: bool) -> None:
    """Put the answers where they belong: into the file, or on stdout if nobody saw them yet."""
    content = "".join(_written(job, as_json=as_json))
    if output:
        write_atomic(output, content.encode("utf-8", "replace"))
        click.echo(f"wrote {output}", err=True)
    elif not job.shown:
        click.echo(content, nl=False)


def _keep(job: Job, output: Path | None, *, as_json: bool) -> None:
    if job.completions():
        _deliver(job, output, as_json=as_json)
        click.echo("\nInterrupted: what was said so far is kept.", err=True)


def _written(job: Job, *, as_json: bool) -> Iterator[str]:
    for index, completion in enumerate(job.completions()):
        if as_json:
            yield f"{_escaped(json.dumps(_facts(completion), ensure_ascii=False))}\n"
        elif job.request.schema is not None:
            yield f"{_escaped(completion.text)}\n"
        else:
            yield f"{_rule(index) if index else ''}{printable(completion.text).strip()}\n"


def _escaped(text: str) -> str:
    """JSON whose control characters are escapes: DEL and C1 may stand in it as they are."""
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _facts(completion: "Completion") -> dict[str, Any]:
    """All that is known of an answer."""
    facts = asdict(completion)
    usage = {key: facts.pop(key) for key in _USAGE}
    timings = {key: facts.pop(key) for key in _TIMINGS}
    rate = completion.tokens_per_second
    return {**facts, "usage": usage, "timings": {**timings, "tokens_per_second": rate}}


def _account(job: Job, seed: int) -> None:
    """Say on stderr what it took and what went wrong.

    Raises:
        CheckFailed: an answer was given up.
    """
    completions = job.completions()
    for number, completion in enumerate(completions, 1):
        tell_findings(completion.findings)
        if completion.finish == "length":
            which = f"answer {number}" if len(completions) > 1 else "the answer"
            hint = "a larger --max-tokens or --context gives more"
            click.echo(f"{which} was cut off at its limit: {hint}", err=True)
    click.echo(f"{speed(job.draws)}, seed {seed}", err=True)
    given_up = sum(completion.finish in _GIVEN_UP for completion in completions)
    if given_up:
        what = (
            f"{given_up} of {len(completions)} answers were"
            if completions[1:]
            else "The answer was"
        )
        raise CheckFailed(
            f"{what} given up before the end.", "try another --seed, or a larger model"
        )
