"""How many threads a model gets on this machine, now.

llama.cpp's threads wait for one another in spinning loops. When one of them shares its core with
another program, all of them wait: on two cores under foreign load, two threads were measured at
0.7 tokens per second and one thread at 18.9. So only cores that are idle now are counted.
"""

import math
import os
from pathlib import Path

from copydesk.errors import UsageProblem

_CGROUP = Path("/sys/fs/cgroup")
_CPU = Path("/sys/devices/system/cpu")


def choose_threads(asked: int | None = None) -> int:
    """The number of threads: `asked`, else COPYDESK_THREADS, else the physical cores idle now.

    Raises:
        UsageProblem: COPYDESK_THREADS or `asked` is not a number of at least 1.
    """
    wanted = asked if asked is not None else os.environ.get("COPYDESK_THREADS", "").strip()
    if wanted == "":
        every = range(os.cpu_count() or 1)
        return threads_for(
            cores=physical_cores(_own_cpus()),
            machine_cores=physical_cores(set(every)),
            quota=cpu_quota(),
            load=foreign_load(),
        )
    if not str(wanted).isascii() or not str(wanted).isdigit() or int(wanted) < 1:
        raise UsageProblem(
            f"{wanted!r} is not a number of threads.",
            "give 1 or more in --threads or COPYDESK_THREADS",
        )
    return int(wanted)


def threads_for(cores: int, machine_cores: int, quota: float, load: float) -> int:
    """Threads that will not have to share a core.

    Args:
        cores: physical cores that this process may run on.
        machine_cores: physical cores of the whole machine.
        quota: cores' worth of time that a container grants; infinite without a container.
        load: cores that other programs keep busy, machine-wide.
    """
    idle = machine_cores - math.floor(load + 0.5)
    return max(1, min(cores, idle, math.floor(min(quota, cores))))


def physical_cores(cpus: set[int], root: Path = _CPU) -> int:
    """How many physical cores lie behind these logical ones; all of them where nobody says."""
    cores = set()
    for cpu in cpus:
        try:
            cores.add((root / f"cpu{cpu}/topology/thread_siblings_list").read_text())
        except OSError:  # not Linux, or a sandbox without /sys
            cores.add(f"{cpu}")
    return max(1, len(cores))


def _own_cpus() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def cpu_quota(root: Path = _CGROUP, own: Path = Path("/proc/self/cgroup")) -> float:
    """Cores' worth of processor time that the control groups grant; infinite without a limit."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        lines = []
    # Version 2 has one line, "0::/path"; a limit may stand at any level above.
    paths = [line[3:].lstrip("/") for line in lines if line.startswith("0::")]
    folders = [root, *(root / part for path in paths for part in _above(path))]
    return min(*(_quota_v2(folder) for folder in folders), _quota_v1(root / "cpu"))


def _above(path: str) -> list[Path]:
    return [] if not path else [Path(path), *list(Path(path).parents)[:-1]]


def _quota_v2(folder: Path) -> float:
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return math.inf if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return math.inf


def _quota_v1(folder: Path) -> float:
    try:
        quota = int((folder / "cpu.cfs_quota_us").read_text())
        period = int((folder / "cpu.cfs_period_us").read_text())
        return quota / period if quota > 0 else math.inf
    except (OSError, ValueError, ZeroDivisionError):
        return math.inf


def foreign_load(loadavg: Path = Path("/proc/loadavg")) -> float:
    """Cores that others keep busy: the last minute's average or this instant, whichever is more.

    The average is late to notice a program that has just started, the instant misses one that
    pauses. 0 where the system does not say.
    """
    try:
        minute, _, _, running, _ = loadavg.read_text().split()
        now = int(running.split("/")[0]) - 1  # this process runs too
        return max(float(minute), now, 0.0)
    except (OSError, ValueError):
        pass
    try:
        return os.getloadavg()[0]
    except (OSError, AttributeError):  # Windows has none
        return 0.0
