"""What the schema itself refuses about months and notes, on any connection."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import DAY, NOON, TERMS, Desk, new_desk, opened_plainly

SELLER = '[seller]\nname = "Seller Ltd"\naddress = ["1 Main Street"]\n'
LEDGER = """\
lead_id,buyer,supplier,sold_at,price,payout
A-1,acme,leadco,2026-10-10,50.00,20.00
A-2,acme,leadco,2026-10-11,40.00,20.00
B-1,bolt,leadco,2026-10-05,30.00,10.00
"""
RETURNS = (
    "lead_id,buyer,requested_at,reason\nA-1,acme,2026-10-20,bad\nA-2,acme,2026-10-20,bad\nB-1,bolt,2026-10-20,bad\n"
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October closed, its notes issued, one of them taken back and issued anew. No test changes it."""
    desk = new_desk(tmp_path_factory.mktemp("books") / "w", TERMS + SELLER)
    desk.ledger(LEDGER)
    desk.now = NOON - 10 * DAY
    desk.returns(RETURNS)
    desk.now = NOON
    desk.run("period", "close", "2026-10").ok()
    desk.run("credit-note", "issue", "--period", "2026-10").ok()
    desk.run("credit-note", "void", "CN-2026-0002", "--because", "wrong address").ok()
    desk.run("credit-note", "issue", "--period", "2026-10").ok()
    desk.run("credit-note", "issue", "--period", "2026-10", "--suppliers").ok()
    desk.check()
    # So that a reversal of entry 1 would have a later decision to rest on.
    with opened_plainly(desk.store) as connection:
        connection.execute(
            "INSERT INTO decisions SELECT 1000, return_id, sale_id, 'rejected', '', '[]', '{}', reason_code, 0, 0, "
            "'user:eve', 0, '', policy_id, id FROM decisions WHERE id = 1"
        )
    return desk


@pytest.fixture
def sql(books: Desk) -> Iterator[sqlite3.Connection]:
    with opened_plainly(books.store) as connection:
        yield connection


EVENT = "INSERT INTO period_events (period, event, at, by, because, figures) VALUES "
NOTE = (
    "INTO credit_notes (series, year, serial, buyer_id, supplier_id, period, currency, net_minor, tax_minor, "
    "content, policy_id, issued_at, issued_by, because, voids) VALUES "
)
LINE = "INTO credit_note_lines (note_id, line, adjustment_id, lead_id, sold_on, reason, of_minor, amount_minor) VALUES "
REVERSAL = (
    "INSERT INTO adjustments SELECT 100, return_id, 1000, 'buyer_debit', sale_id, buyer_id, supplier_id, "
    "campaign_id, sold_month, amount_minor, of_minor, currency, {period}, recorded_at, id FROM adjustments WHERE id = 1"
)
CHECK, ADDED = "CHECK constraint failed", "are only ever added"
ACME, BOLT = (f"(SELECT id FROM buyers WHERE name = '{name}')" for name in ("acme", "bolt"))
LEADCO = "(SELECT id FROM suppliers WHERE name = 'leadco')"
ATTACKS = [
    (EVENT + "(202612, 'closed', 0, 'eve', '', '{}')", "periods close in order"),
    (EVENT + "(202609, 'closed', 0, 'eve', '', '{}')", "periods close in order"),
    (EVENT + "(202610, 'closed', 0, 'eve', '', '{}')", "periods close in order"),
    (EVENT + "(202609, 'reopened', 0, 'eve', 'why', '{}')", "only the last closed period reopens"),
    (EVENT + "(202610, 'reopened', 0, 'eve', '', '{}')", CHECK),
    ("UPDATE period_events SET by = 'eve'", ADDED),
    ("DELETE FROM period_events", ADDED),
    (
        EVENT.replace("INSERT", "REPLACE").replace("(period", "(id, period") + "(1, 202611, 'closed', 0, '', '', '{}')",
        ADDED,
    ),
    (REVERSAL.format(period=202610), "the period is closed"),
    (REVERSAL.format(period=202512), "the period is closed"),
    (
        f"INSERT {NOTE} ('CN', 2026, 9, {ACME}, NULL, 202610, 'USD', 100, 0, '{{}}', 1, 0, 'eve', '', NULL)",
        "without a gap",
    ),
    (
        f"INSERT {NOTE} ('CN', 2026, 2, {ACME}, NULL, 202610, 'USD', 100, 0, '{{}}', 1, 0, 'eve', '', NULL)",
        "without a gap",
    ),
    (
        f"REPLACE {NOTE} ('CN', 2026, 2, {ACME}, NULL, 202610, 'USD', 100, 0, '{{}}', 1, 0, 'eve', '', NULL)",
        "without a gap",
    ),
    (
        f"INSERT {NOTE} ('CN', 2027, 2, {ACME}, NULL, 202610, 'USD', 100, 0, '{{}}', 1, 0, 'eve', '', NULL)",
        "without a gap",
    ),
    (
        f"INSERT {NOTE} ('CN', 2026, 4, {ACME}, NULL, 202611, 'USD', 100, 0, '{{}}', 1, 0, 'eve', '', NULL)",
        "closed periods",
    ),
    (f"INSERT {NOTE} ('CN', 2026, 4, {ACME}, NULL, 202610, 'USD', 0, 0, '{{}}', 1, 0, 'eve', '', NULL)", CHECK),
    (f"INSERT {NOTE} ('CN', 2026, 4, NULL, {LEADCO}, 202610, 'USD', 100, 0, '{{}}', 1, 0, 'eve', '', NULL)", CHECK),
    (
        f"INSERT {NOTE} ('DN', 2026, 2, {BOLT}, NULL, 202610, 'USD', 3000, 0, '{{}}', 1, 0, 'eve', 'why', 2)",
        f"{ADDED}|mirrors",
    ),
    (
        f"INSERT {NOTE} ('DN', 2026, 2, {ACME}, NULL, 202610, 'USD', 8999, 0, '{{}}', 1, 0, 'eve', 'why', 1)",
        "mirrors one note",
    ),
    (
        f"INSERT {NOTE} ('CN', 2026, 4, {ACME}, NULL, 202610, 'USD', 9000, 0, '{{}}', 1, 0, 'eve', 'why', 1)",
        "mirrors one note",
    ),
    (
        f"INSERT {NOTE} ('CN', 2026, 4, {BOLT}, NULL, 202610, 'USD', 3000, 0, '{{}}', 1, 0, 'eve', 'why', 3)",
        "mirrors one note",
    ),
    ("UPDATE credit_notes SET net_minor = 1", ADDED),
    ("DELETE FROM credit_notes WHERE id = 1", ADDED),
    ("UPDATE credit_note_lines SET amount_minor = 1", ADDED),
    ("DELETE FROM credit_note_lines", ADDED),
    (f"INSERT {LINE} (1, 3, 1, 'A-1', '2026-10-10', 'bad', 5000, 5000)", "stands on no other note"),
    (f"INSERT {LINE} (4, 2, 1, 'A-1', '2026-10-10', 'bad', 5000, 5000)", "stands on no other note"),
    (f"REPLACE {LINE} (1, 1, 1, 'A-1', '2026-10-10', 'bad', 5000, 5000)", "stands on no other note"),
]


@pytest.mark.parametrize(("attack", "says"), ATTACKS)
def test_no_statement_rewrites_a_month_or_a_note(books: Desk, sql: sqlite3.Connection, attack: str, says: str) -> None:
    before = books.content()
    with pytest.raises(sqlite3.IntegrityError, match=says):
        sql.execute(attack)
    assert books.content() == before


TAMPERED = [
    ("UPDATE adjustments SET amount_minor = amount_minor - 1 WHERE id = 1", "a closed period holds what it held"),
    ("UPDATE adjustments SET recorded_at = recorded_at + 1 WHERE id = 1", "the very entries"),
    ("DELETE FROM period_events", "a note is of a month that was closed"),
    ("UPDATE period_events SET figures = json_set(figures, '$.entries', 99)", "a closed period holds what it held"),
    (
        "UPDATE period_events SET figures = json_set(figures, '$.sums[0].credits', 1)",
        "a closed period holds what it held",
    ),
    ("UPDATE credit_notes SET serial = 7 WHERE series = 'CN' AND serial = 2", "notes are numbered without a gap"),
    ("DELETE FROM credit_notes WHERE id = 1", "notes are numbered without a gap"),
    ("UPDATE credit_note_lines SET amount_minor = amount_minor + 5 WHERE note_id = 1 AND line = 1", "adds up"),
    ("UPDATE credit_notes SET net_minor = net_minor + 1 WHERE id = 1", "adds up"),
    ("UPDATE credit_notes SET period = 202609 WHERE id = 1", "its party, currency and period"),
    ("UPDATE credit_notes SET voids = NULL, because = '' WHERE series = 'DN'", "on one standing note"),
    ("DELETE FROM credit_note_lines WHERE note_id = 3", "takes back every line"),
]


@pytest.mark.parametrize(("tampering", "rule"), TAMPERED)
def test_a_store_whose_guards_were_taken_off_does_not_prove_itself(
    books: Desk, tmp_path: Path, tampering: str, rule: str
) -> None:
    """The guards are dropped, the rows changed, and the guards put back: only `store check` can tell."""
    books = Desk(shutil.copytree(books.root, tmp_path / "copy"), books.now)
    with contextlib.closing(sqlite3.connect(books.store, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(tampering)
        for _, statement in guards:
            connection.execute(statement)

    ran = books.run("store", "check")

    assert ran.code == 1, tampering
    assert rule in ran.err
