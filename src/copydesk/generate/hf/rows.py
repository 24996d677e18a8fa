"""Rows of a batch, and the next token of each: one step for one row or for many."""

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from copydesk.errors import GenerationFailed
from copydesk.generate.hf.grammar import Grammars, allow
from copydesk.generate.hf.sampling import draw, dry
from copydesk.generate.hf.spelling import Spelling, Vocabulary
from copydesk.generate.protocol import Sampling
from copydesk.generate.steer import Token

if TYPE_CHECKING:
    from torch import Tensor


class Row:
    """One take: what it has read and said, and by what it is held to."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        ids: Sequence[int],
        *,
        seed: int,
        answered: int = 0,
        forbid: frozenset[int] = frozenset(),
        schema: Mapping[str, Any] | None = None,
        grammars: Grammars,
    ) -> None:
        """See `steer.Voice.take` for the arguments."""
        self.ids = list(ids)
        self.forbid = forbid
        self._ends = vocabulary.ends
        self._spelling = Spelling(vocabulary)
        self._chance = random.Random(seed)
        said = self.ids[len(self.ids) - answered :]
        self.matcher = None if schema is None else grammars.matcher(schema, said)
        self.over = self.matcher is not None and self.matcher.over

    def chance(self) -> float:
        """The next random number of this row."""
        return self._chance.random()

    def say(self, number: int) -> Token | None:
        """The next token; what is spelled by it, if a character is whole. `over` afterwards?"""
        self.forbid = frozenset()
        if number in self._ends:
            self.over = True
            return None
        self.ids.append(number)
        if self.matcher:
            self.matcher.say(number)
            self.over = self.matcher.over
        return self._spelling.feed(number)


def choose(
    logits: "Tensor", rows: Sequence[Row], sampling: Sampling, vocabulary: Vocabulary
) -> list[int]:
    """The next token of each row. The device is waited for once.

    Args:
        logits: [rows, vocabulary], float32, not used afterwards.

    Raises:
        GenerationFailed: the model computed something that is not a number.
    """
    import torch  # noqa: PLC0415 - only when a model is really used

    with torch.inference_mode():
        finite = logits.amax(-1).isfinite()
        logits[:, vocabulary.size :] = -torch.inf  # rows that no token has
        masks = [row.matcher.allowed() for row in rows if row.matcher]
        if masks:
            logits = allow(logits, masks)
        if sampling.dry_multiplier > 0:
            _penalise(logits, rows, sampling.dry_multiplier, vocabulary)
        if any(row.forbid for row in rows):
            logits = _without(logits, rows)
        numbers = draw(logits, sampling, [row.chance() for row in rows])
        chosen, sound = torch.stack((numbers, finite.long())).tolist()
    if not all(sound):
        raise GenerationFailed(
            "The model computed something that is not a number.",
            "its weights are damaged, or too large for the precision of this device: "
            "save or download the model again, or try --device cpu",
        )
    return [int(number) for number in chosen]


def _penalise(
    logits: "Tensor", rows: Sequence[Row], multiplier: float, vocabulary: Vocabulary
) -> None:
    """Take off what DRY wants, in place."""
    found = [
        (at, token, penalty)
        for at, row in enumerate(rows)
        for token, penalty in dry(row.ids, multiplier, vocabulary.breakers).items()
    ]
    if found:
        places, tokens, penalties = zip(*found, strict=True)
        logits[list(places), list(tokens)] -= logits.new_tensor(penalties)


def _without(logits: "Tensor", rows: Sequence[Row]) -> "Tensor":
    """The logits without what rows must not say, except where a grammar leaves nothing else."""
    import torch  # noqa: PLC0415 - as above

    found = [(at, token) for at, row in enumerate(rows) for token in row.forbid]
    places, tokens = zip(*found, strict=True)
    left = logits.clone()
    left[list(places), list(tokens)] = -torch.inf
    nothing = left.amax(-1, keepdim=True) == -torch.inf
    return torch.where(nothing, logits, left)
