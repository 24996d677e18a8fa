"""`copydesk doctor`: is everything here that writing needs?"""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from copydesk.cli.report import paint

if TYPE_CHECKING:
    from copydesk.doctor import Check

_COLOURS = {"ok": "green", "missing": "red", "note": "yellow"}


@click.command(short_help="Look at the machine and say what is missing.")
@click.option("--model", default="", help="The model to look for; the default one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(model: str, as_json: bool) -> None:
    """Look at the machine, at what is kept here, and at what training and reading need.

    Exits with 3 when something needed is missing. Optional things are only noted.

    \b
    Examples:
      copydesk doctor
      copydesk doctor --model smollm2-135m-instruct
      copydesk doctor --json
    """
    from copydesk.cli.doctor_rooms import examine_rooms
    from copydesk.doctor import examine
    from copydesk.errors import CheckFailed

    checks = [*examine(model), *examine_rooms(model)]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=2, ensure_ascii=False))
    else:
        for check in checks:
            _show(check)
    missing = [check for check in checks if check.state == "missing"]
    if missing:
        names = ", ".join(check.name for check in missing)
        raise CheckFailed(f"Needed and missing: {names}.", missing[0].hint)


def _show(check: "Check") -> None:
    """One line, and a second one that says what to do."""
    state = paint(f"{check.state:7}", fg=_COLOURS[check.state])
    click.echo(f"{state}  {check.name:12}  {check.detail}")
    if check.hint:
        click.echo(f"{'':9}{'':12}  → {check.hint}")
