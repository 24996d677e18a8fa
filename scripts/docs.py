"""Write docs/commands.md from the commands' own help; `--check` only compares.

Every line is wrapped at 80 columns, whatever the terminal, so that each run gives the same bytes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from copydesk.cli.main import cli

TARGET = Path(__file__).parent.parent / "docs" / "commands.md"
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


def text() -> str:
    """The whole page."""
    blocks = [_HEADER]
    for path, command, context in commands(cli):
        help_text = command.get_help(context)
        blocks.append(f"## {path}\n\n```text\n{help_text.rstrip()}\n```\n")
    return "\n".join(blocks)


def main() -> int:
    """Write, or with `--check` say whether the page on disk is the one that would be written."""
    if "--check" not in sys.argv[1:]:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text(), encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text():
        return 0
    print("docs/commands.md is out of date: run python scripts/docs.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
