"""How a sentence of an answer shows where it stands: [report p. 12, printed 8], and the words."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from copydesk.cli.report import paint, printable

if TYPE_CHECKING:
    from copydesk.brief import Language
    from copydesk.reader.answer import Answer, Citation, Place, Sentence

_LONGEST_NAME = 40
_SUFFIXES = 6  # characters of a suffix that is left out: .markdown stays


class Names:
    """What documents are called in brackets: without the suffix, where that tells them apart."""

    def __init__(self, names: Iterable[str]) -> None:
        self._stems = Counter(_stem(name).casefold() for name in set(names))

    def __call__(self, name: str) -> str:
        """A document's short name."""
        stem = _stem(name)
        short = stem if self._stems[stem.casefold()] < 2 else name
        return short if len(short) <= _LONGEST_NAME else f"{short[: _LONGEST_NAME - 1]}…"

    def place(self, place: "Place", language: "Language") -> str:
        """Document and page; the section where the format has no pages."""
        name = self(place.document)
        if language == "zh":
            where = f" 第 {place.page} 页" if place.page else f"，{place.section}"
            printed = f"，印为 {place.printed}" if place.printed else ""
        else:
            where = f" p. {place.page}" if place.page else f", {place.section}"
            printed = f", printed {place.printed}" if place.printed else ""
        if not place.page and not place.section:
            where = ""
        return f"{name}{where[:80]}{printed}"

    def bracket(self, sentence: "Sentence", language: "Language") -> str:
        """All places of a sentence, each once."""
        places = dict.fromkeys(self.place(one.place, language) for one in sentence.citations)
        return f"[{'; '.join(places)}]"


def _stem(name: str) -> str:
    path = PurePath(name)
    return path.stem if 1 < len(path.suffix) <= _SUFFIXES else name


class Speaker:
    """Prints sentences as they are verified; what was printed is never taken back."""

    def __init__(self, names: Names, language: "Language", *, quotes: bool) -> None:
        self._names = names
        self._language = language
        self._quotes = quotes or sys.stdout.isatty()
        self._told: set[int] = set()

    def __call__(self, sentence: "Sentence") -> None:
        """A sentence, its places, and below it the words that prove it."""
        bracket = printable(self._names.bracket(sentence, self._language))
        click.echo(f"{printable(sentence.text)} {paint(bracket, fg='cyan')}")
        if self._quotes:
            for citation in sentence.citations:
                self._quote(citation)
        sys.stdout.flush()

    def _quote(self, citation: "Citation") -> None:
        if citation.number in self._told:
            return
        self._told.add(citation.number)
        said = " ".join(printable(citation.quotation).split())
        quoted = f"「{said}」" if self._language == "zh" else f"“{said}”"
        click.echo(paint(f"  {citation.number}  {quoted}", dim=True))


def tell_nothing_said(answer: "Answer", names: Names) -> None:
    """An abstention: that the documents do not say, and where it was looked."""
    click.echo(printable(answer.text))
    if answer.reason and answer.reason != answer.text:
        click.echo(printable(answer.reason), err=True)
    looked = dict.fromkeys(names.place(one, answer.language) for one in answer.considered)
    if looked:
        before, gap = ("查阅了：", "；") if answer.language == "zh" else ("looked at: ", "; ")
        click.echo(printable(before + gap.join(looked)), err=True)
