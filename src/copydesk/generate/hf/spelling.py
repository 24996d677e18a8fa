"""Tokens become text: whole characters only, and no control token is ever spelled out."""

import codecs
import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from copydesk.errors import ModelProblem
from copydesk.generate.hf.sampling import BREAKERS
from copydesk.generate.steer import Token

_LONGEST = (
    16  # tokens that are held for the rest of a character; what says nothing by then, will not
)
_SPACE = "\u2581"  # stands for a space in the vocabularies of SentencePiece

# Control tokens that end an answer in one model family or another, as llama.cpp knows them.
ENDS = {
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|end_of_text|>",
    "<|eom_id|>",
    "<|end|>",
    "<|end_of_turn|>",
    "<end_of_turn>",
    "<|endofturn|>",
    "<EOT>",
    "<|EOT|>",
    "</s>",
    "<eos>",
}


class Vocabulary:
    """What each token says, as bytes.

    Attributes:
        size: how many token ids the tokenizer knows; a model may have rows beyond.
        controls: ids of tokens that steer the model and say nothing.
        ends: those of them that end an answer.
        control_tokens: how the controls are written.

    Raises:
        ModelProblem: the tokenizer is of a kind whose tokens are not known to be bytes.
    """

    def __init__(self, tokenizer: Any, ends: Iterable[int] = ()) -> None:
        self._bytes_of = _decoder(json.loads(tokenizer.backend_tokenizer.to_str()))
        texts: dict[str, int] = tokenizer.get_vocab()
        added = tokenizer.added_tokens_decoder
        self.size = max(texts.values(), default=-1) + 1
        self._texts = {number: text for text, number in texts.items()}
        self._added = {number: str(token.content) for number, token in added.items()}
        self.controls = frozenset(number for number, token in added.items() if token.special)
        self.control_tokens = tuple(self._added[number] for number in sorted(self.controls))
        known = {number for number in self.controls if self._added[number] in ENDS}
        self.ends = frozenset(known.union(ends))

    def said(self, number: int) -> bytes:
        """The bytes of a token; none for a control token or a row without a token."""
        if number in self.controls or number not in self._texts:
            return b""
        if number in self._added:
            return self._added[number].encode()
        return self._bytes_of(self._texts[number])

    @cached_property
    def breakers(self) -> frozenset[int]:
        """Tokens that a repetition does not reach across."""
        marks = [mark.encode() for mark in BREAKERS]
        said = ((number, self.said(number)) for number in self._texts)
        return frozenset(number for number, text in said if any(mark in text for mark in marks))


class Spelling:
    """Spells one answer: holds the bytes of a character until it is whole."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._held: list[int] = []
        self._clear()

    def feed(self, number: int) -> Token | None:
        """The next token; bytes that are no character, and never become one, are left out."""
        self._held.append(number)
        self._text += self._decoder.decode(self._vocabulary.said(number))
        unfinished, _ = self._decoder.getstate()
        if unfinished and len(self._held) < _LONGEST:
            return None
        token = Token(self._text, tuple(self._held))
        self._clear()
        return token

    def _clear(self) -> None:
        self._held, self._text = [], ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")


def _decoder(content: Any) -> Callable[[str], bytes]:
    """How this tokenizer's tokens are written, by the decoder that it names."""
    kinds = set(_kinds(content.get("decoder")))
    if "ByteLevel" in kinds:
        return _byte_level
    if kinds & {"ByteFallback", "Metaspace"} or content.get("model", {}).get("byte_fallback"):
        return _pieces
    raise ModelProblem(
        f"The model's tokenizer decodes with {', '.join(sorted(kinds)) or 'nothing'}, "
        "which copydesk does not know.",
        "byte-level BPE and SentencePiece are known: choose a model that has one of them",
    )


def _kinds(decoder: Any) -> Iterable[str]:
    if isinstance(decoder, dict):
        yield str(decoder.get("type"))
        for inner in decoder.get("decoders", ()):
            yield from _kinds(inner)


def _alphabet() -> dict[str, int]:
    """The characters that stand for bytes in byte-level BPE (GPT-2's `bytes_to_unicode`)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {
        chr(256 + at): byte for at, byte in enumerate(others)
    }


_ALPHABET = _alphabet()


def _byte_level(text: str) -> bytes:
    if all(character in _ALPHABET for character in text):
        return bytes(_ALPHABET[character] for character in text)
    return text.encode()  # a token that was added by hand


def _pieces(text: str) -> bytes:
    if len(text) == 6 and text.startswith("<0x") and text.endswith(">"):
        try:
            return bytes([int(text[3:5], 16)])
        except ValueError:
            pass
    return text.replace(_SPACE, " ").encode()
