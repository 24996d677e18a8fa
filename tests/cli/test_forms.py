"""`copydesk forms`: ours and the user's own."""

import json

from click.testing import CliRunner

from copydesk.cli.main import cli
from copydesk.config import config_folder


def test_forms_are_listed_with_what_they_are() -> None:
    folder = config_folder() / "forms" / "haiku"
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text('summary = "Three lines."\n', encoding="utf-8")
    done = CliRunner().invoke(cli, ["forms", "--json"], catch_exceptions=False)
    rows = {row["name"]: row["summary"] for row in json.loads(done.stdout)}
    assert rows["haiku"] == "Three lines."
    assert {"article", "copy", "story"} <= set(rows)
    lines = CliRunner().invoke(cli, ["forms"], catch_exceptions=False).stdout.splitlines()
    assert len(lines) == len(rows)
    assert any(line.startswith("haiku") and "Three lines." in line for line in lines)
