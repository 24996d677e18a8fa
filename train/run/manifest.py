"""manifest.json: what a run was made from, when, and what came of it."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from copydesk import __version__
from copydesk.train.run.facts import Facts, read_facts, write_facts

NAME = "manifest.json"
_LIBRARIES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")
State = Literal["running", "finished", "stopped", "interrupted", "failed"]


class BaseFacts(Facts):
    """The model that was trained; `file` is the GGUF that it was made of, "" if it was none."""

    name: str = ""
    folder: str = ""
    file: str = ""
    sha256: str = ""
    licence: str = ""
    architecture: str = ""
    parameters: int = 0


class DataFacts(Facts):
    """The rows: their hash, how many were learnt from and held out, and where they came from."""

    sha256: str = ""
    train: int = 0
    held: int = 0
    paths: tuple[str, ...] = ()


class Manifest(Facts):
    """What is known of a run.

    Attributes:
        state: "running" also where a kill left no time to say otherwise; the lock knows.
        started, ended: UTC, ISO 8601.
        seconds: time in all, over every resume.
        resumed: how often it was gone on with.
        planned: optimizer steps (or rounds of answers) that it was to take.
        stopped: why it ended before its last step.
        error: what ended it, when it failed.
        metrics: the last numbers.
    """

    copydesk: str = __version__
    method: str
    state: State = "running"
    recipe: dict[str, Any] = Field(default_factory=dict)
    base: BaseFacts = BaseFacts()
    data: DataFacts = DataFacts()
    seed: int = 0
    started: str = ""
    ended: str = ""
    seconds: float = 0.0
    resumed: int = 0
    planned: int = 0
    steps: int = 0
    stopped: str = ""
    error: str = ""
    metrics: dict[str, float | None] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)

    def with_(self, **changes: object) -> "Manifest":
        """The same with some fields changed."""
        return self.model_copy(update=changes)

    def write(self, folder: Path) -> None:
        """Put it into the folder, whole or not at all.

        Raises:
            OutputProblem: the disk is full.
        """
        write_facts(self, folder / NAME)


def read_manifest(folder: Path) -> Manifest | None:
    """A folder's manifest; None if it has none.

    Raises:
        DocumentProblem: it is none of a run.
    """
    return read_facts(Manifest, folder / NAME, "is not the manifest of a training run")


def versions() -> dict[str, str]:
    """The versions of what a run computes with."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
