"""llama.cpp in this process, on GGUF files, through xllamacpp.

Raw completions only: the chat path of xllamacpp has its own grammar converter, which ignores
`whitespace_flexible` and loops on line breaks. Each request runs in a worker thread that feeds a
queue, so that Ctrl-C reaches the waiting main thread at once.
"""

import json
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from copydesk.errors import ContextExceeded, GenerationFailed, ModelProblem
from copydesk.generate.chat import render_chat
from copydesk.generate.gguf import GgufInfo, read_gguf
from copydesk.generate.protocol import Completion, Finish, Piece, Request
from copydesk.generate.schema import grammar
from copydesk.generate.threads import choose_threads

_PROMPT_BATCH = 128  # tokens read at once; larger buys no speed on a CPU and costs memory
_WAKE = {"prompt": "a", "max_tokens": 1, "stream": True}


class LlamaCpp:
    """One GGUF model, loaded once; requests are answered one at a time."""

    def __init__(
        self, path: Path, *, name: str = "", context: int = 4096, threads: int | None = None
    ) -> None:
        """Load the weights.

        Args:
            path: a GGUF file.
            name: what to call the model; the file's name if empty.
            context: tokens of prompt and answer together, cut to what the model was trained for.
            threads: CPU threads; chosen from cores and load if None.

        Raises:
            ModelProblem: the file is not a whole GGUF file, or llama.cpp cannot load it.
        """
        self.info: GgufInfo = read_gguf(path)
        self.name = name or path.stem
        self.context = min(context, self.info.context_length or context)
        self.threads = threads or choose_threads()
        self._worker: threading.Thread | None = None
        self._server: Any = _load(path, self.context, self.threads)

    def stream(self, request: Request, cancel: threading.Event | None = None) -> Iterator[Piece]:
        """See `Generator.stream`. Samples run one after the other."""
        for index in range(request.n):
            yield from self._sample(request.with_seed(request.seed + index), index, cancel)

    def close(self) -> None:
        """Wait for the worker to notice that nobody listens, then unload the weights.

        A thread that is still inside llama.cpp when Python ends aborts the whole process.
        """
        if self._worker:
            self._worker.join()
        elif self._server:
            # A server that is unloaded before its loop runs waits for ever: one token wakes it.
            self._server.handle_completions(_WAKE, lambda _answer: False)
        self._worker = self._server = None

    def prompt(self, request: Request) -> str:
        """The exact text that the model reads for this request."""
        return render_chat(
            request.messages,
            self.info.chat_template,
            bos_token=self.info.bos_token,
            eos_token=self.info.eos_token,
            control_tokens=self.info.control_tokens,
        )

    def _sample(
        self, request: Request, index: int, cancel: threading.Event | None
    ) -> Iterator[Piece]:
        if self._server is None:
            raise GenerationFailed(f"The model {self.name} was closed already.")
        gone = threading.Event()
        events = (gone, cancel) if cancel else (gone,)
        if cancel and cancel.is_set():
            yield Piece("", index, Completion("", "cancelled"))
            return
        answers: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        body = _body(self.prompt(request), request)
        worker = threading.Thread(
            target=_answer, args=(self._server, body, answers, events), daemon=True
        )
        self._worker = worker
        worker.start()
        spoken: list[str] = []
        last: dict[str, Any] = {}
        try:
            while (answer := answers.get()) is not None:
                last = self._checked(answer)
                if text := last["choices"][0]["text"]:
                    spoken.append(text)
                    yield Piece(text, index)
        finally:
            # A consumer that walks away must not leave the model talking to nobody.
            gone.set()
        cancelled = cancel is not None and cancel.is_set()
        end = _completion("".join(spoken), last, cancelled=cancelled)
        _check_grammar(request, end)
        yield Piece("", index, end)

    def _checked(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Errors come back as dictionaries like any other answer: raise them."""
        error = answer.get("error", answer if "choices" not in answer else None)
        if error is None:
            return answer
        if error.get("type") == "exceed_context_size_error":
            raise ContextExceeded(error.get("n_prompt_tokens", 0), self.context)
        raise GenerationFailed(f"llama.cpp refused the request: {error.get('message', error)}.")


def _load(path: Path, context: int, threads: int) -> Any:
    """Start the in-process server: one slot, little memory, its loopback port locked."""
    import xllamacpp  # noqa: PLC0415 - 100 MB of library, only when a model is really used

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context
    params.n_parallel = 1
    params.n_ubatch = params.n_batch = _PROMPT_BATCH
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = 0
    # Repacked weights decode some 20 % faster but are a second copy: 540 MB for the default model.
    params.no_extra_bufts = True
    params.warmup = False
    params.verbosity = -1
    # The library listens on loopback whether asked or not: nobody knows this key.
    params.api_keys = [secrets.token_urlsafe(32)]
    params.ui = False
    params.endpoint_slots = False
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        return xllamacpp.Server(params)
    except RuntimeError:
        raise ModelProblem(
            f"llama.cpp cannot load {path}.",
            "its architecture may be too new, or memory too small: copydesk doctor",
        ) from None
    finally:
        # The library installs handlers of its own, and Ctrl-C is ours.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, interrupt)


def _body(prompt: str, request: Request) -> dict[str, Any]:
    sampling = request.sampling
    body: dict[str, Any] = {
        "prompt": prompt,
        "max_tokens": request.max_tokens,
        "seed": request.seed % 2**31,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "min_p": sampling.min_p,
        "dry_multiplier": sampling.dry_multiplier,
        # The library looks back only some tokens by default; a loop of whole sentences is longer.
        "dry_penalty_last_n": 1024,
        "dry_allowed_length": 3,
        "stream": True,
        "cache_prompt": True,
    }
    if request.stop:
        body["stop"] = list(request.stop)
    if request.schema is not None:
        body["grammar"] = grammar(request.schema)
    return body


def _answer(
    server: Any,
    body: dict[str, Any],
    answers: "SimpleQueue[dict[str, Any] | None]",
    stop: tuple[threading.Event, ...],
) -> None:
    """Run one request to its end. The callback returns True to stop; None marks the end."""

    def on_answer(answer: dict[str, Any]) -> bool:
        answers.put(answer)
        return any(event.is_set() for event in stop)

    try:
        server.handle_completions(body, on_answer)
    finally:
        answers.put(None)


def _completion(text: str, last: dict[str, Any], *, cancelled: bool) -> Completion:
    usage, timings = last.get("usage", {}), last.get("timings", {})
    reason = last["choices"][0]["finish_reason"] if last else None
    finish: Finish = "length" if reason == "length" else "stop"
    if reason is None:
        finish = "cancelled" if cancelled else "stop"
    return Completion(
        text=text,
        finish=finish,
        prompt_tokens=usage.get("prompt_tokens", 0),
        cached_tokens=timings.get("cache_n", 0),
        completion_tokens=usage.get("completion_tokens", 0),
        prompt_seconds=timings.get("prompt_ms", 0.0) / 1000,
        completion_seconds=timings.get("predicted_ms", 0.0) / 1000,
    )


def _check_grammar(request: Request, end: Completion) -> None:
    """A grammar that llama.cpp cannot compile is dropped without a word: notice it here."""
    if request.schema is None or not end.text or _obeys(end, request.schema):
        return
    raise GenerationFailed(
        "llama.cpp did not accept the grammar of a schema.",
        "this is a fault of copydesk or of the form: please report it",
    )


def _obeys(end: Completion, schema: Mapping[str, Any]) -> bool:
    """Whether a whole answer is JSON; one that was cut must at least begin like it."""
    if end.finish != "stop":
        opening = {"object": "{", "array": "[", "number": "-0123456789"}.get(schema.get("type", ""))
        return end.text[0] in (opening or '"')
    try:
        json.loads(end.text)
    except ValueError:
        return False
    return True
