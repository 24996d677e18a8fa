"""Several drafts of a section, scored by what can be measured; the best one stays."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from copydesk.writer.pen import Pen
from copydesk.writer.scorers import Candidate, score

if TYPE_CHECKING:
    from copydesk.writer.section import SectionWriter

_STEP = 104_729  # between the seeds of two drafts of one section


def pick(
    writer: "SectionWriter",
    write: Callable[[Pen, int], str],
    budget: int,
    seed: int,
    name: str,
) -> str:
    """Write the section once, or as often as its manner says, and return the best.

    Only the best of several is shown, when it is known. A judge reads it as an answer to the
    brief.
    """
    manner = writer.manner
    if manner.best_of == 1:
        return write(writer.pen, seed)
    texts = []
    for number in range(manner.best_of):
        writer.on_note(f"{name}: draft {number + 1} of {manner.best_of}")
        texts.append(write(writer.silent(), seed + number * _STEP))
        if writer.pen.cancel.is_set():
            return ""
    candidates = [Candidate(text, budget, writer.checker) for text in texts]
    table = score(candidates, judge=manner.judge, prompt=writer.context.brief.topic)
    best = max(range(len(table)), key=lambda number: table[number]["total"])
    writer.scores += [
        {"section": name, "draft": number + 1, "chosen": number == best, **row}
        for number, row in enumerate(table)
    ]
    writer.show(texts[best])
    return texts[best]
