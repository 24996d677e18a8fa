"""Does every seed give a deck that can be sent? Makes decks, validates, renders and reviews them.

    python benchmarks/decks.py --model smollm2-135m-instruct --seeds 100 --slides 7 --draws 1
    python benchmarks/decks.py --seeds 10 --keep decks/

Needs LibreOffice, poppler and the Open XML validator. Prints a line per deck and the totals.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from copydesk.brief import make_brief
from copydesk.errors import CopydeskError
from copydesk.generate.engines import open_generator
from copydesk.generate.protocol import Completion, Generator
from copydesk.slides.author.make import make_deck
from copydesk.slides.draw.render import render
from copydesk.slides.master.master import open_master
from copydesk.slides.review.review import review

BRIEFS = (
    "Why our city should plant flower strips for wild bees, for the town council",
    "Quarterly report: sales rose from 120 to 180 units, returns fell from 14 to 9",
    "A four-day week for a software company of 60 people",
    "How to choose a first bicycle, for parents",
    "Moving a newspaper's archive to the cloud: costs, risks, schedule",
    "公司食堂如何减少一半的食物浪费",
    "给新员工的信息安全入门",
    "Teaching children to read with picture books",
    "社区图书馆延长开放时间的提案",
    "Launch plan for a bread subscription in a small town",
)


def make(
    generator: Generator, seed: int, slides: int, draws: int, folder: Path
) -> tuple[str, float, int]:
    """One deck: what was wrong with it (empty if nothing), seconds, tokens."""
    start = time.monotonic()
    completions: list[Completion] = []
    path = folder / f"deck-{seed:03}.pptx"
    brief = make_brief(BRIEFS[seed % len(BRIEFS)])
    master = open_master()
    try:
        deck = make_deck(
            brief,
            generator,
            master,
            count=slides,
            seed=seed,
            on_done=completions.append,
            draws=draws,
        )
        path.write_bytes(render(deck, master).content)
    except CopydeskError as error:
        return error.message, time.monotonic() - start, 0
    seconds = time.monotonic() - start
    faults = validator_errors(path) + [
        f"{f.place}: {f.message}" for f in review(path, rendered=True)
    ]
    if len(deck.slides) != slides:
        faults.append(f"{len(deck.slides)} slides instead of {slides}")
    return "; ".join(faults), seconds, sum(c.completion_tokens for c in completions)


def validator_errors(path: Path) -> list[str]:
    """What the Open XML SDK says against the file."""
    done = subprocess.run(
        ["ooxml-validator", str(path)], capture_output=True, text=True, check=False
    )
    answer = json.loads(done.stdout)
    errors = answer.get("errors", answer) if isinstance(answer, dict) else answer
    return [str(error)[:200] for error in errors]


def main() -> None:
    """Parse, make, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--slides", type=int, default=12)
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    generator = open_generator(options.model, threads=options.threads)
    good = 0
    for seed in range(options.first, options.first + options.seeds):
        fault, seconds, tokens = make(generator, seed, options.slides, options.draws, folder)
        good += not fault
        print(f"seed {seed}: {fault or 'good'} ({seconds:.0f} s, {tokens} tokens)", flush=True)
    generator.close()
    print(f"{generator.name}: {good} of {options.seeds} decks of {options.slides} slides are good")


if __name__ == "__main__":
    main()
