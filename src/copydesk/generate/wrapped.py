"""A generator seen through another, which hears or changes what is said."""

from dataclasses import dataclass

from copydesk.generate.protocol import Generator, Message


@dataclass
class Wrapped:
    """Answers for `inner` in all but `stream` and `close`, which are the wrapper's business."""

    inner: Generator

    @property
    def name(self) -> str:
        """The model's."""
        return self.inner.name

    @property
    def context(self) -> int:
        """The model's."""
        return self.inner.context

    @property
    def parallel(self) -> int:
        """The model's."""
        return self.inner.parallel

    def count(self, messages: tuple[Message, ...]) -> int:
        """See `Generator.count`."""
        return self.inner.count(messages)
