"""Win rates and other means, with how sure one may be of them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Statistic = Callable[[Numbers], float]

SAMPLES = 2000  # of the bootstrap


@dataclass(frozen=True)
class Rate:
    """A share from 0 to 1, the interval that holds it with 95 %, and of how many it is."""

    value: float
    low: float
    high: float
    n: int


def win_rate(
    outcomes: Sequence[float], *, groups: Sequence[Hashable] | None = None, seed: int = 0
) -> Rate:
    """The mean of outcomes: 1 for a win, ½ for a tie, 0 for a defeat, or a probability.

    Args:
        groups: which outcomes belong together, such as those of one prompt; they are drawn
            together, for they are not independent.

    Raises:
        ValueError: no outcome, or one that is not from 0 to 1.
    """
    values = checked(outcomes)
    low, high = bootstrap_interval(values, groups=groups, seed=seed)
    drawn = len(values) if groups is None else len(set(groups))
    if drawn == 1 and 0 < values.mean() < 1:
        low, high = 0.0, 1.0  # one group drawn anew is always itself: nothing is known of others
    edge = 0.025 ** (1 / drawn)  # what the bootstrap cannot see: Clopper and Pearson 1934
    if values.min() == values.max() == 1:
        low = edge
    if values.min() == values.max() == 0:
        high = 1 - edge
    return Rate(float(values.mean()), low, high, len(values))


def bootstrap_interval(
    values: Sequence[float] | Numbers,
    statistic: Statistic | None = None,
    *,
    groups: Sequence[Hashable] | None = None,
    level: float = 0.95,
    samples: int = SAMPLES,
    seed: int = 0,
) -> tuple[float, float]:
    """The interval that holds a statistic with probability `level` (Efron 1979, percentiles).

    Args:
        values: one number an observation; a row of numbers each where a statistic takes them.
        statistic: of such an array; the mean when None.
        groups: which observations belong together; whole groups are drawn.
        samples: how often observations are drawn anew.
        seed: same seed, same interval.

    Raises:
        ValueError: no observation.
    """
    array = np.asarray(values, dtype=np.float64)
    if not len(array):
        raise ValueError("an interval needs one observation at least")
    if statistic is not None:
        rng = np.random.default_rng(seed)
        drawn = _statistics(array, statistic, _members(groups, len(array)), rng, samples)
    elif groups is None:
        drawn = _means(array, np.random.default_rng(seed), samples)
    else:
        drawn = _grouped_means(array, groups, samples, seed)
    beside = (1 - level) / 2
    low, high = np.quantile(drawn, [beside, 1 - beside])
    return float(low), float(high)


def checked(outcomes: Sequence[float] | Numbers) -> Numbers:
    """Outcomes as an array.

    Raises:
        ValueError: none, or one that is not from 0 to 1.
    """
    values = np.asarray(outcomes, dtype=np.float64)
    if not len(values):
        raise ValueError("a rate needs one outcome at least")
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("an outcome is a number from 0 to 1")
    return values


def redrawn(
    size: int, groups: Sequence[Hashable] | None, samples: int, seed: int
) -> NDArray[np.float64]:
    """How often each of `size` observations is drawn, in each of so many samples: [samples, size].

    Groups are drawn whole.

    Raises:
        ValueError: not as many groups as observations.
    """
    if groups is not None and len(groups) != size:
        raise ValueError(f"{size} observations and {len(groups)} groups")
    numbers: dict[Hashable, int] = {}
    of = [numbers.setdefault(group, len(numbers)) for group in (groups or range(size))]
    rng = np.random.default_rng(seed)
    times = rng.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), size=samples)
    return np.asarray(times[:, of], np.float64)


def _means(values: Numbers, rng: np.random.Generator, samples: int) -> Numbers:
    """Means of values drawn anew; outcomes have few distinct values, which makes it quick."""
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= 64:
        times = rng.multinomial(len(values), counts / len(values), size=samples)
        return np.asarray(times @ distinct / len(values), np.float64)
    draws = (values[rng.integers(0, len(values), len(values))].mean() for _ in range(samples))
    return np.fromiter(draws, np.float64, samples)


def _grouped_means(values: Numbers, groups: Sequence[Hashable], samples: int, seed: int) -> Numbers:
    """Means of values whose groups are drawn anew: by sums and sizes of the groups alone."""
    members = _members(groups, len(values))
    sums = np.array([values[of].sum() for of in members])
    sizes = np.array([len(of) for of in members], np.float64)
    times = redrawn(len(members), None, samples, seed)
    return np.asarray(times @ sums / (times @ sizes), np.float64)


def _statistics(
    values: Numbers,
    statistic: Statistic,
    members: list[NDArray[np.int64]],
    rng: np.random.Generator,
    samples: int,
) -> Numbers:
    found = np.empty(samples)
    for sample in range(samples):
        chosen = rng.integers(0, len(members), len(members))
        found[sample] = statistic(values[np.concatenate([members[at] for at in chosen])])
    return found


def _members(groups: Sequence[Hashable] | None, size: int) -> list[NDArray[np.int64]]:
    if groups is None:
        return [np.array([at]) for at in range(size)]
    if len(groups) != size:
        raise ValueError(f"{size} observations and {len(groups)} groups")
    found: dict[Hashable, list[int]] = {}
    for at, group in enumerate(groups):
        found.setdefault(group, []).append(at)
    return [np.array(members) for members in found.values()]
