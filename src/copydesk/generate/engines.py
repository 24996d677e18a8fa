"""A model's name, path or address becomes a generator that is ready to speak."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from copydesk.errors import ModelProblem, UsageProblem
from copydesk.generate.adapted import Adapted
from copydesk.generate.catalogue import resolve
from copydesk.generate.download import fetch, silent
from copydesk.generate.fitting import for_llamacpp, for_transformers, name_of
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
    also: Sequence[str] = (),
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
        also: paths of further ones, which requests name by the path as it stands here.
        timeout: seconds that a server may take to begin its answer; 120 if None.
        progress: told how far a download is.

    Raises:
        UnknownName, ModelProblem, DownloadFailed: there is no such model, or it cannot be had.
        UsageProblem: it cannot be had in this way.
    """
    wanted = read_spec(spec)
    if wanted.kind == "server":
        return _remote(wanted, context, parallel, (*adapters, *also), timeout)
    paths = _named(adapters) | {spec: _expanded(spec) for spec in also}
    if wanted.kind == "gguf":
        generator = _llamacpp(wanted, context, threads, parallel, paths, progress)
    else:
        generator = _transformers(wanted, context, threads, parallel, paths)
    return Adapted(generator, next(iter(paths))) if adapters else generator


def _named(adapters: Sequence[str]) -> dict[str, Path]:
    """Adapters by their names; one whose name is taken goes by its path."""
    paths: dict[str, Path] = {}
    for spec in adapters:
        path = _expanded(spec)
        name = name_of(path)
        paths[spec if name in paths else name] = path
    return paths


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
    path = fetch(file, progress)
    return LlamaCpp(
        path,
        name=file.name,
        context=context or file.context,
        threads=threads,
        parallel=parallel or 1,
        adapters={name: for_llamacpp(adapter, path) for name, adapter in adapters.items()},
        model_hash=file.model.sha256 if file.model else "",
    )


def _expanded(spec: str) -> Path:
    path = Path(spec).expanduser()
    if not path.exists():
        raise ModelProblem(
            f"The adapter {path} does not exist.",
            "give a GGUF file, or the folder of an adapter",
        )
    return path


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
        adapters={name: for_transformers(path) for name, path in adapters.items()},
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
