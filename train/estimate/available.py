"""How much memory there is for a run: the GPU's, or the machine's within its container."""

from dataclasses import dataclass
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60  # version 1 writes a number near 2^63 for no limit


@dataclass(frozen=True)
class Memory:
    """Bytes free and in all, and whose: "memory" or "memory of the GPU"."""

    free: int
    total: int
    name: str = "memory"


def available_memory() -> Memory:
    """What is free now where a run would compute."""
    import torch  # noqa: PLC0415 - asked only before a training that imports it anyway

    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        return Memory(free, total, "memory of the GPU")
    return machine_memory()


def machine_memory(
    meminfo: Path = Path("/proc/meminfo"),
    root: Path = _CGROUP,
    own: Path = Path("/proc/self/cgroup"),
) -> Memory:
    """The machine's memory, or what its control groups leave of it."""
    machine = _meminfo(meminfo) or _asked()
    limits = [machine, *_groups(root, own)]
    return Memory(min(m.free for m in limits), min(m.total for m in limits))


def _meminfo(path: Path) -> Memory | None:
    try:
        lines = dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)
        free, total = (int(lines[key].split()[0]) * 1024 for key in ("MemAvailable", "MemTotal"))
    except (OSError, ValueError, KeyError, IndexError):
        return None
    return Memory(free, total)


def _asked() -> Memory:
    """Where there is no /proc: psutil, which accelerate brings along."""
    import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    found = psutil.virtual_memory()
    return Memory(found.available, found.total)


def _groups(root: Path, own: Path) -> list[Memory]:
    """What each control group around this process allows; a limit may stand at any level."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        lines = []
    two = [line[3:].lstrip("/") for line in lines if line.startswith("0::")]
    one = [line.split(":", 2)[2].lstrip("/") for line in lines if ":memory:" in line]
    folders = [(root, _TWO), (root / "memory", _ONE)]
    folders += [(root / part, _TWO) for path in two for part in _above(path)]
    folders += [(root / "memory" / part, _ONE) for path in one for part in _above(path)]
    return [found for folder, names in folders if (found := _group(folder, names))]


# Files with limit and use, and the line of memory.stat that can be had back at once.
_TWO = ("memory.max", "memory.current", "inactive_file")
_ONE = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def _above(path: str) -> list[Path]:
    return [Path(path), *list(Path(path).parents)[:-1]] if path else []


def _group(folder: Path, names: tuple[str, str, str]) -> Memory | None:
    try:
        limit = int((folder / names[0]).read_text())  # "max" is no number, and no limit
        used = int((folder / names[1]).read_text())
    except (OSError, ValueError):
        return None
    if limit >= _UNLIMITED:
        return None
    return Memory(max(0, limit - max(0, used - _cached(folder, names[2]))), limit)


def _cached(folder: Path, name: str) -> int:
    try:
        lines = (folder / "memory.stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.split()[:1] == [name])
    except (OSError, ValueError, IndexError, StopIteration):
        return 0
