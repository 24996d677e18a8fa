"""What a house is asked for, and the recipe of each stage that comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import UsageProblem
from copydesk.train.recipe import Method, Recipe
from copydesk.train.recipes import ONLINE, load_recipe, part_of, set_fields

LAST: tuple[Method, ...] = ("ppo", "dpo", "grpo", "rloo", "kto", "orpo", "simpo", "sft")
# So small that all stages pass in minutes; little is learnt.
_QUICK = (
    "max_length=256",
    "adapter.rank=8",
    "schedule.steps=4",
    "schedule.batch=1",
    "schedule.accumulate=2",
    "schedule.save_every=2",
    "rollout.prompts=2",
    "rollout.answers=2",
    "rollout.tokens=24",
    "ppo.no_end=null",  # answers that short have no end
)


@dataclass(frozen=True)
class Order:
    """What is wanted.

    Attributes:
        style: the style whose part of the desk is learnt from; also what the result is called.
        data: sources of rows; empty: the desk's rows of that style.
        method: what comes last: after SFT, and for online methods after a reward model.
        model: the base.
        held_out: share of the prompts, the same for all stages.
        sets: fields of recipes; "sft.schedule.steps=9" for one stage, "schedule.steps=9" for all.
        gpu: begin from the recipes for a GPU.
        quick: everything very small.
    """

    style: str
    data: tuple[str, ...] = ()
    method: Method = "ppo"
    model: str = ""
    held_out: float = 0.1
    sets: tuple[str, ...] = ()
    gpu: bool = False
    quick: bool = False
    seed: int = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the rows come from."""
        return self.data or (f"desk:{self.style}",)

    @property
    def methods(self) -> tuple[Method, ...]:
        """The stages, in their order."""
        if self.method == "sft":
            return ("sft",)
        return ("sft", "reward", self.method) if self.method in ONLINE else ("sft", self.method)


def stage_recipe(
    order: Order, method: Method, *, data: Path, held: Path | None, before: dict[Method, Path]
) -> Recipe:
    """The recipe of one stage.

    Args:
        data, held: files of rows; the second is None when nothing is held out.
        before: the model folders of the stages before it, those that there are.

    Raises:
        UsageProblem: a setting is none.
    """
    recipe = load_recipe(f"{method}-gpu" if order.gpu else method, _QUICK if order.quick else ())
    recipe = set_fields(recipe, _for_stage(order.sets, method))
    over: dict[str, object] = {
        "data": (str(data),),
        "held_out": str(held) if held else "0",
        "model": order.model or recipe.model,
        "seed": order.seed,
    }
    if method != "reward" and (sft := before.get("sft")):
        if recipe.full:
            over["model"] = str(sft)
        else:
            over["adapter"] = recipe.adapter.model_copy(update={"start": str(sft)})
    if method in ONLINE and (judge := before.get("reward")):
        over["rollout"] = recipe.rollout.model_copy(update={"judge": str(judge)})
    return recipe.model_copy(update=over)


def check_sets(order: Order) -> None:
    """Refuse a setting that fits no stage.

    Raises:
        UsageProblem: it is named.
    """
    for method in order.methods:
        set_fields(load_recipe(method), _for_stage(order.sets, method))
    for one in order.sets:
        stage = _stage_of(one)
        if stage and stage not in order.methods:
            raise UsageProblem(
                f"--set {one}: there is no stage {stage} here.",
                f"the stages are {', '.join(order.methods)}",
            )


def _for_stage(sets: Sequence[str], method: str) -> list[str]:
    found = []
    for one in sets:
        stage = _stage_of(one)
        if not stage:
            found.append(one)
        elif stage == method:
            found.append(one.partition(".")[2])
    return found


def _stage_of(one: str) -> str:
    """The stage that a setting is for; "" for all.

    "reward.ties" is a field of recipes, "reward.schedule.steps" a field of the stage's recipe:
    what follows decides.
    """
    first, _, rest = one.partition("=")[0].partition(".")
    if first not in {*LAST, "reward"} or not rest:
        return ""
    part = part_of(Recipe, first)
    return "" if part and rest in part.model_fields else first
