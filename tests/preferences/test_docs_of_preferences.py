"""Every example in docs/preferences.md is read as the rows that stand above it."""

import re
from collections import Counter
from pathlib import Path

import pytest

from copydesk.preferences.read import KINDS, read_rows

PAGE = (Path(__file__).parents[2] / "docs" / "preferences.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"<!-- rows: (.*?) -->\n```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("rows", "ending", "content"), EXAMPLES)
def test_an_example_is_read_as_it_says(
    rows: str, ending: str, content: str, tmp_path: Path
) -> None:
    path = tmp_path / f"rows.{ending}"
    path.write_text(content, encoding="utf-8")
    table = read_rows(path)
    wanted = {kind: int(count) for count, kind in (one.split() for one in rows.split(", "))}
    assert Counter(type(row).__name__ for row in table.rows) == wanted
    assert all(finding.code.startswith("note-") for finding in table.findings)


def test_every_block_of_data_is_an_example() -> None:
    assert len(EXAMPLES) == len(re.findall(r"^```(?:jsonl|csv|json)$", PAGE, re.MULTILINE))


def test_every_kind_is_named() -> None:
    for kind in KINDS:
        assert f"`{kind}`" in PAGE
