"""How many planted false numbers provenance finds, and how many true ones it flags.

    python benchmarks/provenance.py PDFS_FOLDER                       # extracts, in seconds
    python benchmarks/provenance.py PDFS_FOLDER --model "" -o texts/  # written by the default model
    python benchmarks/provenance.py --chinese wpb_zh_ranked.jsonl.gz

Forty texts of a few paragraphs are made from sources, two from one document at most in a row. With
`--model none` they are extracts: sentences with figures from one place of the document, shuffled, a
third of their words dropped, so that no sentence is as the source has it. With a model they are
written from passages that a search gave; they are kept in `-o`, so an interrupted run goes on.

What is true is not asked of the checker. A figure of a text counts as true when the very same
characters stand, as a whole number, in the sentences or passages that this text was made from: a
comparison of strings, by other code than the checker's, over a few hundred words and not the whole
document. Other figures (a small model invents some) count for nothing and are only reported.

In each text one true figure, drawn by the seed, is replaced by a false one of the same form: other
digits, not in the passages that the text was made from. Whether the false one stands somewhere else
in the document by chance is left to chance, and reported: in a report full of percentages most do.
The figures: of the planted, how many are found; of the true ones in the untouched texts, how many
are flagged.
"""

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from copydesk.brief import Language, detect_language
from copydesk.documents.evidence import Evidence
from copydesk.documents.passage import Document, Passage
from copydesk.documents.provenance import check
from copydesk.documents.read import read_document
from copydesk.documents.search import search
from copydesk.files import make_folder, write_atomic

FIGURE = re.compile(
    r"(?<![\w.,:$€£/–-])(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*(?:\.\d+)?%?)"
    r"(?![a-zA-Z\d:/–-]|[.,]\d)",
    re.ASCII,
)
NUMBERING = re.compile(r"(?:^|(?<=\n)|(?<=[.?!。？！] ))\d{1,3}[.)、]")
PROMPT = {
    "en": "Facts:\n{facts}\n\nWrite two short paragraphs for a newspaper that report these facts "
    "in your own words. Give every figure with what it counts. Add no fact.\n",
    "zh": "资料：\n{facts}\n\n请用自己的话写两小段新闻报道，写明每个数字及其含义，"
    "不要添加资料以外的内容。\n",
}
DROPPED = 1 / 3


@dataclass(frozen=True)
class Text:
    """A text, the number of its source, and the sentences or passages it was made from."""

    source: int
    shown: str
    text: str


def sentences(text: str) -> list[str]:
    """Sentences of some length, so that neither headings nor cells are among them."""
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])|(?<=[。！？])|\n", text)
    least = 20 if detect_language(text) == "zh" else 60
    return [part.strip() for part in parts if len(part) >= least]


def figures(text: str) -> list[re.Match[str]]:
    """Figures of two characters or more; one digit is more often a number of a list."""
    return [
        m for m in FIGURE.finditer(text) if len(m[0]) > 1 and not NUMBERING.match(text, m.start())
    ]


def prose(document: Document) -> list[str]:
    """Passages that are sentences, at least one of them with a figure."""
    least = 60 if detect_language(document.text) == "zh" else 150
    return [
        p.text
        for p in document.passages
        if len(p.text) >= least and figures(p.text) and re.search(r"[.。！？!?]", p.text)
    ]


def extracts(sources: Sequence[Document], count: int, rng: random.Random) -> Iterator[Text]:
    """Sentences with figures from one stretch of a document, with words dropped."""
    for number in range(count):
        source = number % len(sources)
        blocks = prose(sources[source])
        start = rng.randrange(max(1, len(blocks) - 3))
        picked = [s for block in blocks[start : start + 4] for s in sentences(block) if figures(s)]
        rng.shuffle(picked)
        picked = picked[:6]
        yield Text(source, "\n".join(picked), " ".join(thinned(s, rng) for s in picked))


def thinned(sentence: str, rng: random.Random) -> str:
    """A sentence without a third of its words (Chinese: of its commas' parts none, characters)."""
    pieces = re.findall(
        r"\d[\d.,%]*[^\s\d]*|[\u4e00-\u9fff]{2}|\S+?(?=[\u4e00-\u9fff]|\s|$)|\s+", sentence
    )
    kept = [
        p for p in pieces if p.isspace() or any(c.isdigit() for c in p) or rng.random() > DROPPED
    ]
    return re.sub(r"\s+", " ", "".join(kept))


def written(
    sources: Sequence[Document], count: int, rng: random.Random, model: str, folder: Path
) -> Iterator[Text]:
    """Texts by a model from the passages that a search for one of them gives."""
    from copydesk.generate.engines import open_generator
    from copydesk.generate.protocol import Message, Request, complete

    make_folder(folder)
    generator = None
    for number in range(count):
        source = number % len(sources)
        topic = rng.choice(prose(sources[source]))
        path = folder / f"{number:03}.json"
        if not path.exists():
            found = search([sources[source]], topic, 3, budget=2400)
            shown = "\n\n".join(dict.fromkeys([topic[:1200], *(p.text for _, p in found)]))[:3000]
            language = detect_language(shown)
            generator = generator or open_generator(model, threads=1)
            prompt = PROMPT[language].format(facts=shown)
            request = Request((Message("user", prompt),), max_tokens=260, seed=number)
            text = complete(generator, request)[0].text
            write_atomic(path, json.dumps(asdict(Text(source, shown, text))).encode())
            print(f"wrote {number + 1} of {count}", flush=True)
        yield Text(**json.loads(path.read_text()))
    if generator:
        generator.close()


def truths(text: Text) -> list[re.Match[str]]:
    """The figures of a text that its passages have, character for character."""
    shown = {m[0] for m in figures(text.shown)}
    return [m for m in figures(text.text) if m[0] in shown]


def falsified(figure: str, shown: set[str], rng: random.Random) -> str:
    """Another figure of the same form, which the passages do not have."""
    digits = re.sub(r"[^\d.]", "", figure)
    for _ in range(1000):
        if re.fullmatch(r"(?:19|20)\d\d", digits):
            new = str(int(digits) + rng.choice([-1, 1]) * rng.randint(1, 12))
        elif "." in digits:
            places = len(digits.partition(".")[2])
            new = f"{float(digits) * rng.uniform(0.3, 2.5):.{places}f}"
        elif figure.endswith("%"):
            new = str(rng.randint(1, 99))
        else:
            new = str(round(int(digits) * rng.uniform(0.3, 3)))
        new = f"{int(new):,}" if "," in figure else new
        new += "%" if figure.endswith("%") else ""
        if new not in shown and new != figure and not (len(new) < 2):
            return new
    raise SystemExit(f"no false figure for {figure}")


def flagged(text: str, evidence: Evidence, language: Language) -> Counter[tuple[int, str]]:
    """Lines and wordings of the numbers and dates that were found unsupported."""
    found = check(text, evidence, language)
    return Counter(
        (int(f.place.split()[1]), f.measured)
        for f in found
        if f.code in ("unsupported-number", "unsupported-date")
    )


def is_flagged(match: re.Match[str], found: Counter[tuple[int, str]]) -> bool:
    """Whether a finding on the figure's line names it."""
    line = match.string[: match.start()].count("\n") + 1
    bare = match[0].rstrip("%")
    return any(n == line and bare in re.findall(r"\d+(?:[,.]\d+)*", said) for n, said in found)


def measure(texts: Sequence[Text], sources: Sequence[Document], rng: random.Random) -> None:
    """Check the texts as they are and with one false figure each; print the counts."""
    evidence = [Evidence([source]) for source in sources]
    true = wrong = other = planted = caught = 0
    elsewhere: Counter[bool] = Counter()
    missed: Counter[bool] = Counter()
    start = time.monotonic()
    for text in texts:
        language = detect_language(text.text)
        found = flagged(text.text, evidence[text.source], language)
        good = truths(text)
        true += len(good)
        wrong += sum(is_flagged(m, found) for m in good)
        other += len(figures(text.text)) - len(good)
        if not good:
            continue
        match = rng.choice(good)
        new = falsified(match[0], {m[0] for m in figures(text.shown)}, rng)
        false = text.text[: match.start()] + new + text.text[match.end() :]
        place = re.compile(re.escape(new)).search(false, match.start())
        assert place is not None
        hit = is_flagged(place, flagged(false, evidence[text.source], language))
        chance = new in {m[0] for m in figures(sources[text.source].text)}
        planted, caught = planted + 1, caught + hit
        elsewhere[chance] += 1
        missed[chance] += not hit
    seconds = time.monotonic() - start
    print(f"{len(texts)} texts, {true} true figures, {other} unconfirmed, {seconds:.1f} s")
    print(f"  planted found  {caught} of {planted} ({caught / planted:.1%}); asked: 95%")
    for chance, name in ((False, "nowhere in the document"), (True, "elsewhere in the document")):
        print(f"    {name:26} {elsewhere[chance] - missed[chance]} of {elsewhere[chance]}")
    print(f"  true flagged   {wrong} of {true} ({wrong / true:.1%}); asked: at most 5%")


def chinese(path: Path, count: int) -> list[Document]:
    """Sources from ranked Chinese answers: five long ones with figures to a document."""
    texts = []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            for response in json.loads(line)["responses"]:
                if len(figures(response["text"])) >= 4:
                    texts.append(response["text"])
                    break
    groups = [texts[i : i + 5] for i in range(0, len(texts), 5)][:count]
    return [
        Document(
            f"{i}", f"{i}", tuple(Passage(s) for t in group for s in t.split("\n") if s.strip())
        )
        for i, group in enumerate(groups)
    ]


def main() -> None:
    """Make the texts, plant, check, count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="PDFs")
    parser.add_argument("--chinese", type=Path)
    parser.add_argument("--model", default="none")
    parser.add_argument("--texts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--out", type=Path, default=Path("demo/provenance"))
    options = parser.parse_args()
    if options.folder:
        sources = [read_document(path) for path in sorted(options.folder.glob("*.pdf"))]
    else:
        sources = chinese(options.chinese, 10)
    sources = [source for source in sources if len(prose(source)) >= 4]
    rng = random.Random(options.seed)
    if options.model == "none":
        texts = list(extracts(sources, options.texts, rng))
    else:
        texts = list(written(sources, options.texts, rng, options.model, options.out))
    measure(texts, sources, random.Random(options.seed + 1))


if __name__ == "__main__":
    main()
