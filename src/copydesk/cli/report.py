"""What commands say when they are done: time and speed in a few words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.generate.protocol import Completion


def speed(completions: "Sequence[Completion]") -> str:
    """Tokens generated, and tokens per second while generating."""
    tokens = sum(completion.completion_tokens for completion in completions)
    seconds = sum(completion.completion_seconds for completion in completions)
    rate = tokens / seconds if seconds else 0.0
    return f"{tokens} tokens at {rate:.1f} tokens/s"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"
