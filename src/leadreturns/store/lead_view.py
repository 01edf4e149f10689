"""Every sale of a lead, with the money that moved on it."""

from __future__ import annotations

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


def entries_of_sales(connection: sqlite3.Connection, sales: list[SaleView]) -> list[EntryView]:
    """The adjustments that rest on these sales, in the order of booking."""
    marks = ", ".join("?" * len(sales))
    found = connection.execute(
        f"SELECT a.sale_id, a.id, a.kind, a.amount_minor, a.currency, a.period, a.return_id FROM returns AS r "
        f"JOIN adjustments AS a ON a.return_id = r.id WHERE r.sale_id IN ({marks}) ORDER BY a.id",
        [sale.id for sale in sales],
    )
    return [EntryView(*row) for row in found]


def returns_of_sales(connection: sqlite3.Connection, sales: list[SaleView]) -> list[int]:
    """The ids of the returns of these sales, oldest first."""
    marks = ", ".join("?" * len(sales))
    found = connection.execute(f"SELECT id FROM returns WHERE sale_id IN ({marks})", [sale.id for sale in sales])
    return sorted(int(row[0]) for row in found)
