"""What a check found, in one shape for decks, prose and preference data."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One problem: a steady code, where it is, what was measured against what is allowed."""

    code: str
    place: str
    message: str
    measured: str = ""
    allowed: str = ""
    fix: str = ""
