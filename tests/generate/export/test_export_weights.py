"""Weights in their new order and form."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.hf_folders import tiny_llama

from copydesk.generate.export import export_model
from copydesk.generate.export.folder import Rope, Shape, read_shape
from copydesk.generate.export.weights import reorder, rope_factors

np = pytest.importorskip("numpy")  # which gguf and torch bring along

SHAPE = Shape(
    architecture="llama",
    hidden=64,
    feed_forward=96,
    layers=2,
    heads=4,
    kv_heads=2,
    head_size=16,
    rows=400,
    context=512,
    epsilon=1e-6,
    rope=Rope(original_context=512),
    tied=False,
)


@given(heads=st.integers(1, 5), half=st.integers(1, 6), width=st.integers(1, 3))
def test_what_was_half_a_head_apart_are_neighbours(heads: int, half: int, width: int) -> None:
    rows = np.arange(heads * 2 * half * width, dtype=np.float32).reshape(-1, width)
    after = reorder(rows, heads).reshape(heads, 2 * half, width)
    before = rows.reshape(heads, 2 * half, width)
    assert np.array_equal(after[:, 0::2], before[:, :half])
    assert np.array_equal(after[:, 1::2], before[:, half:])


@given(
    theta=st.floats(1e3, 1e6),
    factor=st.floats(1.5, 32),
    low=st.floats(0.5, 3),
    high=st.floats(3.5, 8),
    original=st.integers(64, 32768),
)
def test_frequencies_are_divided_as_transformers_divides_them(
    folders: Path, theta: float, factor: float, low: float, high: float, original: int
) -> None:
    from transformers import LlamaConfig  # noqa: PLC0415 - installed, or `folders` has said so
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS  # noqa: PLC0415

    given = {
        "rope_type": "llama3",
        "rope_theta": theta,
        "factor": factor,
        "low_freq_factor": low,
        "high_freq_factor": high,
        "original_max_position_embeddings": original,
    }
    config = LlamaConfig(hidden_size=64, num_attention_heads=4, rope_parameters=given)
    theirs = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")[0].numpy()
    rope = Rope(theta, "llama3", factor, low, high, original)
    ours = theta ** -(np.arange(0, 16, 2) / 16) / rope_factors(replace(SHAPE, rope=rope))
    assert np.allclose(ours, theirs, rtol=1e-4)


def kinds(path: Path) -> dict[str, str]:
    import gguf  # noqa: PLC0415 - installed, or `folders` has said so

    return {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(path).tensors}


def test_matrices_are_quantised_where_their_rows_divide(folders: Path, tmp_path: Path) -> None:
    folder = tiny_llama(tmp_path / "model", hidden_size=80, intermediate_size=96)
    found = kinds(export_model(folder, tmp_path / "8.gguf", kind="q8_0", check=False).path)
    assert found["blk.0.attn_q.weight"] == "F16"  # rows of 80
    assert found["blk.0.ffn_down.weight"] == "Q8_0"  # rows of 96
    assert found["blk.0.attn_norm.weight"] == found["output_norm.weight"] == "F32"
    sixteen = kinds(export_model(folder, tmp_path / "16.gguf", check=False).path)
    assert set(sixteen.values()) == {"F16", "F32"}


def test_tied_weights_are_written_once(folders: Path, tmp_path: Path) -> None:
    done = export_model(folders / "qwen2", tmp_path / "q.gguf", check=False)
    found = kinds(done.path)
    assert "output.weight" not in found
    assert found["blk.1.attn_k.bias"] == "F32"
    assert done.tensors == len(found)
    assert "output.weight" in kinds(
        export_model(folders / "llama", tmp_path / "l.gguf", check=False).path
    )


def test_numbers_are_rounded_once(folders: Path, tmp_path: Path) -> None:
    import gguf  # noqa: PLC0415
    from safetensors.numpy import load_file  # noqa: PLC0415

    done = export_model(folders / "llama", tmp_path / "l.gguf", check=False)
    found: dict[str, Any] = {t.name: t.data for t in gguf.GGUFReader(done.path).tensors}
    given = load_file(folders / "llama" / "model.safetensors")
    up = given["model.layers.1.mlp.up_proj.weight"]
    assert np.array_equal(found["blk.1.ffn_up.weight"], up.astype(np.float16))
    queries = given["model.layers.1.self_attn.q_proj.weight"].astype(np.float16)
    assert np.array_equal(found["blk.1.attn_q.weight"], reorder(queries, 4))


def test_progress_tells_bytes_and_then_tokens(folders: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    export_model(folders / "llama", tmp_path / "l.gguf", progress=lambda *now: told.append(now))
    written = [now for now in told if now[2] == "writing"]
    assert written[0][0] == 0
    assert written[-1][0] == written[-1][1] > 200_000
    assert told[-1] == (192, 192, "checking")


def test_sizes_are_read_from_the_configuration(folders: Path) -> None:
    shape = read_shape(folders / "llama")
    assert replace(shape, special_ids={}) == SHAPE
    assert shape.special_ids == {"bos": 0, "eos": 2, "pad": 0}
