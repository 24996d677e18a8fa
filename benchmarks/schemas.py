"""How many answers under the deck's and the writer's own schemas are valid, English and Chinese.

    python benchmarks/schemas.py --model smollm2-135m-instruct --answers 200
    python benchmarks/schemas.py --answers 200 --parallel 4

The requests are those that the rooms make: they are recorded from a scripted generator that answers
at random, then put to the real model with a seed each. An answer is good when it ended by itself,
parses, and keeps to its schema. No answer is drawn twice.
"""

import argparse
import json
import platform
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle, islice

from tests.support.answers import answering

from copydesk.brief import make_brief
from copydesk.errors import CopydeskError
from copydesk.generate.engines import open_generator
from copydesk.generate.protocol import Generator, Request, complete
from copydesk.generate.scripted import Scripted
from copydesk.generate.validate import validate
from copydesk.slides.author.make import make_deck
from copydesk.slides.master.master import open_master
from copydesk.writer.form import load_form
from copydesk.writer.plan import make_plan

BRIEFS = (
    ("en", "Why our town should plant flower strips for wild bees"),
    ("zh", "城市里的蜜蜂：为什么要种花带"),
    ("en", "Moving a museum's archive to the cloud: costs, risks, schedule"),
    ("zh", "公司食堂如何减少一半的食物浪费"),
)


def recorded() -> dict[str, list[Request]]:
    """Requests by room and language, as the rooms make them."""
    found: dict[str, list[Request]] = {}
    for number, (language, topic) in enumerate(BRIEFS):
        brief = make_brief(topic)
        scripted = Scripted(answering(number))
        make_deck(brief, scripted, open_master(), count=8, seed=number, draws=1)
        found.setdefault(f"deck {language}", []).extend(scripted.requests)
        scripted = Scripted(answering(number))
        for form in ("article", "story"):
            make_plan(load_form(form), brief, scripted, seed=number)
        found.setdefault(f"writer {language}", []).extend(scripted.requests)
    rng = random.Random(0)
    for requests in found.values():
        rng.shuffle(requests)
    return found


def drawn(answers: int) -> Iterator[tuple[str, Request]]:
    """As many requests, the rooms and languages in turn, each with a seed of its own."""
    pools = {name: cycle(requests) for name, requests in recorded().items()}
    for seed, name in enumerate(islice(cycle(pools), answers)):
        yield name, next(pools[name]).with_seed(seed)


def fault(generator: Generator, request: Request) -> tuple[str, int]:
    """What is wrong with the answer, "" if nothing; and its tokens."""
    assert request.schema is not None
    try:
        end = complete(generator, replace(request, n=1))[0]
    except CopydeskError as error:
        return error.message, 0
    if end.finish != "stop":
        return f"ended by {end.finish}", end.completion_tokens
    try:
        return validate(json.loads(end.text), request.schema), end.completion_tokens
    except ValueError as error:
        return f"no JSON: {error}", end.completion_tokens


def main() -> None:
    """Draw, check, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="")
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    generator = open_generator(options.model, threads=options.threads, parallel=options.parallel)
    wanted = list(drawn(options.answers))
    good: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    tokens, start = 0, time.monotonic()
    with ThreadPoolExecutor(options.parallel) as pool:
        checked = pool.map(lambda one: fault(generator, one[1]), wanted)
        for (name, request), (wrong, length) in zip(wanted, checked, strict=True):
            asked[name] += 1
            good[name] += not wrong
            tokens += length
            if wrong:
                print(f"{name}, seed {request.seed}: {wrong}", flush=True)
            if asked.total() % 20 == 0:
                print(f"so far {good.total()} of {asked.total()}, {tokens} tokens", flush=True)
    seconds = time.monotonic() - start
    generator.close()
    print(f"{platform.machine()}, {time.strftime('%Y-%m-%d')}, {generator.name}")
    for name in sorted(asked):
        print(f"  {name:10} {good[name]} of {asked[name]}")
    print(
        f"valid: {good.total()} of {asked.total()} (asked: all), {tokens} tokens, {seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
