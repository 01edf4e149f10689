"""Sales that a ledger file brought into months which were closed already, as `--adjust-closed` allows on record."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

_FILES = (
    "SELECT id, file, imported_at, imported_by FROM ledgers WHERE adjust_closed = 1 "
    "AND id NOT IN (SELECT ledger_id FROM ledger_voids) ORDER BY id"
)
_TOUCHED = (
    "SELECT month, count(DISTINCT sale) FROM ("
    "SELECT sold_month AS month, id AS sale FROM sales WHERE ledger_id = ?1 "
    "UNION SELECT s.sold_month, s.id FROM sale_changes AS c JOIN sales AS s ON s.id = c.sale_id WHERE c.ledger_id = ?1 "
    "UNION SELECT c.before ->> 'sold_month', c.sale_id FROM sale_changes AS c WHERE c.ledger_id = ?1) "
    "WHERE month BETWEEN ?2 AND ?3 GROUP BY month ORDER BY month"
)


class AdjustedMonth(NamedTuple):
    """What one file did to one month that was closed when it came."""

    period: int
    ledger_id: int
    file: str
    imported_at: int
    imported_by: str
    sales: int
    """New ones, changed ones, and those that left the month."""


def adjusted_months(connection: sqlite3.Connection, first: int, last: int) -> list[AdjustedMonth]:
    """Every file that moved sales of months from `first` to `last` after their closing, oldest first."""
    found = []
    for ledger_id, file, at, by in connection.execute(_FILES).fetchall():
        through = _closed_through_at(connection, at)
        if through < first:
            continue
        for month, sales in connection.execute(_TOUCHED, (ledger_id, first, min(last, through))):
            found.append(AdjustedMonth(month, ledger_id, file, at, by, sales))
    return found


def _closed_through_at(connection: sqlite3.Connection, at: int) -> int:
    """The last month that was closed at an epoch second; 0 when none was."""
    closed: list[int] = []
    for period, event in connection.execute("SELECT period, event FROM period_events WHERE at <= ? ORDER BY id", (at,)):
        if event == "closed":
            closed.append(period)
        else:
            closed.remove(period)
    return max(closed, default=0)
