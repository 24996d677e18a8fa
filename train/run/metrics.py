"""metrics.jsonl: a line for each step that was logged, appended safely, mended after a kill."""

import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from copydesk.errors import OutputProblem

NAME = "metrics.jsonl"
_LARGEST = 200_000_000  # bytes that are read; a million steps are fewer


class Metrics:
    """The file, open behind its last whole line.

    A run that is resumed goes on from its newest checkpoint, which may lie before the last step
    that was logged. So the first step that is logged anew takes the lines of later steps, and its
    own, out of the file: it never holds a step twice.

    A line is in the system's hands once `add` returns: it outlives the process, however that ends.
    A power cut may take the last ones.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first = True
        lines = list(_whole_lines(path))
        self._kept = [(step, line) for step, line, _ in lines]
        self._size = lines[-1][2] if lines else 0
        try:
            self._stream = path.open("ab", buffering=0)
            if self._stream.tell() > self._size:
                self._stream.truncate(self._size)
        except OSError as error:
            raise _not_written(path, error) from None

    def add(self, step: int, numbers: Mapping[str, float]) -> None:
        """Append a step's numbers; what is no number (NaN, infinite) becomes null.

        Raises:
            OutputProblem: the disk is full; the line leaves no trace.
        """
        if self._first:
            self._first = False
            self._take_back(step, numbers)
        clean = {key: _number(value) for key, value in numbers.items()}
        data = (json.dumps({"step": step, **clean}, ensure_ascii=False) + "\n").encode()
        try:
            written = 0
            while written < len(data):
                written += self._stream.write(data[written:])
        except OSError as error:
            with suppress(OSError):
                self._stream.truncate(self._size)
            raise _not_written(self._path, error) from None
        self._size += len(data)

    def close(self) -> None:
        """Let go of the file, once the disk has it."""
        with suppress(OSError):
            os.fsync(self._stream.fileno())
        self._stream.close()

    def _take_back(self, step: int, numbers: Mapping[str, float]) -> None:
        """Drop what an interrupted run logged at this step and after it.

        A held-out evaluation is logged at the step of the line before it, with other numbers; that
        line stays.
        """
        size = 0
        for earlier, line in self._kept:
            if earlier > step or (earlier == step and set(numbers) & set(json.loads(line))):
                break
            size += len(line) + 1
        if size < self._size:
            self._stream.truncate(size)
            self._size = size
        self._kept = []


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's metrics, each with its "step"; [] when there are none."""
    return [json.loads(line) for _, line, _ in _whole_lines(folder / NAME)]


def _whole_lines(path: Path) -> Iterator[tuple[int, bytes, int]]:
    """Step, line, and where it ends; up to the first that is no line of metrics."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputProblem(f"{path} cannot be read: {error.strerror}.") from None
    end = 0
    for line in data.split(b"\n")[:-1]:
        end += len(line) + 1
        try:
            values = json.loads(line)
            step = values["step"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return
        if not isinstance(step, int):
            return
        yield step, line, end


def _number(value: float) -> float | None:
    return float(f"{value:.7g}") if math.isfinite(value) else None


def _not_written(path: Path, error: OSError) -> OutputProblem:
    return OutputProblem(
        f"{path} could not be written: {error.strerror}.", "make room there, then --resume"
    )
