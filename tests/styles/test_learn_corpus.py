"""Reading posts: whatever lies in the folder, what can be read is read and the rest is counted."""

import contextlib
import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import DocumentProblem
from copydesk.hostile_yaml import read_yaml
from copydesk.styles import corpus
from copydesk.styles.corpus import Corpus, read_corpus

TEXT = "Bees move into cities because gardens flower there for longer than fields do."


def reasons(read: Corpus) -> dict[str, str]:
    return {one.place: one.reason for one in read.skipped}


def test_front_matter_goes_and_its_title_stays(tmp_path: Path) -> None:
    front = "---\ntitle: 'Bees: a start'\ndate: 2024-05-01\ntags: [a, b]\n---\n"
    (tmp_path / "a.md").write_text(f"{front}\n# Bees\n\n{TEXT}\n")
    (tmp_path / "b.txt").write_text(f"# From the heading\n\n{TEXT} Twice.")
    (tmp_path / "c.md").write_text(f"{TEXT} Three times.")
    (tmp_path / "d.md").write_text(f"---\ntitle: [unclosed\n---\n{TEXT} Four times.")
    posts = read_corpus(tmp_path).posts
    assert [post.title for post in posts] == ["Bees: a start", "From the heading", "c", "d"]
    assert (posts[0].text, posts[0].date) == (TEXT, "2024-05-01")
    assert posts[3].text == f"{TEXT} Four times."


def test_what_cannot_be_read_is_skipped_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(TEXT)
    (tmp_path / "again.md").write_text(TEXT)
    (tmp_path / "short.md").write_text("Hello.")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9 " * 30)
    (tmp_path / "binary.md").write_bytes(b"abc\0" * 50)
    (tmp_path / "large.md").write_text("word " * 500_000)
    (tmp_path / ".hidden.md").write_text(TEXT * 2)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "gone.md").symlink_to("nowhere")
    read = read_corpus(tmp_path)
    assert [post.place for post in read.posts] == ["again.md"]
    assert reasons(read) == {
        "binary.md": "is no UTF-8 text",
        "gone.md": "is no file",
        "good.md": "says the same as another",
        "large.md": "is larger than 2 MB",
        "latin.txt": "is no UTF-8 text",
        "pipe.md": "is no file",
        "short.md": "is empty or too short",
    }


def test_a_folder_that_links_to_itself_is_read_once(tmp_path: Path) -> None:
    inner = tmp_path / "2024" / "may"
    inner.mkdir(parents=True)
    (inner / "a.md").write_text(TEXT)
    (inner / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(inner)
    read = read_corpus(tmp_path)
    assert [post.place for post in read.posts] == ["2024/may/a.md"]
    assert read.skipped == ()


def test_no_more_files_are_read_than_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.md").write_text(f"{TEXT} Number {number}.")
    read = read_corpus(tmp_path)
    assert [post.place for post in read.posts] == ["0.md", "1.md", "2.md"]
    assert reasons(read) == dict.fromkeys(["3.md", "4.md"], "is beyond the 3 files that are read")


def test_lines_of_json_plain_and_compressed(tmp_path: Path) -> None:
    rows: list[object] = [
        {"title": "One", "body": f"{TEXT} One."},
        {"text": f"# Two\n\n{TEXT} Two.", "date": "2024-01-01"},
        {"title": ">", "body": f"{TEXT} Three.", "path": "posts/2020-three.md"},
        {"title": "No body"},
        ["no", "object"],
    ]
    lines = "\n".join([*map(json.dumps, rows), "{broken", ""])
    (tmp_path / "a.jsonl").write_text(lines)
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as stream:
        stream.write(lines)
    for name in ("a.jsonl", "b.jsonl.gz"):
        read = read_corpus(tmp_path / name)
        assert [post.title for post in read.posts] == ["One", "Two", "2020-three"]
        assert list(reasons(read).values()) == [
            "has no text under body",
            "is no JSON object",
            "is no JSON",
        ]


def test_a_cut_archive_gives_what_is_before_the_cut(tmp_path: Path) -> None:
    rows = (json.dumps({"body": f"{TEXT} {os.urandom(200).hex()}"}) for _ in range(50))
    whole = gzip.compress("\n".join(rows).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    read = read_corpus(tmp_path / "cut.jsonl.gz")
    assert 0 < len(read.posts) < 50
    assert reasons(read) == {"cut.jsonl.gz": "cannot be read on: the archive is broken"}


def test_an_archive_that_unpacks_to_very_much_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "LARGEST_CORPUS", 100_000)
    rows = (json.dumps({"body": f"{TEXT} {number} {'x' * 9_000}"}) for number in range(100))
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode()))
    read = read_corpus(tmp_path / "bomb.jsonl.gz")
    assert len(read.posts) < 12
    assert len(read.skipped) == 1


def test_nothing_to_learn_from_is_said_with_the_first_reason(tmp_path: Path) -> None:
    with pytest.raises(DocumentProblem, match="There is no folder or file"):
        read_corpus(tmp_path / "nowhere")
    (tmp_path / "short.md").write_text("Hello.")
    with pytest.raises(DocumentProblem, match=r"1 skipped, the first, short\.md, is empty"):
        read_corpus(tmp_path)


def test_the_language_is_the_one_of_most_text(tmp_path: Path) -> None:
    (tmp_path / "en.md").write_text(TEXT)
    (tmp_path / "zh.md").write_text("城市里的蜜蜂越来越多，因为花园的花期比田野更长。" * 8)
    read = read_corpus(tmp_path)
    assert read.language == "zh"
    english = read.only("en")
    assert [post.place for post in english.posts] == ["en.md"]
    assert reasons(english) == {"zh.md": "is not English"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a: &x [1]\nb: *x", "aliases"),
        ("[" * 2_000, "nested|parsing|found"),
        ("a: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("x" * 600_000, "larger than"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("a: b\n c: [", "line 2"),
        ("? {a: b}\n: c", "unhashable|key"),
    ],
)
def test_yaml_that_would_do_harm_is_refused(content: str | bytes, reason: str) -> None:
    with pytest.raises(DocumentProblem, match=reason):
        read_yaml(content)


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    assert read_yaml("no: yes\n1:30: 007\nnull: ~\ndate: 2024-01-01") == {
        "no": "yes",
        "1:30": "007",
        "null": "~",
        "date": "2024-01-01",
    }


@given(st.text(max_size=300) | st.binary(max_size=300))
def test_any_yaml_is_read_or_refused(content: str | bytes) -> None:
    with contextlib.suppress(DocumentProblem):
        read_yaml(content)
