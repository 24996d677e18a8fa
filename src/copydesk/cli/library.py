"""`copydesk library`."""

import click


@click.command(short_help="A shelf of documents to ask.")
def library() -> None:
    """A shelf of documents to ask."""
