"""The audit: every check, over one set of rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.preferences.rows import Row
from copydesk.train.audit.agreement import agreement
from copydesk.train.audit.codes import CODES, Gravity
from copydesk.train.audit.duplicates import duplicates, leaks, near_duplicates
from copydesk.train.audit.languages import languages
from copydesk.train.audit.material import Check, Material
from copydesk.train.audit.order import contradictions, mixed_verdicts
from copydesk.train.audit.personal import personal_data
from copydesk.train.audit.report import AuditReport, reported
from copydesk.train.audit.shape import (
    constant,
    counted,
    empty_answers,
    prompts,
    same_answers,
    unanswered,
    verdicts,
)
from copydesk.train.audit.tells import tells
from copydesk.train.audit.truncation import truncation

_CHECKS: tuple[Check, ...] = (
    counted,
    prompts,
    unanswered,
    empty_answers,
    same_answers,
    constant,
    verdicts,
    duplicates,
    near_duplicates,
    leaks,
    contradictions,
    mixed_verdicts,
    agreement,
    personal_data,
    languages,
)


def audit(
    rows: Iterable[Row],
    *,
    held: Iterable[Row] = (),
    tokenizer: Any = None,
    max_length: int = 0,
    baselines: bool = True,
) -> AuditReport:
    """Look through rows for what a training run would learn wrongly, or not at all.

    The order of the rows changes nothing. Time and memory grow with the rows in proportion.

    Args:
        rows: to learn from; as they were read, or of the kind that a method learns from.
        held: to test on.
        tokenizer: of `train.base.load_tokenizer`, to see what `max_length` tokens leave; None:
            that is not looked at.
        baselines: measure what length, stock phrases and single words predict.

    Raises:
        UsageProblem: there are no rows.
    """
    material = Material(rows, held)
    if not material.rows:
        raise UsageProblem("There are no rows to look through.")
    checks = [*_CHECKS]
    if tokenizer is not None and max_length:
        checks.append(truncation(tokenizer, max_length))
    if baselines:
        checks.append(tells)
    return reported(material, [hit for check in checks for hit in check(material)])


def without_nonsense(
    rows: Sequence[Row], *, tokenizer: Any = None, max_length: int = 0
) -> tuple[Row, ...]:
    """The rows that can be learnt from, each once, in their order.

    Left out is what training would refuse for a row's own sake: empty answers, answers ranked above
    themselves, and with a tokenizer what is lost or the same once cut. Contradictions stay, for
    somebody has to decide them; so does what only all rows together are.
    """
    material = Material(rows)
    checks: list[Check] = [empty_answers, same_answers, duplicates]
    if tokenizer is not None and max_length:
        checks.append(truncation(tokenizer, max_length))
    out: set[int] = set()
    for hit in (hit for check in checks for hit in check(material)):
        if hit.code == "duplicate":
            out.update(hit.rows[1:])
        elif CODES[hit.code].gravity is Gravity.NONSENSE:
            out.update(hit.rows)
    dropped = {id(material.rows[at]) for at in out}
    return tuple(row for row in rows if id(row) not in dropped)
