"""A folder of Vale rules → a style: what can be carried over, and a reason for all that cannot."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.errors import DocumentProblem
from copydesk.hostile_yaml import LARGEST, read_yaml
from copydesk.styles.derive import quoted
from copydesk.styles.rules import Rules
from copydesk.styles.vale_kinds import Carried, Check, ValeRule, carry
from copydesk.styles.vale_regex import Untranslatable

_MOST_FILES = 500
_MOST_CHECKS = 1_000  # patterns that a style may hold
_LONGEST_GUIDE = 8_000  # characters


@dataclass(frozen=True)
class LeftOut:
    """A rule, or a part of one, that was not carried over."""

    name: str
    reason: str


@dataclass
class Imported:
    """A style in the making.

    Attributes:
        carried: how many rules were carried over, in whole or in part.
        left: rules of which nothing was; `partly`: those of which a part is lost.
    """

    name: str
    total: int = 0
    carried: int = 0
    left: list[LeftOut] = field(default_factory=list)
    partly: list[LeftOut] = field(default_factory=list)
    patterns: list[Check] = field(default_factory=list)
    preferred: dict[str, str] = field(default_factory=dict)
    settings: dict[tuple[str, str], int | bool | str] = field(default_factory=dict)
    advice: list[str] = field(default_factory=list)

    @property
    def checks(self) -> int:
        """Patterns, preferred words and settings."""
        return len(self.patterns) + len(self.preferred) + len(self.settings)

    @property
    def rules(self) -> Rules:
        """The rules as a style holds them."""
        values: dict[str, Any] = {"summary": self._summary, "language": "en"}
        values["words"] = {"preferred": self.preferred}
        for (table, key), value in self.settings.items():
            values.setdefault(table, {})[key] = value
        values["patterns"] = [
            {key: value for key, value in vars(check).items() if value is not None}
            for check in self.patterns
        ]
        return Rules.model_validate(values)

    @property
    def files(self) -> dict[str, str]:
        """The style folder: path → text."""
        return {"style.toml": self._toml(), "guide.md": self._guide()}

    @property
    def _summary(self) -> str:
        return f"Imported from the Vale style {self.name}: {self.carried} of {self.total} rules."

    def as_json(self, place: Path) -> dict[str, Any]:
        """What was carried over and what was not."""
        return {
            "path": str(place),
            "rules": self.total,
            "carried": self.carried,
            "checks": self.checks,
            "left_out": [vars(one) for one in self.left],
            "in_part": [vars(one) for one in self.partly],
        }

    def add(self, name: str, carried: Carried) -> None:
        """Take in what became of one rule."""
        room = _MOST_CHECKS - len(self.patterns)
        if len(carried.checks) > room:
            raise Untranslatable(f"a style holds {_MOST_CHECKS:,} patterns, and they are taken")
        self.patterns += carried.checks
        circle = _without_circles(self.preferred, carried.preferred)
        for setting, value in carried.settings.items():
            before = self.settings.get(setting, value)
            both = isinstance(before, int) and isinstance(value, int)
            self.settings[setting] = min(before, value) if both else value
        self.carried += 1
        reasons = [carried.reason] if carried.reason else []
        reasons += [f"without {word!r}, which is replaced in a circle" for word in circle[:3]]
        if reasons:
            self.partly.append(LeftOut(name, "; ".join(reasons)))
        if carried.advice:
            self.advice.append(carried.advice)

    def _toml(self) -> str:
        lines = [f"summary = {quoted(self._summary)}", 'language = "en"']
        tables = sorted({table for table, _ in self.settings})
        for table in tables:
            lines += ["", f"[{table}]"]
            for (of, key), value in self.settings.items():
                if of == table:
                    lines.append(f"{key} = {_literal(value)}")
        if self.preferred:
            lines += ["", "[words.preferred]"]
            lines += [f"{quoted(k)} = {quoted(v)}" for k, v in self.preferred.items()]
        for check in self.patterns:
            lines += ["", "[[patterns]]", f"code = {quoted(check.code)}"]
            lines += [f"pattern = {_raw(check.pattern)}", f"message = {quoted(check.message)}"]
            if check.replace is not None:
                lines.append(f"replace = {quoted(check.replace)}")
        return "\n".join(lines) + "\n"

    def _guide(self) -> str:
        lines, room = ["# How to write", ""], _LONGEST_GUIDE
        for advice in dict.fromkeys(self.advice):
            room -= len(advice)
            if room >= 0:
                lines.append(f"- {advice}")
        if len(lines) == 2:
            lines.append(f"- Keep to the rules of {self.name}.")
        return "\n".join(lines) + "\n"


def read_vale(folder: Path) -> Imported:
    """Read a Vale style, or a folder of several: a `.yml` file for each rule.

    Raises:
        DocumentProblem: there is no such folder, no rule in it, or none can be carried over.
    """
    if not folder.is_dir():
        raise DocumentProblem(
            f"There is no folder {folder}.", "give the folder of a Vale style, with a .yml per rule"
        )
    imported = Imported(folder.resolve().name)
    for path in _rule_files(folder):
        imported.total += 1
        name = _code(path)
        try:
            imported.add(name, carry(_read(path, name)))
        except (Untranslatable, DocumentProblem) as problem:
            imported.left.append(LeftOut(name, str(problem)))
    if not imported.carried:
        first = imported.left[0] if imported.left else None
        why = f": {first.name}, {first.reason}" if first else ""
        raise DocumentProblem(
            f"{folder} holds no Vale rule that can be carried over{why}.",
            "give the folder of a Vale style, with a .yml per rule",
        )
    return imported


def _rule_files(folder: Path) -> Iterator[Path]:
    """The rules in a folder, or one level below it, by name."""
    found = [*folder.iterdir(), *(p for sub in folder.iterdir() if sub.is_dir() for p in _in(sub))]
    rules = sorted(p for p in found if p.suffix.lower() in (".yml", ".yaml") and p.is_file())
    yield from rules[:_MOST_FILES]


def _in(folder: Path) -> list[Path]:
    try:
        return [] if folder.name.startswith(".") else list(folder.iterdir())
    except OSError:
        return []


def _code(path: Path) -> str:
    """The rule's name as Vale says it: Microsoft.Wordiness."""
    return re.sub(r"[^\w.-]+", "-", f"{path.parent.resolve().name}.{path.stem}")[-60:]


def _read(path: Path, name: str) -> ValeRule:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise DocumentProblem(f"it cannot be read: {error.strerror}") from None
    values = read_yaml(content)
    if not isinstance(values, dict):
        raise DocumentProblem("it is no Vale rule")
    return ValeRule(name, values)


def _without_circles(known: dict[str, str], more: dict[str, str]) -> list[str]:
    """Take in preferred words that lead to no circle; returns those that would."""
    small = {key.lower(): value.lower() for key, value in known.items()}
    left: list[str] = []
    for key, value in more.items():
        word, steps = value.lower(), 0
        while word in small and word != key.lower() and steps < 50:
            word, steps = small[word], steps + 1
        if word == key.lower() or steps >= 50:
            left.append(key)
        else:
            known[key] = value
            small[key.lower()] = value.lower()
    return left


def _literal(value: int | bool | str) -> str:
    return quoted(value) if isinstance(value, str) else str(value).lower()


def _raw(pattern: str) -> str:
    """An expression as people write it in TOML: in single quotes, where that is possible."""
    plain = "'" not in pattern and pattern.isprintable()
    return f"'{pattern}'" if plain else quoted(pattern)
