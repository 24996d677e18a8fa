"""The body of a request for a chat completion, as this server takes it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.generate.bans import is_unspaced
from copydesk.generate.portable import portable, readable
from copydesk.generate.protocol import Message, Request, Sampling
from copydesk.generate.remote.server import Server
from copydesk.generate.schema import grammar

_PER_MESSAGE = 4  # tokens of role and borders
_BYTES_PER_TOKEN = 4
_IN_WORDS = (
    "\n\nAnswer with JSON alone: no other words, no code fence. It must satisfy this JSON schema:\n"
)
# What borders of turns look like in the templates that are in use. Servers read them inside
# messages as well, so a brief could end its own turn. A space breaks them.
_BORDER = re.compile(
    r"[<＜](?=[|｜][^<>＜＞\n]{1,80}[|｜][>＞])"
    r"|<(?=/?(?:s|bos|eos|unk|pad|mask|start_of_turn|end_of_turn|think)>)"
    r"|<(?=</?SYS>>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Draft:
    """One draw of an answer.

    Attributes:
        messages: the conversation, with what a re-ask added.
        most: the longest answer, in tokens.
        kept: how the answer begins; only for servers that continue.
    """

    messages: tuple[Message, ...]
    most: int
    seed: int
    sampling: Sampling
    kept: str = ""


def defused(text: str) -> str:
    """A text in which no border of a turn is left."""
    return _BORDER.sub(lambda found: f"{found[0]} ", text)


def estimate(messages: Sequence[Message]) -> int:
    """About how many tokens messages take: a Chinese character is one, and so are four bytes of
    other text; a message has some more around it.
    """
    return sum(_PER_MESSAGE + _tokens(message.content) for message in messages) + _PER_MESSAGE


def _tokens(text: str) -> int:
    unspaced = [c for c in text if is_unspaced(c)]
    bytes_of_them = len("".join(unspaced).encode("utf-8", "replace"))
    spaced = len(text.encode("utf-8", "replace")) - bytes_of_them
    return len(unspaced) + -(-spaced // _BYTES_PER_TOKEN)


def chat_body(server: Server, request: Request, draft: Draft) -> dict[str, Any]:
    """What to send, as far as the server is known to take it."""
    most = min(draft.most, server.most) if server.most else draft.most
    body: dict[str, Any] = {
        "model": server.model(request.adapter),
        "messages": _turns(server, request, draft),
        server.limit_field: most,
        "seed": draft.seed,
        "temperature": draft.sampling.temperature,
        "top_p": draft.sampling.top_p,
        "stream": True,
        "stream_options": {"include_usage": True},
        **_extras(server, draft),
    }
    if request.stop:
        body["stop"] = list(request.stop[:4])  # the API's limit; the rest is watched for here
    if request.schema is not None:
        body |= _constraint(server, request.schema)
    return {name: value for name, value in body.items() if name not in server.dropped}


def _turns(server: Server, request: Request, draft: Draft) -> list[dict[str, str]]:
    turns = [{"role": m.role, "content": defused(m.content)} for m in draft.messages]
    in_words = server.way in {"json_object", "prompt"} or server.schema_support == "ignored"
    if request.schema is not None and in_words and turns:
        said = json.dumps(readable(request.schema), ensure_ascii=False)
        turns[-1]["content"] += _IN_WORDS + said
    if draft.kept:
        turns.append({"role": "assistant", "content": defused(draft.kept)})
    return turns


def _extras(server: Server, draft: Draft) -> dict[str, Any]:
    """What only some programs take; others refuse a request for a field they do not know."""
    sampling, kind = draft.sampling, server.facts.kind
    if kind not in {"llama.cpp", "vLLM"}:
        return {}
    extras: dict[str, Any] = {"top_k": sampling.top_k, "min_p": sampling.min_p}
    if kind == "llama.cpp":
        extras |= {
            "dry_multiplier": sampling.dry_multiplier,
            "dry_penalty_last_n": 1024,
            "dry_allowed_length": 6,
            "cache_prompt": True,
        }
    elif draft.kept:
        extras |= {"continue_final_message": True, "add_generation_prompt": False}
    return extras


def _constraint(server: Server, schema: Mapping[str, Any]) -> dict[str, Any]:
    match server.way:
        case "grammar":
            return {"grammar": grammar(schema)}
        case "json_schema":
            named = {"name": "answer", "strict": True, "schema": portable(schema)}
            return {"response_format": {"type": "json_schema", "json_schema": named}}
        case "json_object":
            return {"response_format": {"type": "json_object"}}
    return {}
