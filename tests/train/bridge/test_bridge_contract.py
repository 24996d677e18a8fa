"""What is relied on in TRL is there, and its defaults that bite are set."""

# ruff: noqa: PLC0415 - TRL is imported where it is looked at

import inspect
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.support.hf_folders import tiny_llama
from tests.support.training import asked, pairs, recipe, samples

from copydesk.train import bridge
from copydesk.train.base import encode, load_policy, load_tokenizer, prepare
from copydesk.train.bridge import _TRAINERS, arguments
from copydesk.train.bridge.watcher import renamed
from copydesk.train.recipe import Recipe
from copydesk.train.tune import pairs as tune_pairs
from copydesk.train.tune import samples as tune_samples
from copydesk.train.tune.beginning import dataset

ROOT = Path(__file__).parents[3]
KINDS = ("sft", "dpo", "kto", "grpo", "rloo", "reward")
IMPORTS = re.compile(r"^\s*(?:from|import)\s+trl\b", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("contract") / "model")


def test_only_the_bridge_imports_trl_and_never_what_is_experimental() -> None:
    rooms = [ROOT / "src", ROOT / "train", ROOT / "writer", ROOT / "slides"]
    files = [path for room in rooms for path in room.rglob("*.py")]
    texts = {path: path.read_text("utf-8") for path in files}
    found = {
        path for path, text in texts.items() if IMPORTS.search(text) or 'import_module("trl' in text
    }
    assert found
    assert {path.parent for path in found} == {ROOT / "train" / "bridge"} or {
        path.parent.name for path in found
    } == {"bridge"}
    assert not [path for path, text in texts.items() if "trl.experimental" in text]


def test_trl_is_pinned_to_the_release_that_was_read() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "trl>=1.16,<1.17" in project["optional-dependencies"]["train"]


def test_no_trainer_is_an_experimental_one() -> None:
    for name in _TRAINERS:
        origins = [kind.__module__ for kind in getattr(bridge, name).__mro__]
        assert not [origin for origin in origins if origin.startswith("trl.experimental")]


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_that_bite_are_set(kind: Any, tmp_path: Path, folder: Path) -> None:
    wanted = recipe("sft", folder, schedule={"save_every": 5, "evaluate_every": 3, "warmup": 1.0})
    more = {"num_generations": 2} if kind in {"grpo", "rloo"} else {}
    settings = arguments(wanted, tmp_path, kind, **more)
    assert (settings.bf16, settings.fp16, settings.use_cpu) == (False, False, True)
    assert settings.gradient_checkpointing is False
    assert settings.learning_rate == 1e-2
    assert settings.report_to == []
    assert settings.logging_nan_inf_filter is False
    assert settings.disable_tqdm
    assert settings.push_to_hub is False
    assert settings.max_grad_norm == 1.0
    assert (settings.seed, settings.data_seed) == (0, 0)
    assert (settings.save_strategy, settings.save_steps, settings.save_total_limit) == (
        "steps",
        5,
        2,
    )
    assert (settings.eval_strategy, settings.eval_steps) == ("steps", 3)
    assert settings.output_dir == str(tmp_path / "checkpoints")
    assert 0 < settings.warmup_steps < 1, "a share; 1 would be one step"
    update = {"precision": "bfloat16"}
    narrow = arguments(wanted.model_copy(update=update), tmp_path, kind, **more)
    assert narrow.bf16 is True


def test_what_is_overridden_in_trl_is_there() -> None:
    from trl.trainer.dpo_trainer import DataCollatorForPreference, DPOTrainer
    from trl.trainer.grpo_trainer import GRPOTrainer
    from trl.trainer.kto_trainer import KTOTrainer
    from trl.trainer.rloo_trainer import RLOOTrainer
    from trl.trainer.utils import FusedCausalLMOutput

    for kind in (DPOTrainer, KTOTrainer):
        names = list(inspect.signature(kind._prepare_dataset).parameters)
        assert names == ["self", "dataset", "processing_class", "args", "dataset_name"]
    assert list(inspect.signature(DPOTrainer._precompute_ref_logps).parameters)[:2] == [
        "self",
        "dataset",
    ]
    assert list(inspect.signature(DPOTrainer.compute_ref_log_probs).parameters) == [
        "self",
        "model",
        "inputs",
    ]
    for online in (GRPOTrainer, RLOOTrainer):
        assert list(inspect.signature(online._tokenize_prompts).parameters) == ["self", "prompts"]
    assert "log_probs" in FusedCausalLMOutput.__dataclass_fields__
    batch = DataCollatorForPreference(pad_token_id=0)(
        [{"prompt_ids": [1, 2], "chosen_ids": [3], "rejected_ids": [4, 5]}]
    )
    assert batch["input_ids"].tolist() == [[1, 2, 3, 0], [1, 2, 4, 5]], "the chosen come first"
    assert batch["completion_mask"].tolist() == [[0, 0, 1, 0], [0, 0, 1, 1]]
    assert not DPOTrainer.loss_is_scaled_for_ga, "our mean is divided by the accumulation"


def test_a_trainer_of_samples_is_fed_exactly_our_tokens(folder: Path, tmp_path: Path) -> None:
    from copydesk.train.bridge import SftTrainer

    base = prepare(str(folder))
    tokenizer = load_tokenizer(base)
    wanted = recipe("sft", folder)
    rows = tune_samples.as_tokens(tokenizer, samples(4), 512)
    settings = arguments(
        wanted, tmp_path, "sft", max_length=None, dataset_kwargs={"skip_prepare_dataset": True}
    )
    trainer = SftTrainer(
        model=load_policy(base, wanted),
        args=settings,
        train_dataset=dataset(rows),
        processing_class=tokenizer,
    )
    seen = set()
    for batch in trainer.get_train_dataloader():
        for ids, mask, labels in zip(
            batch["input_ids"], batch["attention_mask"], batch["labels"], strict=True
        ):
            length = int(mask.sum())
            assert labels[length:].eq(-100).all()
            seen.add((tuple(ids[:length].tolist()), tuple(labels[:length].tolist())))
    known = [encode(tokenizer, row.prompt, row.completion, 512) for row in samples(4)]
    assert seen == {
        (tuple(read.ids), (*[-100] * read.prompt_length, *read.answer)) for read in known
    }


def test_a_trainer_of_pairs_is_fed_exactly_our_tokens(folder: Path, tmp_path: Path) -> None:
    from copydesk.train.bridge import PairTrainer

    base = prepare(str(folder))
    tokenizer = load_tokenizer(base)
    wanted = recipe("dpo", folder)
    trainer = PairTrainer(
        model=load_policy(base, wanted),
        args=arguments(wanted, tmp_path, "dpo", max_length=None),
        train_dataset=dataset(tune_pairs.as_tokens(tokenizer, pairs(4, tie_every=2), wanted)),
        processing_class=tokenizer,
        objective=tune_pairs.dpo_objective(wanted, "davidson"),
        reference=True,
    )
    ties = []
    for batch in trainer.get_train_dataloader():
        ties += batch["tie"].tolist()
        count = len(batch["tie"])
        for at in range(count):
            ids, mask = batch["input_ids"][at], batch["attention_mask"][at]
            text = tokenizer.decode(ids[: int(mask.sum())])
            number = re.findall(r"\d+", text)[0]
            read = encode(tokenizer, asked(int(number)), f"Line {number}, 第 {number} 行.", 512)
            assert ids[: int(mask.sum())].tolist() == read.ids
            worse = batch["input_ids"][count + at][: int(batch["attention_mask"][count + at].sum())]
            assert worse.tolist() == encode(tokenizer, asked(int(number)), f"No {number}", 512).ids
    assert sorted(ties) == [False, False, True, True]


def test_numbers_get_our_names_and_held_out_ones_say_so() -> None:
    found = renamed(
        {
            "loss": 1.5,
            "rewards/margins": 0.25,
            "logits/chosen": 3.0,
            "completions/mean_length": 7,
            "eval_loss": 2.0,
            "eval_runtime": 9.0,
            "epoch": 0.5,
            "kl": float("nan"),
        }
    )
    assert found == {"loss": 1.5, "margin": 0.25, "length": 7.0, "held_loss": 2.0}
    assert renamed({"loss": float("inf"), "epoch": 1.0}) == {"loss": float("inf"), "epoch": 1.0}


def test_too_long_pairs_and_equal_ones_are_left_out(folder: Path) -> None:
    tokenizer = load_tokenizer(prepare(str(folder)))
    row = pairs(1)[0]
    prompt = encode(tokenizer, row.prompt, None, 512).prompt_length
    short: Recipe = recipe("dpo", folder, max_length=prompt)
    assert tune_pairs.as_tokens(tokenizer, [row], short) == []
    same = type(row)(prompt=row.prompt, chosen="Same and more", rejected="Same and less")
    cut = recipe("dpo", folder, max_length=prompt + 3)
    assert tune_pairs.as_tokens(tokenizer, [same], cut) == []
    assert len(tune_pairs.as_tokens(tokenizer, [same], recipe("dpo", folder))) == 1
    tie = pairs(1, tie_every=1)
    assert len(tune_pairs.as_tokens(tokenizer, tie, recipe("dpo", folder))) == 1
    drop = recipe("dpo", folder, preference={"ties": "drop"})
    assert tune_pairs.as_tokens(tokenizer, tie, drop) == []
