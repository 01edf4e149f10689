"""What a sale said at an earlier time, before later ledger files changed it."""

from __future__ import annotations

import json
import sqlite3

from leadreturns.core.sale import Sale
from leadreturns.store.gathering import sales_by_id
from leadreturns.store.names import Names

_FIRST_CHANGE_SINCE = (
    "SELECT c.before FROM sale_changes AS c JOIN ledgers AS l ON l.id = c.ledger_id "
    "WHERE c.sale_id = ? AND l.imported_at > ? ORDER BY c.id LIMIT 1"
)


def sale_as_of(connection: sqlite3.Connection, sale_id: int, at: int, names: Names) -> Sale:
    """The sale as the ledger told it at the epoch second `at`."""
    sale = sales_by_id(connection, [sale_id], names)[sale_id]
    found = connection.execute(_FIRST_CHANGE_SINCE, (sale_id, at)).fetchone()
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
