"""Which function asks for which intent."""

from collections.abc import Callable

from copydesk.slides.author.asks import diagrams, figures, others, texts
from copydesk.slides.author.asks.ask import Ask, Wanted

ASKS: dict[str, Callable[[Wanted], Ask | None]] = {
    "bullets": texts.bullets,
    "columns": texts.columns,
    "comparison": texts.comparison,
    "big-number": figures.big_number,
    "quote": texts.quote,
    "table": figures.table,
    "chart": figures.chart,
    "picture": others.picture,
    "picture-full": others.picture_full,
    "timeline": diagrams.timeline,
    "process": diagrams.process,
    "cycle": diagrams.cycle,
    "hierarchy": diagrams.hierarchy,
    "matrix": diagrams.matrix,
    "team": diagrams.team,
    "code": others.code,
    "closing": texts.closing,
}
"""Every intent that is asked for; title, agenda and section come out of the outline."""


def ask_for(intent: str, wanted: Wanted) -> tuple[str, Ask]:
    """The intent that can be made and what to ask for it: bullets where something is missing."""
    ask = ASKS[intent](wanted)
    if ask is not None:
        return intent, ask
    made = ASKS["bullets"](wanted)
    assert made is not None  # noqa: S101 - bullets need nothing
    return "bullets", made
