"""Facts in a JSON file of their own: written whole or not at all, and read with care."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from copydesk.errors import DocumentProblem
from copydesk.files import write_atomic

_LARGEST = 1_000_000  # bytes


class Facts(BaseModel):
    """Facts, or a part of them: what they do not know of a later version is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


F = TypeVar("F", bound=Facts)


def write_facts(facts: Facts, path: Path) -> None:
    """Put them into a file, whole or not at all.

    Raises:
        OutputProblem: the disk is full.
    """
    write_atomic(path, (facts.model_dump_json(indent=2) + "\n").encode())


def read_facts(kind: type[F], path: Path, otherwise: str) -> F | None:
    """The facts in a file; None if it is not there.

    Args:
        otherwise: what a file that holds none of the kind does not do, after its name.

    Raises:
        DocumentProblem: the file cannot be read, or holds other things.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST)
        return kind.model_validate_json(content)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DocumentProblem(f"{path} cannot be read: {error.strerror}.") from None
    except ValidationError:
        raise DocumentProblem(f"{path} {otherwise}.", "give another folder with -o") from None
