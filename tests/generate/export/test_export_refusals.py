"""Folders that are damaged, hostile, or of a kind that is not exported: one sentence each."""

import json
import shutil
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.generate.export.conftest import Copy
from tests.support.hf_folders import rewrite_json

from copydesk.errors import (
    CheckFailed,
    CopydeskError,
    MissingTool,
    ModelProblem,
    OutputProblem,
    UsageProblem,
)
from copydesk.generate import export as exporter
from copydesk.generate.export import export_model
from copydesk.generate.export.folder import read_shape
from copydesk.generate.export.tensors import open_weights, read_header

NAN = float("nan")


def refusal(folder: Path, tmp_path: Path, **options: Any) -> CopydeskError:
    """What exporting fails with; nothing may be left."""
    target = tmp_path / "refused" / "house.gguf"
    target.parent.mkdir(exist_ok=True)
    with pytest.raises(CopydeskError) as caught:
        export_model(folder, target, **{"check": False, **options})
    assert list(target.parent.iterdir()) == []
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


def test_another_architecture_and_the_converter_to_use(copied: Copy, tmp_path: Path) -> None:
    folder = copied("llama")
    rewrite_json(folder / "config.json", architectures=["MistralForCausalLM"])
    said = refusal(folder, tmp_path)
    assert isinstance(said, ModelProblem)
    assert said.message == (
        f"{folder} is a MistralForCausalLM; copydesk exports LlamaForCausalLM and Qwen2ForCausalLM."
    )
    assert "convert_hf_to_gguf.py" in said.hint


CONFIGS: list[tuple[dict[str, Any], str]] = [
    ({"architectures": []}, "model of unknown kind"),
    ({"hidden_size": None}, "'hidden_size'"),
    ({"hidden_size": 0}, "'hidden_size'"),
    ({"num_hidden_layers": 10**9}, "'num_hidden_layers'"),
    ({"num_key_value_heads": 3}, "heads"),
    ({"hidden_act": "gelu"}, "'gelu'"),
    ({"use_sliding_window": True}, "sliding"),
    ({"quantization_config": {"quant_method": "gptq"}}, "quantised already"),
    ({"auto_map": {"AutoModelForCausalLM": "code.Model"}}, "code of its own"),
    ({"rope_parameters": {"rope_type": "yarn", "factor": 4.0}}, "'yarn'"),
    ({"rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}}, "rotates"),
    ({"rope_parameters": {"rope_type": "llama3", "low_freq_factor": 4.0}}, "disorder"),
    ({"intermediate_size": 128}, "is of shape"),
    ({"num_hidden_layers": 3}, r"lack model\.layers\.2\."),
    ({"num_hidden_layers": 1}, r"tensor 'model\.layers\.1\."),
    ({"vocab_size": 300}, "embedding 300 rows"),
]


@pytest.mark.parametrize(("changes", "said"), CONFIGS, ids=lambda value: str(value)[:50])
def test_configurations(copied: Copy, tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    folder = copied("llama")
    rewrite_json(folder / "config.json", **changes)
    with pytest.raises(ModelProblem, match=said):
        raise refusal(folder, tmp_path)


def test_the_positions_of_transformers_4(copied: Copy) -> None:
    folder = copied("llama")
    scaling = {"type": "linear", "factor": 2.0}
    rewrite_json(folder / "config.json", rope_parameters=None, rope_theta=5e5, rope_scaling=scaling)
    rope = read_shape(folder).rope
    assert (rope.theta, rope.kind, rope.factor) == (5e5, "linear", 2.0)


def test_qwen2_knows_no_positions_of_llama_3(copied: Copy, tmp_path: Path) -> None:
    folder = copied("qwen2")
    rewrite_json(folder / "config.json", rope_parameters={"rope_type": "llama3", "factor": 8.0})
    assert "'llama3'" in refusal(folder, tmp_path).message


def test_folders_that_are_none(folders: Path, tmp_path: Path) -> None:
    assert "is not a folder" in refusal(tmp_path / "nowhere", tmp_path).message
    (tmp_path / "empty").mkdir()
    assert "config.json cannot be read" in refusal(tmp_path / "empty", tmp_path).message
    assert "is not a folder" in refusal(folders / "llama" / "config.json", tmp_path).message


def spoil_pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def spoil_absent(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def spoil_short(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-10])


def spoil_pointer(folder: Path) -> None:
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")


def spoil_empty(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def spoil_shard(folder: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "model-00001-of-00001.safetensors"}}
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def spoil_path(folder: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "../../model.safetensors"}}
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def spoil_nan(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-4] + struct.pack("<f", NAN))


def spoil_large(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-4] + struct.pack("<f", 1e6))


def spoil_kind(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes().replace(b'"F32"', b'"I32"'))


WEIGHTS: list[tuple[Callable[[Path], None], str]] = [
    (spoil_pickled, r"pickled \(pytorch_model\.bin\)"),
    (spoil_absent, r"no model\.safetensors"),
    (spoil_short, "damaged: .* reaches beyond its place"),
    (spoil_pointer, "damaged: its header does not fit"),
    (spoil_empty, "damaged: its header does not fit"),
    (spoil_shard, r"lacks model-00001-of-00001\.safetensors"),
    (spoil_path, "damaged: it names the file"),
    (spoil_nan, "is nan"),
    (spoil_large, r"is 1000000\.0"),
    (spoil_kind, "of the kind 'I32'"),
]


@pytest.mark.parametrize(("spoil", "said"), WEIGHTS)
def test_weights(copied: Copy, tmp_path: Path, spoil: Callable[[Path], None], said: str) -> None:
    folder = copied("llama")
    spoil(folder)
    with pytest.raises(ModelProblem, match=said):
        raise refusal(folder, tmp_path)


def tokenizer(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = json.loads((folder / "tokenizer.json").read_text("utf-8"))
        change(content)
        (folder / "tokenizer.json").write_text(json.dumps(content), "utf-8")

    return spoil


def sentencepiece(folder: Path) -> None:
    (folder / "tokenizer.json").rename(folder / "tokenizer.model")


def endless(folder: Path) -> None:
    rewrite_json(folder / "tokenizer_config.json", eos_token=None)
    rewrite_json(folder / "config.json", eos_token_id=None)
    (folder / "generation_config.json").unlink()


SPLIT = {"type": "Split", "pattern": {"Regex": r"\w+"}, "behavior": "Isolated", "invert": False}
AFTER = [{"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "<|im_end|>"}}]
TOKENIZERS: list[tuple[Callable[[Path], None], str]] = [
    (sentencepiece, r"SentencePiece tokenizer \(tokenizer\.model\)"),
    (lambda folder: (folder / "tokenizer.json").unlink(), r"no tokenizer\.json"),
    (tokenizer(lambda t: t["model"].update(type="Unigram")), "not byte-level BPE"),
    (tokenizer(lambda t: t["model"].update(byte_fallback=True)), "not byte-level BPE"),
    (tokenizer(lambda t: t.update(pre_tokenizer=SPLIT)), "in a way of its own"),
    (tokenizer(lambda t: t.update(pre_tokenizer=None)), "in a way of its own"),
    (tokenizer(lambda t: t.update(normalizer={"type": "Lowercase"})), "rewrites text"),
    (tokenizer(lambda t: t.update(post_processor={"type": "BertProcessing"})), "adds tokens"),
    (
        tokenizer(
            lambda t: t.update(post_processor={"type": "TemplateProcessing", "single": AFTER})
        ),
        "after the text",
    ),
    (tokenizer(lambda t: t["model"].update(merges=[["a", "b", "c"]])), "merges"),
    (tokenizer(lambda t: t["model"]["vocab"].update(new=5)), "two of its tokens"),
    (tokenizer(lambda t: t["model"]["vocab"].update(new=4000)), r"token 4,000.* 400 rows"),
    (tokenizer(lambda t: t["model"]["vocab"].update(new=-1)), "no text or no number"),
    (endless, "no token that ends"),
]


@pytest.mark.parametrize(("spoil", "said"), TOKENIZERS)
def test_tokenizers(copied: Copy, tmp_path: Path, spoil: Callable[[Path], None], said: str) -> None:
    folder = copied("llama")
    spoil(folder)
    with pytest.raises(ModelProblem, match=said):
        raise refusal(folder, tmp_path)


ADAPTERS: list[tuple[dict[str, Any], str]] = [
    ({"peft_type": "IA3"}, "'IA3'"),
    ({"use_dora": True}, "uses DoRA"),
    ({"bias": "all"}, "trains biases"),
    ({"lora_bias": True}, "trains biases"),
    ({"modules_to_save": ["lm_head"]}, "whole modules"),
    ({"trainable_token_indices": [1]}, "tokens of the embedding"),
    ({"init_lora_weights": "pissa"}, "changes the base"),
    ({"alpha_pattern": {"(a+)+$": 4}}, "pattern of names"),
    ({"lora_alpha": 0}, "'lora_alpha'"),
    ({"base_model_name_or_path": "somebody/model"}, r"\(somebody/model\) is not here"),
    ({"base_model_name_or_path": None}, "is not here"),
    ({"base_model_name_or_path": "a\0b"}, "is not here"),
]


@pytest.mark.parametrize(("changes", "said"), ADAPTERS, ids=lambda value: str(value)[:50])
def test_adapters(copied: Copy, tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    folder = copied("llama-lora")
    rewrite_json(folder / "adapter_config.json", **changes)
    with pytest.raises(ModelProblem, match=said) as caught:
        raise refusal(folder, tmp_path)
    assert (
        "convert_lora_to_gguf.py" in caught.value.hint
        or "--base" in caught.value.hint
        or ("lora_alpha" in said)
    )


def test_an_adapter_of_another_model(folders: Path, tmp_path: Path, copied: Copy) -> None:
    base = copied("llama")
    rewrite_json(base / "config.json", hidden_size=96, head_dim=24)
    said = refusal(folders / "llama-lora", tmp_path, base=base)
    assert "do not fit the base model" in said.message
    assert "--base" in said.hint
    assert (
        "does not exist" in refusal(folders / "llama-lora", tmp_path, base=tmp_path / "x").message
    )


def test_an_adapter_of_embeddings(folders: Path, tmp_path: Path) -> None:
    from tests.support.hf_folders import tiny_adapter  # noqa: PLC0415

    folder = tiny_adapter(
        folders / "llama", tmp_path / "lora", target_modules=["embed_tokens", "q_proj"]
    )
    assert "embed_tokens" in refusal(folder, tmp_path).message


def test_what_does_not_go_together(folders: Path, tmp_path: Path) -> None:
    lora, model = folders / "llama-lora", folders / "llama"
    for said in (refusal(lora, tmp_path, kind="q8_0"), refusal(model, tmp_path, base=model)):
        assert isinstance(said, UsageProblem)


def test_a_target_that_is_taken(folders: Path, tmp_path: Path) -> None:
    target = tmp_path / "house.gguf"
    target.write_bytes(b"mine")
    with pytest.raises(OutputProblem, match="exists already"):
        export_model(folders / "llama", target, check=False)
    assert target.read_bytes() == b"mine"
    export_model(folders / "llama", target, check=False, force=True)
    assert target.read_bytes()[:4] == b"GGUF"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["house.gguf"]


def test_a_disk_without_room(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(exporter.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    said = refusal(folders / "llama", tmp_path)
    assert isinstance(said, OutputProblem)
    assert "0.00 GB" in said.message


def test_a_disk_that_fills_up(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gguf  # noqa: PLC0415 - installed, or `folders` has said so

    def full(self: Any, tensor: Any) -> None:
        raise OSError("4096 requested and 0 written")  # as numpy says it

    monkeypatch.setattr(gguf.GGUFWriter, "write_tensor_data", full)
    said = refusal(folders / "llama", tmp_path)
    assert isinstance(said, OutputProblem)
    assert "no space left" in said.message


def test_packages_that_are_not_installed(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    said = refusal(folders / "llama-lora", tmp_path, check=True)
    assert isinstance(said, MissingTool)
    assert "peft" in said.message
    monkeypatch.setitem(sys.modules, "gguf", None)
    assert "needs the package gguf" in refusal(folders / "llama", tmp_path).message


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
OURS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def planted(content: Any, value: Any, data: st.DataObject) -> Any:
    """`content` with `value` at a place that is drawn."""
    if isinstance(content, dict) and content and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(content)[:40]))
        return content | {key: planted(content[key], value, data)}
    if isinstance(content, list) and content and data.draw(st.booleans()):
        at = data.draw(st.integers(0, min(len(content), 40) - 1))
        return [*content[:at], planted(content[at], value, data), *content[at + 1 :]]
    return value


@OURS
@given(
    data=st.data(),
    value=JSON,
    name=st.sampled_from(
        [
            "tokenizer.json",
            "config.json",
            "tokenizer_config.json",
            "generation_config.json",
            "adapter_config.json",
        ]
    ),
)
def test_whatever_stands_in_a_file_is_read_or_refused(
    folders: Path,
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    value: Any,
    name: str,
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    for path in (folders / ("llama-lora" if name.startswith("adapter") else "llama")).iterdir():
        (folder / path.name).hardlink_to(path)
    content = json.loads((folder / name).read_text("utf-8"))
    (folder / name).unlink()
    (folder / name).write_text(json.dumps(planted(content, value, data)), "utf-8")
    with suppress(ModelProblem):
        export_model(folder, folder / "house.gguf", check=False)


def safetensors(header: Any, rest: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + rest


def entry(kind: str, shape: list[int], offsets: list[int]) -> dict[str, Any]:
    return {"a": {"dtype": kind, "shape": shape, "data_offsets": offsets}}


ENTRIES = st.builds(
    entry,
    st.sampled_from(["F32", "BF16", "U8"]),
    st.lists(st.integers(-1, 5), max_size=3),
    st.lists(st.integers(-1, 30), min_size=2, max_size=2),
)


@OURS
@given(
    content=st.binary(max_size=60) | st.builds(safetensors, JSON | ENTRIES, st.binary(max_size=30))
)
def test_whatever_a_safetensors_file_holds_is_read_or_refused(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with suppress(ModelProblem):
        for tensor in read_header(path).values():
            assert tensor.read().shape == (tensor.rows, tensor.width)


def test_weights_are_read_as_safetensors_reads_them(folders: Path) -> None:
    import numpy as np  # noqa: PLC0415
    from safetensors.numpy import load_file  # noqa: PLC0415

    path = folders / "qwen2" / "model.safetensors"
    theirs, ours = load_file(path), open_weights(path.parent)
    assert set(ours) == set(theirs)
    for name, tensor in ours.items():
        assert np.array_equal(tensor.read().reshape(tensor.shape), theirs[name])


def test_a_tokenizer_that_llama_cpp_reads_otherwise_is_caught(copied: Copy, tmp_path: Path) -> None:
    folder = copied("qwen2")
    # An added token within the first prompt, which only transformers strips the space before.
    added = {"id": 390, "content": "market", "special": False, "lstrip": True, "rstrip": True,
             "normalized": False, "single_word": False}  # fmt: skip
    tokenizer(lambda t: t["added_tokens"].append(added))(folder)
    said = refusal(folder, tmp_path, check=True)
    assert isinstance(said, CheckFailed)
    assert "differently, from token" in said.message
