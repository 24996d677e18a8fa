"""What cannot be loaded is one sentence; nothing out of a folder is run."""

# ruff: noqa: PLC0415 - torch and what needs it are imported where they are used

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.generate.hf.conftest import change_weights
from tests.generate.hf.test_engine import GREEDY, answer, ask
from tests.support.hf_folders import rewrite_json, tiny_adapter, tiny_llama, tiny_qwen2

from copydesk.errors import ModelProblem
from copydesk.generate.hf.engine import Transformers


def refusal(path: Path, **settings: Any) -> str:
    with pytest.raises(ModelProblem) as caught:
        Transformers(path, threads=1, **({"device": "cpu"} | settings))
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value.message


@pytest.fixture
def folder(llama: Path, tmp_path: Path) -> Path:
    """A tiny Llama that may be damaged."""
    return Path(shutil.copytree(llama, tmp_path / "copy"))


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no config": lambda f: (f / "config.json").unlink(),
    "config is no json": lambda f: (f / "config.json").write_text("{"),
    "config is a list": lambda f: (f / "config.json").write_text("[]"),
    "config is bytes": lambda f: (f / "config.json").write_bytes(b"\xff\xfe\x00"),
    "config is empty": lambda f: (f / "config.json").write_text("{}"),
    "unknown model": lambda f: rewrite_json(f / "config.json", model_type="zebra"),
    "no causal model": lambda f: rewrite_json(f / "config.json", model_type="vit"),
    "wrong size": lambda f: rewrite_json(f / "config.json", hidden_size=96),
    "mad size": lambda f: rewrite_json(f / "config.json", hidden_size="wide"),
    "mad heads": lambda f: rewrite_json(f / "config.json", num_attention_heads=0),
    "endless": lambda f: rewrite_json(f / "config.json", num_hidden_layers=10**9),
    "more layers": lambda f: rewrite_json(f / "config.json", num_hidden_layers=3),
    "own code": lambda f: rewrite_json(
        f / "config.json", model_type="zebra", auto_map={"AutoModelForCausalLM": "code.Zebra"}
    ),
    "no weights": lambda f: (f / "model.safetensors").unlink(),
    "cut weights": lambda f: cut_in_half(f / "model.safetensors"),
    "empty weights": lambda f: (f / "model.safetensors").write_bytes(b""),
    "no tokenizer": lambda f: (f / "tokenizer.json").unlink(),
    "cut tokenizer": lambda f: cut_in_half(f / "tokenizer.json"),
    "tokenizer of nothing": lambda f: (f / "tokenizer.json").write_text("{}"),
    "mad template": lambda f: (f / "tokenizer_config.json").write_text("[1]"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_a_problem_of_the_model(folder: Path, damage: str) -> None:
    DAMAGES[damage](folder)
    assert str(folder) in refusal(folder)


def test_a_missing_tensor_is_named(folder: Path) -> None:
    change_weights(folder, lambda weights: weights.pop("model.layers.1.mlp.up_proj.weight"))
    assert "layers.1.mlp.up_proj.weight is missing" in refusal(folder)


def test_a_hostile_template_is_a_problem_of_the_model(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(ModelProblem, match="chat template"):
        answer(Transformers(folder, threads=1), ask())


def test_pickled_weights_are_not_read(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    assert "no weights in safetensors" in refusal(folder)


def test_nothing_at_the_path_and_nothing_that_is_a_model(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("bees")
    assert "not a model" in refusal(tmp_path)
    assert "not a model" in refusal(tmp_path / "notes.txt")
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    assert "model.gguf" in refusal(tmp_path / "model.gguf")


def test_an_unknown_device_is_named(llama: Path) -> None:
    for device in ("cuda:77", "toaster"):
        assert repr(device) in refusal(llama, device=device)


def test_a_base_is_found_beside_its_adapter(llama: Path, tmp_path: Path) -> None:
    base = shutil.copytree(llama, tmp_path / "base")
    adapter = tiny_adapter(base, tmp_path / "adapter")
    expected = answer(Transformers(adapter, threads=1), ask()).text
    rewrite_json(adapter / "adapter_config.json", base_model_name_or_path="../base")
    assert answer(Transformers(adapter, threads=1), ask()).text == expected
    rewrite_json(adapter / "adapter_config.json", base_model_name_or_path="bees/model")
    assert "'bees/model'" in refusal(adapter)
    assert answer(Transformers(adapter, threads=1, base=base), ask()).text == expected
    assert "nowhere" in refusal(adapter, base=tmp_path / "nowhere")


def test_an_adapter_of_another_model_is_refused(llama: Path, tmp_path: Path) -> None:
    other = tiny_llama(tmp_path / "other", hidden_size=32)
    adapter = tiny_adapter(other, tmp_path / "adapter")
    assert "adapter" in refusal(adapter, base=llama)
    assert "adapter" in refusal(llama, adapters={"poet": adapter})


@pytest.mark.parametrize("changes", [{"peft_type": "IA3"}, {"megatron_config": {"a": 1}}])
def test_an_adapter_that_is_no_plain_lora_is_refused(
    llama: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    adapter = tiny_adapter(llama, tmp_path / "adapter")
    rewrite_json(adapter / "adapter_config.json", **changes)
    assert "adapter" in refusal(adapter)
    assert "adapter" in refusal(llama, adapters={"poet": adapter})


def test_an_adapter_in_pickle_is_not_read(llama: Path, tmp_path: Path) -> None:
    adapter = tiny_adapter(llama, tmp_path / "adapter")
    (adapter / "adapter_model.safetensors").rename(adapter / "adapter_model.bin")
    assert "adapter_model.safetensors" in refusal(adapter)


def test_qwen_with_tied_embeddings_is_whole(tmp_path: Path) -> None:
    engine = Transformers(tiny_qwen2(tmp_path), threads=1)
    assert answer(engine, ask()).text
    assert engine.info.architecture == "Qwen2ForCausalLM"
    assert engine.context == engine.info.context_length == 512
    assert engine.info.dtype == "float32"


def test_attention_in_a_sliding_window_is_taken_back_too(tmp_path: Path) -> None:
    sliding = {"use_sliding_window": True, "sliding_window": 16, "max_window_layers": 0}
    folder = tiny_qwen2(tmp_path / "sliding", **sliding)
    engine = Transformers(folder, threads=1)
    request = ask("Bees live in cities. " * 4, sampling=GREEDY)
    first = answer(engine, request)
    again = answer(engine, request)
    assert again.cached_tokens == again.prompt_tokens - 1
    assert again.text == first.text
    plain = tiny_qwen2(tmp_path / "plain")
    assert answer(Transformers(plain, threads=1), request).text != first.text


def test_bf16_weights_are_computed_in_what_suits_the_cpu(folder: Path) -> None:
    import torch

    def halve(weights: dict[str, Any]) -> None:
        weights.update({name: weight.to(torch.bfloat16) for name, weight in weights.items()})

    change_weights(folder, halve)
    rewrite_json(folder / "config.json", dtype="bfloat16", torch_dtype=None)
    engine = Transformers(folder, threads=1, device="cpu")
    assert engine.info.dtype in ("bfloat16", "float32")
    assert answer(engine, ask(n=2)).text


def test_loading_says_nothing(llama: Path, tmp_path: Path) -> None:
    adapter = tiny_adapter(llama, tmp_path / "adapter")
    program = (
        "import sys; from pathlib import Path\n"
        "from copydesk.generate.hf.engine import Transformers\n"
        "assert 'torch' not in sys.modules\n"
        "Transformers(Path(sys.argv[1]), threads=1, model_hash='x')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(adapter)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": "src", "HOME": str(tmp_path), "PATH": ""},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_not_installed_is_named(llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ModelProblem, match="needs transformers") as caught:
        Transformers(llama, threads=1)
    assert "copydesk[torch]" in caught.value.hint


def test_without_llguidance_free_text_is_spoken_and_a_schema_refused(
    llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llguidance.hf", None)
    monkeypatch.setitem(sys.modules, "llguidance", None)
    engine = Transformers(llama, threads=1)
    assert answer(engine, ask()).text
    with pytest.raises(ModelProblem, match="llguidance"):
        answer(engine, ask(schema={"enum": ["a", "b"]}))


@pytest.mark.model
def test_a_gguf_file_is_unpacked(small_model: Path) -> None:
    engine = Transformers(small_model, threads=1, context=512)
    end = answer(engine, ask("Write one sentence about bees.", sampling=GREEDY, max_tokens=24))
    assert "bees" in end.text.lower()
    voice, loaded = engine._ready()
    assert len(loaded.tokenizer("2024")["input_ids"]) == 4
    assert json.loads(loaded.tokenizer.backend_tokenizer.to_str())
    assert loaded.info.parameters == pytest.approx(134.5e6, rel=0.01)
    assert voice.context == 512
