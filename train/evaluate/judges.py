"""Who compares answers: a reward model, or what can be learnt from rows that nobody trained on."""

# ruff: noqa: PLC0415 - torch and scikit-learn are imported when a judge needs them

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from copydesk.brief import Language
from copydesk.errors import ModelProblem, UsageProblem
from copydesk.generate.identity import weights_hash
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Row, Sample
from copydesk.prose.distance import Profile, distance

FEWEST_PAIRS = 40  # decided comparisons that a judge can be learnt from
NAMES = ("style", "pairs", "contrast")
_INDEPENDENT = "give another judge; or leave --judge out: one is learnt from what was held out"


class Judge(Protocol):
    """Says how good answers to a prompt are, in any unit of its own.

    Attributes:
        name: a word or two.
        about: where it comes from, in a sentence.
    """

    name: str
    about: str

    def score(self, prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
        """One number an answer; higher is better."""


class RewardJudge:
    """A reward model's folder."""

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            ModelProblem: it holds no reward model.
        """
        from copydesk.train.reward import load_reward

        self._scorer = load_reward(folder)
        self.name = folder.parent.name if folder.name == "model" else folder.name
        self.about = f"the reward model {self.name}"

    def score(self, prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
        """See `Judge`."""
        return self._scorer.score(prompt, answers)


class StyleJudge:
    """Prefers what lies nearer to the house's own texts (Burrows 2002, see prose.distance)."""

    name = "style"

    def __init__(self, profile: Profile, texts: str) -> None:
        self._profile = profile
        self.about = f"the distance in style from {texts}"

    def score(self, prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
        """See `Judge`."""
        del prompt
        return [-distance(self._profile, answer) for answer in answers]


class WordsJudge:
    """A Bradley–Terry model on TF-IDF features, learnt from comparisons that were held out."""

    def __init__(self, pairs: Sequence[Pair], name: str, about: str) -> None:
        """Learn it.

        Raises:
            UsageProblem: there is no decided comparison.
        """
        from copydesk.train.audit.baselines import TfidfBradleyTerry, choices

        decided = choices(tuple(pairs))
        if not decided:
            raise UsageProblem(
                "No comparison was held out that a judge could be learnt from.", _INDEPENDENT
            )
        self._model = TfidfBradleyTerry().fit(decided)
        self.name, self.about = name, about

    def score(self, prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
        """See `Judge`."""
        del prompt
        return [float(value) for value in self._model.score(list(answers))]


def pairs_judge(rows: Sequence[Row]) -> WordsJudge:
    """Learnt from comparisons that editors made.

    Raises:
        UsageProblem: too few were held out.
    """
    from copydesk.preferences.convert import to_pairs

    pairs = [pair for pair in to_pairs(rows) if not pair.tie]
    if len(pairs) < FEWEST_PAIRS:
        raise UsageProblem(
            f"Only {len(pairs)} comparisons were held out for a judge; it takes {FEWEST_PAIRS}.",
            _INDEPENDENT,
        )
    about = f"a Bradley-Terry model on TF-IDF, learnt from {len(pairs)} held-out comparisons"
    return WordsJudge(pairs, "pairs", about)


def contrast_judge(samples: Sequence[Sample], answers: Sequence[str]) -> WordsJudge:
    """Learnt to tell the house's held-out texts from the base's own answers to their prompts."""
    pairs = [
        Pair(prompt=sample.prompt, chosen=sample.completion, rejected=answer, place=sample.place)
        for sample, answer in zip(samples, answers, strict=True)
        if answer.strip()
    ]
    about = (
        f"a Bradley-Terry model on TF-IDF that tells {len(pairs)} held-out texts of the house "
        "from the base's answers"
    )
    return WordsJudge(pairs, "contrast", about)


def check_independent(judge: Path, policy: Mapping[str, Any]) -> None:
    """Refuse a judge that the policy was trained with, or on whose very rows.

    Args:
        judge: its folder, or its run's.
        policy: what the policy's manifest says; every run that led to it, one after the other.

    Raises:
        UsageProblem: it is not independent.
        ModelProblem: there is no such folder.
    """
    folder = _model_folder(judge)
    if not folder.is_dir():
        raise ModelProblem(f"There is no folder {judge}.", "give the folder of a reward model")
    used = [Path(str(place)).expanduser() for place in policy.get("judges", ()) if place]
    own = weights_hash(folder)
    for place in used:
        other = _model_folder(place)
        if other.is_dir() and (other.resolve() == folder.resolve() or weights_hash(other) == own):
            raise UsageProblem(f"The judge {judge} trained this policy.", _INDEPENDENT)
    learnt = _data_hash(folder)
    if learnt and learnt in policy.get("data", ()):
        raise UsageProblem(
            f"The judge {judge} learned from the very rows that this policy did.", _INDEPENDENT
        )


def _model_folder(path: Path) -> Path:
    below = path.expanduser() / "model"
    return below if below.is_dir() else path.expanduser()


def _data_hash(folder: Path) -> str:
    """What the judge's run or publication says of its data; "" if nothing."""
    for path in (folder.parent / "manifest.json", folder / "publication.json"):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return str(content["data"]["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ""


def language_of(texts: Sequence[str]) -> Language:
    """The language of most of the texts."""
    from copydesk.brief import detect_language

    chinese = sum(detect_language(text) == "zh" for text in texts)
    return "zh" if chinese * 2 > len(texts) else "en"
