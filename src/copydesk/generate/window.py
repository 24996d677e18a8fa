"""Makes a prompt fit the context: the middle of the longest message goes, and a finding says so."""

from collections.abc import Callable
from dataclasses import replace

from copydesk.errors import ContextExceeded
from copydesk.findings import Finding
from copydesk.generate.protocol import Message

Count = Callable[[tuple[Message, ...]], int]

_HEAD = 0.6  # of what is kept, the share that is kept from the beginning
_GAP = "\n[…]\n"


def answer_room(context: int, max_tokens: int) -> int:
    """Tokens to keep free for the answer: what was asked for, but at most half the context."""
    return min(max_tokens, context // 2)


def fit(
    messages: tuple[Message, ...], count: Count, room: int
) -> tuple[tuple[Message, ...], Finding | None]:
    """Cut messages down to `room` tokens, if they are longer.

    Args:
        count: how many tokens messages take as a prompt.
        room: the most tokens that they may take.

    Raises:
        ContextExceeded: without their longest message they are still too long.
    """
    before = count(messages)
    if before <= room:
        return messages, None
    longest = max(range(len(messages)), key=lambda i: len(messages[i].content))
    text = messages[longest].content

    def keeping(characters: int) -> tuple[Message, ...]:
        head = int(characters * _HEAD)
        kept = text[:head] + _GAP + text[len(text) - (characters - head) :]
        cut = replace(messages[longest], content=kept)
        return (*messages[:longest], cut, *messages[longest + 1 :])

    fits, too_many = 0, len(text)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if count(keeping(middle)) <= room:
            fits = middle
        else:
            too_many = middle
    cut = keeping(fits)
    after = count(cut)
    if after > room:
        raise ContextExceeded(before, room)
    return cut, _finding(longest, len(text) - fits, before, after, room)


def _finding(index: int, characters: int, before: int, after: int, room: int) -> Finding:
    return Finding(
        code="prompt-cut",
        place=f"message {index + 1}",
        message=f"the prompt was {before - room:,} tokens too long: {characters:,} characters "
        f"({before - after:,} tokens) were left out of the middle of message {index + 1}",
        measured=f"{before:,} tokens",
        allowed=f"{room:,} tokens",
        fix="shorten the text, or give a larger --context",
    )
