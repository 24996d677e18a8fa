"""Rows that are no lesson: empty, the same twice over, all tied, of one prompt or one verdict."""

from collections import defaultdict
from collections.abc import Iterator

from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict
from copydesk.train.audit.material import Hit, Material, many
from copydesk.train.data.keys import normal

_FEW = 50  # prompts
_RARE = 0.1  # share of the rarer verdict
_SIDES = {True: "kept", False: "dropped"}


def empty_answers(material: Material) -> Iterator[Hit]:
    """Answers of nothing but space."""
    for at, texts in enumerate(material.answers):
        blank = sum(not text.strip() for text in texts)
        if blank:
            of = f" of {len(texts)}" if len(texts) > 1 else ""
            yield Hit(
                "empty-answer",
                (at,),
                f"{blank}{of} answers are empty" if of else "The answer is empty",
            )


def same_answers(material: Material) -> Iterator[Hit]:
    """Answers that are preferred to themselves, or tie with themselves."""
    for at, row in enumerate(material.rows):
        texts, ranks = _ranked(row)
        ranks_of: defaultdict[str, list[int]] = defaultdict(list)
        for text, rank in zip(texts, ranks, strict=True):
            if text.strip():
                ranks_of[text.strip()].append(rank)
        shared = [found for found in ranks_of.values() if len(found) > 1]
        if any(len(set(found)) > 1 for found in shared):
            yield Hit("identical-answers", (at,), "An answer is ranked above itself")
        elif shared:
            yield Hit("repeated-answer", (at,), "An answer is there twice, and ties with itself")
        elif len(ranks_of) > 1 and len({normal(text) for text in ranks_of}) == 1:
            yield Hit(
                "barely-different",
                (at,),
                "The answers differ in case, space or punctuation only",
            )


def _ranked(row: Row) -> tuple[tuple[str, ...], tuple[int, ...]]:
    if isinstance(row, Pair):
        return (row.chosen, row.rejected), (1, 1) if row.tie else (1, 2)
    if isinstance(row, Ranking):
        return row.completions, row.ranks
    return (), ()


def constant(material: Material) -> Iterator[Hit]:
    """Comparisons that all tie: there is nothing to prefer."""
    tied, compared = [], 0
    for at, row in enumerate(material.rows[: material.learnt]):
        texts, ranks = _ranked(row)
        if texts:
            compared += 1
            if len(set(ranks)) < 2:
                tied.append(at)
    material.numbers["all_tied"] = len(tied)
    if compared and len(tied) == compared:
        yield Hit(
            "all-tied",
            tuple(tied),
            "Every answer ties with every other one: there is nothing to prefer",
            f"{compared} of {compared} comparisons tie",
            "some that do not",
        )


def verdicts(material: Material) -> Iterator[Hit]:
    """Whether drafts are both kept and dropped."""
    learnt = material.rows[: material.learnt]
    kept = [at for at, row in enumerate(learnt) if isinstance(row, Verdict) and row.keep]
    dropped = [at for at, row in enumerate(learnt) if isinstance(row, Verdict) and not row.keep]
    total = len(kept) + len(dropped)
    if not total:
        return
    material.numbers |= {"kept": len(kept), "dropped": len(dropped)}
    rarer = min(kept, dropped, key=len)
    measured = f"{len(kept)} kept, {len(dropped)} dropped"
    if not rarer and total == len(learnt):
        side = _SIDES[bool(kept)]
        said = f"Every draft is {side}: nothing tells good from bad"
        yield Hit("one-class", tuple(kept or dropped), said, measured, "both")
    elif rarer and len(rarer) < _RARE * total:
        side = _SIDES[rarer is kept]
        said = f"Few drafts are {side}: {len(rarer)} of {total}"
        yield Hit("unbalanced", tuple(rarer), said, measured, f"{_RARE:.0%} of each")


def prompts(material: Material) -> Iterator[Hit]:
    """How many prompts there are, and rows that have none."""
    learnt = material.prompts[: material.learnt]
    without = tuple(at for at, key in enumerate(material.prompts) if not key)
    distinct = len(set(learnt) - {b""})
    material.numbers |= {"prompts": distinct, "without_prompt": len(without)}
    total = len(material.rows)
    if without and len(without) < total:
        said = f"{many(len(without), 'row')} without a prompt, unlike the others"
        yield Hit("no-prompt", without, said, f"{len(without)} of {total} rows", "0", len(without))
    elif without:
        yield Hit("no-prompts", without, "No row says what was asked", f"{total} rows")
    if distinct == 1 and all(learnt):
        rows = tuple(range(len(learnt)))
        said = "All rows have the same prompt: it will be learnt by heart, and nothing else"
        yield Hit("one-prompt", rows, said, "1 prompt", "2 or more")
    elif 1 < distinct < _FEW:
        said = f"{distinct} prompts are enough to try it, and too few to learn a style from"
        yield Hit("few-prompts", tuple(range(len(learnt))), said, f"{distinct} prompts", f"{_FEW}")


def unanswered(material: Material) -> Iterator[Hit]:
    """Prompts without an answer, among rows that have one."""
    alone = tuple(at for at, texts in enumerate(material.answers) if not texts)
    if alone and len(alone) < len(material.rows):
        said = f"{many(len(alone), 'prompt')} without an answer"
        measured = f"{len(alone)} of {len(material.rows)} rows"
        yield Hit("unanswered", alone, said, measured, count=len(alone))


_NAMES: tuple[tuple[type[Question], str], ...] = (
    (Sample, "samples"),
    (Pair, "pairs"),
    (Ranking, "rankings"),
    (Verdict, "verdicts"),
)


def counted(material: Material) -> Iterator[Hit]:
    """How many rows of each kind; finds nothing."""
    material.numbers |= {"rows": material.learnt, "held": len(material.rows) - material.learnt}
    for kind, name in _NAMES:
        found = sum(isinstance(row, kind) for row in material.rows[: material.learnt])
        if found:
            material.numbers[name] = found
    yield from ()
