"""Texts of the length that was asked for: LongBench-Write's requests, written and measured.

    python benchmarks/writing.py write REQUESTS.jsonl -o texts/ --threads 1
    python benchmarks/writing.py score REQUESTS.jsonl -o texts/ --slop LISTS/

`write` keeps each text with what it took in the folder, shortest first, and goes on where it was
stopped. `score` reads the folder and prints, for each language, the length score (100 when a text
is as long as asked; longer 100·max(0, 1 − (y/x − 1)/3), shorter 100·max(0, 1 − (x/y − 1)/2)), the
largest deviation, repeats and machine phrases. A length is counted over the whole file, title and
headings included: words in English, Han characters and Latin words in Chinese.
"""

import argparse
import json
import re
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

from copydesk.brief import detect_language, make_brief
from copydesk.generate.engines import open_generator
from copydesk.prose.units import count, paragraphs, words
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import load_form
from copydesk.writer.manner import Manner


def main() -> None:
    """Write or score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=["write", "score"])
    parser.add_argument("requests", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--form", default="text")
    parser.add_argument("--share", default="1/1", help="I/N: every Nth request, from the Ith")
    parser.add_argument(
        "--reverse", action="store_true", help="longest first, for a second process"
    )
    parser.add_argument("--longest", type=int, default=10**9, help="leave longer requests out")
    parser.add_argument("--no-guard", action="store_true", help="without bans on machine phrases")
    parser.add_argument("--no-review", action="store_true", help="without revisions")
    parser.add_argument("--slop", type=Path, help="a folder of other lists of machine phrases")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.requests.read_text().splitlines() if line.strip()]
    jobs = sorted(enumerate(rows), key=lambda job: (job[1]["length"], job[0]))
    jobs = [job for job in jobs if job[1]["length"] <= args.longest]
    args.output.mkdir(parents=True, exist_ok=True)
    if args.step == "write":
        first, step = map(int, args.share.split("/"))
        jobs = jobs[first - 1 :: step]
        write(jobs[::-1] if args.reverse else jobs, args)
    else:
        score(jobs, args.output, args.slop)


def write(jobs: list[tuple[int, dict[str, Any]]], args: argparse.Namespace) -> None:
    """Write every text that is not there yet."""
    generator = open_generator(args.model, threads=args.threads)
    form = load_form(args.form)
    for number, row in jobs:
        path = args.output / f"{number:03}.json"
        if path.exists():
            continue
        brief = make_brief(row["prompt"], language=_language(row), length=row["length"])
        start = time.monotonic()
        drafting = Drafting(
            form,
            brief,
            generator,
            seed=number,
            manner=Manner(guard=not args.no_guard, review=not args.no_review),
        )
        text = drafting.run().markdown
        record = {
            "text": text,
            "seconds": time.monotonic() - start,
            "model_seconds": sum(
                c.prompt_seconds + c.completion_seconds for c in drafting.completions
            ),
            "tokens": sum(c.completion_tokens for c in drafting.completions),
            "requests": len(drafting.completions),
        }
        path.write_text(json.dumps(record, ensure_ascii=False))
        written = count(text, brief.language)
        print(f"{number:3} {row['length']:6} {written:6} {record['seconds']:6.0f} s", flush=True)


def score(jobs: list[tuple[int, dict[str, Any]]], folder: Path, slop: Path | None) -> None:
    """Print what the texts measure."""
    others = _other_lists(slop) if slop else None
    for language in ("en", "zh"):
        rows = []
        for number, row in jobs:
            path = folder / f"{number:03}.json"
            if _language(row) == language and path.exists():
                rows.append((number, row["length"], json.loads(path.read_text())))
        asked = sum(_language(row) == language for _, row in jobs)
        print(f"\n{language}: {len(rows)} of {asked} requests written")
        if rows:
            _print(rows, language, others)


def _print(
    rows: list[tuple[int, int, dict[str, Any]]], language: Any, others: re.Pattern[str] | None
) -> None:
    scores, off = [], []
    repeated, cycles = [], []
    for number, wanted, record in rows:
        written = count(record["text"], language)
        scores.append(length_score(wanted, written))
        off.append((abs(written - wanted) / wanted, number, wanted, written))
        if again := repeated_paragraphs(record["text"]):
            repeated.append((number, again))
        if found := cycle(record["text"], language):
            cycles.append((number, found))
    text = "\n\n".join(record["text"] for _, _, record in rows)
    print(f"  length score: mean {statistics.mean(scores):.1f}, least {min(scores):.1f}")
    print(f"  within 10 %: {sum(o[0] <= 0.1 for o in off)} of {len(off)}")
    under = [o for o in off if o[2] < 2000]
    worst = max(under, default=(0.0, 0, 0, 0))
    print(
        f"  under 2,000: furthest off {worst[0]:.1%} (request {worst[1]}: {worst[2]} → {worst[3]})"
    )
    for share, number, wanted, written in off:
        if share > 0.2:
            print(f"    more than 20 % off: request {number}: {wanted} → {written}")
    print(f"  repeated paragraphs: {repeated or 'none'}; cycles of 8 words: {cycles or 'none'}")
    from copydesk.prose import phrases

    print(f"  machine phrases per 1,000: {phrases.rate(text, language):.1f} (own list)", end="")
    if others and language == "en":
        print(f", {1000 * len(others.findall(text.lower())) / count(text, language):.1f} (others')")
    else:
        print()
    seconds = sum(r["seconds"] for _, _, r in rows)
    model = sum(r["model_seconds"] for _, _, r in rows)
    print(f"  {seconds / 60:.0f} min, {sum(r['tokens'] for _, _, r in rows)} tokens", end="")
    print(f", outside the model {1 - model / seconds:.1%}")


def length_score(wanted: int, written: int) -> float:
    """LongBench-Write's length score, 0 to 100."""
    if written == 0:
        return 0.0
    if written > wanted:
        return 100 * max(0.0, 1 - (written / wanted - 1) / 3)
    return 100 * max(0.0, 1 - (wanted / written - 1) / 2)


def repeated_paragraphs(text: str) -> int:
    """Paragraphs of ten words and more that stand there twice, whatever their case and spacing."""
    plain = Counter(" ".join(p.lower().split()) for p in paragraphs(text) if len(p) > 40)
    return sum(n - 1 for n in plain.values())


def cycle(text: str, language: Any) -> str:
    """Eight words that follow one another at least three times, or "" where none do."""
    units = [w.lower() for w in words(text, language)]
    for length in range(1, 9):
        # A cycle of a shorter period is one of eight words as well: eight words and again eight.
        run = 0
        for at in range(length, len(units)):
            run = run + 1 if units[at] == units[at - length] else 0
            if run >= max(16, 2 * length):
                return " ".join(units[at - 7 : at + 1])
    return ""


def _language(row: dict[str, Any]) -> Any:
    prompt = row["prompt"]
    return "zh" if "Chinese news" in prompt else detect_language(prompt)


def _other_lists(folder: Path) -> re.Pattern[str]:
    """Single words and phrases of other people's lists, as one pattern."""
    found: set[str] = set()
    for path in folder.rglob("slop_list.json"):
        found.update(entry[0].lower() for entry in json.loads(path.read_text()))
    alternatives = "|".join(sorted(map(re.escape, found), key=len, reverse=True))
    return re.compile(rf"\b(?:{alternatives})\b")


if __name__ == "__main__":
    main()
