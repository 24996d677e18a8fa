"""Whether a reward model is right as often as it says."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from copydesk.train.evaluate.measures.rates import checked


@dataclass(frozen=True)
class Bin:
    """Comparisons of like confidence: how sure the model was, how often right, and how many."""

    confidence: float
    accuracy: float
    n: int


@dataclass(frozen=True)
class Calibration:
    """The expected calibration error, from 0 (none) to 0.5, and the bins that it is made of."""

    error: float
    bins: tuple[Bin, ...]


def preference_probability(difference: float) -> float:
    """The chance that the first of two answers is preferred, by the difference of their rewards.

    σ(difference), as Bradley and Terry 1952 have it; without overflow for any number.
    """
    if difference >= 0:
        return 1 / (1 + math.exp(-difference))
    grown = math.exp(difference)
    return grown / (1 + grown)


def calibration(
    probabilities: Sequence[float], outcomes: Sequence[float], bins: int = 10
) -> Calibration:
    """The expected calibration error of preference probabilities (Naeini et al. 2015).

    Which answer of a pair comes first means nothing, so each comparison counts from the side that
    the model prefers: its confidence is max(p, 1 − p), from ½ to 1, in bins of equal width. The
    error is Σ n_b / n · |accuracy_b − confidence_b|.

    Args:
        probabilities: that the first answer is preferred.
        outcomes: 1 where it was, 0 where the other one was, ½ for a tie.

    Raises:
        ValueError: none, numbers that are not from 0 to 1, or not as many of both.
    """
    chance, won = checked(probabilities), checked(outcomes)
    if chance.shape != won.shape:
        raise ValueError(f"{len(chance)} probabilities and {len(won)} outcomes")
    confidence = np.maximum(chance, 1 - chance)
    right = np.where(chance >= 0.5, won, 1 - won)
    right = np.where(chance == 0.5, 0.5, right)  # it prefers neither: half right, whoever won
    at = np.minimum(((confidence - 0.5) * 2 * bins).astype(int), bins - 1)
    found = [
        Bin(float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum()))
        for inside in (at == number for number in range(bins))
        if inside.any()
    ]
    error = sum(each.n * abs(each.accuracy - each.confidence) for each in found) / len(chance)
    return Calibration(error, tuple(found))
