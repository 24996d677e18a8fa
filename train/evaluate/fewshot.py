"""The few-shot baseline: what the base does when it is shown examples instead of being trained."""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Sample

_FEWEST = 60  # characters: a shorter example shows nothing


def choose_examples(samples: Sequence[Sample], count: int) -> tuple[Sample, ...]:
    """Some samples to show, the same ones each time, none of them unusually short or long."""
    told = sorted(
        (sample for sample in samples if sample.prompt and len(sample.completion) >= _FEWEST),
        key=lambda sample: (len(sample.completion), sample.completion),
    )
    middle = told[len(told) // 4 : len(told) - len(told) // 4] or told
    ordered = sorted(middle, key=lambda s: sha256(s.completion.encode(errors="replace")).digest())
    return tuple(ordered[:count])


def with_examples(
    prompt: Sequence[Message],
    examples: Sequence[Sample],
    room: int,
    count: Callable[[Sequence[Message]], int],
) -> tuple[Message, ...]:
    """The prompt behind earlier turns in which the examples were asked for and answered.

    Args:
        room: tokens that the whole may have. Examples are cut at the end of a sentence, all to
            the same length, and left out one by one, until it fits.
        count: tokens of a conversation.
    """
    shown = list(examples)
    longest = max((len(example.completion) for example in shown), default=0)
    while shown:
        turns = _turns(prompt, shown, longest)
        if count(turns) <= room:
            return turns
        longest = longest * 3 // 4
        if longest < 4 * _FEWEST:
            shown.pop()
            longest = max((len(example.completion) for example in shown), default=0)
    return tuple(prompt)


def _turns(prompt: Sequence[Message], shown: Sequence[Sample], longest: int) -> tuple[Message, ...]:
    system = tuple(turn for turn in prompt if turn.role == "system")
    asked = tuple(turn for turn in prompt if turn.role != "system")
    turns: list[Message] = []
    for example in shown:
        turns += [turn for turn in example.prompt if turn.role != "system"]
        turns.append(Message("assistant", cut_at_sentence(example.completion, longest)))
    return (*system, *turns, *asked)


def cut_at_sentence(text: str, longest: int) -> str:
    """A text cut to at most so many characters, behind a sentence's or a paragraph's end."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    ends = [found.end() for found in re.finditer(r"[.!?][\"”’)]?(?=\s)|[。！？]|\n(?=\n)", head)]
    good = [end for end in ends if end >= longest // 3]
    return (head[: good[-1]] if good else head).rstrip()
