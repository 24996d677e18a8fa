"""Tokens per second of the transformers engine with 1 row and with 32, against memory bandwidth.

    python benchmarks/gpu.py FOLDER_OR_GGUF... --rows 1 32 --tokens 256
    python benchmarks/gpu.py --tiny --device cpu --tokens 32

Needs torch, transformers and this checkout (PYTHONPATH=src); gguf as well for GGUF files, which are
unpacked to the dtype of the device. Every step reads all weights once and each row's keys and
values, so memory bandwidth sets a limit: it is measured with a large copy, and the share of the
limit is printed.
"""

import argparse
import gc
import json
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from copydesk.generate.hf.engine import Transformers
from copydesk.generate.protocol import Message, Request, Sampling

QUESTION = "Write four paragraphs about a harbour town in winter. "
PROSE = Sampling(temperature=0.8)


def bandwidth(device: Any, size: int) -> float:
    """Bytes per second, read and written together, of copying `size` bytes; the best of ten."""
    import torch

    source = torch.ones(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    best = float("inf")
    for _ in range(10):
        wait(device)
        start = time.perf_counter()
        target.copy_(source)
        wait(device)
        best = min(best, time.perf_counter() - start)
    return 2 * size / best


def wait(device: Any) -> None:
    """Until the device has done what it was given."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)


def speak(engine: Transformers, prompt: str, rows: int, tokens: int, seed: int) -> dict[str, float]:
    """One run: seconds until the prompt was read, seconds and tokens after that."""
    messages = (Message("user", prompt),)
    request = Request(messages, tokens, sampling=PROSE, seed=seed, n=rows, guard_loops=False)
    start = time.perf_counter()
    ends = [piece.end for piece in engine.stream(request) if piece.end]
    whole = time.perf_counter() - start
    assert sum(end.completion_tokens for end in ends) == rows * tokens, "a row ended early"
    read = max(end.prompt_seconds for end in ends)
    return {"read": read, "seconds": whole - read, "prompt": ends[0].prompt_tokens}


def step_bytes(engine: Transformers, rows: int, tokens: int) -> float:
    """Bytes that one step must read: weights, without the embedding that is only looked up, and
    keys and values of what is half the answer on average."""
    model = engine._loaded.model
    weights = sum(weight.nbytes for weight in model.parameters())
    lookup, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
    weights -= lookup.nbytes if lookup is not head else 0
    config = model.config.get_text_config()
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    per_token = 2 * config.num_hidden_layers * config.num_key_value_heads * size
    return weights + rows * tokens * per_token * lookup.element_size()


def measure(path: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """All runs on one model; the first of each number of rows warms up and does not count."""
    start = time.perf_counter()
    engine = Transformers(
        path,
        context=options.context,
        threads=options.threads,
        device=options.device,
        batch=max(options.rows),
        model_hash="not asked",
    )
    loading = time.perf_counter() - start
    # Nothing ends a row before its last token, so that every step has as many rows as the first.
    engine._loaded.vocabulary.ends = frozenset()
    device = engine._loaded.device
    rate = bandwidth(device, (4 << 30) if device.type == "cuda" else (256 << 20))
    prompt = QUESTION * options.prompt
    results = []
    for rows in options.rows:
        runs = [speak(engine, prompt, rows, options.tokens, at) for at in range(options.runs + 1)]
        seconds = statistics.median(run["seconds"] for run in runs[1:])
        held = runs[0]["prompt"] + options.tokens / 2
        limit = rows * rate / step_bytes(engine, rows, held)
        speed = rows * options.tokens / seconds
        results.append(
            {
                "model": path.name,
                "dtype": engine.info.dtype,
                "rows": rows,
                "tokens_per_second": round(speed, 2),
                "limit": round(limit, 2),
                "share_of_limit": round(speed / limit, 4),
                "prompt_tokens": runs[0]["prompt"],
                "prompt_tokens_per_second": round(runs[0]["prompt"] / runs[0]["read"], 1),
                "copy_gigabytes_per_second": round(rate / 1e9, 1),
                "loading_seconds": round(loading, 1),
                "peak_gigabytes": peak(device),
            }
        )
    engine.close()
    gc.collect()
    return results


def peak(device: Any) -> float | None:
    """The most memory of the GPU that was used so far, in gigabytes."""
    import torch

    return (
        round(torch.cuda.max_memory_allocated(device) / 1e9, 2) if device.type == "cuda" else None
    )


def machine(device: str) -> str:
    """What it is measured on."""
    import torch
    import transformers

    name = platform.processor() or platform.machine()
    if device != "cpu" and torch.cuda.is_available():
        name = torch.cuda.get_device_name()
    return f"{name}, torch {torch.__version__}, transformers {transformers.__version__}"


def tiny() -> Path:
    """A random model in a temporary folder, for a dry run."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.support.hf_folders import tiny_llama

    folder = Path(tempfile.mkdtemp()) / "tiny"
    return tiny_llama(folder)


def main() -> None:
    """Measure each model and print one line of JSON for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--tiny", action="store_true", help="a random model: a dry run")
    parser.add_argument("--rows", nargs="+", type=int, default=[1, 32])
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--prompt", type=int, default=4, help="how often the question is repeated")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--device", default="")
    options = parser.parse_args()
    print(f"# {machine(options.device)}")
    for path in [*options.models, *([tiny()] if options.tiny else [])]:
        for result in measure(path, options):
            print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
