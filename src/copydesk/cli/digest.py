"""`copydesk digest`: what a document says, point by point, with its pages."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.ask_wanted import is_there
from copydesk.cli.chat import stoppable
from copydesk.cli.options import Engine, force_option, model_options, or_stdout
from copydesk.cli.report import printable, speed, tell_findings, warn
from copydesk.cli.taking_in import Line, refreshed, take_in
from copydesk.errors import UsageProblem
from copydesk.files import check_target, write_atomic

if TYPE_CHECKING:
    from threading import Event

    from copydesk.documents.passage import Document
    from copydesk.generate.protocol import Completion, Generator
    from copydesk.library.records import Entry
    from copydesk.library.store import Library
    from copydesk.reader.digest.make import Progress
    from copydesk.reader.digest.records import Digest

_FINDINGS = 5


@click.command(short_help="What a document says, point by point, with its pages.")
@click.argument("document", metavar="DOC")
@click.option(
    "--form",
    type=click.Choice(["slides", "brief"]),
    help="Write an outline for `copydesk deck build`, or a brief for `copydesk write`.",
)
@click.option("--quotes", is_flag=True, help="Print the document's own words under each point.")
@click.option("--no-model", is_flag=True, help="Let the document's own sentences be the points.")
@click.option("--json", "as_json", is_flag=True, help="Print the digest as JSON.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    callback=or_stdout,
    help="The file to write (.md, or .json with --json); else standard output.",
)
@force_option
@model_options
def digest(
    document: str,
    form: str | None,
    quotes: bool,
    no_model: bool,
    as_json: bool,
    output: Path | None,
    force: bool,
    engine: Engine,
) -> None:
    """Say what a document is, its points, figures, terms and open questions, each with its page.

    DOC is a file, or the name of a document in the library. The points are sentences of the
    document; long ones are shortened by the model, and a line that says more than its sentence
    gives way to it. The first Ctrl-C lets the document's own words stand for the rest.

    \b
    Examples:
      copydesk digest paper.pdf
      copydesk digest contract.docx --quotes -o contract-digest.md
      copydesk digest paper.pdf --form slides -o paper-slides.md
      copydesk digest paper.pdf --form brief -o brief.md
    """
    if as_json and form:
        raise UsageProblem("--json and --form are two forms.", "leave one of them out")
    if output:
        check_target(output, force=force)
    read = Read.of(document)
    with _opened(engine, wanted=not no_model) as generator, stoppable() as cancel:
        made, heard = _made(read.document, generator, engine.seed, cancel)
    text = _text(made, read.path, output, form=form, quotes=quotes, as_json=as_json)
    if output:
        write_atomic(output, text.encode())
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(printable(text), nl=False)
    if not made.points:
        warn(
            f"{made.name} has no whole sentence that says much alone, so no points were made of it"
        )
    tell_findings(made.findings[:_FINDINGS])
    if (more := len(made.findings) - _FINDINGS) > 0:
        click.echo(f"and {more} more: --json lists all", err=True)
    if form == "slides" and output:
        click.echo(f"copydesk deck build {output} draws it", err=True)
    if heard:
        click.echo(f"seed {engine.seed}, {speed(heard)}", err=True)


@dataclass(frozen=True)
class Read:
    """A document, and where its file lies."""

    document: "Document"
    path: Path

    @classmethod
    def of(cls, named: str) -> "Read":
        """Read a file into the library, or take a document that is there.

        Raises:
            CopydeskError: there is neither, or it cannot be read.
        """
        from copydesk.documents.passage import Document
        from copydesk.library.store import open_library

        with open_library() as library:
            entry = _entry(library, named)
            passages = tuple(library.passages(entry))
        document = Document(
            entry.name,
            entry.sha256,
            passages,
            entry.title,
            entry.notes,
            entry.pages,
            entry.labels,
        )
        return cls(document, Path(entry.path))


def _entry(library: "Library", named: str) -> "Entry":
    """A file, read into the library; or what the library has under that name, as it is now."""
    there = is_there(named)
    if there and Path(named).is_dir():
        raise UsageProblem(f"{named} is a folder.", "name one of the files in it")
    entries = [] if there else library.entries(shelved_only=False)
    if known := [entry for entry in entries if entry.name == named]:
        return refreshed(library, known[:1])[0]
    return take_in(library, [Path(named)])[0].entry


@contextmanager
def _opened(engine: Engine, *, wanted: bool) -> "Iterator[Generator | None]":
    if not wanted:
        yield None
        return
    with engine.opened() as generator:
        yield generator


def _made(
    document: "Document", generator: "Generator | None", seed: int, cancel: "Event"
) -> "tuple[Digest, list[Completion]]":
    from copydesk.reader.digest.make import digest as digested

    line = Line()

    def tell(step: "Progress") -> None:
        if generator:
            line(f"{step.number}/{step.count}  {step.what}")

    try:
        return digested(document, generator, seed=seed, on_step=tell, cancel=cancel)
    finally:
        line.clear()


def _text(
    made: "Digest",
    source: Path,
    output: Path | None,
    *,
    form: str | None,
    quotes: bool,
    as_json: bool,
) -> str:
    from copydesk.cli.digest_forms import brief, slides
    from copydesk.reader.digest.markdown import markdown

    folder = output.parent if output else None
    if as_json:
        return json.dumps(asdict(made), ensure_ascii=False, indent=2) + "\n"
    if form == "slides":
        return slides(made, source, folder)
    return brief(made, source, folder) if form else markdown(made, quotes=quotes)
