"""`copydesk library`: documents that stay on the shelf: added, listed, shown, searched, removed."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from copydesk.cli.report import paint, printable

if TYPE_CHECKING:
    from copydesk.library.records import Entry, Found
    from copydesk.library.store import Library

F = TypeVar("F", bound=Callable[..., object])

_LONGEST_TEXT = 320  # characters of a passage in a list
_LONGEST_HEADING = 80


def _embeddings(command: F) -> F:
    """--embeddings, as `embeddings`."""
    return click.option(
        "--embeddings",
        envvar="COPYDESK_EMBEDDINGS",
        metavar="FOLDER|NAME",
        help="A model for sentence embeddings, which rank beside the words.",
    )(command)


@click.group(short_help="A shelf of documents, read once, to search and ask.")
def library() -> None:
    """Documents on the shelf: read once, searched by their words, asked by `copydesk ask`.

    The library is one file on your machine and holds what the documents say, encrypted ones too.
    It may be thrown away: the documents can be added again.

    \b
    Examples:
      copydesk library add report.pdf papers/
      copydesk library list
      copydesk library search "cost of the roofs"
      copydesk library rm report.pdf
    """


@library.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--ocr/--no-ocr", default=True, help="Whether pages that are pictures are recognised."
)
@_embeddings
def add(paths: tuple[Path, ...], ocr: bool, embeddings: str | None) -> None:
    """Put files and the documents in folders on the shelf.

    A file that is there and was not changed is not read again, a changed one is; a moved or copied
    one is known by its content. Files that cannot be read are left out and told; the command fails
    if none can be. The password of an encrypted file is asked for, or taken from the environment,
    COPYDESK_PASSWORD.

    \b
    Examples:
      copydesk library add report.pdf
      copydesk library add papers/ minutes.docx
      copydesk library add scans/ --no-ocr
    """
    from copydesk.cli.taking_in import take_in
    from copydesk.documents.reading import How
    from copydesk.library.store import open_library

    with open_library(embeddings=embeddings) as opened:
        added = take_in(opened, paths, how=How(ocr=ocr), shelved=True)
    for one in added:
        click.echo(printable(f"{one.state:<9}  {_on_a_line(one.entry.name)}"), err=True)


@library.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that were only asked, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_documents(everything: bool, as_json: bool) -> None:
    """List the documents: number, pages, passages, name; whether the file is gone or changed.

    \b
    Examples:
      copydesk library list
      copydesk library list --all --json
    """
    from copydesk.library.store import open_library

    with open_library() as opened:
        held = opened.entries(shelved_only=not everything)
        stale = {entry.number: opened.stale(entry) for entry in held}
    if as_json:
        records = [{**asdict(entry), "stale": stale[entry.number]} for entry in held]
        click.echo(json.dumps(records, indent=2, ensure_ascii=False))
        return
    for entry in held:
        click.echo(_line(entry, stale[entry.number]))
    if not held:
        click.echo("Nothing is on the shelf: copydesk library add report.pdf", err=True)


@library.command("show")
@click.argument("name")
@click.option("--page", type=click.IntRange(1), help="Print what was read of this page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(name: str, page: int | None, as_json: bool) -> None:
    """Show what was read of a document: its sections and what could not be read; or a page.

    NAME is its name, a part of it that no other has, its number, or the file.

    \b
    Examples:
      copydesk library show report.pdf
      copydesk library show report --page 12
    """
    from copydesk.library.store import open_library

    with open_library() as opened:
        entry = opened.find(name)
        held = opened.passages(entry, page)
        stale = opened.stale(entry)
    if as_json:
        passages = [{**asdict(passage), "printed": entry.printed(passage.page)} for passage in held]
        record = {**asdict(entry), "stale": stale, "passages": passages}
        click.echo(json.dumps(record, indent=2, ensure_ascii=False))
        return
    if page is not None:
        for passage in held:
            click.echo(printable(passage.text) + "\n")
        if not held:
            click.echo(f"No text was read on page {page}.", err=True)
        return
    click.echo(_line(entry, stale))
    click.echo(printable(entry.path))
    if entry.title:
        click.echo(printable(f"title: {entry.title}"))
    for note in entry.notes:
        click.echo(printable(f"note: {note}"))
    last: tuple[str, ...] = ()
    for passage in held:
        if passage.path and passage.path != last:
            last = passage.path
            where = f"  p. {passage.page}" if passage.page else ""
            indent = "  " * len(passage.above)
            click.echo(printable(f"{indent}{_cut(passage.section, _LONGEST_HEADING)}{where}"))


@library.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="NAME",
    help="Look in this document only. May be repeated.",
)
@click.option(
    "-k", "--k", "k", type=click.IntRange(1, 1_000), default=5, show_default=True, help="The most."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_embeddings
def search(
    query: tuple[str, ...],
    documents: tuple[str, ...],
    k: int,
    as_json: bool,
    embeddings: str | None,
) -> None:
    """Find the passages that bear most on the QUERY, best first: document, page, text.

    The query may be words or a question, in English or Chinese. A page, figure or table that it
    names is looked up, if few documents are looked in.

    \b
    Examples:
      copydesk library search "cost of the roofs"
      copydesk library search --document report.pdf "table 3" -k 3
      copydesk library search 湿度 传感器 --json
    """
    from copydesk.library.store import open_library

    with open_library(embeddings=embeddings) as opened:
        looked = [opened.find(name) for name in documents] or None
        found = opened.search(" ".join(query), k, entries=looked)
        empty = not found and not looked and not opened.entries()
    if as_json:
        click.echo(json.dumps([_record(one) for one in found], indent=2, ensure_ascii=False))
        return
    for one in found:
        click.echo(paint(_place(one), bold=True))
        click.echo(f"  {printable(_cut(' '.join(one.passage.text.split()), _LONGEST_TEXT))}\n")
    if empty:
        click.echo("Nothing is on the shelf: copydesk library add report.pdf", err=True)
    elif not found:
        click.echo("Nothing was found.", err=True)


@library.command("rm")
@click.argument("names", nargs=-1, required=True)
def remove(names: tuple[str, ...]) -> None:
    """Take documents off the shelf. The files themselves are left alone.

    A NAME is the document's name, a part of it that no other has, its number, or the file.

    \b
    Examples:
      copydesk library rm report.pdf
      copydesk library rm 3 4
    """
    from copydesk.library.store import open_library

    with open_library() as opened:
        going = {entry.number: entry for entry in _found(opened, names)}
        for entry in going.values():
            opened.remove(entry)
    click.echo(printable(f"Removed: {', '.join(e.name for e in going.values())}."), err=True)


def _found(opened: "Library", names: Sequence[str]) -> "list[Entry]":
    """All of them, before the first one goes."""
    return [opened.find(name) for name in names]


def _line(entry: "Entry", stale: str) -> str:
    pages = f"{entry.pages:,} p." if entry.pages else ""
    marks = ", ".join(
        filter(None, ("" if entry.shelved else "only asked", f"file {stale}" if stale else ""))
    )
    title = f"  {_cut(entry.title, _LONGEST_HEADING)}" if entry.title else ""
    return printable(
        f"{entry.number:>4}  {pages:>8}  {entry.passages:>7,} passages  {_on_a_line(entry.name)}"
        + title
        + (f"  ({marks})" if marks else "")
    )


def _place(found: "Found") -> str:
    page = found.passage.page
    printed = found.entry.printed(page)
    where = f" p. {page}" if page else ""
    where += f" (printed {printed})" if printed else ""
    section = found.passage.section
    under = f", {_cut(section, _LONGEST_HEADING)}" if section else ""
    return printable(f"{_on_a_line(found.entry.name)}{where}{under}")


def _record(found: "Found") -> dict[str, Any]:
    passage = found.passage
    return {
        "document": found.entry.name,
        "path": found.entry.path,
        "page": passage.page,
        "printed": found.entry.printed(passage.page),
        "section": list(passage.path),
        "text": passage.text,
        "score": round(found.score, 4),
        "key": found.key,
    }


def _on_a_line(name: str) -> str:
    """A file's name, which may hold line breaks."""
    return " ".join(name.split())


def _cut(text: str, longest: int) -> str:
    return f"{text[:longest].rstrip()}…" if len(text) > longest else text
