"""Loads a GGUF model into llama.cpp, in this process, and turns text into tokens with it."""

import json
import secrets
import signal
import threading
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import Any

from copydesk.errors import GenerationFailed, ModelProblem
from copydesk.generate.chat import Part

_PROMPT_BATCH = 128  # tokens read at once; larger buys no speed on a CPU and costs memory
_SLOT_TOKENS = 1024  # context that each parallel answer adds, beyond the first's
_WAKE = {"prompt": "a", "max_tokens": 1, "stream": True}
_SECONDS = 600  # for one answer: a large model reads its first prompt slowly
_REMEMBERED = 4096


class Server:
    """llama.cpp with one model: answers requests through a callback, and tokenizes.

    The library opens a loopback port whether asked or not. It is locked with a key that nobody
    else knows, and used for what it offers nowhere else: turning text into tokens.
    """

    def __init__(
        self,
        path: Path,
        *,
        context: int,
        threads: int,
        parallel: int = 1,
        adapters: Sequence[Path] = (),
    ) -> None:
        """Load the weights.

        Raises:
            ModelProblem: llama.cpp cannot load the model or an adapter.
        """
        self._key = secrets.token_urlsafe(32)
        self._local = threading.local()
        self._ids: dict[str, tuple[int, ...]] = {}
        self.cells = max(context, parallel * _SLOT_TOKENS)
        self._ran = False
        self._server: Any = _load(path, self.cells, threads, parallel, adapters, self._key)
        self.address: str = self._server.listening_address

    def complete(self, body: dict[str, Any], on_answer: Any) -> None:
        """Run a raw completion to its end; `on_answer` hears each piece, and returns True to stop.

        An answer is a dictionary; errors are too.
        """
        self._ran = True
        self._server.handle_completions(body, on_answer)

    def close(self) -> None:
        """Unload the weights, when nothing runs any more.

        A server that is unloaded before its loop ever ran waits for ever: one token wakes it.
        """
        if self._server is not None and not self._ran:
            self._server.handle_completions(_WAKE, lambda _answer: False)
        self._server = None

    def tokens(self, parts: Sequence[Part]) -> list[int]:
        """The token ids of a prompt; control tokens in plain parts are read as characters."""
        return [number for part in parts for number in self._tokenize(part.text, part.plain)]

    def ids(self, text: str) -> tuple[int, ...]:
        """The token ids of a short piece of the answer."""
        if text not in self._ids:
            if len(self._ids) >= _REMEMBERED:
                self._ids.clear()
            self._ids[text] = tuple(self._tokenize(text, plain=True))
        return self._ids[text]

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the locked port answers. Each thread keeps a connection of its own.

        Raises:
            GenerationFailed: no answer, or none that is an object.
        """
        try:
            answer = self._post(path, body)
        except (OSError, HTTPException, ValueError) as error:
            raise _unanswered(str(error)) from None
        if not isinstance(answer, dict):
            raise _unanswered(str(answer)[:200])
        return answer

    def _tokenize(self, text: str, plain: bool) -> list[int]:
        body = {"content": text, "add_special": False, "parse_special": not plain}
        return token_ids(self.ask("/tokenize", body))

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        kept = getattr(self._local, "connection", None)
        connection = kept or HTTPConnection(self.address.removeprefix("http://"), timeout=_SECONDS)
        self._local.connection = connection
        try:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            return json.loads(connection.getresponse().read())
        except (OSError, HTTPException):
            connection.close()
            self._local.connection = None
            if kept is None:
                raise
        return self._post(path, body)  # it was kept too long: once more with a fresh one


def token_ids(answer: Mapping[str, Any]) -> list[int]:
    """The token ids in an answer.

    Raises:
        GenerationFailed: there are none.
    """
    try:
        return [int(number) for number in answer["tokens"]]
    except (KeyError, TypeError, ValueError):
        raise _unanswered(str(answer)[:200]) from None


def _unanswered(reason: str) -> GenerationFailed:
    return GenerationFailed(
        f"llama.cpp gave no answer that can be used: {reason}.",
        "run again; if it happens again, report it",
    )


def engine_name() -> str:
    """Program and version: a seed reproduces a text on the same ones."""
    return f"xllamacpp {version('xllamacpp')}"


def _load(
    path: Path,
    cells: int,
    threads: int,
    parallel: int,
    adapters: Sequence[Path],
    key: str,
) -> Any:
    """Start the in-process server; its parallel answers share one cache."""
    import xllamacpp  # noqa: PLC0415 - 100 MB of library, only when a model is really used

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = cells
    params.n_parallel = parallel
    params.kv_unified = True
    params.n_ubatch = params.n_batch = _PROMPT_BATCH
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = 0
    # Repacked weights decode some 20 % faster but are a second copy: 540 MB for the default model.
    params.no_extra_bufts = True
    params.warmup = False
    params.verbosity = -1
    params.api_keys = [key]
    params.ui = False
    params.endpoint_slots = False
    # Loaded, and silent until a request names one.
    params.lora_init_without_apply = True
    params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(a), 0.0) for a in adapters]
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        return xllamacpp.Server(params)
    except RuntimeError:
        what = f"{path} with {', '.join(map(str, adapters))}" if adapters else str(path)
        raise ModelProblem(
            f"llama.cpp cannot load {what}.",
            "its architecture may be too new, an adapter may belong to another model, "
            "or memory may be too small: copydesk doctor",
        ) from None
    finally:
        # The library installs handlers of its own, and Ctrl-C is ours.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, interrupt)
