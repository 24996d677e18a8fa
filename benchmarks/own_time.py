"""Processor time that the writing room itself takes for an article, a scripted model speaking.

python benchmarks/own_time.py --words 1200
"""

import argparse
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.answers import random_answer

from copydesk.brief import make_brief
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import load_form

WORDS = re.findall(r"[a-z]+", (Path(__file__).parents[1] / "docs" / "log.md").read_text())


def main() -> None:
    """Write one article and print the time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=1200)
    words = parser.parse_args().words
    drafting = Drafting(
        load_form("article"), make_brief("Bees in cities", length=words), Scripted(answer), seed=1
    )
    start = time.process_time()
    draft = drafting.run()
    seconds = time.process_time() - start
    requests = len(drafting.completions)
    print(
        f"{draft.length} words, {len(draft.parts)} sections, {requests} requests: {seconds:.2f} s"
    )


def answer(request: Request) -> Any:
    """Sentences of drawn words, as many as the prompt asks for."""
    rng = random.Random(f"{request.seed} {request.messages[-1].content}")
    if request.schema is not None:
        return random_answer(request.schema, rng)
    asked = re.findall(r"about (\d+) (?:more )?words", request.messages[-1].content)
    left, sentences = int(asked[-1]) if asked else 40, []
    while left > 0:
        size = rng.randint(8, 20)
        left -= size
        sentences.append(" ".join(rng.choices(WORDS, k=size)).capitalize() + ".")
    return " ".join(sentences)


if __name__ == "__main__":
    main()
