"""A report on a reward model as lines of Markdown."""

from collections.abc import Mapping

from copydesk.train.evaluate.measures import Rate
from copydesk.train.evaluate.rewards import RewardReport

_FEW = 20  # rankings
_NAMES = {
    "machine_phrases": "fewer machine phrases win",
    "tfidf": "words alone (TF-IDF)",
}


def told(report: RewardReport) -> list[str]:
    """Accuracy beside its floors and its ceiling first, then the rest in sentences."""
    lines = [
        f"{report.pairs:,} pairs of {report.rankings:,} rankings, {report.ties.rate:.0%} ties.",
        "",
        "| who orders the pairs | accuracy |",
        "|---|---|",
        *(f"| {who} | {value} |" for who, value in orderings(report)),
    ]
    return [*lines, "", *_sentences(report)]


def orderings(report: RewardReport) -> list[tuple[str, str]]:
    """Who orders the pairs, and how well: the model, its floors, and people if they are known."""
    found = [("the reward model", _rate(report.accuracy))]
    found += [(name, f"{value:.3f}") for name, value in named_floors(report.baselines).items()]
    if report.ceiling is not None:
        found.append(("one person, by another's ranking", f"{report.ceiling:.3f}"))
    return found


def shortfalls(report: RewardReport) -> list[str]:
    """What a reader should know before trusting it."""
    found = []
    if beaten := beaten_by(report.accuracy.value, report.baselines):
        names = " and ".join(f'"{name}"' for name in beaten)
        found.append(f"It is no better than {names}: do not optimise against it.")
    if report.rankings < _FEW:
        found.append(f"It was tried on only {report.rankings} rankings: little is known of it.")
    return found


def named_floors(baselines: Mapping[str, float]) -> dict[str, float]:
    """Baselines as people call them; of length the side that is right more often."""
    named = {}
    for name, value in baselines.items():
        if name == "length_only":
            named["the longer one wins" if value >= 0.5 else "the shorter one wins"] = max(
                value, 1 - value
            )
        else:
            named[_NAMES.get(name, name)] = value
    return named


def beaten_by(accuracy: float, baselines: Mapping[str, float]) -> list[str]:
    """What needs no model and is as good or better, as people call it."""
    return [name for name, value in named_floors(baselines).items() if value >= accuracy]


def _sentences(report: RewardReport) -> list[str]:
    ties, best = report.ties, report.best
    lines = []
    lines += [f"**{text}**" for text in shortfalls(report)]
    lines.append(
        f"Its probabilities are off by {report.calibration.error:.3f} on average "
        "(expected calibration error)."
    )
    if ties.auc is not None:
        lines.append(
            f"Ties: it expects {ties.expected:.0%} and there are {ties.rate:.0%}; a real tie looks "
            f"more like one than another pair does {ties.auc:.0%} of the time."
        )
    answers = f"{best.answers:.1f}".removesuffix(".0")
    lines.append(
        f"Best of {answers}: its first choice is people's {_rate(best.agreement)} of the "
        f"time ({best.chance:.3f} by chance), and people ranked {best.regret:.0%} of the others "
        f"above it ({best.blind:.0%} by chance)."
    )
    return lines


def _rate(rate: Rate) -> str:
    return f"{rate.value:.3f} ({rate.low:.3f} to {rate.high:.3f})"
