"""Writes tensors into a GGUF file one after the other, each converted piece by piece."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from copydesk.errors import MissingTool, ModelProblem, OutputProblem
from copydesk.generate.sources import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from copydesk.generate.export.tensors import Floats, Tensor

Kind = Literal["f16", "q8_0"]
Stored = Literal["f32", "f16", "q8_0"]

_PIECE = 8_000_000  # numbers converted at once: 32 MB
_BLOCK = 32  # numbers that share a scale in Q8_0
_BLOCK_BYTES = 34  # 32 numbers of one byte and a scale of two


@dataclass(frozen=True)
class Planned:
    """One tensor of the file to be.

    `read` gives rows start to stop as float32 of shape (rows, width); it is asked for all rows at
    once if `whole`.
    """

    name: str
    shape: tuple[int, ...]
    stored: Stored
    read: "Callable[[int, int], Floats]"
    whole: bool = False

    @property
    def rows(self) -> int:
        """How many rows; a vector is one."""
        return self.shape[0] if len(self.shape) > 1 else 1

    @property
    def layout(self) -> tuple[int, ...]:
        """The shape of the array that is stored: of bytes, where numbers share a scale."""
        if self.stored != "q8_0":
            return self.shape
        return (*self.shape[:-1], self.shape[-1] // _BLOCK * _BLOCK_BYTES)

    @property
    def number(self) -> Any:
        """The numpy type of that array."""
        import numpy as np  # noqa: PLC0415 - only when a model is exported

        return np.dtype({"f32": np.float32, "f16": np.float16, "q8_0": np.uint8}[self.stored])

    @property
    def bytes(self) -> int:
        """Its size in the file."""
        size: int = self.number.itemsize
        for length in self.layout:
            size *= length
        return size


def storage(shape: tuple[int, ...], kind: Kind) -> Stored:
    """How a tensor is stored in a file of that kind: vectors whole, odd rows in 16 bits."""
    if len(shape) == 1:
        return "f32"
    return "f16" if kind == "q8_0" and shape[-1] % _BLOCK else kind


def new_writer(architecture: str) -> Any:
    """A `gguf.GGUFWriter` for `write`.

    Raises:
        MissingTool: the package gguf is not installed.
    """
    try:
        import gguf  # noqa: PLC0415 - only when a model is exported
    except ImportError:
        raise MissingTool("Exporting needs the package gguf.", "pip install gguf") from None
    return gguf.GGUFWriter(None, architecture)


def write(path: Path, writer: Any, tensors: Iterable[Planned], progress: Progress) -> None:
    """Write header and tensors, and wait until they are on the disk.

    Args:
        path: a file that is not there yet.
        writer: a `gguf.GGUFWriter` that holds the key-value pairs already.
        tensors: in the order in which they are to stand in the file.
        progress: told bytes done and in all.

    Raises:
        ModelProblem: the weights cannot be read, or are not numbers.
        OutputProblem: the disk is full.
    """
    planned = list(tensors)
    total, done = sum(tensor.bytes for tensor in planned), 0
    try:
        for tensor in planned:
            _announce(writer, tensor)
        writer.write_header_to_file(path)
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for tensor in planned:
            progress(done, total, "writing")
            writer.write_tensor_data(convert(tensor))
            done += tensor.bytes
        progress(total, total, "writing")
        writer.flush()
    except OSError as error:
        # Where numpy notices first, its words are of no use to anybody.
        reason = error.strerror or "no space left on device"
        raise OutputProblem(
            f"{path.parent} could not be written to: {reason}.",
            "make room there, or choose another place with -o",
        ) from None
    finally:
        writer.close()


def convert(planned: Planned) -> "NDArray[Any]":
    """The tensor as it is stored; of what it is made of, no more than a piece is held.

    Raises:
        ModelProblem: it cannot be read, or a weight is not a number.
    """
    import numpy as np  # noqa: PLC0415

    step = planned.rows if planned.whole else max(1, _PIECE // planned.shape[-1])
    out: NDArray[Any] = np.empty(planned.layout, planned.number)
    rows = out.reshape(planned.rows, -1)
    for start in range(0, planned.rows, step):
        stop = min(start + step, planned.rows)
        rows[start:stop] = _encode(planned.stored, planned.read(start, stop))
    return out


def checked(source: "Tensor", start: int, stop: int) -> "Floats":
    """Rows as float32, of which every number is finite and fits into float16.

    Raises:
        ModelProblem: one is not, or does not.
    """
    import numpy as np  # noqa: PLC0415

    rows = source.read(start, stop)
    largest = np.abs(rows).max(initial=0)
    if not largest <= np.finfo(np.float16).max:
        raise ModelProblem(
            f"A weight in {source.path} is {largest}, and 16 bits do not hold that.",
            "the training that made this model has probably failed",
        )
    return rows


def _encode(stored: Stored, rows: "Floats") -> "NDArray[Any]":
    import gguf  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    if stored == "q8_0":
        quantised: NDArray[Any] = gguf.quants.quantize(rows, gguf.GGMLQuantizationType.Q8_0)
        return quantised
    return rows.astype(np.float16, copy=False) if stored == "f16" else rows


def _announce(writer: Any, planned: Planned) -> None:
    import gguf  # noqa: PLC0415

    quantised = gguf.GGMLQuantizationType.Q8_0 if planned.stored == "q8_0" else None
    writer.add_tensor_info(
        planned.name, planned.layout, planned.number, planned.bytes, raw_dtype=quantised
    )
