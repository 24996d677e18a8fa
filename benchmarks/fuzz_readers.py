"""Whether anything makes a reader crash, hang or eat the memory: files spoiled at random.

    nice python benchmarks/fuzz_readers.py --minutes 10 --seed 1 -o cases/
    python benchmarks/fuzz_readers.py --replay cases/a.docx-1-4711

Small valid files of every kind (`tests/documents/fuzzing.py`) are spoiled by the byte, the part of
an archive, the node of XML, the object of a PDF, and each is read in a process of its own kind with
a bound on time and memory. Anything but a document, or a `DocumentProblem` that says what is wrong
and what to do, is a case: it is kept in `-o` with what happened. The same seed spoils the same way.
"""

import argparse
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.documents.fuzzing import check, samples, spoiled

from copydesk.documents.read import document_of
from copydesk.documents.reading import How
from copydesk.errors import DocumentProblem

SECONDS = 20  # a file may take; these are a few kilobytes
LARGEST = 800_000  # bytes of a file of one's own
MEMORY = 1 << 30  # bytes that reading may add to what the interpreter has


def read(name: str, content: bytes) -> str:
    """What comes of a file: "read", "refused", or a case."""
    try:
        check(document_of(Path(name), content, How(ocr=False)))
    except DocumentProblem as problem:
        whole = problem.message.endswith(".") and problem.hint and "\n" not in problem.message
        return "refused" if whole else f"an error without a hint: {problem.message}"
    except BaseException:  # noqa: BLE001 - whatever is raised is what this looks for
        return traceback.format_exc()
    return "read"


def work(pipe: Connection) -> None:
    """Read files until there are no more."""
    pages = Path("/proc/self/statm")
    used = int(pages.read_text().split()[0]) * resource.getpagesize() if pages.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # PDFium has a lot to say
    while (asked := pipe.recv()) is not None:
        pipe.send(read(*asked))


class Worker:
    """A process that reads, and is replaced when it dies or takes too long."""

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("fork")
        self.start()

    def start(self) -> None:
        """A new process."""
        self.pipe, other = self.context.Pipe()
        self.process = self.context.Process(target=work, args=(other,), daemon=True)
        self.process.start()
        other.close()

    def ask(self, name: str, content: bytes) -> str:
        """What comes of a file, within the bounds."""
        started = time.monotonic()
        self.pipe.send((name, content))
        try:
            if self.pipe.poll(SECONDS):
                return str(self.pipe.recv())
            what = f"not read after {time.monotonic() - started:.0f} s"
        except EOFError:
            self.process.join(5)
            what = f"the process died: {self.process.exitcode}"
        self.process.kill()
        self.process.join()
        self.start()
        return what


def fuzz(options: argparse.Namespace) -> int:
    """Spoil and read until the time is over; how many cases there were."""
    with tempfile.TemporaryDirectory() as folder:
        held = samples(Path(folder)) | (own(options.also) if options.also else {})
    held = {name: content for name, content in held.items() if name.endswith(options.only)}
    counts: dict[str, Counter[str]] = {name: Counter() for name in held}
    slowest = 0.0, ""
    worker = Worker()
    for name, content in list(held.items()):
        if (result := worker.ask(name, content)) != "read":
            print(f"{name} is left out: it is not even read whole ({result.strip()[-200:]})")
            del held[name]
    end = time.monotonic() + options.minutes * 60
    number = 0
    while time.monotonic() < end:
        number += 1
        name = sorted(held)[number % len(held)]
        content = spoiled(random.Random(f"{options.seed}:{number}"), name, held)
        started = time.monotonic()
        result = worker.ask(name, content)
        slowest = max(slowest, (time.monotonic() - started, f"{name}, number {number}"))
        counts[name][result if result in {"read", "refused"} else "cases"] += 1
        if result not in {"read", "refused"}:
            keep(options.output, f"{name}-{options.seed}-{number}", content, result)
    counts = by_kind(counts)
    print(f"{number:,} files in {options.minutes:g} minutes, seed {options.seed}")
    print(f"the slowest took {slowest[0]:.1f} s ({slowest[1]})")
    for name, found in counts.items():
        print(
            f"{name:8} "
            + ", ".join(f"{found[what]:,} {what}" for what in ("read", "refused", "cases"))
        )
    return sum(found["cases"] for found in counts.values())


def own(folder: Path) -> dict[str, bytes]:
    """The files of a folder that are small enough to be read thousands of times."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    small = [file for file in files if file.stat().st_size <= LARGEST]
    return {f"own{number}{file.suffix}": file.read_bytes() for number, file in enumerate(small)}


def by_kind(counts: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    """The counts of a user's own files together, by their ending."""
    whole: dict[str, Counter[str]] = {}
    for name, found in counts.items():
        key = f"own{Path(name).suffix}" if name.startswith("own") else name
        whole.setdefault(key, Counter()).update(found)
    return whole


def keep(folder: Path, name: str, content: bytes, result: str) -> None:
    """Write a case down."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    (folder / f"{name}.log").write_text(result)
    print(name, result.strip().splitlines()[-1], flush=True)


def main() -> int:
    """Fuzz, or read one case again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, default=Path("fuzz-cases"))
    parser.add_argument("--also", type=Path, help="a folder of files to spoil as well")
    parser.add_argument("--only", default="", help="an ending: files of this kind alone")
    parser.add_argument("--replay", type=Path, help="a case that was kept")
    options = parser.parse_args()
    if options.replay:
        print(read(options.replay.name.split("-")[0], options.replay.read_bytes()))
        return 0
    return min(fuzz(options), 1)


if __name__ == "__main__":
    sys.exit(main())
