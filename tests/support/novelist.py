"""A model that never tires: varied prose without end, valid objects, the same for the same request.

A script for `Scripted`, and a generator that keeps none of its requests, for very long texts.
"""

import json
import random
import zlib
from collections.abc import Iterator, Mapping
from threading import Event
from typing import Any

from copydesk.generate.protocol import Completion, Message, Piece, Request

_LINE = 12  # words


def _words(written: str) -> list[str]:
    return written.split()


_EN = _words(
    "harbour lamp bread ladder river cellar stone paper kettle garden bridge winter copper "
    "salt rope window orchard engine mirror feather bucket lantern candle blanket anchor "
    "compass "
)
_VERBS = _words("lifted carried turned opened counted mended watched folded hid sold painted lost ")
_NAMES = _words("Tove Anselm Marit Pell Idris Odile Bram Juno Haas Linnea Osric Pilar Wen Corin ")
_HAN = "灯船河石桥盐绳窗镜门山雨雪茶纸钟井树花鸟火土水金木星月风云海路田村城"


def novelist(request: Request) -> str:
    """The answer to a request: an object where a schema is given, otherwise prose."""
    told = "\n".join(message.content for message in request.messages)
    rng = random.Random(
        zlib.crc32(told.encode("utf-8", "replace")) ^ (request.seed * 2_654_435_761)
    )
    zh = sum("\u4e00" <= letter <= "\u9fff" for letter in told) * 3 > len(told)
    if request.schema is not None:
        return json.dumps(_answer(request.schema, rng), ensure_ascii=False)
    return "".join(_sentences(rng, zh=zh, words=request.max_tokens // 2))


def _answer(schema: Mapping[str, Any], rng: random.Random) -> Any:
    match schema:
        case {"enum": values}:
            return rng.choice(values)
        case {"type": "string"}:
            return _line(schema, rng)
        case {"type": "array", "items": items, "minItems": fewest, "maxItems": most}:
            return [_answer(items, rng) for _ in range(rng.randint(fewest, most))]
        case {"type": "object", "properties": properties}:
            return {key: _answer(value, rng) for key, value in properties.items()}
    raise ValueError(f"no answer to {schema}")


def _line(schema: Mapping[str, Any], rng: random.Random) -> str:
    """A text of the schema's alphabet and length, never cut at its limit."""
    shortest, longest = schema["minLength"], schema["maxLength"]
    if "Han" in schema["pattern"]:
        size = rng.randint(shortest, max(shortest, longest - 1))
        return "".join(rng.choice(_HAN) for _ in range(size))
    if "Nd" not in schema["pattern"]:  # a name
        return rng.choice(_NAMES)
    text = rng.choice(_EN).title()
    while len(text) < shortest or rng.random() < 0.8:
        word = rng.choice(_EN + _VERBS)
        if len(text) + len(word) + 2 > longest:
            break
        text = f"{text} {word}"
    return text.ljust(shortest, "o")


def _sentences(rng: random.Random, *, zh: bool, words: int) -> Iterator[str]:
    said = 0
    while said < words:
        if zh:
            yield "".join(rng.choice(_HAN) for _ in range(rng.randint(8, 24))) + "。"
        else:
            middle = (rng.choice(_EN + _VERBS) for _ in range(rng.randint(4, _LINE)))
            yield f"{rng.choice(_NAMES)} {rng.choice(_VERBS)} the {' '.join(middle)}. "
        if rng.random() < 0.2:
            yield "\n\n"
        said += _LINE


class Novelist:
    """A generator that answers at once and remembers nothing.

    Attributes:
        longest: words of the longest request so far.
        asked: requests so far.
    """

    name = "novelist"
    context = 4096
    parallel = 1

    def __init__(self) -> None:
        self.longest = 0
        self.asked = 0

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        """Speak the answer a sentence at a time."""
        self.asked += 1
        self.longest = max(self.longest, self.count(request.messages))
        said = ""
        for piece in novelist(request).splitlines(keepends=True):
            if cancel and cancel.is_set():
                yield Piece("", 0, Completion(said, "cancelled"))
                return
            said += piece
            yield Piece(piece)
        yield Piece("", 0, Completion(said, "stop"))

    def count(self, messages: tuple[Message, ...]) -> int:
        """Words, or characters where there are no spaces."""
        return sum(len(m.content.encode()) // 4 for m in messages)

    def close(self) -> None:
        """Nothing to give back."""
