"""Sums for reports, read from the totals tables: a few cells, however many sales there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from leadreturns.core.adjustment import open_month
from leadreturns.core.period import PartySums
from leadreturns.core.roi import RoiFigures
from leadreturns.store.policies import closed_through

_TABLE_OF = {"buyer": "buyers", "supplier": "suppliers", "campaign": "campaigns"}
_ROI_SUMS = (
    "sum(c.sold) AS sold, sum(c.returned) AS returned, sum(c.revenue_minor) AS revenue, "
    "sum(c.credits_minor - c.debits_minor) AS credits, sum(c.payout_minor) AS payout, "
    "sum(c.clawbacks_minor - c.clawbacks_reversed_minor) AS clawbacks, sum(c.pending_minor) AS pending"
)


@dataclass(frozen=True, slots=True)
class RoiQuery:
    """Which sums to read: the dimensions to group by, the month that counts, and the months wanted."""

    by: Sequence[str]
    """Of 'buyer', 'supplier', 'campaign', 'month', 'currency'."""
    basis: str = "sale"
    """'sale' or 'posting'."""
    first: int = 0
    last: int = 999912


class RoiGroup(NamedTuple):
    """The sums of one group in one currency; `key` holds names and months in the order of the query."""

    key: tuple[str | int, ...]
    currency: str
    figures: RoiFigures


def roi_groups(connection: sqlite3.Connection, query: RoiQuery) -> list[RoiGroup]:
    """The sums by group and currency, in the order of the group names.

    On the posting basis sold, revenue and payout stay in the sale's month; what was returned, credited and clawed back
    counts in the month it was posted to. Credit in review counts where it could still be posted: in the sale's month,
    or in the first open one after it, so that the figures of a closed month stand still.
    """
    parties = [name for name in query.by if name in _TABLE_OF]
    month = "c.sold_month" if query.basis == "sale" else "c.month"
    source = _TOTALS_OF[len(parties) > 1]
    if query.basis == "posting":
        source = _by_posting(source, closed_through(connection))
    # Grouped by number first: a wide cube has a thousand cells for each name that is looked up then.
    ids = {name: month if name == "month" else _key_of(name, parties) for name in query.by if name != "currency"}
    columns = ", ".join([*(f"{key} AS {name}_key" for name, key in ids.items()), "c.currency"])
    grouped = ", ".join(str(place) for place in range(1, len(ids) + 2))
    joins = "".join(f" JOIN {_TABLE_OF[name]} AS {name}_name ON {name}_name.id = g.{name}_key" for name in parties)
    keys = [f"{name}_name.name" if name in _TABLE_OF else f"g.{name}_key" for name in ids]
    names = ", ".join([*keys, "g.currency", *(f"g.{name}" for name in RoiFigures._fields)])
    computed = (
        f"SELECT {columns}, {_ROI_SUMS} FROM {source} AS c "
        f"WHERE {_dimension(parties)} AND {month} BETWEEN ? AND ? GROUP BY {grouped}"
    )
    found = connection.execute(
        f"SELECT {names} FROM ({computed}) AS g{joins} ORDER BY {grouped}", (query.first, query.last)
    )
    width = len(keys)
    groups = [RoiGroup(tuple(row[:width]), row[width], RoiFigures(*row[width + 1 :])) for row in found]
    return [group for group in groups if any(group.figures)]


_TOTALS_OF = {False: "totals", True: "cube"}
"""One dimension or none is read from `totals`, several from the cube."""


def _by_posting(table: str, closed: int) -> str:
    """The cells of a totals table, each with its posting month as `month`."""
    keys = {"totals": "dimension, key_id", "cube": "buyer_id, supplier_id, campaign_id"}[table]
    money = "credits_minor, debits_minor, payout_minor, clawbacks_minor, clawbacks_reversed_minor"
    late = f"posted_month = 0 AND sold_month <= {closed}"
    return (
        f"(SELECT iif(posted_month = 0, sold_month, posted_month) AS month, {keys}, currency, sold, returned, "
        f"revenue_minor, {money}, iif({late}, 0, pending_minor) AS pending_minor FROM {table} "
        f"UNION ALL SELECT {open_month(0, closed)}, {keys}, currency, 0, 0, 0, 0, 0, 0, 0, 0, pending_minor "
        f"FROM {table} WHERE {late} AND pending_minor <> 0)"
    )


def _dimension(parties: Sequence[str]) -> str:
    if len(parties) > 1:
        return "1"
    return f"c.dimension = '{parties[0] if parties else 'all'}'"


def _key_of(name: str, parties: Sequence[str]) -> str:
    return f"c.{name}_id" if len(parties) > 1 else "c.key_id"


_PARTY_SUMS = {
    "buyer": (
        "SELECT 'buyer', n.name, c.currency, sum(c.credits_minor), sum(c.debits_minor), sum(c.buyer_entries) "
        "FROM totals AS c JOIN buyers AS n ON n.id = c.key_id WHERE c.dimension = 'buyer' AND c.posted_month = ? "
        "GROUP BY n.name, c.currency HAVING sum(c.buyer_entries) > 0 ORDER BY n.name, c.currency"
    ),
    "supplier": (
        "SELECT 'supplier', n.name, c.currency, sum(c.clawbacks_minor), sum(c.clawbacks_reversed_minor), "
        "sum(c.supplier_entries) FROM totals AS c JOIN suppliers AS n ON n.id = c.key_id "
        "WHERE c.dimension = 'supplier' AND c.posted_month = ? "
        "GROUP BY n.name, c.currency HAVING sum(c.supplier_entries) > 0 ORDER BY n.name, c.currency"
    ),
}


def period_sums(connection: sqlite3.Connection, period: int) -> list[PartySums]:
    """Per buyer, then per supplier, and currency what a period holds."""
    return [
        PartySums(*row) for party in ("buyer", "supplier") for row in connection.execute(_PARTY_SUMS[party], (period,))
    ]


class ReturnSums(NamedTuple):
    """The returns of one group in one currency ('' for those without a sale); minor units."""

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


RETURN_KEYS = {
    "buyer": ("coalesce(b.name, '')", "LEFT JOIN buyers AS b ON b.id = r.buyer_id"),
    "supplier": ("coalesce(p.name, '')", "LEFT JOIN suppliers AS p ON p.id = s.supplier_id"),
    "campaign": ("coalesce(m.name, '')", "LEFT JOIN campaigns AS m ON m.id = s.campaign_id"),
    "reason": ("CASE WHEN r.reason_code = '' THEN r.reason_text ELSE r.reason_code END", ""),
    "month": ("coalesce(s.sold_month, 0)", ""),
}
"""Per grouping the key of a return `r` of a sale `s`, and the table that names it."""


def return_sums(connection: sqlite3.Connection, by: str) -> list[ReturnSums]:
    """Per group and currency how the returns of standing batches ended; by month means the month of the sale."""
    key, join = RETURN_KEYS[by]
    approved = "r.outcome = 'approved'"
    found = connection.execute(
        f"SELECT {key}, coalesce(s.currency, ''), count(*), sum({approved}), sum(r.outcome = 'rejected'), "
        f"sum(r.outcome = 'review'), sum(iif({approved}, r.credit_minor, 0)), "
        f"sum(iif({approved}, r.clawback_minor, 0)), sum(iif({approved}, s.payout_minor - r.clawback_minor, 0)) "
        f"FROM returns AS r LEFT JOIN sales AS s ON s.id = r.sale_id {join} "
        "WHERE r.batch_id NOT IN (SELECT batch_id FROM batch_voids) GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    sold = _sold_by(connection, by)
    return [ReturnSums(*(*row, sold.get((row[0], row[1]), 0))) for row in found]


def _sold_by(connection: sqlite3.Connection, by: str) -> dict[tuple[str | int, str], int]:
    """Sales per group and currency; of all groups alike where sales have no such group."""
    if by == "reason":
        return {}
    groups = roi_groups(connection, RoiQuery(by=(by,)))
    return {(group.key[0], group.currency): group.figures.sold for group in groups}


def sold_by_currency(connection: sqlite3.Connection) -> dict[str, int]:
    """The number of all sales, by currency."""
    return {group.currency: group.figures.sold for group in roi_groups(connection, RoiQuery(()))}


class Waiting(NamedTuple):
    """One return in the queue, with what tells its age and whether the supplier still takes it back."""

    return_id: int
    buyer: str
    currency: str
    credit_minor: int
    sale_id: int | None
    received_at: int
    imported_at: int
    reason_code: str


def queue(connection: sqlite3.Connection) -> list[Waiting]:
    """Every return that waits for a person, oldest first."""
    found = connection.execute(
        "SELECT r.id, coalesce(n.name, ''), coalesce(s.currency, ''), r.credit_minor, r.sale_id, b.received_at, "
        "b.imported_at, r.reason_code FROM returns AS r JOIN batches AS b ON b.id = r.batch_id "
        "LEFT JOIN buyers AS n ON n.id = r.buyer_id LEFT JOIN sales AS s ON s.id = r.sale_id "
        "WHERE r.outcome = 'review' ORDER BY r.id"
    )
    return [Waiting(*row) for row in found]


def last_import(connection: sqlite3.Connection) -> tuple[int, str, int] | None:
    """The newest batch: its id, file name and time of import."""
    found = connection.execute("SELECT id, file, imported_at FROM batches ORDER BY id DESC LIMIT 1").fetchone()
    return None if found is None else (found[0], found[1], found[2])


def months_with_entries(connection: sqlite3.Connection) -> list[int]:
    """Every month that money was posted to, oldest first."""
    found = connection.execute("SELECT DISTINCT posted_month FROM totals WHERE dimension = 'all' AND posted_month > 0")
    return sorted(int(row[0]) for row in found)
