"""What our wrapper costs: speed against the bare engine, first text, memory, start of the command.

    python benchmarks/generate.py --pairs 5
    python benchmarks/generate.py --model smollm2-135m-instruct --tokens 256

Bare and wrapped runs alternate on one loaded model, same prompt, same seed; medians and ratios.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from copydesk.generate.engines import open_generator
from copydesk.generate.llamacpp.engine import LlamaCpp, _body
from copydesk.generate.protocol import Message, Request

QUESTION = "Write four paragraphs about a harbour town in winter."


def bare(engine: LlamaCpp, request: Request) -> tuple[float, float, int]:
    """Seconds to the first text, tokens per second after it, tokens: xllamacpp alone."""
    heard: list[float] = []

    def on_answer(answer: dict) -> bool:
        if answer["choices"][0]["text"]:
            heard.append(time.perf_counter())
        return False

    body = _body(engine.prompt(request), request)
    start = time.perf_counter()
    engine._server.handle_completions(body, on_answer)
    return heard[0] - start, (len(heard) - 1) / (heard[-1] - heard[0]), len(heard)


def wrapped(engine: LlamaCpp, request: Request) -> tuple[float, float, int]:
    """The same, through `stream`."""
    start = time.perf_counter()
    heard = [time.perf_counter() for piece in engine.stream(request) if piece.text]
    return heard[0] - start, (len(heard) - 1) / (heard[-1] - heard[0]), len(heard)


def compare(engine: LlamaCpp, pairs: int, tokens: int) -> None:
    """Alternate the two; the first pair warms up and does not count."""
    runs: dict[Callable[..., tuple[float, float, int]], list[tuple[float, float, int]]]
    runs = {bare: [], wrapped: []}
    for index in range(pairs + 1):
        request = Request((Message("user", QUESTION),), max_tokens=tokens, seed=index)
        for way in (bare, wrapped) if index % 2 else (wrapped, bare):
            result = way(engine, request)
            if index:
                runs[way].append(result)
    for way, results in runs.items():
        first, rate = (statistics.median(r[i] for r in results) for i in (0, 1))
        print(f"{way.__name__:8} first text {first * 1000:5.0f} ms, {rate:6.2f} tokens/s")
    ratios = [w[1] / b[1] for w, b in zip(runs[wrapped], runs[bare], strict=True)]
    print(f"wrapped/bare, median of {pairs} pairs: {statistics.median(ratios):.3f}")


def peak_memory(model: str) -> None:
    """The most memory that one `copydesk write` takes, beside the size of the weights."""
    code = (
        "import resource, sys; from copydesk.cli.main import _guarded, cli\n"
        "_guarded(lambda: cli(sys.argv[1:], standalone_mode=False))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "write", "article", QUESTION, "--words", "60"]
    command += ["--model", model] if model else []
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak = int(done.stderr.split()[-1])
    from copydesk.generate.catalogue import resolve

    weights = resolve(model).path.stat().st_size
    extra = (peak - weights) / 1e6
    print(f"peak {peak / 1e6:.0f} MB, weights {weights / 1e6:.0f} MB, difference {extra:.0f} MB")


def start_time(repeats: int = 15) -> None:
    """`copydesk --help` against a process that only imports click."""
    script = Path(sys.executable).with_name("copydesk")
    commands = {
        "import click": [sys.executable, "-c", "import click"],
        "copydesk --help": [str(script), "--help"],
    }
    medians = {}
    for name, command in commands.items():
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            times.append(time.perf_counter() - start)
        medians[name] = statistics.median(times)
        print(f"{name}: {medians[name] * 1000:.0f} ms (median of {repeats})")
    print(f"ratio {medians['copydesk --help'] / medians['import click']:.2f}")


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=96)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    engine = open_generator(options.model, threads=options.threads)
    assert isinstance(engine, LlamaCpp)
    print(f"{engine.name}, {engine.threads} threads, {options.tokens} tokens")
    compare(engine, options.pairs, options.tokens)
    engine.close()
    peak_memory(options.model)
    start_time()


if __name__ == "__main__":
    main()
