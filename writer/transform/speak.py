"""Asking the model for a new text in the place of an old one, and taking its answer clean."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from copydesk.brief import Language
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling, complete

_SEED_STEP = 7919
_HEAT_STEP = 0.3
_PER_TOKEN = {"en": 0.9, "zh": 0.25}  # characters of a text for each token of the context
_ANSWER_SHARE = 3  # tokens of an answer for one of the text, at the most
_LABEL = re.compile(
    r"^\s*(?:(?:here is|here's|sure|certainly|of course)[^\n:：]{0,80}[:：]\s*|"
    r"(?:(?:the )?(?:english |chinese )?translation|rewritten(?: text)?|"
    r"译文|翻译|中文|英文|改写后?|答)\s*[:：]\s*)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:(?:dear|hi|hello|hey)\b[^\n.!?]{0,40}[,!:]|亲爱的[^\n，。]{0,20}[：:，])\s*\n",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"\n\s*(?:(?:best|kind|warm)(?: regards| wishes)?|regards|sincerely|"
    r"yours[^\n]{0,20}|cheers|此致|祝好)[,，!！]?"
    r"\s*(?:\n.{0,40})?$",
    re.IGNORECASE,
)
_FENCED = re.compile(r"^```\w*\n(.*?)\n?```$", re.DOTALL)
_LINE_MARK = re.compile(r"^(?:#{1,6}|[-*+]|\d{1,3}[.)])\s+")
_QUOTES = {'"': '"', "“": "”", "「": "」", "‘": "’", "'": "'"}
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WIDE = dict(zip(",.;:?!", "，。；：？！", strict=True))
_NARROW = {"，": ", ", "。": ". ", "；": "; ", "：": ": ", "？": "? ", "！": "! ", "、": ", "}
_STUCK = re.compile(r"\*\*(?=\S)([^*\n]+?)([：:，。；！？,.;!?]+)\*\*(?=\w)")


@dataclass
class Voice:
    """A generator as the forms that change a text use it: seeds, heat and answers in one place."""

    generator: Generator
    seed: int
    temperature: float
    cancel: Event
    completions: list[Completion] = field(default_factory=list)

    def ask(self, messages: tuple[Message, ...], *, place: int, attempt: int) -> str:
        """One answer; each place and each attempt has a seed of its own, later ones run warmer.

        Raises:
            GenerationFailed: the engine could not answer.
        """
        request = Request(
            messages,
            max_tokens=self.room(messages),
            sampling=Sampling(temperature=self.heat(attempt)),
            seed=self.seed_at(place, attempt),
        )
        completion = complete(self.generator, request, cancel=self.cancel)[0]
        self.completions.append(completion)
        return completion.text

    def heat(self, attempt: int) -> float:
        """The temperature of an attempt."""
        return min(self.temperature + attempt * _HEAT_STEP, 1.2)

    def seed_at(self, place: int, attempt: int) -> int:
        """The seed of an attempt at a place of the text."""
        return (self.seed + place + attempt * _SEED_STEP) % 2**31

    def longest(self, language: Language, usual: int) -> int:
        """Characters of a language that fit the context with prompt and answer; at most `usual`."""
        return max(60, min(usual, int(self.generator.context * _PER_TOKEN[language])))

    def room(self, messages: tuple[Message, ...]) -> int:
        """Tokens for an answer about as long as the last message."""
        asked = self.generator.count(messages[-1:])
        free = self.generator.context - self.generator.count(messages) - 16
        return max(32, min(_ANSWER_SHARE * asked + 64, free))


def best(
    draw: Callable[[int], str], faulty: Callable[[str], int], attempts: int, cancel: Event
) -> tuple[str, int]:
    """The answer with the least fault out of a few draws, the first without any at once."""
    found: tuple[str, int] | None = None
    for attempt in range(attempts):
        if cancel.is_set() and found:
            break
        text = draw(attempt)
        weight = faulty(text)
        if found is None or weight < found[1]:
            found = (text, weight)
        if weight == 0:
            break
    assert found is not None  # noqa: S101 - there is at least one attempt
    return found


def cleaned(answer: str, source: str, language: Language) -> str:
    """The answer without what models put around it: labels, fences, quotes, marks of lists."""
    text = answer.strip()
    if (fenced := _FENCED.match(text)) and "```" not in source:
        text = fenced[1].strip()
    text = _FAREWELL.sub("", _GREETING.sub("", text)).strip()
    text = _LABEL.sub("", text) if not _LABEL.match(source) else text
    if not _LINE_MARK.match(source):
        text = _LINE_MARK.sub("", text)
    close = _QUOTES.get(text[:1])
    if close and text.endswith(close) and len(text) > 2 and not source.startswith(text[:1]):
        inner = text[1:-1]
        text = inner if text[:1] not in inner and close not in inner else text
    return _ended(punctuated(" ".join(text.split()), language), source, language)


def _ended(text: str, source: str, language: Language) -> str:
    """A sentence keeps a full stop and an announcement its colon."""
    for marks, mark in (
        (".。", "。" if language == "zh" else "."),
        (":：", "：" if language == "zh" else ":"),
    ):
        if source[-1:] and source[-1] in marks and text[-1:].isalnum():
            return text + mark
    return text


def punctuated(text: str, language: Language) -> str:
    """Punctuation as the language has it, and bold that closes before a full-width mark."""
    if language == "zh":
        if text.count('"') % 2 == 0 and "`" not in text:
            text = re.sub(r'"([^"]*)"', r"“\1”", text)
        before, after = rf"(?<=[{_HAN}])", rf"(?=[{_HAN}“”]|$)"
        text = re.sub(rf"{before}([,;:?!])\s?{after}", lambda m: _WIDE[m[1]], text)
        text = re.sub(rf"{before}\.(?=$|[”’]|\s*[{_HAN}])", "。", text)
        return _STUCK.sub(r"**\1**\2", text)
    text = re.sub("[，。；：？！、]", lambda m: _NARROW[m[0]], text)
    return re.sub(r" +(?=$|[.,;:?!])|(?<= ) +", "", text)
