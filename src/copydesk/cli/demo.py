"""`copydesk demo`: the whole way once: an article and a deck on one brief."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.brief import Brief, Language, make_brief
from copydesk.cli.options import Engine, model_options
from copydesk.cli.report import duration, speed
from copydesk.files import check_target, make_folder, write_atomic

if TYPE_CHECKING:
    from copydesk.generate.protocol import Completion, Generator

_BRIEFS: dict[Language, str] = {
    "en": "Why cities should plant flower strips for wild bees",
    "zh": "城市为什么应该为野生蜜蜂种植花带",
}


@click.command(short_help="Write an article and a deck, to see it work.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="The folder to write into.",
)
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("-n", "--slides", type=int, default=12, show_default=True, help="Slides of the deck.")
@click.option("--words", type=click.IntRange(20), help="Length of the article.")
@model_options
def demo(
    output: Path,
    language: Language,
    slides: int,
    words: int | None,
    engine: Engine,
) -> None:
    """Write an article (.md, .docx) and a deck (.pptx) on one brief; files there are replaced.

    \b
    Examples:
      copydesk demo
      copydesk demo --language zh -o demo-zh
    """
    from copydesk.slides.author.skeleton import skeleton

    skeleton(slides)
    make_folder(output)
    files = [output / name for name in ("article.md", "article.docx", "deck.pptx")]
    for file in files:
        check_target(file, force=True)
    brief = make_brief(_BRIEFS[language], language=language, length=words or 0)
    with engine.opened() as generator:
        click.echo(f"{brief.topic}\n{generator.name}, seed {engine.seed}\n", err=True)
        article = _timed(lambda: _article(brief, generator, engine.seed, files[:2]))
        deck = _timed(lambda: _deck(brief, generator, engine.seed, slides, files[2]))
    click.echo(f"{files[0]} and {files[1].name}: {article}")
    click.echo(f"{files[2]}: {deck}")


def _timed(work: "Callable[[], list[Completion]]") -> str:
    start = time.monotonic()
    completions = work()
    return f"{duration(time.monotonic() - start)}, {speed(completions)}"


def _article(
    brief: Brief, generator: "Generator", seed: int, files: list[Path]
) -> "list[Completion]":
    from copydesk.writer.drafting import Drafting
    from copydesk.writer.export import save
    from copydesk.writer.form import load_form

    drafting = Drafting(
        load_form("article"),
        brief,
        generator,
        seed=seed,
        on_text=lambda text: click.echo(text, nl=False, err=True),
    )
    draft = drafting.run()
    for file in files:
        save(draft, file)
    return drafting.completions


def _deck(
    brief: Brief, generator: "Generator", seed: int, slides: int, file: Path
) -> "list[Completion]":
    from copydesk.cli.deck import tell
    from copydesk.slides.author.finish import finish
    from copydesk.slides.author.make import Hearers, Maker
    from copydesk.slides.master.master import open_master

    completions: list[Completion] = []
    hearers = Hearers(tell, completions.append)
    maker = Maker(brief, generator, open_master(), slides, seed=seed, hearers=hearers)
    write_atomic(file, finish(maker, name=file.name).content)
    return completions
