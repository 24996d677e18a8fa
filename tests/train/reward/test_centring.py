"""Scores that mix annotators: their means go, and true ties stay."""

from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Ranking
from copydesk.train.reward.centre import Sources, centred, ranks_of, sources_of


def row(scores: tuple[float, ...], sources: tuple[str, ...]) -> Ranking:
    return Ranking(
        prompt=(Message("user", "写一首诗"),),
        completions=tuple(
            f"{source} {score}" for source, score in zip(sources, scores, strict=True)
        ),
        ranks=ranks_of(scores),
        scores=scores,
        sources=sources,
    )


def known(*rows: Ranking) -> Sources:
    found = sources_of(rows)
    assert found
    return found


def test_a_lenient_source_loses_its_lead() -> None:
    rows = [
        row((9.0, 6.0), ("kind", "strict")),
        row((7.0, 6.0), ("kind", "strict")),
        row((8.0, 3.0), ("kind", "strict")),
    ]
    sources = known(*rows)
    assert sources.means == {"kind": 8.0, "strict": 5.0}
    assert [found.ranks for found in centred(rows, sources)] == [(1, 1), (2, 1), (1, 2)]


def test_sources_that_hardly_differ_still_tie() -> None:
    rows = [
        row((2.0, 2.0), ("a", "b")),
        row((1.0, 2.0), ("a", "b")),
        *[row((3.0, 3.0), ("a", "b"))] * 8,
    ]
    assert centred(rows, known(*rows))[0].ranks == (1, 1)


def test_a_source_nobody_has_seen_is_taken_as_average() -> None:
    sources = known(row((3.0, 2.0), ("a", "b")), row((2.0, 1.0), ("a", "b")))
    assert centred([row((2.0, 1.0), ("new", "a"))], sources)[0].ranks == (1, 2)
    assert centred([row((2.0, 2.0), ("new", "a"))], sources)[0].ranks == (1, 1)


def test_rows_without_scores_or_sources_stay_as_they_are() -> None:
    bare = Ranking(prompt=(), completions=("x", "y"), ranks=(2, 1))
    assert sources_of([bare]) is None
    assert centred([bare], known(row((2.0, 1.0), ("a", "b")))) == (bare,)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc")), min_size=2, max_size=9))
@settings(deadline=None)
def test_one_source_alone_keeps_its_ranking(scored: list[tuple[int, str]]) -> None:
    alone = row(tuple(float(score) for score, _ in scored), ("a",) * len(scored))
    assert centred([alone], known(alone))[0].ranks == alone.ranks


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=9))
@settings(deadline=None)
def test_ranks_follow_scores(scores: list[float]) -> None:
    ranks = ranks_of(scores)
    for one, left in zip(scores, ranks, strict=True):
        for other, right in zip(scores, ranks, strict=True):
            assert (one > other) == (left < right)
    assert set(ranks) == set(range(1, len(set(scores)) + 1))
