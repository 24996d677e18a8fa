"""What a reward model is learnt from: rankings, centred where they should be, as token ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.preferences.convert import to_rankings
from copydesk.preferences.rows import Ranking
from copydesk.train.job import Job
from copydesk.train.reward.centre import centred, sources_of
from copydesk.train.reward.rows import Groups


@dataclass(frozen=True)
class Material:
    """Rankings and their tokens.

    Attributes:
        learn, held: rankings of two answers or more.
        groups, kept: the same as token ids; `kept` is None when nothing is held out.
        sources: what was taken off the scores of each source.
    """

    learn: tuple[Ranking, ...]
    held: tuple[Ranking, ...]
    groups: Groups
    kept: Groups | None
    sources: Mapping[str, float]


def material_of(job: Job, tokenizer: Any) -> Material:
    """The job's rows, centred by source if the recipe says so, and read into tokens.

    Raises:
        UsageProblem: no row ranks two answers, or there are no sources to centre.
    """
    learn, held, sources = _rankings(job)
    longest = job.recipe.max_length
    kept = Groups(held, tokenizer, longest) if held else None
    recipe = job.recipe
    groups = Groups(learn, tokenizer, longest, most=recipe.reward.together, seed=recipe.seed)
    return Material(learn, held, groups, kept, sources)


def _rankings(job: Job) -> tuple[tuple[Ranking, ...], tuple[Ranking, ...], Mapping[str, float]]:
    learn = tuple(row for row in to_rankings(job.train) if len(row.completions) > 1)
    held = tuple(row for row in to_rankings(job.held) if len(row.completions) > 1)
    if not learn:
        raise UsageProblem(
            "No row ranks two answers to one prompt, so there is nothing to learn a reward from.",
            "copydesk rank makes such rows; copydesk train audit says what is in the data",
        )
    if not job.recipe.reward.centre_sources:
        return learn, held, {}
    sources = sources_of(learn)
    if sources is None:
        raise UsageProblem(
            "reward.centre_sources is set, and no row has scores with their sources.",
            "--set reward.centre_sources=false",
        )
    return centred(learn, sources), centred(held, sources), sources.means
