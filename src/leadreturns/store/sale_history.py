"""What a sale said when it was decided on, before later ledger files changed it."""

from __future__ import annotations

import json
import sqlite3

from leadreturns.core.sale import Sale
from leadreturns.store.gathering import sales_by_id
from leadreturns.store.names import Names

_FIRST_CHANGE_SINCE = "SELECT before FROM sale_changes WHERE sale_id = ? AND newest_decision >= ? ORDER BY id LIMIT 1"


def sale_as_decided(connection: sqlite3.Connection, sale_id: int, decision_id: int, names: Names) -> Sale:
    """The sale as the ledger told it when a decision was taken; clocks step back, the numbers of decisions do not."""
    sale = sales_by_id(connection, [sale_id], names)[sale_id]
    found = connection.execute(_FIRST_CHANGE_SINCE, (sale_id, decision_id)).fetchone()
    if found is None:
        return sale
    before = json.loads(found[0])
    return sale._replace(
        supplier=names.suppliers.names[before["supplier_id"]],
        campaign=names.campaigns.names[before["campaign_id"]],
        **{name: before[name] for name in _UNCHANGED_NAMES},
    )


_UNCHANGED_NAMES = (
    "currency",
    "price_minor",
    "payout_minor",
    "sold_at",
    "sold_kind",
    "sold_month",
    "delivered_at",
    "delivered_kind",
)
"""Columns that are named alike in a sale and in what is kept of it."""
