"""Rows that are there twice, or nearly; and what is on both sides of a split."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from copydesk.errors import MissingTool
from copydesk.train.audit.material import Hit, Material, content
from copydesk.train.data.keys import text_key


def duplicates(material: Material) -> Iterator[Hit]:
    """Rows that say exactly the same, by the same annotator; each group once."""
    learnt = material.rows[: material.learnt]
    groups = _same((at, content(row)) for at, row in enumerate(learnt))
    extra = sum(len(group) - 1 for group in groups)
    material.numbers["duplicates"] = extra
    for group in groups:
        said = "The same row twice" if len(group) == 2 else f"The same row {len(group)} times"
        yield Hit("duplicate", group, said, count=len(group) - 1)


def near_duplicates(material: Material) -> Iterator[Hit]:
    """Rows whose answers are nearly the same, though their prompts or their words differ.

    Comparisons of one prompt share answers by their nature, and are left out. So are rows that
    are the same.
    """
    firsts: dict[Hashable, int] = {}
    for at in range(material.learnt):
        texts = frozenset(material.answers[at])
        if texts:
            firsts.setdefault((material.prompts[at], texts), at)
    numbers = list(firsts.values())
    said = ["\n".join(sorted(set(material.answers[at]))) for at in numbers]
    extra = 0
    for group in _near_groups(said):
        rows = _apart(material, [numbers[at] for at in group])
        if len(rows) > 1:
            extra += len(rows) - 1
            yield Hit(
                "near-duplicate", rows, "The answers are nearly the same", count=len(rows) - 1
            )
    material.numbers["near_duplicates"] = extra


def _apart(material: Material, rows: list[int]) -> tuple[int, ...]:
    """Of comparisons one for each prompt; of other rows all."""
    found: dict[Hashable, int] = {}
    for at in rows:
        comparison = len(material.answers[at]) > 1 and material.prompts[at]
        found.setdefault(comparison or at, at)
    return tuple(sorted(found.values()))


def leaks(material: Material) -> Iterator[Hit]:
    """Prompts and answers that are both learnt from and tested on."""
    if material.learnt == len(material.rows):
        return
    shared = _both_sides(material, ((at, key) for at, key in enumerate(material.prompts) if key))
    leaked = {at for group in shared for at in group}
    for group in shared:
        yield Hit("leak-prompt", group, "The prompt is learnt from and tested on")
    yield from _near_leaks(material, leaked)
    texts = ((at, text_key(text)) for at, said in enumerate(material.answers) for text in said)
    answered = [group for group in _both_sides(material, texts) if not leaked.issuperset(group)]
    for group in answered:
        yield Hit("leak-answer", group, "An answer is learnt from and tested on")
    material.numbers |= {"leaked_prompts": len(shared), "leaked_answers": len(answered)}


def _near_leaks(material: Material, leaked: set[int]) -> Iterator[Hit]:
    firsts: dict[bytes, int] = {}
    for at, key in enumerate(material.prompts):
        if key and at not in leaked:
            firsts.setdefault(key, at)
    numbers = list(firsts.values())
    asked = ["\n".join(turn.content for turn in material.rows[at].prompt) for at in numbers]
    for group in _near_groups(asked):
        rows = tuple(numbers[at] for at in group)
        if _crosses(material, rows):
            yield Hit("leak-near-prompt", rows, "The prompts are nearly the same, on both sides")


def _both_sides(material: Material, keyed: Iterable[tuple[int, Hashable]]) -> list[tuple[int, ...]]:
    return [group for group in _same(keyed) if _crosses(material, group)]


def _crosses(material: Material, rows: tuple[int, ...]) -> bool:
    return min(rows) < material.learnt <= max(rows)


def _same(keyed: Iterable[tuple[int, Hashable]]) -> list[tuple[int, ...]]:
    """Rows of the same key, where there are two or more; each row once in its group."""
    groups: defaultdict[Hashable, dict[int, None]] = defaultdict(dict)
    for at, key in keyed:
        groups[key][at] = None
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _near_groups(texts: Sequence[str]) -> list[list[int]]:
    """Groups of texts that are nearly the same.

    Raises:
        MissingTool: numpy is not installed.
    """
    try:
        from copydesk.train.audit.minhash import near_groups  # noqa: PLC0415 - of an extra
    except ImportError:
        raise MissingTool("The audit needs numpy.", 'pip install "copydesk[train]"') from None
    return near_groups(texts)
