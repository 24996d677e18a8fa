"""Baselines against hand counts, planted tastes, and scikit-learn's own optimum."""

import random
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import MissingTool, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking, Sample
from copydesk.train.audit import audit
from copydesk.train.audit.baselines import (
    Choice,
    TfidfBradleyTerry,
    choices,
    length_only,
    machine_phrases,
    pair_accuracy,
    tfidf_cross_validated,
)

_ASKED = (Message("user", "p"),)


def _tasteful(number: int, seed: int = 0, flips: float = 0.0) -> list[Choice]:
    """Comparisons of texts like one another, in which the word "plain" or 平 decides."""
    rng = random.Random(seed)
    vocabulary = [f"word{at}" for at in range(200)] + list("编辑部把每一篇文章读两遍")
    found = []
    for at in range(number):
        texts = [" ".join(rng.choices(vocabulary, k=20)) for _ in range(2)]
        better, worse = f"{texts[0]} plain 平", f"{texts[1]} fancy 华"
        if rng.random() < flips:
            better, worse = worse, better
        found.append(Choice(f"{at:06}".encode(), better, worse))
    return found


def test_choices_leave_ties_out() -> None:
    ranking = Ranking(prompt=_ASKED, completions=("a", "b", "c"), ranks=(2, 1, 2))
    rows = [ranking, Pair(prompt=_ASKED, chosen="d", rejected="e", tie=True)]
    sample = Sample(prompt=_ASKED, completion="f")
    found = choices([*rows, sample])
    assert [(each.chosen, each.rejected) for each in found] == [("b", "a"), ("b", "c")]
    assert len({each.group for each in found}) == 1


def test_accuracy_counts_equal_scores_half() -> None:
    assert pair_accuracy([3, 1, 2, 2], [1, 3, 2, 2]) == pytest.approx(0.5)
    assert pair_accuracy([1.0], [0.0]) == 1.0
    with pytest.raises(ValueError, match="one pair"):
        pair_accuracy([], [])
    with pytest.raises(ValueError):
        pair_accuracy([1.0], [])


def test_length_counts_words_and_chinese_characters() -> None:
    compared = [
        Choice(b"1", "one two three", "incomprehensibilities"),
        Choice(b"2", "长一点的答案", "短答案"),
        Choice(b"3", "as long", "as this"),
        Choice(b"4", "brief", "not so brief"),
    ]
    assert length_only(compared) == pytest.approx(2.5 / 4)


def test_stock_phrases_count_against_an_answer() -> None:
    stock = "It is a testament to the rich tapestry of life, and we delve into it."
    plain = "It is a house with four rooms, and a family of five lives in it now."
    assert machine_phrases([Choice(b"", plain, stock)]) == 1.0
    assert machine_phrases([Choice(b"", stock, plain)]) == 0.0
    assert machine_phrases([Choice(b"", plain, plain + " Yes.")]) == 0.5


def test_it_learns_what_decides_and_knows_it_again() -> None:
    fitted = TfidfBradleyTerry().fit(_tasteful(200))
    assert fitted.accuracy(_tasteful(100, seed=1)) == 1.0
    good, bad = fitted.score(["plain 平 said", "fancy 华 said"])
    assert good > 0 > bad
    assert fitted.score([]) == []


def test_the_order_of_comparisons_does_not_matter() -> None:
    compared = _tasteful(60, flips=0.2)
    one = TfidfBradleyTerry().fit(compared).score(["plain", "word1 word2"])
    other = TfidfBradleyTerry().fit(compared[::-1]).score(["plain", "word1 word2"])
    assert one == other


@pytest.mark.parametrize("c", [0.1, 1.0, 10.0])
def test_the_weights_are_scikit_learns(c: float) -> None:
    """The same likelihood as a logistic regression on differences, found another way."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - of an extra

    compared = _tasteful(80, flips=0.2)
    model = TfidfBradleyTerry(c).fit(compared)
    texts = [[each.chosen for each in compared], [each.rejected for each in compared]]
    first, second = (model._weigher.transform(model._counter.transform(t)) for t in texts)
    rows = np.vstack([(first - second).toarray(), (second - first).toarray()])
    labels = [1] * len(compared) + [0] * len(compared)
    # Each comparison is there both ways round, so that there are two classes: half of C each.
    other = LogisticRegression(C=c / 2, fit_intercept=False, tol=1e-8, max_iter=5000)
    other.fit(rows, labels)
    assert model._weights == pytest.approx(other.coef_[0], abs=2e-3)


def test_cross_validation_is_on_prompts_not_seen() -> None:
    assert tfidf_cross_validated(_tasteful(200)) == 1.0
    shuffled = tfidf_cross_validated(_tasteful(400, flips=0.5))
    assert shuffled is not None
    assert 0.4 < shuffled < 0.6


def test_learning_by_heart_does_not_help() -> None:
    """Every prompt has a word of its own in its better answer: known only from that prompt."""
    rng = random.Random(1)
    compared = []
    for at in range(120):
        common = [f"c{rng.randrange(50)}" for _ in range(10)]
        for _ in range(2):
            better = " ".join([*common, f"own{at}"])
            compared.append(Choice(f"{at:04}".encode(), better, " ".join(common)))
    found = tfidf_cross_validated(compared)
    assert found is not None
    assert found < 0.75  # by heart it would be 1; words of this prompt alone do not count


def test_too_few_prompts_cannot_be_cross_validated() -> None:
    assert tfidf_cross_validated(_tasteful(4)) is None
    assert tfidf_cross_validated([]) is None
    alone = [Choice(f"{at}".encode(), f"a{at}", f"b{at}") for at in range(20)]
    assert tfidf_cross_validated(alone) is None  # no word is in two texts


def test_what_cannot_be_fitted_says_why() -> None:
    with pytest.raises(UsageProblem, match="no decided"):
        TfidfBradleyTerry().fit([])
    with pytest.raises(UsageProblem, match="in common"):
        TfidfBradleyTerry().fit([Choice(b"", "a", "b")])
    with pytest.raises(UsageProblem, match="not fitted"):
        TfidfBradleyTerry().score(["a"])


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction", None)
    with pytest.raises(MissingTool) as problem:
        TfidfBradleyTerry().fit(_tasteful(10))
    assert "copydesk[train]" in problem.value.hint
    rows = [Pair(prompt=(Message("user", f"p{at}"),), chosen=f"a {at} b", rejected=f"c {at} d e")
            for at in range(40)]  # fmt: skip
    report = audit(rows)
    assert "no-baselines" in report.counts
    assert report.numbers["longer_wins"] == 0.0


def test_what_gives_answers_away_is_told() -> None:
    rows = [
        Pair(prompt=(Message("user", f"p{at}"),), chosen=each.chosen + " and more",
             rejected=each.rejected)
        for at, each in enumerate(_tasteful(60))
    ]  # fmt: skip
    report = audit(rows)
    assert {"longer-wins", "told-by-words"} <= set(report.counts)
    assert report.numbers["longer_wins"] == 1.0
    assert report.numbers["baseline_words"] == 1.0
    turned = [Pair(prompt=row.prompt, chosen=row.rejected, rejected=row.chosen) for row in rows]
    report = audit(turned)
    assert "shorter-wins" in report.counts
    assert report.numbers["baseline_length"] == 1.0


def test_what_is_learnt_from_one_file_is_tried_on_another() -> None:
    def rows(seed: int, taste: bool) -> list[Pair]:
        turned = [
            (each.chosen, each.rejected) if taste else (each.rejected, each.chosen)
            for each in _tasteful(60, seed)
        ]
        return [
            Pair(prompt=(Message("user", f"{seed} p{at}"),), chosen=one, rejected=other)
            for at, (one, other) in enumerate(turned)
        ]

    same, contrary = (audit(rows(1, True), held=rows(2, taste)).numbers for taste in (True, False))
    assert same["baseline_words_held"] == 1.0
    assert contrary["baseline_words_held"] == 0.0
    assert contrary["baseline_words"] == 1.0
    assert "baseline_words_held" not in audit(rows(1, True)).numbers


_TEXTS = st.text(alphabet="ab 好学", min_size=1, max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(_TEXTS, _TEXTS), min_size=1, max_size=10))
def test_the_other_way_round_the_rest_is_right(pairs: list[tuple[str, str]]) -> None:
    one = [Choice(b"", first, second) for first, second in pairs]
    other = [Choice(b"", second, first) for first, second in pairs]
    assert length_only(one) + length_only(other) == pytest.approx(1)
