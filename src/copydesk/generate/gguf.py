"""Reads the header of a GGUF model file: what the model is, how it talks, whether it is whole.

A model file comes from anywhere, so every length in it is a claim: nothing is allocated or skipped
before the claim was held against the file's size. Layout after the GGUF specification (versions 2
and 3): magic, version, counts, key-value pairs, tensor infos, padding, tensor data.
"""

import math
import re
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from copydesk.errors import ModelProblem

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_WINDOW = 4 << 20  # bytes read from the file at a time
_HEADER_LIMIT = 64 << 20  # the largest known vocabularies make headers of some 20 MB
_KEY_LIMIT = 1 << 16
_TEXT_LIMIT = 4 << 20  # a chat template is some kilobytes
_MAX_DIMENSIONS = 4
_MAX_DEPTH = 4  # arrays within arrays
_ALIGNMENT = 32

_STRING, _ARRAY = 8, 9
_SCALARS = dict(zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True))
_CONTROL, _USER_DEFINED = 3, 4

# elements per block -> ggml tensor type -> bytes per block
_BLOCK_SIZES = {
    1: {0: 4, 1: 2, 24: 1, 25: 2, 26: 4, 27: 8, 28: 8, 30: 2},
    32: {2: 18, 3: 20, 6: 22, 7: 24, 8: 34, 9: 36, 20: 18, 39: 17},
    256: {10: 84, 11: 110, 12: 144, 13: 176, 14: 210, 15: 292, 16: 66, 17: 74, 18: 98}
    | {19: 50, 21: 110, 22: 82, 23: 136, 29: 56, 34: 54, 35: 66},
}
_BLOCKS = {kind: (n, size) for n, sizes in _BLOCK_SIZES.items() for kind, size in sizes.items()}

_WANTED = {
    "general.architecture",
    "general.name",
    "general.size_label",
    "general.alignment",
    "tokenizer.chat_template",
    "tokenizer.ggml.bos_token_id",
    "tokenizer.ggml.eos_token_id",
}
_TOKENS, _TOKEN_TYPES = "tokenizer.ggml.tokens", "tokenizer.ggml.token_type"
# Among user-defined tokens, whitespace runs and HTML tags are plain text; these are not.
_MARKER = re.compile(r"<[^<>\s]*[|_\uff5c][^<>\s]*>|\[/?[A-Z_]+\]")


@dataclass(frozen=True)
class GgufInfo:
    """What the header of a GGUF file says.

    Attributes:
        architecture: llama.cpp's name of the network, such as "qwen2".
        name: the model's own name; "" when the file does not say.
        chat_template: Jinja2 source; "" when there is none.
        context_length: tokens that the model was trained to read; 0 when unknown.
        bos_token, eos_token: the strings that begin and end a text; "" when there are none.
        control_tokens: strings that steer the model and have no business inside a message.
        parameters: weights in all tensors together.
        size_label: the publisher's word for that, such as "1.5B"; may be "".
        file_size: bytes.
        shapes: each tensor's sizes by its name, the inner one first.
    """

    architecture: str
    name: str
    chat_template: str
    context_length: int
    bos_token: str
    eos_token: str
    control_tokens: tuple[str, ...]
    parameters: int
    size_label: str
    file_size: int
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict, hash=False, repr=False)


def read_gguf(path: Path) -> GgufInfo:
    """Read the header and check that the file holds all the tensors that it announces.

    Raises:
        ModelProblem: there is no such file, it is not GGUF, or it is damaged or cut short.
    """
    try:
        if not path.is_file():
            what = "is a folder, not a GGUF file" if path.is_dir() else "does not exist"
            raise ModelProblem(f"{path} {what}.", "copydesk models list")
        with path.open("rb") as stream:
            return _read(_Cursor(path, stream, path.stat().st_size))
    except OSError as error:
        raise ModelProblem(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:  # a NUL in the path
        raise ModelProblem(f"{str(path)!r} is not the path of a file.") from None


class _Cursor:
    """A place in the header that only moves over bytes the file really has."""

    def __init__(self, path: Path, stream: BinaryIO, size: int) -> None:
        self.path, self.stream, self.size = path, stream, size
        self.data = bytearray()
        self.at = 0

    def damaged(self, reason: str) -> ModelProblem:
        """The error for a file whose header contradicts itself."""
        return ModelProblem(f"{self.path} is damaged: {reason}.", "fetch it again")

    def cut_short(self, end: int) -> ModelProblem:
        """The error for a file that ends before byte `end`."""
        return self.damaged(f"it ends before its tensors do ({self.size:,} of {end:,} bytes)")

    def need(self, count: int) -> None:
        """Have the next `count` bytes in memory.

        Raises:
            ModelProblem: the file, or what a header can reasonably be, ends before them.
        """
        end = self.at + count
        if end <= len(self.data):
            return
        if end > self.size:
            raise self.damaged(f"it ends within its header ({self.size:,} bytes)")
        if end > _HEADER_LIMIT:
            raise self.damaged(f"its header is larger than {_HEADER_LIMIT >> 20} MB")
        self.data += self.stream.read(max(end - len(self.data), _WINDOW))
        if end > len(self.data):
            raise self.damaged("it became shorter while it was read")

    def unpack(self, form: str) -> Any:
        """Read one little-endian number."""
        count = struct.calcsize("<" + form)
        self.need(count)
        (value,) = struct.unpack_from("<" + form, self.data, self.at)
        self.at += count
        return value

    def take(self, count: int) -> bytes:
        """Read `count` bytes."""
        self.need(count)
        self.at += count
        return bytes(self.data[self.at - count : self.at])

    def skip(self, count: int) -> None:
        """Pass over `count` bytes."""
        self.need(count)
        self.at += count

    def text(self, limit: int = _TEXT_LIMIT) -> str:
        """Read a string of at most `limit` bytes; what is not UTF-8 is replaced."""
        length = self.unpack("Q")
        if length > limit:
            raise self.damaged(f"a text of {length:,} bytes in its header")
        return self.take(length).decode("utf-8", "replace")

    def skip_strings(self, count: int) -> "array[int]":
        """Pass over `count` strings and say where each begins: the loop that has to be fast."""
        starts = array("Q")
        at, data, length_at = self.at, self.data, struct.Struct("<Q").unpack_from
        for _ in range(count):
            if at + 8 > len(data):
                self.at = at
                self.need(8)
            starts.append(at)
            at += 8 + length_at(data, at)[0]
        self.at = at
        self.need(0)
        return starts

    def text_at(self, start: int) -> str:
        """The string that begins at `start`, passed over before."""
        (length,) = struct.unpack_from("<Q", self.data, start)
        return self.data[start + 8 : start + 8 + length].decode("utf-8", "replace")


@dataclass
class _Header:
    """What was picked out of the key-value pairs."""

    values: dict[str, Any] = field(default_factory=dict)
    tokens: "array[int]" = field(default_factory=lambda: array("Q"))
    types: "array[int]" = field(default_factory=lambda: array("i"))

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str, default: int) -> int:
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default


def _read(cursor: _Cursor) -> GgufInfo:
    if cursor.size < len(_MAGIC) or cursor.take(len(_MAGIC)) != _MAGIC:
        raise ModelProblem(f"{cursor.path} is not a GGUF file.", "copydesk models list")
    version = cursor.unpack("I")
    if version not in _VERSIONS:
        raise ModelProblem(
            f"{cursor.path} is GGUF version {version}, and versions 2 and 3 can be read.",
            "convert it again with a current llama.cpp",
        )
    tensors, pairs = cursor.unpack("Q"), cursor.unpack("Q")
    header = _read_pairs(cursor, pairs)
    shapes = _read_tensors(cursor, tensors, header.number("general.alignment", _ALIGNMENT))
    return _info(cursor, header, shapes)


def _info(cursor: _Cursor, header: _Header, shapes: dict[str, tuple[int, ...]]) -> GgufInfo:
    architecture = header.text("general.architecture")
    return GgufInfo(
        architecture=architecture,
        name=header.text("general.name"),
        chat_template=header.text("tokenizer.chat_template"),
        context_length=max(0, header.number(f"{architecture}.context_length", 0)),
        bos_token=_token(cursor, header, "tokenizer.ggml.bos_token_id"),
        eos_token=_token(cursor, header, "tokenizer.ggml.eos_token_id"),
        control_tokens=tuple(_control_tokens(cursor, header)),
        parameters=sum(map(math.prod, shapes.values())),
        size_label=header.text("general.size_label"),
        file_size=cursor.size,
        shapes=shapes,
    )


def _read_pairs(cursor: _Cursor, count: int) -> _Header:
    header = _Header()
    for _ in range(_fitting(cursor, count, 13)):
        key, kind = cursor.text(_KEY_LIMIT), cursor.unpack("I")
        if key in _WANTED or key.endswith(".context_length"):
            header.values[key] = _value(cursor, kind)
        elif key == _TOKENS and kind == _ARRAY:
            header.tokens = _skip_array(cursor, 0)
        elif key == _TOKEN_TYPES and kind == _ARRAY:
            header.types = _int_array(cursor)
        else:
            _skip(cursor, kind, 0)
    return header


def _fitting(cursor: _Cursor, count: int, least: int) -> int:
    """`count`, if so many things of at least `least` bytes each can still be in the file."""
    if count * least > cursor.size - cursor.at:
        raise cursor.damaged(f"it announces {count:,} entries and is too short for them")
    return count


def _value(cursor: _Cursor, kind: int) -> Any:
    if kind == _STRING:
        return cursor.text()
    if kind in _SCALARS:
        return cursor.unpack(_SCALARS[kind])
    _skip(cursor, kind, 0)
    return None


def _skip(cursor: _Cursor, kind: int, depth: int) -> None:
    if kind == _STRING:
        cursor.skip_strings(1)
    elif kind == _ARRAY:
        _skip_array(cursor, depth)
    else:
        cursor.skip(_width(cursor, kind))


def _width(cursor: _Cursor, kind: int) -> int:
    if kind not in _SCALARS:
        raise cursor.damaged(f"a value of unknown type {kind} in its header")
    return struct.calcsize("<" + _SCALARS[kind])


def _skip_array(cursor: _Cursor, depth: int) -> "array[int]":
    """Pass over an array; for strings, say where each begins."""
    kind, count = cursor.unpack("I"), cursor.unpack("Q")
    if kind == _STRING:
        return cursor.skip_strings(_fitting(cursor, count, 8))
    if kind == _ARRAY:
        if depth >= _MAX_DEPTH:
            raise cursor.damaged("arrays nested too deep in its header")
        for _ in range(_fitting(cursor, count, 12)):
            _skip_array(cursor, depth + 1)
    else:
        width = _width(cursor, kind)
        cursor.skip(width * _fitting(cursor, count, width))
    return array("Q")


def _int_array(cursor: _Cursor) -> "array[int]":
    """An array of 32-bit numbers; of anything else, nothing."""
    start = cursor.at
    kind, count = cursor.unpack("I"), cursor.unpack("Q")
    if _SCALARS.get(kind) not in {"i", "I"}:
        cursor.at = start
        _skip_array(cursor, 0)
        return array("i")
    numbers = array("i")
    numbers.frombytes(cursor.take(4 * _fitting(cursor, count, 4)))
    return numbers


def _token(cursor: _Cursor, header: _Header, key: str) -> str:
    index = header.number(key, -1)
    return cursor.text_at(header.tokens[index]) if 0 <= index < len(header.tokens) else ""


def _control_tokens(cursor: _Cursor, header: _Header) -> Iterator[str]:
    for start, kind in zip(header.tokens, header.types, strict=False):
        if kind in {_CONTROL, _USER_DEFINED}:
            token = cursor.text_at(start)
            if token and (kind == _CONTROL or _MARKER.fullmatch(token)):
                yield token


def _read_tensors(cursor: _Cursor, count: int, alignment: int) -> dict[str, tuple[int, ...]]:
    """The sizes of all tensors.

    Raises:
        ModelProblem: the tensors reach beyond the end of the file.
    """
    if alignment < 1 or alignment & (alignment - 1):
        raise cursor.damaged(f"an alignment of {alignment} in its header")
    shapes: dict[str, tuple[int, ...]] = {}
    last = 0
    for _ in range(_fitting(cursor, count, 24)):
        name, shape, end = _tensor(cursor)
        shapes[name] = shape
        last = max(last, end)
    end = -(-cursor.at // alignment) * alignment + last if count else cursor.at
    if end > cursor.size:
        raise cursor.cut_short(end)
    return shapes


def _tensor(cursor: _Cursor) -> tuple[str, tuple[int, ...], int]:
    """One tensor's name, its sizes, and where its data ends, from the start of all data."""
    name = cursor.text(_KEY_LIMIT)
    dimensions = cursor.unpack("I")
    if dimensions > _MAX_DIMENSIONS:
        raise cursor.damaged(f"a tensor of {dimensions:,} dimensions")
    shape = tuple(cursor.unpack("Q") for _ in range(dimensions))
    kind, offset = cursor.unpack("I"), cursor.unpack("Q")
    # A type from after this table was written: its offset at least can be checked.
    block, width = _BLOCKS.get(kind, (1, 0))
    return name, shape, offset + -(-math.prod(shape) // block) * width
