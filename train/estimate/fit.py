"""Whether a run fits into memory; if not, the nearest recipe that does, as `--set` says it."""

from collections.abc import Iterator
from itertools import combinations

from copydesk.errors import CopydeskError, ModelProblem
from copydesk.train.estimate.available import Memory
from copydesk.train.estimate.memory import ONLINE, Shape, memory_needed
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import set_fields

_SHORTEST = 128  # tokens; shorter texts teach little


def check_fit(
    recipe: Recipe, shape: Shape, memory: Memory, *, name: str, length: int, answers: int, each: int
) -> None:
    """Refuse a run that needs more memory than there is, before anything is loaded.

    Args:
        name: the base's, for the message.
        length, answers, each: as for `memory_needed`.

    Raises:
        ModelProblem: the hint is a smaller recipe that fits, if there is one.
    """
    need = memory_needed(recipe, shape, length=length, answers=answers, bytes_each=each).total
    if need <= memory.free:
        return
    sets = smaller(recipe, shape, memory, length=length, answers=answers, each=each)
    raise too_large(recipe.method, name, need, memory, sets)


def too_large(
    method: str, name: str, need: int, memory: Memory, sets: tuple[str, ...] | None
) -> CopydeskError:
    """Says what is needed and there, and what would fit."""
    hint = "choose a smaller --model, or a machine with more memory; --anyway tries it all the same"
    if sets:
        hint = "this fits: " + " ".join(f"--set {one}" for one in sets)
    return ModelProblem(
        f"{method.upper()} on {name} needs about {gigabytes(need)} of {memory.name}, and "
        f"{gigabytes(memory.free)} are free.",
        hint,
    )


def smaller(
    recipe: Recipe, shape: Shape, memory: Memory, *, length: int, answers: int, each: int
) -> tuple[str, ...] | None:
    """The fewest settings with which the run fits, those that change least first; None: none do."""
    changes = list(_changes(recipe, length))
    for count in range(1, len(changes) + 1):
        for chosen in combinations(changes, count):
            sets = tuple(one for change in chosen for one in change)
            if len({one.partition("=")[0] for one in sets}) < len(sets):
                continue  # sets one field twice
            tried = set_fields(recipe, sets)
            need = memory_needed(tried, shape, length=length, answers=answers, bytes_each=each)
            if need.total <= memory.free:
                return sets
    return None


def _changes(recipe: Recipe, length: int) -> Iterator[tuple[str, ...]]:
    """Ways to need less, from those that leave the result as it is to those that do not."""
    batch, accumulate = recipe.schedule.batch, recipe.schedule.accumulate
    if batch > 1:
        more = () if recipe.method in ONLINE else (f"schedule.accumulate={batch * accumulate}",)
        yield ("schedule.batch=1", *more)
    if not recipe.checkpointing:
        yield ("checkpointing=true",)
    if recipe.full:
        yield ("full=false",)
    shorter = min(length, recipe.max_length) // 2
    while shorter >= _SHORTEST:
        yield (f"max_length={shorter}",)
        shorter //= 2


def gigabytes(size: float) -> str:
    """Bytes as a person says them."""
    return f"{size / 1e9:.1f} GB" if size < 99.5e9 else f"{size / 1e9:.0f} GB"
