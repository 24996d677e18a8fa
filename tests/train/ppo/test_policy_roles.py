"""Policy, value function and reference on one copy of the weights, or on three."""

# ruff: noqa: PLC0415 - transformers is imported where a model is loaded

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.support.hf_folders import tiny_adapter
from tests.train.ppo.playing import recipe_of

from copydesk.errors import OutputProblem
from copydesk.train.base import load_policy, prepare
from copydesk.train.ppo.policy import (
    POLICY,
    REFERENCE,
    VALUE,
    Actors,
    actors_of,
    finite,
    hidden_values,
    written,
)

IDS = torch.tensor([[5, 9, 7, 11], [3, 4, 5, 6]])


def roles(tiny: Path, **changes: Any) -> Actors:
    recipe = recipe_of(tiny, **changes)
    torch.manual_seed(0)
    model = load_policy(prepare(str(tiny)), recipe)
    return actors_of(
        model,
        torch.float32,
        started=bool(recipe.adapter.start),
        checkpointing=recipe.checkpointing,
    )


def logits(actors: Actors, name: str) -> torch.Tensor:
    with torch.no_grad(), actors.role(name) as model:
        found: torch.Tensor = model(IDS).logits
        return found


def nudge(actors: Actors, name: str) -> None:
    """Change what is trained of one role."""
    with torch.no_grad():
        for key, weight in actors.trained().items():
            if f".{name}." in key or key.startswith(f"{name}."):
                weight.add_(0.05)


@pytest.fixture(scope="module")
def started(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_adapter(tiny, tmp_path_factory.mktemp("sft")))


@pytest.mark.parametrize("way", ["fresh", "started", "full"])
def test_policy_and_reference_begin_as_one_and_only_the_policy_moves(
    tiny: Path, started: str, way: str
) -> None:
    changes: dict[str, Any] = {"full": way == "full"}
    if way == "started":
        changes["adapter"] = {"start": started}
    actors = roles(tiny, **changes)
    before = logits(actors, REFERENCE)
    assert torch.equal(logits(actors, POLICY), before)
    nudge(actors, VALUE)
    assert torch.equal(logits(actors, POLICY), before)
    nudge(actors, POLICY)
    assert not torch.allclose(logits(actors, POLICY), before)
    assert torch.equal(logits(actors, REFERENCE), before)


def test_a_start_is_the_reference_not_the_bare_base(tiny: Path, started: str) -> None:
    from transformers import AutoModelForCausalLM

    actors = roles(tiny, adapter={"start": started})
    bare = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32)
    with torch.no_grad():
        assert not torch.allclose(logits(actors, REFERENCE), bare(IDS).logits)
        assert torch.allclose(logits(roles(tiny), REFERENCE), bare(IDS).logits)


@pytest.mark.parametrize("full", [False, True])
def test_gradients_reach_the_role_that_is_played_and_no_other(tiny: Path, full: bool) -> None:
    actors = roles(tiny, full=full)
    for name, other in ((POLICY, VALUE), (VALUE, POLICY)):
        nudge(actors, name)
        with actors.role(name) as model:
            model(IDS).logits.square().mean().backward()
        touched = {
            key for key, w in actors.trained().items() if w.grad is not None and w.grad.any()
        }
        assert touched
        assert not [key for key in touched if f".{other}." in key or key.startswith(f"{other}.")]
        for weight in actors.trained().values():
            weight.grad = None


def test_gradients_are_the_same_when_activations_are_computed_again(tiny: Path) -> None:
    found = []
    for checkpointing in (False, True):
        actors = roles(tiny, checkpointing=checkpointing)
        nudge(actors, POLICY)
        with actors.role(POLICY) as model:
            model(IDS).logits.square().mean().backward()
        found.append({k: w.grad for k, w in actors.trained().items() if w.grad is not None})
    assert found[0].keys() == found[1].keys()
    for key, gradient in found[0].items():
        assert torch.allclose(gradient, found[1][key], atol=1e-6), key


def test_dropout_is_off_so_that_the_one_who_learns_is_the_one_who_spoke(tiny: Path) -> None:
    actors = roles(tiny, adapter={"dropout": 0.5})
    nudge(actors, POLICY)
    with actors.role(POLICY) as model:
        assert torch.equal(model(IDS).logits, model(IDS).logits)


def test_values_begin_at_zero_and_are_those_before_each_token() -> None:
    head = torch.nn.Linear(2, 1)
    torch.nn.init.ones_(head.weight)
    torch.nn.init.zeros_(head.bias)
    states = torch.tensor([[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]])
    assert hidden_values(head, states).tolist() == [[0.0, 2.0, 4.0]]


def test_nothing_is_expected_at_first(tiny: Path) -> None:
    actors = roles(tiny)
    assert not hidden_values(actors.head, torch.randn(2, 3, 64)).any()


def test_what_is_trained_is_float32_on_frozen_weights_of_half(tiny: Path, started: str) -> None:
    """A step is often smaller than bfloat16 can add."""
    for start in ("", started):
        actors = roles(tiny, precision="bfloat16", adapter={"start": start})
        assert {weight.dtype for weight in actors.trained().values()} == {torch.float32}
        with actors.role(POLICY) as model:
            assert model.lm_head.weight.dtype == torch.bfloat16


def test_a_weight_that_is_no_number_is_noticed(tiny: Path) -> None:
    actors = roles(tiny)
    assert finite(actors.trained())
    with torch.no_grad():
        next(iter(actors.trained().values()))[0, 0] = torch.nan
    assert not finite(actors.trained())


@pytest.mark.parametrize("full", [False, True])
def test_what_is_saved_is_the_policy_alone(tiny: Path, tmp_path: Path, full: bool) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    actors = roles(tiny, full=full)
    nudge(actors, POLICY)
    nudge(actors, VALUE)
    with actors.role(VALUE):
        pass  # whichever role was played last
    expected = logits(actors, POLICY)
    folder = tmp_path / "model"
    actors.save(folder)
    assert not [path for path in folder.iterdir() if path.is_dir()]
    base = folder if full else tiny
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if not full:
        model = PeftModel.from_pretrained(model, str(folder))
    with torch.no_grad():
        assert torch.allclose(model(IDS).logits, expected, atol=1e-5)


def test_a_disk_without_room_for_the_result_is_told_in_a_sentence(tmp_path: Path) -> None:
    def full(folder: str) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputProblem, match="No space left"):
        written(full, tmp_path / "model")


def slope(actors: Actors) -> tuple[torch.Tensor, torch.dtype]:
    """The policy's gradient of some loss, and what its first adapter multiplied in."""
    seen: list[torch.dtype] = []
    with actors.role(POLICY) as model:
        matrix = next(part for name, part in model.named_modules() if name.endswith("lora_A"))
        matrix[POLICY].register_forward_hook(lambda *given: seen.append(given[2].dtype))
        model(IDS).logits.float().log_softmax(-1)[..., 3].mean().backward()
    slopes = [weight.grad for _, weight in sorted(actors.trained().items())]
    return torch.cat([one.flatten() for one in slopes if one is not None]), seen[0]


@pytest.mark.parametrize("checkpointing", [False, True])
def test_adapters_on_a_narrow_base_multiply_as_narrowly(tiny: Path, checkpointing: bool) -> None:
    """And learn in float32 all the same; peft would widen every input first."""
    wide = roles(tiny, checkpointing=checkpointing)
    narrow = roles(tiny, precision="bfloat16", checkpointing=checkpointing)
    for actors in (wide, narrow):
        nudge(actors, POLICY)
    (exact, _), (near, kind) = slope(wide), slope(narrow)
    assert kind == torch.bfloat16
    assert near.dtype == torch.float32
    assert torch.nn.functional.cosine_similarity(exact, near, dim=0) > 0.98


def test_a_fresh_adapter_on_a_narrow_base_changes_nothing(tiny: Path) -> None:
    fresh = roles(tiny, precision="bfloat16")
    assert torch.equal(logits(fresh, POLICY), logits(fresh, REFERENCE))
