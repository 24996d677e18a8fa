"""What an answer is worth: the judge's score in its own deviations, or the price of no end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from copydesk.errors import ModelProblem
from copydesk.generate.protocol import Message
from copydesk.train.ppo.prompts import Prompt

# The scores of some answers to one prompt; higher is better.
Score = Callable[[Sequence[Message], Sequence[str]], Sequence[float]]
Asked = Sequence[tuple[Sequence[Message], Sequence[str]]]


@dataclass(frozen=True)
class Judge:
    """Something that scores, and the scale of its scores.

    Attributes:
        score_many: the scores of the answers to each of many prompts.
        mean, deviation: of its scores for people's answers. Rewards are counted from there, so that
            the weight of KL and the price of no end mean the same with every judge.
    """

    score_many: Callable[[Asked], Sequence[Sequence[float]]]
    mean: float = 0.0
    deviation: float = 1.0

    def __call__(self, prompts: Sequence[Prompt], answers: Sequence[str]) -> list[float]:
        """The reward of each prompt's answer.

        Raises:
            ModelProblem: it gave another number of scores than there are answers.
        """
        asked = [(prompt.messages, [text]) for prompt, text in zip(prompts, answers, strict=True)]
        found = [float(score) for scores in self.score_many(asked) for score in scores]
        if len(found) != len(answers):
            raise ModelProblem(
                f"The judge gave {len(found)} scores for {len(answers)} answers.",
                "a judge gives one number for each answer",
            )
        return [(score - self.mean) / self.deviation for score in found]


def judge_of(score: Score) -> Judge:
    """A judge out of a function that scores the answers to one prompt."""
    return Judge(lambda asked: [score(prompt, answers) for prompt, answers in asked])


def rewards_of(
    judge: Judge,
    prompts: Sequence[Prompt],
    texts: Sequence[str],
    ended: Sequence[bool],
    no_end: float | None,
) -> Tensor:
    """[B] rewards, on the processor.

    Args:
        no_end: the reward of an answer that did not come to an end, or that says nothing; None: the
            judge scores those too.
    """
    judged = [
        place
        for place, (text, end) in enumerate(zip(texts, ended, strict=True))
        if no_end is None or (end and text.strip())
    ]
    found = torch.full((len(texts),), float(no_end or 0.0))
    if judged:
        scores = judge([prompts[place] for place in judged], [texts[place] for place in judged])
        found[judged] = torch.tensor(scores)
    return found


def token_rewards(rewards: Tensor, kl: Tensor, answer: Tensor, beta: float) -> Tensor:
    """[B, L]: −β KL at each token, and the answer's reward at its last (Ziegler et al. 2019)."""
    found = torch.where(answer, -beta * kl, torch.zeros_like(kl))
    columns = torch.arange(answer.shape[1], device=answer.device)
    last = torch.where(answer, columns, torch.full_like(columns, -1)).amax(dim=1)
    rows = torch.arange(len(found), device=answer.device)
    found[rows, last] += rewards.to(found.device, found.dtype)
    return found
