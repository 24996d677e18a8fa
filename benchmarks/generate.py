"""What generating costs: against bare llama.cpp, transformers, the memory bus, and in samples.

    python benchmarks/generate.py --model smollm2-135m-instruct
    python benchmarks/generate.py --pairs 3 --tokens 48 --only bare schema samples prefix

What is compared runs in turn on one loaded model; medians and ratios. Measure on an idle machine.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from copydesk.generate import schema as shape
from copydesk.generate.catalogue import resolve
from copydesk.generate.llamacpp.engine import LlamaCpp
from copydesk.generate.llamacpp.voice import request_body
from copydesk.generate.protocol import Generator, Message, Request, complete
from copydesk.generate.steer import Cue

QUESTION = "Write four paragraphs about a harbour town in winter."
SCHEMA = shape.record(
    title=shape.text(60, shortest=20),
    bullets=shape.array(shape.text(90, shortest=30), 4, 5),
    notes=shape.text(240, shortest=80),
)
Measure = Callable[[], float]


def ask(tokens: int, seed: int, **more: object) -> Request:
    """The same question, with room for `tokens`."""
    return Request((Message("user", QUESTION),), tokens, seed=seed, **more)


def in_turn(measures: dict[str, Measure], pairs: int) -> dict[str, list[float]]:
    """Run each in turn, in alternating order; the first round warms up and does not count."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(pairs + 1):
        order = list(measures.items())
        for name, measure in order if turn % 2 else order[::-1]:
            value = measure()
            if turn:
                found[name].append(value)
    return found


def report(found: dict[str, list[float]], unit: str, over: str, under: str, bar: str) -> None:
    """Medians, and the median of the ratios taken pair by pair."""
    for name, values in found.items():
        print(f"  {name:12} {statistics.median(values):8.2f} {unit}")
    ratios = [a / b for a, b in zip(found[over], found[under], strict=True)]
    print(f"  {over} / {under}: {statistics.median(ratios):.3f} (asked: {bar})", flush=True)


def bare(engine: LlamaCpp, tokens: int, seed: int) -> float:
    """Tokens per second of xllamacpp alone: no guard, no token ids, no completion."""
    asked = ask(tokens, seed)
    ids = engine._tokenized(asked.messages).ids
    body = request_body(Cue(ids, tokens, asked.sampling, seed))
    for ours in ("n_probs", "post_sampling_probs", "timings_per_token"):
        del body[ours]
    answers: list[dict] = []
    start = time.perf_counter()
    engine._ready().complete(body, lambda answer: answers.append(answer) or False)
    taken = time.perf_counter() - start
    timings = answers[-1]["timings"]
    return timings["predicted_n"] / (taken - timings["prompt_ms"] / 1000)


def spoken(engine: Generator, request: Request) -> float:
    """Tokens per second through `stream`, by the clock on this side, without the prompt."""
    start = time.perf_counter()
    end = complete(engine, request)[0]
    taken = time.perf_counter() - start - end.prompt_seconds
    return end.completion_tokens / taken


def against_bare(engine: LlamaCpp, pairs: int, tokens: int) -> None:
    """The wrapper: token ids, guard, completions."""
    print("wrapper, one answer")
    found = in_turn(
        {
            "bare": lambda: bare(engine, tokens, 7),
            "copydesk": lambda: spoken(engine, ask(tokens, 7)),
        },
        pairs,
    )
    report(found, "tokens/s", "copydesk", "bare", "≥ 0.95")


def against_bus(engine: LlamaCpp, tokens: int, weights: int) -> None:
    """Every token reads all weights once: what share of the memory bus is that?"""
    import numpy as np

    size = 1 << 28
    source, target = np.ones(size, np.uint8), np.empty(size, np.uint8)
    parts = np.array_split(np.arange(size), engine.threads)

    def copy(first: int, last: int) -> None:
        np.copyto(target[first : last + 1], source[first : last + 1])

    def bandwidth() -> float:
        workers = [threading.Thread(target=copy, args=(p[0], p[-1])) for p in parts]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return 2 * size / (time.perf_counter() - start)  # read once, written once

    bus = max(bandwidth() for _ in range(8))
    rate = statistics.median(bare(engine, tokens, seed) for seed in range(3))
    print("memory")
    print(f"  bus, by copying {bus / 1e9:.1f} GB/s with {engine.threads} threads")
    print(f"  weights read    {rate * weights / 1e9:.1f} GB/s at {rate:.1f} tokens/s")
    print(f"  ratio to the limit: {rate * weights / bus:.2f}", flush=True)


def against_transformers(engine: LlamaCpp, model: str, pairs: int, tokens: int) -> None:
    """The same weights, dequantised by transformers, with as many threads."""
    from copydesk.generate.hf.engine import Transformers

    other = Transformers(resolve(model).path, threads=engine.threads, context=1024)
    print(f"engines, one answer (transformers in {other.info.dtype})")
    seeds = iter(range(1000))
    found = in_turn(
        {
            "llama.cpp": lambda: spoken(engine, ask(tokens, next(seeds))),
            "transformers": lambda: spoken(other, ask(tokens, next(seeds))),
        },
        pairs,
    )
    report(found, "tokens/s", "llama.cpp", "transformers", "≥ 4")
    other.close()


def under_schema(engine: LlamaCpp, pairs: int, tokens: int) -> None:
    """A grammar masks every token: what does it cost?"""
    print("schema, one answer")
    seeds = iter(range(1000))
    found = in_turn(
        {
            "free": lambda: spoken(engine, ask(tokens, next(seeds))),
            "schema": lambda: spoken(engine, ask(tokens, next(seeds), schema=SCHEMA)),
        },
        pairs,
    )
    report(found, "tokens/s", "schema", "free", "≥ 0.92")


def samples(engine: LlamaCpp, pairs: int, tokens: int) -> None:
    """Eight answers to one prompt, against one: saying them alone, and with reading the prompt."""
    plan = "\n".join(f"{i}. A section about matter {i} of the harbour." for i in range(40))
    long = (Message("user", f"{plan}\n\n{QUESTION}"),)

    def seconds(n: int, messages: tuple[Message, ...], fresh: bool) -> float:
        request = Request(messages, tokens, seed=3, n=n, guard_loops=False, fresh=fresh)
        start = time.perf_counter()
        ends = complete(engine, request)
        taken = time.perf_counter() - start
        reading = sum(end.prompt_seconds for end in ends)
        said = sum(end.completion_tokens for end in ends)
        return reading + (taken - reading) * n * tokens / said  # as if none had ended early

    for what, messages, fresh in (
        ("a prompt that is in memory", ask(tokens, 0).messages, False),
        (f"a prompt of {engine.count(long)} tokens, read anew", long, True),
    ):
        print(f"samples, {what}")
        measures = {
            "one": lambda m=messages, f=fresh: seconds(1, m, f),
            "eight": lambda m=messages, f=fresh: seconds(8, m, f),
        }
        report(in_turn(measures, pairs), "seconds", "eight", "one", "≤ 5.33")


def prefix(engine: LlamaCpp) -> None:
    """Sections of one document: tokens of the shared beginning that are read again."""
    plan = "The plan of the article.\n" + "\n".join(
        f"{i}. A section about matter {i}." for i in range(30)
    )
    ends = []
    for section in ("Write section 4.", "Write section 5."):
        messages = (Message("system", "You write."), Message("user", f"{plan}\n\n{section}"))
        ends.append(complete(engine, Request(messages, 24))[0])
    shared = _common([engine._tokenized(e).ids for e in (_sections(plan, 4), _sections(plan, 5))])
    again = max(0, shared - ends[1].cached_tokens)
    print("second section of a document")
    print(f"  prompt {ends[1].prompt_tokens} tokens, shared beginning {shared}")
    print(f"  from the cache {ends[1].cached_tokens}; read again of what is shared: {again}")
    print("  (asked: 0)", flush=True)


def _sections(plan: str, number: int) -> tuple[Message, ...]:
    return (
        Message("system", "You write."),
        Message("user", f"{plan}\n\nWrite section {number}."),
    )


def _common(prompts: list[list[int]]) -> int:
    same = 0
    for one, other in zip(*prompts, strict=False):
        if one != other:
            break
        same += 1
    return same


def peak_memory(model: str) -> None:
    """The most memory that one `copydesk write` takes, beside the size of the weights."""
    code = (
        "import sys; from pathlib import Path; from copydesk.cli.main import _guarded, cli\n"
        "_guarded(lambda: cli(sys.argv[1:], standalone_mode=False))\n"
        "status = Path('/proc/self/status').read_text()\n"  # ru_maxrss is the parent's, if larger
        "print(int(status.split('VmHWM:')[1].split()[0]) * 1024, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "write", "article", QUESTION, "--words", "60"]
    command += ["--model", model] if model else []
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak = int(done.stderr.split()[-1])
    weights = resolve(model).path.stat().st_size
    extra = (peak - weights) / 1e6
    print(f"memory of one `copydesk write`\n  peak {peak / 1e6:.0f} MB", end="")
    print(f", weights {weights / 1e6:.0f} MB, difference {extra:.0f} MB (asked: ≤ 400)")


def start_time(repeats: int = 15) -> None:
    """`copydesk --help` against a process that only imports click."""
    script = Path(sys.executable).with_name("copydesk")
    commands = {
        "import click": [sys.executable, "-c", "import click"],
        "copydesk --help": [str(script), "--help"],
    }
    print("start")
    medians = {}
    for name, command in commands.items():
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            times.append(time.perf_counter() - start)
        medians[name] = statistics.median(times)
        print(f"  {name:16} {medians[name] * 1000:.0f} ms (median of {repeats})")
    print(f"  ratio {medians['copydesk --help'] / medians['import click']:.2f} (asked: ≤ 3)")


ALL = ("bare", "bus", "schema", "samples", "prefix", "transformers", "memory", "start")


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=96)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--only", nargs="*", choices=ALL, default=ALL)
    options = parser.parse_args()
    pairs, tokens, only = options.pairs, options.tokens, set(options.only)
    file = resolve(options.model)
    engine = LlamaCpp(
        file.path, name=file.name, threads=options.threads, parallel=8, context=file.context
    )
    print(f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    print(f"{engine.name}, {engine.threads} threads, {tokens} tokens, {pairs} pairs", flush=True)
    parts: dict[str, Callable[[], None]] = {
        "bare": lambda: against_bare(engine, pairs, tokens),
        "bus": lambda: against_bus(engine, tokens, file.path.stat().st_size),
        "schema": lambda: under_schema(engine, pairs, tokens),
        "samples": lambda: samples(engine, pairs, tokens),
        "prefix": lambda: prefix(engine),
        "transformers": lambda: against_transformers(engine, options.model, pairs, tokens),
    }
    for name, part in parts.items():
        if name in only:
            part()
    engine.close()
    if "memory" in only:
        peak_memory(options.model)
    if "start" in only:
        start_time()


if __name__ == "__main__":
    main()
