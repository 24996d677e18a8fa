"""Completion scripts, and what they complete."""

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Run

from copydesk.cli.main import cli


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(shell: str) -> None:
    done = CliRunner().invoke(cli, ["completion", shell], catch_exceptions=False)
    assert "_COPYDESK_COMPLETE" in done.output
    assert f"{shell}_complete" in done.output


def test_the_scripts_complete_commands(copydesk: Run) -> None:
    done = copydesk(
        _COPYDESK_COMPLETE="fish_complete",
        COMP_WORDS="copydesk wri",
        COMP_CWORD="wri",
    )
    assert done.stdout.splitlines()[0].startswith("plain,write")
    assert (done.returncode, done.stderr) == (0, "")
