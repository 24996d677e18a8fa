"""A policy beside its base, the model that learned from samples, and a few-shot baseline.

All are asked the same held-out prompts with the same seeds. Judges compare the answers; what the
answers are made of is measured, and how likely the models find the house's own texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Sampling
from copydesk.preferences.convert import to_samples
from copydesk.preferences.rows import Row, Sample
from copydesk.prose.distance import Profile, profile
from copydesk.train.evaluate.book import Book
from copydesk.train.evaluate.compare import compare
from copydesk.train.evaluate.contest import Contest
from copydesk.train.evaluate.fewshot import choose_examples, with_examples
from copydesk.train.evaluate.judges import (
    FEWEST_PAIRS,
    Judge,
    StyleJudge,
    contrast_judge,
    language_of,
    pairs_judge,
)
from copydesk.train.evaluate.likely import measure_likelihoods
from copydesk.train.evaluate.measures import Corpus
from copydesk.train.evaluate.parts import Parts, part_rows
from copydesk.train.evaluate.report import (
    Contestant,
    Measure,
    PolicyReport,
    Shown,
    Side,
    shortcomings,
)
from copydesk.train.evaluate.texts import Gauge, measure_texts, pool
from copydesk.train.evaluate.voices import PROSE, Ask, Said

Heard = Callable[[int, int, str], None]
HOUSE, FEW_SHOT = "house", "few-shot"
_TITLES = {
    "policy": "the policy",
    "base": "the base",
    "sft": "the model after SFT",
    FEW_SHOT: "the base with examples",
    HOUSE: "the house's own texts",
}
_PROFILE = 5  # texts that a profile is taken from, at least


@dataclass(frozen=True)
class Settings:
    """How an evaluation asks.

    Attributes:
        prompts: how many held-out prompts.
        tokens: the longest answer.
        examples: how many the few-shot baseline is shown; 0 leaves it out.
        max_length: tokens of prompt and text where likelihoods are measured.
        shown: how many prompts the report shows with their answers.
    """

    prompts: int = 20
    tokens: int = 400
    examples: int = 3
    seed: int = 0
    sampling: Sampling = PROSE
    max_length: int = 1024
    shown: int = 20


def silent(done: int, total: int, label: str) -> None:
    """Progress that shows nothing."""


def evaluate_policy(
    contest: Contest,
    held: Sequence[Row],
    train: Sequence[Row],
    keep: Path,
    *,
    title: str = "",
    base: str = "",
    judges: Sequence[Judge | str] = (),
    settings: Settings | None = None,
    progress: Heard = silent,
) -> PolicyReport:
    """Ask, compare, measure.

    Args:
        contest: who is asked.
        held: rows that nobody trained on, of any kind. One half's prompts are asked; the other
            half is what style and judges are learnt from.
        train: the rows of training, for examples and for what was learnt by heart.
        keep: the folder in which answers are kept.
        title, base: what to call policy and base.
        judges: judges, or "style", "pairs" or "contrast" for one that is learnt from the other
            half of `held`; the first one counts. Empty: "pairs" where enough comparisons were
            held out, else "style".
        progress: told answers that are there, answers in all, and whose.

    Raises:
        UsageProblem: nothing was held out that could be asked, or a judge cannot be learnt.
        CopydeskError: an engine fails; what was answered is kept.
    """
    wanted = settings or Settings()
    parts = part_rows(held, wanted.prompts)
    if not parts.asked:
        raise UsageProblem(
            "No row was held out whose prompt could be asked.", "give rows with prompts: --data"
        )
    asking = _Asking(contest, Book(keep / "answers"), wanted, progress)
    answers = asking.all(parts, to_samples(train))
    gauge, notes = _gauge(parts, train)
    chosen = _judges(judges, parts, gauge, asking)
    report = _measured(contest, parts, answers, gauge, chosen, wanted)
    report = replace(
        report,
        policy=title or contest.names[0],
        base=base,
        notes=(*notes, *_notes(parts, wanted)),
    )
    return replace(report, short=shortcomings(report))


class _Asking:
    """Asks everybody, keeping what they say."""

    def __init__(self, contest: Contest, book: Book, settings: Settings, progress: Heard) -> None:
        self._contest, self._book, self._settings = contest, book, settings
        self._progress = progress

    def all(self, parts: Parts, examples: Sequence[Sample]) -> dict[str, list[Said]]:
        """The answers of everybody to the prompts that are asked."""
        asks = [self._ask(row.prompt, at) for at, row in enumerate(parts.asked)]
        found = {name: self.answers(name, name, asks) for name in self._contest.names}
        shown = choose_examples(examples, self._settings.examples)
        if shown:
            found[FEW_SHOT] = self.answers(FEW_SHOT, "base", self._few_shot(asks, shown))
        return found

    def base(self, samples: Sequence[Sample]) -> list[str]:
        """What the base says to other prompts."""
        asks = [self._ask(sample.prompt, 1000 + at) for at, sample in enumerate(samples)]
        return [said.text for said in self.answers("base-more", "base", asks)]

    def answers(self, name: str, who: str, asks: Sequence[Ask]) -> list[Said]:
        def heard(done: int) -> None:
            self._progress(done, len(asks), name)

        return self._book.answers(
            name,
            self._contest.identity(who),
            self._contest.voices,
            self._contest.voice(who),
            asks,
            heard,
        )

    def _ask(self, prompt: tuple, at: int) -> Ask:  # type: ignore[type-arg]
        settings = self._settings
        return Ask(tuple(prompt), settings.tokens, settings.seed + at, settings.sampling)

    def _few_shot(self, asks: Sequence[Ask], shown: Sequence[Sample]) -> list[Ask]:
        voices = self._contest.voices()
        room = voices.context - self._settings.tokens - 8
        return [
            replace(ask, prompt=with_examples(ask.prompt, shown, room, voices.count))
            for ask in asks
        ]


def _gauge(parts: Parts, train: Sequence[Row]) -> tuple[Gauge, list[str]]:
    """What texts are measured against, and a note on it."""
    own = [sample.completion for sample in to_samples(train)]
    held = [sample.completion for sample in parts.reference]
    enough = len(held) >= _PROFILE
    texts, whose = (held, "held-out") if enough else (own, "training")
    language = language_of(texts or [turn.content for row in parts.asked for turn in row.prompt])
    notes = []
    found: Profile | None = None
    if len(texts) >= _PROFILE:
        found = profile(pool(texts, language), language)
        notes.append(
            f"Distance in style is from {len(texts)} {whose} texts of the house; short texts are "
            "joined before they are measured."
        )
    origin = f"{len(texts)} {whose} texts of the house"
    if not enough:
        origin += ", for too few were held out"
    # What was rejected in training is nothing to have learnt by heart.
    return Gauge(language, found, Corpus(own) if own else None, origin), notes


def _judges(
    asked: Sequence[Judge | str], parts: Parts, gauge: Gauge, asking: _Asking
) -> list[Judge]:
    found = gauge.profile
    if not asked:
        if len(parts.comparisons) >= FEWEST_PAIRS:
            asked = ("pairs",)
        elif found is not None:
            asked = ("style",)
    judges: list[Judge] = []
    for each in asked:
        if not isinstance(each, str):
            judges.append(each)
        elif each == "pairs":
            judges.append(pairs_judge(parts.comparisons))
        elif each == "contrast":
            judges.append(contrast_judge(parts.reference, asking.base(parts.reference)))
        elif found is None:
            raise UsageProblem(
                "Too few texts of the house are there to judge style by.",
                f"hold out {_PROFILE * 2} texts or more, or give a reward model with --judge",
            )
        else:
            judges.append(StyleJudge(found, gauge.origin))
    return judges


def _measured(
    contest: Contest,
    parts: Parts,
    answers: dict[str, list[Said]],
    gauge: Gauge,
    judges: Sequence[Judge],
    settings: Settings,
) -> PolicyReport:
    texts = {name: [said.text for said in said_by] for name, said_by in answers.items()}
    if all(row.text for row in parts.asked):
        texts[HOUSE] = [row.text for row in parts.asked]
    scores = {
        judge.name: {
            name: [
                judge.score(row.prompt, [text])[0]
                for row, text in zip(parts.asked, said, strict=True)
            ]
            for name, said in texts.items()
        }
        for judge in judges
    }
    likely = measure_likelihoods(contest, parts, answers["policy"], settings.max_length)
    contestants = []
    for name, said in texts.items():
        ended = [each.ended for each in answers[name]] if name in answers else None
        measures: dict[str, Measure] = {**likely.get(name, {}), **measure_texts(said, gauge, ended)}
        contestants.append(Contestant(name, _TITLES.get(name, name), measures))
    lengths = {name: [gauge.length(text) for text in said] for name, said in texts.items()}
    return PolicyReport(
        policy="",
        base="",
        language=gauge.language,
        prompts=len(parts.asked),
        judges={judge.name: judge.about for judge in judges},
        contestants=tuple(contestants),
        wins=compare(scores, lengths, settings.seed),
        sides=_sides(parts, answers, texts, gauge, scores, settings.shown),
        settings={
            "prompts": settings.prompts,
            "tokens": settings.tokens,
            "seed": settings.seed,
            "examples": settings.examples,
            **vars(settings.sampling),
        },
    )


def _sides(
    parts: Parts,
    answers: dict[str, list[Said]],
    texts: dict[str, list[str]],
    gauge: Gauge,
    scores: dict[str, dict[str, list[float]]],
    count: int,
) -> tuple[Side, ...]:
    sides = []
    for at, row in enumerate(parts.asked[:count]):
        shown = []
        for name, said in texts.items():
            overlap = gauge.overlap(said[at])
            shown.append(
                Shown(
                    name=name,
                    title=_TITLES.get(name, name),
                    text=said[at],
                    ended=answers[name][at].ended if name in answers else True,
                    length=gauge.length(said[at]),
                    phrases=gauge.phrases(said[at]),
                    overlap=overlap.length,
                    overlap_text=overlap.text,
                    scores={judge: by_name[name][at] for judge, by_name in scores.items()},
                )
            )
        sides.append(Side(row.prompt[-1].content, row.place, tuple(shown)))
    return tuple(sides)


def _notes(parts: Parts, settings: Settings) -> list[str]:
    sampling = settings.sampling
    return [
        f"{len(parts.asked)} held-out prompts, at most {settings.tokens} tokens each, temperature "
        f"{sampling.temperature:g}, top-p {sampling.top_p:g}, min-p {sampling.min_p:g}; everybody "
        f"with the same seeds, from {settings.seed} on.",
        "Intervals hold the number with 95 % and come from drawing the prompts anew.",
        "KL is the mean over the policy's own answers of the sum of log π / log base, in nats.",
    ]
