"""Recipes for many GPUs: accelerate takes its files, and each recipe asks for its processes."""

from pathlib import Path

import pytest
import yaml

from copydesk.prompts import templates_folder
from copydesk.train.recipes import load_recipe, recipe_names

pytest.importorskip("accelerate")

FILES = sorted((templates_folder() / "recipes" / "accelerate").glob("*.yaml"))
CLUSTER = [name for name in recipe_names() if name.endswith("-cluster")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_accelerate_reads_the_file_as_its_own(path: Path) -> None:
    from accelerate.commands.config.config_args import (  # noqa: PLC0415 - imports torch
        ClusterConfig,
        load_config_from_file,
    )
    from accelerate.utils import DistributedType  # noqa: PLC0415 - imports torch

    config = load_config_from_file(str(path))
    assert isinstance(config, ClusterConfig)
    assert config.num_processes == 8 * config.num_machines
    assert config.mixed_precision == "bf16"
    kind = DistributedType(config.distributed_type)
    assert bool(config.fsdp_config) == (kind == DistributedType.FSDP)
    assert bool(config.deepspeed_config) == (kind == DistributedType.DEEPSPEED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_launcher_knows_every_setting(path: Path) -> None:
    """A misspelt key of fsdp_config or deepspeed_config is passed over in silence."""
    from accelerate.commands.launch import launch_command_parser  # noqa: PLC0415 - imports torch

    known = {action.dest for action in launch_command_parser()._actions}
    config = yaml.safe_load(path.read_text("utf-8"))
    for part in ("fsdp_config", "deepspeed_config"):
        assert set(config.get(part, {})) <= known


def test_what_is_split_is_saved_whole() -> None:
    fsdp = [yaml.safe_load(path.read_text("utf-8")).get("fsdp_config") for path in FILES]
    assert all(one["fsdp_state_dict_type"] == "FULL_STATE_DICT" for one in fsdp if one)
    zero = [yaml.safe_load(path.read_text("utf-8")).get("deepspeed_config") for path in FILES]
    assert all(one["zero3_save_16bit_model"] for one in zero if one)


def test_a_recipe_for_a_cluster_asks_for_its_processes() -> None:
    assert {name.removesuffix("-cluster") for name in CLUSTER} == {
        "sft",
        "reward",
        "dpo",
        "grpo",
        "ppo",
    }
    for name in CLUSTER:
        recipe = load_recipe(name)
        assert recipe.method == name.removesuffix("-cluster")
        assert recipe.processes == 8
