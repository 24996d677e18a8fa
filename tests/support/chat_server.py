"""A stand-in for servers that are not at hand: it answers requests for chat as it was told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
# What to answer: a text that is streamed, (status, JSON) or (status, bytes), or bytes of a stream.
Reply = str | tuple[int, Any] | bytes
Speak = Callable[[Body], Reply]


class ChatServer(ThreadingHTTPServer):
    """Answers POST by `speak`, and GET out of `pages`.

    Attributes:
        sent: the bodies that came.
        keys: the Authorization headers that came, "" for none.
        streams: answer in a stream; else in one JSON.
        content_type: of a stream.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, speak: Speak, pages: dict[str, Any] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.speak = speak
        self.pages = pages or {}
        self.sent: list[Body] = []
        self.keys: list[str] = []
        self.streams = True
        self.content_type = "text/event-stream"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: ChatServer

    def do_GET(self) -> None:
        self.server.keys.append(self.headers.get("Authorization", ""))
        page = self.server.pages.get(self.path)
        data = b"not here" if page is None else json.dumps(page).encode()
        self._send(404 if page is None else 200, "application/json", data)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sent.append(body)
        self.server.keys.append(self.headers.get("Authorization", ""))
        reply = self.server.speak(body)
        if isinstance(reply, tuple):
            status, value = reply
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            self._send(status, "application/json", data)
        elif isinstance(reply, bytes):
            self._send(200, self.server.content_type, reply)
        elif self.server.streams:
            self._send(200, self.server.content_type, streamed(reply))
        else:
            self._send(200, "application/json", json.dumps(whole(reply)).encode())

    def _send(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def event(text: str = "", finish: str | None = None, **more: Any) -> bytes:
    """One event of a stream."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    data = {"model": "stand-in", "choices": [choice], **more}
    return f"data: {json.dumps(data)}\n\n".encode()


def streamed(text: str, finish: str = "stop") -> bytes:
    """A stream that says a text word by word, with usage in a last event without choices."""
    words = text.split(" ")
    said = [event(word if i == 0 else f" {word}") for i, word in enumerate(words)]
    usage = {"prompt_tokens": 20, "completion_tokens": len(words)}
    usage_event = f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n".encode()
    return b"".join([*said, event(finish=finish), usage_event, b"data: [DONE]\n\n"])


def whole(text: str) -> Body:
    """The answer of a server that does not stream."""
    message = {"role": "assistant", "content": text}
    return {
        "model": "stand-in",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 20, "completion_tokens": 3},
    }


@contextmanager
def chatting(speak: Speak, pages: dict[str, Any] | None = None) -> Iterator[ChatServer]:
    """A server that runs while the context lasts."""
    server = ChatServer(speak, pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
