"""llama.cpp in this process, on GGUF files: one model, several answers at once, one cache.

Raw completions only: the chat path of xllamacpp has its own grammar converter, which ignores
`whitespace_flexible` and loops on line breaks.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from copydesk.errors import GenerationFailed, UnknownName
from copydesk.generate.asked import Asked, Origin, conclude, fit_request
from copydesk.generate.chat import Part, render_parts
from copydesk.generate.gguf import GgufInfo, read_gguf
from copydesk.generate.identity import weights_hash
from copydesk.generate.llamacpp.chorus import Chorus
from copydesk.generate.llamacpp.gate import Gate
from copydesk.generate.llamacpp.server import Server, engine_name
from copydesk.generate.llamacpp.voice import Voice, adapter_scales, request_body
from copydesk.generate.protocol import Completion, Message, Piece, Request
from copydesk.generate.steer import Steering, steer
from copydesk.generate.threads import choose_threads


class LlamaCpp:
    """One GGUF model, loaded once; any thread may ask it, and `parallel` answers run at once."""

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        context: int = 4096,
        threads: int | None = None,
        parallel: int = 1,
        adapters: Mapping[str, Path] | None = None,
        model_hash: str = "",
    ) -> None:
        """Load the weights.

        Args:
            path: a GGUF file.
            name: what to call the model; the file's name if empty.
            context: tokens of prompt and answer together, cut to what the model was trained for.
            threads: CPU threads; chosen from cores and load if None.
            parallel: how many answers may run at once. Beyond the first four, each adds 1,024
                tokens of context memory.
            adapters: LoRA adapters in GGUF files, by the names that requests select them with.
            model_hash: sha256 of the file, if it is known; else it is computed once.

        Raises:
            ModelProblem: the file is not a whole GGUF file, or llama.cpp cannot load it.
        """
        self.info: GgufInfo = read_gguf(path)
        self.name = name or path.stem
        self.context = min(context, self.info.context_length or context)
        self.threads = threads or choose_threads()
        self.parallel = parallel
        self._adapters = dict(adapters or {})
        self._origin = Origin(self.name, model_hash or weights_hash(path), engine_name())
        self._server: Server | None = Server(
            path,
            context=self.context,
            threads=self.threads,
            parallel=parallel,
            adapters=tuple(self._adapters.values()),
        )
        self._gate = Gate(parallel, self._server.cells)
        self._speakers: set[Voice | Chorus] = set()

    def stream(self, request: Request, cancel: threading.Event | None = None) -> Iterator[Piece]:
        """See `Generator.stream`. Up to `parallel` samples run together."""
        if cancel and cancel.is_set():
            yield from (Piece("", i, Completion("", "cancelled")) for i in range(request.n))
            return
        server = self._ready(request.adapter)
        request, asked = fit_request(request, self.context, self._tokenized)
        # Together they must fit into the cache: what is too much at once runs in waves.
        room = (server.cells - len(asked.ids)) // max(request.max_tokens, 1)
        wave = max(1, min(self.parallel, room))
        for start in range(0, request.n, wave):
            indexes = range(start, min(start + wave, request.n))
            cells = len(asked.ids) + len(indexes) * request.max_tokens
            with self._gate.passing(len(indexes), cells, cancel):
                yield from self._wave(server, asked, request, indexes, cancel)

    def count(self, messages: tuple[Message, ...]) -> int:
        """See `Generator.count`."""
        return len(self._tokenized(messages).ids)

    def prompt(self, request: Request) -> str:
        """The exact text that the model reads for this request."""
        return "".join(part.text for part in self._parts(request.messages))

    def close(self) -> None:
        """Wait for the workers to notice that nobody listens, then unload the weights.

        A thread that is still inside llama.cpp when Python ends aborts the whole process.
        """
        for speaker in list(self._speakers):
            speaker.wait()
        self._speakers.clear()
        if self._server:
            self._server.close()
        self._server = None

    def _ready(self, adapter: str = "") -> Server:
        if self._server is None:
            raise GenerationFailed(f"The model {self.name} was closed already.")
        if adapter and adapter not in self._adapters:
            raise UnknownName("adapter", adapter, self._adapters, "give it with --adapter")
        return self._server

    def _tokenized(self, messages: tuple[Message, ...]) -> Asked:
        parts = self._parts(messages)
        return Asked("".join(part.text for part in parts), self._ready().tokens(parts))

    def _parts(self, messages: tuple[Message, ...]) -> list[Part]:
        return render_parts(
            messages,
            self.info.chat_template,
            bos_token=self.info.bos_token,
            eos_token=self.info.eos_token,
            control_tokens=self.info.control_tokens,
        )

    def _wave(
        self,
        server: Server,
        asked: Asked,
        request: Request,
        indexes: range,
        cancel: threading.Event | None,
    ) -> Iterator[Piece]:
        """Some samples together, in step; those that were rewound go on by themselves."""
        # A grammar only knows the beginning of an answer: no part of one can be taken back.
        whole = request.schema is not None
        samples = [Steering(request, index, whole=whole) for index in indexes]
        if len(samples) > 1:
            body = request_body(samples[0].cue(asked.ids))
            body |= adapter_scales(tuple(self._adapters), request.adapter)
            body["cache_prompt"] = not request.fresh
            chorus = Chorus(server, body, samples, context=self.context, cancel=cancel)
            self._remember(chorus)
            yield from chorus
            chorus.wait()
        for sample in samples:
            fresh = request.fresh and len(samples) == 1  # what was spoken in step was read anew
            voice = Voice(server, self.context, tuple(self._adapters), fresh=fresh)
            self._remember(voice)
            for text in steer(voice, asked.ids, sample, cancel=cancel):
                yield Piece(text, sample.index)
            end = conclude(sample, asked, self._origin)
            check_grammar(request, end)
            yield Piece("", sample.index, end)

    def _remember(self, speaker: Voice | Chorus) -> None:
        """What may still run inside llama.cpp when the model is closed."""
        for old in list(self._speakers):
            if old.idle:
                self._speakers.discard(old)
        self._speakers.add(speaker)


_OPENINGS = {"object": "{", "array": "[", "string": '"', "number": "-0123456789"}


def check_grammar(request: Request, end: Completion) -> None:
    """A grammar that llama.cpp cannot compile is dropped without a word: notice it here.

    Raises:
        GenerationFailed: a whole answer is no JSON, or a cut one does not begin like it.
    """
    if request.schema is None or not end.text or _obeys(end, request.schema):
        return
    raise GenerationFailed(
        "llama.cpp did not accept the grammar of a schema.",
        "this is a fault of copydesk or of the form: please report it",
    )


def _obeys(end: Completion, schema: Mapping[str, Any]) -> bool:
    if end.finish != "stop":
        opening = _OPENINGS.get(schema.get("type", ""))
        return opening is None or end.text[0] in opening
    try:
        json.loads(end.text)
    except ValueError:
        return False
    return True
