"""Reads safetensors files piece by piece: never more than one piece of one tensor in memory.

The format: eight bytes with the length of a JSON header, the header, then the data. It is read
here rather than by the safetensors package because numpy has no bfloat16.
"""

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from copydesk.errors import ModelProblem
from copydesk.generate.json_file import read_object

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_WIDTHS = {"F32": 4, "F16": 2, "BF16": 2}
_LARGEST_HEADER = 100_000_000  # bytes: the limit that the format sets itself
_PICKLED = ("*.bin", "*.pt", "*.pth")


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies; `shape` as torch has it: rows first."""

    path: Path
    kind: str
    shape: tuple[int, ...]
    offset: int

    @property
    def rows(self) -> int:
        """How many rows; a vector is one."""
        return self.shape[0] if len(self.shape) > 1 else 1

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self.shape[-1]

    def read(self, start: int = 0, stop: int | None = None) -> "Floats":
        """Rows `start` to `stop` as float32, of shape (rows, width).

        Raises:
            ModelProblem: the file has become shorter, or cannot be read.
        """
        import numpy as np  # noqa: PLC0415 - only when weights are read

        rows = (self.rows if stop is None else stop) - start
        count, size = rows * self.width, _WIDTHS[self.kind]
        kind = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}[self.kind]
        try:
            raw = np.fromfile(
                self.path, kind, count, offset=self.offset + start * self.width * size
            )
        except OSError as error:
            raise ModelProblem(f"{self.path} cannot be read: {error}.", _AGAIN) from None
        if raw.size != count:
            raise _damaged(self.path, "it has become shorter")
        if self.kind == "BF16":
            # bfloat16 is the upper half of a float32.
            raw = (raw.astype("<u4") << 16).view("<f4")
        return raw.astype(np.float32, copy=False).reshape(rows, self.width)


def open_weights(folder: Path, stem: str = "model") -> dict[str, Tensor]:
    """Every tensor of `stem`.safetensors, or of the shards that its index names.

    Raises:
        ModelProblem: files are absent, pickled or damaged.
    """
    single, index = folder / f"{stem}.safetensors", folder / f"{stem}.safetensors.index.json"
    if single.is_file():
        return read_header(single)
    if index.is_file():
        return _sharded(folder, index)
    pickled = sorted(path.name for kind in _PICKLED for path in folder.glob(kind))
    if pickled:
        raise ModelProblem(
            f"The weights in {folder} are pickled ({pickled[0]}), and such a file can run code.",
            "save the model again as safetensors",
        )
    raise ModelProblem(f"There is no {single.name} in {folder}.", _AGAIN)


def read_header(path: Path) -> dict[str, Tensor]:
    """The tensors of one safetensors file.

    Raises:
        ModelProblem: the file is absent or damaged, or holds numbers of another kind.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else size
            if length > min(size - 8, _LARGEST_HEADER):
                raise _damaged(path, "its header does not fit into it")
            header = json.loads(stream.read(length).decode("utf-8"))
    except OSError as error:
        raise ModelProblem(f"{path} cannot be read: {error.strerror}.", _AGAIN) from None
    except (ValueError, RecursionError):
        raise _damaged(path, "its header is not JSON") from None
    if not isinstance(header, dict):
        raise _damaged(path, "its header is not a JSON object")
    begin = 8 + length
    return {
        name: _tensor(path, name, entry, begin, size)
        for name, entry in header.items()
        if name != "__metadata__"
    }


_AGAIN = "save the model again with transformers' save_pretrained"


def _sharded(folder: Path, index: Path) -> dict[str, Tensor]:
    weight_map = read_object(index).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise _damaged(index, "it has no weight_map")
    shards: dict[str, dict[str, Tensor]] = {}
    for shard in sorted({str(name) for name in weight_map.values()}):
        # A name that is a path could lead anywhere.
        if Path(shard).name != shard or not shard.endswith(".safetensors"):
            raise _damaged(index, f"it names the file {shard[:80]!r}")
        if not (folder / shard).is_file():
            raise ModelProblem(f"{folder} lacks {shard}, which {index.name} names.", _AGAIN)
        shards[shard] = read_header(folder / shard)
    absent = [name for name, shard in weight_map.items() if name not in shards[str(shard)]]
    if absent:
        raise _damaged(index, f"{absent[0][:80]!r} is not where it says")
    return {name: shards[str(shard)][name] for name, shard in weight_map.items()}


def _tensor(path: Path, name: str, entry: Any, begin: int, size: int) -> Tensor:
    if not isinstance(entry, dict):
        raise _damaged(path, f"its entry for {name[:80]!r} is not an object")
    kind, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not (_counts(shape) and _counts(offsets) and len(offsets) == 2):
        raise _damaged(path, f"its entry for {name[:80]!r} is out of shape")
    if kind not in _WIDTHS:
        raise ModelProblem(
            f"{name[:80]!r} in {path} is of the kind {str(kind)[:20]!r}, which is not read.",
            f"save the model again as one of {', '.join(_WIDTHS)}",
        )
    first, last = offsets
    if not shape or last - first != math.prod(shape) * _WIDTHS[kind] or begin + last > size:
        raise _damaged(path, f"{name[:80]!r} reaches beyond its place")
    return Tensor(path, kind, tuple(shape), begin + first)


def _counts(value: Any) -> TypeGuard[list[int]]:
    return (
        isinstance(value, list)
        and len(value) <= 8
        and all(isinstance(item, int) and 0 <= item < 2**48 for item in value)
    )


def _damaged(path: Path, why: str) -> ModelProblem:
    return ModelProblem(f"{path} is damaged: {why}.", "copy it again, or save the model again")
