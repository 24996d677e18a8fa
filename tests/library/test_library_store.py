"""The library: what is added, known again, found by name, given back as it was read, and goes."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.documents.passage import Box, Document, Passage
from copydesk.documents.reading import How
from copydesk.errors import DocumentProblem, UnknownName, UsageProblem
from copydesk.library import adding, put
from copydesk.library.pieces import pieces
from copydesk.library.records import Added, Skipped
from copydesk.library.store import Library, library_file, open_library

ROOFS = "# Costs\n\nThe eight roofs cost 61,400 euros.\n\n## Dates\n\nThey were laid in May 2023.\n"
BEES = "# 蜜蜂\n\n城市里的蜜蜂住在旧墙里。\n"


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "data" / "library.sqlite3") as opened:
        yield opened


def written(path: Path, text: str = ROOFS, *, age: float = 60.0) -> Path:
    """A file that was last changed some seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def held(library: Library, document: Document, *, shelved: bool = True) -> int:
    """A document that is no file."""
    with library._writing() as connection:
        place = Path("/made") / document.name
        return put.put(connection, document, place, "made", shelved=shelved)


def test_a_document_comes_back_as_it_was_read(library: Library) -> None:
    read = Document(
        "report.pdf",
        "abc",
        (
            Passage("Costs", 1, "Costs", ("Part 1",), (Box(1, 2, 3, 4.5),), "heading"),
            Passage(
                "屋顶 cost 61,400.", 1, "Costs", ("Part 1",), (Box(1, 2, 3, 4), Box(5, 6, 7, 8))
            ),
            Passage("Year: 2023 | Cost: 61,400", 2, "Costs", ("Part 1",), (), "row"),
            Passage("Figure 1: A roof.", 3, "Dates", (), (), "caption"),
        ),
        "The roofs",
        ("page 4 without text",),
        4,
        ("i", "ii", "1", "2"),
    )
    held(library, read)
    (entry,) = library.entries()
    assert library.passages(entry) == list(read.passages)
    assert library.passages(entry, 2) == [read.passages[2]]
    assert (entry.title, entry.notes, entry.pages, entry.labels, entry.name) == (
        *(read.title, read.notes, read.pages, read.labels, read.name),
    )
    assert [entry.printed(page) for page in (1, 4, 5, 0)] == ["i", "2", "", ""]
    assert entry.passages == 3


def test_a_file_is_read_once_and_again_when_it_changes(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "roofs.md")
    first = library.add(path)
    assert (first.state, first.entry.name, first.entry.path) == ("new", "roofs.md", str(path))

    def unread(*_: object) -> None:
        raise AssertionError("was read")

    with monkeypatch.context() as patched:
        patched.setattr("copydesk.library.store.content_of", unread)
        assert library.add(path) == Added(first.entry, "unchanged")
        assert library.add(str(path)).entry == first.entry
    written(path, ROOFS.replace("eight", "nine"))
    assert library.stale(first.entry) == "changed"
    changed = library.add(path)
    assert changed.state == "changed"
    assert changed.entry.number == first.entry.number
    assert "nine" in library.search("roofs")[0].passage.text
    assert library.search("eight") == []
    assert library.stale(changed.entry) == ""
    path.unlink()
    assert library.stale(changed.entry) == "gone"
    assert library.search("roofs")  # what was read can still be asked


def test_a_change_within_the_same_tick_and_size_is_seen(library: Library, tmp_path: Path) -> None:
    path = written(tmp_path / "roofs.md", age=0)
    library.add(path)
    stat = path.stat()
    path.write_text(ROOFS.replace("May", "Jun"), encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert library.add(path).state == "changed"


def test_a_touched_file_is_known_by_its_content(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "roofs.md")
    library.add(path)
    os.utime(path, (1, 1))
    monkeypatch.setattr("copydesk.library.store.document_of", None)  # would not be read
    assert library.stale(library.find("roofs.md")) == ""
    assert library.add(path).state == "unchanged"


def test_copies_are_one_document_and_moved_ones_are_followed(
    library: Library, tmp_path: Path
) -> None:
    path = written(tmp_path / "roofs.md")
    entry = library.add(path).entry
    copy = tmp_path / "copy.md"
    shutil.copy2(path, copy)
    assert library.add(copy) == Added(entry, "unchanged")
    assert library.find(copy) == entry
    path.unlink()
    moved = library.add(copy).entry
    assert (moved.number, moved.name, moved.path) == (entry.number, "copy.md", str(copy))
    assert len(library.entries()) == 1


def test_a_file_that_becomes_another_known_one_leaves_nothing_behind(
    library: Library, tmp_path: Path
) -> None:
    roofs, bees = written(tmp_path / "roofs.md"), written(tmp_path / "bees.md", BEES)
    library.add(roofs)
    kept = library.add(bees).entry
    written(roofs, BEES, age=30)
    assert library.add(roofs).entry.number == kept.number
    assert [entry.number for entry in library.entries()] == [kept.number]
    assert library.search("roofs") == []


def test_a_changed_file_whose_copy_is_still_there_is_a_new_document(
    library: Library, tmp_path: Path
) -> None:
    path = written(tmp_path / "roofs.md")
    library.add(path)
    shutil.copy2(path, tmp_path / "copy.md")
    library.add(tmp_path / "copy.md")
    written(path, ROOFS.replace("eight", "nine"))
    assert library.add(path).state == "new"
    assert sorted(found.passage.text[:20] for found in library.search("cost of the roofs"))
    assert len(library.entries()) == 2


def test_documents_of_one_name_are_told_apart(library: Library, tmp_path: Path) -> None:
    names = []
    for number, folder in enumerate(("a", "b", "c/b")):
        path = written(tmp_path / folder / "roofs.md", f"{ROOFS}\nNumber {number}.\n")
        names.append(library.add(path).entry.name)
    assert names == ["roofs.md", "b/roofs.md", "roofs.md (2)"]


def test_documents_are_found_by_name_part_path_and_number(library: Library, tmp_path: Path) -> None:
    roofs = library.add(written(tmp_path / "Roofs 2023.md")).entry
    bees = library.add(written(tmp_path / "bees.md", BEES)).entry
    for named in ("Roofs 2023.md", "roofs 2023.MD", "roofs", tmp_path / "Roofs 2023.md", "1", 1):
        assert library.find(named) == roofs
    assert library.find("bees") == bees
    for named in ("s", "", ".md", "elephants", 3, 0, "9" * 40, "\0", "\ud800"):
        with pytest.raises(UnknownName, match="no document named"):
            library.find(named)


def test_what_cannot_be_read_is_left_out_and_told(library: Library, tmp_path: Path) -> None:
    good, empty = written(tmp_path / "roofs.md"), written(tmp_path / "empty.md", "")
    told: list[tuple[Path, int]] = []

    def on_file(path: Path, number: int) -> How | None:
        told.append((path, number))
        return None

    first, second, third = library.add_all([good, empty, tmp_path / "none.md"], on_file=on_file)
    assert isinstance(first, Added)
    assert isinstance(second, Skipped)
    assert isinstance(third, Skipped)
    assert "is empty" in second.reason
    assert "no file" in third.reason
    assert told == [(good, 1), (empty, 2), (tmp_path / "none.md", 3)]
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    for named in (tmp_path, tmp_path / "loop.md", "a\0b.md", "\ud800.md", "~no-such-user/a.md", ""):
        with pytest.raises(DocumentProblem):
            library.add(named)
    assert [entry.name for entry in library.entries()] == ["roofs.md"]


def test_what_was_read_without_ocr_is_read_again_with_it_where_something_is_missing(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "roofs.md")
    library.add(path, How(ocr=False))
    assert library.add(path, How()).state == "unchanged"  # it lacked nothing
    with library._writing() as connection:
        connection.execute("UPDATE documents SET notes = '[\"page 1 without text\"]'")
    assert library.add(path, How(ocr=False)).state == "unchanged"
    assert library.add(path, How()).state == "changed"
    assert library.add(path, How(ocr=False)).state == "unchanged"
    monkeypatch.setattr(adding, "READER", adding.READER + 1)
    assert library.add(path, How()).state == "changed"


def test_what_was_only_asked_is_not_on_the_shelf_and_goes_when_there_is_much_of_it(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = library.add(written(tmp_path / "bees.md", BEES), shelved=False).entry
    kept = library.add(written(tmp_path / "roofs.md")).entry
    assert not asked.shelved
    assert library.entries() == [kept]
    assert {entry.name for entry in library.entries(shelved_only=False)} == {"bees.md", "roofs.md"}
    assert library.search("蜜蜂") == []
    assert library.search("蜜蜂", entries=[asked])
    assert library.add(tmp_path / "roofs.md", shelved=False).entry.shelved  # it stays there
    monkeypatch.setattr(adding, "_ASKED", 1)
    library.add(written(tmp_path / "more.md", BEES + "\n更多。\n"), shelved=False)
    names = [entry.name for entry in library.entries(shelved_only=False)]
    assert names == ["more.md", "roofs.md"]
    library.add(tmp_path / "more.md")
    assert [entry.name for entry in library.entries()] == ["more.md", "roofs.md"]


def test_pieces_are_found_by_key_with_their_neighbours_until_the_document_changes(
    library: Library, tmp_path: Path
) -> None:
    text = "".join(f"# Part {n}\n\n{'Roof ' * 60}number {n}.\n\n" for n in range(5))
    entry = library.add(written(tmp_path / "roofs.md", text)).entry
    library.add(written(tmp_path / "bees.md", BEES))
    key = library.search("part 2 number 2", 1)[0].key
    assert library.passage(key).passage.section == "Part 2"
    assert [one.passage.section for one in library.near(key)] == ["Part 1", "Part 2", "Part 3"]
    assert len(library.near(key, 9, 9)) == entry.passages == 5
    assert library.near(key, 0, 0) == [library.passage(key)]
    written(tmp_path / "roofs.md", text + "More.\n")
    library.add(tmp_path / "roofs.md")
    with pytest.raises(UsageProblem, match="There is no passage"):
        library.passage(key)
    library.remove(library.find("roofs"))
    assert [entry.name for entry in library.entries()] == ["bees.md"]
    library.remove(entry)  # gone already
    with library._reading() as connection:
        for table in ("passages", "sections", "pieces", "words"):
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert count <= 3
        left = dict(connection.execute("SELECT term, pieces FROM frequencies WHERE pieces"))
    assert "roof" not in left
    assert min(left.values()) > 0


def test_numbers_and_keys_are_never_given_twice(library: Library) -> None:
    one = Document("a", "a", (Passage("Roofs are red."),))
    first = held(library, one)
    key = library.search("roofs")[0].key
    library.remove(library.find(first))
    second = held(library, replace(one, sha256="b"))
    assert second > first
    assert library.search("roofs")[0].key > key


def test_the_last_answers_are_remembered(library: Library) -> None:
    assert library.last_answer() == ""
    numbers = [library.remember(f'{{"n": {n}, "text": "蜜蜂\\ud800"}}') for n in range(25)]
    assert library.last_answer().startswith('{"n": 24')
    assert library.last_answer(numbers[10]).startswith('{"n": 10')
    assert library.last_answer(numbers[0]) == ""


def test_the_library_lies_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path))
    assert library_file() == tmp_path / "data" / "library.sqlite3"
    monkeypatch.setenv("COPYDESK_LIBRARY", str(tmp_path / "other.db"))
    with open_library() as opened:
        assert opened.path == tmp_path / "other.db"
    assert (tmp_path / "other.db").stat().st_mode & 0o777 == 0o600


PASSAGES = st.lists(
    st.builds(
        Passage,
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400),
        st.integers(0, 3),
        st.sampled_from(["", "A", "B"]),
        kind=st.sampled_from(["text", "row", "caption", "heading"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(PASSAGES, st.integers(40, 300))
def test_pieces_hold_every_passage_once_and_stay_on_their_page(
    passages: list[Passage], size: int
) -> None:
    cut = list(pieces(passages, size))
    text = ""
    for piece in cut:
        held = passages[piece.first : piece.last + 1]
        assert len({(passage.page, passage.path) for passage in held}) == 1
        text += piece.text([passage.text for passage in held])
    assert "".join(text.split()) == "".join("".join(p.text for p in passages).split())


def test_long_passages_are_cut_between_sentences() -> None:
    sentence = "The roofs were laid in May by two men and a boy. "
    passage = Passage(sentence * 30 + "屋顶是在五月铺的。" * 60)
    texts = [piece.text([passage.text]) for piece in pieces([passage], 400)]
    assert all(len(text) <= 400 for text in texts)
    assert all(text.endswith((".", "。")) for text in texts)


def test_of_a_full_shelf_only_the_nearest_names_are_told(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"note{number}.txt").write_text(f"Note {number} is about roofs.")
    with open_library(tmp_path / "l.sqlite3") as library:
        for path in tmp_path.glob("note*.txt"):
            library.add(path)
        with pytest.raises(UnknownName) as caught:
            library.find("nope7.txt")
    assert "did you mean note7.txt?" in caught.value.hint
    assert caught.value.hint.count(".txt") <= 8
    assert "34 more: copydesk library list" in caught.value.hint
