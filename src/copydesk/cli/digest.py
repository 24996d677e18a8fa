"""`copydesk digest`."""

import click


@click.command(short_help="What a document says, point by point, with its pages.")
def digest() -> None:
    """What a document says, point by point, with its pages."""
