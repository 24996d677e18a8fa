"""Groups whose commands lie in several files, each read when its command is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

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
