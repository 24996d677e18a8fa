"""Rows of tables can be read alone: each cell under the heads of its column."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.documents.grid import Cell, Slot, guessed_heads, is_head, lines, spread


def slots(*rows: list[str]) -> list[list[Slot]]:
    return [[Slot(text) for text in row] for row in rows]


def test_cells_are_named_by_the_heads_of_their_columns():
    assert lines(slots(["Town", "Hives"], ["Ulm", "310"], ["", "2"])) == [
        "Town | Hives",
        "Town: Ulm | Hives: 310",
        "Hives: 2",
    ]


def test_a_head_over_several_columns_stands_before_each_of_theirs():
    table = spread(
        [
            [Cell("Town", down=2), Cell("2023", across=2), Cell("2024", across=2)],
            [Cell("hives"), Cell("honey"), Cell("hives"), Cell("honey")],
            [Cell("Ulm"), Cell("310"), Cell("9"), Cell("320"), Cell("11")],
        ]
    )
    assert lines(table) == [
        "Town | 2023 hives | 2023 honey | 2024 hives | 2024 honey",
        "Town: Ulm | 2023 hives: 310 | 2023 honey: 9 | 2024 hives: 320 | 2024 honey: 11",
    ]


def test_a_cell_over_several_rows_is_said_in_each_and_one_over_columns_once():
    table = spread(
        [
            [Cell("Region"), Cell("Town"), Cell("Hives")],
            [Cell("North", down=2), Cell("Ulm"), Cell("310")],
            [Cell("none counted", across=2)],
            [Cell("South", across=3)],
        ]
    )
    assert lines(table)[1:] == [
        "Region: North | Town: Ulm | Hives: 310",
        "Region: North | Town: none counted",
        "South",
    ]


def test_years_are_heads_and_figures_are_not():
    assert is_head(["", "2023", "2024"])
    assert is_head(["项目", "2023年", "2024年"])
    assert is_head(["Revenue", "FY2023", "2024E"])
    assert not is_head(["Ulm", "310"])
    assert not is_head(["2023", "2024"])  # a list of years
    assert not is_head(["12.5%", "-3"])
    assert not is_head(["alone"])
    assert is_head(["-", "%"])
    assert is_head(["1" * 30_000 + "x", "b"])  # in no time


def test_a_row_of_one_cell_above_all_others_is_the_title():
    table = spread([[Cell("Hives of the towns", across=2)], [Cell("Town"), Cell("Hives")]])
    table += slots(["Ulm", "310"])
    assert lines(table) == ["Hives of the towns", "Town | Hives", "Town: Ulm | Hives: 310"]


def test_without_heads_rows_are_just_their_cells():
    assert lines(slots(["Ulm", "310"], ["Bonn", "2"])) == ["Ulm | 310", "Bonn | 2"]
    assert lines(slots(["Town", "Hives"], ["Ulm", "310"]), heads=0)[0] == "Town | Hives"
    assert lines([]) == []
    assert guessed_heads(slots(["Only", "one"])) == 0


def test_a_cell_that_says_it_covers_millions_covers_what_a_table_may_hold():
    table = spread([[Cell("wide", across=10**6, down=10**6)]] + [[Cell("x")]] * 1000)
    assert sum(map(len, table)) < 600_000
    assert lines(table)


def test_long_heads_are_not_said_in_full_in_each_row():
    long = "h" * 30_000
    table = spread([[Cell(long), Cell("b")], *[[Cell("1"), Cell("2")]] * 100])
    assert max(map(len, lines(table)[1:])) < 150
    down = spread([[Cell("a"), Cell("b")], [Cell(long, down=50), Cell("2")], *[[Cell("3")]] * 49])
    assert sum(map(len, lines(down))) < 40_000
    wide = [[Slot("head" * 20)] * 1000, [Slot("1")] * 1000]
    assert len(lines(wide, 1)[1]) < 12_000


_CELLS = st.builds(
    Cell, st.text(max_size=5), st.integers(-2, 300), st.integers(-2, 300), st.booleans()
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(_CELLS, max_size=5), max_size=8))
def test_no_word_of_a_cell_is_lost_however_cells_overlap(rows):
    table = spread(rows)
    assert len(table) == len(rows)
    for row, line in zip(rows, table, strict=True):
        texts = [slot.text for slot in line]
        assert all(cell.text in texts for cell in row)
    assert all(isinstance(line, str) for line in lines(table))


@pytest.mark.parametrize("heads", [None, 0, 1, 5])
def test_rows_of_different_lengths_are_no_trouble(heads):
    assert lines(slots(["a"], ["b", "c", "d"], []), heads)
