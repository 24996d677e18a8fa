"""What reading PDFs costs, against pypdfium2 that only takes the text out.

python benchmarks/reading.py ../shared/data/pdf_questions/pdfs/*.pdf
python benchmarks/reading.py --pages 1000        # a synthetic report; memory in a fresh process

Each file is read several times by each way in turn, in one process: the text alone
(`get_text_range` of each page); our reading; our reading into a library that is open, with its
index; and into a new one, made and closed for it. The table has the medians in milliseconds of
processor time and of wall time, and their ratios to the text alone. With --pages, the highest
memory of a process that reads a report of so many pages into a library, and the time for a
quarter, half and all of it.
"""

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

import pypdfium2
from tests.documents.drawn import column, grid, text, write

from copydesk.documents.pdf import read_pdf
from copydesk.documents.reading import How
from copydesk.library.store import Library, open_library

HOW = How(ocr=False)
WORDS = re.findall(r"[a-z]+", (Path(__file__).parents[1] / "docs" / "log.md").read_text())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(alone(options.alone)))
        return
    if options.files:
        compared(options.files, options.times)
    if options.pages:
        linear(options.pages)


def bare(path: Path) -> None:
    """The text of each page, and nothing else."""
    opened = pypdfium2.PdfDocument(path.read_bytes())
    for page in opened:
        text_page = page.get_textpage()
        text_page.get_text_range()
        text_page.close()
        page.close()
    opened.close()


def ours(path: Path) -> None:
    """Passages with their places."""
    read_pdf(path, path.read_bytes(), HOW)


def into(library: Library) -> Callable[[Path], None]:
    """Passages, kept and made ready for search, in a library that is open."""

    def shelved(path: Path) -> None:
        library.add(path, HOW)

    return shelved


def indexed(path: Path) -> None:
    """Passages, kept and made ready for search, in a library that is thrown away."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_library(Path(folder) / "l.sqlite3") as library,
    ):
        library.add(path, HOW)


def compared(files: list[Path], times: int) -> None:
    """A line a file: the medians, and their ratios, of processor time and of wall time."""
    heads = "".join(f"{head:>8}" for head in ("text", "read", "+index", "+new"))
    print(f"{'file':32} {'pages':>5} {'':>4}{heads}   ratios")
    totals: dict[str, list[float]] = {"cpu": [0.0] * 4, "wall": [0.0] * 4}
    for path in files:
        taken: dict[str, list[list[float]]] = {clock: [[], [], [], []] for clock in totals}
        with (
            tempfile.TemporaryDirectory() as folder,
            open_library(Path(folder) / "l.sqlite3") as library,
        ):
            for _ in range(times):
                for entry in library.entries():
                    library.remove(entry)
                for at, way in enumerate((bare, ours, into(library), indexed)):
                    for clock, seconds in timed(way, path).items():
                        taken[clock][at].append(seconds * 1000)
        pages = len(pypdfium2.PdfDocument(path))
        for clock, ways in taken.items():
            middles = [median(way) for way in ways]
            totals[clock] = [a + b for a, b in zip(totals[clock], middles, strict=True)]
            said(path.name[:32] if clock == "cpu" else "", pages, clock, middles)
    for clock, middles in totals.items():
        said("all" if clock == "cpu" else "", 0, clock, middles)


def timed(way: Callable[[Path], None], path: Path) -> dict[str, float]:
    """Seconds of this process's threads, and of the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    way(path)
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


def said(name: str, pages: int, clock: str, middles: list[float]) -> None:
    """One line of the table."""
    alone, *others = middles
    shown = f"{pages or '':>5}" if name else " " * 5
    times = "".join(f"{middle:8.1f}" for middle in middles)
    ratios = " ".join(f"{other / alone:5.2f}" for other in others)
    print(f"{name:32} {shown} {clock:>4}{times} {ratios}")


def linear(pages: int) -> None:
    """Time and memory of parts of a report, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for count in (pages // 4, pages // 2, pages):
            path = report(Path(folder) / f"{count}.pdf", count)
            done = subprocess.run(
                [sys.executable, __file__, "--alone", str(path)],
                capture_output=True,
                text=True,
                check=True,
            )
            found = json.loads(done.stdout)
            each, text_alone = (found[key] / count * 1000 for key in ("seconds", "bare"))
            print(
                f"{count:6} pages: {found['seconds']:6.2f} s, {each:.2f} ms a page (text alone "
                f"{text_alone:.2f} ms), highest memory {found['memory']:.0f} MB, "
                f"{found['passages']} passages"
            )


def alone(path: Path) -> dict[str, float]:
    """Read a file into a new library; the highest memory of this process so far, in MB."""
    start = time.process_time()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_library(Path(folder) / "l.sqlite3") as library,
    ):
        entry = library.add(path, HOW).entry
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    bare(path)
    alone = time.process_time() - start
    return {
        "seconds": seconds,
        "memory": memory,
        "passages": entry.passages,
        "bare": alone,
    }


def report(path: Path, pages: int) -> Path:
    """A report: headings, two columns, a table on every fifth page, a running header, numbers."""
    rng = random.Random(pages)
    drawn = []
    for number in range(1, pages + 1):
        parts = [text(72, 805, "The Town's Report", 8), text(290, 30, str(number), 8)]
        parts.append(text(60, 760, f"{number}. {sentence(rng, 4)}", 14, "F2"))
        top = 730
        if number % 5 == 0:
            rows = [["Town", "Hives", "Growth"]]
            rows += [
                [rng.choice(WORDS).title(), str(rng.randint(100, 999)), f"{rng.randint(1, 99)}%"]
                for _ in range(6)
            ]
            parts.append(grid((60, 200, 300), 730, rows))
            top = 620
        for x in (60, 310):
            said = " ".join(f"{sentence(rng, rng.randint(8, 30))}." for _ in range(40))
            parts.append(column(x, top, textwrap.wrap(said, 46)[: (top - 60) // 12]))
        drawn.append("\n".join(parts))
    return write(path, drawn)


def sentence(rng: random.Random, count: int) -> str:
    """Words, the first one with a capital."""
    return " ".join(rng.choices(WORDS, k=count)).capitalize()


if __name__ == "__main__":
    main()
