"""How a reward model speaks of two answers: wins and ties, in probabilities of plain numbers."""

from dataclasses import dataclass
from math import exp, log1p, sqrt

from copydesk.train.recipe import Ties


@dataclass(frozen=True)
class TieModel:
    """A model of ties and its parameter, as it was learnt.

    Attributes:
        ties: which one.
        parameter: log ν of Davidson (1970), log(θ − 1) of Rao and Kupper (1967); 0 of the others.
    """

    ties: Ties = "drop"
    parameter: float = 0.0

    @property
    def knows_ties(self) -> bool:
        """Whether it gives ties a probability at all."""
        return self.ties in {"davidson", "rao_kupper"}

    def odds(self, gap: float) -> tuple[float, float, float]:
        """The probabilities that the first wins, that they tie, that the second wins.

        Args:
            gap: the first one's reward less the second's.
        """
        if self.ties == "davidson":
            return _davidson(gap, exp(self.parameter))
        if self.ties == "rao_kupper":
            threshold = log1p(exp(self.parameter))
            win, loss = _sigmoid(gap - threshold), _sigmoid(-gap - threshold)
            return win, max(0.0, 1 - win - loss), loss
        return _sigmoid(gap), 0.0, _sigmoid(-gap)


def _davidson(gap: float, nu: float) -> tuple[float, float, float]:
    # Divided by the larger strength, so that nothing overflows.
    ratio = exp(-abs(gap))
    tie = nu * sqrt(ratio)
    total = 1 + ratio + tie
    better, worse = 1 / total, ratio / total
    return (better, tie / total, worse) if gap >= 0 else (worse, tie / total, better)


def _sigmoid(value: float) -> float:
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))
