"""Monthly sums, kept in the transaction that changes them, so that reports over millions of sales read a few cells.

A change is first added up in memory and then put into `cube` and `totals` by one upsert each; no row triggers.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

SUMS = (
    "sold",
    "revenue_minor",
    "payout_minor",
    "pending_minor",
    "returned",
    "credits_minor",
    "debits_minor",
    "clawbacks_minor",
    "clawbacks_reversed_minor",
    "buyer_entries",
    "supplier_entries",
)
SOLD, REVENUE, PAYOUT, PENDING, RETURNED, CREDITS, DEBITS, CLAWBACKS, CLAWBACKS_REVERSED, BUYER_N, SUPPLIER_N = range(
    11
)
CUBE_KEY = ("sold_month", "posted_month", "buyer_id", "supplier_id", "campaign_id", "currency")
TOTALS_KEY = ("dimension", "key_id", "sold_month", "posted_month", "currency")

_FLUSH_AT = 20_000
"""Cells held in memory before they are written: about 10 MB."""


class Cell(NamedTuple):
    """The key of a cube cell. A posting month of 0 holds what belongs to the sale itself."""

    sold_month: int
    posted_month: int
    buyer_id: int
    supplier_id: int
    campaign_id: int
    currency: str


def _upsert(table: str, key: tuple[str, ...], source: str = "") -> str:
    """The statement that adds sums to cells; `source` is a SELECT, else one row of values is bound."""
    columns = (*key, *SUMS)
    added = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
    values = source or f"VALUES ({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) {values} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"


class Deltas:
    """Changes of the totals, added up until `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cells: dict[tuple[int, int, int, int, int, str], list[int]] = {}

    def cell(self, key: tuple[int, int, int, int, int, str]) -> list[int]:
        """The sums of a cell, in the order of `SUMS`, to be changed in place."""
        found = self._cells.get(key)
        if found is None:
            if len(self._cells) >= _FLUSH_AT:
                self.flush()
            found = self._cells[key] = [0] * len(SUMS)
        return found

    def flush(self) -> None:
        """Write what has been added up."""
        # In the order of the table, so that neighbours are written one after the other.
        cells = [(*key, *sums) for key, sums in sorted(self._cells.items()) if any(sums)]
        self._connection.executemany(_upsert("cube", CUBE_KEY), cells)
        self._connection.executemany(_upsert("totals", TOTALS_KEY), self._by_dimension())
        self._cells.clear()

    def _by_dimension(self) -> list[tuple[object, ...]]:
        grouped: dict[tuple[str, int, int, int, str], list[int]] = {}
        for (sold, posted, buyer, supplier, campaign, currency), sums in self._cells.items():
            # Few of the sums change in one act, and each goes to four places.
            changed = [(place, number) for place, number in enumerate(sums) if number]
            if not changed:
                continue
            for dimension, key in (("buyer", buyer), ("supplier", supplier), ("campaign", campaign), ("all", 0)):
                at = (dimension, key, sold, posted, currency)
                held = grouped.get(at)
                if held is None:
                    held = grouped[at] = [0] * len(SUMS)
                for place, number in changed:
                    held[place] += number
        return [(*key, *sums) for key, sums in grouped.items()]


_NEW_SALES = """
SELECT sold_month, 0 AS posted_month, buyer_id, supplier_id, campaign_id, currency, count(*) AS sold,
  sum(price_minor) AS revenue_minor, sum(payout_minor) AS payout_minor
FROM sales WHERE id >= ? GROUP BY 1, 2, 3, 4, 5, 6
"""
_NEW_ENTRIES = """
SELECT sold_month, period AS posted_month, buyer_id, supplier_id, campaign_id, currency,
  sum(iif(kind = 'buyer_credit', 1, iif(kind = 'buyer_debit', -1, 0))) AS returned,
  sum(iif(kind = 'buyer_credit', amount_minor, 0)) AS credits_minor,
  sum(iif(kind = 'buyer_debit', amount_minor, 0)) AS debits_minor,
  sum(iif(kind = 'supplier_clawback', amount_minor, 0)) AS clawbacks_minor,
  sum(iif(kind = 'supplier_clawback_reversed', amount_minor, 0)) AS clawbacks_reversed_minor,
  sum(iif(kind = 'buyer_credit' OR kind = 'buyer_debit', 1, 0)) AS buyer_entries,
  sum(iif(kind = 'buyer_credit' OR kind = 'buyer_debit', 0, 1)) AS supplier_entries
FROM adjustments WHERE id >= ? GROUP BY 1, 2, 3, 4, 5, 6
"""


def add_sales(connection: sqlite3.Connection, first_id: int) -> None:
    """Count every sale from `first_id` on."""
    _add_cells(connection, _NEW_SALES, first_id, SUMS[:3])


def add_entries(connection: sqlite3.Connection, first_id: int) -> None:
    """Count every adjustment from `first_id` on; a credit to the buyer is a return, a debit one return less."""
    _add_cells(connection, _NEW_ENTRIES, first_id, SUMS[4:])


def _add_cells(connection: sqlite3.Connection, cells: str, first_id: int, sums: tuple[str, ...]) -> None:
    """Add what `cells` selects to the cube and to every dimension; only the sums named are other than 0.

    Grouping in SQL: a wide ledger has nearly as many cells as sales, too many to add up in memory. The rows are sorted
    once, into the cells of the cube; the sums of each dimension come out of those.
    """
    connection.execute("DROP TABLE IF EXISTS temp.new_cells")
    connection.execute(f"CREATE TEMP TABLE new_cells AS {cells}", (first_id,))
    # WHERE true: without it the parser takes ON CONFLICT for the condition of a join.
    into_cube = f"SELECT {', '.join(CUBE_KEY)}, {_each(sums)} FROM temp.new_cells WHERE true"
    connection.execute(_upsert("cube", CUBE_KEY, into_cube))
    keys = {"buyer": "buyer_id", "supplier": "supplier_id", "campaign": "campaign_id", "all": "0"}
    for dimension, key in keys.items():
        grouped = (
            f"SELECT '{dimension}', {key} AS party, sold_month, posted_month, currency, {_each(sums, 'sum')} "
            "FROM temp.new_cells WHERE true GROUP BY party, sold_month, posted_month, currency"
        )
        connection.execute(_upsert("totals", TOTALS_KEY, grouped))
    connection.execute("DROP TABLE temp.new_cells")


def _each(sums: tuple[str, ...], function: str = "") -> str:
    """All the columns of `SUMS`, in order: 0 for those that are not named."""
    return ", ".join(f"{function}({name})" if name in sums else "0" for name in SUMS)
