"""What each key does to an order in the making, and what a typed line means."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.cli.picking import HELP, LINE_HELP, Line, Picking, read_line
from copydesk.errors import UsageProblem
from copydesk.preferences.order import show_order

LEFT, RIGHT, UP, DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"


def pressed(*keys: str, count: int = 4) -> Picking:
    picking = Picking(count)
    for key in keys:
        picking.press(key)
    return picking


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (["d", "c", "b"], "D > C > B > A"),  # the last one falls into place
        (["d", "c", "b", "="], "D > C > A = B"),
        (["d", "c", "b", "=", "="], "D > C > B > A"),
        (["d", "=", "c", "b"], "C = D > B > A"),
        (["d", "=", "c", "=", "b", "="], "A = B = C = D"),
        (["=", "d", "c", "b"], "D > C > B > A"),  # nothing to tie with yet
        (["d", "d", "D", "c", "b", "a"], "D > C > B > A"),
        (["D > C > B = A"], "D > C > A = B"),  # pasted
        (["Ｄ＞Ｃ＞Ｂ＝Ａ"], "D > C > A = B"),
        (["d", "c", "\x7f", "b", "c"], "D > B > C > A"),
        (["d", "c", "b", "\b", "a"], "D > C > A > B"),  # what came by itself goes as well
        (["d", "=", "\x7f", "c", "b"], "D > C > B > A"),
        ([UP, UP, UP], "A > B > C > D"),
        ([RIGHT, UP, LEFT, UP, UP], "B > A > C > D"),
        ([LEFT, UP, "b", "a"], "D > B > A > C"),
        (["\x1b[C\x1b[C\x1b[A", "a", "b"], "C > A > B > D"),  # typed ahead
        (["\xe0M\xe0H", "a", "c"], "B > A > C > D"),  # Windows
        (["\x7f", "\x1b", "x", "5", "\t", "d", "c", "b"], "D > C > B > A"),
    ],
)
def test_keys_make_an_order(keys: list[str], order: str) -> None:
    picking = pressed(*keys)
    assert picking.whole
    assert show_order(picking.ranks) == order
    assert not picking.end
    picking.press("\r")
    assert picking.end == "done"


def test_enter_waits_for_the_whole_order() -> None:
    picking = pressed("d", "\r")
    assert picking.end == ""
    assert picking.placed == [3]


@pytest.mark.parametrize(
    ("key", "end"), [("q", "quit"), ("\x04", "quit"), ("S", "skip"), ("s", "skip")]
)
def test_leaving(key: str, end: str) -> None:
    picking = pressed("d", key, "c")
    assert picking.end == end
    assert picking.placed == [3]


def test_help_and_reading_are_asked_for() -> None:
    picking = Picking(3)
    assert picking.press("?") == "help"
    assert picking.press(RIGHT) == ""
    assert picking.press(DOWN) == "read"
    assert picking.chosen == 1


def test_what_is_shown() -> None:
    assert pressed().show() == "  [A] B  C  D "
    assert pressed("d", RIGHT).show() == "D >    A [B] C "
    assert pressed("d", "=").show() == "D =   [A] B  C "
    assert pressed("d", "c", "b", "=").show() == "D > C > B = A   (Enter keeps it)"


@given(st.integers(2, 12), st.lists(st.text(max_size=4) | st.sampled_from([UP, LEFT, RIGHT, "="])))
@settings(deadline=None)
def test_no_keys_bring_it_down(count: int, keys: list[str]) -> None:
    picking = Picking(count)
    for key in keys:
        picking.press(key)
        picking.show()
        assert 0 <= picking.chosen < count
        if picking.whole:
            assert sorted(picking.placed) == list(range(count))
            assert sorted(set(picking.ranks)) == list(range(1, max(picking.ranks) + 1))


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("b > a", Line(end="done", ranks=(2, 1))),
        ("ba", Line(end="done", ranks=(2, 1))),
        ("a=b", Line(end="done", ranks=(1, 1))),
        (" q ", Line(end="quit")),
        ("skip", Line(end="skip")),
        ("", Line(help=True)),
        ("？", Line(help=True)),
        ("B", Line(read=1)),
    ],
)
def test_lines(typed: str, line: Line) -> None:
    assert read_line(typed, 2) == line


def test_a_letter_is_an_answer_before_it_is_a_word() -> None:
    assert read_line("h", 8) == Line(read=7)
    assert read_line("h", 7) == Line(help=True)


def test_lines_that_are_no_order() -> None:
    with pytest.raises(UsageProblem, match="no answer 'X'"):
        read_line("x > a", 2)


def test_help_names_every_key() -> None:
    for key in ("=", "← →", "↑", "↓", "Backspace", "Enter", " s ", " q "):
        assert key in HELP
    assert " s " in LINE_HELP
