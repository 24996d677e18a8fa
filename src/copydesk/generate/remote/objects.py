"""JSON under a schema from a server that may not keep to it: checked, and asked for again.

Nothing is shown before it is valid, so a draw that breaks off is simply drawn again. A re-ask shows
the model its answer and the first thing that is wrong with it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from copydesk.errors import GenerationFailed
from copydesk.generate.bans import Bans
from copydesk.generate.protocol import Finish, Message, Piece
from copydesk.generate.remote.sample import Sample
from copydesk.generate.remote.trouble import Broken, one_line
from copydesk.generate.remote.wire import clean
from copydesk.generate.schema import texts
from copydesk.generate.validate import validate

_REASKS = 3
_MOST_BREAKS = 3
_QUOTED = 6000  # characters of a refused answer that the model is shown again
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_FENCED = re.compile(r".*?```(?:json|JSON)?[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)


class Objects:
    """Draws one sample under a schema until it is valid."""

    def __init__(self, sample: Sample, schema: Mapping[str, Any]) -> None:
        self._sample, self._schema = sample, schema
        self._bans = Bans(sample.request.bans)
        self._banned = ""
        self._cut = False

    def pieces(self) -> Iterator[Piece]:
        """Yield the valid answer in one piece, then the end.

        An answer that was cut at its limit each time ends as "length"; one that held a banned
        phrase each time is empty and ends as "banned".

        Raises:
            Trouble: the server cannot or will not.
            GenerationFailed: no answer was valid.
        """
        sample, attempt, reason, said = self._sample, 0, "", ""
        more: tuple[Message, ...] = ()
        while attempt <= _REASKS:
            way = sample.server.way
            said = self._draw(attempt, more)
            text, reason = self._checked(said)
            if not reason:
                yield Piece(text, sample.index)
                yield Piece("", sample.index, sample.completion(text, "stop"))
                return
            if way != sample.server.way:
                continue  # it was asked in a way that this server does not understand
            more = _objection(said, reason)
            attempt += 1
        yield from self._failed(said, reason)

    def _draw(self, attempt: int, more: tuple[Message, ...]) -> str:
        """One whole answer; a connection that breaks off is taken up with the same draw."""
        waits, breaks = self._sample.line.waits(), 0
        while True:
            draft = self._sample.draft(attempt, more=more)
            try:
                return "".join(self._sample.draw(draft))
            except Broken as broken:
                breaks += 1
                if breaks > _MOST_BREAKS or not waits.again(broken):
                    raise

    def _checked(self, said: str) -> tuple[str, str]:
        """The answer as compact JSON, and why it cannot be taken."""
        self._banned = ""
        value, reason = _read(said)
        if not reason:
            reason = validate(value, self._schema)
        # What was cut in its middle says nothing about the server, if it begins like JSON.
        begun = bool(re.match(r'\s*[\[{"\d-]', said))
        self._cut = bool(reason) and begun and self._sample.finish == "length"
        if not self._cut:
            self._sample.server.judge(kept=not reason, sent=self._sample.way)
        if reason:
            return "", "it was cut at its limit: keep it shorter" if self._cut else reason
        for text in texts(value):
            _, hit = self._bans.scan(text, ended=True)
            if hit:
                self._banned = hit.phrase
                return "", f"it holds a phrase that is not wanted: {json.dumps(hit.phrase)}"
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")), ""

    def _failed(self, said: str, reason: str) -> Iterator[Piece]:
        sample, text = self._sample, ""
        finish: Finish = "banned"
        if self._banned:
            message = "every answer that was tried holds a banned phrase"
            sample.note("banned", message, self._banned, "ban less, or reword the request")
        elif self._cut:
            text, finish = said, "length"
            yield Piece(text, sample.index)
        else:
            raise GenerationFailed(
                f"The server at {sample.server.site.shown} gave no answer that keeps to the schema "
                f"in {1 + _REASKS} attempts ({one_line(reason)}).",
                "try a larger model, or a server that enforces schemas: vLLM or llama-server",
            )
        yield Piece("", sample.index, sample.completion(text, finish))


def _objection(said: str, reason: str) -> tuple[Message, ...]:
    """What a re-ask adds to the conversation: the answer, and what is wrong with it."""
    answer = Message("assistant", said[:_QUOTED] or "(nothing)")
    asked = f"That answer cannot be used: {reason}. Answer again with the corrected JSON alone."
    return answer, Message("user", asked)


def _read(said: str) -> tuple[Any, str]:
    """The JSON in an answer, without a chain of thought or a code fence around it."""
    said = _THOUGHT.sub("", said, count=1).strip()
    if found := _FENCED.fullmatch(said) or _FENCED.match(said):
        said = found[1].strip()
    try:
        return _cleaned(json.loads(said, parse_constant=_refuse)), ""
    except RecursionError:
        return None, "it is nested too deeply"
    except ValueError as error:
        return None, f"it is not valid JSON ({error})"


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def _cleaned(value: Any) -> Any:
    """Its texts without control characters and halves of characters, which JSON can spell out."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    return value
