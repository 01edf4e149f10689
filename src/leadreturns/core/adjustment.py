"""A decision → adjustments: append-only money entries, each with the side and the period it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leadreturns.core.calendar import Zone, month_of_day, next_month
from leadreturns.core.lead_return import TimeKind

if TYPE_CHECKING:
    # Reports know entries too, and have nothing to decide.
    from leadreturns.core.decision import Decision
    from leadreturns.core.policy import PolicyBook

BUYER_CREDIT = "buyer_credit"
BUYER_DEBIT = "buyer_debit"
SUPPLIER_CLAWBACK = "supplier_clawback"
SUPPLIER_CLAWBACK_REVERSED = "supplier_clawback_reversed"

REVERSAL_OF = {BUYER_CREDIT: BUYER_DEBIT, SUPPLIER_CLAWBACK: SUPPLIER_CLAWBACK_REVERSED}


class Adjustment(NamedTuple):
    """One money entry. Amounts are positive minor units; the kind says who gains."""

    kind: str
    amount_minor: int
    of_minor: int
    """The price or payout that the amount is a share of; never less than the amount."""
    currency: str
    period: int
    """The month it is posted to, as 202610; never a closed one."""


class Postings(NamedTuple):
    """What decides the month that an adjustment is posted to."""

    decided_month: int
    closed_through: int
    """The last closed month, 0 when none is."""


def adjustments_of(decision: Decision, book: PolicyBook, postings: Postings) -> list[Adjustment]:
    """The adjustments that an approval posts; an amount of 0 posts nothing."""
    sale = decision.sale
    if sale is None:
        return []
    period = posting_month(decision, book, postings)
    entries = (
        (BUYER_CREDIT, decision.credit_minor, sale.price_minor),
        (SUPPLIER_CLAWBACK, decision.clawback_minor, sale.payout_minor),
    )
    return [Adjustment(kind, minor, of, sale.currency, period) for kind, minor, of in entries if minor]


def posting_month(decision: Decision, book: PolicyBook, postings: Postings) -> int:
    """The month that an approval is posted to: the one that post_to names, or the next open one."""
    return open_month(_wanted_month(decision, book, postings), postings.closed_through)


def _wanted_month(decision: Decision, book: PolicyBook, postings: Postings) -> int:
    sale = decision.sale
    assert sale is not None
    post_to = book.terms_of(sale).post_to
    if post_to == "decided":
        return postings.decided_month
    if post_to == "sold":
        return sale.sold_month
    return month_of(decision.requested_at, decision.requested_kind, book.zone)


def month_of(at: int, kind: int, zone: Zone) -> int:
    """The month of a stored time; a date is the same month everywhere."""
    return month_of_day(at // 86_400) if kind == TimeKind.DATE else zone.month(at)


def open_month(month: int, closed_through: int) -> int:
    """The month itself, or the earliest open one after it: periods close in order, so all up to one are closed."""
    return month if month > closed_through else next_month(closed_through)


def reversal_of(entry: Adjustment, postings: Postings) -> Adjustment:
    """The opposite entry, posted to the month of its own decision or the next open one."""
    period = open_month(postings.decided_month, postings.closed_through)
    return entry._replace(kind=REVERSAL_OF[entry.kind], period=period)
