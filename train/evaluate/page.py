"""The evaluation as one page that stands alone: numbers on top, answers side by side below."""

from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from copydesk.prompts import templates_folder
from copydesk.train.evaluate.report import (
    LABELS,
    VERBATIM,
    Contestant,
    Measure,
    PolicyReport,
    Shown,
    shown_rate,
    spoken,
)

# Where less is better, where more is, and where neither is.
_LESS = {"perplexity", "perplexity_change", "style_distance", "machine_phrases", "unfinished"}
_LESS |= {"repeated_4", "overlap", "overlap_mean"}


def page(report: PolicyReport) -> str:
    """The report as HTML: nothing is fetched, no script runs, every text is escaped."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates_folder() / "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"rate": shown_rate, "paragraphs": paragraphs}
    return environment.get_template("evaluation.html.j2").render(
        report=report,
        columns=report.contestants,
        rows=_rows(report),
        wins=_wins(report),
        verbatim=VERBATIM,
        marked=_marked,
    )


def _rows(report: PolicyReport) -> list[dict[str, Any]]:
    """A row a measure: its label, and a cell for each contestant."""
    rows = []
    for name, label in LABELS.items():
        measures = [each.measures.get(name) for each in report.contestants]
        if not any(measures):
            continue
        best = _best(name, report.contestants)
        rows.append(
            {
                "label": label,
                "cells": [
                    {
                        "text": spoken(name, m.value),
                        "interval": _interval(name, m),
                        "best": m is best,
                    }
                    if m
                    else {"text": "", "interval": "", "best": False}
                    for m in measures
                ],
            }
        )
    return rows


def _best(name: str, contestants: tuple[Contestant, ...]) -> Measure | None:
    """The best of those that compete: the house's own texts do not."""
    if name not in _LESS:
        return None
    own = [each.measures.get(name) for each in contestants if each.name != "house"]
    there = [measure for measure in own if measure is not None]
    if len(there) < 2 or len({measure.value for measure in there}) == 1:
        return None
    return min(there, key=lambda measure: measure.value)


def _interval(name: str, measure: Measure) -> str:
    if measure.low is None or measure.high is None:
        return ""
    return f"{spoken(name, measure.low)} – {spoken(name, measure.high)}"


def _wins(report: PolicyReport) -> list[dict[str, Any]]:
    """A bar for each opponent and judge, in percent from the left."""
    titles = {each.name: each.title for each in report.contestants}
    return [
        {
            "against": titles.get(win.against, win.against),
            "judge": win.judge,
            "plain": shown_rate(win.rate),
            "controlled": shown_rate(win.controlled),
            "at": round(100 * win.controlled.value, 1),
            "low": round(100 * win.controlled.low, 1),
            "wide": round(100 * (win.controlled.high - win.controlled.low), 1),
            "sure": win.controlled.low > 0.5,
        }
        for win in report.wins
    ]


def _marked(answer: Shown) -> Markup:
    """An answer's text, with what it shares with training marked if that is long."""
    if answer.overlap <= VERBATIM or answer.overlap_text not in answer.text:
        return paragraphs(answer.text)
    before, _, after = answer.text.partition(answer.overlap_text)
    marked = escape(before) + Markup("<mark>") + escape(answer.overlap_text)
    return _in_paragraphs(marked + Markup("</mark>") + escape(after))


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs; Markdown stays as it was written."""
    return _in_paragraphs(escape(text))


def _in_paragraphs(escaped: Markup) -> Markup:
    pieces = [piece.strip("\n") for piece in str(escaped).split("\n\n")]
    # Every piece was escaped before.
    return Markup("".join(f"<p>{piece}</p>" for piece in pieces if piece.strip()))  # noqa: S704
