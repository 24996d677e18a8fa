"""What needs no model, on the same held-out pairs: a reward model has to beat it."""

from collections.abc import Sequence

from copydesk.preferences.rows import Ranking
from copydesk.train.audit.baselines import (
    TfidfBradleyTerry,
    choices,
    length_only,
    machine_phrases,
    pair_accuracy,
)


def floors(learn: Sequence[Ranking], held: Sequence[Ranking]) -> dict[str, float]:
    """Pair accuracy of "the longer wins", "fewer machine phrases wins", and words alone.

    Words alone is a linear Bradley–Terry model of TF-IDF, fitted to the rows that the reward model
    learnt from. Empty without held-out pairs that are no ties.
    """
    asked = choices(held)
    if not asked:
        return {}
    found = {"length_only": length_only(asked), "machine_phrases": machine_phrases(asked)}
    known = choices(learn)
    if known:
        words = TfidfBradleyTerry().fit(known)
        found["tfidf"] = pair_accuracy(
            words.score([choice.chosen for choice in asked]),
            words.score([choice.rejected for choice in asked]),
        )
    return found
