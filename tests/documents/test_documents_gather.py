"""Folders become files to read; what is left out is said with its reason."""

import os
import socket
import threading
from pathlib import Path

import pytest
from tests.documents.sources import deck, pdf, word

from copydesk.documents.gather import gather, summary
from copydesk.documents.read import read_document
from copydesk.errors import DocumentProblem


def reasons(folder: Path) -> dict[str, str]:
    return {path.name: reason for path, reason in gather([folder]).skipped}


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in gather([folder]).files]


def test_documents_come_in_the_order_of_names_folders_within(tmp_path):
    for name in ("b.md", "a/z.txt", "a/b.csv", "c.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Some words.")
    assert names(tmp_path) == ["a/b.csv", "a/z.txt", "b.md", "c.html"]


def test_the_content_tells_what_a_name_does_not(tmp_path):
    pdf(tmp_path / "report", [["Some words on a page."]])
    pdf(tmp_path / "report.2024", [["Some words on a page."]])
    word(tmp_path / "letter")
    (tmp_path / "README").write_text("Read me, please.")
    (tmp_path / "page.php").write_text("<!DOCTYPE html><p>Some words.")
    (tmp_path / "noise").write_bytes(bytes(range(256)))
    assert names(tmp_path) == ["README", "letter", "page.php", "report", "report.2024"]
    assert reasons(tmp_path) == {"noise": "kind that is not read"}


def test_what_is_no_document_is_skipped_with_its_reason(tmp_path):
    (tmp_path / "a.txt").write_text("Some words.")
    for name in ("p.png", "m.mp3", "z.zip", "s.py", "o.doc", ".hidden.txt", "~$a.docx", "x.qqq"):
        (tmp_path / name).write_text("Some words.")
    (tmp_path / "none.txt").write_bytes(b"")
    assert reasons(tmp_path) == {
        "p.png": "picture",
        "m.mp3": "sound or video",
        "z.zip": "archive",
        "s.py": "program or data",
        "o.doc": "Office format that is not read",
        ".hidden.txt": "hidden",
        "~$a.docx": "hidden",
        "x.qqq": "kind that is not read",
        "none.txt": "empty",
    }


def test_five_hundred_mixed_files_give_a_summary_of_a_few_lines(tmp_path):
    for number in range(250):
        (tmp_path / f"{number:03}.txt").write_text(f"Text number {number}.")
        (tmp_path / f"{number:03}.jpg").write_bytes(b"\xff\xd8\xff" + bytes(40))
    (tmp_path / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    heard: list[Path] = []
    found = gather([tmp_path], on_skip=lambda path, reason: heard.append(path))
    assert len(found.files) == 250
    assert len(heard) == len(found.skipped) == 251
    assert found.summary() == (
        "skipped 250 files (picture): 000.jpg, 001.jpg, 002.jpg and 247 more",
        "skipped 1 file (hidden): .DS_Store",
    )
    assert summary([]) == ()


def test_links_are_not_followed_out_or_round(tmp_path):
    shelf = tmp_path / "shelf"
    (shelf / "in").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("Not for the library.")
    (shelf / "in" / "a.txt").write_text("Some words.")
    (shelf / "out.txt").symlink_to(tmp_path / "secret.txt")
    (shelf / "up").symlink_to(tmp_path)
    (shelf / "in" / "round").symlink_to(shelf)
    (shelf / "again.txt").symlink_to(shelf / "in" / "a.txt")
    (shelf / "loop").symlink_to(shelf / "loop")
    (shelf / "gone.txt").symlink_to(shelf / "nothing.txt")
    assert names(shelf) == ["in/a.txt"]
    assert reasons(shelf) == {
        "out.txt": "link out of the folder",
        "up": "link out of the folder",
        "round": "link to what is in the folder anyway",
        "again.txt": "link to what is in the folder anyway",
        "loop": "link that leads nowhere",
        "gone.txt": "link that leads nowhere",
    }


def test_pipes_and_sockets_are_neither_waited_for_nor_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    (tmp_path / "a.txt").write_text("Some words.")
    os.mkfifo("pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        assert reasons(Path()) == {"pipe.txt": "no regular file", "socket.txt": "no regular file"}
        for name in ("pipe.txt", "socket.txt", "/dev/zero", "/dev/null"):
            with pytest.raises(DocumentProblem):
                read_document(Path(name))


def test_a_file_named_is_kept_whatever_it_is_and_once(tmp_path):
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG")
    text = tmp_path / "b.txt"
    text.write_text("Some words.")
    assert gather([picture, text, tmp_path, str(text)]).files == (picture, text)


def test_a_folder_without_documents_says_what_it_holds(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(DocumentProblem) as caught:
        gather([tmp_path])
    assert "no document" in caught.value.message
    assert "(picture): a.png" in caught.value.hint


@pytest.mark.parametrize("path", ["absent", "a\0b", "absent/in/absent.txt"])
def test_what_is_not_there_is_said(tmp_path, path):
    with pytest.raises(DocumentProblem):
        gather([tmp_path / path])


def test_what_cannot_be_read_is_skipped_whoever_asks(tmp_path, monkeypatch):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Some words.")
    real = os.open

    def refusing(path, *args, **kwargs):
        if str(path).endswith("b.txt"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)
    assert reasons(tmp_path) == {"b.txt": "cannot be read: Permission denied"}
    with pytest.raises(DocumentProblem, match="Permission denied"):
        read_document(tmp_path / "b.txt")


def test_a_file_that_goes_between_looking_and_reading_is_said_to_be_gone(tmp_path):
    deck(tmp_path / "a.pptx")
    found = gather([tmp_path]).files
    found[0].unlink()
    with pytest.raises(DocumentProblem, match="There is no file"):
        read_document(found[0])


def test_a_file_that_is_deleted_while_it_is_read_is_read_to_its_end(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("Some words. " * 1000)
    real = os.fstat

    def unlinking(descriptor):
        path.unlink(missing_ok=True)
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", unlinking)
    assert len(read_document(path).text) == 11_999
    assert not path.exists()


def test_a_folder_that_grows_while_it_is_looked_through_ends(tmp_path):
    (tmp_path / "a.txt").write_text("Some words.")
    stop = threading.Event()

    def churn() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            path = tmp_path / f"n{number % 50}.txt"
            path.write_text("Some words.")
            path.unlink()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(20):
            assert tmp_path / "a.txt" in gather([tmp_path]).files
    finally:
        stop.set()
        thread.join()
