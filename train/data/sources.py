"""Where a recipe's rows come from: files, and the desk."""

from collections.abc import Sequence
from pathlib import Path

from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Row

DESK = "desk"


def read_sources(names: Sequence[str]) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    """All rows of some sources, in their order, and what was wrong with those left out.

    Args:
        names: files and folders as `preferences.read` takes them; "desk" for all that the desk
            holds, "desk:STYLE" for what was written in one style.

    Raises:
        UsageProblem: there is no source, or the desk holds nothing.
        DocumentProblem: a file cannot be read, or has no good row.
    """
    if not names:
        raise UsageProblem("There is no data to read.", 'name files of rows, or "desk"')
    rows: list[Row] = []
    findings: list[Finding] = []
    for name in names:
        if name == DESK or name.startswith(f"{DESK}:"):
            rows += _desk_rows(name.partition(":")[2])
        else:
            table = read_rows(Path(name))
            rows += table.rows
            findings += table.findings
    return tuple(rows), tuple(findings)


def _desk_rows(style: str) -> list[Row]:
    from copydesk.desk.store import open_desk  # noqa: PLC0415 - files alone need no desk
    from copydesk.styles.load import find_folder  # noqa: PLC0415 - likewise

    with open_desk() as desk:
        rows = list(desk.rows(style=style))
    if not rows:
        if style:
            find_folder(style)  # a name that was mistyped is told as such
        written = f" written in the style {style}" if style else ""
        raise UsageProblem(
            f"There is nothing on the desk{written} to learn from: no edit, ranking or verdict.",
            "edit what was written (copydesk edit), rank answers (copydesk rank), or bring rows "
            "along: copydesk desk import FILE",
        )
    return rows
