"""Perplexity of the house's held-out texts under each model, and the KL of the policy's answers."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from copydesk.train.evaluate.contest import Contest
from copydesk.train.evaluate.likelihood import Answered, Likelihood, perplexity
from copydesk.train.evaluate.measures import bootstrap_interval
from copydesk.train.evaluate.parts import Parts
from copydesk.train.evaluate.report import Measure
from copydesk.train.evaluate.texts import mean
from copydesk.train.evaluate.voices import Said

_Numbers = NDArray[np.float64]


def measure_likelihoods(
    contest: Contest, parts: Parts, said: Sequence[Said], max_length: int
) -> dict[str, dict[str, Measure]]:
    """By contestant: "perplexity", "perplexity_change" from the base, and "kl"."""
    own = [Answered(sample.prompt, sample.completion) for sample in parts.own]
    answered = [
        Answered(row.prompt, each.text, each.ended)
        for row, each in zip(parts.asked, said, strict=True)
        if each.text
    ]
    house: dict[str, list[Likelihood]] = {}
    spoken: dict[str, list[Likelihood]] = {}
    for name in contest.names:
        if own:
            house[name] = contest.likelihoods(name, own, max_length)
        if answered and name in ("policy", "base"):
            spoken[name] = contest.likelihoods(name, answered, 10**6)
    found: dict[str, dict[str, Measure]] = {name: {} for name in contest.names}
    for name, each in house.items():
        if sum(one.tokens for one in each):
            found[name]["perplexity"] = _perplexity(each)
            if name != "base" and "base" in house:
                found[name]["perplexity_change"] = _change(each, house["base"])
    if spoken:
        pairs = zip(spoken["policy"], spoken["base"], strict=True)
        found["policy"]["kl"] = mean([a.total - b.total for a, b in pairs])
    return found


def _perplexity(found: Sequence[Likelihood]) -> Measure:
    rows = np.array([(each.total, each.tokens) for each in found])
    low, high = bootstrap_interval(rows, lambda drawn: _ppl(drawn[:, 0], drawn[:, 1]))
    return Measure(perplexity(found), low, high)


def _change(found: Sequence[Likelihood], base: Sequence[Likelihood]) -> Measure:
    """The share by which perplexity is higher; below 0 it fell. The same texts are drawn."""
    rows = np.array(
        [(a.total, a.tokens, b.total, b.tokens) for a, b in zip(found, base, strict=True)]
    )

    def change(drawn: _Numbers) -> float:
        return _ppl(drawn[:, 0], drawn[:, 1]) / _ppl(drawn[:, 2], drawn[:, 3]) - 1

    low, high = bootstrap_interval(rows, change)
    return Measure(change(rows), low, high)


def _ppl(totals: _Numbers, tokens: _Numbers) -> float:
    return math.exp(-float(totals.sum()) / max(1.0, float(tokens.sum())))
