"""Rendering without a model: processor time, memory, growth, and what other programs make of it.

    python benchmarks/slides.py                       time, memory, growth, bare python-pptx
    python benchmarks/slides.py --pptxgen FOLDER      also pandoc and PptxGenJS on one Markdown file
    python benchmarks/slides.py --pptxgen FOLDER --keep DIR    and keep what each of them made

Every measurement is a process of its own, the median of `--runs`. `FOLDER` is where
`npm install pptxgenjs` was run; without it only pandoc stands beside.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.slides_beside import PPTXGEN, bare, markdown, recipe_of, seen

COUNTS = (50, 100, 200, 500)
MOST_SECONDS, MOST_MEGABYTES, MOST_RATIO = 1.5, 200, 1.5


def main() -> None:
    """Measure, and say which bars hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pptxgen", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for what each program made")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(WORKERS[options.worker[0]](*options.worker[1:])))
        return
    with tempfile.TemporaryDirectory(prefix="copydesk-slides-") as name:
        from benchmarks.every_intent import paint

        folder = Path(name)
        paint(folder / "roof.png")
        own_time(folder, options.runs)
        beside(folder, options)


def own_time(folder: Path, runs: int) -> None:
    """Time and memory of 50 slides, growth to 500, and python-pptx writing the same shapes."""
    rows = {n: median(["render", n, folder], runs) for n in COUNTS}
    heads = ("slides", "work s", "ms/slide", "process s", "peak MB", "python-pptx alone, work s")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    plain = {}
    for n, row in rows.items():
        subprocess.run(command("recipe", n, folder), check=True, capture_output=True)
        plain[n] = median(["bare", n, folder], runs)
        work, other = row["work"], plain[n]["work"]
        cells = [f"{work:.2f}", f"{work / n * 1000:.1f}", f"{row['process']:.2f}"]
        print(f"| {n} | {' | '.join(cells)} | {row['peak']:.0f} | {other:.2f} |")
    first, last = rows[COUNTS[0]], rows[COUNTS[-1]]
    bar("50 slides, the whole process", first["process"], MOST_SECONDS, "s")
    bar("50 slides, peak memory", first["peak"], MOST_MEGABYTES, "MB")
    bar("a slide of 500 to a slide of 50", last["work"] / first["work"] / 10, 1.2, "times")
    bar("to python-pptx alone, 50 slides", first["work"] / plain[50]["work"], MOST_RATIO, "times")
    whole = first["process"] / plain[50]["process"]
    bar("the same, whole processes", whole, MOST_RATIO, "times")


def bar(what: str, measured: float, most: float, unit: str) -> None:
    """One line for one bar."""
    held = "holds" if measured <= most else "MISSED"
    print(f"{what}: {measured:.2f} {unit}, at most {most:g}: {held}")


def median(worker: list[object], runs: int) -> dict[str, float]:
    """The medians of what a worker says, each run in a process of its own."""
    said = []
    for _ in range(runs):
        done = subprocess.run(command(*worker), capture_output=True, text=True, check=True)
        said.append(json.loads(done.stdout))
    return {key: statistics.median(one[key] for one in said) for key in said[0]}


def command(*worker: object) -> list[str]:
    """This file as a worker."""
    return [sys.executable, __file__, "--worker", *(str(part) for part in worker)]


# Workers -----------------------------------------------------------------------------------------


def usage() -> dict[str, float]:
    """Processor seconds and peak memory of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"process": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}


def deck_of(count: int, folder: Path):
    """A deck of so many slides of all intents, no two titles alike."""
    from benchmarks.every_intent import every_intent

    deck = every_intent("en", folder)
    kinds = len(deck.slides)
    slides = (deck.slides[i % kinds] for i in range(count))
    numbered = (replace(s, title=f"{s.title}: {i}") for i, s in enumerate(slides))
    return replace(deck, slides=tuple(numbered))


def render_worker(count: str, folder: str) -> dict[str, float]:
    """Render on our default master."""
    from copydesk.slides.draw.render import render
    from copydesk.slides.master.master import open_master

    deck = deck_of(int(count), Path(folder))
    start = time.process_time()
    content = render(deck, open_master()).content
    seconds = time.process_time() - start
    (Path(folder) / f"own-{count}.pptx").write_bytes(content)
    return {"work": seconds, **usage()}


def bare_worker(count: str, folder: str) -> dict[str, float]:
    """The same shapes by python-pptx alone; the list of shapes is read from a file."""
    recipe = json.loads((Path(folder) / f"own-{count}.json").read_text())
    start = time.process_time()
    bare(Path(folder) / "template.pptx", recipe, Path(folder) / f"bare-{count}.pptx")
    return {"work": time.process_time() - start, **usage()}


def recipe_worker(count: str, folder: str) -> dict[str, float]:
    """Write down the template, and the shapes of a deck that was rendered."""
    from copydesk.slides.master.master import open_master

    own = Path(folder) / f"own-{count}.pptx"
    (Path(folder) / f"own-{count}.json").write_text(json.dumps(recipe_of(own, Path(folder))))
    (Path(folder) / "template.pptx").write_bytes(open_master().content)
    return {}


def markdown_worker(source: str, target: str) -> dict[str, float]:
    """Render a Markdown file."""
    from copydesk.slides.draw.render import render
    from copydesk.slides.files.markdown_deck import deck_from_markdown
    from copydesk.slides.master.master import open_master

    path = Path(source)
    deck = deck_from_markdown(path.read_text(), path.name, path.parent)
    Path(target).write_bytes(render(deck, open_master(), split=True).content)
    return usage()


WORKERS: dict[str, Callable[..., dict[str, float]]] = {
    "render": render_worker,
    "bare": bare_worker,
    "recipe": recipe_worker,
    "markdown": markdown_worker,
}


# Beside others -----------------------------------------------------------------------------------


def beside(folder: Path, options: argparse.Namespace) -> None:
    """The same Markdown in other programs: seconds, and what is there at the end."""
    text, wanted = markdown(50)
    source = folder / "slides.md"
    source.write_text(text)
    script = folder / "pptxgen.js"
    script.write_text(PPTXGEN)
    own = [sys.executable, __file__, "--worker", "markdown"]
    programs: dict[str, list[object]] = {"copydesk": [*own, source, folder / "copydesk.pptx"]}
    if shutil.which("pandoc"):
        programs["pandoc"] = ["pandoc", "-t", "pptx", "--slide-level=2", source, "-o"]
        programs["pandoc"].append(folder / "pandoc.pptx")
    if options.pptxgen:
        modules = options.pptxgen.resolve() / "node_modules" / "pptxgenjs"
        programs["PptxGenJS"] = ["node", script, modules, source, folder / "PptxGenJS.pptx"]
    found = {"in the file": {"seconds": "", **{k: str(v) for k, v in wanted.items()}}}
    for name, command in programs.items():
        seconds = statistics.median(timed(command, folder) for _ in range(options.runs))
        found[name] = {"seconds": f"{seconds:.2f}", **seen(folder / f"{name}.pptx")}
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / f"{name}.pptx", options.keep)
    table(found)


def timed(command: list[object], folder: Path) -> float:
    """Processor seconds of a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(found: dict[str, dict[str, str]]) -> None:
    """A Markdown table, a column a program."""
    names = list(found)
    print(f"\n| | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for key in found["copydesk"]:
        print(f"| {key} | {' | '.join(found[name].get(key, '') for name in names)} |")


if __name__ == "__main__":
    main()
