"""A text whose units are made new one after the other, so that a killed job goes on at the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from copydesk.findings import Finding
from copydesk.writer.store import Memory, Store
from copydesk.writer.transform.structure import Page
from copydesk.writer.transform.verify import Fault


class Worker(Protocol):
    """Makes new texts for units, and says what is wrong with them."""

    def work(self, number: int, done: Mapping[int, str]) -> Mapping[int, str]:
        """New texts by unit number: for this unit, and for others made in the same breath."""

    def faults(self, number: int, text: str) -> list[Fault]:
        """What is wrong with a unit's new text."""


@dataclass
class Blocks:
    """The units of a page, those done and those to do.

    Attributes:
        store: what it holds already is not made again.
        on_text: hears the new text in order, as soon as it is final.
    """

    page: Page
    worker: Worker
    store: Store = field(default_factory=Memory)
    on_text: Callable[[str], None] = lambda _text: None
    cancel: Event = field(default_factory=Event)
    done: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _told: int = 0  # lines that `on_text` has heard

    def run(self) -> None:
        """Make every unit new, until the end or until cancelled."""
        for number, unit in enumerate(self.page.units):
            if number not in self.done and not self._kept(number) and not self._made(number):
                return
            faults = self.worker.faults(number, self.done[number])
            self.findings += [fault.finding(unit.line) for fault in faults]
            self._tell(number + 1)
        self._tell(len(self.page.units))

    @property
    def finished(self) -> int:
        """How many units are done from the beginning on."""
        return next((i for i in range(len(self.page.units)) if i not in self.done), len(self.done))

    @property
    def markdown(self) -> str:
        """The new text as far as it is finished."""
        units = self.finished
        return self.page.put(self._upto(units), last=self._end(units))

    def _kept(self, number: int) -> bool:
        text = self.store.get(_key(number))
        if text is not None:
            self.done[number] = text
        return text is not None

    def _made(self, number: int) -> bool:
        if self.cancel.is_set():
            return False
        made = self.worker.work(number, self.done)
        if self.cancel.is_set():  # the answer may have been broken off
            return False
        for other, text in made.items():
            self.done[other] = text
            self.store.put(_key(other), text)
        return True

    def _tell(self, units: int) -> None:
        end = self._end(units)
        if end > self._told:
            self.on_text(self.page.put(self._upto(units, self._told), self._told, end))
            self._told = end

    def _upto(self, units: int, first_line: int = 0) -> dict[int, str]:
        """New texts of the first units, those that end before a line left out."""
        chosen: dict[int, str] = {}
        for number in range(units - 1, -1, -1):
            if self.page.units[number].slots[-1].line < first_line:
                break
            chosen[number] = self.done[number]
        return chosen

    def _end(self, units: int) -> int:
        """The first line that belongs to a unit which is not done."""
        if units < len(self.page.units):
            return self.page.units[units].slots[0].line
        return len(self.page.lines)


def _key(number: int) -> str:
    return f"text-{number:06}"
