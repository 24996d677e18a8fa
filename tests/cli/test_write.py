"""`copydesk write` with a real model: files, pipes, limits, and Ctrl-C in the middle."""

import os
import pty
import select
import signal
import subprocess
from pathlib import Path

import pytest
from docx import Document
from pptx import Presentation
from tests.cli.conftest import COMMAND, Run, environment, sentence

from copydesk.config import config_folder

SMALL = "smollm2-135m-instruct"
MODEL = ("--model", SMALL, "--threads", "1", "--seed", "3")
COPY = ("write", "copy", "Honey from the roofs", "--words", "30")


@pytest.mark.model
def test_a_file_is_written_and_numbers_are_told(copydesk: Run, tmp_path: Path) -> None:
    done = copydesk(*COPY, "-o", "x.md", *MODEL)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert len(text.split()) > 10
    assert done.stdout == ""
    assert "wrote x.md" in done.stderr
    assert "seed 3" in done.stderr
    assert "tokens/s" in done.stderr
    again = copydesk("write", "copy", "-", "--words", "30", *MODEL, stdin="Honey from the roofs\n")
    assert again.stdout == text  # the same seed, through pipes


@pytest.mark.model
def test_an_article_becomes_a_word_file_with_the_model_of_the_settings(
    copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / "copydesk.toml").write_text(
        f'model = "{SMALL}"\nthreads = 1\n[write]\nwords = 250\nreview = false\n', encoding="utf-8"
    )
    done = copydesk("write", "article", "Bees in cities", "--seed", "2", "-o", "a.docx")
    assert done.returncode == 0, done.stderr
    styles = [p.style.name for p in Document(str(tmp_path / "a.docx")).paragraphs if p.style]
    assert styles[0] == "Title"
    assert 1 <= styles.count("Heading 1") <= 3


@pytest.mark.model
def test_a_deck_takes_a_brief_longer_than_the_context(copydesk: Run, tmp_path: Path) -> None:
    """It becomes a source, of which each slide is shown what bears on it."""
    done = copydesk("deck", "-", "-n", "3", *MODEL, stdin="bees and wasps. " * 12_500)
    assert done.returncode == 0, done.stderr
    assert len(Presentation(str(tmp_path / "deck.pptx")).slides) == 3


@pytest.mark.model
def test_a_broken_form_of_ones_own_is_a_sentence(copydesk: Run) -> None:
    folder = config_folder() / "forms" / "haiku"
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text(
        'summary = "x"\nlength = 20\nlength_zh = 20\n', encoding="utf-8"
    )
    (folder / "draft.j2").write_text("One\n{{ topik }}", encoding="utf-8")
    told = sentence(copydesk("write", "haiku", "Rain", *MODEL), 2)
    assert f"{folder / 'draft.j2'}, line 2" in told
    assert "topik" in told


def test_a_damaged_model_is_a_sentence(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\x00" * 50)
    told = sentence(copydesk("write", "copy", "Honey", "--model", "bad.gguf"), 1)
    assert "bad.gguf" in told


def read_until(stream: int, heard: bytes, marks: bytes, seconds: float = 120) -> bytes:
    """Read a terminal until `marks` more letters came; a silent process fails the test."""
    letters = 0
    while letters < len(marks):
        ready, _, _ = select.select([stream], [], [], seconds)
        assert ready, heard
        piece = os.read(stream, 4096)
        heard += piece
        letters += sum(byte > 32 for byte in piece)
    return heard


@pytest.mark.model
@pytest.mark.parametrize("output", [True, False])
def test_ctrl_c_keeps_what_was_written_so_far(tmp_path: Path, output: bool) -> None:
    terminal, end = pty.openpty()
    target = ["-o", "kept.md"] if output else []
    with subprocess.Popen(
        [*COMMAND, "write", "copy", "Honey from the roofs", "--words", "600", *target, *MODEL],
        stdout=end,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    ) as process:
        os.close(end)
        heard = read_until(terminal, b"", b"x" * 40)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
        code = process.returncode
    os.close(terminal)
    said = errors.decode()
    assert code == 130
    assert "Traceback" not in said
    assert "Interrupted: what was written so far is kept." in said
    if output:
        kept = (tmp_path / "kept.md").read_text(encoding="utf-8")
        first = heard.decode("utf-8", "ignore").replace("\r", "").strip().lstrip("# ")[:20]
        assert first in kept
        assert len(kept.split()) < 500


@pytest.mark.model
def test_a_reader_who_leaves_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*COMMAND, *COPY, *MODEL],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(),
        check=False,
    )
    os.close(write)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
