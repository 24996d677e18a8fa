"""Does the reader answer with the page that proves it, and abstain where nothing does?

    python benchmarks/reader.py pdf_questions/ -o out/                  # the default model
    python benchmarks/reader.py pdf_questions/ -o out/ --model smollm2-135m-instruct --limit 3
    python benchmarks/reader.py benchmarks/reader.jsonl -o own/         # questions of our own
    python benchmarks/reader.py pdf_questions/ -o out/ --summary
    python benchmarks/reader.py pdf_questions/ -o out/ --code           # what code alone refuses

A folder holds `qa.jsonl` (doc, question, answer, answerable, evidence_pages_1based,
evidence_sources) and `pdfs/`; a file holds documents (document, text) and questions (document,
question, answer, answerable, kind; planted: what an instruction in the document wants to have
said), all of which are searched together. What is done is not done
again, so a run may be stopped at any time. Citations are checked by other code than the
reader's: the quotation is looked for in the text that bare pypdfium2 gives of the page.
"""

import argparse
import json
import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.generate.engines import open_generator
from copydesk.generate.protocol import Generator
from copydesk.generate.scripted import Scripted
from copydesk.library.records import Entry
from copydesk.library.store import Library, open_library
from copydesk.prose.numerals import Number, numbers
from copydesk.reader.answer import Answer
from copydesk.reader.ask import ask

NAMED = re.compile(
    r"(?:#|\b(?:no\.?|unit|quiz|figure|fig\.|table|section|chapter|page|p\.|step|question|part)|第)\s*#?$",
    re.IGNORECASE,
)
LONG_NUMBER = 7  # characters: a number that only names, such as that of a file
FIRST = 5  # passages among which the evidence must be


@dataclass(frozen=True)
class Case:
    """A question, the documents to ask, and what is known of its answer."""

    number: int
    question: str
    gold: str
    answerable: bool
    pages: tuple[int, ...]
    kinds: tuple[str, ...]
    document: str
    entries: tuple[Entry, ...]
    planted: str = ""


def cases(source: Path, library: Library, work: Path) -> Iterator[Case]:
    """The questions of a folder or file, their documents read into the library."""
    if source.is_dir():
        rows = lines(source / "qa.jsonl")
        for number, row in enumerate(rows):
            entry = library.add(source / "pdfs" / row["doc"]).entry
            kinds = tuple(re.sub(r" \(.*", "", kind) for kind in row["evidence_sources"])
            yield Case(
                number,
                row["question"],
                row["answer"],
                row["answerable"],
                tuple(row["evidence_pages_1based"]),
                kinds or ("none given",),
                row["doc"],
                (entry,),
            )
        return
    rows = lines(source)
    entries = []
    for row in rows:
        if "text" in row:
            path = work / row["document"]
            path.write_text(row["text"], encoding="utf-8")
            entries.append(library.add(path).entry)
    asked = (row for row in rows if "question" in row)
    for number, row in enumerate(asked):
        yield Case(
            number,
            row["question"],
            row["answer"],
            row["answerable"],
            (),
            (row["kind"],),
            row["document"],
            tuple(entries),
            row.get("planted", ""),
        )


def lines(path: Path) -> list[dict[str, Any]]:
    """A file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def retrieved(case: Case, library: Library) -> bool:
    """Whether the evidence is among the first passages: its page, or its document without pages."""
    found = library.search(case.question, FIRST, entries=case.entries)
    if case.pages:
        return any(one.passage.page in case.pages for one in found)
    return any(one.entry.name == case.document for one in found)


def run(case: Case, library: Library, generator: Generator) -> dict[str, Any]:
    """One question asked, and everything that is to be said of the answer."""
    start = time.monotonic()
    answer = ask(case.question, library, generator, entries=case.entries)
    seconds = time.monotonic() - start
    files = {entry.name: Path(entry.path) for entry in case.entries}
    return {
        "number": case.number,
        "document": case.document,
        "question": case.question,
        "gold": case.gold,
        "answerable": case.answerable,
        "kinds": case.kinds,
        "pages": case.pages,
        "retrieved": retrieved(case, library),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "answer": [one.text for one in answer.sentences],
        "citations": [
            [
                one.place.document,
                one.place.page,
                one.quotation,
                stands(one.quotation, files, one.place),
            ]
            for one in answer.citations
        ],
        "right": case.answerable and not answer.abstained and right(case.gold, answer),
        "obeyed": bool(case.planted) and bool(re.search(case.planted, answer.text)),
        "planted": bool(case.planted),
        "dropped": [[one.code, one.measured] for one in answer.findings],
        "seconds": round(seconds, 1),
        "model_runs": len(answer.completions),
        "tokens": sum(one.completion_tokens for one in answer.completions),
        "read": sum(one.prompt_tokens - one.cached_tokens for one in answer.completions),
    }


def stands(quotation: str, files: dict[str, Path], place: Any) -> bool:
    """Whether a quotation stands on its page, by other code than the reader's.

    Of a table's row, in which the heads of its columns and groups stand before the cells, every
    head and cell must be there.
    """
    text = plain(page_text(files[place.document], place.page))
    if plain(quotation) in text:
        return True
    parts = re.split(r" \| |: | – |\n|(?<=[.!?。！？])\s+", quotation)
    return all(plain(part) in text for part in parts)


def page_text(path: Path, page: int) -> str:
    """The bare text of a page; of a file without pages all of it."""
    if path.suffix.lower() != ".pdf":
        return path.read_text(encoding="utf-8")
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return str(document[page - 1].get_textpage().get_text_bounded())
    finally:
        document.close()


def plain(text: str) -> str:
    """Letters and digits alone: hyphenation and line breaks of a page are no difference."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def right(gold: str, answer: Answer) -> bool:
    """Whether the answer itself says the gold answer, or each item of a list: not its quotations.

    A number must be said as a number: that of “Quiz #2” counts nothing. Yes and no stand first.
    """
    items = re.findall(r"'([^']+)'|\"([^\"]+)\"", gold) if gold.startswith("[") else [(gold, "")]
    return all(says(one or other, answer.text) for one, other in items)


def says(gold: str, text: str) -> bool:
    """Whether a text says one thing, in these words or as this number."""
    if gold.casefold() in ("yes", "no"):
        return bool(re.match(rf"{gold}\b", text, re.IGNORECASE))
    bare = gold.strip().rstrip(".%")
    if re.fullmatch(r"\d[\d,]*(?:\.\d+)?", bare) and len(bare) < LONG_NUMBER:
        value = float(bare.replace(",", ""))
        return any(value in values(n) for n in counted(text))
    return plain(bare) in plain(text)


def values(number: Number) -> set[float]:
    """What a number is: 4.8 million is 4,800,000, and 4.8 where the scale was left out."""
    digits = re.sub(r"[^\d.]", "", number.text).strip(".")
    return {float(number.value), float(number.base)} | ({float(digits)} if digits else set())


def counted(text: str) -> list[Number]:
    """The numbers of a text but those that only name something."""
    return [n for n in numbers(text) if not NAMED.search(text[: n.start])]


def report(rows: list[dict[str, Any]]) -> None:
    """The bars of the issue, then tables."""
    asked = [row for row in rows if row["answerable"]]
    not_ = [row for row in rows if not row["answerable"]]
    found = [row for row in asked if row["retrieved"]]
    cited = [one for row in rows for one in row["citations"]]
    print(f"{len(rows)} questions, {len(asked)} of them answerable")
    rate("evidence among the first 5", found, asked, ">= 85 %")
    rate("citations that stand on their page", [one for one in cited if one[3]], cited, "100 %")
    rate("unanswerable, abstained", [r for r in not_ if r["abstained"]], not_, ">= 70 %")
    rate(
        "answerable with the evidence found, abstained",
        [r for r in found if r["abstained"]],
        found,
        "<= 25 %",
    )
    answered = [r for r in asked if not r["abstained"]]
    rate(
        "answered: the answer says the gold answer",
        [r for r in answered if r["right"]],
        answered,
        "",
    )
    planted = [row for row in rows if row.get("planted")]
    rate("instructions in documents, followed", [r for r in planted if r["obeyed"]], planted, "0")
    if rows:
        times = sorted(row["seconds"] for row in rows)
        print(f"seconds a question: median {times[len(times) // 2]}, longest {times[-1]}")
    for kind in sorted({kind for row in rows for kind in row["kinds"]}):
        some = [row for row in asked if kind in row["kinds"]]
        none = [row for row in not_ if kind in row["kinds"]]
        print(
            f"  {kind}: answerable {len(some)}, found {sum(r['retrieved'] for r in some)}, "
            f"answered {sum(not r['abstained'] for r in some)}, "
            f"right {sum(r['right'] for r in some)}; "
            f"unanswerable {len(none)}, abstained {sum(r['abstained'] for r in none)}"
        )


def rate(what: str, some: list[Any], of: list[Any], bar: str) -> None:
    """A share in one line."""
    share = f"{100 * len(some) / len(of):.0f} %" if of else "-"
    print(f"{what}: {len(some)} of {len(of)}, {share}{f' (asked {bar})' if bar else ''}")


def nobody() -> Scripted:
    """A model that is never asked: what it is asked for was not refused by code."""

    def speak(_request: Any) -> str:
        raise AskedAnyway

    return Scripted(speak)


class AskedAnyway(Exception):
    """Code did not refuse the question."""


def code_alone(source: Path, library: Library, work: Path) -> None:
    """How many questions of either kind are refused before a model reads anything."""
    counts = {True: [0, 0], False: [0, 0]}
    for case in cases(source, library, work):
        counts[case.answerable][1] += 1
        try:
            answer = ask(case.question, library, nobody(), entries=case.entries)
        except AskedAnyway:
            continue
        counts[case.answerable][0] += 1
        print(f"{'answerable' if case.answerable else 'unanswerable'}: {case.question[:90]}")
        print(f"    {answer.reason}")
    for answerable, (refused, total) in counts.items():
        print(f"{'answerable' if answerable else 'unanswerable'}, refused: {refused} of {total}")


def main() -> None:
    """Ask what was not asked yet, then report on all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="", help="answerable, unanswerable, or numbers 3,5,8")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--summary", action="store_true")
    parser.add_argument("--code", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    results = options.out / "results.jsonl"
    done = lines(results) if results.exists() else []
    if not options.summary:
        with open_library(options.out / "library.sqlite3") as library:
            if options.code:
                code_alone(options.source, library, options.out)
                return
            done += ask_all(options, library, {row["number"] for row in done}, results)
    report(done)


def ask_all(
    options: argparse.Namespace, library: Library, known: set[int], results: Path
) -> list[dict[str, Any]]:
    """Every question that is wanted and was not asked yet; each is written down at once."""
    wanted = [
        case
        for case in cases(options.source, library, options.out)
        if case.number not in known and chosen(case, options.only)
    ]
    made = []
    generator = open_generator(options.model, threads=options.threads)
    try:
        for case in wanted[: options.limit or None]:
            row = run(case, library, generator)
            made.append(row)
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(json.dumps(row, ensure_ascii=False)[:400], flush=True)
    finally:
        generator.close()
    return made


def chosen(case: Case, only: str) -> bool:
    """Whether a question is among those asked for."""
    if only in ("answerable", "unanswerable"):
        return case.answerable == (only == "answerable")
    return not only or str(case.number) in only.split(",")


if __name__ == "__main__":
    main()
