"""`copydesk write`: a form and a brief become a text."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.keeping import keep_draft, keep_option, written_text
from copydesk.cli.options import Engine, force_option, model_options, or_stdout
from copydesk.cli.report import printable, speed, tell_findings
from copydesk.cli.wanted import LONGEST, Told, asked
from copydesk.errors import CheckFailed, UsageProblem
from copydesk.files import check_target

if TYPE_CHECKING:
    from copydesk.generate.protocol import Generator
    from copydesk.writer.draft import Draft
    from copydesk.writer.making import Maker, Wanted
    from copydesk.writer.run import RunFolder
    from copydesk.writer.store import Store

_SHOWN = 12  # findings that are told; a long text may have hundreds
_PATH = click.Path(path_type=Path)


@click.command(short_help="Write a text: an article, a story, a novel, copy, a translation.")
@click.argument("form")
@click.argument("brief", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    callback=or_stdout,
    help="Write a file: .md, .docx, .html, .txt, .epub or .pdf.",
)
@click.option("--words", type=click.IntRange(20, LONGEST), help="How long; characters for Chinese.")
@click.option(
    "--language", type=click.Choice(["en", "zh"]), help="Read off the brief if not given."
)
@click.option("--audience", default="", help="Who it is for.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=_PATH,
    help="A document that the facts come from, or the text to work on. May be repeated.",
)
@click.option("--style", default="", metavar="NAME", help="A house style: copydesk style list.")
@click.option("--kind", default="", help="The kind of copy or script: copydesk forms show FORM.")
@click.option("--variants", type=click.IntRange(1, 50), help="How many to choose from.")
@click.option("--chapters", type=click.IntRange(1, 200), help="Of a novel.")
@click.option("--plan", "only_plan", is_flag=True, help="Stop after the plan: YAML to edit.")
@click.option("--from-plan", type=_PATH, help="Go on from such a plan.")
@click.option(
    "--best-of", type=click.IntRange(1, 16), default=1, help="Drafts of each section; one stays."
)
@click.option("--judge", default="", metavar="PATH", help="A reward model that scores the drafts.")
@click.option("--ban", "bans", multiple=True, metavar="PHRASE", help="Never write this.")
@click.option("--glossary", type=_PATH, help="Terms for a translation: CSV, TSV, YAML or TOML.")
@click.option("--guard/--no-guard", default=True, help="Keep out the worst machine phrases.")
@click.option("--review/--no-review", default=True, help="Check each section; revise what fails.")
@click.option("--cite/--no-cite", default=True, help="Footnotes that name source and page.")
@click.option("--strict", is_flag=True, help="Exit with 3 if something is left to mend.")
@click.option("--resume", is_flag=True, help="Go on with a run that was interrupted.")
@click.option("--run", "run_path", type=_PATH, help="The run's folder, kept when it is done.")
@click.option("--json", "as_json", is_flag=True, help="Print text, findings and scores as JSON.")
@click.option("--dry-run", is_flag=True, help="Print the first prompt, and load no model.")
@keep_option
@force_option
@model_options
def write(
    output: Path | None,
    only_plan: bool,
    cite: bool,
    keep: bool,
    strict: bool,
    resume: bool,
    run_path: Path | None,
    as_json: bool,
    dry_run: bool,
    force: bool,
    engine: Engine,
    words: int | None,
    **told: Any,
) -> None:
    """Write a text of the given FORM on the BRIEF.

    The brief is a line of text, a file (Markdown or YAML), or "-" for standard input. The text
    streams to the terminal as it is written. With -o, what is finished is kept in a folder beside
    the file until all of it is: after a kill, the same command with --resume goes on.

    \b
    Examples:
      copydesk write article "Why bees move into cities" -o bees.docx
      copydesk write article brief.md --source report.pdf --style plain --words 1200
      copydesk write novel "A lighthouse keeper finds a letter" --chapters 12 -o novel.epub
      copydesk write copy "城市屋顶的蜂蜜，每罐都标着街区" --variants 5
      copydesk write translate --source report.md --language zh -o bericht.md
    """
    job = Told(words=words, **told)
    target = _run_path(job.form, output, run_path, resume=resume)
    before = _before(target) if resume else None
    wanted = job.wanted(engine.seed, before)
    if dry_run:
        from copydesk.writer.first import first_prompt

        click.echo(printable(first_prompt(wanted)))
        return
    _check_output(output, only_plan=only_plan, force=force or resume)
    with _run(target, wanted, engine, resume=resume, force=force) as (wanted, store):
        engine = replace(engine, seed=wanted.seed)
        with engine.in_style(wanted.manner.style).opened() as generator:
            if only_plan:
                _deliver_plan(wanted, generator, store, output)
                return
            maker = _make(wanted, generator, store, as_json=as_json)
            seen = as_json or (sys.stdout.isatty() and not output)
            draft = _written(maker, Delivery(output, cite, seen, keep))
        if isinstance(store, _folder_type()) and not run_path and wanted.form.name != "novel":
            store.remove()
    _tell(draft, maker, wanted, as_json=as_json, cite=cite)
    if strict and draft.findings:
        raise CheckFailed(
            f"{len(draft.findings)} findings are left in the text.", "mend them, or write it anew"
        )


def _folder_type() -> "type[RunFolder]":
    from copydesk.writer.run import RunFolder

    return RunFolder


def _run_path(
    form: str, output: Path | None, run_path: Path | None, *, resume: bool
) -> Path | None:
    """Where a run's pieces are kept: beside the file; of a novel, and on --resume, always."""
    if run_path:
        return run_path
    if output:
        return output.with_name(f"{output.stem}.run")
    return Path(f"{Path(form).name}.run") if form == "novel" or resume else None


def _before(target: Path | None) -> dict[str, Any]:
    from copydesk.writer.run import read_manifest

    manifest = read_manifest(target) if target else None
    if manifest is None:
        raise UsageProblem(
            f"There is no run in {target} to go on with.", "leave --resume out to begin one"
        )
    return dict(manifest["asked"])


def _check_output(output: Path | None, *, only_plan: bool, force: bool) -> None:
    if output is None:
        return
    if not only_plan:
        from copydesk.writer.export import check_format

        check_format(output)
    check_target(output, force=force)


@contextmanager
def _run(
    target: Path | None, wanted: "Wanted", engine: Engine, *, resume: bool, force: bool
) -> "Iterator[tuple[Wanted, Store]]":
    """The store for this text, and the text with its run's seed."""
    from copydesk.writer.store import Memory

    if target is None or wanted.variants > 1:
        yield wanted, Memory()
        return
    with _folder_type()(target, asked(wanted, engine), resume=resume, force=force) as folder:
        yield replace(wanted, seed=folder.seed), folder


def _deliver_plan(
    wanted: "Wanted", generator: "Generator", store: "Store", output: Path | None
) -> None:
    from copydesk.writer.making import plan_yaml

    text = plan_yaml(wanted, generator, store)
    if output:
        from copydesk.files import write_atomic

        write_atomic(output, text.encode())
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(text, nl=False)


def _make(wanted: "Wanted", generator: "Generator", store: "Store", *, as_json: bool) -> "Maker":
    from copydesk.writer.making import Hearers, make

    hearers = Hearers(on_text=_speaker(as_json=as_json), on_note=_note)
    return make(wanted, generator, hearers, store)


def _note(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(printable(f"[{text}]"), err=True)


def _speaker(*, as_json: bool) -> "Speaker":
    """A person at the terminal hears the text as it comes; a pipe gets the clean result alone."""
    if sys.stdout.isatty() and not as_json:
        return Speaker(err=False)
    return Speaker(err=True) if sys.stderr.isatty() else Speaker(err=None)


class Speaker:
    """Passes text on to stdout or stderr at once, or to nobody."""

    def __init__(self, *, err: bool | None) -> None:
        self._err = err

    def __call__(self, text: str) -> None:
        """Say some text."""
        if self._err is not None:
            click.echo(printable(text), nl=False, err=self._err)


@dataclass(frozen=True)
class Delivery:
    """Where a text goes: into the file, or on stdout if nobody has `seen` it yet; and the desk."""

    output: Path | None
    cite: bool
    seen: bool
    keep: bool

    def __call__(self, draft: "Draft") -> None:
        """Put the text where it belongs."""
        from copydesk.writer.export import lay_out, sheet_of

        text = _cited(draft, cite=self.cite)
        if self.output:
            lay_out(text, sheet_of(draft), self.output)
            click.echo(f"wrote {self.output}", err=True)
        elif not self.seen:
            click.echo(text, nl=False)
        if self.keep:
            keep_draft(lambda: written_text(draft, text, self.output))


def _written(maker: "Maker", deliver: Delivery) -> "Draft":
    """Make the text and deliver it; interrupted, what there is."""
    try:
        draft = maker.run()
    except KeyboardInterrupt:
        with suppress(KeyboardInterrupt):
            draft = maker.draft()
            if draft.length:
                deliver(draft)
                click.echo("\nInterrupted: what was written so far is kept.", err=True)
        raise
    deliver(draft)
    return draft


def _cited(draft: "Draft", *, cite: bool) -> str:
    """The text with footnotes that say where its facts stand."""
    if not (cite and draft.sources):
        return draft.markdown
    from copydesk.documents.cite import cite as with_notes

    return with_notes(draft.markdown, draft.sources, draft.brief.language)


def _tell(draft: "Draft", maker: "Maker", wanted: "Wanted", *, as_json: bool, cite: bool) -> None:
    """What was found, and the numbers, on stderr; everything on stdout with --json."""
    if as_json:
        record = {
            "title": draft.title,
            "text": _cited(draft, cite=cite),
            "length": draft.length,
            "language": draft.brief.language,
            "form": draft.form,
            "model": draft.model,
            "seed": draft.seed,
            "findings": [asdict(finding) for finding in draft.findings],
            "scores": getattr(maker, "scores", []),
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    for completion in maker.completions:
        tell_findings(completion.findings)
    tell_findings(draft.findings[:_SHOWN])
    if (more := len(draft.findings) - _SHOWN) > 0:
        click.echo(f"and {more} more: --json lists all", err=True)
    unit = "characters" if draft.brief.language == "zh" else "words"
    numbers = speed(maker.completions)
    click.echo(f"{draft.length} {unit}, seed {wanted.seed}, {numbers}", err=True)
