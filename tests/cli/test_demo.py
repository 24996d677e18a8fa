"""`copydesk demo`: the article, in two formats, and the deck, with where they are."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from pptx import Presentation
from tests.support.answers import answering

from copydesk.cli.main import cli
from copydesk.generate import engines
from copydesk.generate.scripted import Scripted


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_demo_leaves_an_article_and_a_deck(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(_model: str, **_options: Any) -> Scripted:
        return Scripted(answering(2))

    monkeypatch.setattr(engines, "open_generator", opened)
    folder = tmp_path / "new" / "demo"
    command = ["demo", "-o", str(folder), "-n", "7", "--language", language, "--seed", "1"]
    for _ in range(2):  # a second run replaces the files of the first
        done = CliRunner().invoke(cli, command, catch_exceptions=False)
        assert done.exit_code == 0
        assert len(Presentation(str(folder / "deck.pptx")).slides) == 7
        assert Document(str(folder / "article.docx")).paragraphs
        assert (folder / "article.md").read_text(encoding="utf-8").startswith("# ")
        for name in ("article.md", "article.docx", "deck.pptx"):
            assert name in done.stdout
        assert "tokens/s" in done.stdout
        assert "seed 1" in done.stderr
