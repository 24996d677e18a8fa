"""Held-out rows in two halves: prompts to ask, and texts that style and judges are learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.generate.protocol import Message
from copydesk.preferences.convert import to_samples
from copydesk.preferences.rows import Pair, Ranking, Row, Sample
from copydesk.train.data.keys import prompt_key
from copydesk.train.data.split import draw

_FEW = 8  # prompts: fewer are all asked


@dataclass(frozen=True)
class Asked:
    """A prompt that is asked, and the house's own answer; "" if there is none."""

    prompt: tuple[Message, ...]
    text: str
    place: str


@dataclass(frozen=True)
class Parts:
    """Both halves; no prompt is in both.

    Attributes:
        asked: what is asked.
        reference: the house's texts of the other half.
        comparisons: pairs and rankings of the other half.
        own: the house's texts of both halves, whose likelihood is measured.
    """

    asked: tuple[Asked, ...]
    reference: tuple[Sample, ...]
    comparisons: tuple[Row, ...]
    own: tuple[Sample, ...]


def part_rows(held: Sequence[Row], prompts: int) -> Parts:
    """Divide rows by prompt, always in the same way.

    Args:
        held: rows of any kind; those without a prompt are not asked.
        prompts: how many are asked at most.
    """
    by_prompt: dict[bytes, list[Row]] = {}
    for row in held:
        if key := prompt_key(row.prompt):
            by_prompt.setdefault(key, []).append(row)
    # The split into train and held looked at the same draw: the other end of the key is as good.
    ordered = sorted(by_prompt, key=lambda key: draw(key[::-1]))
    asked = ordered if len(ordered) < _FEW else ordered[::2]
    other = [row for key in ordered if key not in set(asked) for row in by_prompt[key]]
    return Parts(
        asked=tuple(_asked(by_prompt[key]) for key in asked[:prompts]),
        reference=to_samples(other),
        comparisons=tuple(row for row in other if isinstance(row, Pair | Ranking)),
        own=to_samples(held),
    )


def _asked(rows: Sequence[Row]) -> Asked:
    texts = to_samples(rows)
    return Asked(rows[0].prompt, texts[0].completion if texts else "", rows[0].place)
