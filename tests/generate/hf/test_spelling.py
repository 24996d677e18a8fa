"""Tokens become whole characters; control tokens become nothing."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.hf_folders import CONTROL, QWEN2_SPLIT, VOCABULARY, tiny_tokenizer

from copydesk.errors import ModelProblem
from copydesk.generate.hf.sampling import BREAKERS
from copydesk.generate.hf.spelling import Spelling, Vocabulary
from copydesk.generate.steer import Token


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tiny_tokenizer(QWEN2_SPLIT)


@pytest.fixture(scope="module")
def vocabulary(tokenizer: Any) -> Vocabulary:
    return Vocabulary(tokenizer, [2])


def spelled(vocabulary: Vocabulary, numbers: list[int]) -> list[Token]:
    spelling = Spelling(vocabulary)
    return [token for number in numbers if (token := spelling.feed(number))]


@given(st.text())
def test_what_was_tokenised_is_spelled_out_again(
    tokenizer: Any, vocabulary: Vocabulary, text: str
) -> None:
    numbers = tokenizer(text, split_special_tokens=True)["input_ids"]
    tokens = spelled(vocabulary, numbers)
    assert "".join(token.text for token in tokens) == text
    assert [number for token in tokens for number in token.ids] == numbers


@given(st.lists(st.integers(0, VOCABULARY + 20), max_size=60))
def test_no_bytes_become_a_replacement_character(
    vocabulary: Vocabulary, numbers: list[int]
) -> None:
    tokens = spelled(vocabulary, numbers)
    text = "".join(token.text for token in tokens)
    said = b"".join(vocabulary.said(number) for number in numbers)
    assert said.decode(errors="ignore").startswith(text)
    assert "\ufffd" not in text
    assert [n for token in tokens for n in token.ids] == numbers[: sum(len(t.ids) for t in tokens)]


def test_a_character_of_several_tokens_comes_when_it_is_whole(
    tokenizer: Any, vocabulary: Vocabulary
) -> None:
    numbers = tokenizer("a🐝b")["input_ids"]
    assert len(numbers) == 6  # the bee is four
    assert [token.text for token in spelled(vocabulary, numbers)] == ["a", "🐝", "b"]


def test_control_tokens_say_nothing(vocabulary: Vocabulary) -> None:
    assert vocabulary.control_tokens == CONTROL
    assert [token.text for token in spelled(vocabulary, [0, 1, 2])] == ["", "", ""]
    assert vocabulary.ends == {
        0,
        2,
    }  # <|endoftext|> is not the eos token, and ends too


def test_rows_without_a_token_say_nothing(vocabulary: Vocabulary) -> None:
    assert vocabulary.size == VOCABULARY
    assert vocabulary.said(VOCABULARY + 1) == b""


def test_breakers_are_the_tokens_that_hold_one(tokenizer: Any, vocabulary: Vocabulary) -> None:
    texts = {tokenizer.decode([number]) for number in vocabulary.breakers}
    assert {"\n", ":", '"', "*", "7"} <= texts
    assert all(set(text) & set(BREAKERS) for text in texts)


def sentencepiece(**decoder: Any) -> Any:
    """The tokenizer of a model like Llama 2, as far as it matters here."""
    vocabulary = {"<s>": 0, "▁Bees": 1, "<0xE8>": 2, "<0x9C>": 3, "<0x82>": 4, "fly": 5}
    content = {"decoder": decoder, "model": {"type": "BPE", "byte_fallback": bool(decoder)}}
    control = SimpleNamespace(content="<s>", special=True)
    return SimpleNamespace(
        backend_tokenizer=SimpleNamespace(to_str=lambda: json.dumps(content)),
        get_vocab=lambda: vocabulary,
        added_tokens_decoder={0: control},
    )


def test_sentencepiece_spells_bytes_and_spaces() -> None:
    decoders = [{"type": "Replace"}, {"type": "ByteFallback"}]
    vocabulary = Vocabulary(sentencepiece(type="Sequence", decoders=decoders))
    texts = [token.text for token in spelled(vocabulary, [0, 1, 2, 3, 4, 5])]
    assert texts == ["", " Bees", "蜂", "fly"]


def test_an_unknown_way_of_writing_tokens_is_refused() -> None:
    with pytest.raises(ModelProblem, match="does not know"):
        Vocabulary(sentencepiece())
