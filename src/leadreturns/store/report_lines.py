"""What stands behind the sums of a report: its adjustments one by one, and its credits by reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leadreturns.core.calendar import Zone
from leadreturns.core.entry import Entry
from leadreturns.core.lead_return import TimeKind
from leadreturns.store.figures import RoiQuery

_SIGN = "iif(a.reverses_id IS NULL, 1, -1)"


def _where(query: RoiQuery) -> str:
    month = "a.sold_month" if query.basis == "sale" else "a.period"
    return f"{month} BETWEEN {int(query.first)} AND {int(query.last)}"


def entries(connection: sqlite3.Connection, query: RoiQuery, zone: Zone) -> Iterator[Entry]:
    """The adjustments of the query's months, in the order of booking."""
    found = connection.execute(
        "SELECT a.id, a.period, a.kind, b.name, p.name, m.name, s.lead_id, s.sold_at, s.sold_kind, d.reason_code, "
        f"a.currency, a.of_minor, a.amount_minor * {_SIGN}, a.return_id, a.recorded_at FROM adjustments AS a "
        "JOIN buyers AS b ON b.id = a.buyer_id JOIN suppliers AS p ON p.id = a.supplier_id "
        "JOIN campaigns AS m ON m.id = a.campaign_id JOIN sales AS s ON s.id = a.sale_id "
        f"JOIN decisions AS d ON d.id = a.decision_id WHERE {_where(query)} ORDER BY a.id"
    )
    for row in found:
        yield Entry._make((*row[:7], day_of_time(row[7], row[8], zone), *row[9:]))


class EntryLine(NamedTuple):
    """One adjustment with what it is about."""

    id: int
    kind: str
    party: str
    name: str
    currency: str
    amount_minor: int
    of_minor: int
    return_id: int
    sale_id: int
    lead_id: str
    sold_day: int
    reason: str
    recorded_at: int


def period_lines(connection: sqlite3.Connection, period: int, zone: Zone) -> list[EntryLine]:
    """Every adjustment of a period, in the order of booking; days of sale on that clock."""
    found = connection.execute(
        "SELECT a.id, a.kind, CASE WHEN a.kind LIKE 'buyer%' THEN 'buyer' ELSE 'supplier' END, "
        "CASE WHEN a.kind LIKE 'buyer%' THEN b.name ELSE p.name END, a.currency, a.amount_minor, a.of_minor, "
        "a.return_id, a.sale_id, s.lead_id, s.sold_at, s.sold_kind, d.reason_code, a.recorded_at "
        "FROM adjustments AS a JOIN buyers AS b ON b.id = a.buyer_id JOIN suppliers AS p ON p.id = a.supplier_id "
        "JOIN sales AS s ON s.id = a.sale_id JOIN decisions AS d ON d.id = a.decision_id "
        "WHERE a.period = ? ORDER BY a.id",
        (period,),
    )
    return [EntryLine._make((*row[:10], day_of_time(row[10], row[11], zone), *row[12:])) for row in found]


def day_of_time(at: int, kind: int, zone: Zone) -> int:
    """The calendar day of a stored time on that clock; a date is the same day everywhere."""
    return at // 86_400 if kind == TimeKind.DATE else zone.day(at)


def count_entries(connection: sqlite3.Connection, query: RoiQuery) -> int:
    """How many adjustments `entries` would give."""
    return int(connection.execute(f"SELECT count(*) FROM adjustments AS a WHERE {_where(query)}").fetchone()[0])


def newest_policy(connection: sqlite3.Connection, query: RoiQuery) -> int | None:
    """The newest policy text that any adjustment of the query's months was decided under; None without any."""
    found = connection.execute(
        "SELECT max(d.policy_id) FROM adjustments AS a JOIN decisions AS d ON d.id = a.decision_id "
        f"WHERE {_where(query)}"
    ).fetchone()
    return None if found[0] is None else int(found[0])


def credits_by_reason(connection: sqlite3.Connection, query: RoiQuery) -> list[tuple[str, str, int]]:
    """(reason code, currency, credit less debits in minor units) of the query's months, the largest first."""
    return connection.execute(
        f"SELECT d.reason_code, a.currency, sum(a.amount_minor * {_SIGN}) AS credit FROM adjustments AS a "
        f"JOIN decisions AS d ON d.id = a.decision_id WHERE a.kind LIKE 'buyer%' AND {_where(query)} "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ).fetchall()


def waiting_by_reason(connection: sqlite3.Connection) -> Sequence[tuple[str, str, int]]:
    """(reason, currency, credit in minor units) of the returns that wait for a person, the largest first."""
    return connection.execute(
        "SELECT CASE WHEN r.reason_code = '' THEN r.reason_text ELSE r.reason_code END, s.currency, "
        "sum(r.credit_minor) FROM returns AS r JOIN sales AS s ON s.id = r.sale_id WHERE r.outcome = 'review' "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ).fetchall()
