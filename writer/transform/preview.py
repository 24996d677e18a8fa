"""What a model would be asked first about a text, without a model."""

from collections.abc import Iterator
from threading import Event

from copydesk.brief import Brief
from copydesk.generate.protocol import Message, Piece, Request
from copydesk.styles.style import Style
from copydesk.writer.form import Form
from copydesk.writer.transform.glossary import Glossary
from copydesk.writer.transform.run import transform


class _Asked(Exception):
    def __init__(self, messages: tuple[Message, ...]) -> None:
        super().__init__()
        self.messages = messages


class _Listener:
    """A generator that only hears what it is asked."""

    name = "nobody"
    parallel = 1

    def __init__(self, context: int) -> None:
        self.context = context

    def count(self, messages: tuple[Message, ...]) -> int:
        """A guess: three characters a token."""
        return sum(len(message.content) for message in messages) // 3

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        """Answer nothing."""
        del cancel
        raise _Asked(request.messages)

    def close(self) -> None:
        """Nothing to give back."""


def first_prompt(
    form: Form,
    brief: Brief,
    *,
    glossary: Glossary | None = None,
    style: Style | None = None,
    context: int = 4096,
) -> str:
    """The first request for a text as a model reads it: system message, blank line, user message.

    Raises:
        UsageProblem: as `transform` does.
    """
    try:
        transform(form, brief, _Listener(context), glossary=glossary, style=style)
    except _Asked as asked:
        return "\n\n".join(message.content for message in asked.messages)
    return ""
