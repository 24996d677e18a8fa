"""Stand-ins for the places that models come from: a hub on loopback, a folder of wheels."""

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Hub(ThreadingHTTPServer):
    """Serves one file at every path.

    Attributes:
        content: the file.
        ranges: the Range headers that came, "" for none.
        breaks: after how many bytes each connection in turn is cut; empty: none is.
        pause: seconds between two pieces of 16 kB.
        status: answer only this, if not 200.
        redirect: send each first request on, telling the hash on the way, as the hub does.
    """

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.content = content
        self.ranges: list[str] = []
        self.breaks: list[int] = []
        self.pause = 0.0
        self.status = 200
        self.redirect = ""
        self.with_ranges = True
        self.resting = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        hub = self.server
        if hub.redirect and "/resolve/" in self.path:
            self.send_response(302)
            self.send_header("X-Linked-ETag", f'"{hub.redirect}"')
            self.send_header("Location", f"{hub.address}/storage")
            self.end_headers()
            return
        asked = self.headers.get("Range", "")
        hub.ranges.append(asked)
        if hub.status != 200:
            self.send_error(hub.status)
            return
        start = int(asked[6:-1]) if asked and hub.with_ranges else 0
        self.send_response(206 if start else 200)
        if start:
            total = len(hub.content)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        self.send_header("Content-Length", str(len(hub.content) - start))
        self.end_headers()
        self._send(hub.content[start:])

    def _send(self, data: bytes) -> None:
        hub = self.server
        if hub.breaks:
            data = data[: hub.breaks.pop(0)]
        try:
            for at in range(0, len(data), 16384):
                self.wfile.write(data[at : at + 16384])
                hub.resting.wait(hub.pause)
        except OSError:  # the client was killed, which is the point of some tests
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def serving(content: bytes) -> Iterator[Hub]:
    """A hub that runs while the context lasts."""
    hub = Hub(content)
    thread = threading.Thread(target=hub.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.resting.set()
        hub.shutdown()
        hub.server_close()
        thread.join()


def wheels(folder: Path, content: bytes, part_bytes: int) -> list[str]:
    """Put `content` into wheels part1, part2, …; returns the pins with their hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [content[at : at + part_bytes] for at in range(0, len(content), part_bytes)]
    return [wheel(folder, f"part{i}", {f"part{i}/data.bin": p}) for i, p in enumerate(parts, 1)]


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> str:
    """Write one wheel and return its pin."""
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
