"""Which prompts are answered in which round: an order that depends on the seed alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Question
from copydesk.train.base import encode
from copydesk.train.recipe import Recipe


@dataclass(frozen=True)
class Prompt:
    """A conversation that asks for an answer, and its tokens."""

    messages: tuple[Message, ...]
    ids: tuple[int, ...]


def read_prompts(
    rows: Sequence[Question], tokenizer: Any, recipe: Recipe, say: Callable[[str], None]
) -> tuple[Prompt, ...]:
    """The rows' prompts, each once, in their order; what is empty or too long is left out.

    A prompt is never cut: an answer to half a question teaches nothing.

    Args:
        say: told how many were left out.
    """
    room = recipe.max_length - recipe.rollout.tokens
    seen: dict[tuple[Message, ...], Prompt] = {}
    long = empty = 0
    for messages in dict.fromkeys(tuple(row.prompt) for row in rows):
        if not any(message.content.strip() for message in messages):
            empty += 1
            continue
        ids = encode(tokenizer, messages, None, recipe.max_length + 1).ids
        if len(ids) > room:
            long += 1
        elif ids:
            seen[messages] = Prompt(messages, tuple(ids))
    if long:
        say(
            f"{long} of {long + empty + len(seen)} prompts left out: longer than {room} tokens, "
            "which is max_length less rollout.tokens"
        )
    if empty:
        say(f"{empty} prompts left out: they say nothing")
    return tuple(seen.values())


def check_window(recipe: Recipe, context: int) -> None:
    """Refuse answers that leave no room for a prompt, or a length that the model cannot read.

    Args:
        context: tokens that the base reads at a time; 0 when unknown.

    Raises:
        UsageProblem: with the fields to change.
    """
    tokens, most = recipe.rollout.tokens, recipe.max_length
    if context and most > context:
        raise UsageProblem(
            f"max_length is {most:,}, and the model reads {context:,} tokens at a time.",
            f"--set max_length={context}",
        )
    if tokens >= most:
        raise UsageProblem(
            f"An answer of rollout.tokens = {tokens:,} leaves no room for a prompt within "
            f"max_length = {most:,}.",
            f"--set max_length={2 * tokens}, or --set rollout.tokens={most // 2}",
        )


def need_prompts(prompts: Sequence[Prompt]) -> None:
    """Refuse to train on none.

    Raises:
        UsageProblem: there is none.
    """
    if not prompts:
        raise UsageProblem(
            "No prompt is left to learn from.", "raise max_length, or give other data"
        )


def order(count: int, start: int, wanted: int, seed: int) -> list[int]:
    """Places `start` to `start + wanted` of an endless order of `count` prompts.

    Every prompt comes once before any comes again, each time in another order.
    """
    found: list[int] = []
    while len(found) < wanted:
        turn, place = divmod(start + len(found), count)
        shuffled = list(range(count))
        Random(f"{seed}:{turn}").shuffle(shuffled)
        found += shuffled[place : place + wanted - len(found)]
    return found
