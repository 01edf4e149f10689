"""The ledger files that were imported, and taking one back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from leadreturns.core.calendar import format_month
from leadreturns.errors import Refused
from leadreturns.store.names import Names
from leadreturns.store.policies import closed_through
from leadreturns.store.sale_rows import CHANGEABLE, LedgerCounts
from leadreturns.store.sale_writer import SaleWriter


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One imported ledger file and its figures."""

    id: int
    file: str
    sha256: str
    imported_at: int
    imported_by: str
    rows: int
    inserted: int
    updated: int
    unchanged: int
    unreadable: int
    adjust_closed: bool
    """Taken with --adjust-closed."""
    void: bool


def begin_ledger(
    connection: sqlite3.Connection, file: str, sha256: str, *, at: int, by: str, adjust_closed: bool
) -> int:
    """The id of a new ledger import."""
    cursor = connection.execute(
        "INSERT INTO ledgers (file, sha256, imported_at, imported_by, adjust_closed) VALUES (?, ?, ?, ?, ?)",
        (file, sha256, at, by, int(adjust_closed)),
    )
    return int(cursor.lastrowid or 0)


def finish_ledger(connection: sqlite3.Connection, ledger_id: int, counts: LedgerCounts, unreadable: int) -> int:
    """The number of rows of the file, after its figures are written."""
    rows = counts.inserted + counts.updated + counts.unchanged + unreadable
    connection.execute(
        "INSERT INTO ledger_figures (ledger_id, rows, inserted, updated, unchanged, unreadable) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (ledger_id, rows, counts.inserted, counts.updated, counts.unchanged, unreadable),
    )
    return rows


def list_ledgers(connection: sqlite3.Connection) -> list[LedgerFile]:
    """Every imported ledger file, oldest first."""
    found = connection.execute(
        "SELECT l.id, l.file, l.sha256, l.imported_at, l.imported_by, f.rows, f.inserted, f.updated, f.unchanged, "
        "f.unreadable, l.adjust_closed, l.id IN (SELECT ledger_id FROM ledger_voids) "
        "FROM ledgers AS l JOIN ledger_figures AS f ON f.ledger_id = l.id ORDER BY l.id"
    )
    return [LedgerFile(*(*row[:10], bool(row[10]), bool(row[11]))) for row in found]


def void_ledger(connection: sqlite3.Connection, ledger_id: int, names: Names, *, at: int, by: str) -> tuple[int, int]:
    """How many sales were removed and how many went back to what they said before.

    Raises `Refused` for an unknown or already voided file, for one whose sales have returns or stand in a closed month,
    and for one whose changes a later file has changed again.
    """
    _refuse_unvoidable(connection, ledger_id)
    _refuse_closed(connection, ledger_id)
    writer = SaleWriter(connection, names, ledger_id, ())
    restored = _restore_changed(connection, ledger_id, writer)
    removed = connection.execute(
        "SELECT id, sold_month, 0, buyer_id, supplier_id, campaign_id, currency, price_minor, payout_minor "
        "FROM sales WHERE ledger_id = ?",
        (ledger_id,),
    ).fetchall()
    for _, *key, price, payout in removed:
        writer.add_to_totals(tuple(key), price, payout, -1)
    connection.execute(
        "DELETE FROM sale_contacts WHERE sale_id IN (SELECT id FROM sales WHERE ledger_id = ?)", (ledger_id,)
    )
    connection.execute("DELETE FROM sales WHERE ledger_id = ?", (ledger_id,))
    writer.deltas.flush()
    connection.execute(
        "INSERT INTO ledger_voids (ledger_id, voided_at, voided_by) VALUES (?, ?, ?)", (ledger_id, at, by)
    )
    return len(removed), restored


def waiting_on_changed(connection: sqlite3.Connection, ledger_id: int) -> list[int]:
    """The returns in review whose sale this file changed: what they would move was worked out before."""
    found = connection.execute(
        "SELECT DISTINCT r.id FROM sale_changes AS c JOIN returns AS r ON r.sale_id = c.sale_id "
        "AND r.outcome <> 'approved' AND r.sale_id IS NOT NULL WHERE c.ledger_id = ? AND r.outcome = 'review' "
        "ORDER BY r.id",
        (ledger_id,),
    )
    return [key for (key,) in found]


def _refuse_unvoidable(connection: sqlite3.Connection, ledger_id: int) -> None:
    if connection.execute("SELECT 1 FROM ledgers WHERE id = ?", (ledger_id,)).fetchone() is None:
        raise Refused("unknown_ledger", f"there is no ledger file {ledger_id}", "leadreturns ledger list shows them")
    if connection.execute("SELECT 1 FROM ledger_voids WHERE ledger_id = ?", (ledger_id,)).fetchone():
        raise Refused("already_void", f"ledger file {ledger_id} is void already")
    touched = connection.execute(
        "SELECT count(*) FROM sales WHERE (ledger_id = ?1 OR id IN (SELECT sale_id FROM sale_changes "
        "WHERE ledger_id = ?1)) AND id IN (SELECT sale_id FROM decisions WHERE sale_id IS NOT NULL)",
        (ledger_id,),
    ).fetchone()[0]
    if touched:
        raise Refused(
            "ledger_has_returns",
            f"ledger file {ledger_id} cannot be taken back: {touched} of its sales have returns",
            "correct single sales by importing a ledger file that says them right",
        )
    later = connection.execute(
        "SELECT min(c.ledger_id) FROM sale_changes AS c WHERE c.ledger_id > ?1 "
        "AND c.ledger_id NOT IN (SELECT ledger_id FROM ledger_voids) "
        "AND (c.sale_id IN (SELECT sale_id FROM sale_changes WHERE ledger_id = ?1) "
        "OR c.sale_id IN (SELECT id FROM sales WHERE ledger_id = ?1))",
        (ledger_id,),
    ).fetchone()[0]
    if later is not None:
        raise Refused(
            "changed_later",
            f"ledger file {ledger_id} cannot be taken back: file {later} changed its sales later",
            f"leadreturns ledger void {later} first",
        )


def _refuse_closed(connection: sqlite3.Connection, ledger_id: int) -> None:
    """A closed month keeps its sales: nothing of the file may stand in one, before or after its changes."""
    closed = closed_through(connection)
    touched = connection.execute(
        "SELECT (SELECT count(*) FROM sales WHERE ledger_id = ?1 AND sold_month <= ?2) + (SELECT count(*) FROM "
        "sale_changes AS c JOIN sales AS s ON s.id = c.sale_id WHERE c.ledger_id = ?1 "
        "AND min(s.sold_month, c.before ->> 'sold_month') <= ?2)",
        (ledger_id, closed),
    ).fetchone()[0]
    if touched:
        raise Refused(
            "period_closed",
            f"ledger file {ledger_id} cannot be taken back: {touched} of its sales are of months that are closed",
            f"leadreturns period reopen {format_month(closed)} --because TEXT first",
        )


def _restore_changed(connection: sqlite3.Connection, ledger_id: int, writer: SaleWriter) -> int:
    """Give the sales that this file changed the values they had before it."""
    changed = connection.execute(
        "SELECT c.sale_id, c.before, s.buyer_id, s.supplier_id, s.campaign_id, s.currency, s.price_minor, "
        "s.payout_minor, s.sold_at, s.sold_kind, s.sold_month, s.delivered_at, s.delivered_kind, s.sub_id, "
        "coalesce(t.phone, ''), coalesce(t.email, '') FROM sale_changes AS c JOIN sales AS s ON s.id = c.sale_id "
        "LEFT JOIN sale_contacts AS t ON t.sale_id = s.id WHERE c.ledger_id = ? ORDER BY c.id DESC",
        (ledger_id,),
    ).fetchall()
    for sale_id, before, buyer_id, *held in changed:
        values = json.loads(before)
        writer.store_values(sale_id, buyer_id, held, [values[name] for name in CHANGEABLE])
    return len(changed)
