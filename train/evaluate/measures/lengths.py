"""The win rate there would be if both answers were equally long."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from copydesk.train.evaluate.measures.rates import Numbers, checked, redrawn

_SAMPLES = 500
_RIDGE = 0.1  # keeps the weights finite where length alone decides; as good as none otherwise
_STEPS = 100
_LEAP = 1.0  # Newton's steps are no longer, so that none overshoots


@dataclass(frozen=True)
class LengthControlled:
    """A length-controlled win rate.

    Attributes:
        value, low, high: the rate from 0 to 1, and the interval that holds it with 95 %.
        n: of how many outcomes.
        weight: of length in the judge's choices; 0 is none, above 0 the longer answer gains.
        longer: the share of the answers that are longer than the other one. Near 0 or 1 nothing
            tells length from quality, and the rate says little.
    """

    value: float
    low: float
    high: float
    n: int
    weight: float
    longer: float


def length_controlled_win_rate(
    outcomes: Sequence[float],
    lengths: Sequence[float],
    other_lengths: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    seed: int = 0,
) -> LengthControlled:
    """The win rate with the judge's liking for length taken out (Dubois et al. 2024).

    A judge often prefers the longer answer. So the outcome of comparison i is modelled as

        P(win) = σ(θ + φ · tanh(Δ_i / s)),   Δ_i = length_i − other length_i,

    with s the standard deviation of Δ. The rate is the model's with its length term at zero,
    σ(θ). The paper's third term, the difficulty of each instruction, is estimated over many
    models and drops out with one pair of models, where it cannot be told from θ.

    Fitted by maximum likelihood (Newton's method), outcomes of ½ or probabilities counting in
    part, under a ridge of 0.05 · (θ² + φ²) so that it exists for any data.

    Args:
        outcomes: 1 where the answer won, ½ for a tie, 0 where the other one won.
        lengths: of the answers, in any unit.
        other_lengths: of the answers that they were compared with.
        groups: which outcomes belong together, such as those of one prompt.

    Raises:
        ValueError: no outcome, one not from 0 to 1, or a length missing.
    """
    values = checked(outcomes)
    difference = np.asarray(lengths, np.float64) - np.asarray(other_lengths, np.float64)
    if difference.shape != values.shape:
        raise ValueError(f"{len(values)} outcomes and {len(difference)} differences of lengths")
    spread = float(difference.std())
    squashed = np.tanh(difference / spread) if spread else np.zeros(len(values))
    (theta,), (phi,) = _fit(np.ones((1, len(values))), squashed, values)
    drawn, _ = _fit(redrawn(len(values), groups, _SAMPLES, seed), squashed, values)
    low, high = np.quantile(_sigmoid(drawn), [0.025, 0.975])
    return LengthControlled(
        value=float(_sigmoid(theta)),
        low=float(low),
        high=float(high),
        n=len(values),
        weight=float(phi),
        longer=float((difference > 0).mean()),
    )


def _fit(times: Numbers, squashed: Numbers, won: Numbers) -> tuple[Numbers, Numbers]:
    """θ and φ of each sample; `times` says how often it has each comparison, a row a sample."""
    theta, phi = np.zeros(len(times)), np.zeros(len(times))
    for _ in range(_STEPS):
        chance = _sigmoid(theta[:, None] + phi[:, None] * squashed)
        left, bend = times * (chance - won), times * chance * (1 - chance)
        slope, slope_phi = left.sum(1) + _RIDGE * theta, left @ squashed + _RIDGE * phi
        a, b, c = bend.sum(1) + _RIDGE, bend @ squashed, bend @ squashed**2 + _RIDGE
        step = np.stack([c * slope - b * slope_phi, a * slope_phi - b * slope]) / (a * c - b * b)
        step = np.clip(step, -_LEAP, _LEAP)
        theta, phi = theta - step[0], phi - step[1]
        if abs(step).max() < 1e-9:
            break
    return theta, phi


def _sigmoid(scores: Numbers) -> Numbers:
    return np.asarray(0.5 * (1 + np.tanh(scores / 2)), np.float64)
