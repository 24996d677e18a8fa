"""A model's name, path or address becomes a generator that is ready to speak."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from copydesk.errors import ModelProblem, UsageProblem
from copydesk.generate.adapted import Adapted
from copydesk.generate.catalogue import resolve
from copydesk.generate.download import fetch, silent
from copydesk.generate.hub import fetch_repository
from copydesk.generate.protocol import Generator
from copydesk.generate.sources import Progress
from copydesk.generate.specs import Spec, read_spec

_CONTEXT = 4096  # tokens, where neither the caller nor a catalogue says
_TIMEOUT = 120.0  # seconds until a server's answer begins
_TOGETHER = 8  # answers at once, on engines where more of them cost no memory beforehand


def open_generator(
    spec: str = "",
    *,
    context: int | None = None,
    threads: int | None = None,
    parallel: int = 0,
    adapters: Sequence[str] = (),
    timeout: float | None = None,
    progress: Progress = silent,
) -> Generator:
    """Fetch the model if it is not here, load it, and return its generator.

    Args:
        spec: a catalogue name, a GGUF file, `hf:OWNER/REPO/FILE.gguf`; a folder of transformers or
            `hf:OWNER/REPO`; `openai:MODEL@URL`; empty: the default.
        context: tokens of prompt and answer together; what the model or catalogue says if None.
        threads: CPU threads; chosen from cores and load if None.
        parallel: how many answers may run at once; 0: what suits the engine.
        adapters: paths of LoRA adapters; the first is used where a request names none.
        timeout: seconds that a server may take to begin its answer; 120 if None.
        progress: told how far a download is.

    Raises:
        UnknownName, ModelProblem, DownloadFailed: there is no such model, or it cannot be had.
        UsageProblem: it cannot be had in this way.
    """
    wanted = read_spec(spec)
    if wanted.kind == "server":
        return _remote(wanted, context, parallel, adapters, timeout)
    paths = {_adapter_name(path): path for path in map(_expanded, adapters)}
    paths = {name: _published(path, wanted.kind) for name, path in paths.items()}
    if wanted.kind == "gguf":
        generator = _llamacpp(wanted, context, threads, parallel, paths, progress)
    else:
        generator = _transformers(wanted, context, threads, parallel, paths)
    return Adapted(generator, next(iter(paths))) if paths else generator


def _llamacpp(
    wanted: Spec,
    context: int | None,
    threads: int | None,
    parallel: int,
    adapters: Mapping[str, Path],
    progress: Progress,
) -> Generator:
    from copydesk.generate.llamacpp.engine import LlamaCpp  # noqa: PLC0415 - the engine is chosen here

    file = resolve(wanted.value)
    for path in adapters.values():
        _check_gguf_adapter(path)
    return LlamaCpp(
        fetch(file, progress),
        name=file.name,
        context=context or file.context,
        threads=threads,
        parallel=parallel or 1,
        adapters=adapters,
        model_hash=file.model.sha256 if file.model else "",
    )


def _check_gguf_adapter(path: Path) -> None:
    if path.is_dir():
        raise ModelProblem(
            f"The adapter {path} is one of transformers, and the model is a GGUF file.",
            f"copydesk models export {path} -o {path.name}.gguf",
        )


def _expanded(spec: str) -> Path:
    path = Path(spec).expanduser()
    if not path.exists():
        raise ModelProblem(
            f"The adapter {path} does not exist.",
            "give a GGUF file, or for a model of transformers the adapter's folder",
        )
    return path


def _published(path: Path, kind: str) -> Path:
    """A folder made by `train publish` holds an adapter twice: each engine gets its own."""
    file, folder = path / "adapter.gguf", path / "adapter"
    if kind == "gguf" and file.is_file():
        return file
    own = (path / "adapter_config.json").is_file()
    return folder if not own and (folder / "adapter_config.json").is_file() else path


def _adapter_name(path: Path) -> str:
    return path.stem if path.is_file() else path.resolve().name


def _transformers(
    wanted: Spec,
    context: int | None,
    threads: int | None,
    parallel: int,
    adapters: Mapping[str, Path],
) -> Generator:
    folder = Path(wanted.value) if wanted.kind == "folder" else fetch_repository(wanted.value)
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise ModelProblem(
            f"{wanted.value} is a model of transformers, which is not installed.",
            'pip install "copydesk[torch]", or give a GGUF file',
        )
    from copydesk.generate.hf.engine import Transformers  # noqa: PLC0415 - the engine is chosen here

    name = wanted.value if wanted.kind == "hub" else folder.resolve().name
    return Transformers(
        folder,
        name=name,
        context=context or _CONTEXT,
        threads=threads,
        adapters=adapters,
        batch=parallel or _TOGETHER,
    )


def _remote(
    wanted: Spec,
    context: int | None,
    parallel: int,
    adapters: Sequence[str],
    timeout: float | None,
) -> Generator:
    from copydesk.generate.remote.engine import Remote  # noqa: PLC0415 - the engine is chosen here
    from copydesk.generate.remote.site import split_spec  # noqa: PLC0415

    if adapters:
        raise UsageProblem(
            "A server chooses its adapters itself.", "name the adapter as the server's model"
        )
    model, url = split_spec(wanted.value)
    return Remote(
        model,
        url,
        context=context,
        parallel=parallel or _TOGETHER,
        timeout=timeout or _TIMEOUT,
    )
