"""Looks at the machine: what copydesk needs, what is good to have, and what to do about it."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from copydesk.config import cache_folder
from copydesk.errors import CopydeskError
from copydesk.generate.abilities import abilities
from copydesk.generate.catalogue import ModelFile, resolve
from copydesk.generate.download import is_ready
from copydesk.generate.gguf import read_gguf
from copydesk.generate.specs import Spec, read_spec
from copydesk.generate.threads import choose_threads

State = Literal["ok", "missing", "note"]

_PACKAGES = ("copydesk", "xllamacpp", "python-pptx", "python-docx", "jinja2", "pydantic", "rich")
_METRIC_COMPATIBLE = ("Arial", "Liberation Sans", "Arimo", "Helvetica Neue")
_WORKING_MEMORY = 600_000_000  # bytes beside the weights: context, Python, the deck in the making
_TOOL_SECONDS = 20


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what.
        state: "ok"; "missing": needed and not there; "note": optional and not there.
        detail: what was found.
        hint: what to do about it; "" when all is well.
    """

    name: str
    state: State
    detail: str
    hint: str = ""


def examine(spec: str = "") -> list[Check]:
    """Look at everything. Nothing is changed, fetched or loaded.

    Args:
        spec: the model to look for; empty: the default.
    """
    checks = [_python(), *(_package(name) for name in _PACKAGES), _engine()]
    checks += _model(spec)
    checks += [_threads(), _latin_font(), _chinese_font()]
    checks.append(_tool("LibreOffice", ("soffice", "libreoffice"), "deck previews and PDF"))
    checks.append(_tool("Tesseract", ("tesseract",), "reading pages that are pictures"))
    return checks


def _python() -> Check:
    return Check("Python", "ok", f"{platform.python_version()} at {sys.executable}")


def _package(name: str) -> Check:
    try:
        return Check(name, "ok", version(name))
    except PackageNotFoundError:
        return Check(name, "missing", "not installed", "pip install --force-reinstall copydesk")


def _engine() -> Check:
    """Load the engine in a process of its own: on an unfit processor it dies rather than raises."""
    code, _ = _run([sys.executable, "-P", "-c", "import xllamacpp"])
    if code == 0:
        return Check("engine", "ok", "llama.cpp loads")
    return Check(
        "engine",
        "missing",
        f"llama.cpp does not load on this processor and system (exit {code})",
        "use a model behind a server instead, or install xllamacpp from source",
    )


def _model(spec: str) -> list[Check]:
    try:
        wanted = read_spec(spec)
        if wanted.kind != "gguf":
            return [_elsewhere(wanted)]
        file = resolve(wanted.value)
    except CopydeskError as error:
        return [Check("model", "missing", error.message, error.hint)]
    size = file.model.bytes if file.model else 0
    if file.path.is_file():
        size = file.path.stat().st_size
    return [_model_file(file), _disk(file, size), _memory(size)]


def _elsewhere(wanted: Spec) -> Check:
    """A model that llama.cpp does not hold: a server must answer, a folder needs its engine.

    Raises:
        CopydeskError: the folder holds no model, or the address is none.
    """
    if wanted.kind == "server":
        from copydesk.generate.remote.engine import Remote  # noqa: PLC0415 - only for servers
        from copydesk.generate.remote.site import split_spec  # noqa: PLC0415

        server = Remote(*split_spec(wanted.value), timeout=_TOOL_SECONDS / 4, retries=0)
        context = server.context
        if server.server.facts.asked:
            return Check("model", "ok", f"{server.name} answers, {context:,} tokens")
        return Check("model", "missing", f"{server.name} does not answer", "start the server")
    transformers = next(a for a in abilities() if a.engine == "transformers")
    if not transformers.here:
        return Check("model", "missing", f"{wanted.value} needs transformers", transformers.hint)
    if wanted.kind == "folder":
        from copydesk.generate.hf.source import find_source  # noqa: PLC0415 - only for folders

        find_source(Path(wanted.value))
    return Check("model", "ok", f"{wanted.value}, with {transformers.version}")


def _model_file(file: ModelFile) -> Check:
    pull = f"copydesk models pull {file.spec}"
    if not file.path.is_file():
        return Check("model", "missing", f"{file.name} is not fetched yet", pull)
    try:
        read_gguf(file.path)
    except CopydeskError as error:
        return Check("model", "missing", error.message, pull)
    checked = "" if is_ready(file) else " (not checked yet: it will be at the first use)"
    return Check("model", "ok", f"{file.name} at {file.path}{checked}")


def _disk(file: ModelFile, size: int) -> Check:
    """Free space where models are kept; it is needed only as long as the model is not there."""
    folder = cache_folder()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{folder}, {_gigabytes(free)} free"
    if not os.access(existing, os.W_OK):
        hint = "set COPYDESK_HOME to a folder that you may write to"
        return Check(
            "cache", "note" if file.path.is_file() else "missing", f"{folder} is read-only", hint
        )
    if not file.path.is_file() and free < size:
        hint = f"{file.name} needs {_gigabytes(size)}: free some, or set COPYDESK_HOME"
        return Check("cache", "missing", detail, hint)
    return Check("cache", "ok", detail)


def _memory(size: int) -> Check:
    total, available = _memory_bytes()
    if not total:
        return Check("memory", "note", "this system does not say how much there is")
    detail = f"{_gigabytes(total)}, {_gigabytes(available)} available"
    need = size + _WORKING_MEMORY
    if total < need:
        return Check(
            "memory", "missing", detail, f"the model needs {_gigabytes(need)}: use a smaller one"
        )
    if available < need:
        return Check(
            "memory", "note", detail, f"the model needs {_gigabytes(need)}: close something"
        )
    return Check("memory", "ok", detail)


def _memory_bytes() -> tuple[int, int]:
    """Memory of the machine or container in bytes, and what of it can be had now; 0 if unknown."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows
        return 0, 0
    available = total
    for line in _lines(Path("/proc/meminfo")):
        if line.startswith("MemAvailable:"):
            available = int(line.split()[1]) * 1024
    for line in _lines(Path("/sys/fs/cgroup/memory.max")):
        if line.isdigit():
            total = min(total, int(line))
    return total, min(available, total)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _threads() -> Check:
    try:
        return Check(
            "threads", "ok", f"{choose_threads()} of {os.cpu_count()} processors, as loaded now"
        )
    except CopydeskError as error:
        return Check("threads", "missing", error.message, error.hint)


def _latin_font() -> Check:
    """Decks measure their text in Arial: a substitute of other widths breaks lines elsewhere."""
    found = _fonts(["fc-match", "-f", "%{family[0]}\n", "Arial"])
    if found is None:
        return _unlisted("font Arial")
    if found and found[0] in _METRIC_COMPATIBLE:
        return Check("font Arial", "ok", f"shown in {found[0]}")
    hint = "install Liberation Sans (fonts-liberation): previews then break lines as Arial does"
    return Check("font Arial", "note", f"replaced by {found[0] if found else 'nothing'}", hint)


def _chinese_font() -> Check:
    found = _fonts(["fc-list", "-f", "%{family[0]}\n", ":lang=zh"])
    if found is None:
        return _unlisted("Chinese font")
    if found:
        return Check("Chinese font", "ok", sorted(set(found))[0])
    return Check(
        "Chinese font",
        "note",
        "none",
        "for Chinese previews install Noto Sans CJK (fonts-noto-cjk)",
    )


def _fonts(command: list[str]) -> list[str] | None:
    """The lines that fontconfig answers; None where there is no fontconfig."""
    if shutil.which(command[0]) is None:
        return None
    _, lines = _run(command)
    return [line for line in lines if line.strip()]


def _unlisted(name: str) -> Check:
    """Windows and macOS come with both fonts, and elsewhere nothing renders without fontconfig."""
    if sys.platform in {"win32", "darwin"}:
        return Check(name, "ok", "comes with the system")
    return Check(name, "note", "cannot be told: no fontconfig", "install fontconfig")


def _tool(name: str, commands: tuple[str, ...], purpose: str) -> Check:
    look: Callable[[str], str | None] = shutil.which
    found = next((path for path in map(look, commands) if path), None)
    if found:
        return Check(name, "ok", found)
    return Check(name, "note", "not installed", f"optional, for {purpose}: install {name}")


def _run(command: list[str]) -> tuple[int, list[str]]:
    """Exit code and lines of a program's output; code 124 if it takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands
            command, capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 124, []
    return done.returncode, done.stdout.splitlines()


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
