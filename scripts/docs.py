"""Write what docs are made of code: the commands' help, the fields of recipes; `--check` compares.

docs/commands.md is generated whole, wrapped at 80 columns whatever the terminal, so that each run
gives the same bytes. docs/recipes.md has its tables between two marks, and the rest is prose.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click
from pydantic import BaseModel

from copydesk.cli.main import cli
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import about_recipe, find_recipe, part_of, recipe_names

DOCS = Path(__file__).parent.parent / "docs"
COMMANDS, RECIPES = DOCS / "commands.md", DOCS / "recipes.md"
_BEGIN, _END = "<!-- written by scripts/docs.py -->", "<!-- up to here -->"
_WIDTH = 80
_HEADER = """\
<!-- Written by scripts/docs.py out of the commands' help: change that, then run it again. -->

# Commands

What every command says with `--help`. How they work together: [generating](generating.md),
[models](models.md).
"""


def commands(
    command: click.Command,
    path: tuple[str, ...] = ("copydesk",),
    parent: click.Context | None = None,
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Walk the tree: the words that call a command, the command, a context to describe it in."""
    context = command.context_class(
        command,
        info_name=path[-1],
        parent=parent,
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        **command.context_settings,
    )
    yield " ".join(path), command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from commands(below, (*path, name), context)


def commands_page() -> str:
    """All of docs/commands.md."""
    blocks = [_HEADER]
    for path, command, context in commands(cli):
        help_text = command.get_help(context)
        blocks.append(f"## {path}\n\n```text\n{help_text.rstrip()}\n```\n")
    return "\n".join(blocks)


def recipes_page(page: str) -> str:
    """docs/recipes.md with the recipes and their fields as they are now."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{recipe_list()}\n\n{field_tables()}\n\n{_END}{after}"


def recipe_list() -> str:
    """The recipes that ship, with what their first comment says."""
    lines = ["## The recipes that ship", "", "| recipe | what it is |", "|---|---|"]
    lines += [f"| `{name}` | {about_recipe(find_recipe(name))} |" for name in recipe_names()]
    return "\n".join(lines)


def field_tables() -> str:
    """A table of the recipe's own fields, then one for each of its parts."""
    parts = {name: part for name in Recipe.model_fields if (part := part_of(Recipe, name))}
    blocks = ["## Every field", field_table(Recipe, "", skip=list(parts))]
    for name, part in parts.items():
        about = (part.__doc__ or "").strip().splitlines()[0]
        blocks += [f"### {name}", about, field_table(part, f"{name}.")]
    return "\n\n".join(blocks)


def field_table(table: type[BaseModel], before: str, skip: list[str] | None = None) -> str:
    """Fields by the name that `--set` takes, their defaults, what they may be, what they do."""
    lines = ["| field | default | what it does |", "|---|---|---|"]
    for name, field in table.model_fields.items():
        if name in (skip or ()):
            continue
        choices = [f"`{choice}`" for choice in literals(field.annotation)]
        one_of = f" One of {', '.join(choices)}." if choices else ""
        about = (field.description or "").replace("|", "\\|")
        lines.append(f"| `{before}{name}` | {shown(field)} | {about}{one_of} |")
    return "\n".join(lines)


def literals(annotation: Any) -> list[str]:
    """What a field may say, where that is a short list."""
    return [str(x) for x in get_args(annotation)] if get_origin(annotation) is Literal else []


def shown(field: Any) -> str:
    """A default as YAML writes it; "" for a field that must be given."""
    value = None if field.is_required() else field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    if value is None:
        return "" if field.is_required() else "`null`"
    return f"`{value}`" if value != "" else "empty"


def pages() -> dict[Path, str]:
    """Every page that is generated, and its text."""
    return {
        COMMANDS: commands_page(),
        RECIPES: recipes_page(RECIPES.read_text(encoding="utf-8")),
    }


def main() -> int:
    """Write, or with `--check` say which pages are not what would be written."""
    check = "--check" in sys.argv[1:]
    old = False
    for path, text in pages().items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            print(f"docs/{path.name} is out of date: run python scripts/docs.py", file=sys.stderr)
            old = True
        else:
            path.write_text(text, encoding="utf-8")
    return int(old)


if __name__ == "__main__":
    sys.exit(main())
