"""A model for tests of digests: it says its sentences, or what a test makes of them."""

import re
from collections.abc import Callable
from typing import Any

from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted

_SENTENCE = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)


def worded(
    say: Callable[[str], str] = lambda sentence: sentence,
    says: str = "Roofs in towns feed wild bees, and cost less than was thought.",
    kind: str = "",
) -> Scripted:
    """Lines as `say` makes them of sentences; `says` and `kind` on what the document is."""

    def answer(request: Request) -> dict[str, Any]:
        properties = (request.schema or {})["properties"]
        if "kind" in properties:
            return {"kind": kind or properties["kind"]["enum"][0], "says": says}
        asked = request.messages[-1].content
        longest = properties["1"]["maxLength"]
        return {number: say(said)[:longest] for number, said in _SENTENCE.findall(asked)}

    return Scripted(answer)
