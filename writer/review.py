"""A section looked over without a model's opinion, and revised once where it fails."""

from dataclasses import replace
from typing import TYPE_CHECKING

from copydesk.findings import Finding
from copydesk.prose.repetition import Seen
from copydesk.prose.units import count
from copydesk.writer.check import revisable
from copydesk.writer.pen import Order
from copydesk.writer.plan import Section

if TYPE_CHECKING:
    from copydesk.writer.section import SectionWriter

_SEED = 50  # past the seeds of a section's own pieces
_SHOWN = 8  # findings that a prompt names; more would only confuse a small model
_TOLERANCE = 0.05  # of its budget that a revision may be off, if the draft was not further off
_LEAST = 8  # words or characters that do not matter


def review(
    writer: "SectionWriter", text: str, section: Section | None, budget: int, seed: int
) -> str:
    """Check the section; where it fails, have it revised once, and keep the better one.

    What the sources still do not know is marked in the text.
    """
    check = writer.checker
    text = check.mend(text)
    failing = revisable(check(text))
    if failing:
        revised = check.mend(_revise(writer, text, section, budget, seed, failing))
        left = check(revised)
        if _better(writer, text, revised, left, failing, budget):
            name = section.heading if section else "the text"
            writer.on_note(f"{name}: revised for {_named(failing)}")
            text = revised
            writer.show(text)
    return check.mark(text)


def _revise(
    writer: "SectionWriter",
    text: str,
    section: Section | None,
    budget: int,
    seed: int,
    failing: list[Finding],
) -> str:
    """Have the section written again, told what is wrong with it. Nothing of it is shown."""
    language = writer.context.brief.language
    query = f"{section.heading} {section.point}" if section else ""
    words = count(text, language)
    prompt = writer.context.render(
        "revise.j2", query, text=text, findings=failing[:_SHOWN], words=words, section=section
    )
    pen = replace(writer.silent(), seen=Seen(language))
    echoes = (section.heading,) if section else ()
    order = Order(
        writer.context.messages(prompt),
        min(words, budget),
        seed + _SEED,
        last=False,
        go_on=lambda _missing: "",
        close=lambda _missing: "",
        echoes=echoes,
        once=True,
    )
    return pen.write(order)


def _better(
    writer: "SectionWriter",
    text: str,
    revised: str,
    left: list[Finding],
    failing: list[Finding],
    budget: int,
) -> bool:
    """Whether a revision mends more than it breaks, and is still about as long."""
    language = writer.context.brief.language
    before, after = (abs(count(said, language) - budget) for said in (text, revised))
    fits = after <= max(before, budget * _TOLERANCE, _LEAST)
    return fits and len(revisable(left)) < len(failing)


def _named(findings: list[Finding]) -> str:
    return ", ".join(dict.fromkeys(finding.code for finding in findings))
