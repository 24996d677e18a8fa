"""The order in which rows are given changes nothing that an audit says."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict
from copydesk.train.audit import audit

_TEXT = st.sampled_from(
    [
        "",
        "a",
        "A.",
        "b",
        "c",
        "a b c d",
        "好",
        "好。",
        "a@b.org",
        "the same words here again",
        "x" * 9,
    ]
)
_PROMPT = st.sampled_from(["", "p", "P!", "q", "写"]).map(
    lambda text: (Message("user", text),) if text else ()
)
_WHO = st.sampled_from(["", "ann", "ben"])
_PLACE = st.sampled_from(["", "f:1", "f:2", "f:10", "g:1"])


def _ranking(prompt: tuple[Message, ...], ranked: list[tuple[str, int]], who: str) -> Ranking:
    return Ranking(
        prompt=prompt,
        completions=tuple(text for text, _ in ranked),
        ranks=tuple(rank for _, rank in ranked),
        annotator=who,
    )


_ROW = st.one_of(
    st.builds(Question, prompt=_PROMPT, place=_PLACE),
    st.builds(Sample, prompt=_PROMPT, place=_PLACE, completion=_TEXT),
    st.builds(
        Pair, prompt=_PROMPT, place=_PLACE, chosen=_TEXT, rejected=_TEXT, tie=st.booleans(),
        annotator=_WHO,
    ),
    st.builds(
        Verdict, prompt=_PROMPT, place=_PLACE, completion=_TEXT, keep=st.booleans(), annotator=_WHO
    ),
    st.builds(
        _ranking, _PROMPT, st.lists(st.tuples(_TEXT, st.integers(1, 3)), min_size=2, max_size=4),
        _WHO,
    ),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    st.lists(_ROW, min_size=1, max_size=14),
    st.lists(_ROW, max_size=5),
    st.integers(0, 9),
    st.booleans(),
)
def test_the_order_of_rows_changes_nothing(
    rows: list[Row], held: list[Row], seed: int, baselines: bool
) -> None:
    turned, turned_held = list(rows), list(held)
    random.Random(seed).shuffle(turned)
    random.Random(seed).shuffle(turned_held)
    one = audit(rows, held=held, baselines=baselines and seed == 0)
    other = audit(turned, held=turned_held, baselines=baselines and seed == 0)
    assert one.findings == other.findings
    assert one.counts == other.counts
    assert one.as_json()["numbers"] == other.as_json()["numbers"]
