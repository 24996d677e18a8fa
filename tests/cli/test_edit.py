"""`copydesk edit`: the editor's text is kept beside the draft and the request it came from."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from tests.cli.conftest import environment, sentence

from copydesk.brief import Brief
from copydesk.generate.edits import edits_file
from copydesk.generate.protocol import Message
from copydesk.writer.draft import Draft, Part
from copydesk.writer.export import save
from copydesk.writer.keepsake import remember

PROGRAM = "from copydesk.cli import main; main._COMMANDS.setdefault('edit', 'edit'); main.run()"
DRAFT = Draft(
    "Bees",
    (Part("Warm walls", "They nest in walls."),),
    Brief("Why bees move into cities", audience="neighbours", length=60),
    "article",
    "qwen",
    7,
)


@pytest.fixture
def bees(tmp_path: Path) -> Path:
    """A draft as `write` leaves it."""
    path = tmp_path / "bees.md"
    save(DRAFT, path)
    remember(DRAFT, path)
    return path


def editor(folder: Path, code: str) -> str:
    """An EDITOR that runs some Python on the file `path`."""
    script = folder / "editor.py"
    head = "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n"
    script.write_text(head + code, encoding="utf-8")
    return shlex.join([sys.executable, str(script)])


def edit(folder: Path, *args: str, **env: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: v for name, v in environment().items() if name not in ("EDITOR", "VISUAL")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "edit", *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**kept, **env},
        timeout=120,
        check=False,
    )


def kept() -> list[dict[str, Any]]:
    lines = edits_file().read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


REPLACE = "path.write_text(path.read_text().replace('nest', 'live'))"


def test_a_change_is_kept_with_the_request_that_the_draft_came_from(
    bees: Path, tmp_path: Path
) -> None:
    done = edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, REPLACE))
    assert done.returncode == 0, done.stderr
    assert "live" in bees.read_text(encoding="utf-8")
    (record,) = kept()
    assert record["prompt"] == [
        {
            "role": "user",
            "content": "Write a text of the kind “article”.\nWhy bees move into cities\n"
            "For: neighbours\nLength: about 60 words",
        }
    ]
    assert record["rejected"][0]["content"] == DRAFT.markdown.strip()
    assert record["chosen"][0]["content"] == DRAFT.markdown.replace("nest", "live").strip()
    assert (record["model"], record["seed"]) == ("qwen", 7)
    assert str(edits_file()) in done.stderr
    assert "not known" not in done.stderr


def test_a_second_edit_is_still_held_against_what_the_model_wrote(
    bees: Path, tmp_path: Path
) -> None:
    edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, REPLACE))
    edit(tmp_path, "bees.md", VISUAL=editor(tmp_path, REPLACE.replace("'nest'", "'walls'")))
    drafts = {record["rejected"][0]["content"] for record in kept()}
    assert drafts == {DRAFT.markdown.strip()}
    assert "live in live" in kept()[1]["chosen"][0]["content"]


def test_a_draft_is_known_by_its_content_wherever_it_was_moved(bees: Path, tmp_path: Path) -> None:
    bees.rename(tmp_path / "moved.md")
    (tmp_path / "final.md").write_bytes(b"\xef\xbb\xbf# Bees\r\n\r\nThey live here.\r\n")
    done = edit(tmp_path, "moved.md", "--with", "final.md")
    assert done.returncode == 0, done.stderr
    assert kept()[0]["chosen"][0]["content"] == "# Bees\n\nThey live here."
    assert kept()[0]["model"] == "qwen"
    assert (tmp_path / "moved.md").read_text(encoding="utf-8") == DRAFT.markdown


def test_a_draft_that_went_to_a_pipe_is_known_as_well(tmp_path: Path) -> None:
    remember(DRAFT, prompt=[Message("system", "Be brief."), Message("user", "Bees?")])
    (tmp_path / "piped.md").write_text(DRAFT.markdown, encoding="utf-8")
    edit(tmp_path, "piped.md", EDITOR=editor(tmp_path, REPLACE))
    assert [m["content"] for m in kept()[0]["prompt"]] == ["Be brief.", "Bees?"]


@pytest.mark.parametrize(
    ("text", "request_made"),
    [
        ("# Bees in cities\n\nText.", "Write a text with the title “Bees in cities”."),
        ("# 城市里的蜜蜂\n\n正文。", "请写一篇题为《城市里的蜜蜂》的文章。"),
    ],
)
def test_a_file_of_unknown_origin_is_its_own_draft_and_says_so(
    tmp_path: Path, text: str, request_made: str
) -> None:
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    done = edit(tmp_path, "x.md", EDITOR=editor(tmp_path, "path.write_text('Other.')"))
    assert done.returncode == 0, done.stderr
    assert "How x.md was written is not known" in done.stderr
    (record,) = kept()
    assert record["prompt"][0]["content"] == request_made
    assert record["rejected"][0]["content"] == text
    assert record["chosen"][0]["content"] == "Other."


def test_a_text_left_as_it_was_is_no_edit(bees: Path, tmp_path: Path) -> None:
    touch = "path.write_text(path.read_text().replace(chr(10), chr(13) + chr(10)))"
    done = edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, touch))
    assert done.returncode == 0
    assert done.stderr.strip() == "Nothing was changed."
    assert not edits_file().exists()


def test_a_word_document_is_changed_in_word_and_kept_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "bees.docx"
    save(DRAFT, path)
    remember(DRAFT, path)
    told = sentence(edit(tmp_path, "bees.docx", EDITOR="false"), 2)
    assert "change it in its own program" in told
    document = Document(str(path))
    document.paragraphs[2].text = "They live in walls."
    document.save(str(path))
    done = edit(tmp_path, "bees.docx")
    assert done.returncode == 0, done.stderr
    assert kept()[0]["chosen"][0]["content"] == "Bees\n\nWarm walls\n\nThey live in walls."
    assert kept()[0]["rejected"][0]["content"] == "Bees\n\nWarm walls\n\nThey nest in walls."
    assert kept()[0]["model"] == "qwen"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("sys.exit(3)", "The editor failed"),
        ("path.unlink()", "The editor left no file bees.md"),
        ("path.write_bytes(b'\\xff\\xfe\\x00')", "bees.md is not UTF-8"),
        ("path.write_text(' ')", "bees.md is empty"),
        ("path.unlink(); path.mkdir()", "bees.md is a folder"),
    ],
)
def test_an_editor_that_goes_wrong_is_a_sentence(
    bees: Path, tmp_path: Path, code: str, told: str
) -> None:
    done = edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, code))
    assert told in sentence(done, done.returncode)
    assert done.returncode in (1, 2)
    assert not edits_file().exists()


@pytest.mark.parametrize("command", ["/no/such/editor", "editor 'unclosed"])
def test_an_editor_that_does_not_start_is_a_sentence(
    bees: Path, tmp_path: Path, command: str
) -> None:
    assert "editor" in sentence(edit(tmp_path, "bees.md", EDITOR=command), 2).lower()


def test_no_editor_and_nobody_watching_is_a_sentence(bees: Path, tmp_path: Path) -> None:
    told = sentence(edit(tmp_path, "bees.md"), 2)
    assert "No editor is set." in told
    assert "--with" in told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("gone.md", None, "There is no file gone.md."),
        ("bad.md", b"\xff\xfe", "bad.md is not UTF-8 text."),
        ("empty.md", b"", "empty.md is empty."),
        ("bad.docx", b"PK\x03\x04 broken", "bad.docx"),
        ("picture.png", b"\x89PNG\r\n", "picture.png is a picture"),
    ],
)
def test_a_file_that_is_no_text_is_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert told in sentence(edit(tmp_path, name, EDITOR="true"), 1)


def test_a_damaged_record_is_as_good_as_none(bees: Path, tmp_path: Path) -> None:
    for record in (Path(os.environ["COPYDESK_HOME"]) / "data" / "drafts").glob("*.json"):
        record.write_text('{"version": 1, "text": 3', encoding="utf-8")
    done = edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, REPLACE))
    assert done.returncode == 0, done.stderr
    assert "not known" in done.stderr
    assert kept()[0]["model"] == "unknown"
