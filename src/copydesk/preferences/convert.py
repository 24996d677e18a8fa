"""Rows of one kind as rows of another: nothing is written that nobody wrote.

What has no meaning there is left out: a sample is no comparison, a tie prefers nothing.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from copydesk.generate.protocol import Message
from copydesk.preferences.order import dense
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict

_Key = tuple[object, ...]


def to_samples(rows: Iterable[Row]) -> tuple[Sample, ...]:
    """Answers to learn from, each once: samples, what was preferred, ranked first, or kept."""
    found: dict[_Key, Sample] = {}
    for row in rows:
        for sample in _samples(row):
            found.setdefault((sample.prompt, sample.completion), sample)
    return tuple(found.values())


def _samples(row: Row) -> Iterator[Sample]:
    if isinstance(row, Sample):
        yield row
    elif isinstance(row, Pair) and not row.tie:
        yield _sample(row, row.chosen)
    elif isinstance(row, Ranking) and len(set(row.ranks)) > 1:
        best = min(row.ranks)
        for completion, rank in zip(row.completions, row.ranks, strict=True):
            if rank == best:
                yield _sample(row, completion)
    elif isinstance(row, Verdict) and row.keep:
        yield _sample(row, row.completion)


def _sample(row: Question, completion: str) -> Sample:
    return Sample(prompt=row.prompt, completion=completion, place=row.place, language=row.language)


def to_pairs(rows: Iterable[Row]) -> tuple[Pair, ...]:
    """Pairs as they are; of a ranking of K, all K(K−1)/2, those that tie marked as such.

    A pair's margin is the difference of its scores, where there are scores that agree with the
    ranks.
    """
    found: list[Pair] = []
    for row in rows:
        if isinstance(row, Pair):
            found.append(row)
        elif isinstance(row, Ranking):
            found.extend(_pairs(row))
    return tuple(found)


def _pairs(row: Ranking) -> Iterator[Pair]:
    for one, other in combinations(range(len(row.completions)), 2):
        better, worse = (other, one) if row.ranks[other] < row.ranks[one] else (one, other)
        tie = row.ranks[one] == row.ranks[other]
        margin = row.scores[better] - row.scores[worse] if row.scores and not tie else None
        yield Pair(
            prompt=row.prompt,
            chosen=row.completions[better],
            rejected=row.completions[worse],
            margin=margin if margin and margin > 0 else None,
            tie=tie,
            annotator=row.annotator,
            place=row.place,
            language=row.language,
        )


def to_rankings(rows: Iterable[Row]) -> tuple[Ranking, ...]:
    """Rankings as they are; a pair is one of two answers."""
    found: list[Ranking] = []
    for row in rows:
        if isinstance(row, Ranking):
            found.append(row)
        elif isinstance(row, Pair):
            found.append(
                Ranking(
                    prompt=row.prompt,
                    completions=(row.chosen, row.rejected),
                    ranks=(1, 1) if row.tie else (1, 2),
                    annotator=row.annotator,
                    place=row.place,
                    language=row.language,
                )
            )
    return tuple(found)


def to_verdicts(rows: Iterable[Row]) -> tuple[Verdict, ...]:
    """Verdicts as they are; of a pair or ranking the best is kept and the last dropped.

    Samples are left out, for nobody decided about them; so is what was ranked in between.
    """
    found: list[Verdict] = []
    for row in rows:
        if isinstance(row, Verdict):
            found.append(row)
        elif isinstance(row, Pair) and not row.tie:
            found += [_verdict(row, row.chosen, keep=True), _verdict(row, row.rejected, keep=False)]
        elif isinstance(row, Ranking) and len(set(row.ranks)) > 1:
            ends = {min(row.ranks): True, max(row.ranks): False}
            found += [
                _verdict(row, completion, keep=ends[rank])
                for completion, rank in zip(row.completions, row.ranks, strict=True)
                if rank in ends
            ]
    return tuple(found)


def _verdict(row: Pair | Ranking, completion: str, *, keep: bool) -> Verdict:
    return Verdict(
        prompt=row.prompt,
        completion=completion,
        keep=keep,
        annotator=row.annotator,
        place=row.place,
        language=row.language,
    )


def to_questions(rows: Iterable[Row]) -> tuple[Question, ...]:
    """What was asked, each request once; rows without one are left out."""
    found: dict[tuple[Message, ...], Question] = {}
    for row in rows:
        if row.prompt and row.prompt not in found:
            found[row.prompt] = Question(prompt=row.prompt, place=row.place, language=row.language)
    return tuple(found.values())


def merged(rankings: Iterable[Ranking]) -> tuple[Ranking, ...]:
    """One ranking for each set of answers that several annotators ranked: by their summed ranks.

    An annotator's ranks are averaged over ties first, so that one who ties much weighs no less.
    Equal sums tie. What only one annotator ranked stays as it is.
    """
    groups: dict[_Key, list[Ranking]] = {}
    for row in rankings:
        groups.setdefault((row.prompt, row.completions), []).append(row)
    return tuple(_merged(group) for group in groups.values())


def _merged(group: list[Ranking]) -> Ranking:
    first = group[0]
    if len(group) == 1:
        return first
    sums = [sum(places) for places in zip(*(_fractional(row.ranks) for row in group), strict=True)]
    return Ranking(
        prompt=first.prompt,
        completions=first.completions,
        ranks=dense(sums),
        scores=first.scores if all(row.scores == first.scores for row in group) else (),
        sources=first.sources,
        place=first.place,
        language=first.language,
    )


def _fractional(ranks: tuple[int, ...]) -> list[float]:
    """Ranks in which ties share the mean of the places that they take: 1, 2.5, 2.5."""
    ordered = sorted(ranks)
    return [ordered.index(rank) + (ordered.count(rank) + 1) / 2 for rank in ranks]
