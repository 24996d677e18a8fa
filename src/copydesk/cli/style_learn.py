"""`copydesk style learn` and `style import`: a house style out of posts, or out of Vale rules."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.brief import Language
from copydesk.cli.options import force_option
from copydesk.cli.report import printable

if TYPE_CHECKING:
    from copydesk.styles.corpus import Corpus
    from copydesk.styles.learn import Lesson

_SHOWN = 5  # skipped files that are named


@click.command()
@click.argument("posts", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the style will be called.")
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help="Language to learn; the one of most of the text if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was learned as JSON.")
@force_option
def learn(posts: Path, name: str, language: Language | None, as_json: bool, force: bool) -> None:
    """Learn a house style from POSTS: a folder of .md and .txt files, or a .jsonl file.

    Writes a style folder of your own: rules that at least nine in ten cases follow, a guide for
    the model, exemplars. Prints its path.

    \b
    Examples:
      copydesk style learn posts/ --name house
      copydesk style learn posts.jsonl.gz --name house --force
      copydesk write article "Bees in cities" --style house
    """
    from copydesk.styles.corpus import read_corpus
    from copydesk.styles.folder import target
    from copydesk.styles.learn import learn as learn_style
    from copydesk.styles.learn import write

    folder = target(name, force=force)
    corpus = read_corpus(posts)
    lesson = learn_style(
        corpus, name, language, on_step=lambda step: click.echo(f"{step} …", err=True)
    )
    write(lesson, folder)
    _tell(lesson, corpus)
    click.echo(_as_json(lesson, corpus, folder) if as_json else str(folder))


def _tell(lesson: "Lesson", corpus: "Corpus") -> None:
    """What was learned, and what was left out, on stderr."""
    skipped = corpus.skipped + corpus.only(lesson.language).skipped[len(corpus.skipped) :]
    for one in skipped[:_SHOWN]:
        click.echo(printable(f"skipped: {one.place} {one.reason}"), err=True)
    if len(skipped) > _SHOWN:
        click.echo(f"skipped: {len(skipped) - _SHOWN:,} more", err=True)
    for rule in lesson.rules:
        click.echo(f"{rule.table}.{rule.key} = {rule.value}: {rule.evidence}", err=True)
    for rule in lesson.dropped:
        click.echo(f"no rule: {rule.table}.{rule.key} = {rule.value}: {rule.evidence}", err=True)
    click.echo(
        f"learned {len(lesson.rules)} rules and kept {len(lesson.exemplars)} exemplars from "
        f"{lesson.statistics.posts:,} posts",
        err=True,
    )


def _as_json(lesson: "Lesson", corpus: "Corpus", folder: Path) -> str:
    skipped = corpus.only(lesson.language).skipped
    values = {
        "path": str(folder),
        "language": lesson.language,
        "posts": lesson.statistics.posts,
        "skipped": [{"place": one.place, "reason": one.reason} for one in skipped],
        "rules": [
            {"table": r.table, "key": r.key, "value": r.value, "evidence": r.evidence}
            for r in lesson.rules
        ],
        "exemplars": len(lesson.exemplars),
    }
    return json.dumps(values, indent=2, ensure_ascii=False)


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", default="", help="Its name as a style; the folder's if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print what was carried over as JSON.")
@force_option
def import_style(folder: Path, name: str, as_json: bool, force: bool) -> None:
    """Make a style out of Vale rules: FOLDER is a Vale style, one .yml file per rule.

    What cannot be carried over is named with the reason. Prints the path of the style.

    \b
    Examples:
      copydesk style import styles/Microsoft
      copydesk style import styles/Microsoft --name ms --force
    """
    from copydesk.styles.folder import target, write_style
    from copydesk.styles.vale import read_vale

    place = target(name or folder.resolve().name, force=force)
    imported = read_vale(folder)
    write_style(place, imported.files)
    for rule in imported.left:
        click.echo(printable(f"left out: {rule.name}: {rule.reason}"), err=True)
    for rule in imported.partly:
        click.echo(printable(f"in part: {rule.name}: {rule.reason}"), err=True)
    click.echo(
        f"carried over {imported.carried} of {imported.total} rules, as {imported.checks} checks",
        err=True,
    )
    values = imported.as_json(place)
    click.echo(json.dumps(values, indent=2, ensure_ascii=False) if as_json else str(place))
