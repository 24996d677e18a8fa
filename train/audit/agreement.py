"""How far annotators agree: with one another, and beyond chance."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from copydesk.preferences.convert import to_pairs
from copydesk.preferences.rows import Pair, Ranking
from copydesk.train.audit.material import Hit, Material, thinned

_Votes = Mapping[str, int]  # by annotator: 1 the first answer, -1 the second, 0 a tie
_ENOUGH = 30  # comparisons in common
_HARDLY = 0.1  # Krippendorff's alpha
_PAIRS = 50  # of annotators that numbers are given for


def agreement(material: Material) -> Iterator[Hit]:
    """Agreement on comparisons that several annotators judged; ties are a judgement too.

    Numbers: `agreement` (two annotators say the same, ties counted), `human_ceiling` (of those
    that both decided), `alpha` (Krippendorff 2004, nominal), and for each two annotators with the
    most in common `agreement.A|B` and `kappa.A|B` (Cohen 1960).
    """
    items = _items(material)
    if not items:
        return
    together = _together(items)
    shared = sum(len(votes) for votes in together.values())
    same = sum(one == other for votes in together.values() for one, other in votes)
    decided = [one == other for votes in together.values() for one, other in votes if one and other]
    alpha = krippendorff_alpha(items)
    numbers = material.numbers
    numbers |= {"agreement": same / shared, "agreement_of": shared, "alpha": alpha}
    if decided:
        numbers["human_ceiling"] = sum(decided) / len(decided)
    most = sorted(together.items(), key=lambda item: (-len(item[1]), item[0]))[:_PAIRS]
    for (one, other), votes in most:
        numbers[f"agreement.{one}|{other}"] = sum(a == b for a, b in votes) / len(votes)
        both_ways = [*votes, *((-a, -b) for a, b in votes)]  # which answer is first means nothing
        numbers[f"kappa.{one}|{other}"] = cohen_kappa(both_ways)
    if shared >= _ENOUGH and alpha < _HARDLY:
        rows = tuple(at for at, row in enumerate(material.rows) if getattr(row, "annotator", ""))
        said = "The annotators agree hardly more than by chance"
        yield Hit("disagreement", rows, said, f"alpha {alpha:.2f}", f"{_HARDLY} or more")


def cohen_kappa(votes: list[tuple[int, int]]) -> float:
    """(p_o − p_e) / (1 − p_e) of two annotators' votes: 1 agreement, 0 chance (Cohen 1960).

    1 where both always say the same one thing: there is nothing that chance could explain.
    """
    n = len(votes)
    observed = sum(one == other for one, other in votes) / n
    first, second = Counter(one for one, _ in votes), Counter(other for _, other in votes)
    expected = sum(first[label] * second[label] for label in first) / n**2
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(items: list[_Votes]) -> float:
    """1 − D_o / D_e over items with two votes or more, nominal labels (Krippendorff 2004).

    Which of two answers is called the first means nothing, so each item counts both ways round:
    otherwise the sorting of answers would decide what chance is.
    """
    labels: Counter[int] = Counter()
    disagreed = 0.0
    for votes in items:
        counts = Counter(votes.values())
        m = len(votes)
        for sign in (1, -1):
            for label, times in counts.items():
                labels[sign * label] += times
        disagreed += 2 * sum(n * (m - n) for n in counts.values()) / (m - 1)
    total = labels.total()
    expected = sum(n * (total - n) for n in labels.values()) / (total - 1)
    return 1.0 if not expected else 1 - disagreed / expected


def _items(material: Material) -> list[_Votes]:
    """For each two answers of a prompt that two annotators judged, who said what.

    An annotator who judged them more than once counts with the last row.
    """
    found: defaultdict[tuple[object, str, str], dict[str, int]] = defaultdict(dict)
    for row in material.rows:
        if not isinstance(row, Pair | Ranking) or not row.annotator:
            continue
        for pair in to_pairs((thinned(row),)):
            first, second = sorted((pair.chosen.strip(), pair.rejected.strip()))
            if first != second:
                vote = 0 if pair.tie else 1 if pair.chosen.strip() == first else -1
                found[row.prompt, first, second][row.annotator] = vote
    return [votes for votes in found.values() if len(votes) > 1]


def _together(items: list[_Votes]) -> dict[tuple[str, str], list[tuple[int, int]]]:
    found: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for votes in items:
        for one, other in combinations(sorted(votes), 2):
            found[one, other].append((votes[one], votes[other]))
    return dict(found)
