"""The head on a model: what it answers equals the logits' way, and TRL's."""

# ruff: noqa: PLC0415 - transformers and peft are imported where a model is made

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.support.hf_folders import tiny_adapter, tiny_llama, tiny_qwen2
from torch import Tensor

from copydesk.train.head import install, straight, token_logps

IGNORED = -100


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("heads")
    llama = tiny_llama(place / "llama")
    return {
        "llama": llama,
        "qwen2": tiny_qwen2(place / "qwen2"),
        "adapter": tiny_adapter(llama, place / "adapter"),
    }


def load(folders: dict[str, Path], name: str) -> Any:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    where = folders["llama" if name == "adapter" else name]
    model = AutoModelForCausalLM.from_pretrained(where, dtype=torch.float32)
    if name != "adapter":
        return model
    return PeftModel.from_pretrained(model, str(folders["adapter"]), is_trainable=True)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(1)
    ids = torch.randint(3, 380, (3, 12))
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    labels = ids.masked_fill(mask == 0, IGNORED)
    labels[:, :4] = IGNORED
    return ids, mask, labels


def by_logits(model: Any, ids: Tensor, mask: Tensor, labels: Tensor) -> Tensor:
    logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1].float()
    words = labels[:, 1:]
    known = logits.log_softmax(-1).gather(2, words.clamp(min=0)[..., None]).squeeze(2)
    found = known.masked_fill(words == IGNORED, 0.0)
    return torch.cat([torch.zeros(len(ids), 1), found], 1)


@pytest.mark.parametrize("name", ["llama", "qwen2", "adapter"])
def test_log_probabilities_and_gradients_equal_those_by_logits(
    folders: dict[str, Path], name: str
) -> None:
    model = load(folders, name)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    right = by_logits(model, *batch())
    theirs = torch.autograd.grad(right.sum(), weights)
    found = token_logps(model, *batch())
    assert found.shape == (3, 12)
    assert found[:, :4].eq(0).all()
    torch.testing.assert_close(found, right, rtol=1e-5, atol=1e-5)
    ours = torch.autograd.grad(found.sum(), weights)
    for mine, known in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, known, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(by_logits(model, *batch()), right, msg="its own forward changed")


def test_every_field_equals_that_of_trl(folders: dict[str, Path]) -> None:
    from trl.trainer.utils import add_fused_lm_head

    ids, mask, labels = batch()
    asked = {"input_ids": ids, "attention_mask": mask, "labels": labels, "fused_lm_head": True}
    model = load(folders, "llama")
    add_fused_lm_head(model, outputs=("log_probs", "entropy", "mean_logits", "is_top1"))
    theirs = model(**asked)
    assert install(model)
    ours = model(**asked)
    assert type(ours).__module__.startswith("copydesk.")
    for name in ("loss", "log_probs", "entropy", "mean_logits", "is_top1", "label_mask"):
        known = getattr(theirs, name)
        torch.testing.assert_close(getattr(ours, name), known, rtol=1e-5, atol=1e-5, msg=name)
    assert set(vars(theirs)) <= set(type(ours).__dataclass_fields__), "TRL reads more than we give"


def test_a_temperature_divides_the_logits(folders: dict[str, Path]) -> None:
    from trl.trainer.utils import add_fused_lm_head

    ids, mask, labels = batch()
    asked = {"input_ids": ids, "attention_mask": mask, "labels": labels, "fused_lm_head": True}
    model = load(folders, "llama")
    add_fused_lm_head(model, temperature=0.7)
    theirs = model(**asked).log_probs
    install(model, 0.7)
    torch.testing.assert_close(model(**asked).log_probs, theirs, rtol=1e-5, atol=1e-5)


def test_where_no_word_is_asked_for_the_answer_is_zero_and_has_gradients(
    folders: dict[str, Path],
) -> None:
    model = load(folders, "llama")
    ids, mask, labels = batch()
    found = token_logps(model, ids, mask, labels.fill_(IGNORED))
    assert found.eq(0).all()
    found.sum().backward()


def test_a_model_that_changes_its_logits_keeps_its_own_way() -> None:
    from transformers import Gemma2Config, Gemma2ForCausalLM

    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "head_dim": 16}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": 400}
    model = Gemma2ForCausalLM(Gemma2Config(**sizes, **heads, final_logit_softcapping=3.0))
    assert not install(model)
    found = token_logps(model, *batch())
    torch.testing.assert_close(found, by_logits(model, *batch()), rtol=1e-5, atol=1e-5)


def test_adapters_that_are_spared_the_way_round_give_the_same_bits(
    folders: dict[str, Path],
) -> None:
    model = load(folders, "adapter")
    for name, weight in model.named_parameters():
        if "lora" not in name:
            weight.data = weight.data.bfloat16()
    weights = [weight for weight in model.parameters() if weight.requires_grad]

    ids, mask, labels = batch()

    def answer() -> tuple[Tensor, ...]:
        logits = model(input_ids=ids, attention_mask=mask).logits
        return logits, *torch.autograd.grad(logits.float().sum(), weights)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        known = answer()
        with straight(model):
            found = answer()
    for ours, theirs in zip(found, known, strict=True):
        assert torch.equal(ours, theirs)
    with straight(model):  # not inside autocast: they must be widened, and are
        token_logps(model, ids, mask, labels)


def test_the_head_spares_adapters_the_way_round_wherever_autocast_is_on(
    folders: dict[str, Path],
) -> None:
    from peft.tuners.tuners_utils import BaseTunerLayer

    model = load(folders, "adapter")
    layer = next(part for part in model.modules() if isinstance(part, BaseTunerLayer))
    seen: list[bool] = []
    layer.register_forward_pre_hook(lambda *_: seen.append(layer.cast_input_dtype_enabled))
    token_logps(model, *batch())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        token_logps(model, *batch())
    assert seen == [True, False]
    assert layer.cast_input_dtype_enabled
