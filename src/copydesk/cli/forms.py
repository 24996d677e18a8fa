"""`copydesk forms`: which kinds of text there are."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json

import click


@click.command(short_help="List the kinds of text there are.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def forms(as_json: bool) -> None:
    """List the forms that `copydesk write` knows, your own among them.

    A form is a folder with a form.toml and Jinja2 prompts; docs/generating.md says how to make one.

    \b
    Examples:
      copydesk forms
      copydesk forms --json
    """
    from copydesk.prompts import find_form, form_names, read_form

    rows = [
        {"name": name, "summary": str(read_form(find_form(name)).get("summary", ""))}
        for name in form_names()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['name']:10} {row['summary']}")
