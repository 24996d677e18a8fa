"""`copydesk edit`, `keep` and `drop`: what people make of a draft is kept beside it."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from pptx import Presentation
from tests.cli.conftest import COMMAND, environment, sentence

from copydesk.brief import Brief
from copydesk.cli.deck_keeping import Made, written_deck
from copydesk.cli.keeping import written_text
from copydesk.desk.store import desk_file, open_desk
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Verdict
from copydesk.writer.draft import Draft, Part
from copydesk.writer.export import save

DRAFT = Draft(
    "Bees",
    (Part("Warm walls", "They nest in walls."),),
    Brief("Why bees move into cities", audience="neighbours", length=60),
    "article",
    "qwen",
    7,
)


def remember(draft: Draft, path: Path | None = None) -> int:
    """What `write` does after it has delivered a text."""
    with open_desk() as desk:
        return desk.add_draft(written_text(draft, draft.markdown, path))


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


def run(folder: Path, *args: str, **env: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: v for name, v in environment().items() if name not in ("EDITOR", "VISUAL")}
    return subprocess.run(
        [*COMMAND, *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**kept, **env},
        timeout=120,
        check=False,
    )


def edit(folder: Path, *args: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return run(folder, "edit", *args, **env)


def kept() -> list[Pair]:
    with open_desk() as desk:
        return [row for row in desk.rows() if isinstance(row, Pair)]


def model_of(number: int) -> str:
    with open_desk() as desk:
        return desk.draft(number).model


REPLACE = "path.write_text(path.read_text().replace('nest', 'live'))"


def test_a_change_is_kept_with_the_request_that_the_draft_came_from(
    bees: Path, tmp_path: Path
) -> None:
    done = edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, REPLACE))
    assert done.returncode == 0, done.stderr
    assert "live" in bees.read_text(encoding="utf-8")
    (record,) = kept()
    assert record.prompt == (
        Message(
            "user",
            "Write a text of the kind “article”.\nWhy bees move into cities\n"
            "For: neighbours\nLength: about 60 words",
        ),
    )
    assert record.rejected == DRAFT.markdown.strip()
    assert record.chosen == DRAFT.markdown.replace("nest", "live").strip()
    assert done.stderr == "The edit of draft 1 is kept on the desk as 2.\n"
    with open_desk() as desk:
        draft = desk.draft(1)
    assert (draft.model, draft.seed, draft.form) == ("qwen", 7, "article")


def test_a_second_edit_is_still_held_against_what_the_model_wrote(
    bees: Path, tmp_path: Path
) -> None:
    edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, REPLACE))
    edit(tmp_path, "bees.md", VISUAL=editor(tmp_path, REPLACE.replace("'nest'", "'walls'")))
    drafts = {record.rejected for record in kept()}
    assert drafts == {DRAFT.markdown.strip()}
    assert "live in live" in kept()[1].chosen


def test_a_draft_is_known_by_its_content_wherever_it_was_moved(bees: Path, tmp_path: Path) -> None:
    bees.rename(tmp_path / "moved.md")
    (tmp_path / "final.md").write_bytes(b"\xef\xbb\xbf# Bees\r\n\r\nThey live here.\r\n")
    done = edit(tmp_path, "moved.md", "--with", "final.md")
    assert done.returncode == 0, done.stderr
    assert kept()[0].chosen == "# Bees\n\nThey live here."
    assert model_of(1) == "qwen"
    assert (tmp_path / "moved.md").read_text(encoding="utf-8") == DRAFT.markdown


def test_a_draft_that_went_to_a_pipe_is_known_as_well(tmp_path: Path) -> None:
    remember(DRAFT)
    (tmp_path / "piped.md").write_text(DRAFT.markdown, encoding="utf-8")
    done = edit(tmp_path, "piped.md", EDITOR=editor(tmp_path, REPLACE))
    assert "not known" not in done.stderr
    assert "Why bees move" in kept()[0].prompt[0].content


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
    assert record.prompt[0].content == request_made
    assert record.rejected == text
    assert record.chosen == "Other."


def test_a_text_left_as_it_was_is_no_edit(bees: Path, tmp_path: Path) -> None:
    touch = "path.write_text(path.read_text().replace(chr(10), chr(13) + chr(10)))"
    done = edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, touch))
    assert done.returncode == 0
    assert done.stderr.strip() == "Nothing was changed."
    assert kept() == []


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
    assert kept()[0].chosen == "Bees\n\nWarm walls\n\nThey live in walls."
    assert kept()[0].rejected == "Bees\n\nWarm walls\n\nThey nest in walls."
    assert model_of(1) == "qwen"


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
    assert kept() == []


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


def test_a_number_without_a_file_opens_what_lies_on_the_desk(tmp_path: Path) -> None:
    number = remember(DRAFT)
    for word, other in (("nest", "live"), ("walls", "roofs")):
        code = f"path.write_text(path.read_text().replace('{word}', '{other}'))"
        done = edit(tmp_path, str(number), "--by", "Ada", EDITOR=editor(tmp_path, code))
        assert done.returncode == 0, done.stderr
    first, second = kept()
    assert (first.annotator, second.annotator) == ("Ada", "Ada")
    assert "They live in walls." in first.chosen
    assert "They live in roofs." in second.chosen, "one goes on from one's own last edit"
    done = edit(tmp_path, str(number), "--by", "Ben", EDITOR=editor(tmp_path, REPLACE))
    assert "They live in walls." in kept()[2].chosen, "and not from somebody else's"


def test_a_number_whose_file_is_there_opens_the_file(bees: Path, tmp_path: Path) -> None:
    done = edit(tmp_path, "1", EDITOR=editor(tmp_path, REPLACE))
    assert done.returncode == 0, done.stderr
    assert "live" in bees.read_text(encoding="utf-8")
    assert "live" in kept()[0].chosen


def test_a_number_whose_file_holds_a_later_draft_leaves_the_file_alone(
    bees: Path, tmp_path: Path
) -> None:
    later = Draft("Bees", (Part("", "They nest in roofs."),), DRAFT.brief, "article", "qwen", 8)
    save(later, bees)
    remember(later, bees)
    edit(tmp_path, "1", EDITOR=editor(tmp_path, REPLACE))
    assert bees.read_text(encoding="utf-8") == later.markdown
    assert "They live in walls." in kept()[0].chosen


def test_whatever_became_of_its_file_a_draft_can_be_named_by_number(tmp_path: Path) -> None:
    path = tmp_path / "bees.docx"
    save(DRAFT, path)
    remember(DRAFT, path)
    path.write_bytes(b"PK\x03\x04 broken")
    done = edit(tmp_path, "1", EDITOR=editor(tmp_path, REPLACE))
    assert done.returncode == 0, done.stderr
    assert "They live in walls." in kept()[0].chosen
    assert path.read_bytes() == b"PK\x03\x04 broken"


def test_what_was_typed_is_not_lost_when_it_cannot_be_kept(tmp_path: Path) -> None:
    number = remember(DRAFT)
    desk = desk_file()
    code = f"path.write_text('An hour of work.\\n'); pathlib.Path({str(desk)!r}).write_bytes(b'x')"
    for beside in ("-wal", "-shm"):
        code += f"; pathlib.Path({str(desk) + beside!r}).unlink(missing_ok=True)"
    done = edit(tmp_path, str(number), EDITOR=editor(tmp_path, code))
    assert done.returncode in (1, 2)
    assert done.stdout == "An hour of work.\n"


def test_an_edit_that_may_be_another_text_is_told_of(bees: Path, tmp_path: Path) -> None:
    bees.write_text("Quarterly figures rose by a tenth; costs fell.", encoding="utf-8")
    done = edit(tmp_path, "bees.md", EDITOR="true")
    assert "copydesk desk rm 2" in done.stderr


def test_who_says_so_may_be_a_setting(bees: Path, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text('by = "Ada"\n', encoding="utf-8")
    edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, REPLACE))
    assert kept()[0].annotator == "Ada"


def test_a_number_of_something_else_is_a_sentence(bees: Path, tmp_path: Path) -> None:
    edit(tmp_path, "bees.md", EDITOR=editor(tmp_path, REPLACE))
    told = sentence(edit(tmp_path, "2", EDITOR="true"), 2)
    assert "Number 2 on the desk is no draft but of the kind edit, about draft 1." in told
    assert "nothing with number 77" in sentence(edit(tmp_path, "77", EDITOR="true"), 2)
    assert "no such number" in sentence(edit(tmp_path, "9" * 30, EDITOR="true"), 2)


def test_a_file_that_is_called_like_a_number_is_meant_before_the_desk(
    bees: Path, tmp_path: Path
) -> None:
    (tmp_path / "1").write_text("A text of another kind.", encoding="utf-8")
    edit(tmp_path, "1", EDITOR=editor(tmp_path, "path.write_text('Changed.')"))
    assert kept()[0].rejected == "A text of another kind."


DECK = """title: Bees
language: en
slides:
- title: Bees
- title: They nest in walls
  bullets:
  - Warm
  - Dry
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A deck on the desk, as `deck` leaves it."""
    (tmp_path / "bees.yaml").write_text(DECK, encoding="utf-8")
    done = run(tmp_path, "deck", "build", "bees.yaml", "-o", "bees.pptx", "--no-keep")
    assert done.returncode == 0, done.stderr
    made = Made((Message("user", "A deck on bees"),), "qwen", 3)
    with open_desk() as desk:
        desk.add_draft(written_deck(tmp_path / "bees.pptx", made))
    return tmp_path / "bees.pptx"


def test_a_deck_is_changed_in_its_own_program_and_kept_as_an_outline(
    deck: Path, tmp_path: Path
) -> None:
    assert "its own program" in sentence(edit(tmp_path, "bees.pptx", EDITOR="false"), 2)
    change(deck, "They nest in walls", "They live in walls")
    done = edit(tmp_path, "bees.pptx")
    assert done.returncode == 0, done.stderr
    (record,) = kept()
    assert record.prompt[0].content == "A deck on bees"
    assert "They nest in walls" in record.rejected
    assert record.chosen == record.rejected.replace("nest", "live")


def test_a_deck_that_an_editor_sent_back_is_compared_by_its_outline(
    deck: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back.pptx"
    back.write_bytes(deck.read_bytes())
    assert "Nothing was changed." in edit(tmp_path, "bees.pptx", "--with", "back.pptx").stderr
    change(back, "Warm", "Warm and safe")
    done = edit(tmp_path, "1", "--with", "back.pptx", "--by", "Ada")
    assert done.returncode == 0, done.stderr
    assert "Warm and safe" in kept()[0].chosen


def test_an_outline_can_be_changed_in_an_editor_and_must_stay_one(
    deck: Path, tmp_path: Path
) -> None:
    deck.unlink()
    broken = edit(tmp_path, "1", EDITOR=editor(tmp_path, "path.write_text('slides: 3')"))
    sentence(broken, 2)
    assert broken.stdout == "slides: 3", "what somebody typed is not lost"
    assert kept() == []
    done = edit(tmp_path, "1", EDITOR=editor(tmp_path, REPLACE))
    assert done.returncode == 0, done.stderr
    assert "They live in walls" in kept()[0].chosen


def change(file: Path, text: str, other: str) -> None:
    """What somebody does in PowerPoint."""
    presentation = Presentation(str(file))
    for slide in presentation.slides:
        for shape in slide.shapes:
            for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else ():
                for piece in paragraph.runs:
                    piece.text = piece.text.replace(text, other)
    presentation.save(str(file))


def verdicts() -> list[tuple[bool, str]]:
    with open_desk() as desk:
        rows = [row for row in desk.rows() if isinstance(row, Verdict)]
    return [(row.keep, row.annotator) for row in rows]


def test_drafts_are_kept_and_dropped_by_file_and_number(bees: Path, tmp_path: Path) -> None:
    remember(DRAFT)
    done = run(tmp_path, "keep", "bees.md", "2", "2", "--by", "Ada")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "Draft 1 is kept.\nDraft 2 is kept.\n"
    assert run(tmp_path, "drop", "1", "--by", "Ada").stderr == "Draft 1 is dropped.\n"
    assert verdicts() == [(True, "Ada"), (False, "Ada")]
    assert bees.exists()


def test_a_verdict_on_a_file_that_was_changed_since_says_what_it_is_about(
    bees: Path, tmp_path: Path
) -> None:
    bees.write_text("# Bees\n\nOther.\n", encoding="utf-8")
    done = run(tmp_path, "keep", "bees.md")
    assert "bees.md was changed since" in done.stderr
    edit(tmp_path, "bees.md", EDITOR="true")
    assert run(tmp_path, "keep", "bees.md").stderr == "Draft 1 is kept.\n"
    with open_desk() as desk:
        (verdict,) = (row for row in desk.rows() if isinstance(row, Verdict))
    assert verdict.completion == DRAFT.markdown.strip()


def test_a_verdict_on_a_file_of_unknown_origin_puts_it_on_the_desk(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("# 蜜蜂\n\n正文。", encoding="utf-8")
    assert run(tmp_path, "keep", "x.md").returncode == 0
    assert run(tmp_path, "drop", "x.md").returncode == 0
    assert verdicts() == [(False, "")]
    assert model_of(1) == "unknown"


def test_with_one_draft_that_is_none_nothing_is_said_of_the_others(
    bees: Path, tmp_path: Path
) -> None:
    assert "There is no file gone.md." in sentence(run(tmp_path, "keep", "1", "gone.md"), 1)
    assert verdicts() == []
