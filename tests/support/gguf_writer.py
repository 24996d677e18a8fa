"""Writes small GGUF files, well formed or not, for the tests of everything that reads them."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

U32, I32, F32, BOOL, STRING, ARRAY, U64 = 4, 5, 6, 7, 8, 9, 10
_FORMS = {U32: "<I", I32: "<i", F32: "<f", BOOL: "<?", U64: "<Q"}

CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "a", "b", "  ", "<tool_call>", "<0x0A>")
TYPES = (3, 3, 3, 1, 1, 4, 4, 6)


@dataclass
class Gguf:
    """A model file in the making: (type, value) by key, (dimensions, type, bytes) by tensor."""

    version: int = 3
    pairs: dict[str, tuple[int, object]] = field(default_factory=dict)
    tensors: dict[str, tuple[tuple[int, ...], int, int]] = field(default_factory=dict)
    alignment: int = 32

    def header(self) -> bytes:
        """Everything before the padding and the tensors' data."""
        out = b"GGUF" + struct.pack("<IQQ", self.version, len(self.tensors), len(self.pairs))
        for key, (kind, value) in self.pairs.items():
            out += string(key) + struct.pack("<I", kind) + encode(kind, value)
        offset = 0
        for name, (shape, kind, size) in self.tensors.items():
            out += string(name) + struct.pack("<I", len(shape))
            out += struct.pack(f"<{len(shape)}Q", *shape) + struct.pack("<IQ", kind, offset)
            offset += -(-size // self.alignment) * self.alignment
        return out

    def content(self) -> bytes:
        """The whole file."""
        out = self.header()
        for _, _, size in self.tensors.values():
            out += b"\0" * (-len(out) % self.alignment) + b"\x5a" * size
        return out

    def write(self, path: Path) -> Path:
        """Write the file and return its path."""
        path.write_bytes(self.content())
        return path


def tiny() -> Gguf:
    """A small, whole model file: two tensors, eight tokens, a chat template."""
    return Gguf(
        pairs={
            "general.architecture": (STRING, "llama"),
            "general.name": (STRING, "Tiny"),
            "general.size_label": (STRING, "1K"),
            "llama.context_length": (U32, 512),
            "tokenizer.ggml.tokens": (ARRAY, (STRING, TOKENS)),
            "tokenizer.ggml.scores": (ARRAY, (F32, [0.0] * len(TOKENS))),
            "tokenizer.ggml.token_type": (ARRAY, (I32, TYPES)),
            "tokenizer.ggml.merges": (ARRAY, (STRING, ("a b", "b a"))),
            "tokenizer.ggml.bos_token_id": (U32, 0),
            "tokenizer.ggml.eos_token_id": (U32, 2),
            "tokenizer.ggml.add_bos_token": (BOOL, False),
            "tokenizer.chat_template": (STRING, CHATML),
        },
        tensors={"a": ((32, 4), 0, 512), "b": ((64,), 8, 68)},
    )


def string(text: str) -> bytes:
    """A string as GGUF has it: its length in bytes, then UTF-8."""
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def encode(kind: int, value: object) -> bytes:
    """A value; of an array, the value is (type, items)."""
    if kind == STRING:
        return string(str(value))
    if kind == ARRAY:
        inner, items = value  # type: ignore[misc]
        return struct.pack("<IQ", inner, len(items)) + b"".join(encode(inner, i) for i in items)
    return struct.pack(_FORMS[kind], value)
