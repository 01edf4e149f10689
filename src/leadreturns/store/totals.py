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


def _upsert(table: str, key: tuple[str, ...]) -> str:
    columns = (*key, *SUMS)
    added = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
    marks = ", ".join("?" * len(columns))
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    )


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
        cells = [(*key, *sums) for key, sums in self._cells.items() if any(sums)]
        self._connection.executemany(_upsert("cube", CUBE_KEY), cells)
        self._connection.executemany(_upsert("totals", TOTALS_KEY), self._by_dimension())
        self._cells.clear()

    def _by_dimension(self) -> list[tuple[object, ...]]:
        grouped: dict[tuple[str, int, int, int, str], list[int]] = {}
        for (sold, posted, buyer, supplier, campaign, currency), sums in self._cells.items():
            if not any(sums):
                continue
            for dimension, key in (("buyer", buyer), ("supplier", supplier), ("campaign", campaign), ("all", 0)):
                at = (dimension, key, sold, posted, currency)
                held = grouped.get(at)
                grouped[at] = list(sums) if held is None else [a + b for a, b in zip(held, sums, strict=True)]
        return [(*key, *sums) for key, sums in grouped.items()]
