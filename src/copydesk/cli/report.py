"""What commands say beside their result: time and speed in a few words, findings, problems."""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from copydesk.findings import Finding
    from copydesk.generate.protocol import Completion

# The control characters: C0 without tab and line feed, DEL, C1.
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def speed(completions: "Sequence[Completion]") -> str:
    """Tokens generated, and tokens per second while generating."""
    tokens = sum(completion.completion_tokens for completion in completions)
    seconds = sum(completion.completion_seconds for completion in completions)
    rate = tokens / seconds if seconds else 0.0
    return f"{tokens} tokens at {rate:.1f} tokens/s"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def printable(text: str) -> str:
    """Text without control characters: what a model says must not steer a terminal."""
    return text.translate(_CONTROLS)


def paint(text: str, **style: Any) -> str:
    """Colour, unless the user asked for none; click drops it where no terminal listens."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def complain(message: str, hint: str = "") -> None:
    """A problem in one sentence, and what to do about it, on stderr."""
    click.echo(f"{paint('error:', fg='red', bold=True)} {printable(message)}", err=True)
    if hint:
        click.echo(f"{paint('hint:', fg='cyan')} {printable(hint)}", err=True)


def warn(message: str) -> None:
    """Something went wrong beside the work, which went on."""
    click.echo(f"{paint('warning:', fg='yellow')} {printable(message)}", err=True)


def tell_findings(findings: "Iterable[Finding]") -> None:
    """What was found in an answer, a line each, on stderr."""
    for finding in findings:
        said = finding.message.rstrip(".。")
        fix = f"; {finding.fix}" if finding.fix else ""
        click.echo(printable(f"{finding.place}: {said}{fix} [{finding.code}]"), err=True)
