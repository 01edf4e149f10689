"""What a reason must bring along, and what the ledger itself can prove about a claimed duplicate."""

from __future__ import annotations

from collections.abc import Sequence

from leadreturns.core.calendar import Clock, Window
from leadreturns.core.finding import REVIEW, Finding
from leadreturns.core.lead_return import LeadReturn, TimeKind
from leadreturns.core.sale import Sale
from leadreturns.core.terms import Reason


def missing(row: LeadReturn, reason: Reason) -> Finding | None:
    """The `missing_evidence` finding when the row lacks something that the reason asks for."""
    lacking = [name for name in reason.evidence if not _given(row, reason, name)]
    if not lacking:
        return None
    facts: dict[str, object] = {"reason": reason.code, "missing": lacking}
    if reason.label:
        facts["label"] = reason.label
    if "call_attempts" in lacking:
        facts["call_attempts"] = row.call_attempts
        facts["min_call_attempts"] = max(1, reason.min_call_attempts)
    return Finding("missing_evidence", REVIEW, facts)


def _given(row: LeadReturn, reason: Reason, name: str) -> bool:
    if name == "call_attempts":
        return (row.call_attempts or 0) >= max(1, reason.min_call_attempts)
    return bool(row.comment) if name == "comment" else bool(row.duplicate_of)


def earlier_sale(sale: Sale, others: Sequence[Sale], lookback: Window, clock: Clock) -> Sale | None:
    """The newest other sale of the person to the same buyer, made before `sale` and inside the look-back, or None.

    It is inside when `sale` was made no later than the look-back's end, counted from the other one in whole days.
    """
    moment = clock.zone.first_of(sale.sold_at, sale.sold_kind)
    inside = [
        other
        for other in others
        if other.id != sale.id
        and other.buyer == sale.buyer
        and _before(other, sale, clock)
        and moment <= clock.deadline(lookback, other.sold_at, other.sold_kind)
    ]
    return max(inside, key=lambda other: (other.sold_at, other.id), default=None)


def _before(other: Sale, sale: Sale, clock: Clock) -> bool:
    """True when `other` was sold first; dates without a time on the same day are told apart by their id."""
    if TimeKind.DATE in (other.sold_kind, sale.sold_kind):
        days = [_day(one, clock) for one in (other, sale)]
        return (days[0], other.id) < (days[1], sale.id)
    return (other.sold_at, other.id) < (sale.sold_at, sale.id)


def _day(sale: Sale, clock: Clock) -> int:
    return sale.sold_at // 86_400 if sale.sold_kind == TimeKind.DATE else clock.zone.day(sale.sold_at)
