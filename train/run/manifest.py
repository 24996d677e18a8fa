"""manifest.json: what a run was made from, when, and what came of it."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copydesk import __version__
from copydesk.errors import DocumentProblem
from copydesk.files import write_atomic

NAME = "manifest.json"
_LARGEST = 1_000_000  # bytes
_LIBRARIES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")
State = Literal["running", "finished", "stopped", "interrupted", "failed"]


class Facts(BaseModel):
    """A part of a manifest: what it does not know of a later version is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


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
        write_atomic(folder / NAME, (self.model_dump_json(indent=2) + "\n").encode())


def read_manifest(folder: Path) -> Manifest | None:
    """A folder's manifest; None if it has none.

    Raises:
        DocumentProblem: it is none of a run.
    """
    path = folder / NAME
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST)
        return Manifest.model_validate_json(content)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DocumentProblem(f"{path} cannot be read: {error.strerror}.") from None
    except ValidationError:
        raise DocumentProblem(
            f"{path} is not the manifest of a training run.", "give another folder with -o"
        ) from None


def versions() -> dict[str, str]:
    """The versions of what a run computes with."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
