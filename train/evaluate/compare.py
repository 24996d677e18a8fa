"""Who won, by each judge, against each other: plainly, and with length taken out."""

import math
from collections.abc import Mapping, Sequence

from copydesk.train.evaluate.measures import length_controlled_win_rate, win_rate
from copydesk.train.evaluate.report import Win


def compare(
    scores: Mapping[str, Mapping[str, Sequence[float]]],
    lengths: Mapping[str, Sequence[int]],
    seed: int,
    policy: str = "policy",
) -> tuple[Win, ...]:
    """The policy against everybody else.

    Args:
        scores: by judge, then by contestant, a number a prompt; higher is better.
        lengths: by contestant, a length a prompt.
    """
    wins = []
    for judge, by_name in scores.items():
        own = by_name[policy]
        for name, other in by_name.items():
            if name == policy:
                continue
            outcomes = [outcome(a, b) for a, b in zip(own, other, strict=True)]
            controlled = length_controlled_win_rate(
                outcomes, lengths[policy], lengths[name], seed=seed
            )
            wins.append(Win(name, judge, win_rate(outcomes, seed=seed), controlled))
    return tuple(wins)


def outcome(own: float, other: float) -> float:
    """1 for a win, ½ for a tie, 0 for a defeat; what is no number loses to one that is."""
    if math.isnan(own) or math.isnan(other):
        return 0.5 if math.isnan(own) and math.isnan(other) else float(math.isnan(other))
    return 0.5 if own == other else float(own > other)
