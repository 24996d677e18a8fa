"""`copydesk deck revise` and `deck translate`: a finished deck is changed in place."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.deck import check_pptx, tell_some
from copydesk.cli.deck_keeping import revised_deck, translated_deck
from copydesk.cli.keeping import keep_draft, keep_option
from copydesk.cli.options import Engine, force_option, model_options
from copydesk.cli.report import printable, speed
from copydesk.files import write_atomic

if TYPE_CHECKING:
    from copydesk.brief import Language
    from copydesk.generate.protocol import Completion

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--slide", type=click.IntRange(1), required=True, help="Which slide, from 1.")
@click.argument("wish")
@click.option("--as", "kind", default="", metavar="KIND", help="Make another kind of slide of it.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="DOC",
    help="A document that numbers and facts may come from. May be repeated.",
)
@click.option("--allow-invented", is_flag=True, help="Keep numbers that nobody gave.")
@click.option(
    "-o", "--output", type=_FILE, help="The .pptx to write; NAME-revised.pptx if not given."
)
@keep_option
@force_option
@model_options
def revise(
    file: Path,
    slide: int,
    wish: str,
    kind: str,
    sources: tuple[str, ...],
    allow_invented: bool,
    output: Path | None,
    keep: bool,
    force: bool,
    engine: Engine,
) -> None:
    """Have one slide of a deck written anew, as the WISH says; all else stays as it was.

    \b
    Examples:
      copydesk deck revise bees.pptx --slide 4 "shorter, and say who pays"
      copydesk deck revise bees.pptx --slide 5 "show it as steps" --as process -o new.pptx
    """
    from copydesk.documents.read import read_documents
    from copydesk.slides.author.revise import Change, Reviser, check_change
    from copydesk.slides.master.master import open_master
    from copydesk.slides.package.opening import read_file

    target = output or file.with_name(f"{file.stem}-revised.pptx")
    check_pptx(target, force=force)
    content, documents = read_file(file), read_documents(sources)
    change = Change(slide, wish, kind, documents, allow_invented)
    check_change(content, file.name, change)
    master = open_master(file)
    heard: list[Completion] = []
    with tempfile.TemporaryDirectory() as folder:
        with engine.opened() as generator:
            reviser = Reviser(
                content, file.name, master, generator, Path(folder), engine.seed, heard.append
            )
            revised = reviser.revise(change)
        write_atomic(target, revised.content)
    click.echo(printable(f"slide {slide}: {revised.slide.title}"), err=True)
    click.echo(f"wrote {target}", err=True)
    if keep:
        asked = (file, content, target, f"Slide {slide}: {wish}", generator.name, engine.seed)
        keep_draft(lambda: revised_deck(*asked))
    tell_some(list(revised.findings))
    click.echo(f"seed {engine.seed}, {speed(heard)}", err=True)


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--to", "language", type=click.Choice(["en", "zh"]), required=True, help="Into which."
)
@click.option(
    "-o", "--output", type=_FILE, help="The .pptx to write; NAME-LANGUAGE.pptx if not given."
)
@keep_option
@force_option
@model_options
def translate(
    file: Path, language: "Language", output: Path | None, keep: bool, force: bool, engine: Engine
) -> None:
    """Translate every text of a deck in its place: slides, notes, charts, tables.

    \b
    Examples:
      copydesk deck translate bees.pptx --to zh -o bees-zh.pptx
    """
    from copydesk.slides.author.translate import Translator
    from copydesk.slides.package.opening import read_file

    target = output or file.with_name(f"{file.stem}-{language}.pptx")
    check_pptx(target, force=force)
    content = read_file(file)
    heard: list[Completion] = []
    with engine.opened() as generator:
        translator = Translator(language, generator, engine.seed, _told, heard.append)
        made = translator.translate(content, file.name)
    write_atomic(target, made.content)
    click.echo(f"wrote {target}", err=True)
    if keep:
        asked = (file, content, target, language, generator.name, engine.seed)
        keep_draft(lambda: translated_deck(*asked))
    tell_some(list(made.findings))
    click.echo(f"{made.texts} texts, seed {engine.seed}, {speed(heard)}", err=True)


def _told(done: int, count: int) -> None:
    """How far it is, on stderr."""
    click.echo(f"{done:>4}/{count} texts", err=True)
