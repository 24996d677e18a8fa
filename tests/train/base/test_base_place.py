"""Where a base lies, what is said of it before it is loaded, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.support.hf_folders import rewrite_json, tiny_adapter, tiny_llama, tiny_qwen2
from tests.support.training import recipe
from transformers.utils import logging

from copydesk.errors import MissingTool, ModelProblem, OutputProblem, UsageProblem
from copydesk.generate.export import export_model
from copydesk.train import base as training_base
from copydesk.train.base import dtype_of, load_policy, load_scorer, prepare, settle, settled, unpack
from copydesk.train.base.place import as_object, look


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("place") / "model")


@pytest.fixture
def gguf(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    return export_model(folder, tmp_path / "tiny.gguf", check=False).path


def weights(model: Any) -> dict[str, torch.Tensor]:
    return {name: weight.float() for name, weight in model.state_dict().items()}


def test_a_folder_is_used_as_it_is_and_its_weights_are_counted_without_any(folder: Path) -> None:
    base = prepare(str(folder))
    assert (base.folder, base.name, base.architecture) == (folder, "model", "LlamaForCausalLM")
    assert (base.context, base.file) == (512, None)
    loaded = load_policy(base, recipe("sft", folder, full=True))
    assert base.parameters == sum(weight.numel() for weight in loaded.parameters())
    assert json.loads(json.dumps(as_object(base)))["folder"] == str(folder)


def test_a_huge_model_is_counted_in_no_memory(tmp_path: Path, folder: Path) -> None:
    huge = tmp_path / "huge"
    huge.mkdir()
    for name in ("model.safetensors", "config.json"):
        (huge / name).write_bytes((folder / name).read_bytes())
    rewrite_json(huge / "config.json", hidden_size=8192, num_hidden_layers=100)
    rewrite_json(huge / "config.json", intermediate_size=28672, head_dim=128)
    assert look(huge).parameters > 70e9


def test_a_gguf_file_is_unpacked_once_and_holds_the_same_weights(gguf: Path, folder: Path) -> None:
    base = prepare(str(gguf))
    assert base.file == gguf
    assert base.name == "tiny"
    assert base.folder.parent.name == "trainable"
    assert look(base.folder) == base, "a folder that is found through an adapter says the same"
    ours = weights(load_policy(base, recipe("sft", gguf, full=True)))
    theirs = weights(load_policy(prepare(str(folder)), recipe("sft", folder, full=True)))
    assert ours.keys() == theirs.keys()
    for name, weight in ours.items():
        torch.testing.assert_close(weight, theirs[name], rtol=1e-3, atol=1e-3, msg=name)
    before = (base.folder / "model.safetensors").stat().st_mtime_ns
    assert prepare(str(gguf)) == base
    assert (base.folder / "model.safetensors").stat().st_mtime_ns == before
    assert not [path for path in base.folder.parent.iterdir() if ".lock" not in path.name][1:]


def test_tied_weights_stay_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    tied = tiny_qwen2(tmp_path / "tied")
    file = export_model(tied, tmp_path / "tied.gguf", check=False).path
    base = prepare(str(file))
    model = load_policy(base, recipe("sft", file, full=True))
    assert model.lm_head.weight.data_ptr() == model.get_input_embeddings().weight.data_ptr()
    assert base.parameters == prepare(str(tied)).parameters


def test_what_was_interrupted_is_made_again(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(*_: object) -> None:
        raise KeyboardInterrupt

    save = unpack._save
    monkeypatch.setattr(unpack, "_save", stops)
    with pytest.raises(KeyboardInterrupt):
        prepare(str(gguf))
    monkeypatch.setattr(unpack, "_save", save)
    assert prepare(str(gguf)).parameters > 0


def test_no_room_to_unpack_is_said_before_and_after_it_is_tried(
    gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(unpack.shutil, "disk_usage", lambda _: type("Free", (), {"free": 1000})())
        with pytest.raises(OutputProblem, match=r"needs 0\.0 GB"):
            prepare(str(gguf))
    monkeypatch.setattr(unpack, "_save", full)
    with pytest.raises(OutputProblem, match="the disk became full"):
        prepare(str(gguf))


def test_servers_adapters_and_what_is_no_model_are_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UsageProblem, match="is a server"):
        prepare("openai:gpt@http://localhost:1")
    with pytest.raises(UsageProblem, match="is an adapter") as refusal:
        prepare(str(tiny_adapter(folder, tmp_path / "adapter")))
    assert "adapter.start" in refusal.value.hint
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelProblem):
        prepare(str(tmp_path / "empty"))


def test_a_missing_library_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "find_spec", lambda name: None if name == "trl" else object())
    with pytest.raises(MissingTool, match="Training needs trl") as refusal:
        prepare(str(folder))
    assert refusal.value.hint == 'pip install "copydesk[train]"'


def test_damaged_weights_are_one_sentence(tmp_path: Path) -> None:
    broken = tiny_llama(tmp_path / "broken")
    content = (broken / "model.safetensors").read_bytes()
    (broken / "model.safetensors").write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelProblem, match="cannot be loaded"):
        load_policy(prepare(str(broken)), recipe("sft", broken))


def test_adapters_are_float32_on_weights_of_the_precision_asked_for(folder: Path) -> None:
    base = prepare(str(folder))
    for precision, kind in (("bfloat16", torch.bfloat16), ("float32", torch.float32)):
        wanted = recipe("sft", folder, precision=precision)
        assert dtype_of(wanted) == kind
        model = load_policy(base, wanted)
        kinds = {(w.requires_grad, w.dtype) for w in model.parameters()}
        assert kinds == {(True, torch.float32), (False, kind)}
        assert model.active_adapters == ["default"]


def test_an_adapter_is_gone_on_from_and_a_reference_wants_nothing(
    tmp_path: Path, folder: Path
) -> None:
    base, run = prepare(str(folder)), tmp_path / "run"
    adapter = tiny_adapter(folder, run / "model")
    model = load_policy(base, recipe("dpo", folder, adapter={"start": str(run)}))
    name = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.default.weight"
    assert model.state_dict()[name].abs().sum() > 0
    assert any(weight.requires_grad for weight in model.parameters())
    still = load_policy(
        base, recipe("dpo", folder, adapter={"start": str(adapter)}), trainable=False
    )
    assert not any(weight.requires_grad for weight in still.parameters())
    with pytest.raises(ModelProblem):
        load_policy(base, recipe("dpo", folder, adapter={"start": str(tmp_path)}))


def test_layers_that_are_not_there_are_refused(folder: Path) -> None:
    with pytest.raises(UsageProblem, match=r"adapter\.targets 'attention'"):
        load_policy(prepare(str(folder)), recipe("sft", folder, adapter={"targets": "attention"}))


def test_four_bits_need_a_gpu(folder: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(UsageProblem, match="needs a GPU"):
        load_policy(prepare(str(folder)), recipe("sft", folder, adapter={"quantized": True}))


@pytest.mark.parametrize("full", [False, True])
def test_a_scorer_has_one_output_and_trains_the_layers_asked_for(folder: Path, full: bool) -> None:
    wanted = recipe("reward", folder, full=full, reward={"layers": 1})
    settle(wanted)
    assert not logging.is_progress_bar_enabled(), "its bars break into a run's own lines"
    scorer = load_scorer(prepare(str(folder)), wanted)
    ids = torch.tensor([[5, 6, 7]])
    assert scorer(input_ids=ids, attention_mask=torch.ones_like(ids)).logits.shape == (1, 1)
    trained = [name for name, weight in scorer.named_parameters() if weight.requires_grad]
    assert any("score" in name for name in trained)
    assert any("layers.1." in name for name in trained)
    assert not any("layers.0." in name for name in trained)


def test_the_same_seed_makes_the_same_head(folder: Path) -> None:
    heads = []
    for seed in (3, 3, 4):
        wanted = recipe("reward", folder, seed=seed)
        settle(wanted)
        scorer = load_scorer(prepare(str(folder)), wanted)
        heads.append(scorer.get_base_model().score.weight.detach().clone())
    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])


def test_nothing_heavy_is_imported_before_it_is_needed_and_nobody_calls_home() -> None:
    program = (
        "import sys, os, copydesk.train.base, copydesk.train.bridge, copydesk.train.tune\n"
        "print([m for m in ('torch', 'transformers', 'trl', 'peft', 'datasets') "
        "if m in sys.modules], os.environ['HF_HUB_DISABLE_TELEMETRY'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["[]", "1"]
    assert training_base.NEEDS.endswith('[train]"')
