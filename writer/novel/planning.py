"""Brief → bible → ledger, each step kept as soon as it is made: a kill costs one request."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.writer.novel.bible import (
    Bible,
    make_acts,
    make_cast,
    make_premise,
    person_count,
)
from copydesk.writer.novel.files import (
    bible_from_yaml,
    bible_to_yaml,
    ledger_from_yaml,
    ledger_to_yaml,
)
from copydesk.writer.novel.ledger import Entry, NovelPlan, make_batch, next_batch
from copydesk.writer.section import SectionWriter
from copydesk.writer.store import Store

BIBLE, LEDGER = "bible.yaml", "ledger.yaml"
_SOME = "ledger-begun.yaml"  # chapters so far, while the ledger is being made
_SHOWN = 3  # chapters that a batch is shown in full of those before it
_TITLES = 12  # and by title
_LEDGER_SEED = 100


@dataclass
class Planner:
    """Plans one novel.

    Attributes:
        load: a kept part of the plan, or None.
        length: of the book, in words or characters.
        chapters: how many there are to be, where no ledger says.
    """

    sections: SectionWriter
    store: Store
    load: Callable[[str], str | None]
    length: int
    chapters: int
    cancel: Event

    def plan(self, given: NovelPlan | None, *, exactly: int = 0) -> NovelPlan:
        """The plan: kept, given, or made; of `exactly` so many chapters if that is not 0.

        Raises:
            UsageProblem: what is kept or given has another number of chapters, or is no plan.
        """
        if (kept := self._kept()) is not None:
            given = kept
        if given is None:
            bible = self._bible()
            chapters = self._ledger(bible)
            if len(chapters) == self.chapters:
                self.store.put(LEDGER, ledger_to_yaml(chapters))
            return NovelPlan(bible, chapters)
        if exactly and exactly != len(given.chapters):
            raise UsageProblem(
                f"The plan has {len(given.chapters)} chapters, not {exactly}.",
                "leave --chapters out, or have a new plan made",
            )
        return given if kept else self._keep(given)

    def _kept(self) -> NovelPlan | None:
        bible, ledger = self.load(BIBLE), self.load(LEDGER)
        if bible is None or ledger is None:
            return None
        read = bible_from_yaml(bible)
        return NovelPlan(read, ledger_from_yaml(ledger, read))

    def _keep(self, plan: NovelPlan) -> NovelPlan:
        """Put a given plan into the store; the ledger last, for it says that the plan is whole."""
        self.store.put(BIBLE, bible_to_yaml(plan.bible))
        self.store.put(LEDGER, ledger_to_yaml(plan.chapters))
        return plan

    def _bible(self) -> Bible:
        kept = self.load(BIBLE)
        seed = self.sections.seed
        if kept is not None:
            bible = bible_from_yaml(kept)
        else:
            prompt = self._render("premise.j2")
            bible = self._put(Bible(make_premise(self.sections.ask(seed), prompt)))
        if not bible.cast:
            persons = person_count(self.chapters)
            prompt = self._render("cast.j2", bible=bible, persons=persons)
            cast, places = make_cast(self.sections.ask(seed + 1), prompt, persons)
            bible = self._put(replace(bible, cast=cast, places=places))
        if not bible.acts:
            prompt = self._render("acts.j2", bible=bible)
            acts = make_acts(self.sections.ask(seed + 2), prompt)
            bible = self._put(replace(bible, acts=acts))
        return bible

    def _put(self, bible: Bible) -> Bible:
        self.store.put(BIBLE, bible_to_yaml(bible))
        return bible

    def _ledger(self, bible: Bible) -> tuple[Entry, ...]:
        kept = self.load(_SOME)
        chapters = ledger_from_yaml(kept, bible)[: self.chapters] if kept else ()
        while len(chapters) < self.chapters and not self.cancel.is_set():
            chapters += self._batch(bible, chapters)
            self.store.put(_SOME, ledger_to_yaml(chapters))
        return chapters

    def _batch(self, bible: Bible, chapters: tuple[Entry, ...]) -> tuple[Entry, ...]:
        batch = next_batch(len(chapters), self.chapters)
        self.sections.on_note(f"planning chapters {batch.first} to {batch.last}")
        prompt = self._render(
            "ledger.j2",
            bible=bible,
            batch=batch,
            before=chapters[-_SHOWN:],
            titles=[entry.title for entry in chapters[-_TITLES:]],
        )
        ask = self.sections.ask(self.sections.seed + _LEDGER_SEED + batch.first)
        return make_batch(ask, prompt, batch, bible, chapters)

    def _render(self, template: str, **values: Any) -> str:
        return self.sections.context.render(
            template, length=self.length, chapters=self.chapters, **values
        )
