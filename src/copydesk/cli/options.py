"""The options that several commands share, and what becomes of them."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import secrets
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import click

if TYPE_CHECKING:
    from copydesk.generate.protocol import Generator
    from copydesk.styles.style import Style

F = TypeVar("F", bound=Callable[..., object])

_LARGEST_BRIEF = 4_000_000  # bytes; a model's context is far smaller


def brief_from_stdin() -> str:
    """A brief that is piped in; what is no UTF-8 in it is marked."""
    return sys.stdin.buffer.read(_LARGEST_BRIEF).decode("utf-8", errors="replace")


def house_style(name: str) -> "Style | None":
    """See `styles.load.house_style`, which is imported only when it is wanted."""
    from copydesk.styles import load

    return load.house_style(name)


def or_stdout(_ctx: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    """For -o: "-" is standard output, as if no file was given."""
    return None if path == Path("-") else path


@dataclass(frozen=True)
class Engine:
    """Which model is to speak, and how. `seed` is the one given, or a fresh one."""

    model: str
    seed: int
    threads: int | None
    context: int | None
    adapters: tuple[str, ...] = ()
    timeout: float | None = None

    def adapter_of(self, style: "Style | None") -> str:
        """The path of the adapter that writes in a style; "" where none is to be taken.

        One that was given by hand goes before, and a server has its own.
        """
        wanted = style.rules.adapter if style else ""
        if not style or not wanted or self.adapters or self.model.startswith("openai:"):
            return ""
        return str(style.folder / Path(wanted).expanduser())

    def in_style(self, style: "Style | None") -> "Engine":
        """With the adapter that writes in a style, if there is one to take."""
        adapter = self.adapter_of(style)
        return replace(self, adapters=(adapter,)) if adapter else self

    @contextmanager
    def opened(self, parallel: int = 0, also: Collection[str] = ()) -> Iterator["Generator"]:
        """A loaded model, fetched first with a progress bar if need be, unloaded at the end.

        Args:
            parallel: how many answers may run at once; 0: what suits the engine.
            also: adapters that single requests name.
        """
        from copydesk.cli.models import download_bar
        from copydesk.generate.engines import open_generator

        with download_bar() as progress:
            generator = open_generator(
                self.model,
                threads=self.threads,
                context=self.context,
                parallel=parallel,
                adapters=self.adapters,
                also=tuple(also),
                timeout=self.timeout,
                progress=progress,
            )
        try:
            yield generator
        finally:
            # Interrupted, the engine may be deep in a long prompt: `run` leaves without waiting.
            if not isinstance(sys.exc_info()[1], KeyboardInterrupt):
                generator.close()


def model_options(command: F) -> F:
    """--model, --adapter, --seed and the like: the command takes them as `engine`."""

    @wraps(command)
    def bundled(
        model: str,
        adapter: tuple[str, ...],
        seed: int | None,
        threads: int | None,
        context: int | None,
        timeout: float | None,
        **rest: object,
    ) -> object:
        # A fresh seed is small enough to be typed again.
        chosen = secrets.randbelow(100_000) if seed is None else seed
        return command(engine=Engine(model, chosen, threads, context, adapter, timeout), **rest)

    for option in (
        click.option(
            "--timeout",
            type=click.FloatRange(1),
            envvar="COPYDESK_TIMEOUT",
            help="Seconds that a server may take to begin its answer; 120 if not given.",
        ),
        click.option(
            "--context",
            type=click.IntRange(512),
            envvar="COPYDESK_CONTEXT",
            help="Tokens the model reads and writes at once.",
        ),
        click.option(
            "--threads",
            type=click.IntRange(1),
            envvar="COPYDESK_THREADS",
            help="CPU threads; chosen from cores and load if not given.",
        ),
        click.option(
            "--adapter",
            multiple=True,
            metavar="PATH",
            help="A LoRA adapter: a GGUF file, a folder of transformers, or a published one. "
            "The first one is used.",
        ),
        click.option("--seed", type=click.IntRange(0), help="Same seed, same text."),
        click.option(
            "--model",
            default="",
            envvar="COPYDESK_MODEL",
            help="A name from `copydesk models list`, a GGUF file, a folder of transformers, "
            "hf:OWNER/REPO[/FILE.gguf], or openai:MODEL@URL for a server.",
        ),
    ):
        bundled = option(bundled)
    return cast("F", bundled)


def force_option(command: F) -> F:
    """--force."""
    return click.option("--force", is_flag=True, help="Replace a file that exists.")(command)
