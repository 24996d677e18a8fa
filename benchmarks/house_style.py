"""Do texts written with a learned style lie closer to the house's own? Learns, writes, measures.

    python benchmarks/house_style.py posts.jsonl.gz --count 20 --keep texts/
    python benchmarks/house_style.py posts.jsonl.gz --count 20 --keep texts/ --adapter house.gguf

A fifth of the posts is held out, by the hash of their text, or the newest with `--split date`. The
style is learned from the rest. Half of what is held out makes the reference profile; the titles and
excerpts of the other half are the briefs, and its posts show how far people's own texts lie from
that profile. Each brief is written in every way: without the style, with its guide, with guide and
exemplars, and with an adapter besides if one is given. What is in the folder of `--keep` is not
written again.
"""

import argparse
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, stdev

from copydesk.brief import make_brief
from copydesk.errors import CopydeskError
from copydesk.files import write_atomic
from copydesk.generate.engines import open_generator
from copydesk.generate.protocol import Generator
from copydesk.prompts import find_form
from copydesk.prose.distance import FAMILIES, Profile, distance, distances, profile
from copydesk.styles.corpus import Corpus, Post, read_corpus
from copydesk.styles.learn import learn, write
from copydesk.styles.load import load_style
from copydesk.styles.style import Style
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import Form
from copydesk.writer.manner import Manner


@dataclass(frozen=True)
class Split:
    """The posts to learn from, those of the reference profile, and those whose briefs are used."""

    train: tuple[Post, ...]
    reference: tuple[Post, ...]
    briefs: tuple[Post, ...]


def split(posts: Sequence[Post], by: str) -> Split:
    """Hold a fifth out, in two halves; the same posts each time."""
    ordered = sorted(posts, key=lambda post: hashlib.sha256(post.text.encode()).hexdigest())
    held = len(posts) // 5
    if by == "date":
        newest = sorted(posts, key=lambda post: post.date)[len(posts) - held :]
        kept = {post.place for post in newest}
        out = [post for post in ordered if post.place in kept]
        rest = [post for post in ordered if post.place not in kept]
    else:
        out, rest = ordered[:held], ordered[held:]
    return Split(tuple(rest), tuple(out[::2]), tuple(out[1::2]))


def learned(posts: tuple[Post, ...], folder: Path) -> Style:
    """The style of some posts, written to a folder and read as any style is."""
    if not folder.is_dir():
        write(learn(Corpus(posts), "house"), folder)
    return load_style(str(folder.resolve()))


@dataclass(frozen=True)
class Way:
    """One way of writing: its name, the style or none, and the generator, opened when needed."""

    name: str
    style: Style | None
    generator: Callable[[], Generator]


def written(way: Way, post: Post, form: Form, words: int, folder: Path) -> str:
    """A text on what a post is about, kept from before or written now; "" if that failed."""
    path = folder / way.name / f"{hashlib.sha256(post.text.encode()).hexdigest()[:12]}.md"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    topic = f"{post.title}. {post.excerpt}" if post.excerpt else post.title
    brief = make_brief(topic, length=words)
    start = time.monotonic()
    try:
        text = Drafting(form, brief, way.generator(), manner=Manner(style=way.style)).run().markdown
    except CopydeskError as error:
        print(f"{way.name}: {post.title}: {error.message}", flush=True)
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, text.encode())
    print(f"{way.name}: {post.title} ({time.monotonic() - start:.0f} s)", flush=True)
    return text


def report(name: str, texts: Sequence[str], reference: Profile) -> None:
    """A line: mean distance, its spread, and the families it is made of."""
    said = [text for text in texts if text.strip()]
    if not said:
        return
    whole = [distance(reference, text) for text in said]
    parts = [distances(reference, text) for text in said]
    families = "  ".join(f"{fmean(p[family] for p in parts):9.3f}" for family in FAMILIES)
    wide = stdev(whole) if len(whole) > 1 else 0.0
    print(f"{name:12} {len(said):4} {fmean(whole):9.3f} {wide:7.3f}  {families}")


def compare(name: str, texts: Sequence[str], plain: Sequence[str], reference: Profile) -> None:
    """How many texts of a way lie closer than the one on the same brief without the style."""
    pairs = [(a, b) for a, b in zip(texts, plain, strict=True) if a.strip() and b.strip()]
    differences = [distance(reference, b) - distance(reference, a) for a, b in pairs]
    if differences:
        closer = sum(difference > 0 for difference in differences)
        mean = fmean(differences)
        print(f"{name} closer than zero-shot: {closer} of {len(pairs)}, by {mean:.3f} on average")


def main() -> None:
    """Parse, learn, write, measure."""
    options = _options()
    posts = read_corpus(options.data)
    parts = split(posts.only("en").posts, options.split)
    texts_of = [post.markdown for post in parts.reference]
    reference = profile(texts_of, "en")
    print(
        f"{len(parts.train)} posts to learn from, {len(parts.reference)} in the profile, "
        f"{len(parts.briefs)} with briefs"
    )
    options.keep.mkdir(parents=True, exist_ok=True)
    style = learned(parts.train, options.keep / "style")
    form = Form(find_form(options.form))
    generators: list[Generator] = []
    chosen = parts.briefs[: options.count]
    results: dict[str, list[str]] = {}
    for way in _ways(options, style, generators):
        results[way.name] = [
            written(way, post, form, options.words, options.keep) for post in chosen
        ]
    for generator in generators:
        generator.close()
    _show(results, parts, reference)


def _show(results: dict[str, list[str]], parts: Split, reference: Profile) -> None:
    print(
        f"\n{'':12} {'n':>4} {'distance':>9} {'spread':>7}  "
        + "  ".join(f"{f:>9}" for f in FAMILIES)
    )
    for name, texts in results.items():
        report(name, texts, reference)
    report("held out", [post.markdown for post in parts.briefs], reference)
    report("learned from", [post.markdown for post in parts.train], reference)
    for name, texts in results.items():
        if name != "zero-shot":
            compare(name, texts, results["zero-shot"], reference)


def _ways(options: argparse.Namespace, style: Style, opened: list[Generator]) -> list[Way]:
    """The ways of writing, with one generator for those without an adapter."""

    def opener(*adapters: str) -> Callable[[], Generator]:
        found: list[Generator] = []

        def generator() -> Generator:
            if not found:
                found.append(
                    open_generator(options.model, threads=options.threads, adapters=adapters)
                )
                opened.append(found[0])
            return found[0]

        return generator

    bare = opener()
    ways = [
        Way("zero-shot", None, bare),
        Way("guide", replace(style, exemplars=()), bare),
        Way("exemplars", style, bare),
    ]
    if options.adapter:
        ways.append(Way("adapter", style, opener(options.adapter)))
    return [way for way in ways if not options.ways or way.name in options.ways]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="a folder or .jsonl of posts of one house")
    parser.add_argument("--model", default="")
    parser.add_argument("--adapter", default="")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--words", type=int, default=500)
    parser.add_argument("--form", default="blog")
    parser.add_argument("--split", choices=("hash", "date"), default="hash")
    parser.add_argument("--ways", nargs="*", help="only these ways; zero-shot is compared with")
    parser.add_argument("--keep", type=Path, required=True, help="where the texts are kept")
    options = parser.parse_args()
    if options.ways and "zero-shot" not in options.ways:
        options.ways.append("zero-shot")
    return options


if __name__ == "__main__":
    main()
