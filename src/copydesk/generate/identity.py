"""The sha256 of a model's weights, so that a text can say which model wrote it.

Hashing a gigabyte takes seconds, so what was found is kept in the cache beside the size and time of
the file that it was found for.
"""

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from copydesk.config import cache_folder
from copydesk.errors import ModelProblem, OutputProblem
from copydesk.files import write_atomic

_STORE = "hashes.json"
_MOST_KEPT = 200
_COUNTS = (".safetensors", "config.json", "tokenizer.json", "adapter_config.json")


def weights_hash(path: Path) -> str:
    """The sha256 of a weights file; of a folder, that of its weights', settings' and tokenizer's.

    Raises:
        ModelProblem: it cannot be read.
    """
    try:
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.is_file() and p.name.endswith(_COUNTS))
            lines = "".join(f"{_remembered(file)}  {file.name}\n" for file in files)
            return hashlib.sha256(lines.encode()).hexdigest()
        return _remembered(path)
    except OSError as error:
        raise ModelProblem(f"{path} cannot be read: {error.strerror}.") from None


def _remembered(path: Path) -> str:
    status = path.stat()
    key = f"{path.resolve()}\n{status.st_size}\n{status.st_mtime_ns}"
    known = _read()
    if key not in known:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        # Read again: another process may have added its own. The last one wins, and losing a hash
        # costs no more than reading that file once more.
        known = dict([*_read().items(), (key, digest)][-_MOST_KEPT:])
        with suppress(OutputProblem, OSError):  # the cache is a convenience
            cache_folder().mkdir(parents=True, exist_ok=True)
            write_atomic(cache_folder() / _STORE, json.dumps(known, indent=1).encode())
    return known[key]


def _read() -> dict[str, str]:
    try:
        known = json.loads((cache_folder() / _STORE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {k: v for k, v in known.items() if isinstance(k, str) and isinstance(v, str)}
