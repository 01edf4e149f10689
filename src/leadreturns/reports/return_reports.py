"""Returns as a list, the queue, and how the returns of each group ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from leadreturns.core.calendar import format_month, iso_utc
from leadreturns.core.explanation import explanation
from leadreturns.core.finding import APPROVED, IN_REVIEW, Finding
from leadreturns.core.money import format_minor, format_ratio
from leadreturns.reports.table import Amount, Column, Row, Table


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
    Column("id", "Id", "id", 0),
    Column("batch", "Batch", "count", 3),
    Column("row", "Row", "count", 3),
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
            str(each.id),
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
    return Table(name="returns", title=f"{len(rows)} returns", columns=_LIST, rows=rows)


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
    return {"code": finding.code, "severity": finding.severity, "facts": dict(finding.facts)}


_QUEUE = (
    Column("id", "Id", "id", 0),
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
            str(each.id),
            each.buyer,
            each.lead_id,
            each.reason or each.reason_text,
            each.leading,
            Amount(each.credit_minor, each.currency) if each.currency else None,
            explained(each),
        )
        for each in returns
    ]
    return Table(name="review", title=f"{len(rows)} returns wait for a person", columns=_QUEUE, rows=rows)


class GroupSum(NamedTuple):
    """The returns of one group in one currency; minor units."""

    key: str | int
    currency: str
    requested: int
    approved: int
    rejected: int
    review: int
    credits: int
    clawbacks: int
    unrecovered: int
    sold: int


def return_sums_table(by: str, sums: Sequence[GroupSum]) -> Table:
    """Per group and currency how returns ended; `unrecovered` is payout of approved ones that was not clawed back."""
    columns = (
        Column(by, by.capitalize(), "month" if by == "month" else "id", 0),
        Column("currency", "Currency", "text", 0),
        Column("requested", "Requested", "count", 1),
        Column("approved", "Approved", "count", 1),
        Column("rejected", "Rejected", "count", 2),
        Column("review", "Review", "count", 2),
        Column("return_rate", "Rate", "rate", 1),
        Column("credits", "Credits", "money", 0),
        Column("clawbacks", "Clawbacks", "money", 1),
        Column("unrecovered", "Unrecovered", "money", 1),
    )
    totals: dict[str, list[int]] = {}
    for each in sums:
        held = totals.setdefault(each.currency, [0] * 8)
        totals[each.currency] = [a + b for a, b in zip(held, each[2:], strict=True)]
    return Table(
        name="returns",
        title=f"Returns by {by}",
        columns=columns,
        rows=[_sum_row(each, _group_name(by, each.key), by) for each in sums],
        totals=[_sum_row(GroupSum("", currency, *numbers), None, by) for currency, numbers in totals.items()],
    )


def _group_name(by: str, key: str | int) -> str:
    if by == "month":
        return format_month(int(key)) if key else ""
    return str(key)


def _sum_row(each: GroupSum, name: str | None, by: str) -> Row:
    def money(minor: int) -> Amount | None:
        return Amount(minor, each.currency) if each.currency else None

    rate = None if by == "reason" else format_ratio(each.approved, each.sold)
    counts = (each.requested, each.approved, each.rejected, each.review)
    return (name, each.currency, *counts, rate, money(each.credits), money(each.clawbacks), money(each.unrecovered))
