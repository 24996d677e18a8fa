"""The gate of every export: llama.cpp must say what transformers says.

transformers continues each prompt greedily, and llama.cpp is asked for its next token after every
beginning of that continuation. Where it answers the same everywhere, the two greedy texts are the
same, token for token; where not, it is known how close the choice was.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from copydesk.errors import CheckFailed
from copydesk.generate.export.candidate import Candidate
from copydesk.generate.export.folder import CONVERTER
from copydesk.generate.export.reference import Reference
from copydesk.generate.sources import Progress

PROMPTS = (
    "The city council decided on Tuesday that the old market hall will stay. Its reasons were",
    "蜜蜂在城市的屋顶上酿蜜。今年春天，市民们发现",
    "def word_count(text: str) -> dict[str, int]:\n    # 1. split  2. count  3. sort\n    counts =",
)
TOKENS = 64  # after each prompt


@dataclass(frozen=True)
class Limits:
    """What is still the same model.

    A place where the two choose differently is a tie if transformers holds llama.cpp's token for
    at most `tie` nats less likely than its own: rounding to 16 or 8 bits may turn it over. Every
    difference must be a tie, or else a `share` of all places agree. Besides, the probabilities
    that both give to llama.cpp's token differ by `shift` nats at most, on average: a model that is
    slightly wrong chooses the same words for a long time.
    """

    tie: float
    share: float
    shift: float


# Measured: on models of 135 million and more weights 0.001 nats for F16 and 0.05 for Q8_0, with
# 95 % of the tokens; on tiny random models 0.006 and 0.1, with 90 %. Exported wrongly, 4 and more.
EXACT = Limits(tie=0.05, share=1.0, shift=0.02)
QUANTISED = Limits(tie=0.25, share=0.85, shift=0.2)


@dataclass(frozen=True)
class Place:
    """One next token: what both chose, and how transformers and llama.cpp value llama.cpp's."""

    prompt: int
    index: int
    expected: int
    found: int
    gap: float  # nats by which transformers prefers its own choice
    shift: float | None  # nats between the two probabilities of llama.cpp's choice, if it says


@dataclass(frozen=True)
class Parity:
    """What the comparison found."""

    places: tuple[Place, ...]

    @property
    def different(self) -> tuple[Place, ...]:
        """Where the two chose differently."""
        return tuple(place for place in self.places if place.expected != place.found)

    @property
    def share(self) -> float:
        """The share of places where they chose the same."""
        return 1 - len(self.different) / len(self.places)

    @property
    def gap(self) -> float:
        """The largest gap at a place where they differ, in nats; 0 if they never do."""
        return max((place.gap for place in self.different), default=0.0)

    @property
    def shift(self) -> float:
        """The mean difference of probabilities, in nats."""
        told = [place.shift for place in self.places if place.shift is not None]
        return sum(told) / len(told) if told else 0.0

    def passes(self, limits: Limits) -> bool:
        """Whether the two are the same model; see `Limits`."""
        chosen = self.gap <= limits.tie or limits.share <= self.share
        return chosen and self.shift <= limits.shift

    def words(self) -> str:
        """The result in one line."""
        same = len(self.places) - len(self.different)
        text = f"{same} of {len(self.places)} tokens as in transformers"
        if self.different:
            text += f", the others up to {self.gap:.3f} nats apart"
        return f"{text}; probabilities {self.shift:.4f} nats apart on average"


def compare(candidate: Candidate, reference: Reference, context: int, progress: Progress) -> Parity:
    """Ask both for the tokens after each of the `PROMPTS`.

    Args:
        candidate: llama.cpp, with the exported file.
        reference: transformers, with what it was made of.
        context: tokens that the model reads at most.
        progress: told tokens compared and in all.

    Raises:
        CheckFailed: they split a prompt into different tokens.
    """
    places: list[Place] = []
    for number, text in enumerate(PROMPTS):
        prompt = _prompt(candidate, reference, text, context)
        for place in _along(candidate, reference, number, prompt, context):
            places.append(place)
            progress(len(places), TOKENS * len(PROMPTS), "checking")
    return Parity(tuple(places))


def demand(parity: Parity, limits: Limits) -> None:
    """Let a result pass.

    Raises:
        CheckFailed: the two are not the same model; the message says where they part.
    """
    if parity.passes(limits):
        return
    hint = "this is a fault of copydesk: please report it; --no-check exports all the same"
    if not parity.different:
        raise CheckFailed(f"llama.cpp and transformers differ: {parity.words()}.", hint)
    first = parity.different[0]
    raise CheckFailed(
        f"llama.cpp and transformers part at token {first.index + 1} after "
        f"{PROMPTS[first.prompt][:24]!r}…: {first.found} where {first.expected} is "
        f"{first.gap:.2f} nats likelier ({parity.words()}).",
        hint,
    )


def _prompt(candidate: Candidate, reference: Reference, text: str, context: int) -> list[int]:
    """The prompt's tokens, cut to half of what the model reads."""
    found, expected = candidate.tokens(text), reference.tokens(text)
    if expected is not None and found != expected:
        pairs = enumerate(zip(found, expected, strict=False))
        at = next((i for i, (a, b) in pairs if a != b), min(len(found), len(expected)))
        raise CheckFailed(
            f"llama.cpp and transformers split {text[:24]!r}… differently, from token {at + 1} on.",
            CONVERTER,
        )
    return found[: max(1, context // 2)]


def _along(
    candidate: Candidate, reference: Reference, number: int, prompt: list[int], context: int
) -> Iterator[Place]:
    """Each place along the continuation that transformers gives."""
    tokens = list(prompt)
    count = min(TOKENS, context - len(prompt))
    for index, spread in enumerate(reference.continuation(prompt, count)):
        found, likelihood = candidate.next(tokens)
        expected = int(spread.argmax())
        yield Place(
            prompt=number,
            index=index,
            expected=expected,
            found=found,
            gap=float(spread[expected] - spread[found]),
            shift=None if likelihood is None else abs(float(spread[found]) - likelihood),
        )
        tokens.append(expected)
