"""The `copydesk` command: finds the sub-command, and turns every failure into one sentence."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from copydesk import __version__
from copydesk.cli.elsewhere import inherited
from copydesk.cli.report import complain
from copydesk.config import load_settings
from copydesk.errors import CopydeskError

# name: module under copydesk.cli, whose function has the name; imported when its command is run or
# described.
_COMMANDS = {
    "write": "write",
    "deck": "deck",
    "master": "master",
    "batch": "batch",
    "generate": "generate",
    "chat": "chat",
    "ask": "ask",
    "digest": "digest",
    "library": "library",
    "forms": "forms",
    "style": "style",
    "edit": "edit",
    "keep": "keep",
    "drop": "keep",
    "rank": "rank",
    "desk": "desk",
    "train": "train",
    "demo": "demo",
    "models": "models",
    "doctor": "doctor",
    "completion": "completion",
}
INTERRUPTED = 130


class Copydesk(click.Group):
    """The top group: commands in the order a newcomer meets them, each imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands' names."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command."""
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(f"copydesk.cli.{module}"), cmd_name)
        return command


@click.group(cls=Copydesk, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="copydesk")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Articles, editable PowerPoint decks and answers from a language model on your own machine.

    \b
    Examples:
      copydesk write article "Why bees move into cities" -o bees.docx
      copydesk deck "Why bees move into cities" -o bees.pptx
      copydesk ask report.pdf "What did the roofs cost?"
      copydesk doctor
    """
    ctx.default_map = inherited(load_settings(), list(_COMMANDS))


def run() -> None:
    """The console script: run, report, exit."""
    code = _guarded(lambda: cli(prog_name="copydesk", standalone_mode=False))
    sys.stdout.flush()
    sys.stderr.flush()
    if code == INTERRUPTED:
        # The engine may be reading a prompt and cannot be stopped in there: leave without waiting.
        os._exit(code)
    sys.exit(code)


def _guarded(command: Callable[[], Any]) -> int:
    """Run a command; every way it can end becomes an exit code, every error one sentence."""
    stdout = sys.stdout
    try:
        result = command()
    except CopydeskError as error:
        complain(error.message, error.hint)
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return _report_click(error)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nInterrupted.", err=True)
        return INTERRUPTED
    except SystemExit as stop:
        # click leaves like this when it has answered a shell that completes a command, and, with
        # another stdout, when who reads us has gone (`| head`), which is no error.
        gone = sys.stdout is not stdout
        return 0 if gone or not isinstance(stop.code, int) else stop.code
    except Exception as error:  # the last line of defence: a traceback helps no editor
        if os.environ.get("COPYDESK_TRACEBACK"):
            raise
        complain(
            f"This is a fault in copydesk: {type(error).__name__}: {error}.",
            "run again with COPYDESK_TRACEBACK=1 and report what it prints",
        )
        return 1
    return result if isinstance(result, int) else 0


def _report_click(error: click.ClickException) -> int:
    """A wrong flag or argument, with the way to the right one; a bare group shows its help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return error.exit_code
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
    complain(error.format_message(), f"{path or 'copydesk'} --help")
    return error.exit_code
