"""Can a book grow long, and be killed? Two trials of `copydesk write novel`.

    python benchmarks/novel.py long --words 100000
    python benchmarks/novel.py killed --model smollm2-135m-instruct --chapters 12 --kills 20

`long` drafts a book with a scripted generator, which answers at once: what is measured is our own
work, its time by ten thousand words and its memory. `killed` writes a book with a real model in a
process that gets SIGKILL at random moments and is begun again each time; the folder that is left
is held against its ledger. Both end with exit code 1 when the book is not whole.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from copydesk.brief import make_brief
from copydesk.generate.engines import open_generator
from copydesk.generate.protocol import Generator
from copydesk.generate.scripted import Scripted
from copydesk.prose.units import count
from copydesk.writer.draft import Draft
from copydesk.writer.form import load_form
from copydesk.writer.novel.writing import NovelWriting
from copydesk.writer.run import RunFolder

ROOT = Path(__file__).resolve().parents[1]
TOPIC = "A lighthouse keeper finds a letter addressed to her dead brother"
STEP = 10_000  # words
SEED = 5


def silent(_text: str) -> None:
    """Nobody listens."""


def writing(
    generator: Generator,
    store: RunFolder,
    chapters: int,
    words: int,
    on_text: Callable[[str], None] = silent,
) -> NovelWriting:
    """A novel to be written into a run's folder."""
    brief, form = make_brief(TOPIC, length=words), load_form("novel")
    return NovelWriting(form, brief, generator, SEED, on_text, store=store, chapters=chapters)


def long(words: int, chapters: int, folder: Path) -> bool:
    """Draft a long book; prints a line for every ten thousand words."""
    sys.path.insert(0, str(ROOT))
    from tests.support.novelist import Novelist

    generator = Novelist()
    watch = Watch()
    with RunFolder(folder, {"seed": SEED}, resume=True) as store:
        draft = writing(generator, store, chapters, words, watch.hear).run()
    watch.tell()
    print(
        f"{draft.length:,} words in {len(draft.parts)} chapters, {generator.asked} requests, "
        f"longest prompt about {generator.longest:,} tokens"
    )
    return whole(draft, chapters)


class Watch:
    """Notes time and memory at every ten thousand words."""

    def __init__(self) -> None:
        self.words = 0
        self.marks = [(0, time.perf_counter(), resident())]

    def hear(self, text: str) -> None:
        """Some more text."""
        self.words += count(text, "en")
        if self.words >= len(self.marks) * STEP:
            self.marks.append((self.words, time.perf_counter(), resident()))

    def tell(self) -> None:
        """Print what was noted."""
        print("   words  seconds for 10,000  resident MB  grown by")
        for (before, began, size), (words, ended, after) in pairwise(self.marks):
            seconds = (ended - began) * STEP / (words - before)
            print(f"{words:8,}  {seconds:18.2f}  {after:11.1f}  {after - size:+8.1f}")


def resident() -> float:
    """Memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * 4096 / 1e6


def killed(model: str, chapters: int, words: int, kills: int, seed: int, folder: Path) -> bool:
    """Write a book in processes that are killed; prints a line for each kill."""
    order = [sys.executable, __file__, "write", "--model", model, "--folder", str(folder)]
    order += ["--chapters", str(chapters), "--words", str(words * chapters)]
    rng, done, began = random.Random(seed), 0, time.perf_counter()
    while True:
        process = subprocess.Popen(order)
        if done < kills and wait_to_kill(process, rng, folder):
            done += 1
            told = f"kill {done:2}: {pieces(folder):3} pieces"
            print(f"{told}, {time.perf_counter() - began:5.0f} s", flush=True)
            continue
        if process.wait() == 0:
            break
        return False
    print(f"killed {done} times, ended after {time.perf_counter() - began:.0f} s")
    # A generator that has no answers: everything is written already.
    with RunFolder(folder, {"seed": SEED}, resume=True) as store:
        draft = writing(Scripted([]), store, chapters, words * chapters).run()
    print(f"{draft.length:,} words in {len(draft.parts)} chapters")
    return done == kills and whole(draft, chapters)


def wait_to_kill(process: "subprocess.Popen[bytes]", rng: random.Random, folder: Path) -> bool:
    """Kill the process a little after it has kept some pieces; False if it ended before."""
    wanted = pieces(folder) + rng.randint(0, 3)
    while process.poll() is None and pieces(folder) < wanted:
        time.sleep(0.05)
    try:
        process.wait(rng.uniform(0, 6))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def pieces(folder: Path) -> int:
    """Files of the run so far."""
    return sum(1 for path in folder.glob("[a-z]*.*")) if folder.exists() else 0


def whole(draft: Draft, chapters: int) -> bool:
    """Whether the book holds every chapter of its ledger once, in order."""
    lost = [f"{f.place}: {f.message}" for f in draft.findings if f.code.startswith("chapter")]
    numbers = [part.heading.split(":")[0] for part in draft.parts]
    right = numbers == [f"Chapter {number}" for number in range(1, chapters + 1)] and not lost
    print("held against the ledger:", "whole" if right else f"NOT whole: {lost}")
    return right


def write(model: str, chapters: int, words: int, folder: Path) -> bool:
    """Go on with a book until it is done: the process that is killed."""
    with (
        closing(open_generator(model, threads=1)) as generator,
        RunFolder(folder, {"seed": SEED}, resume=True) as store,
    ):
        writing(generator, store, chapters, words).run()
    return True


def main() -> int:
    """Read the command line and run one trial."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("trial", choices=("long", "killed", "write"))
    parser.add_argument("--words", type=int, default=0, help="of the book; of a chapter if killed")
    parser.add_argument("--chapters", type=int, default=0)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--folder", type=Path, help="keep the run there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = asked.folder or Path(spare) / "run"
        if asked.trial == "long":
            right = long(asked.words or 100_000, asked.chapters or 30, folder)
        elif asked.trial == "write":
            right = write(asked.model, asked.chapters, asked.words, folder)
        else:
            right = killed(
                asked.model,
                asked.chapters or 12,
                asked.words or 250,
                asked.kills,
                asked.seed,
                folder,
            )
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
