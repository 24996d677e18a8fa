"""`copydesk master`: what a template can hold, and the masters that come with copydesk."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from copydesk.cli.report import printable
from copydesk.errors import CheckFailed

if TYPE_CHECKING:
    from copydesk.slides.master.check import IntentReport, LayoutReport, Report

_RATIOS = {1.33: "4:3", 1.6: "16:10", 1.78: "16:9"}
_DIAGRAMS = ("timeline", "process", "cycle", "hierarchy", "matrix", "team")
_SHOWN = 12  # findings printed for people; --json has them all


@click.group(short_help="Templates for decks: ours, and what yours can hold.")
def master() -> None:
    """Templates for decks: those that come with copydesk, and what a template of yours can hold.

    \b
    Examples:
      copydesk master list
      copydesk master check brand.potx
    """


@master.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_masters(as_json: bool) -> None:
    """List the masters that come with copydesk; the first is the default.

    \b
    Examples:
      copydesk master list
      copydesk master list --json
    """
    from copydesk.slides.master.master import open_master
    from copydesk.slides.master.ours import our_masters

    pages = {name: open_master(name).page for name in our_masters()}
    if as_json:
        rows = [{"name": n, "width": p.width, "height": p.height} for n, p in pages.items()]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for name, page in pages.items():
        click.echo(f"{name:16} {_ratio(page.width, page.height)}")


@master.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every finding.")
def check(file: str, as_json: bool) -> None:
    """Say what the template FILE can hold: .pptx, .potx, .ppsx or with macros, or one of ours.

    Per layout the kinds of slides that it serves (* best) and the characters that each placeholder
    holds, in English and Chinese; fonts that this machine lacks; text that is hard to read; what
    will be drawn or left out. Exits with 3 when decks on it cannot be good.

    \b
    Examples:
      copydesk master check brand.potx
      copydesk master check desk --json
    """
    from copydesk.slides.master.check import check_master
    from copydesk.slides.master.master import open_master

    report = check_master(open_master(file))
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2, ensure_ascii=False))
    else:
        for line in _lines(report):
            click.echo(printable(line))
    if report.serious:
        first = report.serious[0]
        raise CheckFailed(f"{report.name}: {first.message}", first.fix)


def _lines(report: "Report") -> Iterator[str]:
    """A report as a person reads it."""
    page = _ratio(report.width, report.height)
    yield f"{report.name}: {page}, {_count(len(report.layouts), 'layout')}"
    yield f"Fonts: {', '.join(report.fonts) or 'the theme names none'}"
    yield ""
    yield "Layouts, the kinds of slides they serve, and the characters that their texts hold"
    for layout in report.layouts:
        yield from _layout_lines(layout)
    yield ""
    yield "Kinds of slides"
    for intent in report.intents:
        yield _intent_line(intent)
    if report.findings:
        yield ""
        yield "Findings"
    for finding in report.findings[:_SHOWN]:
        measured = f" ({finding.measured}, wanted {finding.allowed})" if finding.measured else ""
        yield f"  {finding.place}: {finding.message}{measured} [{finding.code}]"
        if finding.fix:
            yield f"    {finding.fix}"
    if len(report.findings) > _SHOWN:
        yield f"  and {len(report.findings) - _SHOWN} more: --json has them all"


def _layout_lines(layout: "LayoutReport") -> Iterator[str]:
    best, serves = _named(layout.best), dict.fromkeys((*layout.best, *layout.serves))
    marked = [f"{i}*" if i in best else i for i in _named(tuple(serves))]
    yield f"{layout.number:>4} {layout.name}: {', '.join(marked) or 'none'}"
    for holder in layout.holders:
        size = f"{holder.size:g} pt {holder.font}".strip()
        chars = f"{holder.english} en, {holder.chinese} zh" if holder.english else ""
        yield f"       {holder.kind:9} {holder.name[:32]:32} {size:28} {chars}".rstrip()


def _named(intents: tuple[str, ...]) -> tuple[str, ...]:
    """Intents by name, the diagrams by one where all are there."""
    if not set(_DIAGRAMS) <= set(intents):
        return intents
    return (*(i for i in intents if i not in _DIAGRAMS), "diagrams")


def _intent_line(intent: "IntentReport") -> str:
    """One kind of slide: its layout, what it holds, what is drawn and what is left out."""
    sizes = [f"{text} {n}" for text, n in intent.english.items() if text not in _SAME]
    parts = [f"layout {intent.layout:>2}  {', '.join(sizes)}"]
    if intent.items:
        parts.append(f"up to {intent.items} items")
    if intent.drawn:
        parts.append(f"drawn: {', '.join(intent.drawn)}")
    if intent.missing:
        parts.append(f"no place for: {', '.join(intent.missing)}")
    return f"  {intent.intent:13} {'; '.join(parts)}"


_SAME = ("bullet", "bullets", "point", "item", "left heading", "right heading")


def _ratio(width: float, height: float) -> str:
    near = min(_RATIOS, key=lambda ratio: abs(ratio - width / height))
    inches = f"{width / 72:.2f} × {height / 72:.2f} in"
    return f"{inches} ({_RATIOS[near]})" if abs(near - width / height) < 0.02 else inches


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
