"""How a sale looks on its way into the ledger: its columns, what a later file may change, and its problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from leadreturns.core.calendar import format_month
from leadreturns.core.identity import fold_id
from leadreturns.core.lead_return import Problem
from leadreturns.core.sale import SaleRow
from leadreturns.store.names import Names

Row = tuple[Any, ...]

_COLUMNS = (
    "id, lead_id, lead_key, buyer_id, sale_ref, ref_key, supplier_id, campaign_id, currency, price_minor, "
    "payout_minor, sold_at, sold_kind, sold_month, delivered_at, delivered_kind, sub_id, ledger_id"
)
INSERT = f"INSERT INTO sales ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_CONTACT = "INSERT INTO sale_contacts (sale_id, phone, email) VALUES (?, ?, ?)"
UPSERT_CONTACT = f"{INSERT_CONTACT} ON CONFLICT (sale_id) DO UPDATE SET phone = excluded.phone, email = excluded.email"
# Returns are looked up in the words of their two partial indexes: otherwise each sale would scan them all.
EXISTING = (
    "SELECT k.key, s.supplier_id, s.campaign_id, s.currency, s.price_minor, s.payout_minor, s.sold_at, s.sold_kind, "
    "s.sold_month, s.delivered_at, s.delivered_kind, s.sub_id, coalesce(c.phone, ''), coalesce(c.email, ''), s.id, "
    "EXISTS (SELECT 1 FROM returns AS r WHERE r.sale_id = s.id AND r.outcome = 'approved') "
    "OR EXISTS (SELECT 1 FROM returns AS r JOIN adjustments AS a ON a.return_id = r.id "
    "WHERE r.sale_id = s.id AND r.outcome <> 'approved' AND r.sale_id IS NOT NULL) "
    "OR EXISTS (SELECT 1 FROM adjustments WHERE sale_id = s.id AND reverses_id IS NOT NULL) "
    "FROM json_each(?) AS k CROSS JOIN sales AS s ON s.lead_key = k.value ->> 1 AND s.lead_id = k.value ->> 2 "
    "AND s.buyer_id = k.value ->> 3 AND s.sale_ref = k.value ->> 4 "
    "LEFT JOIN sale_contacts AS c ON c.sale_id = s.id WHERE s.id <> k.value ->> 0"
)
CHANGEABLE = (
    "supplier_id",
    "campaign_id",
    "currency",
    "price_minor",
    "payout_minor",
    "sold_at",
    "sold_kind",
    "sold_month",
    "delivered_at",
    "delivered_kind",
    "sub_id",
    "phone",
    "email",
)
"""What a later ledger file may say differently, in the order of `EXISTING`."""
FIXED_BY_MONEY = 8
"""The first of them that an adjustment fixes; deliveries, sub ids and contacts stay free."""
FIELD_OF = {
    "supplier": ("supplier_id",),
    "campaign": ("campaign_id",),
    "currency": ("currency",),
    "price": ("price_minor",),
    "payout": ("payout_minor",),
    "sold_at": ("sold_at", "sold_kind", "sold_month"),
    "delivered_at": ("delivered_at", "delivered_kind"),
    "sub_id": ("sub_id",),
    "phone": ("phone",),
    "email": ("email",),
}
UPDATE_SALE = (
    "UPDATE sales SET supplier_id = ?, campaign_id = ?, currency = ?, price_minor = ?, payout_minor = ?, sold_at = ?, "
    "sold_kind = ?, sold_month = ?, delivered_at = ?, delivered_kind = ?, sub_id = ? WHERE id = ?"
)
UPDATE_DELIVERY = "UPDATE sales SET delivered_at = ?, delivered_kind = ?, sub_id = ? WHERE id = ?"
"""For a change that leaves money alone: the schema refuses an update of a returned sale that so much as names it."""


class ResolvedSale(NamedTuple):
    """A sale row with its clock settled: `sold_at` is an instant or a date, `sold_month` its month."""

    row: SaleRow
    sold_at: int
    sold_kind: int
    sold_month: int
    delivered_at: int | None
    delivered_kind: int


@dataclass(slots=True)
class LedgerCounts:
    """What became of the readable rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0


def inserted_values(sales: Sequence[ResolvedSale], first_id: int, names: Names, ledger_id: int) -> list[Row]:
    """The values of `INSERT` for each sale, numbered from `first_id`; names that are new are stored on the way."""
    buyers = names.buyers.ids_of(sale.row.buyer for sale in sales)
    suppliers = names.suppliers.ids_of(sale.row.supplier for sale in sales)
    campaigns = names.campaigns.ids_of(sale.row.campaign for sale in sales)
    return [
        (
            key,
            row.lead_id,
            fold_id(row.lead_id),
            buyers[row.buyer],
            row.sale_ref,
            fold_id(row.sale_ref) if row.sale_ref else "",
            suppliers[row.supplier],
            campaigns[row.campaign],
            row.currency,
            row.price_minor,
            row.payout_minor,
            sold_at,
            sold_kind,
            sold_month,
            delivered_at,
            delivered_kind,
            row.sub_id,
            ledger_id,
        )
        for key, (row, sold_at, sold_kind, sold_month, delivered_at, delivered_kind) in enumerate(sales, first_id)
    ]


def changeable_values(sale: ResolvedSale, names: Names) -> Row:
    """What the row says, in the order of `CHANGEABLE`."""
    row = sale.row
    return (
        names.suppliers.id_of(row.supplier),
        names.campaigns.id_of(row.campaign),
        row.currency,
        row.price_minor,
        row.payout_minor,
        sale.sold_at,
        sale.sold_kind,
        sale.sold_month,
        sale.delivered_at,
        sale.delivered_kind,
        row.sub_id,
        row.phone,
        row.email,
    )


def twins(row: int, lead_id: str, other: int) -> Problem:
    """Two rows of one file disagree about a sale."""
    message = f"row {row}: tells the sale of lead {lead_id} otherwise than row {other}; neither is taken"
    return Problem("conflicting_sale", row, "", lead_id, message)


PENDING_OF = (
    "SELECT coalesce(sum(credit_minor), 0) FROM returns WHERE sale_id = ? AND outcome <> 'approved' "
    "AND sale_id IS NOT NULL AND outcome = 'review'"
)
"""The credit that waits for a person on a sale."""


def adjusted(sale: ResolvedSale) -> Problem:
    """Money rests, or rested, on the sale that a row would change; an approval at price 0 counts as money."""
    row = sale.row
    message = (
        f"row {row.row}: a return of lead {row.lead_id} was approved already, so the money, date and parties of its "
        "sale stay as they are"
    )
    return Problem("sale_already_adjusted", sale.row.row, "", sale.row.lead_id, message)


def closed(sale: ResolvedSale, held_month: int = 0) -> Problem:
    """The row would change money of a closed month: that of the row, or, earlier, the one that holds the sale now."""
    month = format_month(min(held_month or sale.sold_month, sale.sold_month))
    message = f"row {sale.row.row}: {month} is closed; --adjust-closed takes the row all the same, on record"
    return Problem("period_closed", sale.row.row, "", sale.row.lead_id, message)
