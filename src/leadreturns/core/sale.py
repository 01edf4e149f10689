"""A sale: one lead sold to one buyer at one price."""

from __future__ import annotations

from typing import NamedTuple

from leadreturns.core.lead_return import TimeKind


class SaleRow(NamedTuple):
    """A sale as a ledger file states it, before it has an id; texts trimmed and otherwise as written."""

    row: int
    lead_id: str
    buyer: str
    sale_ref: str
    sold_at: int
    sold_kind: int
    price_minor: int
    payout_minor: int
    supplier: str
    campaign: str
    currency: str
    phone: str
    """E.164 where the text is a possible number, else ''."""
    email: str
    sub_id: str
    delivered_at: int | None
    delivered_kind: int


class Sale(NamedTuple):
    """A sale of the lead ledger, as far as matching, terms and money need it.

    Times are epoch seconds; of kind DATE they are the midnight in UTC of the calendar date (never WALL: the ledger
    import has resolved those in the zone of the terms).
    """

    id: int
    lead_id: str
    buyer: str
    sale_ref: str
    supplier: str
    campaign: str
    currency: str
    price_minor: int
    payout_minor: int
    sold_at: int
    sold_kind: int = TimeKind.INSTANT
    sold_month: int = 0
    """The calendar month of the sale in the workspace's time zone, as 202610."""
    delivered_at: int | None = None
    delivered_kind: int = TimeKind.INSTANT
