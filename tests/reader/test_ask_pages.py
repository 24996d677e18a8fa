"""A question that names a page is answered out of that page alone."""

from pathlib import Path

import pytest
from tests.documents.drawn import column, write
from tests.support.asked import model, said

from copydesk.documents.passage import Passage
from copydesk.library.records import Entry, Found
from copydesk.library.store import Library, open_library
from copydesk.reader.ask import ask
from copydesk.reader.pages import on_pages

FLOORS = [
    ["The ground floor has a wall of slate.", "It was painted by Ida Brandt in the spring."],
    ["The first floor has a wall of oak.", "It was carved by Jon Ferro in the autumn."],
    ["The attic has a wall of glass.", "It was cut by Mei Tan in the winter."],
]
QUESTION = "Who made the wall that page {} tells of?"


@pytest.fixture
def house(tmp_path: Path) -> Library:
    path = write(tmp_path / "house.pdf", [column(72, 700, lines) for lines in FLOORS])
    library = open_library(tmp_path / "library.sqlite3")
    library.add(path)
    return library


def shown(page: str, library: Library) -> str:
    generator = model(said("p1", "Jon Ferro"))
    with library:
        ask(QUESTION.format(page), library, generator, entries=library.entries())
    return generator.requests[0].messages[1].content


def test_only_the_page_is_read(house: Library) -> None:
    read = shown("2", house)
    assert "Jon Ferro" in read
    assert "Ida Brandt" not in read
    assert "Mei Tan" not in read


def test_several_pages_are_read(house: Library) -> None:
    read = shown("1 and 3", house)
    assert "Jon Ferro" not in read
    assert "Ida Brandt" in read
    assert "Mei Tan" in read


def test_without_such_a_page_all_is_read(house: Library) -> None:
    read = shown("41", house)
    assert all(name in read for name in ("Jon Ferro", "Ida Brandt", "Mei Tan"))


@pytest.mark.parametrize(
    ("question", "pages"),
    [
        ("What is on page 3?", [3]),
        ("What is on page iii?", [1]),
        ("What is on page 100?", [2]),
        ("What is on the last page?", [5]),
        ("第五页写了什么？", [4]),
        ("What is on pages 3 and 100?", [2, 3]),
        ("What does it cost?", [1, 2, 3, 4, 5]),
        ("What is on page 9?", [1, 2, 3, 4, 5]),
    ],
)
def test_printed_numbers_come_before_the_pages_own(question: str, pages: list[int]) -> None:
    entry = Entry(1, "a.pdf", "/a.pdf", "", pages=5, labels=("iii", "100", "", "5", "101"))
    found = [Found(entry, page, Passage("Bees.", page)) for page in range(1, 6)]
    kept = on_pages(question, found, Alone())
    assert [one.passage.page for one in kept] == pages


class Alone:
    """A shelf on which nothing stands beside anything."""

    def near(self, key: int, before: int = 1, after: int = 1) -> list[Found]:
        return []

    def search(self, *args: object, **options: object) -> list[Found]:
        return []

    def passages(self, entry: Entry, page: int | None = None) -> list[Passage]:
        return []

    def opening(self, entry: Entry, count: int) -> list[Found]:
        return []
