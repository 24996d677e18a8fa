"""One HTTP request at a time: with limits in time and size, and another thread may hang it up.

Only `http.client`: it sends nothing that it was not told to, and follows no redirect, so a key
never goes anywhere else. HTTPS goes through the proxy of the environment if there is one.
"""

import base64
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from copydesk.generate.remote.site import Site
from copydesk.generate.remote.trouble import HungUp, Trouble, one_line

MOST_BODY = 16 << 20  # bytes
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, until the answer begins, between two portions of it, for all of it."""

    connect: float = 10.0
    first: float = 120.0
    between: float = 60.0
    whole: float = 3600.0


class Call:
    """One request, and the answer to it. `hang_up` may be called from anywhere, at any time."""

    def __init__(self, site: Site, timeouts: Timeouts) -> None:
        self._site, self._timeouts = site, timeouts
        self._lock = threading.Lock()
        self._gone = False
        self._socket: socket.socket | None = None
        self._connection: HTTPConnection | None = None
        self._response: HTTPResponse | None = None
        self._deadline = time.monotonic() + timeouts.connect + timeouts.first

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Send a request and wait for the beginning of the answer.

        Raises:
            Trouble: it cannot be reached, or gives no answer.
            HungUp: `hang_up` was called.
        """
        connection = self._connection = self._connect()
        headers = {
            "Accept": "text/event-stream, application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "copydesk",
            **self._site.key.headers(),
        }
        data = None if body is None else json.dumps(body, ensure_ascii=True).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        with self._worded("did not answer", self._timeouts.first):
            connection.request(method, path, data, headers)
            self._response = connection.getresponse()
        self._limit(self._timeouts.between)
        self._deadline = time.monotonic() + self._timeouts.whole

    @property
    def status(self) -> int:
        """Of HTTP; 0 before the answer."""
        return self._response.status if self._response else 0

    def header(self, name: str) -> str | None:
        """A header of the answer."""
        return self._response.headers.get(name) if self._response else None

    def chunks(self) -> Iterator[bytes]:
        """The answer's body in the portions in which it comes.

        Raises:
            Trouble: it breaks off, stalls, or goes beyond a limit.
            HungUp: `hang_up` was called.
        """
        response, size = self._response, 0
        while response is not None:
            with self._worded("sent nothing more", self._timeouts.between):
                data = response.read1(_CHUNK)
            if self._gone:
                raise HungUp
            if not data:
                if response.length:  # it announced more
                    raise Trouble("broke off the connection", again=True)
                return
            size += len(data)
            if size > MOST_BODY:
                raise Trouble(f"sends more than {MOST_BODY >> 20} MiB and does not end")
            if time.monotonic() > self._deadline:
                raise Trouble(f"was not done after {self._timeouts.whole:g} seconds")
            yield data

    def read(self) -> bytes:
        """The whole body; see `chunks`."""
        return b"".join(self.chunks())

    def hang_up(self) -> None:
        """End the call: whoever waits for it is woken with `HungUp`."""
        with self._lock:
            self._gone = True
            if self._socket is not None:
                with suppress(OSError):
                    # The plain socket's: TLS would take its own state from under the reader.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give back the sockets; for the thread that made the call."""
        with self._lock:
            self._gone, self._socket = True, None
        for held in (self._response, self._connection):
            if held is not None:
                with suppress(OSError, ValueError):
                    held.close()

    def _connect(self) -> HTTPConnection:
        connection = _connection(self._site, self._timeouts.connect)
        with self._worded("could not be reached", self._timeouts.connect, absent=True):
            connection.connect()
        with self._lock:
            self._socket = connection.sock
            if self._gone:
                connection.close()
                raise HungUp
        self._limit(self._timeouts.first)
        return connection

    def _limit(self, seconds: float) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.settimeout(seconds)

    @contextmanager
    def _worded(self, silence: str, seconds: float, *, absent: bool = False) -> Iterator[None]:
        """Turn what the libraries raise into a trouble."""
        try:
            yield
        except (OSError, HTTPException, ValueError) as error:
            if self._gone:
                raise HungUp from None
            raise worded(error, silence, seconds, absent=absent) from None


def worded(error: Exception, silence: str, seconds: float, *, absent: bool) -> Trouble:
    """What a library's error means.

    Args:
        silence: what the server did if it is a timeout, after `seconds`.
        absent: whether the connection was still being made.
    """
    match error:
        case TimeoutError():
            return Trouble(
                f"{silence} within {seconds:g} seconds",
                "it may be busy or stuck: look at it, or give it a longer timeout",
                absent=absent,
            )
        case ssl.SSLCertVerificationError():
            return Trouble(
                f"shows a certificate that cannot be trusted ({error.verify_message})",
                "for a certificate of your own, name its file in SSL_CERT_FILE",
                absent=True,
            )
        case ssl.SSLError() if absent:
            return Trouble(
                f"does not speak TLS as it should ({error.reason or 'no reason given'})",
                "if it has no certificate, give the address with http instead of https",
                absent=True,
            )
        case socket.gaierror():
            return Trouble("cannot be found: no such host", "check the address", absent=True)
        case ConnectionRefusedError():
            hint = "is it running, and is the port right?"
            return Trouble("does not accept connections", hint, again=True, absent=True)
        case OSError() if absent:
            reason = one_line(error.strerror or str(error))
            return Trouble(f"cannot be reached ({reason})", "check the address", absent=True)
        case HTTPException() if type(error).__name__ not in {
            "RemoteDisconnected",
            "IncompleteRead",
        }:
            return Trouble("does not speak HTTP as it should", "check host and port")
    return Trouble("broke off the connection", "look into the server's log", again=True)


def _connection(site: Site, timeout: float) -> HTTPConnection:
    if site.scheme == "http":
        return HTTPConnection(site.host, site.port, timeout=timeout)
    context = ssl.create_default_context()
    proxy = getproxies().get("https", "")
    if not proxy or proxy_bypass(site.host):
        return HTTPSConnection(site.host, site.port, timeout=timeout, context=context)
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    connection = HTTPSConnection(
        parts.hostname or "", parts.port or 80, timeout=timeout, context=context
    )
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    headers = {"Proxy-Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    connection.set_tunnel(site.host, site.port, headers if parts.username else {})
    return connection
