"""Remembers what a book says, as far back as a reader does: the last chapters, every opening."""

from typing import Any, Self

from copydesk.brief import Language
from copydesk.prose.repetition import Seen
from copydesk.prose.units import sentences, words

_LAYER = 10_000  # words
_LAYERS = 3
_OPENING = 3  # sentences


class Recent(Seen):
    """A memory of bounded size: some 30,000 words, and how every chapter began.

    What is being written goes into a layer of its own, which is replaced by the text that stands
    when a scene is done. So the memory after a chapter is the same whether it was written just now
    or read from the disk.
    """

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._speech: Language = language
        self._draft = Seen(language)
        self._layers = [Seen(language)]
        self._openings = Seen(language)
        self._size = 0

    def repeats(self, sentence: str) -> bool:
        """Whether it says again what was said, here or in the last chapters, or at an opening."""
        known = (self._draft, *self._layers, self._openings)
        return any(layer.repeats(sentence) for layer in known)

    def add(self, sentence: str) -> None:
        """Remember a sentence of the scene that is being written."""
        self._draft.add(sentence)

    def keep(self, text: str) -> None:
        """A scene stands as it is given here; the drafts of it are forgotten."""
        self._draft = Seen(self._speech)
        for sentence in sentences(text, self._speech):
            self._layers[-1].add(sentence)
            self._size += len(words(sentence, self._speech))

    def end_chapter(self, text: str) -> None:
        """A chapter is over: remember how it began, forget what is long ago."""
        for sentence in sentences(text[: 200 * _OPENING], self._speech)[:_OPENING]:
            self._openings.add(sentence)
        if self._size >= _LAYER:
            self._layers = [*self._layers[1 - _LAYERS :], Seen(self._speech)]
            self._size = 0

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """A copy to try something with: only what is being written is its own."""
        copy = type(self)(self._speech)
        copy._layers, copy._openings = self._layers, self._openings
        copy._size = self._size
        return copy
