"""A proxy on loopback that lets a server's answers through, and does harm when told to."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the wifi</h1></body></html>"


@dataclass(frozen=True)
class Status:
    """Answer with this instead of asking the server."""

    code: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """Write these bytes on the connection instead of an answer, then close it."""

    data: bytes = b""


@dataclass(frozen=True)
class Hang:
    """Say nothing until the proxy ends; after `lines` lines of the server's stream."""

    lines: int = 0


@dataclass(frozen=True)
class Drop:
    """Close the connection after so many bytes of the body."""

    bytes: int


@dataclass(frozen=True)
class Drip:
    """Pass the body on in portions of `size` bytes, `pause` seconds apart."""

    size: int = 7
    pause: float = 0.0


@dataclass(frozen=True)
class Length:
    """Announce so many bytes more than there are."""

    more: int


@dataclass(frozen=True)
class Edit:
    """Change the request on its way to the server."""

    change: Callable[[dict[str, Any]], None]


Fault = Status | Raw | Hang | Drop | Drip | Length | Edit


def without_schema(body: dict[str, Any]) -> None:
    """What a server does that accepts a schema and ignores it."""
    body.pop("response_format", None)
    body.pop("grammar", None)


class FaultProxy(ThreadingHTTPServer):
    """Stands between a client and a server.

    Attributes:
        faults: what to do to each request for a chat completion in turn; afterwards `then`.
        then: what to do to all later ones.
        sent: the bodies of those requests, as they came.
        seen: method, path and key of every request.
        most: the most requests that were in flight at once.
        gone: how many clients went away before the end.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, upstream: str, faults: list[Fault | None] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.upstream = urlsplit(upstream)
        self.faults: list[Fault | None] = list(faults or [])
        self.then: Fault | None = None
        self.sent: list[dict[str, Any]] = []
        self.seen: list[tuple[str, str, str]] = []
        self.most = self.running = self.gone = 0
        self.lock = threading.Lock()
        self.ending = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_fault(self) -> Fault | None:
        with self.lock:
            return self.faults.pop(0) if self.faults else self.then


class _Answer(BaseHTTPRequestHandler):
    server: FaultProxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.seen.append(("GET", self.path, self.headers.get("Authorization", "")))
        self._pass(None, None)

    def do_POST(self) -> None:
        self.close_connection = True
        proxy = self.server
        proxy.seen.append(("POST", self.path, self.headers.get("Authorization", "")))
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with proxy.lock:
            proxy.sent.append(body)
            proxy.running += 1
            proxy.most = max(proxy.most, proxy.running)
        try:
            self._harm(proxy.next_fault(), body)
        except OSError:
            proxy.gone += 1
        finally:
            with proxy.lock:
                proxy.running -= 1

    def _harm(self, fault: Fault | None, body: dict[str, Any]) -> None:
        match fault:
            case Status(code, data, headers):
                self.send_response(code)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)
            case Raw(data):
                self.wfile.write(data)
            case Hang(lines=0):
                self._hang()
            case Edit(change):
                change(body)
                self._pass(body, None)
            case _:
                self._pass(body, fault)

    def _hang(self) -> None:
        """Wait for the client to go, or the proxy to end."""
        self.connection.settimeout(0.02)
        while not self.server.ending.is_set():
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    self.server.gone += 1
                    return

    def _pass(self, body: dict[str, Any] | None, fault: Fault | None) -> None:
        up = self.server.upstream
        connection = http.client.HTTPConnection(up.hostname or "", up.port or 80, timeout=60)
        headers = {"Authorization": self.headers.get("Authorization", "")}
        headers |= {"Content-Type": "application/json", "Connection": "close"}
        data = None if body is None else json.dumps(body).encode()
        try:
            connection.request(self.command, self.path, data, headers)
            answer = connection.getresponse()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            if isinstance(fault, Length):
                whole = answer.read()
                self.send_header("Content-Length", str(len(whole) + fault.more))
                self.end_headers()
                self.wfile.write(whole)
                return
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self._relay(answer, fault)
        finally:
            connection.close()

    def _relay(self, answer: http.client.HTTPResponse, fault: Fault | None) -> None:
        passed = lines = 0
        while line := answer.readline():
            lines += 1
            if isinstance(fault, Drop) and passed + len(line) > fault.bytes:
                self._chunk(line[: fault.bytes - passed])
                # Not a polite end: the client must see that something is missing.
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            passed += len(line)
            if isinstance(fault, Drip):
                for at in range(0, len(line), fault.size):
                    self._chunk(line[at : at + fault.size])
                    self.server.ending.wait(fault.pause)
            else:
                self._chunk(line)
            if isinstance(fault, Hang) and lines == fault.lines:
                self._hang()
                return
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def proxying(upstream: str, *faults: Fault | None) -> Iterator[FaultProxy]:
    """A proxy that runs while the context lasts."""
    proxy = FaultProxy(upstream, list(faults))
    thread = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.ending.set()
        proxy.shutdown()
        proxy.server_close()
        thread.join()
