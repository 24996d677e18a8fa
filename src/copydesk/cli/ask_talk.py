"""A conversation about documents, typed or piped in."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from typing import TYPE_CHECKING

import click

from copydesk.cli.ask_keeping import keep_answer
from copydesk.cli.chat import Command, stoppable
from copydesk.cli.cited import Names, Speaker, tell_nothing_said
from copydesk.cli.options import Engine
from copydesk.cli.report import printable, tell_findings
from copydesk.cli.typed import Read, Typed, reader, take_all
from copydesk.errors import GenerationFailed, UnknownName, UsageProblem

if TYPE_CHECKING:
    from copydesk.library.records import Entry
    from copydesk.library.store import Library
    from copydesk.reader.answer import Answer, Citation
    from copydesk.reader.talk import Talk

_FINDINGS = 3


def converse(
    library: "Library",
    entries: "list[Entry] | None",
    names: Names,
    engine: Engine,
    *,
    k: int,
    quotes: bool,
    keep: bool,
) -> None:
    """Answer questions until there are no more."""
    from copydesk.reader.talk import Talk

    read, watched = reader()
    with engine.opened() as generator:
        if watched:
            count = len(entries if entries is not None else library.entries())
            several = "1 document" if count == 1 else f"{count:,} documents"
            click.echo(
                f"{several}, {generator.name}, seed {engine.seed}. "
                "/help lists the commands, Ctrl-D leaves.",
                err=True,
            )
        talk = Talk(library, generator, entries, k, engine.seed)
        Questions(talk, library, names, read, watched=watched, quotes=quotes, keep=keep).run()


class Questions:
    """Reads questions and commands until there are no more."""

    def __init__(
        self,
        talk: "Talk",
        library: "Library",
        names: Names,
        read: Read,
        *,
        watched: bool,
        quotes: bool,
        keep: bool,
    ) -> None:
        """A problem is told and passed over where a person is `watched`; a script ends with it."""
        self._talk, self._library, self._names = talk, library, names
        self._read, self._watched, self._quotes, self._keep = read, watched, quotes, keep
        self._over = False
        self._commands = {
            "help": Command("/help", "this list", self._help),
            "show": Command("/show N", "the passage behind citation N", self._show),
            "open": Command("/open N", "write its page as a picture", self._open),
            "documents": Command("/documents", "what is asked", self._documents),
            "undo": Command("/undo", "take the last question back", self._undo),
            "clear": Command("/clear", "forget all questions", self._clear),
            "quit": Command("/quit", "leave", self._quit),
        }

    def run(self) -> None:
        """Go on until the input ends, or someone leaves."""
        take_all(self._read, self._take, lambda: self._over, watched=self._watched)

    def _take(self, typed: Typed) -> None:
        text = typed.text.encode("utf-8", "replace").decode("utf-8").strip()
        if text.startswith("/") and not typed.plain and not typed.text.startswith(" "):
            name, _, rest = text[1:].partition(" ")
            command = self._commands.get(name)
            if command is None:
                names = [f"/{known}" for known in self._commands]
                raise UnknownName("command", f"/{name}", names, "a question may begin with a space")
            command.act(rest.strip())
        elif text:
            self._answer(text)

    def _answer(self, question: str) -> None:
        """Answer; the first Ctrl-C stops the answer, a second one leaves."""
        from copydesk.brief import detect_language

        speaker = Speaker(self._names, detect_language(question), quotes=self._quotes)
        with stoppable() as cancel:
            try:
                answer = self._talk.say(question, on_sentence=speaker, cancel=cancel)
            except GenerationFailed:
                if not cancel.is_set():
                    raise
                click.echo("Stopped.", err=True)
                return
        if cancel.is_set():
            click.echo("Stopped; what was said is verified.", err=True)
        elif answer.abstained:
            tell_nothing_said(answer, self._names)
        self._after(answer)

    def _after(self, answer: "Answer") -> None:
        tell_findings(answer.findings[:_FINDINGS])
        if not self._watched:
            click.echo()  # an empty line ends each answer in a pipe
        if not answer.abstained:
            self._library.remember(answer.to_json())
        if self._keep:
            self._keep = keep_answer(answer, self._names, quiet=True)

    def _help(self, _rest: str) -> None:
        for command in self._commands.values():
            click.echo(f"  {command.usage:12} {command.summary}", err=True)
        click.echo('  \\ at the end of a line, or """ around lines: one question', err=True)

    def _show(self, rest: str) -> None:
        from copydesk.cli.ask_show import look_up

        look_up(self._library, self._cited(rest)).tell()

    def _open(self, rest: str) -> None:
        from copydesk.cli.ask_show import look_up, write_page

        write_page(self._library, look_up(self._library, self._cited(rest)), None, force=False)

    def _cited(self, rest: str) -> "Citation":
        """The citation with a number that was typed; without one the last.

        Raises:
            UsageProblem: there is none.
        """
        cited = {one.number: one for turn in self._talk.turns for one in turn.answer.citations}
        if not cited:
            raise UsageProblem("Nothing was cited yet.", "ask a question first")
        if not rest:
            return cited[max(cited)]
        number = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 9 else 0
        if number not in cited:
            there = ", ".join(map(str, cited))
            raise UsageProblem(f"There is no citation {printable(rest)}.", f"there are: {there}")
        return cited[number]

    def _documents(self, _rest: str) -> None:
        entries = self._talk.entries
        for entry in entries if entries is not None else self._library.entries():
            pages = f", {entry.pages:,} pages" if entry.pages else ""
            click.echo(printable(f"  {entry.name}{pages}"), err=True)

    def _undo(self, _rest: str) -> None:
        self._talk.undo()
        click.echo("The last question is taken back.", err=True)

    def _clear(self, _rest: str) -> None:
        self._talk.clear()
        click.echo("All questions are forgotten.", err=True)

    def _quit(self, _rest: str) -> None:
        self._over = True
