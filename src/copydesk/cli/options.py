"""The options that several commands share, and what becomes of them."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from copydesk.brief import Brief, Language, make_brief

if TYPE_CHECKING:
    from copydesk.generate.protocol import Generator

F = TypeVar("F", bound=Callable[..., object])

_LARGEST_BRIEF = 4_000_000  # bytes of standard input; a model's context is far smaller


def brief_options(command: F) -> F:
    """BRIEF, --language, --audience."""
    command = click.option("--audience", default="", help="Who it is for.")(command)
    command = click.option(
        "--language",
        type=click.Choice(["en", "zh"]),
        help="Language of the result; read off the brief if not given.",
    )(command)
    return click.argument("brief")(command)


def model_options(command: F) -> F:
    """--model, --seed, --threads, --context."""
    for option in (
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
        click.option("--seed", type=click.IntRange(0), help="Same seed, same text."),
        click.option(
            "--model",
            default="",
            envvar="COPYDESK_MODEL",
            help="A name from `copydesk models list`, a GGUF file, or hf:OWNER/REPO/FILE.gguf.",
        ),
    ):
        command = option(command)
    return command


def force_option(command: F) -> F:
    """--force."""
    return click.option("--force", is_flag=True, help="Replace a file that exists.")(command)


def read_brief(text: str, language: Language | None, audience: str, length: int = 0) -> Brief:
    """The brief as typed, or from standard input when it is `-`.

    Raises:
        UsageProblem: it is empty.
    """
    if text == "-":
        text = sys.stdin.buffer.read(_LARGEST_BRIEF).decode("utf-8", errors="replace")
    return make_brief(text, language=language, audience=audience, length=length)


def chosen_seed(seed: int | None) -> int:
    """The seed given, or a fresh one, small enough to be typed again."""
    return secrets.randbelow(100_000) if seed is None else seed


@contextmanager
def opened(model: str, threads: int | None, context: int | None) -> Iterator["Generator"]:
    """A loaded model, fetched first with a progress bar if need be, unloaded at the end."""
    from copydesk.cli.models import download_bar
    from copydesk.generate.engines import open_generator

    with download_bar() as progress:
        generator = open_generator(model, threads=threads, context=context, progress=progress)
    try:
        yield generator
    except KeyboardInterrupt:
        raise  # the engine may be deep in a long prompt: `run` leaves without waiting for it
    except BaseException:
        generator.close()
        raise
    generator.close()
