"""The gate: what is exported speaks like transformers, and what is exported wrongly is caught."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.generate.export.conftest import Copy
from tests.support.hf_folders import rewrite_json, smollm2_folder, tiny_adapter, tiny_llama
from tests.support.hf_folders import tiny_qwen2 as qwen2

from copydesk.errors import CheckFailed, ModelProblem
from copydesk.generate import export as exporter
from copydesk.generate.export import adapter as adapters
from copydesk.generate.export import container, export_model, vocab, weights
from copydesk.generate.export.candidate import Candidate
from copydesk.generate.export.folder import Shape
from copydesk.generate.export.parity import EXACT, Limits, Parity, Place, demand
from copydesk.generate.gguf import read_gguf

LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
LINEAR = {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 4.0}


def exported(folder: Path, target: Path, **options: Any) -> Parity:
    parity = export_model(folder, target, **options).parity
    assert parity is not None
    assert len(parity.places) == 3 * 64
    return parity


@pytest.mark.parametrize("name", ["llama", "qwen2"])
def test_sixteen_bits_say_what_transformers_says(folders: Path, tmp_path: Path, name: str) -> None:
    parity = exported(folders / name, tmp_path / "house.gguf")
    assert parity.gap <= EXACT.tie
    assert parity.share > 0.95
    assert 0 < parity.shift < EXACT.shift
    info = read_gguf(tmp_path / "house.gguf")
    assert (info.architecture, info.name, info.context_length) == (name, name, 512)
    assert (info.bos_token, info.eos_token) == ("<|endoftext|>", "<|im_end|>")
    assert info.control_tokens == ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    assert "<|im_start|>assistant" in info.chat_template


@pytest.mark.parametrize("name", ["llama", "qwen2"])
def test_eight_bits_come_near(folders: Path, tmp_path: Path, name: str) -> None:
    parity = exported(folders / name, tmp_path / "house.gguf", kind="q8_0")
    assert parity.share >= 0.85
    whole = export_model(folders / name, tmp_path / "whole.gguf", check=False)
    assert (tmp_path / "house.gguf").stat().st_size < whole.bytes * 0.6


@pytest.mark.parametrize("name", ["llama", "qwen2"])
def test_an_adapter_does_what_it_does_in_peft(folders: Path, tmp_path: Path, name: str) -> None:
    done = export_model(folders / f"{name}-lora", tmp_path / "lora.gguf")
    assert done.adapter
    assert done.parity is not None
    assert done.parity.shift < EXACT.shift
    model = tmp_path / "model.gguf"
    export_model(folders / name, model, check=False)
    plain, adapted = Candidate(model, context=64), Candidate(model, done.path, context=64)
    answers = [[one.next([5, 6, at])[0] for at in range(20)] for one in (plain, adapted)]
    plain.close()
    adapted.close()
    assert answers[0] != answers[1]


def test_an_adapter_on_a_gguf_file(folders: Path, tmp_path: Path) -> None:
    base = export_model(folders / "llama", tmp_path / "base.gguf", check=False).path
    parity = exported(folders / "llama-lora", tmp_path / "lora.gguf", base=base)
    assert parity.shift < EXACT.shift


@pytest.mark.parametrize(
    "config",
    [
        {"rope_parameters": LLAMA3},
        {"rope_parameters": LINEAR},
        {"attention_bias": True, "mlp_bias": True},
        {"head_dim": 32},
        {"num_key_value_heads": 4, "tie_word_embeddings": True},
        {"hidden_size": 80, "rms_norm_eps": 0.01},
    ],
    ids=lambda config: next(iter(config)),
)
def test_llamas_of_other_kinds(folders: Path, tmp_path: Path, config: dict[str, Any]) -> None:
    exported(tiny_llama(tmp_path / "model", **config), tmp_path / "house.gguf")


@pytest.mark.parametrize(
    "config", [{"tie_word_embeddings": False}, {"rope_parameters": LINEAR}], ids=str
)
def test_qwens_of_other_kinds(folders: Path, tmp_path: Path, config: dict[str, Any]) -> None:
    exported(qwen2(tmp_path / "model", **config), tmp_path / "house.gguf")


@pytest.mark.parametrize(
    "lora",
    [
        {"use_rslora": True, "alpha_pattern": {"q_proj": 32}, "rank_pattern": {"k_proj": 8}},
        {"alpha_pattern": {"layers.1.mlp.up_proj": 3}, "rank_pattern": {"down_proj": 2}},
        {"target_modules": ["q_proj"], "r": 1},
    ],
    ids=lambda lora: next(iter(lora)),
)
def test_adapters_scaled_in_other_ways(folders: Path, tmp_path: Path, lora: dict[str, Any]) -> None:
    tiny_adapter(folders / "llama", tmp_path / "lora", **lora)
    exported(tmp_path / "lora", tmp_path / "house.gguf")


def test_shards_of_bfloat16(folders: Path, tmp_path: Path) -> None:
    import torch  # noqa: PLC0415 - installed, or `folders` has said so
    from transformers import AutoTokenizer, LlamaForCausalLM  # noqa: PLC0415

    model = LlamaForCausalLM.from_pretrained(folders / "llama", dtype=torch.bfloat16)
    model.save_pretrained(tmp_path / "model", max_shard_size="100KB")
    AutoTokenizer.from_pretrained(folders / "llama").save_pretrained(tmp_path / "model")
    assert len(list((tmp_path / "model").glob("*.safetensors"))) > 1
    exported(tmp_path / "model", tmp_path / "house.gguf")


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def spoiled_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "reordered_heads", lambda module, shape: 0)


def spoiled_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    read = exporter.read_shape

    def other(folder: Path) -> Shape:
        shape = read(folder)
        return replace(shape, rope=replace(shape.rope, theta=12_000.0))

    monkeypatch.setattr(exporter, "read_shape", other)


def spoiled_norms(monkeypatch: pytest.MonkeyPatch) -> None:
    read = exporter.read_shape
    monkeypatch.setattr(exporter, "read_shape", lambda path: replace(read(path), epsilon=0.1))


def spoiled_splitting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocab, "_NAMES", dict.fromkeys(vocab._NAMES, "gpt-2"))


def spoiled_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = container.checked
    monkeypatch.setattr(weights, "checked", lambda *which: checked(*which) * 1.01)


SPOILS = [
    spoiled_queries,
    spoiled_positions,
    spoiled_norms,
    spoiled_splitting,
    spoiled_numbers,
]


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_wrong_export_is_caught_and_leaves_nothing(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Any
) -> None:
    spoil(monkeypatch)
    with pytest.raises(CheckFailed, match=r"llama\.cpp and transformers"):
        export_model(folders / "llama", tmp_path / "house.gguf")
    assert left(tmp_path) == []


def test_a_wrong_export_is_caught_in_eight_bits_too(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiled_queries(monkeypatch)
    (tmp_path / "house.gguf").write_bytes(b"what was there")
    with pytest.raises(CheckFailed, match=r"part at token 1 after 'The city"):
        export_model(folders / "llama", tmp_path / "house.gguf", kind="q8_0", force=True)
    assert (tmp_path / "house.gguf").read_bytes() == b"what was there"


@pytest.mark.parametrize("name", ["llama-lora", "qwen2-lora"])
def test_an_adapter_that_is_too_strong_is_caught(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    settings = exporter.adapter_settings
    monkeypatch.setattr(
        exporter,
        "adapter_settings",
        lambda writer, name, alpha: settings(writer, name, alpha * 1.1),
    )
    with pytest.raises(CheckFailed, match="nats"):
        export_model(folders / name, tmp_path / "lora.gguf")
    assert left(tmp_path) == []


def test_an_adapter_in_the_wrong_order_is_caught(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "reordered_heads", lambda module, shape: 0)
    with pytest.raises(CheckFailed):
        export_model(folders / "llama-lora", tmp_path / "lora.gguf")


def test_the_check_of_an_adapter_needs_the_weights_of_its_base(
    copied: Copy, tmp_path: Path
) -> None:
    base, lora = copied("llama"), copied("llama-lora")
    (base / "model.safetensors").unlink()
    rewrite_json(lora / "adapter_config.json", base_model_name_or_path=str(base))
    with pytest.raises(ModelProblem, match="The check needs the base as well") as caught:
        export_model(lora, tmp_path / "lora.gguf")
    assert "--no-check" in caught.value.hint
    export_model(lora, tmp_path / "lora.gguf", check=False)
    assert left(tmp_path) == ["lora.gguf"]


def test_an_interrupted_export_leaves_nothing(folders: Path, tmp_path: Path) -> None:
    def interrupt(done: int, total: int, label: str) -> None:
        if label == "checking" and done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_model(folders / "llama", tmp_path / "house.gguf", progress=interrupt)
    assert left(tmp_path) == []


def place(expected: int, found: int, gap: float, shift: float | None = 0.0) -> Place:
    return Place(0, 6, expected, found, gap, shift)


def test_a_tie_passes_and_a_clear_choice_does_not() -> None:
    limits = Limits(tie=0.1, share=1.0, shift=0.1)
    demand(Parity((place(1, 1, 0.0), place(1, 2, 0.09))), limits)
    with pytest.raises(CheckFailed, match=r"part at token 7 .*: 2 where 1 is 0.11 nats likelier"):
        demand(Parity((place(1, 1, 0.0), place(1, 2, 0.11))), limits)


def test_a_share_of_clear_choices_passes_where_limits_say_so() -> None:
    places = (*[place(1, 1, 0.0)] * 9, place(1, 2, 3.0))
    assert Parity(places).passes(Limits(tie=0.1, share=0.9, shift=0.1))
    assert not Parity(places).passes(Limits(tie=0.1, share=0.91, shift=0.1))


def test_other_probabilities_do_not_pass_even_if_every_choice_is_the_same() -> None:
    parity = Parity((place(1, 1, 0.0, 0.3), place(1, 1, 0.0, None)))
    assert parity.shift == 0.3
    with pytest.raises(CheckFailed, match=r"2 of 2 tokens .* 0\.3000 nats"):
        demand(parity, Limits(tie=0.1, share=1.0, shift=0.2))


@pytest.mark.model
def test_smollm2_and_its_tokens(folders: Path, small_model: Path, tmp_path: Path) -> None:
    folder = smollm2_folder(small_model, tmp_path / "model")
    parity = exported(folder, tmp_path / "house.gguf")
    assert (parity.share, parity.different) == (1.0, ())
    ours, theirs = read_gguf(tmp_path / "house.gguf"), read_gguf(small_model)
    assert ours.control_tokens == theirs.control_tokens
    assert (ours.eos_token, ours.context_length) == (theirs.eos_token, theirs.context_length)
    assert (ours.chat_template, ours.parameters) == (theirs.chat_template, theirs.parameters)
