"""A model's name or path becomes a generator that is ready to speak."""

from copydesk.generate.catalogue import resolve
from copydesk.generate.download import fetch, silent
from copydesk.generate.protocol import Generator
from copydesk.generate.sources import Progress


def open_generator(
    spec: str = "",
    *,
    context: int | None = None,
    threads: int | None = None,
    progress: Progress = silent,
) -> Generator:
    """Fetch the model if it is not here, load it, and return its generator.

    Args:
        spec: a catalogue name, a GGUF file, or `hf:OWNER/REPO/FILE.gguf`; empty: the default.
        context: tokens of prompt and answer together; the catalogue's value if None.
        threads: CPU threads; chosen from cores and load if None.
        progress: told how far a download is.

    Raises:
        UnknownName, ModelProblem, DownloadFailed: there is no such model, or it cannot be had.
    """
    from copydesk.generate.llamacpp.engine import LlamaCpp  # noqa: PLC0415 - the engine is chosen here

    file = resolve(spec)
    path = fetch(file, progress)
    return LlamaCpp(path, name=file.name, context=context or file.context, threads=threads)
