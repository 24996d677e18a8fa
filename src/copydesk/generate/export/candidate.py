"""What llama.cpp says: the next token after a row of tokens, from the file that was exported."""

import json
import secrets
import signal
import threading
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from copydesk.errors import ModelProblem
from copydesk.generate.threads import choose_threads

_BATCH = 128  # tokens read at once
_TIMEOUT = 600.0  # seconds for one answer: a large model reads its first prompt slowly


class Candidate:
    """A GGUF file, with an adapter or without, in a server of its own."""

    def __init__(self, model: Path, adapter: Path | None = None, *, context: int) -> None:
        """Load it.

        Raises:
            ModelProblem: llama.cpp does not load it.
        """
        self._key = secrets.token_urlsafe(32)
        self._server: Any = _start(model, adapter, context, self._key)
        self._loras = [{"id": 0, "scale": 1.0}] if adapter else []

    def tokens(self, text: str) -> list[int]:
        """The text's tokens, with what the vocabulary puts before it."""
        answer = self._ask(
            "tokenize", {"content": text, "add_special": True, "parse_special": True}
        )
        return _tokens(answer)

    def next(self, tokens: Sequence[int]) -> tuple[int, float | None]:
        """The likeliest next token, and the logarithm of its probability in nats.

        A token that ends within a character is told without its probability.
        """
        body = {
            "prompt": list(tokens),
            "n_predict": 1,
            "temperature": 0,
            "n_probs": 1,
            "return_tokens": True,
            "cache_prompt": True,
            "lora": self._loras,
        }
        answer = self._ask("completion", body)
        try:
            likely = answer.get("completion_probabilities") or [{}]
            likelihood = likely[0].get("logprob")
            return _tokens(answer)[0], None if likelihood is None else float(likelihood)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            raise _unanswered(str(answer)[:200]) from None

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One answer over loopback: what the library offers in process tells no token numbers."""
        request = urllib.request.Request(  # noqa: S310 - the address is the library's own
            f"{self._server.listening_address}/{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
        )
        # A proxy has no business with loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=_TIMEOUT) as told:
                answer = json.load(told)
        except (OSError, ValueError) as error:
            raise _unanswered(str(error)) from None
        if not isinstance(answer, dict):
            raise _unanswered(str(answer)[:200])
        return answer

    def close(self) -> None:
        """Unload it. A server that is unloaded before its loop runs waits for ever."""
        if self._server is not None:
            wake = {"prompt": [0], "max_tokens": 1}
            self._server.handle_completions(wake, lambda _answer: False)
        self._server = None


_REPORT = "this is a fault of copydesk: please report it; --no-check exports all the same"


def _tokens(answer: dict[str, Any]) -> list[int]:
    try:
        return [int(token) for token in answer["tokens"]]
    except (KeyError, TypeError, ValueError):
        raise _unanswered(str(answer)[:200]) from None


def _unanswered(reason: str) -> ModelProblem:
    return ModelProblem(f"llama.cpp gave no answer that can be used: {reason}.", _REPORT)


def _start(model: Path, adapter: Path | None, context: int, key: str) -> Any:
    import xllamacpp  # noqa: PLC0415 - 100 MB of library, only when a model is really used

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    if adapter is not None:
        lora = xllamacpp.CommonAdapterLoraInfo()
        lora.path, lora.scale = str(adapter), 0.0
        params.lora_adapters = [lora]
    params.n_ctx = context
    params.n_parallel = 1
    params.n_ubatch = params.n_batch = _BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = choose_threads()
    params.cache_ram_mib = 0
    params.no_extra_bufts = True
    params.warmup = False
    params.verbosity = -1
    # The library listens on loopback whether asked or not: nobody else knows this key.
    params.api_keys = [key]
    params.ui = False
    params.endpoint_slots = False
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        return xllamacpp.Server(params)
    except RuntimeError:
        raise ModelProblem(
            f"llama.cpp cannot load what was exported from {model.name}.", _REPORT
        ) from None
    finally:
        # The library installs handlers of its own, and Ctrl-C is ours.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, interrupt)
