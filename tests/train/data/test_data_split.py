"""A split by prompt: nothing is on both sides, and where a prompt goes is its own affair."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict
from copydesk.train.data import fingerprint, split
from copydesk.train.data.keys import groups, prompt_key, text_key


def _asked(text: str) -> tuple[Message, ...]:
    return (Message("user", text),) if text else ()


_TEXT = st.text(alphabet="aB ,.!好学1", max_size=6)
_PROMPT = _TEXT.map(_asked)
_ROWS = st.lists(
    st.one_of(
        st.builds(Question, prompt=_PROMPT),
        st.builds(Sample, prompt=_PROMPT, completion=_TEXT),
        st.builds(Pair, prompt=_PROMPT, chosen=_TEXT, rejected=_TEXT),
        st.builds(Verdict, prompt=_PROMPT, completion=_TEXT, keep=st.booleans()),
        st.builds(
            lambda prompt, texts: Ranking(
                prompt=prompt, completions=tuple(texts), ranks=tuple(range(1, len(texts) + 1))
            ),
            _PROMPT,
            st.lists(_TEXT, min_size=2, max_size=4),
        ),
    ),
    max_size=30,
)


def _texts(row: Row) -> set[bytes]:
    """What a row without a prompt says, as keys."""
    match row:
        case Sample() | Verdict():
            return {text_key(row.completion)}
        case Pair():
            return {text_key(row.chosen), text_key(row.rejected)}
        case Ranking():
            return {text_key(text) for text in row.completions}
        case _:
            return set()


@settings(deadline=None)
@given(_ROWS, st.floats(0, 0.99))
def test_splitting_never_leaks(rows: list[Row], share: float) -> None:
    train, held = split(rows, share)
    assert sorted(map(repr, (*train, *held))) == sorted(map(repr, rows))
    assert not {prompt_key(r.prompt) for r in train if prompt_key(r.prompt)} & {
        prompt_key(r.prompt) for r in held
    }
    learnt = {key for row in train if not prompt_key(row.prompt) for key in _texts(row)}
    tested = {key for row in held if not prompt_key(row.prompt) for key in _texts(row)}
    assert not learnt & tested


@settings(deadline=None)
@given(_ROWS, st.floats(0, 0.99), st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(rows: list[Row], share: float, rng: object) -> None:
    turned = list(rows)
    rng.shuffle(turned)  # type: ignore[attr-defined]
    (train, held), (other, other_held) = split(rows, share), split(turned, share)
    assert sorted(map(repr, train)) == sorted(map(repr, other))
    assert sorted(map(repr, held)) == sorted(map(repr, other_held))


@settings(deadline=None)
@given(_ROWS, st.floats(0.01, 0.99))
def test_neither_side_is_empty_with_two_prompts(rows: list[Row], share: float) -> None:
    train, held = split(rows, share)
    if len(set(groups(rows))) >= 2:
        assert train
        assert held
    else:
        assert not held


def _many(first: int, last: int) -> list[Sample]:
    return [
        Sample(prompt=_asked(f"about {number}"), completion="x") for number in range(first, last)
    ]


def test_the_share_is_of_the_prompts() -> None:
    rows = [row for row in _many(0, 4000) for _ in range(2)]
    train, held = split(rows, 0.1)
    assert len(held) / len(rows) == pytest.approx(0.1, abs=0.02)
    assert len(train) + len(held) == 8000


def test_rows_that_come_later_move_no_prompt() -> None:
    before = split(_many(0, 500), 0.2)
    after = split(_many(0, 1000), 0.2)
    assert set(before[1]) <= set(after[1])
    assert set(before[0]) <= set(after[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Write about bees.", "write  about BEES"),
        ("写一篇关于蜜蜂的文章。", "写一篇关于蜜蜂的文章"),
        ("ｗrite", "write"),
        ("naïve café", "nai\u0308ve cafe\u0301"),
    ],
)
def test_nearly_the_same_prompt_is_the_same(one: str, other: str) -> None:
    assert prompt_key(_asked(one)) == prompt_key(_asked(other))


def test_what_is_said_by_whom_counts() -> None:
    asked = (Message("system", "Be brief."), Message("user", "Bees?"))
    assert prompt_key(asked) != prompt_key(_asked("Be brief. Bees?"))
    assert prompt_key(asked) != prompt_key(_asked("Bees?"))
    assert prompt_key(_asked("!!")) != prompt_key(_asked("??"))


def test_rows_without_a_prompt_are_kept_together_by_what_they_share() -> None:
    chain = [Pair(prompt=(), chosen=f"text {n}", rejected=f"text {n + 1}") for n in range(40)]
    apart = [Pair(prompt=(), chosen=f"one {n}", rejected=f"two {n}") for n in range(40)]
    assert len(set(groups(chain))) == 1
    assert len(set(groups(apart))) == 40
    assert not split(chain, 0.5)[1]
    assert split(apart, 0.5)[1]


def test_the_fingerprint_is_of_what_rows_say_in_their_order() -> None:
    rows = _many(0, 3)
    moved = [Sample(prompt=row.prompt, completion="x", place="elsewhere:9") for row in rows]
    assert fingerprint(rows) == fingerprint(moved)
    assert fingerprint(rows) != fingerprint(rows[::-1])
    assert fingerprint(rows) != fingerprint(rows[:2])
    assert len(fingerprint(())) == 64
    question, pair = Question(prompt=()), Pair(prompt=(), chosen="", rejected="")
    assert fingerprint([question]) != fingerprint([pair])
