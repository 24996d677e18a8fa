"""Makes a publication: piece by piece, checked, and then in one move."""

import json
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from copydesk import __version__
from copydesk.errors import ModelProblem
from copydesk.files import write_atomic
from copydesk.generate.export import Exported, export_model, silent
from copydesk.generate.export.container import Kind
from copydesk.generate.export.tensors import open_weights
from copydesk.generate.identity import weights_hash
from copydesk.generate.json_file import read_object
from copydesk.generate.sources import Progress
from copydesk.train.publish.card import card
from copydesk.train.publish.folder import PUBLICATION, Workshop, alone, check_target, place
from copydesk.train.publish.merge import merge
from copydesk.train.publish.origin import Origin, read_origin
from copydesk.train.publish.plan import Plan, What, check_room, make_plan
from copydesk.train.publish.serve import modelfile, vllm_command, vllm_lora_command

_HUB = re.compile(r"[\w.-]+/[\w.-]+")  # OWNER/REPO
# What of a model folder goes along: never code, never pickled settings of a trainer.
_MODEL_FILES = (
    "config.json",
    "generation_config.json",
    "model*.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "chat_template.jinja",
    "reward.json",
)
_ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


@dataclass(frozen=True)
class Published:
    """What was published.

    Attributes:
        folder: what `--model`, or for a reward model `--judge`, takes.
        files: sizes in bytes, by paths within the folder.
        parity: how llama.cpp compared with transformers, by file.
        left_out: what this run cannot give, and why.
    """

    folder: Path
    files: Mapping[str, int]
    parity: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def publish(
    run: Path,
    target: Path,
    *,
    what: Collection[What] = (),
    kind: Kind = "q8_0",
    check: bool = True,
    force: bool = False,
    progress: Progress = silent,
    told: Callable[[Plan], None] | None = None,
) -> Published:
    """Publish a run.

    The folder appears whole or not at all. What was finished before a kill is not made again.

    Args:
        run: the folder of a run, or of a model or adapter.
        target: the folder to be.
        what: "adapter", "merged", "gguf"; empty: all that can be had.
        kind: how a GGUF file's matrices are stored.
        check: hold llama.cpp against transformers; see `generate.export`.
        force: replace what was published there before.
        progress: told what is going on.
        told: hears the plan, with its sizes, before the work begins.

    Raises:
        OutputProblem: the target is taken, or there is not enough room.
        ModelProblem: the run holds no finished model, or its base is not here.
        CheckFailed: llama.cpp says something else than transformers.
        UsageProblem, MissingTool: this cannot be had from this run, or not here.
    """
    origin = read_origin(run)
    check_target(target, run, force=force)
    plan = make_plan(origin, target, what, kind)
    if told:
        told(plan)
    check_room(plan, target)
    with alone(target):
        shop = Workshop(target, _fingerprint(origin, plan))
        maker = _Maker(origin, plan, shop, check, progress)
        made = maker.make()
        shop.finish(partial(_fill, origin=origin, plan=plan, made=made))
    sizes = {
        str(path.relative_to(target)): path.stat().st_size
        for path in sorted(target.rglob("*"))
        if path.is_file()
    }
    return Published(target, sizes, made.parity, plan.left_out)


@dataclass
class Made:
    """The folders of the finished pieces, and what their checks said."""

    pieces: dict[str, Path] = field(default_factory=dict)
    parity: dict[str, str] = field(default_factory=dict)


class _Maker:
    def __init__(
        self, origin: Origin, plan: Plan, shop: Workshop, check: bool, progress: Progress
    ) -> None:
        self._origin, self._plan, self._shop = origin, plan, shop
        self._check, self._progress = check, progress

    def make(self) -> Made:
        made = Made()
        for at, piece in enumerate(self._plan.pieces):
            self._progress(at, len(self._plan.pieces), f"making {piece.path}")
            make = getattr(self, f"_{piece.name.replace('-', '_')}")
            made.pieces[piece.name] = self._shop.piece(piece.name, make)
            note = made.pieces[piece.name] / "parity.txt"
            if note.is_file():
                made.parity[piece.path] = note.read_text(encoding="utf-8")
        return made

    def _adapter(self, folder: Path) -> None:
        _copy(self._origin.model, folder, _ADAPTER_FILES)
        path = folder / "adapter_config.json"
        base = self._origin.base.folder
        config = read_object(path) | {
            "base_model_name_or_path": str(base.resolve() if base else "")
        }
        write_atomic(path, json.dumps(config, indent=2, ensure_ascii=False).encode())

    def _merged(self, folder: Path) -> None:
        if not self._origin.adapter or self._origin.base.folder is None:
            _copy(self._origin.model, folder, _MODEL_FILES)
            return
        merge(
            self._origin.base.folder,
            self._origin.model,
            folder,
            classifier=self._origin.classifier,
        )
        _copy(self._origin.model, folder, ("reward.json",))

    def _adapter_gguf(self, folder: Path) -> None:
        """For the very file that was dequantised, if it is known: that is what it will run on."""
        base = self._origin.base
        self._export(
            self._origin.model, folder / "adapter.gguf", "f16", base=base.file or base.folder
        )

    def _gguf(self, folder: Path) -> None:
        source = self._origin.model
        if self._origin.adapter:
            source = self._shop.piece("merged", self._merged)
        name = next(piece.path for piece in self._plan.pieces if piece.name == "gguf")
        self._export(source, folder / name, self._plan.kind)

    def _export(self, source: Path, path: Path, kind: Kind, base: Path | None = None) -> None:
        exported: Exported = export_model(
            source, path, kind=kind, base=base, check=self._check, progress=self._progress
        )
        words = exported.parity.words() if exported.parity else "not compared"
        write_atomic(path.with_name("parity.txt"), words.encode())


def _fingerprint(origin: Origin, plan: Plan) -> str:
    base = origin.base.sha256 or (str(origin.base.folder) if origin.base.folder else "")
    said = [__version__, weights_hash(origin.model), base, [asdict(p) for p in plan.pieces]]
    return sha256(json.dumps([*said, plan.kind]).encode()).hexdigest()


def _fill(final: Path, *, origin: Origin, plan: Plan, made: Made) -> None:
    """Everything in its place: the merged model on top, so that the folder itself is a model."""
    for piece in plan.pieces:
        source = made.pieces[piece.name]
        into = final / "adapter" if piece.name == "adapter" else final
        into.mkdir(exist_ok=True)
        for path in sorted(source.iterdir()):
            if path.name != "parity.txt":
                place(path, into / path.name)
    _hints(final, origin, plan)
    facts = _facts(final, origin, plan, made)
    readme = final / "README.md"
    readme.write_text(card(origin, plan, facts), encoding="utf-8")
    for path in final.rglob("*.safetensors"):  # its writer keeps them for one user alone
        path.chmod(readme.stat().st_mode)
    (final / PUBLICATION).write_text(
        json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _hints(final: Path, origin: Origin, plan: Plan) -> None:
    """The Modelfile; a reward model has none."""
    if origin.classifier or not (plan.has("gguf") or plan.has("adapter-gguf")):
        return
    template = chat_template(final if plan.has("merged") else origin.base.folder or origin.model)
    base = str(origin.base.file) if origin.base.file else "BASE.gguf"
    if plan.has("gguf"):
        name = next(piece.path for piece in plan.pieces if piece.name == "gguf")
        other = f"Or beside the base:\nFROM {Path(base).name}\nADAPTER ./adapter.gguf"
        text = modelfile(f"./{name}", template, other=other if plan.has("adapter-gguf") else "")
    else:
        text = modelfile(base, template, adapter="./adapter.gguf")
    (final / "Modelfile").write_text(text, encoding="utf-8")


def chat_template(folder: Path) -> str:
    """The chat template of a model folder, wherever transformers keeps it; "" if there is none."""
    own = folder / "chat_template.jinja"
    if own.is_file() and own.stat().st_size < 1_000_000:
        return own.read_text(encoding="utf-8", errors="replace")
    try:
        said = read_object(folder / "tokenizer_config.json").get("chat_template")
    except ModelProblem:
        return ""
    return said if isinstance(said, str) else ""


def _facts(final: Path, origin: Origin, plan: Plan, made: Made) -> dict[str, Any]:
    """What publication.json says, and the card is made of."""
    files = sorted(path for path in final.rglob("*") if path.is_file())
    name = final.parent.name.removeprefix(".").removesuffix(".publishing")
    serving = {}
    if plan.has("merged") and not origin.classifier:
        serving["merged"] = vllm_command(Path(name), name)
    if plan.has("adapter") and not origin.classifier:
        rank = read_object(final / "adapter" / "adapter_config.json").get("r")
        # vLLM reads neither the catalogue's names nor, with adapters, GGUF files.
        base = origin.base.name if _HUB.fullmatch(origin.base.name) else "BASE"
        serving["adapter"] = vllm_lora_command(
            base, Path(name) / "adapter", name, rank if isinstance(rank, int) else 16
        )
    return {
        "name": name,
        "copydesk": __version__,
        "method": origin.method,
        "classifier": origin.classifier,
        "base": {
            "name": origin.base.name,
            "licence": origin.base.licence,
            "sha256": origin.base.sha256,
            "source": origin.base.source,
        },
        "data": {
            key: value
            for key, value in origin.manifest.get("data", {}).items()
            if key in ("sha256", "train", "held")
        },
        "parity": made.parity,
        "left_out": plan.left_out,
        "vllm": serving,
        "files": [
            {"path": str(p.relative_to(final)), "bytes": p.stat().st_size, "sha256": _hash(p)}
            for p in files
        ],
    }


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        digest = sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _copy(source: Path, target: Path, patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        for path in sorted(source.glob(pattern)):
            if path.is_file():
                shutil.copyfile(path, target / path.name)
    if patterns is _MODEL_FILES:
        open_weights(target)  # refuses what has no whole weights
