"""Any OpenAI-compatible server as a generator: vLLM, Ollama, llama-server, a hosted service."""

import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue

from copydesk.errors import CopydeskError, GenerationFailed
from copydesk.generate.protocol import Completion, Message, Piece, Request
from copydesk.generate.remote.body import estimate
from copydesk.generate.remote.http import Timeouts
from copydesk.generate.remote.line import Line, Patience
from copydesk.generate.remote.objects import Objects
from copydesk.generate.remote.prose import Prose
from copydesk.generate.remote.sample import Sample
from copydesk.generate.remote.server import Server
from copydesk.generate.remote.site import read_site
from copydesk.generate.remote.trouble import HungUp, Trouble

DEFAULT_CONTEXT = 8192
_LOOK = 0.05  # seconds between two looks at whether it was cancelled

_Heard = Piece | CopydeskError | int  # an int: the sample with that index has ended


class Remote:
    """A model on a server. Threads may share it: `parallel` requests are in flight at most.

    A request that the server is too busy for (408, 409, 429, 5xx), or whose connection breaks off
    before the first text, is sent again after a pause, until `retries` or `max_wait` is used up.
    For a connection that breaks off later see `prose`; for schemas see `objects`.
    """

    def __init__(
        self,
        model: str,
        url: str,
        *,
        parallel: int = 8,
        context: int | None = None,
        timeout: float = 120.0,
        retries: int = 16,
        max_wait: float = 120.0,
    ) -> None:
        """Read the address; the server is asked nothing before the first request.

        Args:
            model: what the server calls the model; empty: the only one that it has.
            url: the server's address, with or without /v1.
            parallel: the most requests in flight at once.
            context: tokens of prompt and answer together; what the server says if None.
            timeout: seconds until an answer begins, and half of it between two portions.
            retries: the most times that a request is sent again.
            max_wait: the most seconds that an answer is waited for in pauses, all together.

        Raises:
            UsageProblem: the address is none, or the key for it would travel unprotected.
        """
        self.site = read_site(url)
        self.parallel = max(1, parallel)
        self.server = Server(self.site, model, context or 0)
        self.timeouts = Timeouts(
            connect=min(10.0, timeout), first=timeout, between=max(timeout / 2, 1.0)
        )
        self.patience = Patience(retries, max_wait)
        self._context = context
        self._slots = threading.BoundedSemaphore(self.parallel)
        self._reached = threading.Event()
        self._lines: set[Line] = set()
        self._closed = False

    @property
    def name(self) -> str:
        """What the server calls the model, and where it is."""
        models = self.server.facts.models
        only = models[0] if len(models) == 1 else ""
        return f"{self.server.named or only or 'the model'} at {self.site.shown}"

    @property
    def context(self) -> int:
        """What the caller set, else what the server says, else 8192."""
        if self._context:
            return self._context
        line = self._line()
        try:
            return self.server.learn(line).context or DEFAULT_CONTEXT
        except (HungUp, Trouble):
            return DEFAULT_CONTEXT
        finally:
            self._lines.discard(line)

    def count(self, messages: tuple[Message, ...]) -> int:
        """An estimate, see `body.estimate`: a server reads with a tokenizer of its own."""
        return estimate(messages)

    def stream(self, request: Request, cancel: threading.Event | None = None) -> Iterator[Piece]:
        """See `Generator.stream`. Samples are requests of their own, up to `parallel` at once.

        Cancelling, or closing the iterator, closes the connections at once.

        Raises:
            UnknownName, UsageProblem: the server does not have the adapter, or several models.
        """
        if self._closed:
            raise GenerationFailed(f"The model {self.name} was closed already.")
        line = self._line()
        heard: SimpleQueue[_Heard] = SimpleQueue()
        left: SimpleQueue[int] = SimpleQueue()
        for index in range(request.n):
            left.put(index)
        said = dict.fromkeys(range(request.n), "")
        try:
            if not (cancel and cancel.is_set()):
                for _ in range(min(request.n, self.parallel)):
                    threading.Thread(
                        target=self._work, args=(line, request, left, heard), daemon=True
                    ).start()
            yield from self._merged(heard, said, request, cancel)
        finally:
            line.hang_up()
            self._lines.discard(line)

    def close(self) -> None:
        """Hang up whatever is still running; safe to call twice."""
        self._closed = True
        for line in list(self._lines):
            line.hang_up()

    def _line(self) -> Line:
        line = Line(self.site, self.timeouts, self.patience, self._slots, self._reached)
        self._lines.add(line)
        return line

    def _merged(
        self,
        heard: "SimpleQueue[_Heard]",
        said: dict[int, str],
        request: Request,
        cancel: threading.Event | None,
    ) -> Iterator[Piece]:
        """Pieces as they come; when cancelled, the ends of all samples that still run."""
        while said:
            if cancel and cancel.is_set():
                for index, text in said.items():
                    yield Piece("", index, self._cancelled(request, index, text))
                return
            try:
                item = heard.get(timeout=_LOOK)
            except Empty:
                continue
            if isinstance(item, CopydeskError):
                raise item
            if isinstance(item, int):
                if item in said:
                    raise GenerationFailed(f"The model {self.name} was closed meanwhile.")
                continue
            if item.end:
                del said[item.index]
            else:
                said[item.index] += item.text
            yield item

    def _work(
        self,
        line: Line,
        request: Request,
        left: "SimpleQueue[int]",
        heard: "SimpleQueue[_Heard]",
    ) -> None:
        """Draw samples until none is left. Runs in a thread of its own."""
        while True:
            try:
                index = left.get_nowait()
            except Empty:
                return
            try:
                for piece in self._pieces(line, request, index):
                    heard.put(piece)
            except Trouble as trouble:
                heard.put(self.server.error(trouble))
            except CopydeskError as error:
                heard.put(error)
            except HungUp:
                return
            finally:
                heard.put(index)

    def _pieces(self, line: Line, request: Request, index: int) -> Iterator[Piece]:
        self.server.learn(line)
        sample = Sample(line, self.server, request, index)
        if request.schema is None:
            yield from Prose(sample).pieces()
        else:
            yield from Objects(sample, request.schema).pieces()

    def _cancelled(self, request: Request, index: int, text: str) -> Completion:
        seed = request.seed + index
        model, engine = self.server.named, self.server.engine
        return Completion(text, "cancelled", seed=seed, model=model, engine=engine)
