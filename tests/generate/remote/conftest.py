"""A real OpenAI-compatible server on loopback: llama.cpp's own, with the small model."""

import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SECRET = "sesame-4711-open"  # noqa: S105 - opens nothing
CONTEXT = 512


@dataclass(frozen=True)
class Llama:
    address: str
    key: str


@pytest.fixture(scope="session")
def llama(small_model: Path) -> Iterator[Llama]:
    import xllamacpp  # noqa: PLC0415 - 100 MB of library

    params = xllamacpp.CommonParams()
    params.model.path = str(small_model)
    params.n_ctx = 2 * CONTEXT  # two slots share it
    params.n_parallel = 2
    params.n_ubatch = params.n_batch = 128
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.cache_ram_mib = 0
    params.no_extra_bufts = True
    params.warmup = False
    params.verbosity = -1
    params.api_keys = [SECRET]
    params.ui = False
    interrupt = signal.getsignal(signal.SIGINT)
    server = xllamacpp.Server(params)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, interrupt)
    # A server that is unloaded before its loop runs waits for ever: one token wakes it.
    server.handle_completions({"prompt": "a", "max_tokens": 1}, lambda _answer: False)
    yield Llama(server.listening_address, SECRET)
    del server
