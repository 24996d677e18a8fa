"""`copydesk ask`."""

import click


@click.command(short_help="Ask documents a question; the answer shows its pages.")
def ask() -> None:
    """Ask documents a question; the answer shows its pages."""
