"""Returns as a list, and the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from leadreturns.core.calendar import iso_utc
from leadreturns.core.explanation import explanation
from leadreturns.core.finding import APPROVED, IN_REVIEW, Finding
from leadreturns.core.money import format_minor
from leadreturns.core.wording import counted
from leadreturns.reports.steps import facts_json
from leadreturns.reports.table import Amount, Column, Table


class ReturnLike(Protocol):
    """A return as it stands, as far as a list shows it."""

    @property
    def id(self) -> int: ...
    @property
    def batch(self) -> int: ...
    @property
    def row(self) -> int: ...
    @property
    def buyer(self) -> str: ...
    @property
    def lead_id(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def reason_text(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def credit_minor(self) -> int: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def leading(self) -> str: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def decided_by(self) -> str: ...
    @property
    def decided_at(self) -> int: ...
    @property
    def because(self) -> str: ...
    @property
    def void(self) -> bool: ...


_LIST = (
    Column("id", "Id", "number", 0),
    Column("batch", "Batch", "number", 3),
    Column("row", "Row", "number", 3),
    Column("buyer", "Buyer", "id", 1),
    Column("lead_id", "Lead", "id", 0),
    Column("reason", "Reason", "text", 2),
    Column("outcome", "Outcome", "text", 0),
    Column("finding", "Finding", "text", 1),
    Column("credit", "Credit", "money", 0),
    Column("currency", "Currency", "text", 4),
    Column("decided_by", "Decided by", "text", 4),
    Column("explanation", "Why", "sentence", 2),
)


def returns_table(returns: Sequence[ReturnLike]) -> Table:
    """One row per return; the credit is what stands, nothing for one that is not approved."""
    rows = [
        (
            each.id,
            each.batch,
            each.row,
            each.buyer,
            each.lead_id,
            each.reason or each.reason_text,
            each.outcome + (" (void)" if each.void else ""),
            each.leading,
            _credit(each),
            each.currency,
            each.decided_by,
            explained(each),
        )
        for each in returns
    ]
    return Table(name="returns", title=counted(len(rows), "return"), columns=_LIST, rows=rows)


def explained(each: ReturnLike) -> str:
    """Why the return stands as it does."""
    return explanation(each.outcome, each.findings, each.decided_by, each.because)


def _credit(each: ReturnLike) -> Amount | None:
    if each.currency is None:
        return None
    return Amount(each.credit_minor if each.outcome == APPROVED else 0, each.currency)


def returns_json(returns: Sequence[ReturnLike]) -> dict[str, Any]:
    """The object that `returns list --json` prints (interface 6)."""
    return {"returns": [return_json(each) for each in returns]}


def return_json(each: ReturnLike) -> dict[str, Any]:
    """One return as JSON; `pending` is the credit that still waits for a person."""
    waits = each.outcome == IN_REVIEW and each.currency is not None
    return {
        "id": each.id,
        "batch": each.batch,
        "row": each.row,
        "buyer": each.buyer or None,
        "lead_id": each.lead_id or None,
        "reason": each.reason or each.reason_text,
        "outcome": each.outcome,
        "findings": [finding_json(finding) for finding in each.findings],
        "explanation": explained(each),
        "credit": _credit(each),
        "pending": format_minor(each.credit_minor, str(each.currency)) if waits else None,
        "currency": each.currency,
        "decided_by": each.decided_by,
        "decided_at": iso_utc(each.decided_at),
        "void": each.void,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return {"code": finding.code, "severity": finding.severity, "facts": facts_json(finding.facts)}


_QUEUE = (
    Column("id", "Id", "number", 0),
    Column("buyer", "Buyer", "id", 1),
    Column("lead_id", "Lead", "id", 0),
    Column("reason", "Reason", "text", 2),
    Column("finding", "Finding", "text", 3),
    Column("pending", "Credit at risk", "money", 0),
    Column("explanation", "Why", "sentence", 0),
)


def queue_table(returns: Sequence[ReturnLike]) -> Table:
    """The returns that wait for a person, oldest first, with the money that hangs on them."""
    rows = [
        (
            each.id,
            each.buyer,
            each.lead_id,
            each.reason or each.reason_text,
            each.leading,
            Amount(each.credit_minor, each.currency) if each.currency else None,
            explained(each),
        )
        for each in returns
    ]
    return Table(
        name="review",
        title=f"{counted(len(rows), 'return waits', 'returns wait')} for a person",
        columns=_QUEUE,
        rows=rows,
    )
