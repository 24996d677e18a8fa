"""What a run left behind: its weights, the base that they stand on, and what was measured."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError, ModelProblem
from copydesk.generate.catalogue import load_catalogue, models_folder
from copydesk.generate.json_file import read_object

_LARGEST = 64 << 20  # bytes of a manifest or an evaluation
_DEEPEST = 6  # runs that stand on one another
_HINT = "give the folder of a run (copydesk train …), or the folder of a model or adapter"


@dataclass(frozen=True)
class Foundation:
    """The model that was trained on.

    Attributes:
        name: as it was asked for; "" when nobody says.
        folder: its weights as transformers reads them; None when they are not here.
        file: the GGUF file that these were unpacked from; None when there is none, or not here.
        licence: such as "Apache-2.0"; "" when unknown.
        sha256: of its weights; "" when unknown.
        source: where it comes from, an address; "" when unknown.
    """

    name: str = ""
    folder: Path | None = None
    file: Path | None = None
    licence: str = ""
    sha256: str = ""
    source: str = ""


@dataclass(frozen=True)
class Origin:
    """A run, or a model without one.

    Attributes:
        run: the folder that was named.
        model: the folder with the weights.
        adapter: these are matrices beside a base.
        classifier: it scores answers, and writes none.
        base: what it was trained on.
        manifest, audit, evaluation: what the run's files say; empty when there are none.
        recipe: the text of recipe.yaml; "" when there is none.
        earlier: the manifests of the runs that it went on from, the nearest first.
    """

    run: Path
    model: Path
    adapter: bool
    classifier: bool
    base: Foundation
    manifest: Mapping[str, Any] = field(default_factory=dict)
    audit: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    recipe: str = ""
    earlier: tuple[Mapping[str, Any], ...] = ()

    @property
    def method(self) -> str:
        """How it learned; "" when nobody says."""
        recipe = self.manifest.get("recipe")
        said = recipe.get("method") if isinstance(recipe, dict) else self.manifest.get("method")
        return said if isinstance(said, str) else ""


def read_origin(run: Path) -> Origin:
    """Look at a run's folder, or at a model's.

    Raises:
        ModelProblem: there is no finished model in it.
    """
    model = run / "model" if (run / "model").is_dir() else run
    adapter = (model / "adapter_config.json").is_file() and not (model / "config.json").is_file()
    if not adapter and not (model / "config.json").is_file():
        unfinished = (run / "manifest.json").is_file()
        what = "has no finished model yet" if unfinished else "holds no model"
        raise ModelProblem(
            f"{run} {what}.", "go on with the run: --resume" if unfinished else _HINT
        )
    manifest = _read(run / "manifest.json")
    config = read_object(model / ("adapter_config.json" if adapter else "config.json"))
    return Origin(
        run=run,
        model=model,
        adapter=adapter,
        classifier=_is_classifier(config, adapter=adapter),
        base=_foundation(config, manifest, adapter=adapter),
        manifest=manifest,
        audit=_read(run / "audit.json"),
        evaluation=_read(run / "evaluation" / "report.json") or _read(model / "reward.json"),
        recipe=_text(run / "recipe.yaml"),
        earlier=tuple(_earlier(manifest)),
    )


def _earlier(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The manifests of the runs whose adapter each one began with."""
    for _ in range(_DEEPEST):
        recipe = manifest.get("recipe")
        adapter = recipe.get("adapter") if isinstance(recipe, dict) else None
        start = _place(adapter.get("start")) if isinstance(adapter, dict) else None
        if start is None:
            return
        manifest = _read(start / "manifest.json") or _read(start.parent / "manifest.json")
        if not manifest:
            return
        yield manifest


def _is_classifier(config: Mapping[str, Any], *, adapter: bool) -> bool:
    if adapter:
        return config.get("task_type") == "SEQ_CLS"
    heads = config.get("architectures")
    names = heads if isinstance(heads, list) else []
    return any(str(name).endswith("ForSequenceClassification") for name in names)


def _foundation(
    config: Mapping[str, Any], manifest: Mapping[str, Any], *, adapter: bool
) -> Foundation:
    """The base, from the run's manifest, the adapter's settings, and the base's own folder."""
    said = manifest.get("base")
    told = dict(said) if isinstance(said, dict) else {}
    named = config.get("base_model_name_or_path") if adapter else None
    folder = _place(named) or _place(told.get("folder"))
    own = _read(folder / "origin.json") if folder else {}
    facts = {**own, **{key: value for key, value in told.items() if value}}
    name = _word(facts.get("name")) or (str(named) if isinstance(named, str) and not folder else "")
    entry = _catalogued(name, _word(facts.get("sha256")))
    file = _place(facts.get("file")) or _place(facts.get("path")) or entry.file
    return Foundation(
        name=name or entry.name or (folder.name if folder else ""),
        folder=folder if folder and folder.is_dir() else None,
        file=file if file and file.is_file() and file.suffix == ".gguf" else None,
        licence=_word(facts.get("licence")) or entry.licence,
        sha256=_word(facts.get("sha256")) or entry.sha256,
        source=entry.source,
    )


def _catalogued(name: str, sha256: str) -> Foundation:
    """What the catalogue says of a model that it knows."""
    try:
        catalogue = load_catalogue()
    except CopydeskError:  # the user's own list is broken: nothing is known from it
        return Foundation()
    for model in catalogue.models:
        if name == model.name or (sha256 and sha256 == model.sha256):
            hubs = [source.repo for source in model.sources if source.kind == "hub"]
            return Foundation(
                name=model.name,
                file=models_folder() / model.file,
                licence=model.licence,
                sha256=model.sha256,
                source=f"https://huggingface.co/{hubs[0]}" if hubs else "",
            )
    return Foundation()


def _place(value: object) -> Path | None:
    """A path that is there."""
    if not isinstance(value, str) or not 0 < len(value) < 1000 or "\0" in value:
        return None
    path = Path(value).expanduser()
    return path if path.exists() else None


def _word(value: object) -> str:
    return " ".join(str(value).split())[:200] if isinstance(value, str) else ""


def _read(path: Path) -> dict[str, Any]:
    """An object in a file that need not be there; a broken one says nothing."""
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(100_000).decode("utf-8", "replace")
    except OSError:
        return ""
