"""What is known of a server: which program it is, how much it reads, what it takes and refuses.

Every program that speaks this API takes a different part of it. What it is, is asked once; what it
does not take, is learned from its refusals and not sent again.
"""

import re
import threading
from dataclasses import dataclass, replace
from typing import Any, Literal

from copydesk.errors import GenerationFailed, UnknownName, UsageProblem
from copydesk.generate.remote.http import Timeouts
from copydesk.generate.remote.line import Line
from copydesk.generate.remote.site import Site
from copydesk.generate.remote.trouble import Trouble
from copydesk.generate.remote.wire import clean

Kind = Literal["", "llama.cpp", "vLLM", "Ollama"]
# How a schema is asked for: as LLGuidance's grammar, as OpenAI does, as "some JSON", in words only.
Way = Literal["grammar", "json_schema", "json_object", "prompt"]
_WAYS: tuple[Way, ...] = ("grammar", "json_schema", "json_object", "prompt")
Support = Literal["unknown", "honoured", "ignored", "refused"]

_LOOK_UP = Timeouts(connect=10.0, first=5.0, between=5.0, whole=20.0)
_MOST_MODELS = 1000
_MAY_GO = ("stream_options", "seed", "temperature", "top_p", "top_k", "min_p", "stop")
_OF_SCHEMA = re.compile(
    r"response_format|json_schema|json_object|schema|grammar|structured|pattern|xgrammar|guided"
)
_OBJECTION = re.compile(
    r"unknown|unsupported|unrecogni[sz]ed|not supported|not permitted|unexpected|extra|deprecated"
    r"|does not support|only the default"
)


@dataclass(frozen=True)
class Facts:
    """What a server says of itself; "" and 0 where it does not say."""

    kind: Kind = ""
    version: str = ""
    context: int = 0
    models: tuple[str, ...] = ()
    asked: bool = False


class Server:
    """One server, as far as it is known. Shared by all threads of an engine.

    Attributes:
        way: how a schema is asked for at present.
        schema_support: whether answers kept to the schemas that were sent.
        dropped: fields that the server refused and is not sent again.
        limit_field: what it calls the longest answer.
        most: the longest answer that it allows, in tokens; 0 while unknown.
    """

    def __init__(self, site: Site, model: str, context: int = 0) -> None:
        """Know nothing yet; a `context` that the caller knows is taken for the server's."""
        self.site = site
        self.facts = Facts()
        self.way: Way = "json_schema"
        self.schema_support: Support = "unknown"
        self.dropped: set[str] = set()
        self.limit_field = "max_tokens"
        self.most = 0
        self._model, self._context = model, context
        self._lock = threading.Lock()

    @property
    def continues(self) -> bool:
        """Whether it takes up an answer that was begun."""
        return self.facts.kind in {"llama.cpp", "vLLM"}

    @property
    def engine(self) -> str:
        """Program and version for a completion's provenance."""
        return f"openai server {self.facts.kind or self.site.shown} {self.facts.version}".rstrip()

    @property
    def named(self) -> str:
        """The model that was asked for; "" while any will do."""
        return self._model

    def learn(self, line: Line) -> Facts:
        """Ask the server what it is, once; one that does not say is a plain server.

        Raises:
            Trouble: no connection can be made.
            HungUp: the line was hung up meanwhile.
        """
        with self._lock:
            if not self.facts.asked:
                try:
                    facts = _look_up(line, self.site, self._model)
                except Trouble as trouble:
                    if trouble.absent and not trouble.again:
                        raise  # what follows would fare no better
                    return replace(self.facts, context=self._context)
                context = self._context or facts.context
                self.facts = replace(facts, asked=True, context=context)
                if self.facts.kind == "llama.cpp":
                    self.way = "grammar"
            return self.facts

    def model(self, adapter: str = "") -> str:
        """The name to send: an adapter's, what was asked for, or the only model that there is.

        Raises:
            UnknownName: there is no such adapter.
            UsageProblem: there are several models, and none was named.
            GenerationFailed: nothing was asked for, and the server does not say what it has.
        """
        models = self.facts.models
        if adapter:
            if adapter not in models:
                raise UnknownName("adapter", adapter, models, "a server must have been given it")
            return adapter
        if self._model:
            return self._model
        if not models:
            raise GenerationFailed(
                f"The server at {self.site.shown} does not say which models it has.",
                "name one: openai:MODEL@URL",
            )
        if len(models) > 1:
            raise UsageProblem(
                f"The server at {self.site.shown} has {len(models)} models, and none was named.",
                f"give openai:MODEL@URL with one of: {', '.join(sorted(models)[:20])}",
            )
        return models[0]

    def gives_way(self, trouble: Trouble, sent: dict[str, Any]) -> bool:
        """Learn from a refusal; whether the request will now be another one."""
        if trouble.status not in {400, 404, 415, 422, 500, 501} or trouble.overrun:
            return False
        words = f"{trouble.field} {trouble.said}".lower()
        with self._lock:
            return self._less(words, trouble, sent) or self._other_way(words, sent)

    def judge(self, *, kept: bool, sent: Way) -> None:
        """Remember whether an answer kept to its schema."""
        with self._lock:
            if kept:
                if self.schema_support == "unknown":
                    self.schema_support = "honoured"
            elif sent == self.way == "grammar":
                self.way = "json_schema"  # a build without LLGuidance may drop it without a word
            elif self.schema_support != "refused":
                self.schema_support = "ignored"

    def error(self, trouble: Trouble) -> GenerationFailed:
        """What a person is told."""
        failed = trouble.error(self.site)
        if trouble.status == 404 and self.facts.models and not failed.hint:
            names = ", ".join(sorted(self.facts.models)[:20])
            failed.hint = f"the server has: {names}"
        return failed

    def _less(self, words: str, trouble: Trouble, sent: dict[str, Any]) -> bool:
        """Leave out a field that is refused, or ask for a shorter answer."""
        if trouble.status not in {400, 422}:
            return False
        if "max_completion_tokens" in words and "max_tokens" in sent:
            self.limit_field = "max_completion_tokens"
            return True
        if found := re.search(r"at most (\d+) (?:completion|output) tokens", words):
            most = int(found[1])
            lower = 0 < most < int(sent.get(self.limit_field, 0))
            self.most = most if lower else self.most
            return lower
        for name in _MAY_GO:
            refused = trouble.field == name or (name in words and _OBJECTION.search(words))
            if name in sent and refused and name not in self.dropped:
                self.dropped.add(name)
                return True
        return False

    def _other_way(self, words: str, sent: dict[str, Any]) -> bool:
        """Ask for a schema in the next simpler way, if the refusal is about that."""
        way = way_of(sent)
        if way == "prompt" or not _OF_SCHEMA.search(words):
            return False
        if way == self.way:  # another thread may have been told before
            self.way = _WAYS[_WAYS.index(way) + 1]
            if self.way not in {"grammar", "json_schema"}:
                self.schema_support = "refused"
        return True


def way_of(sent: dict[str, Any]) -> Way:
    """How a request that was sent asks for its schema."""
    if "grammar" in sent:
        return "grammar"
    kind = sent.get("response_format", {}).get("type", "prompt")
    return kind if kind in _WAYS else "prompt"


def _look_up(line: Line, site: Site, model: str) -> Facts:
    listed = _fields(line.look_up(f"{site.path}/models", _LOOK_UP))
    data = [m for m in _list(listed.get("data"))[:_MOST_MODELS] if isinstance(m, dict)]
    models = tuple(clean(m["id"]) for m in data if isinstance(m.get("id"), str))
    mine = next((m for m in data if m.get("id") == model), data[0] if len(data) == 1 else {})
    context = _whole(mine.get("max_model_len"))
    if site.host == "api.openai.com":
        return Facts(context=context, models=models)
    if any(m.get("owned_by") == "vllm" for m in data):
        told = _fields(line.look_up(f"{site.root}/version", _LOOK_UP))
        return Facts("vLLM", _said(told, "version"), context, models)
    props = _fields(line.look_up(f"{site.root}/props", _LOOK_UP))
    settings = _fields(props.get("default_generation_settings"))
    if "build_info" in props or "n_ctx" in settings:
        return Facts("llama.cpp", _said(props, "build_info"), _whole(settings.get("n_ctx")), models)
    if version := _said(_fields(line.look_up(f"{site.root}/api/version", _LOOK_UP)), "version"):
        return Facts("Ollama", version, context, models)
    return Facts("", "", context, models)


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and 0 < value < 1 << 31 else 0


def _said(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return clean(value)[:60].replace("\n", " ") if isinstance(value, str) else ""
