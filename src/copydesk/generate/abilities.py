"""What each engine can do on this machine; nothing heavy is imported to find out."""

import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

_TORCH = ("torch", "transformers", "llguidance", "peft")


@dataclass(frozen=True)
class Ability:
    """One engine, as it is here.

    Attributes:
        engine: its name.
        here: whether it can be used.
        version: program and version; "" where there is none.
        device: what it computes on.
        takes: what `--model` may name for it.
        schemas: how answers are kept to a schema.
        guard: how banned phrases and loops are kept out.
        samples: how several answers to one prompt are drawn.
        adapters: which LoRA adapters it takes.
        hint: what to do where it is not here.
    """

    engine: str
    here: bool
    version: str
    device: str
    takes: str
    schemas: str
    guard: str
    samples: str
    adapters: str
    hint: str = ""


def abilities() -> list[Ability]:
    """The engines, the one that needs least first."""
    return [_llamacpp(), _transformers(), _openai()]


def _llamacpp() -> Ability:
    found = _version("xllamacpp")
    return Ability(
        engine="llama.cpp",
        here=bool(found),
        version=f"xllamacpp {found}" if found else "",
        device="processor",
        takes="names of the catalogue, GGUF files, hf:OWNER/REPO/FILE.gguf",
        schemas="by grammar, while it speaks",
        guard="rewinds; draws again under a schema",
        samples="8 in step, the prompt read once",
        adapters="GGUF files, folders of peft",
        hint="" if found else "pip install --force-reinstall copydesk",
    )


def _transformers() -> Ability:
    absent = [name for name in _TORCH if not _version(name)]
    gpu = shutil.which("nvidia-smi") is not None
    return Ability(
        engine="transformers",
        here=not absent,
        version=f"transformers {_version('transformers')}, torch {_version('torch')}"
        if not absent
        else "",
        device="graphics card" if gpu else "processor",
        takes="folders of models and adapters, hf:OWNER/REPO",
        schemas="by grammar, while it speaks",
        guard="rewinds",
        samples="batches of 8, the prompt read once",
        adapters="folders of peft",
        hint=f'{" and ".join(absent)} missing: pip install "copydesk[torch]"' if absent else "",
    )


def _openai() -> Ability:
    return Ability(
        engine="openai",
        here=True,
        version="any OpenAI-compatible server",
        device="elsewhere",
        takes="openai:MODEL@URL",
        schemas="by the server, checked here, asked again",
        guard="goes on or draws again",
        samples="8 requests in flight",
        adapters="those that the server names as models",
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
