"""`copydesk keep` and `copydesk drop`: a verdict on what was written."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import click

from copydesk.cli.keeping import by_option, opened_desk

_drafts = click.argument("drafts", nargs=-1, required=True, metavar="DRAFT...")


@click.command(short_help="Say that a draft is good.")
@_drafts
@by_option
def keep(drafts: tuple[str, ...], by: str) -> None:
    """Say of each DRAFT that it is good as it was written: more like this.

    DRAFT is a file, or a number from `copydesk desk list`. What you say counts for the text as the
    model wrote it; what you said of it before counts no more.

    \b
    Examples:
      copydesk keep bees.md
      copydesk keep 12 14 15 --by Ada
    """
    _judge(drafts, by, keep=True)


@click.command(short_help="Say that a draft is no good.")
@_drafts
@by_option
def drop(drafts: tuple[str, ...], by: str) -> None:
    """Say of each DRAFT that it is no good: less like this. Its file is left alone.

    DRAFT is a file, or a number from `copydesk desk list`.

    \b
    Examples:
      copydesk drop bees.md
      copydesk drop 13 --by Ada
    """
    _judge(drafts, by, keep=False)


def _judge(drafts: tuple[str, ...], by: str, *, keep: bool) -> None:
    """All drafts are found before anything is said of one."""
    from copydesk.cli.draft_named import find

    verdict = "kept" if keep else "dropped"
    with opened_desk() as desk:
        for named in [find(desk, draft) for draft in dict.fromkeys(drafts)]:
            number = named.put(desk)
            desk.add_verdict(number, keep, by)
            click.echo(f"Draft {number} is {verdict}.", err=True)
            known = {edit.text for edit in desk.edits(number)}
            if named.path and named.changed and named.now.strip() not in known:
                click.echo(
                    f"{named.path} was changed since: the verdict is on the text before; "
                    f"copydesk edit {named.path} keeps the change",
                    err=True,
                )
