"""Rankings dealt into parts, to try a setting on requests that were not learnt from."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from copydesk.preferences.rows import Ranking
from copydesk.train.data.keys import distinct, groups

FOLDS = 5
_FEWEST = 2 * FOLDS  # requests, or sets of answers: with fewer, a fold says little


def fold_of(rankings: Sequence[Ranking], seed: int) -> list[int] | None:
    """For each ranking the number of its fold, 0 to 4; rankings of one request share one.

    Where nearly all are of one request, those that a chain of shared answers links share one.

    Returns:
        None where there are too few requests and too few sets of answers.
    """
    keys = groups(rankings)
    if distinct(keys) < _FEWEST:
        keys = groups([replace(ranking, prompt=()) for ranking in rankings])
    names = sorted(set(keys))
    if len(names) < _FEWEST:
        return None
    Random(seed).shuffle(names)
    dealt = {name: place % FOLDS for place, name in enumerate(names)}
    return [dealt[key] for key in keys]
