"""The model card: what it is, how to run it, what it learned from, how good it is, what is not."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import yaml
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from copydesk.prompts import templates_folder
from copydesk.train.audit.codes import CODES
from copydesk.train.publish.origin import Origin
from copydesk.train.publish.plan import Plan

_LONGEST = 500  # characters of a value in the card


def card(origin: Origin, plan: Plan, facts: Mapping[str, Any]) -> str:
    """The README of a publication, Markdown with the front matter that hubs read.

    Args:
        facts: as publication.json has them.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates_folder() / "pages"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # it is Markdown: every value goes through `line`
    )
    environment.filters |= {"line": line, "size": size, "number": number}
    return environment.get_template("model-card.md.j2").render(
        front=_front(origin, facts),
        facts=facts,
        pieces={piece.name: piece.path for piece in plan.pieces},
        recipe=_nameless(origin.recipe.replace("```", "'''").strip()),
        data=[_learnt(manifest) for manifest in (origin.manifest, *origin.earlier)],
        training=_training(origin),
        numbers=_numbers(origin.evaluation),
        wins=_wins(origin.evaluation),
        judge=str(_table(origin.evaluation).get("judge", "")),
        audit=_audit(origin.audit),
        short=_short(origin),
    )


def _front(origin: Origin, facts: Mapping[str, Any]) -> str:
    """YAML between the two rules."""
    base = facts["base"]
    values: dict[str, Any] = {
        "license": base["licence"].lower() or "unknown",
        "base_model": base["source"].removeprefix("https://huggingface.co/") or base["name"],
        "library_name": "transformers",
        "pipeline_tag": "text-classification" if origin.classifier else "text-generation",
        "tags": sorted({"copydesk", origin.method or "trained"}),
    }
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True).strip()


def _learnt(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What one run learned from: how, from how many rows of which files, and their hash."""
    data, recipe = _table(manifest.get("data")), _table(manifest.get("recipe"))
    paths = data.get("paths")
    names = [PurePath(str(path)).name for path in paths] if isinstance(paths, list | tuple) else []
    facts = {
        "method": recipe.get("method") or manifest.get("method"),
        "rows": data.get("train"),
        "held out": data.get("held"),
        "files": ", ".join(names),
        "sha256": data.get("sha256"),
    }
    return {key: value for key, value in facts.items() if value not in (None, "")}


def _nameless(recipe: str) -> str:
    """A recipe whose files are named without the folders that they lie in."""
    return re.sub(r"(?<![^\s'\"])(?:~|[A-Za-z]:)?[/\\](?:[^\s'\"/\\]+[/\\])*", "", recipe)


def _training(origin: Origin) -> dict[str, Any]:
    """The run in a few numbers."""
    manifest = origin.manifest
    named = {"steps": "optimizer steps", "seconds": "seconds", "stopped": "stopped early"}
    found = {label: manifest[key] for key, label in named.items() if manifest.get(key)}
    if isinstance(seconds := found.get("seconds"), float):
        found["seconds"] = round(seconds)
    versions = _table(manifest.get("versions"))
    if versions:
        found["versions"] = ", ".join(f"{key} {value}" for key, value in versions.items())
    return found


def _numbers(evaluation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the table: {"measure", "policy", "base", …}, or {"measure", "value"}."""
    rows = evaluation.get("told") or evaluation.get("table")
    if isinstance(rows, list):
        return [row for row in rows if isinstance(row, dict) and row.get("measure")][:60]
    flat = {key: _value(value) for key, value in evaluation.items() if key != "version"}
    told = {key: value for key, value in flat.items() if value is not None}
    return [{"measure": key, "value": value} for key, value in list(told.items())[:40]]


def _value(found: object) -> float | int | None:
    """A number, or that of a rate with its interval."""
    value = found.get("value") if isinstance(found, Mapping) else found
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _wins(evaluation: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = evaluation.get("wins")
    return [row for row in rows if isinstance(row, dict)][:40] if isinstance(rows, list) else []


def _audit(audit: Mapping[str, Any]) -> list[str]:
    """What it found, in its own order, as `train audit` calls it, and how often."""
    counts = _table(audit.get("counts"))
    return [
        f"{CODES[code].name if code in CODES else code} ({number(count)})"
        for code, count in list(counts.items())[:40]
    ]


def _short(origin: Origin) -> list[str]:
    """What a reader should know before trusting it."""
    said = origin.evaluation.get("short")
    short = [str(item) for item in said][:30] if isinstance(said, list) else []
    if not origin.evaluation:
        short.append("It was not evaluated: copydesk train evaluate RUN.")
    if stopped := origin.manifest.get("stopped"):
        short.append(f"Training stopped before its last step: {stopped}")
    if not origin.base.licence:
        short.append("The licence of the base is not known here; look it up before passing it on.")
    return short


def line(value: object) -> str:
    """A value as one line of Markdown: no markup of its own, of bounded length."""
    text = " ".join(str(value).split())[:_LONGEST]
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)


def size(value: object) -> str:
    """Bytes for a person."""
    number_ = value if isinstance(value, int) else 0
    if number_ < 1_000_000:
        return f"{number_ / 1e3:.1f} kB"
    return f"{number_ / 1e9:.2f} GB" if number_ >= 1e9 else f"{number_ / 1e6:.1f} MB"


def number(value: object) -> str:
    """A measured number; text stays text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return line(value) if value is not None else ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _table(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
