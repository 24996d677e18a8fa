"""Prose without end, no two sentences alike: what a model that always has more to say would say."""

import random
import zlib
from collections.abc import Callable

from copydesk.brief import Language
from copydesk.generate.protocol import Request

_SYLLABLES = ("ba", "del", "fin", "gor", "hul", "kem", "lin", "mor", "nas", "pel", "rud", "tes")
_HAN = [chr(0x4E00 + number * 5) for number in range(3000)]


def endless(language: Language = "en", *, most: int = 100_000) -> Callable[[Request], str]:
    """A script for `Scripted`: the same request gets the same text, every other one a new one.

    Args:
        most: words, or characters for Chinese, that one answer has; `max_tokens` cuts it as well.
    """

    def answer(request: Request) -> str:
        told = "\n".join(message.content for message in request.messages)
        rng = random.Random(zlib.crc32(told.encode()) ^ request.seed)
        said, size = [], 0
        while size < min(most, request.max_tokens + 30):
            sentence, length = _sentence(rng, language)
            said.append(sentence)
            size += length
        return "".join(said).strip()

    return answer


def _sentence(rng: random.Random, language: Language) -> tuple[str, int]:
    if language == "zh":
        size = rng.randint(8, 22)
        # Pieces come word by word: a space between sentences is none of the text's.
        return "".join(rng.choices(_HAN, k=size)) + "。", size
    size = rng.randint(6, 18)
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 3))) for _ in range(size)]
    end = "\n\n" if rng.random() < 0.15 else " "
    return f"{' '.join(words).capitalize()}.{end}", size
