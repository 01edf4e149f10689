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


_NEW_CELLS = """
CREATE TEMP TABLE new_cells AS
SELECT sold_month, buyer_id, supplier_id, campaign_id, currency, count(*) AS sold, sum(price_minor) AS revenue_minor,
  sum(payout_minor) AS payout_minor FROM sales WHERE id >= ? GROUP BY 1, 2, 3, 4, 5
"""


def add_sales(connection: sqlite3.Connection, first_id: int) -> None:
    """Count every sale from `first_id` on.

    Grouping in SQL: a wide ledger has nearly as many cells as sales, too many to add up in memory. The sales are sorted
    once, into the cells of the cube; the sums of each dimension come out of those.
    """
    connection.execute("DROP TABLE IF EXISTS temp.new_cells")
    connection.execute(_NEW_CELLS, (first_id,))
    none = ", ".join("0" for _ in SUMS[3:])
    # WHERE true: without it the parser takes ON CONFLICT for the condition of a join.
    cells = (
        "SELECT sold_month, 0, buyer_id, supplier_id, campaign_id, currency, sold, revenue_minor, payout_minor, "
        f"{none} FROM temp.new_cells WHERE true"
    )
    connection.execute(_upsert("cube", CUBE_KEY, cells))
    sums = f"sum(sold), sum(revenue_minor), sum(payout_minor), {none}"
    keys = {"buyer": "buyer_id", "supplier": "supplier_id", "campaign": "campaign_id", "all": "0"}
    for dimension, key in keys.items():
        grouped = f"SELECT '{dimension}', {key} AS party, sold_month, 0, currency, {sums} FROM new_cells WHERE true"
        connection.execute(_upsert("totals", TOTALS_KEY, f"{grouped} GROUP BY sold_month, party, currency"))
    connection.execute("DROP TABLE temp.new_cells")
