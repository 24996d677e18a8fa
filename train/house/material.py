"""The rows of a house, read once and split once, so that no stage learns what another tests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import UsageProblem
from copydesk.files import make_folder
from copydesk.findings import Finding
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Row
from copydesk.preferences.write import write_rows
from copydesk.train.data import KINDS, fingerprint, read_sources
from copydesk.train.data.keys import groups
from copydesk.train.data.split import held_keys
from copydesk.train.recipe import Method

TRAIN, HELD = "train.jsonl", "held.jsonl"
_FEWEST = 4  # rows that a stage is worth while for


@dataclass(frozen=True)
class Material:
    """The rows to learn from and those held out, of all kinds; no prompt is in both."""

    train: tuple[Row, ...]
    held: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def sha256(self) -> str:
        """By which the rows are known again."""
        return fingerprint((*self.train, *self.held))

    def counts(self, method: Method) -> tuple[int, int]:
        """How many rows a method could learn from, and be tested on."""
        return len(_decided(self.train, method)), len(_decided(self.held, method))

    def lacking(self, method: Method) -> str:
        """Why a method has nothing to learn from here; "" if it has."""
        train, _ = self.counts(method)
        kind = KINDS[method]
        if train >= _FEWEST:
            return ""
        there = f"only {train}" if train else "no"
        verb, name = ("is", kind.name.removesuffix("s")) if train == 1 else ("are", kind.name)
        return f"there {verb} {there} {name} to learn from; it takes {kind.needs}"


def read_material(sources: Sequence[str], share: float) -> Material:
    """Read and split.

    The prompts of each kind of rows are split by themselves, so that each kind has some held out,
    however few rows it has; a prompt that is held out for one kind is for all.

    Raises:
        UsageProblem: nothing is there to learn from.
        DocumentProblem: a file cannot be read.
    """
    rows, findings = read_sources(sources)
    if not rows:
        raise UsageProblem("There are no rows to learn from.", "copydesk desk import FILE")
    keys = groups(rows)
    kinds: dict[type[Row], set[bytes]] = {}
    for row, key in zip(rows, keys, strict=True):
        kinds.setdefault(type(row), set()).add(key)
    held = frozenset[bytes]().union(*(held_keys(frozenset(k), share) for k in kinds.values()))
    if len(held) == len(set(keys)):
        held = held_keys(frozenset(keys), share)
    sides = [key in held for key in keys]
    return Material(
        tuple(row for row, side in zip(rows, sides, strict=True) if not side),
        tuple(row for row, side in zip(rows, sides, strict=True) if side),
        findings,
    )


def keep_material(folder: Path, material: Material) -> None:
    """Write the rows down.

    Raises:
        OutputProblem: the disk is full.
    """
    make_folder(folder)
    write_rows(material.train, folder / TRAIN, force=True)
    if material.held:
        write_rows(material.held, folder / HELD, force=True)


def kept_material(folder: Path) -> Material:
    """The rows as they were written down.

    Raises:
        DocumentProblem: they cannot be read any more.
    """
    held = folder / HELD
    return Material(read_rows(folder / TRAIN).rows, read_rows(held).rows if held.is_file() else ())


def _decided(rows: tuple[Row, ...], method: Method) -> tuple[Row, ...]:
    """Rows as the method learns from them; of comparisons those that prefer something."""
    converted = tuple(KINDS[method].convert(rows))
    if method in {"reward", "dpo", "orpo", "simpo"}:
        return tuple(row for row in converted if _prefers(row))
    return converted


def _prefers(row: Row) -> bool:
    ranks = getattr(row, "ranks", None)
    return len(set(ranks)) > 1 if ranks is not None else not getattr(row, "tie", False)
