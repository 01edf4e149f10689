"""Approved returns with the sales that they hand back, one by one: what supplier windows are held against."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from leadreturns.core.sale import Sale
from leadreturns.store.figures import RETURN_KEYS
from leadreturns.store.names import Names


class ReturnedSale(NamedTuple):
    """A standing approval; minor units."""

    key: str | int
    """The group that the return counts in, as `figures.return_sums` has it."""
    reason: str
    clawback_minor: int
    sale: Sale


def returned_sales(connection: sqlite3.Connection, names: Names, by: str) -> Iterator[ReturnedSale]:
    """Every standing approval of a sale that a supplier was paid for; `by` is a grouping of `return_sums`."""
    buyers, suppliers, campaigns = names.buyers.names, names.suppliers.names, names.campaigns.names
    key, join = RETURN_KEYS[by]
    found = connection.execute(
        f"SELECT {key}, r.reason_code, r.clawback_minor, s.id, s.buyer_id, s.supplier_id, s.campaign_id, s.currency, "
        "s.price_minor, s.payout_minor, s.sold_at, s.sold_kind, s.sold_month, s.delivered_at, s.delivered_kind "
        f"FROM returns AS r JOIN sales AS s ON s.id = r.sale_id {join} "
        "WHERE r.outcome = 'approved' AND s.payout_minor > 0"
    )
    for group, reason, clawback, sale_id, buyer, supplier, campaign, *rest in found:
        sale = Sale(sale_id, "", buyers[buyer], "", suppliers[supplier], campaigns[campaign], *rest)
        yield ReturnedSale(group, reason, clawback, sale)
