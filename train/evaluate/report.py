"""What an evaluation of a policy found, and what of it fell short."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from copydesk.train.evaluate.measures import LengthControlled, Rate

VERBATIM = 12  # words of a training text that an answer may share with it

LABELS: Mapping[str, str] = {
    "perplexity": "perplexity of held-out texts",
    "perplexity_change": "change of that from the base",
    "kl": "KL from the base, nats an answer",
    "style_distance": "distance in style",
    "machine_phrases": "machine phrases in 1,000 words",
    "length": "length in words",
    "unfinished": "share without an end",
    "distinct_2": "distinct pairs of words",
    "distinct_3": "distinct triples of words",
    "repeated_4": "share of 4-grams said before",
    "overlap": "longest verbatim overlap with training, words",
    "overlap_mean": "mean of that over the answers",
}
_SHARES = {"perplexity_change", "unfinished", "repeated_4"}


@dataclass(frozen=True)
class Measure:
    """A number, with the interval that holds it with 95 % where one can be had."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Contestant:
    """Who answered, and what was measured of the answers; `title` as a person calls it."""

    name: str
    title: str
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Win:
    """How often the policy's answer was preferred to another's."""

    against: str
    judge: str
    rate: Rate
    controlled: LengthControlled


@dataclass(frozen=True)
class Shown:
    """One answer with its own numbers."""

    name: str
    title: str
    text: str
    ended: bool
    length: int
    phrases: float
    overlap: int
    overlap_text: str
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Side:
    """The answers to one prompt, side by side."""

    prompt: str
    place: str
    answers: tuple[Shown, ...]


@dataclass(frozen=True)
class PolicyReport:
    """All of it.

    Attributes:
        judges: what each judge is, by its name; the first one counts.
        contestants: the policy first.
        sides: the answers, prompt by prompt.
        notes: how it was measured.
        short: what fell short of what one would want.
    """

    policy: str
    base: str
    language: str
    prompts: int
    judges: Mapping[str, str]
    contestants: tuple[Contestant, ...]
    wins: tuple[Win, ...]
    sides: tuple[Side, ...] = ()
    notes: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def judge(self) -> str:
        """The judge that counts; "" if there was none."""
        return next(iter(self.judges), "")

    def measure(self, contestant: str, name: str) -> Measure | None:
        """A number of a contestant; None if it was not measured."""
        for each in self.contestants:
            if each.name == contestant:
                return each.measures.get(name)
        return None

    def win(self, against: str, judge: str = "") -> Win | None:
        """The wins against somebody by a judge; by the one that counts if none is named."""
        wanted = judge or self.judge
        return next((w for w in self.wins if w.against == against and w.judge == wanted), None)

    def table(self) -> list[dict[str, Any]]:
        """The numbers, a row a measure and a column a contestant."""
        return [{"measure": LABELS[name], **cells} for name, cells in self._rows()]

    def told(self) -> list[dict[str, str]]:
        """The same as people read it; "" where nothing was measured."""
        return [
            {"measure": LABELS[name]}
            | {who: "" if value is None else spoken(name, value) for who, value in cells.items()}
            for name, cells in self._rows()
        ]

    def _rows(self) -> Iterator[tuple[str, dict[str, float | None]]]:
        for name in LABELS:
            cells = {each.name: _plain(each.measures.get(name)) for each in self.contestants}
            if any(value is not None for value in cells.values()):
                yield name, cells

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; what is no number is null."""
        content = asdict(self)
        content["kind"] = "policy"
        content["judge"] = self.judges.get(self.judge, "")
        content["table"] = self.table()
        content["told"] = self.told()
        content["wins"] = [
            {
                **asdict(win),
                "shown": shown_rate(win.rate),
                "shown_controlled": shown_rate(win.controlled),
            }
            for win in self.wins
        ]
        cleaned = _finite(content)
        assert isinstance(cleaned, dict)  # noqa: S101 - it was one
        return cleaned


def spoken(name: str, value: float) -> str:
    """A measure for a person: shares in percent, words whole."""
    if name in _SHARES:
        sign = "+" if name == "perplexity_change" and value > 0 else ""
        return f"{sign}{100 * value:.0f} %".replace("-", "−")
    if name in {"length", "overlap"}:
        return f"{value:,.0f}"
    return f"{value:.2f}".replace("-", "−")


def shown_rate(rate: Rate | LengthControlled) -> str:
    """A rate for a person: 62 % (51–73)."""
    return f"{rate.value:.0%} ({100 * rate.low:.0f}–{100 * rate.high:.0f})".replace("%", " %")


def shortcomings(report: PolicyReport) -> tuple[str, ...]:
    """What a reader should know before being pleased."""
    found = []
    for against in ("base", "sft", "few-shot"):
        win = report.win(against)
        if win and win.controlled.low <= 0.5:
            found.append(
                f"The length-controlled win rate against {_called(report, against)} is "
                f"{shown_rate(win.controlled)}: that need not be more than half."
            )
    found += [_beaten(report, name) for name in ("base", "few-shot")]
    found.append(_parrot(report))
    found.append(_worse(report, "perplexity", "finds held-out texts of the house less likely"))
    found.append(_worse(report, "machine_phrases", "uses more machine phrases"))
    found.append(_worse(report, "repeated_4", "repeats itself more", margin=0.02))
    unfinished = report.measure("policy", "unfinished")
    if unfinished and unfinished.value > 0.2:
        share = f"{100 * unfinished.value:.0f} %"
        found.append(f"{share} of its answers came to no end within their tokens.")
    if report.prompts < 20:
        found.append(f"It was asked only {report.prompts} prompts: the intervals are wide.")
    return tuple(text for text in found if text)


def _beaten(report: PolicyReport, other: str) -> str:
    own, its = report.measure("policy", "style_distance"), report.measure(other, "style_distance")
    if own is None or its is None or own.value < its.value:
        return ""
    return (
        f"Its answers lie no nearer to the house's style than those of "
        f"{_called(report, other)}: {own.value:.3f} against {its.value:.3f}."
    )


def _parrot(report: PolicyReport) -> str:
    overlap = report.measure("policy", "overlap")
    if overlap is None or overlap.value <= VERBATIM:
        return ""
    return (
        f"An answer shares {overlap.value:.0f} words in a row with a training text; "
        f"more than {VERBATIM} is learnt by heart."
    )


def _worse(report: PolicyReport, name: str, words: str, margin: float = 0.0) -> str:
    own, its = report.measure("policy", name), report.measure("base", name)
    if own is None or its is None or not own.value > its.value + margin:
        return ""
    return f"It {words} than the base does: {own.value:.3g} against {its.value:.3g}."


def _called(report: PolicyReport, name: str) -> str:
    return next((each.title for each in report.contestants if each.name == name), name)


def _plain(measure: Measure | None) -> float | None:
    return measure.value if measure is not None and math.isfinite(measure.value) else None


def _finite(value: object) -> object:
    """JSON knows no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
