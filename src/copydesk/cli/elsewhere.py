"""Groups whose commands lie in several files, each read when its command is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import click


class SpreadGroup(click.Group):
    """The commands of the group's own file, and those that `elsewhere` names.

    Attributes:
        elsewhere: by the command's name, module and function under `copydesk.cli`.
    """

    elsewhere: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands' names."""
        return [*self.commands, *self.elsewhere]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of the group's own file, or one of another."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        module, function = self.elsewhere[cmd_name]
        command: click.Command = getattr(import_module(f"copydesk.cli.{module}"), function)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is set for the group holds for each of its commands."""
        ctx.default_map = inherited(ctx.default_map or {}, self.list_commands(ctx))
        return super().invoke(ctx)


def inherited(settings: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """A group's settings as click hands them down: plain keys for all, a command's own over them.

    Args:
        names: of the group's commands.
    """
    plain = {key: value for key, value in settings.items() if not isinstance(value, dict)}
    below = {name: {**plain, **_table(settings, name)} for name in names}
    return {**settings, **below}


def _table(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = settings.get(name, {})
    return table if isinstance(table, dict) else {}
