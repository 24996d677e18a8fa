"""Circles and agreement, against definitions worked out by hand and by brute force."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking
from copydesk.train.audit import audit
from copydesk.train.audit.agreement import cohen_kappa, krippendorff_alpha
from copydesk.train.audit.baselines import human_ceiling

_ASKED = (Message("user", "p"),)


def test_kappa_by_hand() -> None:
    votes = [(1, 1)] * 20 + [(1, -1)] * 5 + [(-1, 1)] * 10 + [(-1, -1)] * 15
    assert cohen_kappa(votes) == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert cohen_kappa([(1, 1), (-1, -1)]) == 1.0
    assert cohen_kappa([(0, 0), (0, 0)]) == 1.0


def test_alpha_by_hand() -> None:
    """Two votes each on four items, three of them agreed, counted both ways round."""
    items = [{"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a": -1, "b": -1}, {"a": 1, "b": -1}]
    # Of sixteen values eight are 1 and eight -1; four of the sixteen stand in disagreement.
    assert krippendorff_alpha(items) == pytest.approx(1 - 15 * 4 / (2 * 8 * 8))  # type: ignore[arg-type]


def test_alpha_of_full_agreement_is_one() -> None:
    assert krippendorff_alpha([{"a": 1, "b": 1, "c": 1}, {"a": 0, "b": 0}]) == 1.0
    assert krippendorff_alpha([{"a": 0, "b": 0}]) == 1.0


def test_alpha_does_not_hang_on_which_answer_is_called_the_first() -> None:
    items = [{"a": 1, "b": 1}, {"a": 1, "b": 0}, {"a": -1, "b": 1}]
    turned = [{who: -vote for who, vote in items[0].items()}, *items[1:]]
    assert krippendorff_alpha(items) == pytest.approx(krippendorff_alpha(turned))  # type: ignore[arg-type]


def test_the_human_ceiling_leaves_ties_out() -> None:
    def ranked(who: str, *ranks: int) -> Ranking:
        return Ranking(prompt=_ASKED, completions=("x", "y", "z"), ranks=ranks, annotator=who)

    rows = [ranked("ann", 1, 2, 3), ranked("ben", 2, 1, 3), ranked("cid", 1, 1, 2)]
    # x–y: ann and ben differ. x–z and y–z: all three agree, three pairs of annotators each.
    assert human_ceiling(rows) == pytest.approx(6 / 7)
    assert human_ceiling(rows[:1]) is None
    assert audit(rows).numbers["human_ceiling"] == pytest.approx(6 / 7)
    assert audit(rows).numbers["agreement"] == pytest.approx(6 / 9)  # ben and cid differ, ann too


def _circle_by_brute_force(edges: set[tuple[str, str]]) -> bool:
    nodes = sorted({node for edge in edges for node in edge})
    return any(
        all(edge in edges for edge in zip(path, (*path[1:], path[0]), strict=True))
        for size in range(3, len(nodes) + 1)
        for path in permutations(nodes, size)
    )


@settings(deadline=None, max_examples=80)
@given(
    st.sets(
        st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")).filter(lambda e: e[0] < e[1]),
        max_size=10,
    ),
    st.integers(0, 1023),
)
def test_circles_agree_with_brute_force(edges: set[tuple[str, str]], turns: int) -> None:
    turned = {edge[::-1] if turns >> at & 1 else edge for at, edge in enumerate(sorted(edges))}
    rows = [Pair(prompt=_ASKED, chosen=one, rejected=other) for one, other in sorted(turned)]
    rows.append(Pair(prompt=_ASKED, chosen="good", rejected="bad"))
    found = audit(rows, baselines=False)
    assert ("cycle" in found.counts) == _circle_by_brute_force(turned)
    for each in found.findings:
        if each.code == "cycle":
            assert len(each.place.split(", ")) >= 3


def _wide(who: str, ranks: list[int]) -> Ranking:
    texts = tuple(f"answer {at}" for at in range(len(ranks)))
    return Ranking(prompt=_ASKED, completions=texts, ranks=tuple(ranks), annotator=who)


def test_wide_rankings_are_compared_by_the_same_few_answers() -> None:
    """Their pairs grow with the square: 300 answers have 44,850, 32 have 496."""
    ranks = [at // 3 for at in range(300)]
    report = audit([_wide("ann", ranks), _wide("ben", ranks)])
    assert report.numbers["comparisons"] == 2 * 44_850
    assert report.numbers["ties"] == 2 * 300
    assert report.numbers["agreement_of"] == 496
    assert report.numbers["agreement"] == 1.0
    turned = audit([_wide("ann", ranks), _wide("ann", ranks[::-1])], baselines=False)
    assert turned.counts["contradiction"] > 300
