"""`copydesk chat`: a conversation with the model, typed or piped in."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from copydesk.cli.chat_keeping import Keeping
from copydesk.cli.editor import edit_text
from copydesk.cli.keeping import keep_option
from copydesk.cli.options import Engine, house_style, model_options
from copydesk.cli.report import printable, speed, tell_findings
from copydesk.cli.speaking import Speaking, speaking_options
from copydesk.cli.typed import Read, Typed, reader, take_all
from copydesk.errors import OutputProblem, UnknownName, UsageProblem
from copydesk.files import check_target, write_atomic

if TYPE_CHECKING:
    from copydesk.generate.conversation import Conversation
    from copydesk.generate.protocol import Generator


@click.command(short_help="Talk to the model.")
@click.option("--system", default="", metavar="TEXT", help="A system prompt.")
@click.option("--style", default="", metavar="NAME", help="A style whose guide the model reads.")
@keep_option
@speaking_options
@model_options
def chat(system: str, style: str, keep: bool, speaking: Speaking, engine: Engine) -> None:
    """Talk to the model: it answers each line, and remembers as much as its context holds.

    /help lists what else can be typed: /retry, /edit, /save … A line that ends in a backslash goes
    on in the next one; \"\"\" begins and ends a message of several lines. Ctrl-C stops an answer;
    at the prompt, Ctrl-C and Ctrl-D leave. Lines may be piped in as well.

    \b
    Examples:
      copydesk chat
      copydesk chat --system "You are a patient editor." --max-tokens 300
      copydesk chat --seed 3 < questions.txt > answers.txt
    """
    from copydesk.generate.conversation import Conversation

    house = house_style(style)
    parts = (house.guide if house else "", _text(system))
    prompt = "\n\n".join(part for part in parts if part)
    request = speaking.request((), engine.seed)
    read, watched = reader()
    with engine.in_style(house).opened() as generator:
        if watched:
            click.echo(_banner(generator, engine.seed), err=True)
        talk = Conversation(generator, request, prompt)
        keeping = Keeping(house.name if house else "", kept=keep)
        Session(talk, read, keeping, watched=watched).run()


def _banner(generator: "Generator", seed: int) -> str:
    return (
        f"{generator.name}, {generator.context:,} tokens of context, seed {seed}. "
        "/help lists the commands, Ctrl-D leaves."
    )


def _text(said: str) -> str:
    """What was typed, as UTF-8: a shell may pass bytes that are none."""
    return said.encode("utf-8", "replace").decode("utf-8").strip()


@dataclass(frozen=True)
class Command:
    """Something that can be typed besides a message; `act` takes the rest of the line."""

    usage: str
    summary: str
    act: Callable[[str], None]


class Session:
    """Reads messages and commands until there are no more."""

    def __init__(
        self, talk: "Conversation", read: Read, keeping: Keeping, *, watched: bool
    ) -> None:
        """A problem is told and passed over where a person is `watched`; a script ends with it."""
        self._talk = talk
        self._read = read
        self._keeping = keeping
        self._watched = watched
        self._over = False
        talk.on_left_out = self._tell_left_out
        self._commands = {
            "help": Command("/help", "this list", self._help),
            "retry": Command("/retry", "another answer in place of the last one", self._retry),
            "edit": Command("/edit", "change the last answer in your editor; kept", self._edit),
            "undo": Command("/undo", "take the last turn back", self._undo),
            "clear": Command("/clear", "forget all turns", self._clear),
            "system": Command("/system TEXT", "set the system prompt; - for none", self._system),
            "save": Command("/save FILE", "write a .md or .json; /save! replaces", self._save),
            "load": Command("/load FILE", "go on with a .json that was saved", self._load),
            "stats": Command("/stats", "tokens and speed", self._stats),
            "quit": Command("/quit", "leave", self._quit),
        }

    def run(self) -> None:
        """Go on until the input ends, or someone leaves."""
        take_all(self._read, self._take, lambda: self._over, watched=self._watched)

    def _take(self, typed: Typed) -> None:
        if typed.text.startswith("/") and not typed.plain:
            self._command(typed.text[1:])
        elif text := _text(typed.text):
            self._answer(lambda cancel: self._talk.say(text, cancel))

    def _command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        if name == "save!":
            self._save(_text(rest), force=True)
            return
        command = self._commands.get(name)
        if command is None:
            names = [f"/{known}" for known in self._commands]
            raise UnknownName("command", f"/{name}", names, "a message may begin with a space")
        command.act(_text(rest))

    def _answer(self, speak: Callable[[Event], Iterator[str]]) -> None:
        """Let the model speak; the first Ctrl-C stops it, a second one leaves."""
        known, end = len(self._talk.completions), "\n"
        try:
            with stoppable() as cancel:
                for piece in speak(cancel):
                    if text := printable(piece):
                        click.echo(text, nl=False)
                        end = text[-1]
        finally:
            if end != "\n":
                click.echo()
        if len(self._talk.completions) > known:
            self._remark()
            if self._talk.completions[-1].text.strip():
                self._keeping.answer(self._talk.last)

    def _remark(self) -> None:
        """What there is to say of an answer beside its text."""
        last = self._talk.completions[-1]
        tell_findings(last.findings)
        if not last.text.strip():
            click.echo("No word was said, and nothing is kept of it.", err=True)
        elif last.finish == "cancelled":
            click.echo("Stopped; what was said is kept.", err=True)
        elif last.finish == "length":
            click.echo("The answer was cut off: a larger --max-tokens gives more.", err=True)

    def _tell_left_out(self, count: int) -> None:
        turns, were = (
            ("turn no longer fits", "was")
            if count == 1
            else (f"{count} turns no longer fit", "were")
        )
        context = f"{self._talk.generator.context:,} tokens of the model"
        click.echo(f"The first {turns} the {context} and {were} left out.", err=True)

    def _help(self, _rest: str) -> None:
        for command in self._commands.values():
            click.echo(f"  {command.usage:14} {command.summary}", err=True)
        click.echo('  \\ at the end of a line, or """ around lines: one message', err=True)

    def _retry(self, _rest: str) -> None:
        self._answer(self._talk.retry)

    def _edit(self, _rest: str) -> None:
        said = self._talk.last.answer.strip()
        edited = edit_text(said, ".md").strip()
        if edited == said:
            click.echo("Nothing was changed.", err=True)
            return
        turn = self._talk.edit(edited)
        kept = self._keeping.edit(turn) if turn.answer != turn.draft.strip() else ""
        click.echo(f"The edit stands in place of the answer{kept}.", err=True)

    def _undo(self, _rest: str) -> None:
        asked = " ".join(printable(self._talk.undo().asked).split())
        click.echo(f"Taken back: {asked[:60]}{'…' if len(asked) > 60 else ''}", err=True)

    def _clear(self, _rest: str) -> None:
        self._talk.clear()
        click.echo("All turns are forgotten.", err=True)

    def _system(self, rest: str) -> None:
        if rest:
            self._talk.system = "" if rest == "-" else rest
        said = printable(self._talk.system)
        click.echo(f"System prompt: {said}" if said else "There is no system prompt.", err=True)

    def _save(self, rest: str, *, force: bool = False) -> None:
        from copydesk.generate.transcript import check_name, transcript

        path = _path(rest, "/save talk.md")
        check_name(path)
        if path.exists() and not force:
            raise OutputProblem(f"{path} exists already.", f"/save! {path} replaces it")
        check_target(path, force=True)
        model = self._talk.generator.name
        write_atomic(path, transcript(path, self._talk.messages, model))
        click.echo(f"wrote {path}", err=True)

    def _load(self, rest: str) -> None:
        from copydesk.generate.transcript import read_transcript

        self._talk.resume(read_transcript(_path(rest, "/load talk.json")))
        click.echo(f"Taken up: {_turns(len(self._talk.turns))}.", err=True)

    def _stats(self, _rest: str) -> None:
        talk = self._talk
        read = sum(end.prompt_tokens - end.cached_tokens for end in talk.completions)
        spoken = speed(talk.completions)
        click.echo(f"{_turns(len(talk.turns))}; {read:,} tokens read, {spoken}", err=True)
        context = talk.generator.context
        click.echo(f"The conversation takes {talk.tokens():,} of {context:,} tokens.", err=True)

    def _quit(self, _rest: str) -> None:
        self._over = True


def _turns(count: int) -> str:
    return "1 turn" if count == 1 else f"{count} turns"


def _path(rest: str, example: str) -> Path:
    name = printable(rest).strip()
    if not name:
        raise UsageProblem("A file name is missing.", example)
    # Path.expanduser breaks on a user who does not exist.
    return Path(os.path.expanduser(name))  # noqa: PTH111


@contextmanager
def stoppable() -> Iterator[Event]:
    """Ctrl-C sets the event, once; the next one interrupts as ever."""
    cancel = Event()
    before = signal.getsignal(signal.SIGINT)

    def stop(_signal: int, _frame: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()

    signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)
