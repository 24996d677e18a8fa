"""`copydesk train audit`: preference data is looked through before a model learns from it."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.options import force_option
from copydesk.cli.report import paint, printable, tell_findings
from copydesk.errors import CheckFailed
from copydesk.files import check_target

if TYPE_CHECKING:
    from copydesk.findings import Finding
    from copydesk.preferences.rows import Row
    from copydesk.train.audit import AuditReport

_METHODS = ("sft", "reward", "ppo", "dpo", "kto", "grpo", "rloo", "orpo", "simpo")
_SHOWN = 3  # findings of each kind, for people
_ANNOTATORS = 8  # pairs of annotators, for people
_WEIGHTS = {
    "NONSENSE": ("refused", "red"),
    "ARGUABLE": ("doubtful", "red"),
    "PROBLEM": ("problem", "yellow"),
    "NOTE": ("note", "blue"),
}


@click.command(short_help="Look preference data through before learning from it.")
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option("--held-out", metavar="FILE", help="Rows to test on: does anything leak into them?")
@click.option(
    "--method",
    type=click.Choice(_METHODS),
    help="Look at the rows as it learns from them.",
)
@click.option(
    "--model",
    metavar="MODEL",
    help="See what its tokenizer and --max-length leave: a name of `copydesk models list`, a GGUF "
    "file, or a folder of transformers.",
)
@click.option(
    "--max-length",
    type=click.IntRange(8),
    default=512,
    show_default=True,
    help="Tokens of prompt and answer together; with --model.",
)
@click.option(
    "--clean",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows that can be learnt from, each once, to this file of JSON lines.",
)
@click.option("--quick", is_flag=True, help="Leave out the baselines, which take the longest.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every finding.")
@force_option
def audit(
    data: tuple[str, ...],
    held_out: str | None,
    method: str | None,
    model: str | None,
    max_length: int,
    clean: Path | None,
    quick: bool,
    as_json: bool,
    force: bool,
) -> None:
    """Look through preference data: DATA are files or folders of rows, or "desk".

    Finds duplicates, contradictions and circles, empty and identical answers, what a tokenizer cuts
    away, leaks between what is learnt and what is tested, personal data; and measures how far
    annotators agree, and how much of their taste length or single words alone predict. Exits with 3
    when something should be looked into.

    \b
    Examples:
      copydesk train audit desk
      copydesk train audit pairs.jsonl --held-out held.jsonl
      copydesk train audit ranked.jsonl --method dpo --model smollm2-135m-instruct
      copydesk train audit pairs.jsonl --clean good.jsonl
      copydesk train audit desk --json
    """
    from copydesk.train.audit import audit as look_through

    if clean:
        check_target(clean, force=force)
    rows, findings = _rows(data, method)
    held, more = _rows((held_out,), method) if held_out else ((), ())
    tokenizer = _tokenizer(model) if model else None
    report = look_through(
        rows, held=held, tokenizer=tokenizer, max_length=max_length, baselines=not quick
    )
    left_out = (*findings, *more)
    if as_json:
        told = {**report.as_json(), "left_out": [_as_json(each) for each in left_out]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        tell_findings(left_out)
        for line in _lines(report):
            click.echo(line)
    if clean:
        _write_clean(rows, tokenizer, max_length, clean, force=force)
    _judge(report, data)


def _rows(
    data: tuple[str, ...], method: str | None
) -> "tuple[tuple[Row, ...], tuple[Finding, ...]]":
    from copydesk.train.data import load_data, read_sources
    from copydesk.train.recipe import Recipe

    if method is None:
        return read_sources(data)
    recipe = Recipe.model_validate({"method": method, "data": data, "held_out": "0"})
    loaded = load_data(recipe)
    return loaded.train, loaded.findings


def _tokenizer(model: str) -> Any:
    from copydesk.cli.models import download_bar
    from copydesk.train.base import load_tokenizer, prepare

    with download_bar() as progress:
        return load_tokenizer(prepare(model, progress=progress))


def _write_clean(
    rows: "tuple[Row, ...]", tokenizer: Any, max_length: int, path: Path, *, force: bool
) -> None:
    from copydesk.preferences.write import write_rows
    from copydesk.train.audit import without_nonsense

    good = without_nonsense(rows, tokenizer=tokenizer, max_length=max_length)
    written = write_rows(good, path, force=force)
    click.echo(f"{path}: {written:,} of {len(rows):,} rows", err=True)


def _judge(report: "AuditReport", data: tuple[str, ...]) -> None:
    """Exit 3 when something should be looked into.

    Raises:
        CheckFailed: so.
    """
    serious = {each.code for each in report.serious}
    if not serious:
        return
    kinds = "1 kind of problem" if len(serious) == 1 else f"{len(serious)} kinds of problems"
    if report.refused:
        hint = "mend the rows, or leave them out with --clean FILE: training refuses this data"
    elif report.arguable:
        hint = "training refuses this data, unless you insist with --anyway"
    else:
        hint = "training takes this data as it is; --json has every finding"
    raise CheckFailed(f"{kinds} in {', '.join(data)}.", hint)


def _lines(report: "AuditReport") -> Iterator[str]:
    numbers = report.numbers
    yield _heading(numbers)
    yield from _found(report)
    yield from _predicted(numbers)
    yield from _annotators(numbers)


def _heading(numbers: Mapping[str, float]) -> str:
    from copydesk.train.audit.material import many

    kinds = ("sample", "pair", "ranking", "verdict")
    told = [many(int(numbers[f"{kind}s"]), kind) for kind in kinds if f"{kind}s" in numbers]
    rows = ", ".join(told) or many(int(numbers["rows"]), "row")
    held = f"; {many(int(numbers['held']), 'row')} to test on" if numbers["held"] else ""
    return f"{rows}; {many(int(numbers['prompts']), 'prompt')}{held}"


def _found(report: "AuditReport") -> Iterator[str]:
    """A line for each kind of finding, and the first few of them under it."""
    from copydesk.train.audit import CODES

    width = len(f"{max(report.counts.values(), default=0):,}")
    for code, times in report.counts.items():
        weight, colour = _WEIGHTS[CODES[code].gravity.name]
        # Rankings of one line by several people are several rows, found in one place.
        of_code = list(
            dict.fromkeys((f.place, f.message) for f in report.findings if f.code == code)
        )
        yield ""
        name = f"{CODES[code].name}; {CODES[code].fix}"
        yield f"{paint(f'{weight:>8}', fg=colour)}  {times:>{width},}  {name} [{code}]"
        for place, message in of_code[:_SHOWN]:
            yield printable(f"{'':>{width + 12}}{place}: {message}")
        if len(of_code) > _SHOWN:
            yield f"{'':>{width + 12}}… and {len(of_code) - _SHOWN:,} more; --json has them"
    if not report.counts:
        yield "nothing found"


def _predicted(numbers: Mapping[str, float]) -> Iterator[str]:
    """What predicts the preferences without reading the answers, under what annotators reach."""
    if not numbers.get("decided"):
        return
    from copydesk.train.audit.material import many

    side = "longer" if numbers.get("longer_wins", 0.5) >= 0.5 else "shorter"
    said = (
        ("human_ceiling", "another annotator", "what can be expected of any model at most"),
        ("baseline_words", "single words", "learnt from some prompts, tried on others"),
        (
            "baseline_words_held",
            "the same, held out",
            "learnt from these, tried on the others",
        ),
        ("baseline_length", "length alone", f"the {side} answer wins"),
        ("baseline_phrases", "stock phrases", "the answer with fewer of them wins"),
    )
    rows = [(label, numbers[name], note) for name, label, note in said if name in numbers]
    if rows:
        yield ""
        compared = many(int(numbers["decided"]), "decided comparison")
        yield f"What predicts the {compared} without a model:"
        for label, share, note in rows:
            yield f"  {label:<18} {share:>4.0%}   {note}"


def _annotators(numbers: Mapping[str, float]) -> Iterator[str]:
    if "alpha" not in numbers:
        return
    from copydesk.train.audit.material import many

    yield ""
    judged = many(int(numbers["agreement_of"]), "judgement")
    yield (
        f"Annotators say the same in {numbers['agreement']:.0%} of {judged}, ties counted; "
        f"alpha {numbers['alpha']:.2f} (0 is chance, 1 all agree)."
    )
    pairs = [name.partition(".")[2] for name in numbers if name.startswith("agreement.")]
    for pair in pairs[:_ANNOTATORS]:
        who = " and ".join(pair.split("|"))
        same, kappa = numbers[f"agreement.{pair}"], numbers[f"kappa.{pair}"]
        yield printable(f"  {who:<34} {same:>4.0%}   kappa {kappa:.2f}")
    if len(pairs) > _ANNOTATORS:
        yield f"  … and {len(pairs) - _ANNOTATORS} more; --json has them"


def _as_json(finding: "Finding") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(finding)
