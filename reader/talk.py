"""A conversation about documents: follow-ups take their words from the turns before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event

from copydesk.generate.protocol import Generator
from copydesk.library.records import Entry
from copydesk.reader.answer import Answer, Numbers, Turn
from copydesk.reader.ask import PASSAGES, OnSentence, ask
from copydesk.reader.shelf import Shelf

_KEPT = 50  # turns
_SEED_STEP = 104_729


@dataclass
class Talk:
    """Questions one after the other; citations are numbered through.

    Attributes:
        entries: the documents to look in; the whole shelf if None.
        k: passages that are looked through for each question.
        turns: what was asked and answered, the last ones.
    """

    shelf: Shelf
    generator: Generator
    entries: Sequence[Entry] | None = None
    k: int = PASSAGES
    seed: int = 0
    turns: list[Turn] = field(default_factory=list)

    def say(
        self,
        question: str,
        *,
        on_sentence: OnSentence | None = None,
        cancel: Event | None = None,
    ) -> Answer:
        """Answer a question in the light of those before. Raises as `ask` does."""
        cited = [one for turn in self.turns for one in turn.answer.citations]
        answer = ask(
            question,
            self.shelf,
            self.generator,
            entries=self.entries,
            k=self.k,
            seed=(self.seed + len(self.turns) * _SEED_STEP) % 2**31,
            before=self.turns,
            numbers=Numbers(cited),
            on_sentence=on_sentence,
            cancel=cancel,
        )
        self.turns = [*self.turns, Turn(answer.question, answer)][-_KEPT:]
        return answer

    def undo(self) -> None:
        """Take back the last turn, if there is one."""
        self.turns = self.turns[:-1]

    def clear(self) -> None:
        """Begin anew with the same documents."""
        self.turns = []
