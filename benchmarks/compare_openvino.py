"""What openvino-genai would gain as an engine: the same GGUF file in it and in bare llama.cpp.

    python -m venv ov && ov/bin/pip install openvino-genai xllamacpp
    ov/bin/python benchmarks/compare_openvino.py --model MODEL.gguf --threads 1 --repeats 3

Needs neither copydesk nor anything else. Each engine runs in a process of its own, and they take
turns; medians, and ratios to the first row within this run. Every process loads the model, says a
first token, reads a prompt that it has not seen, gives one answer and then eight to one prompt.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

CONTEXT = 4096
ANSWERS = 8
SHORT = "Write four paragraphs about a harbour town in winter.\n\nThe harbour"
LONG = "".join(f"In the year {1700 + i} the town {i} built a new ship. " for i in range(36))
ENGINES = ("llama.cpp", "repacked", "repacked 512", "openvino", "openvino cached", "batching")
PARTS = ("xllamacpp", "openvino-genai openvino openvino-tokenizers openvino-telemetry numpy")
FIGURES = {
    "first": "first token s",
    "prompt": "prompt tokens/s",
    "one": "one answer tokens/s",
    "eight": "eight answers tokens/s",
    "peak": "peak MB",
}

# Says a prompt's answers: prompt, tokens each, answers, what hears a piece → tokens of the prompt.
Say = Callable[[str, int, int, Callable[[], None]], int]


def llama_cpp(options: argparse.Namespace) -> Say:
    """Bare xllamacpp, with the parameters of copydesk's own engine but for the variant's."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(options.model)
    params.n_ctx, params.n_parallel, params.kv_unified = CONTEXT, ANSWERS, True
    params.n_ubatch = params.n_batch = 512 if "512" in options.engine else 128
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
    params.cache_ram_mib = 0
    params.no_extra_bufts = "repacked" not in options.engine
    params.warmup, params.verbosity, params.ui = False, -1, False
    server = xllamacpp.Server(params)

    def say(prompt: str, tokens: int, answers: int, heard: Callable[[], None]) -> int:
        body = {"prompt": prompt, "max_tokens": tokens, "n": answers, "seed": 1, "stream": True}
        body |= {"temperature": 0.8, "ignore_eos": True, "timings_per_token": True}
        read: list[int] = []

        def on_answer(answer: dict[str, Any]) -> bool:
            assert "choices" in answer, answer
            read.append(answer.get("timings", {}).get("prompt_n", 0))
            heard()
            return False

        server.handle_completions(body, on_answer)
        return max(read)

    return say


def openvino(options: argparse.Namespace) -> Say:
    """LLMPipeline as it comes, with a cache of compiled models, or the batching pipeline."""
    import openvino_genai as genai

    settings = {"INFERENCE_NUM_THREADS": options.threads}
    path = str(options.model)
    pipeline: Any
    if options.engine == "batching":
        schedule = genai.SchedulerConfig()
        schedule.enable_prefix_caching = True
        schedule.cache_size = 1
        pipeline = genai.ContinuousBatchingPipeline(path, schedule, "CPU", settings)
    elif options.engine == "openvino cached":
        pipeline = genai.LLMPipeline(path, "CPU", CACHE_DIR=str(options.cache), **settings)
    else:
        pipeline = genai.LLMPipeline(path, "CPU", **settings)
    reader = pipeline.get_tokenizer()

    def say(prompt: str, tokens: int, answers: int, heard: Callable[[], None]) -> int:
        config = genai.GenerationConfig(max_new_tokens=tokens, rng_seed=1, ignore_eos=True)
        config.do_sample, config.temperature = True, 0.8
        config.num_return_sequences, config.apply_chat_template = answers, False
        # Several answers to one prompt cannot be streamed.
        listener = partial(_go_on, heard) if answers == 1 else None
        pipeline.generate(prompt, config, listener)
        heard()
        return int(reader.encode(prompt).input_ids.shape[1])

    return say


def _go_on(heard: Callable[[], None], _text: str) -> bool:
    heard()
    return False


def measure(options: argparse.Namespace) -> dict[str, float]:
    """What one process finds out about one engine."""
    start = time.perf_counter()
    say = (openvino if options.engine in ENGINES[3:] else llama_cpp)(options)

    def timed(prompt: str, tokens: int, answers: int = 1) -> tuple[list[float], int]:
        began, heard = time.perf_counter(), []
        read = say(prompt, tokens, answers, lambda: heard.append(time.perf_counter()))
        return [moment - began for moment in heard], read

    timed("A", 1)
    result = {"first": time.perf_counter() - start}
    heard, result["length"] = timed(LONG, 1)
    result["prompt"] = result["length"] / heard[-1]
    heard, _ = timed(SHORT, options.tokens)
    result["one"] = (options.tokens - 1) / (heard[-1] - heard[0])
    heard, _ = timed(SHORT, options.tokens, ANSWERS)
    result["eight"] = ANSWERS * options.tokens / heard[-1]
    result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return result


def run(engine: str, options: argparse.Namespace, cache: Path) -> dict[str, float] | None:
    """Measure in a process of its own; None, and a word on why, if it fails."""
    # -P, or this file would be what openvino-genai imports as openvino.
    command = [sys.executable, "-P", __file__, "--engine", engine, "--cache", str(cache)]
    for name in ("model", "threads", "tokens"):
        command += [f"--{name}", str(getattr(options, name))]
    # Importing openvino reports to its makers, except in CI.
    environment = {**os.environ, "CI": "true"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        print(f"{engine} failed ({done.returncode}): {done.stderr.strip()[-300:]}", flush=True)
        return None
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def table(results: dict[str, list[dict[str, float]]]) -> None:
    """Medians, and in brackets how many times the first row's."""
    print("| | " + " | ".join(FIGURES.values()) + " |\n" + "|---" * (1 + len(FIGURES)) + "|")
    base: dict[str, float] = {}
    for engine, runs in results.items():
        found = {key: statistics.median(one[key] for one in runs) for key in FIGURES}
        base = base or found
        cells = (f"{found[key]:.4g} ({found[key] / base[key]:.2f})" for key in FIGURES)
        print(f"| {engine} | " + " | ".join(cells) + " |")


def installed(names: str) -> str:
    """Versions, and the size of their files."""
    found = [one for n in names.split() for one in importlib.metadata.distributions(name=n)]
    files = [file.locate() for one in found for file in one.files or ()]
    size = sum(Path(file).stat().st_size for file in files if Path(file).is_file())
    return ", ".join(f"{one.name} {one.version}" for one in found) + f": {size / 1e6:.0f} MB"


def main() -> None:
    """Parse and measure; with --engine, be one of the processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=96, help="of each answer")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.engine:
        print(json.dumps(measure(options)), flush=True)
        os._exit(0)  # neither library need be unloaded
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{time.strftime('%Y-%m-%d')}, load {os.getloadavg()[0]:.1f}", options.model.name)
    print(f"{options.threads} threads, {options.tokens} tokens, {options.repeats} repeats")
    print("\n".join(map(installed, PARTS)), flush=True)
    results: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        run("openvino cached", options, Path(folder))  # fills the cache, and does not count
        for turn in range(options.repeats):
            for engine in ENGINES[turn % 2 :] + ENGINES[: turn % 2]:
                if result := run(engine, options, Path(folder)):
                    results.setdefault(engine, []).append(result)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    table({engine: results[engine] for engine in ENGINES if engine in results})
    lengths = sorted({int(one["length"]) for runs in results.values() for one in runs})
    print(f"prompt {lengths} tokens; OpenVINO's cache {size / 1e6:.0f} MB on disk")


if __name__ == "__main__":
    main()
