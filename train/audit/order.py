"""Judgements that cannot all hold: A over B and B over A, circles, what is kept and dropped."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.preferences.convert import to_pairs
from copydesk.preferences.rows import Pair, Ranking, Verdict
from copydesk.train.audit.material import Hit, Material, thinned

_Edge = tuple[str, str]


@dataclass
class _Said:
    """What one annotator said of one prompt's answers: which over which, in which rows."""

    over: defaultdict[_Edge, list[int]] = field(default_factory=lambda: defaultdict(list))
    tied: set[_Edge] = field(default_factory=set)


def contradictions(material: Material) -> Iterator[Hit]:
    """Orders that one annotator gave and took back, and circles; rows without a name are one's.

    Two annotators who differ do not contradict themselves: that is measured as agreement.
    """
    numbers = {"comparisons": 0.0, "ties": 0.0, "contradictions": 0.0, "cycles": 0.0}
    tie_conflicts = 0
    for said in _by_annotator(material, numbers):
        tie_conflicts += sum(edge in said.tied for edge in said.over)
        turned = [edge for edge in said.over if edge < edge[::-1] and edge[::-1] in said.over]
        for edge in turned:
            rows = tuple(sorted({*said.over[edge], *said.over[edge[::-1]]}))
            if len(rows) > 1:  # a row by itself has an answer twice, which is found as such
                numbers["contradictions"] += 1
                yield Hit("contradiction", rows, "The same annotator gave both orders")
        for circle in _circles(said, set(turned)):
            numbers["cycles"] += 1
            message = "The preferences go round in a circle: none of the answers is the best"
            yield Hit("cycle", tuple(circle), message)
    if numbers["comparisons"]:
        material.numbers |= {**numbers, "tie_conflicts": tie_conflicts}


def mixed_verdicts(material: Material) -> Iterator[Hit]:
    """Answers that one annotator both kept and dropped, or that came out so from pairs."""
    found: defaultdict[tuple[object, str, str], dict[bool, list[int]]] = defaultdict(dict)
    for at, row in enumerate(material.rows[: material.learnt]):
        if isinstance(row, Verdict):
            sides = found[row.prompt, row.completion.strip(), row.annotator]
            sides.setdefault(row.keep, []).append(at)
    for sides in found.values():
        if len(sides) > 1:
            rows = tuple(sorted(at for side in sides.values() for at in side))
            yield Hit("mixed-verdicts", rows, "The same answer is both kept and dropped")


def _by_annotator(material: Material, numbers: dict[str, float]) -> Iterator[_Said]:
    """What each annotator said of each prompt in two rows or more; one alone is of one mind."""
    rows: defaultdict[tuple[object, str], list[int]] = defaultdict(list)
    for at, row in enumerate(material.rows):
        if isinstance(row, Pair | Ranking):
            rows[row.prompt, row.annotator].append(at)
            compared, tied = _counted(row)
            numbers["comparisons"] += compared
            numbers["ties"] += tied
    for together in rows.values():
        if len(together) > 1:
            yield _said(material, together)


def _said(material: Material, rows: list[int]) -> _Said:
    said = _Said()
    for at in rows:
        row = material.rows[at]
        for pair in to_pairs((thinned(row),) if isinstance(row, Pair | Ranking) else ()):
            edge = (pair.chosen.strip(), pair.rejected.strip())
            if edge[0] == edge[1]:
                continue  # found as identical answers
            if pair.tie:
                said.tied |= {edge, edge[::-1]}
            else:
                said.over[edge].append(at)
    return said


def _counted(row: Pair | Ranking) -> tuple[int, int]:
    """How many comparisons a row makes, and how many of them tie."""
    if isinstance(row, Pair):
        return 1, int(row.tie)
    sizes = (len(row.ranks), *Counter(row.ranks).values())
    all_pairs, *tied = (size * (size - 1) // 2 for size in sizes)
    return all_pairs, sum(tied)


def _circles(said: _Said, turned: set[_Edge]) -> Iterator[list[int]]:
    """The rows of one circle for each set of answers that go round, direct contradictions apart."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    for better, worse in sorted(said.over):
        if (better, worse) not in turned and (worse, better) not in turned:
            below[better].append(worse)
    for answers in _knots(below):
        path = _shortest(below, answers)
        edges = zip(path, [*path[1:], path[0]], strict=True)
        yield sorted({said.over[edge][0] for edge in edges})


def _shortest(below: dict[str, list[str]], knot: set[str]) -> list[str]:
    """The shortest circle through the first answer of a knot, breadth first."""
    start = min(knot)
    came: dict[str, str] = {}
    line = [start]
    for at in line:
        for after in below[at]:
            if after == start:
                path = [at]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return path[::-1]
            if after in knot and after not in came:
                came[after] = at
                line.append(after)
    raise AssertionError("every answer of a knot lies on a circle")


def _knots(below: dict[str, list[str]]) -> Iterator[set[str]]:
    """Sets of answers each of which leads to every other: strongly connected components.

    Tarjan 1972, without recursion: a file may hold a chain of any length.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    for root in sorted(below):
        if root in order:
            continue
        work = [(root, iter(below.get(root, ())))]
        order[root] = low[root] = len(order)
        open_[root] = None
        while work:
            at, rest = work[-1]
            after = next((one for one in rest if one not in order or one in open_), None)
            if after is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == order[at]:
                    knot = _taken(open_, at)
                    if len(knot) > 1:
                        yield knot
            elif after in order:
                low[at] = min(low[at], order[after])
            else:
                order[after] = low[after] = len(order)
                open_[after] = None
                work.append((after, iter(below.get(after, ()))))


def _taken(open_: dict[str, None], at: str) -> set[str]:
    """Everything that was opened since `at`, which is taken off too."""
    knot = set()
    while True:
        last, _ = open_.popitem()
        knot.add(last)
        if last == at:
            return knot
