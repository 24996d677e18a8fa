"""`copydesk train recipes`: what there is to train by, and a recipe shown whole."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from typing import Any

import click

from copydesk.cli.report import printable


@click.command(short_help="List the recipes, or show one to copy.")
@click.argument("name", required=False)
@click.option("--all", "whole", is_flag=True, help="Show every field, with its value.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def recipes(name: str | None, whole: bool, as_json: bool) -> None:
    """List the recipes, your own among them; with NAME, show that one.

    \b
    Examples:
      copydesk train recipes
      copydesk train recipes sft > my-recipe.yaml
      copydesk train recipes dpo --all
    """
    if name:
        _show(name, whole=whole, as_json=as_json)
        return
    from copydesk.train.recipes import recipe_names

    rows = [_row(each) for each in recipe_names()]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(printable(f"{row['name']:14} {row['about']}"))


def _row(name: str) -> dict[str, Any]:
    """A recipe's name, file, and what its first comment says."""
    from copydesk.train.recipes import about_recipe, find_recipe

    path = find_recipe(name)
    return {"name": name, "path": str(path), "about": about_recipe(path)}


def _show(name: str, *, whole: bool, as_json: bool) -> None:
    from copydesk.train.recipes import find_recipe, load_recipe, recipe_to_yaml

    recipe = load_recipe(name)
    if as_json:
        click.echo(json.dumps(recipe.model_dump(mode="json"), indent=2, ensure_ascii=False))
    elif whole:
        click.echo(recipe_to_yaml(recipe), nl=False)
    else:
        click.echo(printable(find_recipe(name).read_text(encoding="utf-8-sig")), nl=False)
