"""Looks preference data through before a model learns from it."""

from copydesk.train.audit.codes import CODES, Code, Gravity
from copydesk.train.audit.report import AuditReport, refuse
from copydesk.train.audit.whole import audit, without_nonsense

__all__ = ["CODES", "AuditReport", "Code", "Gravity", "audit", "refuse", "without_nonsense"]
