"""Every sale of a lead, with the money that moved on it."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from leadreturns.core.identity import fold_id


class SaleView(NamedTuple):
    """A sale as it stands in the ledger."""

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
    sold_kind: int
    ledger: int


class EntryView(NamedTuple):
    """One adjustment of a sale."""

    sale_id: int
    id: int
    kind: str
    amount_minor: int
    currency: str
    period: int
    return_id: int


def sales_of_lead(connection: sqlite3.Connection, lead_id: str) -> list[SaleView]:
    """The sales of a lead by its exact id, else by the folded one."""
    found = connection.execute(
        "SELECT s.id, s.lead_id, b.name, s.sale_ref, p.name, m.name, s.currency, s.price_minor, s.payout_minor, "
        "s.sold_at, s.sold_kind, s.ledger_id FROM sales AS s JOIN buyers AS b ON b.id = s.buyer_id "
        "JOIN suppliers AS p ON p.id = s.supplier_id JOIN campaigns AS m ON m.id = s.campaign_id "
        "WHERE s.lead_key = ? ORDER BY s.id",
        (fold_id(lead_id),),
    )
    sales = [SaleView(*row) for row in found]
    return [sale for sale in sales if sale.lead_id == lead_id] or sales


# In the words of the two partial indexes on returns: otherwise every return is read for one lead.
_RETURNS = (
    "SELECT id FROM returns WHERE sale_id IN (SELECT value FROM json_each(?1)) AND outcome = 'approved' "
    "UNION SELECT id FROM returns WHERE sale_id IN (SELECT value FROM json_each(?1)) AND outcome <> 'approved' "
    "AND sale_id IS NOT NULL"
)
# A return that rests on another sale by now was reversed first, so its entries on this one are found by the reversals.
_LEFT = "FROM adjustments WHERE sale_id IN (SELECT value FROM json_each(?1)) AND reverses_id IS NOT NULL"


def entries_of_sales(connection: sqlite3.Connection, sales: list[SaleView]) -> list[EntryView]:
    """The adjustments that rest on these sales, in the order of booking."""
    found = connection.execute(
        "SELECT sale_id, id, kind, amount_minor, currency, period, return_id FROM adjustments "
        "WHERE sale_id IN (SELECT value FROM json_each(?1)) AND id IN ("
        f"SELECT a.id FROM adjustments AS a WHERE a.return_id IN ({_RETURNS}) "
        f"UNION SELECT id {_LEFT} UNION SELECT reverses_id {_LEFT}) ORDER BY id",
        (_ids(sales),),
    )
    return [EntryView(*row) for row in found]


def returns_of_sales(connection: sqlite3.Connection, sales: list[SaleView]) -> list[int]:
    """The ids of the returns of these sales, oldest first."""
    return sorted(int(row[0]) for row in connection.execute(_RETURNS, (_ids(sales),)))


def _ids(sales: list[SaleView]) -> str:
    return json.dumps([sale.id for sale in sales])
