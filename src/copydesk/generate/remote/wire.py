"""What a server says becomes text: event streams, or the whole answer at once from one that
does not stream. All of it is hostile.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from copydesk.generate.remote.http import Call
from copydesk.generate.remote.sse import LineTooLong, events
from copydesk.generate.remote.trouble import Trouble, in_stream, is_page, parsed

_MOST_TOKENS = 1 << 31
_KEPT = {"\n", "\t"}


@dataclass(frozen=True)
class Delta:
    """Some more of an answer; what it does not tell is empty or 0."""

    text: str = ""
    finish: str = ""
    model: str = ""
    fingerprint: str = ""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


class Cleaner:
    """Takes out of a text what no page can hold: control characters and halves of characters.

    JSON writes a character beyond the first plane as two halves, and some servers send one in
    each event.
    """

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """The clean text that is certain now; half a character at its end waits."""
        text, self._half = self._half + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return clean(text)


def clean(text: str) -> str:
    """A text without control characters but line ends and tabs, its halves of characters joined."""
    if text.isprintable() or not text:
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    # Of the others, C0, DEL and C1; joiners and marks of direction belong to some scripts.
    return "".join(c for c in whole if c in _KEPT or not _is_control(c))


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f"


def deltas(call: Call) -> Iterator[Delta]:
    """Read the answer to a request for a chat completion.

    Raises:
        Trouble: it is none, or breaks off.
    """
    cleaner = Cleaner()
    chunks = call.chunks()
    if "event-stream" in (call.header("Content-Type") or "").lower():
        yield from _streamed(chunks, cleaner)
        return
    body = b"".join(chunks)
    if body.lstrip().startswith((b"data:", b":", b"event:")):
        yield from _streamed([body], cleaner)
        return
    yield _whole(body, cleaner)


def _whole(body: bytes, cleaner: Cleaner) -> Delta:
    answer = parsed(body)
    if isinstance(answer, dict) and answer.get("error"):
        raise in_stream(answer["error"])
    if isinstance(answer, dict) and isinstance(answer.get("choices"), list):
        delta = _delta(answer, cleaner)
        return Delta(**{**vars(delta), "finish": delta.finish or "stop"})
    page = is_page(body)
    raise Trouble(
        f"answered with {'a web page' if page else 'something else'}, not with JSON"
        if answer is None
        else "answered with JSON that is no chat completion",
        "check the address: the API is often below /v1",
    )


def _streamed(chunks: Iterable[bytes], cleaner: Cleaner) -> Iterator[Delta]:
    finished = False
    try:
        for data in events(chunks):
            if data.strip() == "[DONE]":
                return
            answer = parsed(data)
            if not isinstance(answer, dict):
                raise Trouble("sends events that are not JSON", "is it an OpenAI-compatible API?")
            if answer.get("error") or answer.get("object") == "error":
                raise in_stream(answer.get("error") or answer)
            delta = _delta(answer, cleaner)
            finished = finished or bool(delta.finish)
            yield delta
    except LineTooLong:
        raise Trouble("sends an event that is too long to be one") from None
    if not finished:
        raise Trouble("broke off in the middle of its answer", again=True)


def _delta(answer: dict[str, Any], cleaner: Cleaner) -> Delta:
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else {}
    choice = choice if isinstance(choice, dict) else {}
    usage = _table(answer, "usage")
    return Delta(
        text=cleaner.feed(_text(choice)),
        finish=_word(choice, "finish_reason"),
        model=clean(_word(answer, "model")).replace("\n", " "),
        fingerprint=clean(_word(answer, "system_fingerprint")).replace("\n", " "),
        prompt_tokens=_count(usage, "prompt_tokens"),
        cached_tokens=_count(_table(usage, "prompt_tokens_details"), "cached_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
    )


def _text(choice: dict[str, Any]) -> str:
    """The answer's text in a choice; a refusal is an answer too, a chain of thought is none."""
    said = _table(choice, "delta") or _table(choice, "message")
    for part in (said.get("content"), said.get("refusal"), choice.get("text")):
        if isinstance(part, str) and part:
            return part
    return ""


def _table(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _word(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value[:200] if isinstance(value, str) else ""


def _count(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    return value if isinstance(value, int) and 0 <= value < _MOST_TOKENS else 0
