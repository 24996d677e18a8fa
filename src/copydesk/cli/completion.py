"""`copydesk completion`: the script that teaches a shell to complete our commands."""

import click
from click.shell_completion import get_completion_class


@click.command(short_help="Print a completion script for your shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    Examples:
      copydesk completion bash > ~/.local/share/bash-completion/completions/copydesk
      copydesk completion zsh > ~/.zfunc/_copydesk
      copydesk completion fish > ~/.config/fish/completions/copydesk.fish
    """
    kind = get_completion_class(shell)
    root = click.get_current_context().find_root().command
    if kind is not None:
        click.echo(kind(root, {}, "copydesk", "_COPYDESK_COMPLETE").source())
