"""`copydesk ask`: a question about documents, answered with the page that proves it."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.ask_keeping import keep_answer
from copydesk.cli.ask_wanted import asked_for, looked_in
from copydesk.cli.chat import stoppable
from copydesk.cli.cited import Names, Speaker, tell_nothing_said
from copydesk.cli.keeping import keep_option
from copydesk.cli.options import Engine, force_option, model_options
from copydesk.cli.report import printable, speed, tell_findings
from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.files import check_target

if TYPE_CHECKING:
    from copydesk.generate.protocol import Generator
    from copydesk.library.records import Entry
    from copydesk.library.store import Library
    from copydesk.reader.answer import Answer

_FINDINGS = 5


@click.command(short_help="Ask documents a question; the answer shows its pages.")
@click.argument("given", nargs=-1, metavar="[DOC|FOLDER]... [QUESTION]")
@click.option(
    "--question", metavar="TEXT", help="The question, where it could be taken for a file."
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="NAME",
    help="Look in this document of the library only. May be repeated.",
)
@click.option(
    "-k", "--k", "k", type=click.IntRange(1, 20),
    help="How many passages are looked through for an answer; 8 if not given.",
)  # fmt: skip
@click.option("--quotes", is_flag=True, help="Print the words that prove each sentence under it.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--show",
    type=click.IntRange(1),
    metavar="N",
    help="Print the passage behind citation N of the last answer.",
)
@click.option(
    "--open",
    "opened",
    is_flag=True,
    help="Write the page of the citation as a picture, the passage marked.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The .png (.html for documents without pages) that --open writes.",
)
@keep_option
@force_option
@model_options
def ask(
    given: tuple[str, ...],
    question: str | None,
    documents: tuple[str, ...],
    k: int | None,
    quotes: bool,
    as_json: bool,
    show: int | None,
    opened: bool,
    output: Path | None,
    keep: bool,
    force: bool,
    engine: Engine,
) -> None:
    """Ask documents a QUESTION: every sentence of the answer names the page that proves it.

    Arguments that are files or folders are read, the last other one is the question; "-" reads it
    from standard input. Without documents the shelf is asked (`copydesk library add`), without a
    question it is a conversation. What the documents do not say is not answered.

    \b
    Examples:
      copydesk ask report.pdf "What did the roofs cost?"
      copydesk ask papers/ "Which of them measure humidity?" --quotes
      copydesk ask --document report.pdf "Who paid for the roofs in 2024?"
      copydesk ask --show 2
      copydesk ask --show 2 --open -o page.png
    """
    from copydesk.library.store import open_library
    from copydesk.reader.ask import PASSAGES

    if output:
        check_target(output, force=force)
    if output and not opened:
        raise UsageProblem("-o says where a picture goes, and none was asked for.", "add --open")
    asked = asked_for(given, question)
    page = Page(output, opened=opened, force=force)
    with open_library() as library:
        if asked.nothing and not documents and (show or opened):
            page.look(library, show, as_json=as_json)
            return
        if show:
            raise UsageProblem(
                "--show is about the last answer, and goes without documents and question.",
                f"copydesk ask --show {show}",
            )
        if asked.question is None and (as_json or opened):
            what = "--json" if as_json else "--open"
            raise UsageProblem(f"{what} needs a question.", 'copydesk ask report.pdf "…"')
        looked = looked_in(library, asked.paths, documents)
        asking = Asking(library, looked, engine, k or PASSAGES, quotes=quotes, keep=keep)
        if asked.question is None:
            asking.converse()
        else:
            asking.answer(asked.question, page, as_json=as_json)


@dataclass(frozen=True)
class Page:
    """Where the page of a citation is drawn, if it is asked for."""

    output: Path | None
    opened: bool
    force: bool

    def look(self, library: "Library", show: int | None, *, as_json: bool = False) -> None:
        """See `ask_show.look`."""
        from copydesk.cli.ask_show import look

        look(library, show, self.output, opened=self.opened, as_json=as_json, force=self.force)


@dataclass(frozen=True)
class Asking:
    """What is asked, and how; `entries` are the documents, None for the whole shelf."""

    library: "Library"
    entries: "list[Entry] | None"
    engine: Engine
    k: int
    quotes: bool
    keep: bool

    @property
    def names(self) -> Names:
        """What the documents are called in an answer."""
        return Names(entry.name for entry in self.entries or self.library.entries())

    def converse(self) -> None:
        """Answer questions until there are no more."""
        from copydesk.cli.ask_talk import converse

        converse(
            self.library,
            self.entries,
            self.names,
            self.engine,
            k=self.k,
            quotes=self.quotes,
            keep=self.keep,
        )

    def answer(self, question: str, page: Page, *, as_json: bool) -> None:
        """Answer one question; draw the page of its first citation if that is asked for."""
        names = self.names
        with self.engine.opened() as generator:
            telling = Telling(names, self.quotes, as_json)
            answer = telling.answer(
                question, self.library, self.entries, generator, self.k, self.engine.seed
            )
        if self.keep:
            keep_answer(answer, names, quiet=as_json)
        if page.opened and answer.citations:
            page.look(self.library, None)


@dataclass(frozen=True)
class Telling:
    """How an answer reaches who asked."""

    names: Names
    quotes: bool
    as_json: bool

    def answer(
        self,
        question: str,
        library: "Library",
        entries: "list[Entry] | None",
        generator: "Generator",
        k: int,
        seed: int,
    ) -> "Answer":
        """Answer a question, telling each sentence as soon as it stands.

        It is remembered if it has a sentence, so that --show finds the last that can be shown.

        Raises:
            KeyboardInterrupt: it was stopped before a sentence stood.
        """
        from copydesk.brief import detect_language
        from copydesk.reader.ask import ask as answered

        speaker = Speaker(self.names, detect_language(question), quotes=self.quotes)
        with stoppable() as cancel:
            try:
                answer = answered(
                    question,
                    library,
                    generator,
                    entries=entries,
                    k=k,
                    seed=seed,
                    on_sentence=None if self.as_json else speaker,
                    cancel=cancel,
                )
            except GenerationFailed:
                if cancel.is_set():
                    raise KeyboardInterrupt from None
                raise
        if cancel.is_set() and answer.abstained:
            raise KeyboardInterrupt
        if not answer.abstained:
            library.remember(answer.to_json())
        self._tell(answer, stopped=cancel.is_set())
        return answer

    def _tell(self, answer: "Answer", *, stopped: bool) -> None:
        if self.as_json:
            click.echo(printable(json.dumps(as_record(answer), ensure_ascii=False, indent=2)))
        elif answer.abstained:
            tell_nothing_said(answer, self.names)
        tell_findings(answer.findings[:_FINDINGS])
        if stopped:
            click.echo("Stopped; what was said is verified.", err=True)
        click.echo(f"seed {answer.seed}, {speed(answer.completions)}", err=True)


def as_record(answer: "Answer") -> dict[str, object]:
    """The answer as plain JSON, its text on top."""
    record: dict[str, object] = json.loads(answer.to_json())
    return {"question": answer.question, "text": answer.text, **record}
