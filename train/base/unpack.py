"""A GGUF file becomes a folder that can be trained: once, whole, under one lock.

What is trained is what llama.cpp runs, block for block: an adapter that was learnt on the original
weights would be put on other ones afterwards. Halves (float16) hold what the blocks spell to one
part in 2000, far below the step between two values of a quantised block.
"""

# ruff: noqa: PLC0415 - torch and transformers are imported when a file is unpacked

import errno
import json
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

from copydesk.config import cache_folder
from copydesk.errors import OutputProblem
from copydesk.files import make_folder, try_lock
from copydesk.generate.gguf import read_gguf
from copydesk.generate.sources import Progress

ORIGIN = "origin.json"  # what the folder was made of, for whoever finds it through an adapter
_WAIT = 0.5  # seconds between two tries at the lock


def unpack(path: Path, origin: Mapping[str, str], progress: Progress) -> Path:
    """The folder of a GGUF file's weights, in the cache; made first if it is not there.

    Args:
        path: the file.
        origin: name, file, sha256 and licence; kept in the folder as origin.json.
        progress: told when it begins.

    Raises:
        ModelProblem: the file is damaged, or holds what transformers does not know.
        OutputProblem: the cache cannot be written, or has no room.
    """
    place = cache_folder() / "trainable"
    folder = place / origin["sha256"][:16]
    if (folder / ORIGIN).is_file():
        return folder
    make_folder(place)
    with _alone(place / f".{folder.name}.lock", progress):
        if not (folder / ORIGIN).is_file():  # another process may have made it meanwhile
            _check_space(path, place)
            progress(0, 0, "unpacking the weights")
            _make(path, folder, origin)
    return folder


def _make(path: Path, folder: Path, origin: Mapping[str, str]) -> None:
    """Write everything under another name, and give it the right one when it is whole."""
    from copydesk.generate.hf.loading import quietly, read_tokenizer, told
    from copydesk.generate.hf.source import find_source

    partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    source = find_source(path)
    try:
        partial.mkdir(parents=True)
        # The bar that is drawn while a GGUF file is unpacked has no switch.
        with redirect_stderr(StringIO()), quietly(), told(path):
            tokenizer = read_tokenizer(source)
            model = _dequantised(path)
        with _room(folder), quietly():
            _save(model, partial)
            tokenizer.save_pretrained(partial)
            (partial / ORIGIN).write_text(json.dumps(dict(origin), indent=1), encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)  # half of one, from before there were locks
            partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _dequantised(path: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    return AutoModelForCausalLM.from_pretrained(
        str(path.parent),
        gguf_file=path.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float16,
        local_files_only=True,
        trust_remote_code=False,
    )


def _save(model: Any, folder: Path) -> None:
    """As `save_pretrained` would, which refuses what came out of a GGUF file."""
    import torch
    from safetensors.torch import save_file

    config = model.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    weights = {name: weight.contiguous() for name, weight in model.state_dict().items()}
    head, words = "lm_head.weight", model.get_input_embeddings().weight
    if head in weights and torch.equal(weights[head], words):
        # The file holds one matrix for both; untied, training would pull them apart.
        config.tie_word_embeddings = True
        del weights[head]
    config.architectures, config.dtype = [type(model).__name__], torch.float16
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)


def _check_space(path: Path, place: Path) -> None:
    need, free = 2 * read_gguf(path).parameters, shutil.disk_usage(place).free
    if need > free:
        raise OutputProblem(
            f"Unpacked for training, {path.name} needs {need / 1e9:.1f} GB in {place}, "
            f"where {free / 1e9:.1f} GB are free.",
            "free some space, or set COPYDESK_HOME to a folder on a larger disk",
        )


@contextmanager
def _alone(path: Path, progress: Progress) -> Iterator[None]:
    """Hold a lock that ends with the process, however that ends."""
    try:
        stream = path.open("a+b")
    except OSError as error:
        raise OutputProblem(
            f"{path.parent} cannot be written: {error.strerror}.",
            "set COPYDESK_HOME to a folder that you may write to",
        ) from None
    with stream:
        while not try_lock(stream):
            progress(0, 0, "waiting for another copydesk that unpacks it")
            time.sleep(_WAIT)
        yield


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Turn the disk's errors into ours; safetensors wraps them in its own."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, SafetensorError) as error:
        full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
        why = "the disk became full" if full else " ".join(str(error).split())[:200]
        raise OutputProblem(
            f"The weights could not be unpacked to {folder}: {why}.",
            "free some space, or set COPYDESK_HOME to a folder on a larger disk",
        ) from None
