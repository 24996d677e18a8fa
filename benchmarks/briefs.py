"""Does every brief become a deck? A hundred of them, English and Chinese, with the default model.

    python benchmarks/briefs.py --out briefs/
    python benchmarks/briefs.py --out briefs/ --only en --most 10 --rendered
    python benchmarks/briefs.py --out briefs/ --summary

Takes an hour or two on two cores; what is done is not done again, so it may be stopped any time.
A line of `results.jsonl` a brief: slides made, seconds, those in the model, what the validator
(where it is installed) and the review of the file say, with --rendered that of its pages too. Each
brief may bring a source (Markdown) or data (CSV), which are written beside the decks.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from copydesk.errors import CopydeskError
from copydesk.generate.engines import open_generator
from copydesk.generate.protocol import Completion, Generator, Piece, Request
from copydesk.generate.wrapped import Wrapped
from copydesk.slides.author.finish import finish
from copydesk.slides.author.intake import Given, take
from copydesk.slides.author.make import Maker
from copydesk.slides.master.master import open_master
from copydesk.slides.review.review import review

BRIEFS = Path(__file__).with_name("briefs.jsonl")


@dataclass
class Timed(Wrapped):
    """A generator whose time is taken; everything else is outside the model."""

    seconds: float = 0.0
    tokens: int = 0
    answers: int = 0

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        """The model's pieces; the clock runs while it speaks."""
        start = time.monotonic()
        for piece in self.inner.stream(request, cancel):
            self.seconds += time.monotonic() - start
            if piece.end:
                self.heard(piece.end)
            yield piece
            start = time.monotonic()
        self.seconds += time.monotonic() - start

    def heard(self, end: Completion) -> None:
        """Count what was said."""
        self.tokens += end.completion_tokens
        self.answers += 1

    def close(self) -> None:
        """Close the model."""
        self.inner.close()


def make(brief: dict[str, Any], generator: Generator, folder: Path, options: Any) -> dict[str, Any]:
    """One deck, and what is to be said of it."""
    timed, start = Timed(generator), time.monotonic()
    row: dict[str, Any] = {"id": brief["id"], "wanted": brief["slides"]}
    path = folder / f"{brief['id']}.pptx"
    try:
        given = Given(
            brief["brief"],
            brief["language"],
            brief.get("audience", ""),
            tuple(sources(brief, folder)),
        )
        taken = take(given)
        maker = Maker(
            taken.brief,
            timed,
            open_master(options.template or None),
            brief["slides"],
            taken.material,
            options.seed,
        )
        finished = finish(maker, name=path.name)
    except CopydeskError as error:
        return {**row, "error": error.message, "seconds": round(time.monotonic() - start, 2)}
    seconds = time.monotonic() - start
    path.write_bytes(finished.content)
    kinds = Counter(slide.intent for slide in finished.deck.slides)
    return {
        **row,
        "slides": len(finished.deck.slides),
        "kinds": dict(kinds),
        "seconds": round(seconds, 2),
        "model": round(timed.seconds, 2),
        "tokens": timed.tokens,
        "answers": timed.answers,
        "told": dict(Counter(finding.code for finding in finished.findings)),
        "validator": validator_errors(path),
        "review": [f"{f.place}: {f.code}" for f in review(path, rendered=options.rendered)],
    }


def sources(brief: dict[str, Any], folder: Path) -> Iterator[str]:
    """The brief's own source and data, as files."""
    for key, ending in (("source", "md"), ("data", "csv")):
        if key in brief:
            path = folder / f"{brief['id']}.{ending}"
            path.write_text(brief[key], encoding="utf-8")
            yield str(path)


def validator_errors(path: Path) -> list[str] | None:
    """What the Open XML SDK says against the file; None where it is not installed."""
    if shutil.which("ooxml-validator") is None:
        return None
    command = ["ooxml-validator", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    errors = answer.get("errors", answer) if isinstance(answer, dict) else answer
    return [str(error)[:200] for error in errors]


def summary(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The figures that the docs give."""
    good = [row for row in rows if "error" not in row]
    exact = sum(row["slides"] == row["wanted"] for row in good)
    yield f"{len(good)} of {len(rows)} briefs became a deck, {exact} with the slides asked for"
    if not good:
        return
    checked = [row for row in good if row["validator"] is not None]
    clean = sum(not row["validator"] for row in checked)
    yield f"validator: {clean} of {len(checked)} without an error"
    found = Counter(place.rpartition(": ")[2] for row in good for place in row["review"])
    yield f"review: {dict(found) or 'nothing found'}"
    told = Counter(code for row in good for code, n in row["told"].items() for _ in range(n))
    yield f"told while making: {dict(told)}"
    kinds = Counter(kind for row in good for kind, n in row["kinds"].items() for _ in range(n))
    yield f"kinds: {dict(kinds.most_common())}"
    slides = [row["seconds"] / row["slides"] for row in good]
    outside = 1 - sum(row["model"] for row in good) / sum(row["seconds"] for row in good)
    asked = sum(row["answers"] for row in good) / sum(row["slides"] for row in good)
    yield f"{asked:.2f} answers a slide, agenda and sections included"
    yield f"median {statistics.median(slides):.1f} s a slide, {outside:.1%} outside the model"
    for row in rows:
        if "error" in row:
            yield f"{row['id']}: {row['error']}"


def main() -> None:
    """Parse, make what is not there yet, sum up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--template", default="")
    parser.add_argument("--only", default="", help="ids that begin so")
    parser.add_argument("--most", type=int, default=1000, help="briefs in this run")
    parser.add_argument("--every", type=int, default=1, help="every n-th brief only")
    parser.add_argument("--rendered", action="store_true")
    parser.add_argument("--summary", action="store_true", help="sum up what is there")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    results = options.out / "results.jsonl"
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    rows = [json.loads(line) for line in lines]
    done = {row["id"] for row in rows}
    briefs = [json.loads(line) for line in BRIEFS.read_text(encoding="utf-8").splitlines()]
    chosen = [b for b in briefs[:: options.every] if b["id"].startswith(options.only)]
    left = [brief for brief in chosen if brief["id"] not in done][: options.most]
    if left and not options.summary:
        generator = open_generator(options.model, threads=options.threads)
        for brief in left:
            rows.append(make(brief, generator, options.out, options))
            with results.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
            print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
        generator.close()
    print("\n".join(summary(rows)))


if __name__ == "__main__":
    main()
