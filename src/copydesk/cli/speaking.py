"""The options that say how a model speaks: how it draws, how long, and what it must not say."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from copydesk.errors import UsageProblem

if TYPE_CHECKING:
    from copydesk.generate.protocol import Message, Request

F = TypeVar("F", bound=Callable[..., object])

MAX_TOKENS = 1024
_PROSE, _JSON = 0.7, 0.5  # temperatures
_LARGEST_BANS = 1_000_000  # bytes


@dataclass(frozen=True)
class Speaking:
    """What the options of `speaking_options` said."""

    temperature: float | None
    top_p: float
    top_k: int
    min_p: float
    dry: float
    max_tokens: int | None
    ban: tuple[str, ...]
    ban_file: Path | None
    stop: tuple[str, ...]
    loop_guard: bool

    def request(
        self, messages: "tuple[Message, ...]", seed: int, schema: dict[str, Any] | None = None
    ) -> "Request":
        """A request for prose, or for JSON under a schema, which is as long as the schema allows.

        Raises:
            UsageProblem: a phrase or stop is empty, or does not go with a schema.
        """
        from copydesk.generate.bans import Bans
        from copydesk.generate.protocol import Request, Sampling

        bans = (*self.ban, *(_phrases(self.ban_file) if self.ban_file else ()))
        Bans(bans)  # complains about empty ones
        if "" in self.stop:
            raise UsageProblem("A --stop is empty.", "give at least one character")
        if schema and (self.stop or self.dry):
            raise UsageProblem(
                "--stop and --dry are for prose, and spoil JSON.", "leave them out with --schema"
            )
        default = _JSON if schema else _PROSE
        temperature = default if self.temperature is None else self.temperature
        return Request(
            messages,
            max_tokens=self.max_tokens or (2**31 - 1 if schema else MAX_TOKENS),
            schema=schema,
            sampling=Sampling(temperature, self.top_p, self.top_k, self.min_p, self.dry),
            seed=seed,
            stop=self.stop,
            bans=bans,
            guard_loops=self.loop_guard,
        )


def _phrases(path: Path) -> list[str]:
    """A phrase a line; empty lines and lines that begin with # are none."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST_BANS + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise UsageProblem(
            f"The phrases in {path} cannot be read: {reason}.", "give a text, one phrase a line"
        ) from None
    if len(text) > _LARGEST_BANS:
        raise UsageProblem(f"{path} is too large for a list of phrases.", "ban less")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


_OPTIONS = (
    click.option(
        "--no-loop-guard",
        "loop_guard",
        flag_value=False,
        default=True,
        help="Let the text repeat itself.",
    ),
    click.option("--stop", multiple=True, metavar="TEXT", help="End before this text. Repeatable."),
    click.option(
        "--ban-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Phrases that must not appear, one a line; # begins a comment.",
    ),
    click.option(
        "--ban", multiple=True, metavar="PHRASE", help="A phrase that must not appear. Repeatable."
    ),
    click.option(
        "--dry",
        type=click.FloatRange(0, 10),
        default=0.0,
        help="Above 0, repeating itself verbatim costs; 0.8 is usual.",
    ),
    click.option(
        "--min-p",
        type=click.FloatRange(0, 1),
        default=0.05,
        show_default=True,
        help="Least probability of a token, as a share of the likeliest one's.",
    ),
    click.option(
        "--top-k",
        type=click.IntRange(0),
        default=40,
        show_default=True,
        help="Draw from so many of the likeliest tokens; 0: from all.",
    ),
    click.option(
        "--top-p",
        type=click.FloatRange(0, 1, min_open=True),
        default=0.9,
        show_default=True,
        help="Draw from the likeliest tokens that make up this share.",
    ),
    click.option(
        "--temperature",
        type=click.FloatRange(0, 2),
        help=f"Higher is freer; {_PROSE} for text and {_JSON} for JSON if not given.",
    ),
    click.option(
        "--max-tokens",
        type=click.IntRange(1),
        help=f"The longest answer; {MAX_TOKENS:,} for text if not given.",
    ),
)
_NAMES = tuple(Speaking.__dataclass_fields__)


def speaking_options(command: F) -> F:
    """--max-tokens, sampling, bans, stops: the command takes them as `speaking`."""

    @wraps(command)
    def bundled(**values: Any) -> object:
        speaking = Speaking(**{name: values.pop(name) for name in _NAMES})
        return command(speaking=speaking, **values)

    for option in _OPTIONS:
        bundled = option(bundled)
    return cast("F", bundled)
