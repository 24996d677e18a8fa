"""What `copydesk doctor` says of desk, library, training and reading; nothing is changed."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.doctor import Check
from copydesk.errors import CopydeskError, DocumentProblem

if TYPE_CHECKING:
    from copydesk.generate.gguf import GgufInfo
    from copydesk.sqlite_file.kind import Kind
    from copydesk.train.estimate.memory import Shape

_WAIT = 2.0  # seconds that somebody else who writes is waited for
_TOOL_SECONDS = 20
_TRAINING = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")
_METHODS = ("sft", "reward", "dpo", "ppo")
_LENGTH = 512  # tokens of a row, for which memory is worked out
_EDIT_WORDS = {"draft": "drafts", "edit": "edits", "verdict": "verdicts", "ranking": "rankings"}


def examine_rooms(spec: str = "") -> list[Check]:
    """Look at what is kept, and at what training and reading need; see `doctor.examine`.

    Args:
        spec: the model whose training is meant; empty: the default.
    """
    return [_desk(), _library(), *_training(spec), _graphics(), *_pictures(), _embeddings()]


def _desk() -> Check:
    from copydesk.desk.schema import desk
    from copydesk.desk.store import desk_file

    def count(connection: sqlite3.Connection) -> str:
        rows = connection.execute("SELECT kind, count(*) FROM entries GROUP BY kind")
        kinds = dict(tuple(row) for row in rows)
        return _counted({words: kinds.get(kind, 0) for kind, words in _EDIT_WORDS.items()})

    return _kept("desk", desk(), desk_file(), count)


def _library() -> Check:
    from copydesk.library.schema import kind
    from copydesk.library.store import Library, library_file

    place = library_file()

    def count(connection: sqlite3.Connection) -> str:
        library = Library(connection, place)
        entries = library.entries(shelved_only=False)
        stale = sum(bool(library.stale(entry)) for entry in entries)
        old = f", of {stale} the file is gone or changed" if stale else ""
        return f"{_counted({'documents': len(entries)})}{old}"

    return _kept("library", kind(), place, count)


def _counted(counts: dict[str, int]) -> str:
    said = [f"{n:,} {name if n != 1 else name[:-1]}" for name, n in counts.items() if n]
    return ", ".join(said) or "nothing in it"


def _kept(name: str, kind: "Kind", path: Path, count: Callable[[sqlite3.Connection], str]) -> Check:
    """A file of ours: where it is, how much is in it, and whether it is whole."""
    if not path.is_file():
        return Check(name, "ok", f"none yet; it will be {path}")
    try:
        with _opened(kind, path) as (connection, older):
            found = "of an older version" if older else count(connection)
            size = path.stat().st_size / 1_000_000
    except CopydeskError as error:
        return Check(name, "note", error.message, error.hint)
    return Check(name, "ok", f"{found}, {size:.1f} MB, whole, in {path}")


@contextmanager
def _opened(kind: "Kind", path: Path) -> Iterator[tuple[sqlite3.Connection, bool]]:
    """The file, checked and only to be read; and whether it is of an older version.

    Raises:
        DocumentProblem: it is damaged, of a newer copydesk, or something else.
        OutputProblem: it cannot be opened.
    """
    from copydesk.sqlite_file.trouble import damaged, told

    address = f"{path.absolute().as_uri()}?mode=ro"
    if not path.with_name(f"{path.name}-wal").exists():
        # Nobody has it open: in a closed folder it can be read in this way alone.
        address += "&immutable=1"
    with (
        told(kind, path),
        closing(sqlite3.connect(address, uri=True, timeout=_WAIT)) as connection,
    ):
        (known,) = connection.execute("PRAGMA application_id").fetchone()
        (made,) = connection.execute("PRAGMA user_version").fetchone()
        if known != kind.application or made > len(kind.migrations):
            what = "of a newer copydesk" if known == kind.application else f"no {kind.noun}"
            raise DocumentProblem(f"{path} is {what}.", "update copydesk, or move the file away")
        (whole,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if whole != "ok":
            raise damaged(kind, path, " ".join(str(whole).split())[:200])
        connection.row_factory = sqlite3.Row
        yield connection, made < len(kind.migrations)


def _training(spec: str) -> Iterator[Check]:
    """Whether the packages are here; and what the recipes take on this model."""
    missing = [name for name in _TRAINING if find_spec(name) is None]
    if missing:
        hint = 'optional, for copydesk train: pip install "copydesk[train]"'
        yield Check("training", "note", f"without {', '.join(missing)}", hint)
        return
    yield Check("training", "ok", ", ".join(f"{name} {_version(name)}" for name in _TRAINING))
    yield from _recipes(spec)


def _recipes(spec: str) -> Iterator[Check]:
    """The memory that a laptop's recipes take; nothing where the model is not here as a file."""
    from copydesk.generate.catalogue import resolve
    from copydesk.generate.gguf import read_gguf
    from copydesk.generate.specs import read_spec
    from copydesk.train.estimate.available import machine_memory
    from copydesk.train.estimate.fit import gigabytes
    from copydesk.train.estimate.memory import memory_needed
    from copydesk.train.recipes import load_recipe

    try:
        wanted = read_spec(spec)
        if wanted.kind != "gguf":
            return
        file = resolve(wanted.value)
        shape = _shape(read_gguf(file.path))
        recipes = [load_recipe(name) for name in _METHODS]
    except CopydeskError:  # told of beside the model, or by `copydesk train`
        return
    free = machine_memory().free
    needs = {
        one.method: memory_needed(one, shape, length=_LENGTH, bytes_each=4).total for one in recipes
    }
    said = ", ".join(f"{name} {gigabytes(need)}" for name, need in needs.items())
    detail = f"on {file.name} at {_LENGTH} tokens, at most: {said}; {gigabytes(free)} are free"
    if max(needs.values()) <= free:
        yield Check("recipes", "ok", detail)
        return
    hint = "train a smaller --model, or with --set schedule.batch=1 and a smaller max_length"
    yield Check("recipes", "note", detail, hint)


def _shape(model: "GgufInfo") -> "Shape":
    """The sizes of a decoder, read off its matrices."""
    from copydesk.train.estimate.memory import Shape

    def size(name: str, at: int) -> int:
        shape = model.shapes.get(name, ())
        return shape[at] if len(shape) == 2 else 0

    return Shape(
        parameters=model.parameters,
        hidden=size("token_embd.weight", 0),
        inner=size("blk.0.ffn_up.weight", 1),
        query=size("blk.0.attn_q.weight", 1),
        key=size("blk.0.attn_k.weight", 1),
        layers=sum(name.endswith(".attn_q.weight") for name in model.shapes),
        vocabulary=size("token_embd.weight", 1),
    )


def _graphics() -> Check:
    """A GPU of NVIDIA's, by its own tool: torch takes seconds to load."""
    found = _lines(["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"])
    if not found:
        return Check("GPU", "ok", "none that is known here; everything runs on the processor")
    names = "; ".join(found)
    if find_spec("torch") is not None and "+cpu" in _version("torch"):
        return Check(
            "GPU", "note", f"{names}; torch is for the processor", "install torch for CUDA"
        )
    return Check("GPU", "ok", names)


def _pictures() -> Iterator[Check]:
    """Tesseract's languages; that it is not there is said among the programs."""
    if shutil.which("tesseract") is None:
        return
    there = set(_lines(["tesseract", "--list-langs"]))
    read = ", ".join(sorted(name for name in there if name.isidentifier())[:20]) or "none"
    missing = [name for name in ("eng", "chi_sim") if name not in there]
    if missing:
        packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
        yield Check("OCR", "note", f"languages: {read}", f"install {packages}")
    else:
        yield Check("OCR", "ok", f"languages: {read}")


def _embeddings() -> Check:
    """Search by meaning is an extra: a model has to be named, and torch to be there."""
    from copydesk.library.store import named_embeddings

    named = named_embeddings()
    needed = [name for name in ("torch", "transformers") if find_spec(name) is None]
    hint = 'pip install "copydesk[embeddings]"'
    if not named:
        more = hint if needed else "name a model: embeddings = … in the settings"
        return Check("embeddings", "note", "none; search goes by words", f"optional: {more}")
    if needed:
        return Check("embeddings", "note", f"{named} needs {' and '.join(needed)}", hint)
    from copydesk.library.embed import embedder

    try:
        embedder(named)
    except CopydeskError as error:
        return Check("embeddings", "note", error.message, error.hint)
    return Check("embeddings", "ok", named)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of an unknown version"


def _lines(command: list[str]) -> list[str]:
    """What a program says; nothing where it is not there, or fails."""
    program = shutil.which(command[0])
    if program is None:
        return []
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands
            [program, *command[1:]],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TOOL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [] if done.returncode else [line for line in done.stdout.splitlines() if line.strip()]
