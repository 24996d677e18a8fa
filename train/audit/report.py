"""What an audit came to: findings by weight, numbers, and what training refuses."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.train.audit.codes import CODES, Gravity
from copydesk.train.audit.material import Hit, Material

MOST = 1000  # findings of one code; `counts` has how many there are


@dataclass(frozen=True)
class AuditReport:
    """What was found in a set of rows, and measured.

    Attributes:
        findings: the gravest first, by place; at most 1,000 of each code.
        numbers: what was measured, by name; shares are from 0 to 1.
        refused: those of the findings that training refuses whatever is said.
        arguable: those that it refuses unless it is insisted on.
        counts: how often each code was found: rows, or what a row has too much.
    """

    findings: tuple[Finding, ...]
    numbers: Mapping[str, float]
    refused: tuple[Finding, ...] = ()
    arguable: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def serious(self) -> tuple[Finding, ...]:
        """The findings that should be looked into: all but the notes."""
        return tuple(each for each in self.findings if CODES[each.code].gravity > Gravity.NOTE)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON has it; every finding with its gravity."""
        return {
            "findings": [
                {**asdict(each), "gravity": CODES[each.code].gravity.name.lower()}
                for each in self.findings
            ],
            "counts": dict(self.counts),
            "numbers": {name: round(value, 6) for name, value in sorted(self.numbers.items())},
            "refused": len(self.refused),
            "arguable": len(self.arguable),
        }


def reported(material: Material, hits: Iterable[Hit]) -> AuditReport:
    """Findings out of hits, in an order that is the rows' own."""
    by_code: dict[str, list[Hit]] = {}
    for hit in hits:
        by_code.setdefault(hit.code, []).append(hit)
    codes = sorted(by_code, key=lambda code: (-CODES[code].gravity, list(CODES).index(code)))
    of_code = {
        code: tuple(_finding(material, hit) for hit in sorted(by_code[code], key=_order)[:MOST])
        for code in codes
    }
    return AuditReport(
        findings=tuple(each for code in codes for each in of_code[code]),
        numbers=material.numbers,
        refused=_of(of_code, Gravity.NONSENSE),
        arguable=_of(of_code, Gravity.ARGUABLE),
        counts={code: sum(hit.count for hit in by_code[code]) for code in codes},
    )


def refuse(report: AuditReport, *, anyway: bool = False) -> None:
    """Stop what would be silent nonsense, naming the rows.

    Args:
        anyway: let pass what might be meant. Nonsense never passes.

    Raises:
        UsageProblem: something was found that training would learn nothing from, or wrongly.
    """
    if report.refused:
        raise UsageProblem(
            f"Training on this data would be nonsense: {_told(report, report.refused)}.",
            f"{_fixes(report.refused)}; copydesk train audit shows all of it, and --clean leaves "
            "such rows out",
        )
    if report.arguable and not anyway:
        raise UsageProblem(
            f"Training on this data might not be what you want: {_told(report, report.arguable)}.",
            f"{_fixes(report.arguable)}; or insist with --anyway",
        )


def _told(report: AuditReport, findings: tuple[Finding, ...]) -> str:
    """Each code with its number and its first places: "2 empty answers (a.jsonl:3, a.jsonl:9)"."""
    told = []
    for code in dict.fromkeys(each.code for each in findings):
        of_code = list(dict.fromkeys(each.place for each in findings if each.code == code))
        places = "; ".join(of_code[:3])
        more = f" and {len(of_code) - 3:,} more" if len(of_code) > 3 else ""
        told.append(f"{report.counts[code]:,} × {CODES[code].name} ({places}{more})")
    return ", ".join(told)


def _fixes(findings: tuple[Finding, ...]) -> str:
    return "; ".join(dict.fromkeys(CODES[each.code].fix for each in findings))


def _order(hit: Hit) -> tuple[tuple[int, ...], str]:
    return hit.rows, hit.message


def _of(of_code: Mapping[str, tuple[Finding, ...]], gravity: Gravity) -> tuple[Finding, ...]:
    return tuple(
        each
        for code, findings in of_code.items()
        if CODES[code].gravity is gravity
        for each in findings
    )


def _finding(material: Material, hit: Hit) -> Finding:
    return Finding(
        code=hit.code,
        place=material.places(hit.rows) or "all rows",
        message=hit.message,
        measured=hit.measured,
        allowed=hit.allowed,
        fix=CODES[hit.code].fix,
    )
