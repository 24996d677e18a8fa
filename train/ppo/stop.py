"""When to end before the last step: too far from the reference, or the reward is being fooled."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any


class NotFinite(Exception):
    """A number became infinite or nan, before it could reach a weight; the message says which."""


@dataclass
class StopRule:
    """Looks at every round's numbers.

    A second judge that took no part in the training sees what the first cannot: text that is made
    to please it. So when over some checks the reward rises while the second judge's falls, the
    policy is fooling its judge (Gao et al. 2022 measure how far this goes), and more of it makes
    things worse.

    Attributes:
        kl_budget: nats per answer; 0: no limit.
        patience: checks in a row with more reward, but less by the second judge.
        every: rounds whose mean makes a check.
        no_end_matters: an answer without an end is worth a fixed reward.
        rewards, judged: of the rounds since the last check.
        before: reward and judge of the last check.
        fooled, endless: checks in a row that went that way; rounds in a row without an ending.
    """

    kl_budget: float
    patience: int
    every: int
    no_end_matters: bool = True
    rewards: list[float] = field(default_factory=list)
    judged: list[float] = field(default_factory=list)
    before: tuple[float, float] | None = None
    fooled: int = 0
    endless: int = 0

    def look(self, metrics: Mapping[str, float]) -> str:
        """Why to end after this round; "" to go on."""
        kl = metrics["kl"]
        if self.kl_budget > 0 and kl > self.kl_budget:
            return f"the KL budget is spent: {kl:.1f} nats per answer, of {self.kl_budget:g}"
        self.endless = 0 if metrics["ended"] > 0 else self.endless + 1
        if self.no_end_matters and self.endless >= _ENDLESS:
            return (
                f"no answer came to an end in {_ENDLESS} rounds, so all are worth the same: raise "
                "rollout.tokens, or set ppo.no_end to null"
            )
        return self._second_opinion(metrics)

    def _second_opinion(self, metrics: Mapping[str, float]) -> str:
        if "judge" not in metrics:
            return ""
        self.rewards.append(metrics["reward"])
        self.judged.append(metrics["judge"])
        if len(self.rewards) < self.every:
            return ""
        now = fmean(self.rewards), fmean(self.judged)
        worse = self.before is not None and now[0] > self.before[0] and now[1] < self.before[1]
        self.fooled = self.fooled + 1 if worse else 0
        self.before, self.rewards, self.judged = now, [], []
        if self.fooled >= self.patience:
            return (
                f"the reward rose in {self.fooled} checks in a row while the second judge's fell: "
                "the policy is fooling its judge"
            )
        return ""

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "rewards": self.rewards,
            "judged": self.judged,
            "before": list(self.before) if self.before else None,
            "fooled": self.fooled,
            "endless": self.endless,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""
        before = state["before"]
        self.rewards, self.judged = list(state["rewards"]), list(state["judged"])
        self.before = (before[0], before[1]) if before else None
        self.fooled, self.endless = int(state["fooled"]), int(state["endless"])


_ENDLESS = 5  # rounds


def need_finite(what: str, *numbers: float) -> None:
    """Refuse to go on with what is no number.

    Raises:
        NotFinite: one of them is infinite or nan.
    """
    for number in numbers:
        if not math.isfinite(number):
            raise NotFinite(f"{what} became {number}")
