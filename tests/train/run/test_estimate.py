"""What a run needs, from settings alone: refused before loading, with a recipe that fits."""

import json
import re
from pathlib import Path

import pytest

from copydesk.errors import ModelProblem
from copydesk.train.estimate.available import Memory, machine_memory
from copydesk.train.estimate.fit import Sizing
from copydesk.train.estimate.memory import Shape, adapter_parameters, memory_needed, read_shape
from copydesk.train.recipes import load_recipe, set_fields

SMOL = Shape(134_515_008, 576, 1536, 576, 192, 30, 49_152)
QWEN = Shape(1_543_714_304, 1536, 8960, 1536, 256, 28, 151_936)


def sizing(name: str, *sets: str, shape: Shape = QWEN, each: int = 2) -> Sizing:
    return Sizing(load_recipe(name, sets), "house", shape, 512, 3, each)


def test_sizes_are_read_from_the_config(tmp_path: Path) -> None:
    config = {"hidden_size": 576, "num_attention_heads": 9, "num_key_value_heads": 3,
              "intermediate_size": 1536, "num_hidden_layers": 30, "vocab_size": 49_152}  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert read_shape(tmp_path, 134_515_008) == SMOL
    (tmp_path / "config.json").write_text(json.dumps({"text_config": config}))
    assert read_shape(tmp_path, 134_515_008) == SMOL
    (tmp_path / "config.json").write_text('{"hidden_size": "x", "vocab_size": -1}')
    assert read_shape(tmp_path, 5).vocabulary > 0


def test_the_adapter_is_counted_as_peft_counts_it(tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    transformers = pytest.importorskip("transformers")
    config = transformers.LlamaConfig(
        vocab_size=400, hidden_size=64, intermediate_size=96, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2,
    )  # fmt: skip
    model = transformers.AutoModelForCausalLM.from_config(config)
    for targets in ("all-linear", "q_proj,down_proj"):
        names = targets if targets == "all-linear" else targets.split(",")
        adapted = peft.get_peft_model(model, peft.LoraConfig(r=4, target_modules=names))
        learning = sum(w.numel() for w in adapted.parameters() if w.requires_grad)
        model = adapted.unload()
        config.save_pretrained(tmp_path)
        recipe = load_recipe("sft", ["adapter.rank=4", f"adapter.targets={targets}"])
        assert adapter_parameters(recipe, read_shape(tmp_path, 1)) == learning


def test_full_training_needs_the_optimizers_means_too() -> None:
    adapter, full = sizing("sft"), sizing("sft", "full=true")
    assert full.need - adapter.need > 12 * QWEN.parameters


@pytest.mark.parametrize(
    "less",
    ["schedule.batch=1", "checkpointing=true", "max_length=256", "adapter.quantized=true"],
)
def test_each_way_to_need_less_does(less: str) -> None:
    assert sizing("sft", less).need < sizing("sft").need


def test_pairs_and_rankings_are_longer_batches() -> None:
    one = memory_needed(load_recipe("sft", ["schedule.batch=1"]), QWEN, length=512).activations
    two = memory_needed(load_recipe("dpo", ["schedule.batch=1"]), QWEN, length=512).activations
    four = memory_needed(
        load_recipe("reward", ["schedule.batch=1"]), QWEN, length=512, answers=4
    ).activations
    assert (two, four) == (2 * one, 4 * one)


def test_what_does_not_fit_is_refused_with_settings_that_do() -> None:
    memory = Memory(6_500_000_000, 8_000_000_000)
    run = sizing("sft", "schedule.batch=8")
    with pytest.raises(ModelProblem, match=r"SFT on house needs about [\d.]+ GB of memory, and 6.5 "
                       r"GB are free") as problem:  # fmt: skip
        run.check(memory)
    sets = re.findall(r"--set (\S+)", problem.value.hint)
    assert "schedule.accumulate=32" in sets, "the batch that a step is made of changed"
    smaller = Sizing(set_fields(run.recipe, sets), "house", QWEN, 512, 3, 2)
    smaller.check(memory)


def test_where_nothing_fits_it_says_so() -> None:
    with pytest.raises(ModelProblem) as problem:
        sizing("sft").check(Memory(1_000_000_000, 2_000_000_000))
    assert "a smaller --model" in problem.value.hint
    assert "--set" not in problem.value.hint


def test_after_a_trial_the_hint_knows_that_it_was_worked_out_too_small() -> None:
    run = sizing("sft")
    memory = Memory(run.need + 1, 99 * 10**9)
    run.check(memory)
    problem = run.refusal(memory, int(run.need * 1.5))
    sets = re.findall(r"--set (\S+)", problem.hint)
    smaller = Sizing(set_fields(run.recipe, sets), "house", QWEN, 512, 3, 2)
    assert smaller.need * 1.5 <= memory.free


def test_memory_is_what_the_container_leaves(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 16000000 kB\nMemFree: 1 kB\nMemAvailable: 8000000 kB\n")
    own = tmp_path / "cgroup"
    own.write_text("0::/a/b\n")
    root = tmp_path / "fs"
    below = root / "a" / "b"
    below.mkdir(parents=True)
    none = machine_memory(meminfo, root, own)
    assert none == Memory(8_192_000_000, 16_384_000_000)
    (below / "memory.max").write_text("max\n")
    (below / "memory.current").write_text("5\n")
    assert machine_memory(meminfo, root, own) == none
    (root / "a" / "memory.max").write_text("4000000000\n")
    (root / "a" / "memory.current").write_text("3000000000\n")
    (root / "a" / "memory.stat").write_text("anon 2\ninactive_file 500000000\n")
    assert machine_memory(meminfo, root, own) == Memory(1_500_000_000, 4_000_000_000)


def test_memory_of_the_first_version_of_control_groups(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n")
    own = tmp_path / "cgroup"
    own.write_text("4:memory:/job\n3:cpu:/job\n")
    below = tmp_path / "fs" / "memory" / "job"
    below.mkdir(parents=True)
    (below / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    (below / "memory.usage_in_bytes").write_text("1\n")
    assert machine_memory(meminfo, tmp_path / "fs", own).free == 8_192_000_000
    (below / "memory.limit_in_bytes").write_text("2000000000\n")
    (below / "memory.usage_in_bytes").write_text("500000000\n")
    (below / "memory.stat").write_text("total_inactive_file 100000000\n")
    assert machine_memory(meminfo, tmp_path / "fs", own).free == 1_600_000_000


def test_this_machine_has_memory() -> None:
    found = machine_memory()
    assert 0 < found.free <= found.total
