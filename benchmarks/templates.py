"""Does every template carry a deck? Opens, builds, validates, renders and reviews a folder of them.

    python benchmarks/templates.py FOLDER -o results.jsonl [--keep DIR]
    python benchmarks/templates.py FOLDER -o results.jsonl --stage build      # without LibreOffice
    python benchmarks/templates.py FOLDER -o results.jsonl --again "a part of a name"

Each file is opened and filled with a slide of every intent, in English and Chinese by turns, in a
process of its own with bounds on memory and time. A file is *valid* when it opens; one that does
not has to say why. The results are a line of JSON a file; a second run goes on where the first
ended, and the table at the end counts them all.

Needs the Open XML validator, and LibreOffice and poppler for the stage "render".
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

SECONDS = 180
MEMORY = 4 << 30
SUFFIXES = {".pptx", ".potx", ".ppsx", ".pptm", ".potm", ".ppsm"}
PLACED = ("text-outside", "text-off-slide", "text-overlap")


def main() -> None:
    """Parse, go through the folder, count."""
    options = _options()
    if options.one:
        print(json.dumps(build(options.folder, options.language, options.keep)))
        return
    if options.measure:
        print(json.dumps(reviewed(options.folder)))
        return
    known = {row["file"]: row for row in _rows(options.output)}
    files = sorted(p for p in options.folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    for number, path in enumerate(files):
        name = str(path.relative_to(options.folder))
        language = "zh" if number % 2 else "en"
        if _wanted(name, known.get(name), options):
            start = time.monotonic()
            row = {"file": name, "language": language, **_tried(path, language, options)}
            row["seconds"] = round(time.monotonic() - start, 1)
            known[name] = row
            with options.output.open("a") as stream:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{number + 1}/{len(files)} {_line(row)}", flush=True)
    summary([known[name] for p in files if (name := str(p.relative_to(options.folder))) in known])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("templates.jsonl"))
    parser.add_argument("--keep", type=Path, help="a folder for the decks that are built")
    parser.add_argument("--stage", choices=("build", "render"), default="render")
    parser.add_argument("--again", help="try again files whose name or line of results holds this")
    parser.add_argument("--every", type=int, default=1, help="only every nth file")
    parser.add_argument("--language", default="en")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for line in path.read_text().splitlines():
            yield json.loads(line)


def _wanted(name: str, row: dict[str, Any] | None, options: argparse.Namespace) -> bool:
    if options.again:
        return options.again in name or (row is not None and options.again in json.dumps(row))
    if row is not None and (options.stage == "build" or "findings" in row or "error" in row):
        return False
    return sum(map(ord, name)) % options.every == 0


def _tried(path: Path, language: str, options: argparse.Namespace) -> dict[str, Any]:
    """One file through all stages: what came of it."""
    with tempfile.TemporaryDirectory(prefix="copydesk-templates-") as scratch:
        folder = Path(scratch)
        row = _child([str(path), "--one", "--language", language, "--keep", str(folder)])
        deck = folder / "deck.pptx"
        if not deck.exists():
            return row
        row["new_errors"] = new_errors(deck, folder / "template.pptx")
        if options.stage == "render":
            row |= _child([str(deck), "--measure"])
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            deck.rename(options.keep / f"{path.parent.name}__{path.stem[-60:]}.pptx")
    return row


def _child(arguments: list[str]) -> dict[str, Any]:
    """This program once more, bounded; what it prints, or how it died."""
    command = [sys.executable, __file__, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        return dict(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return {"crash": f"no end after {SECONDS} s"}
    except json.JSONDecodeError:
        return {"crash": (done.stderr.strip().splitlines() or ["died"])[-1][:300]}


def build(path: Path, language: Any, folder: Path) -> dict[str, Any]:
    """Open a template and fill it; the deck and the bare template end up in `folder`."""
    from copydesk.errors import CopydeskError
    from copydesk.slides.draw.render import render
    from copydesk.slides.master.master import open_master
    from copydesk.slides.package.opening import opened, read_file
    from copydesk.slides.package.template import template_of

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.path.insert(0, str(Path(__file__).parent))
    from every_intent import every_intent

    try:
        found = opened(read_file(path), path.name)
    except CopydeskError as error:
        return {"error": error.message, "hint": error.hint}
    row: dict[str, Any] = {"notes": found.notes}
    deck = every_intent(language, folder)
    try:
        (folder / "template.pptx").write_bytes(template_of(found.content, path.name))
        with _clock(row, "compile_s"):
            master = open_master(path)
            for slide in deck.slides:
                master.served(slide.intent)
        with _clock(row, "draw_s"):
            made = render(deck, master)
    except CopydeskError as error:
        return {**row, "refused": error.message, "hint": error.hint}
    (folder / "deck.pptx").write_bytes(made.content)
    row |= {"layouts": len(master.layouts), "slides": len(made.deck.slides)}
    row["drawing"] = Counter(finding.code for finding in made.findings)
    return row


@contextmanager
def _clock(row: dict[str, Any], key: str) -> Iterator[None]:
    start = time.process_time()
    yield
    row[key] = round(time.process_time() - start, 2)


def new_errors(deck: Path, template: Path) -> list[str]:
    """What the Open XML SDK says against the deck and not already against the bare template."""
    said = validator_errors(deck)
    return sorted((Counter(said) - Counter(validator_errors(template))).elements()) if said else []


def validator_errors(path: Path) -> list[str]:
    """What the Open XML SDK says against a file, each with the part it is in."""
    done = subprocess.run(
        ["ooxml-validator", str(path)], capture_output=True, text=True, check=False
    )
    errors = json.loads(done.stdout)["errors"]
    return [f"{e.get('part', '')}: {e.get('description', '')}"[:300] for e in errors]


def reviewed(path: Path) -> dict[str, Any]:
    """What is seen on the rendered deck: findings by code, and how many frames were looked at."""
    from copydesk.errors import CopydeskError
    from copydesk.slides.review.review import reviewed as review

    try:
        found = review(path, rendered=True)
    except CopydeskError as error:
        return {"unreadable": error.message}
    lines = [f"{f.code} | {f.place} | {f.message} | {f.measured}" for f in found.findings]
    return {"findings": [line[:240] for line in lines], **asdict(found.share)}


def _line(row: dict[str, Any]) -> str:
    """One file in one line."""
    name = row["file"].rpartition("/")[2][-50:]
    for key in ("error", "refused", "crash", "unreadable"):
        if key in row:
            return f"{name}: {key}: {row[key]}"
    codes = Counter(f.partition(" ")[0] for f in row.get("findings", ()))
    return f"{name}: {len(row.get('new_errors', ()))} new errors, {dict(codes)}"


def summary(rows: list[dict[str, Any]]) -> None:
    """The table: each bar, what was measured, what is wanted."""
    valid = [row for row in rows if "error" not in row]
    built = [row for row in valid if "slides" in row]
    seen = [row for row in built if "findings" in row]
    codes = Counter(f.partition(" ")[0] for row in seen for f in row["findings"])
    frames = sum(row["frames"] for row in seen)
    text = sum(row["characters"] - row["drawn"] for row in seen)
    errors = sum(len(row["new_errors"]) for row in built)
    bars = [
        ("files", len(rows), ""),
        ("open", len(valid), ""),
        ("do not open, and say why", len(rows) - len(valid), ""),
        ("end in a traceback", sum("crash" in row for row in rows), "0"),
        ("of the valid ones built", _share(len(built), len(valid)), "≥ 99 %"),
        ("new validator errors", f"{errors} in {sum(bool(r['new_errors']) for r in built)}", "0"),
        ("rendered", len(seen), ""),
        ("pages = slides", _share(len(seen) - codes["page-count"], len(seen)), "100 %"),
        ("text frames looked at", frames, ""),
        ("of them faulty", _share(sum(row["faulty"] for row in seen), frames), "≤ 1 %"),
        *((f"  {code}", codes[code], "") for code in PLACED),
        *((code, count, "0") for code, count in codes.most_common() if code not in PLACED),
        ("text in placeholders", _share(sum(r["inherited"] for r in seen), text), "≥ 80 %"),
        ("slowest compile, s", max((r["compile_s"] for r in built), default=0), "≤ 1"),
    ]
    for name, value, wanted in bars:
        print(f"{name:<28} {value!s:>18}  {wanted}")


def _share(part: float, whole: float) -> str:
    return f"{part:g} = {100 * part / whole:.2f} %" if whole else "none"


if __name__ == "__main__":
    main()
