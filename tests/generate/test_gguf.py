"""The GGUF reader: reads what is whole, refuses what is not, believes no length."""

import contextlib
import os
import struct
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support.gguf_writer import ARRAY, CHATML, F32, I32, STRING, U32, Gguf, tiny

from copydesk.errors import ModelProblem
from copydesk.generate.gguf import read_gguf

HUGE = 2**63


def test_reads_what_a_model_is(tmp_path: Path) -> None:
    info = read_gguf(tiny().write(tmp_path / "tiny.gguf"))
    assert (info.architecture, info.name, info.size_label) == ("llama", "Tiny", "1K")
    assert (info.context_length, info.parameters) == (512, 192)
    assert (info.bos_token, info.eos_token) == ("<|endoftext|>", "<|im_end|>")
    assert info.chat_template == CHATML
    assert info.file_size == (tmp_path / "tiny.gguf").stat().st_size


def test_control_tokens_are_markers_only(tmp_path: Path) -> None:
    info = read_gguf(tiny().write(tmp_path / "tiny.gguf"))
    assert info.control_tokens == ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>")


def test_the_order_of_the_pairs_does_not_matter(tmp_path: Path) -> None:
    model = tiny()
    straight = read_gguf(model.write(tmp_path / "a.gguf"))
    model.pairs = dict(reversed(model.pairs.items()))
    assert read_gguf(model.write(tmp_path / "a.gguf")) == straight


def test_a_bare_file_has_empty_answers(tmp_path: Path) -> None:
    info = read_gguf(Gguf(version=2).write(tmp_path / "bare.gguf"))
    assert (info.architecture, info.chat_template, info.bos_token) == ("", "", "")
    assert (info.context_length, info.parameters, info.control_tokens) == (0, 0, ())


def test_values_of_the_wrong_type_are_as_if_absent(tmp_path: Path) -> None:
    model = tiny()
    model.pairs["general.name"] = (U32, 7)
    model.pairs["tokenizer.chat_template"] = (ARRAY, (STRING, ("x",)))
    model.pairs["tokenizer.ggml.bos_token_id"] = (U32, 4_000_000_000)
    model.pairs["tokenizer.ggml.token_type"] = (ARRAY, (F32, [3.0] * 8))
    info = read_gguf(model.write(tmp_path / "odd.gguf"))
    assert (info.name, info.chat_template, info.bos_token) == ("", "", "")
    assert info.control_tokens == ()


def test_a_file_cut_in_its_tensors_says_how_much_is_missing(tmp_path: Path) -> None:
    path = tiny().write(tmp_path / "cut.gguf")
    whole = path.stat().st_size
    os.truncate(path, whole - 1)
    with pytest.raises(
        ModelProblem, match=rf"ends before its tensors do \({whole - 1:,} of {whole:,}"
    ):
        read_gguf(path)


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    content = tiny().content()
    path = tmp_path / "cut.gguf"
    for size in range(len(content)):
        path.write_bytes(content[:size])
        with pytest.raises(ModelProblem):
            read_gguf(path)


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\3\4" + b"\0" * 100, b"\0" * 64])
def test_other_files_are_not_gguf(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelProblem, match="is not a GGUF file"):
        read_gguf(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")  # opening it would wait forever
    for path in (tmp_path, tmp_path / "none.gguf", tmp_path / "pipe.gguf", Path("a\0b.gguf")):
        with pytest.raises(ModelProblem):
            read_gguf(path)


@pytest.mark.parametrize("version", [0, 1, 4, 0x03000000])
def test_other_versions_are_named(tmp_path: Path, version: int) -> None:
    with pytest.raises(ModelProblem, match=f"version {version}"):
        read_gguf(Gguf(version=version).write(tmp_path / "v.gguf"))


@pytest.mark.parametrize(
    "tail",
    [
        struct.pack("<QQ", HUGE, 0),
        struct.pack("<QQ", 0, HUGE),
        struct.pack("<QQ", 0, 1) + struct.pack("<Q", HUGE),
        struct.pack("<QQ", 0, 1) + struct.pack("<Q1sI", 1, b"k", STRING) + struct.pack("<Q", HUGE),
        struct.pack("<QQ", 0, 1) + struct.pack("<Q1sIIQ", 1, b"k", ARRAY, STRING, HUGE),
        struct.pack("<QQ", 0, 1) + struct.pack("<Q1sIIQ", 1, b"k", ARRAY, I32, HUGE),
        struct.pack("<QQ", 0, 1) + struct.pack("<Q1sI", 1, b"k", 99),
        struct.pack("<QQ", 1, 0) + struct.pack("<Q1sI", 1, b"t", HUGE >> 32),
        struct.pack("<QQ", 1, 0) + struct.pack("<Q1sI4QIQ", 1, b"t", 4, *[HUGE] * 4, 0, HUGE),
        struct.pack("<QQ", 0, 1)
        + struct.pack("<Q1sI", 1, b"k", ARRAY)
        + struct.pack("<IQ", 9, 1) * 40,
    ],
)
def test_absurd_claims_are_refused_at_once(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "absurd.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<I", 3) + tail + b"\0" * 64)
    started = time.process_time()
    with pytest.raises(ModelProblem, match="damaged"):
        read_gguf(path)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("alignment", [0, 3, -1])
def test_an_absurd_alignment_is_refused(tmp_path: Path, alignment: int) -> None:
    model = tiny()
    model.pairs["general.alignment"] = (I32, alignment)
    with pytest.raises(ModelProblem, match="alignment"):
        read_gguf(model.write(tmp_path / "x.gguf"))


def test_a_tensor_type_of_the_future_is_let_pass(tmp_path: Path) -> None:
    model = tiny()
    model.tensors["b"] = ((64,), 999, 68)
    assert read_gguf(model.write(tmp_path / "new.gguf")).parameters == 192


def test_a_large_vocabulary_stays_cheap(tmp_path: Path) -> None:
    model, words = tiny(), [f"token{i}" for i in range(150_000)]
    model.pairs["tokenizer.ggml.tokens"] = (ARRAY, (STRING, words))
    model.pairs["tokenizer.ggml.merges"] = (ARRAY, (STRING, words))
    path = model.write(tmp_path / "large.gguf")
    started = time.process_time()
    assert read_gguf(path).control_tokens[2] == "token2"
    assert time.process_time() - started < 2  # some 0.15 s; the margin is for slow machines


_CONTENT = tiny().content()
_QUICK = settings(
    max_examples=300, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read_or_refuse(folder: Path, content: bytes) -> None:
    path = folder / "mutant.gguf"
    path.write_bytes(content)
    with contextlib.suppress(ModelProblem):
        read_gguf(path)


@_QUICK
@given(st.binary(max_size=400))
@example(b"")
def test_random_bytes_raise_nothing_else(tmp_path: Path, tail: bytes) -> None:
    read_or_refuse(tmp_path, tail)
    read_or_refuse(tmp_path, b"GGUF\3\0\0\0" + tail)


@_QUICK
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(_CONTENT) - 1),
            st.one_of(
                st.binary(min_size=1, max_size=8),
                st.integers(0, 2**64 - 1).map(lambda n: struct.pack("<Q", n)),
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_mutated_files_raise_nothing_else(tmp_path: Path, edits: list[tuple[int, bytes]]) -> None:
    content = bytearray(_CONTENT)
    for at, data in edits:
        content[at : at + len(data)] = data
    read_or_refuse(tmp_path, bytes(content))
