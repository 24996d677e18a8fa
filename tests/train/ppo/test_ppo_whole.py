"""From a reward model's folder to an adapter that speaks."""

# ruff: noqa: PLC0415 - transformers is imported where a model is made

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hf_folders import LLAMA3_SPLIT, tiny_adapter, tiny_tokenizer
from tests.train.ppo.playing import Listener, job_of, questions, recipe_of

from copydesk.errors import UsageProblem
from copydesk.train.ppo import train_ppo
from copydesk.train.reward.facts import Facts, write_facts

GOOD = {"accuracy": 0.7, "baselines": {"length_only": 0.6}}


def judge(folder: Path, *, words: int = 0, **facts: Any) -> Path:
    """A random classifier with its facts; `words` more in its vocabulary make it another one."""
    import torch
    from transformers import LlamaConfig, LlamaForSequenceClassification

    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=400 + words,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=512,
        pad_token_id=0,
        num_labels=1,
    )
    LlamaForSequenceClassification(config).save_pretrained(folder)
    tokenizer = tiny_tokenizer(LLAMA3_SPLIT)
    tokenizer.add_tokens([f"word{number}" for number in range(words)])
    tokenizer.save_pretrained(folder)
    write_facts(Facts(**GOOD | facts), folder)
    return folder


def train(tiny: Path, where: Path, heard: Listener, scored: Path, **more: Any) -> Any:
    changes = {"rollout": {"judge": str(scored)}, "schedule": {"steps": 2}} | more.pop("parts", {})
    return train_ppo(job_of(recipe_of(tiny, **changes), where / "run", heard, **more))


def test_a_reward_model_in_a_folder_teaches_an_adapter_that_speaks(
    tiny: Path, tmp_path: Path
) -> None:
    from copydesk.generate.hf.engine import Transformers
    from copydesk.generate.protocol import Message, Request, complete

    heard = Listener()
    start = tiny_adapter(tiny, tmp_path / "sft")
    second = judge(tmp_path / "second", accuracy=None)
    outcome = train(
        tiny,
        tmp_path,
        heard,
        judge(tmp_path / "judge"),
        parts={"adapter": {"start": str(start)}, "ppo": {"stop_judge": str(second), "no_end": -1}},
        held=questions("Held out."),
    )
    assert outcome.steps == 2
    assert heard.said == []
    assert outcome.metrics.keys() >= {"judge", "held_judge", "held_reward"}
    settings = json.loads((outcome.model / "adapter_config.json").read_text())
    assert settings["r"] == 4, "the start's, not the recipe's"
    speaker = Transformers(outcome.model, base=tiny)
    said = complete(speaker, Request((Message("user", "Write."),), max_tokens=4, seed=1))
    assert len(said) == 1


def test_another_vocabulary_is_told(tiny: Path, tmp_path: Path) -> None:
    heard = Listener()
    train(tiny, tmp_path, heard, judge(tmp_path / "judge", words=3))
    assert len(heard.said) == 1
    assert "another vocabulary" in heard.said[0]


def test_the_gate_stands_before_the_first_answer(tiny: Path, tmp_path: Path) -> None:
    heard, weak = Listener(), judge(tmp_path / "judge", accuracy=0.55)
    with pytest.raises(UsageProblem, match="and length alone"):
        train(tiny, tmp_path, heard, weak)
    assert heard.lines == []
    assert train(tiny, tmp_path, heard, weak, anyway=True).steps == 2
    assert heard.said[0].startswith("going on anyway")
