"""Whether a run fits into memory; if not, the nearest recipe that does, as `--set` says it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from copydesk.errors import ModelProblem
from copydesk.train.estimate.available import Memory
from copydesk.train.estimate.memory import Shape, memory_needed
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import ONLINE, set_fields

_SHORTEST = 128  # tokens; shorter texts teach little
_OTHERWISE = (
    "choose a smaller --model, or a machine with more memory; --anyway tries it all the same"
)


@dataclass(frozen=True)
class Sizing:
    """What the memory of a run is worked out from.

    Attributes:
        name: the base's, for messages.
        length: tokens of the longest row, prompt and answer.
        answers: of the longest ranking.
        each: bytes of a value that is computed with.
    """

    recipe: Recipe
    name: str
    shape: Shape
    length: int
    answers: int
    each: int

    @property
    def need(self) -> int:
        """Bytes that the run takes at most."""
        return memory_needed(
            self.recipe, self.shape, length=self.length, answers=self.answers, bytes_each=self.each
        ).total

    def check(self, memory: Memory) -> None:
        """Refuse a run that needs more memory than there is, before anything is loaded.

        Raises:
            ModelProblem: the hint is a smaller recipe that fits, if there is one.
        """
        if self.need > memory.free:
            raise self._refusal(memory, self.need, memory.free)

    def refusal(self, memory: Memory, peak: int) -> ModelProblem:
        """What to say when two steps were tried and took too much.

        Args:
            peak: what they took; 0: so much that the system ended them.
        """
        taken = peak or int(memory.free * 1.05)
        # What was worked out was too little by this much, and so it will be for smaller recipes.
        wrong = max(1.0, taken / self.need)
        return self._refusal(memory, taken, int(memory.free / wrong))

    def smaller(self, free: int) -> tuple[str, ...] | None:
        """The fewest settings with which the run fits, those that change least first."""
        changes = list(self._changes())
        for count in range(1, len(changes) + 1):
            for chosen in combinations(changes, count):
                sets = tuple(one for change in chosen for one in change)
                if len({one.partition("=")[0] for one in sets}) < len(sets):
                    continue  # sets one field twice
                if replace(self, recipe=set_fields(self.recipe, sets)).need <= free:
                    return sets
        return None

    def _refusal(self, memory: Memory, need: int, free: int) -> ModelProblem:
        sets = self.smaller(free)
        return ModelProblem(
            f"{self.recipe.method.upper()} on {self.name} needs about {gigabytes(need)} of "
            f"{memory.name}, and {gigabytes(memory.free)} are free.",
            f"this fits: {' '.join(f'--set {one}' for one in sets)}" if sets else _OTHERWISE,
        )

    def _changes(self) -> Iterator[tuple[str, ...]]:
        """Ways to need less, from those that leave the result as it is to those that do not."""
        recipe = self.recipe
        batch, accumulate = recipe.schedule.batch, recipe.schedule.accumulate
        if batch > 1:
            more = () if recipe.method in ONLINE else (f"schedule.accumulate={batch * accumulate}",)
            yield ("schedule.batch=1", *more)
        if not recipe.checkpointing:
            yield ("checkpointing=true",)
        if recipe.full:
            yield ("full=false",)
        shorter = min(self.length, recipe.max_length) // 2
        while shorter >= _SHORTEST:
            yield (f"max_length={shorter}",)
            shorter //= 2


def gigabytes(size: float) -> str:
    """Bytes as a person says them."""
    return f"{size / 1e9:.1f} GB" if size < 99.5e9 else f"{size / 1e9:.0f} GB"
