"""`copydesk forms`: which kinds of text there are, what they are made of, and one's own."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from copydesk.brief import Language

_PROMPTS = ("system", "plan", "beats", "draft", "continue", "close", "revise")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True, short_help="List, show and copy the kinds of text.")
@_json
@click.pass_context
def forms(context: click.Context, as_json: bool) -> None:
    """List, show and copy the forms that `copydesk write` knows, your own among them.

    A form is a folder with a form.toml and Jinja2 prompts; docs/forms.md has them all, and says how
    to make one. Without a command, they are listed.

    \b
    Examples:
      copydesk forms
      copydesk forms show script
      copydesk forms new letter --from text
    """
    if context.invoked_subcommand is None:
        _list(as_json=as_json)


@forms.command("list")
@_json
def list_forms(as_json: bool) -> None:
    """List the forms, your own among them.

    \b
    Examples:
      copydesk forms list
      copydesk forms list --json
    """
    _list(as_json=as_json)


@forms.command()
@click.argument("name")
@click.option("--prompt", type=click.Choice(_PROMPTS), help="Print this prompt for a sample brief.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--kind", default="", help="The kind that the prompt is for.")
@_json
def show(name: str, prompt: str | None, language: "Language", kind: str, as_json: bool) -> None:
    """Show a form: its settings, its prompts' files, or a prompt as the model reads it.

    \b
    Examples:
      copydesk forms show article
      copydesk forms show script --prompt draft --kind film
      copydesk forms show speech --prompt plan --language zh
    """
    if prompt:
        from copydesk.writer.form import load_form
        from copydesk.writer.sample import sample_prompt

        said = sample_prompt(load_form(name), prompt, language=language, kind=kind)
        click.echo(
            json.dumps({"name": name, "prompt": said}, ensure_ascii=False) if as_json else said
        )
        return
    facts = _facts(name)
    if as_json:
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    click.echo(f"{name}: {facts['folder']}\n")
    _tell_settings(facts["settings"])
    click.echo()
    width = max(map(len, facts["prompts"]))
    for file, path in facts["prompts"].items():
        click.echo(f"{file:{width}}  {path}")


@forms.command()
@click.argument("name")
@click.option("--from", "start", default="", help="The form to start from; article if not given.")
def new(name: str, start: str) -> None:
    """Copy a form into your own, to be edited there; its folder is printed.

    With the name of a form that ships, your copy of it stands before it.

    \b
    Examples:
      copydesk forms new letter --from text
      copydesk forms new article
    """
    from copydesk.writer.own_form import new_form

    click.echo(new_form(name, start))
    click.echo(f"edit the files there; then: copydesk forms show {name} --prompt draft", err=True)


def _list(*, as_json: bool) -> None:
    from copydesk.prompts import form_names

    rows = [_row(name) for name in form_names()]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        kinds = f" Kinds: {', '.join(row['kinds'])}." if row["kinds"] else ""
        click.echo(f"{row['name']:{width}}  {row['problem'] or row['summary']}{kinds}")


def _row(name: str) -> dict[str, Any]:
    """A form in a line; a broken one of the user's own says so, and spoils no list."""
    from copydesk.errors import TemplateProblem
    from copydesk.prompts import find_form, read_form
    from copydesk.writer.own_form import is_own

    folder = find_form(name)
    settings: dict[str, Any] = {}
    problem = ""
    try:
        settings = read_form(folder)
    except TemplateProblem as error:
        problem = error.message
    kinds = settings.get("kinds")
    return {
        "name": name,
        "summary": str(settings.get("summary", "")),
        "kinds": list(kinds) if isinstance(kinds, dict) else [],
        "own": is_own(folder),
        "problem": problem,
    }


def _facts(name: str) -> dict[str, Any]:
    from copydesk.prompts import find_form, read_form
    from copydesk.writer.form import Form
    from copydesk.writer.own_form import form_files, is_own

    folder = find_form(name)
    # A deck's form has no settings but its summary.
    settings = (
        read_form(folder) if name == "deck" else Form(folder).settings.model_dump(mode="json")
    )
    return {
        "name": name,
        "folder": str(folder),
        "own": is_own(folder),
        "settings": settings,
        "prompts": {file: str(path) for file, path in form_files(folder).items()},
    }


def _tell_settings(settings: dict[str, Any]) -> None:
    for key, value in settings.items():
        if isinstance(value, dict):
            for number, (kind, about) in enumerate(value.items()):
                click.echo(f"{'' if number else key:15} {kind}: {about}")
        elif value not in ("", None):
            click.echo(f"{key:15} {_words(value)}")


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " to ".join(map(str, value))
    return str(value)
