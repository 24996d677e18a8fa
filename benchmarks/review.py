"""The figures of docs/reviewing.md: machine phrases by three lists, findings, style distance.

    python benchmarks/review.py DATA

DATA holds house_style_18f, editor_rankings and slop_lists; a minute on one core.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

from copydesk.prose.checks import check
from copydesk.prose.distance import FAMILIES, distances, profile
from copydesk.prose.markdown import plain
from copydesk.prose.phrases import found
from copydesk.prose.units import words

# Taken out before pairs and triples are looked for, as the lists of pairs and triples were made.
STOP_WORDS = frozenset(
    """i me my myself we our ours ourselves you your yours yourself yourselves he him his
    himself she her hers herself it its itself they them their theirs themselves what which
    who whom this that these those am is are was were be been being have has had having do
    does did doing a an the and but if or because as until while of at by for with about
    against between into through during before after above below to from up down in out on
    off over under again further then once here there when where why how all any both each
    few more most other some such no nor not only own same so than too very s t can will
    just don should now couldn't didn't""".split()  # noqa: SIM905
)


def main() -> None:
    """Print the tables."""
    data = Path(sys.argv[1])
    posts = [row["body"] for row in rows(data / "house_style_18f/posts.jsonl.gz")]
    edits = list(rows(data / "editor_rankings/human_edits.jsonl.gz"))
    ranked = [
        r
        for row in rows(data / "editor_rankings/expert_rank_k3.jsonl.gz")
        for r in row["responses"]
    ]
    sets = {
        "18F posts": posts,
        "drafts by models": [row["draft"] for row in edits],
        "the same, edited": [row["edited"] for row in edits],
    }
    for source in sorted({r["source"] for r in ranked}):
        sets[f"ranked, {source}"] = [r["text"] for r in ranked if r["source"] == source]
    print_phrases(sets, data / "slop_lists/slop-score")
    print_findings(sets)
    print_distances(sets)


def rows(path: Path) -> Iterator[Any]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def listed(path: Path) -> set[str]:
    """A shared list: JSON, one phrase in a list of its own."""
    return {phrase.lower() for (phrase,) in json.loads(path.read_text(encoding="utf-8"))}


def grams(said: list[str], size: int) -> Iterator[str]:
    """The runs of so many words."""
    return (" ".join(said[at : at + size]) for at in range(len(said) - size + 1))


def print_phrases(sets: dict[str, list[str]], shared: Path) -> None:
    """Phrases per 1,000 words: our list; the shared words; with their pairs and triples."""
    lists = [listed(shared / f"slop_list{end}.json") for end in ("", "_bigrams", "_trigrams")]
    print(f"{'':24}{'words':>9}{'ours':>8}{'words':>8}{'all':>8}")
    for name, texts in sets.items():
        total = ours = single = more = 0
        for text in texts:
            said = [w.lower().replace("’", "'") for w in words(plain(text), "en")]
            content = [word for word in said if word not in STOP_WORDS]
            total += len(said)
            ours += found(text, "en").total()
            single += sum(word in lists[0] for word in said)
            more += sum(gram in lists[1] for gram in grams(content, 2))
            more += sum(gram in lists[2] for gram in grams(content, 3))
        rates = (1000 * hits / total for hits in (ours, single, single + more))
        print(f"{name:24}{total:9,}" + "".join(f"{rate:8.2f}" for rate in rates))


def print_findings(sets: dict[str, list[str]]) -> None:
    """How many texts have a finding, and which."""
    print()
    for name, texts in sets.items():
        codes = [{f.code for f in check(text, "en")} - {"markdown-link"} for text in texts]
        clean = fmean(not found for found in codes)
        most = Counter(code for found in codes for code in found).most_common(5)
        print(f"{name:24}{clean:6.0%} without, of {len(texts)}: {most}")


def print_distances(sets: dict[str, list[str]]) -> None:
    """The distance from every other post."""
    posts = sets.pop("18F posts")
    reference = profile(posts[::2], "en")
    print(f"\n{'':24}{'distance':>10}" + "".join(f"{family:>12}" for family in FAMILIES))
    for name, texts in {"the reference": posts[::2], "held out": posts[1::2], **sets}.items():
        parts = mean_parts(distances(reference, text) for text in texts)
        print(f"{name:24}{fmean(parts):10.2f}" + "".join(f"{part:12.2f}" for part in parts))


def mean_parts(measured: Iterable[dict[Any, float]]) -> list[float]:
    """The mean of each family."""
    return [fmean(column) for column in zip(*(m.values() for m in measured), strict=True)]


if __name__ == "__main__":
    main()
