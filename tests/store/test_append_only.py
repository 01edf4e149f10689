"""Law 3 from outside: whatever a sqlite3 shell tries, what was recorded stays as it was.

The connection is any program's: none of our pragmas, so neither recursive triggers nor foreign keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from leadreturns.errors import StoreRefused
from leadreturns.store.connection import open_store
from leadreturns.store.migrations import APPEND_ONLY
from tests.desk import Desk, opened_plainly

Row = tuple[object, ...]


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[str, bool]]:
    """The writable columns, and whether each belongs to the primary key."""
    found = connection.execute("SELECT name, pk FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,))
    return [(name, bool(place)) for name, place in found]


def other(value: object) -> object:
    return value + 1 if isinstance(value, int) else f"{value}x" if isinstance(value, str) else 1


def attacks(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, Row]]:
    """Statements that would change or remove a row if nothing stood in their way."""
    described = columns(connection, table)
    names = [name for name, _ in described]
    keys = [name for name, is_key in described if is_key]
    listed, marks = ", ".join(names), ", ".join("?" * len(names))
    row = connection.execute(f"SELECT {listed} FROM {table} ORDER BY 1 LIMIT 1").fetchone()
    fit = " AND ".join(f"{key} = ?" for key in keys)
    at = tuple(row[names.index(key)] for key in keys)
    yield f"DELETE FROM {table}", ()
    yield f"DELETE FROM {table} WHERE {fit}", at
    yield f"REPLACE INTO {table} ({listed}) VALUES ({marks})", row
    for name, value in zip(names, row, strict=True):
        changed = other(value)
        yield f"UPDATE {table} SET {name} = ?", (changed,)
        yield f"UPDATE OR REPLACE {table} SET {name} = ? WHERE {fit}", (changed, *at)
        yield f"UPDATE OR IGNORE {table} SET {name} = ? WHERE {fit}", (changed, *at)
        tampered = tuple(changed if each == name else old for each, old in zip(names, row, strict=True))
        if name not in keys:
            yield f"INSERT OR REPLACE INTO {table} ({listed}) VALUES ({marks})", tampered
            yield (
                (
                    f"INSERT INTO {table} ({listed}) VALUES ({marks}) "
                    f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {name} = excluded.{name}"
                ),
                tampered,
            )


def tried(connection: sqlite3.Connection, statement: str, values: Row) -> None:
    try:
        connection.execute(statement, values)
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_statement_changes_or_removes_a_recorded_row(copied: Desk, table: str) -> None:
    before = copied.content()
    assert before[table], "there must be something to attack"

    with opened_plainly(copied.store) as connection:
        assert connection.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        for statement, values in list(attacks(connection, table)):
            tried(connection, statement, values)
            rows = sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            assert rows == before[table], statement

    assert copied.content() == before


NAMES = {
    "adjustments": "id return_id decision_id kind sale_id buyer_id supplier_id campaign_id sold_month amount_minor "
    "of_minor currency period recorded_at reverses_id",
    "returns": "id batch_id row buyer_id lead_id sale_ref reason_text requested_at requested_kind campaign "
    "call_attempts duplicate_of row_sold_at row_sold_kind sale_id outcome reason_code credit_minor clawback_minor",
    "credit_notes": "id series year serial buyer_id supplier_id period currency net_minor tax_minor content policy_id "
    "issued_at issued_by because voids",
    "batches": "id file sha256 buyer_id reading policy_id received_at imported_at imported_by",
    "policies": "id digest text first_used_at",
}


def like(verb: str, table: str, where: str, **changes: str) -> str:
    """A statement that adds a row like the one that fits, with some values changed."""
    names = NAMES[table].split()
    values = ", ".join(changes.get(name, name) for name in names)
    return f"{verb} INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE {where} LIMIT 1"


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("a policy by its digest", like("REPLACE", "policies", "1", id="999", text="'other'")),
        (
            "an entry by its return, decision and kind",
            like("REPLACE", "adjustments", "reverses_id IS NULL", id="999", amount_minor="1", period="202611"),
        ),
        (
            "a reversal by what it reverses",
            like("REPLACE", "adjustments", "reverses_id IS NOT NULL", id="999", decision_id="1", period="202611"),
        ),
        ("a note by its number", like("REPLACE", "credit_notes", "1", id="999", net_minor="net_minor + 1")),
        (
            "a return by its row",
            like("REPLACE", "returns", "outcome = 'approved'", id="999", sale_id="NULL", outcome="'rejected'"),
        ),
        ("a batch by its bytes", like("INSERT", "batches", "id = 1", id="999")),
    ],
)
def test_a_row_is_not_replaced_through_another_of_its_keys(copied: Desk, what: str, statement: str) -> None:
    before = copied.content()

    with opened_plainly(copied.store) as connection:
        tried(connection, statement, ())

    assert copied.content() == before, what


@pytest.mark.parametrize(
    "assignment",
    [
        "lead_id = 'L-0009'",
        "requested_at = requested_at - 86400",
        "reason_text = 'other'",
        "row = row + 100",
        "batch_id = 2",
        "id = id + 100",
        "buyer_id = 2",
        "buyer_id = NULL",
        "outcome = 'approved'",
        "outcome = 'rejected'",
        "sale_id = 5",
        "credit_minor = credit_minor + 1",
        "clawback_minor = 0",
        "reason_code = 'other'",
    ],
)
@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_a_return_stands_only_as_its_newest_decision_says(copied: Desk, verb: str, assignment: str) -> None:
    """Assignments that change nothing about a row are let through; each here changes some row."""
    before = copied.content()

    with opened_plainly(copied.store) as connection:
        for (number,) in connection.execute("SELECT id FROM returns").fetchall():
            tried(connection, f"{verb} returns SET {assignment} WHERE id = ?", (number,))

    assert copied.content() == before


def test_returns_are_never_deleted(copied: Desk) -> None:
    before = copied.content()

    with opened_plainly(copied.store) as connection:
        tried(connection, "DELETE FROM returns", ())

    assert copied.content() == before


def test_an_approval_is_not_pushed_off_its_sale_by_another(copied: Desk) -> None:
    """A decision may be added, and yet the return that it approves does not take the place of the standing one."""
    with opened_plainly(copied.store) as connection:
        standing, sale = connection.execute("SELECT id, sale_id FROM returns WHERE outcome = 'approved'").fetchone()
        rival = connection.execute("SELECT id FROM returns WHERE outcome = 'review'").fetchone()[0]
        connection.execute(
            "INSERT INTO decisions (return_id, sale_id, outcome, leading, findings, facts, reason_code, credit_minor, "
            "clawback_minor, decided_by, decided_at, because, policy_id) "
            "VALUES (?, ?, 'approved', '', '[]', '{}', '', 0, 0, 'user:mallory', 0, '', 1)",
            (rival, sale),
        )
        tried(
            connection,
            "UPDATE OR REPLACE returns SET outcome = 'approved', sale_id = ?, reason_code = '', credit_minor = 0, "
            "clawback_minor = 0, buyer_id = buyer_id WHERE id = ?",
            (sale, rival),
        )

    assert copied.query("SELECT id FROM returns WHERE sale_id = ? AND outcome = 'approved'", sale) == [(standing,)]


@pytest.mark.parametrize(
    ("law", "statement"),
    [
        ("1: four outcomes add up", "INSERT INTO batch_figures VALUES (9, 5, 1, 1, 1, 1, '{}')"),
        ("1: none is negative", "INSERT INTO batch_figures VALUES (9, 0, 1, -1, 0, 0, '{}')"),
        ("2: no second approval", like("INSERT", "returns", "outcome = 'approved'", id="999", row="row + 100")),
        (
            "2: no approval without a sale",
            like("INSERT", "returns", "1", id="999", row="row + 100", sale_id="NULL", outcome="'approved'"),
        ),
        (
            "2: no credit above the price",
            "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, 4251, 4250, 'USD', 202611, 0, NULL)",
        ),
        ("8: no nought", "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, 0, 4250, 'USD', 202611, 0, NULL)"),
        ("8: nothing negative", "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, -5, 4250, 'USD', 202611, 0, NULL)"),
        ("8: no fraction", "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, 0.5, 4250, 'USD', 202611, 0, NULL)"),
        ("8: no text", "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, '5 USD', 4250, 'USD', 202611, 0, NULL)"),
        (
            "8: no sum beyond a million million",
            "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, 5, 1000000000001, 'USD', 202611, 0, NULL)",
        ),
        (
            "3: a credit reverses nothing",
            "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, 5, 9, 'USD', 202611, 0, 3)",
        ),
        (
            "3: a debit reverses something",
            "{entry} 9, 2, 'buyer_debit', 2, 1, 1, 1, 202610, 5, 9, 'USD', 202611, 0, NULL)",
        ),
        (
            "6: nothing into a closed month",
            "{entry} 9, 2, 'buyer_credit', 2, 1, 1, 1, 202610, 5, 9, 'USD', 202610, 0, NULL)",
        ),
        (
            "9: every decision has an author",
            (
                "INSERT INTO decisions (return_id, outcome, leading, findings, facts, reason_code, credit_minor, "
                "clawback_minor, decided_by, decided_at, because, policy_id) "
                "VALUES (1, 'approved', '', '[]', '{}', '', 0, 0, 'nobody', 0, '', 1)"
            ),
        ),
        ("8: a price is whole", "UPDATE sales SET price_minor = 10.5 WHERE id = 12"),
        ("8: a price is not negative", "UPDATE sales SET price_minor = -1 WHERE id = 12"),
        ("2: the price of an adjusted sale stays", "UPDATE sales SET price_minor = 1 WHERE id = 1"),
        ("2: its payout too", "UPDATE OR REPLACE sales SET payout_minor = 1 WHERE id = 1"),
        ("2: its buyer too", "UPDATE sales SET buyer_id = 2 WHERE id = 1"),
        ("2: a sale does not take the place of another", "UPDATE OR REPLACE sales SET id = 1 WHERE id = 12"),
        ("2: nor by its words", "UPDATE OR REPLACE sales SET lead_id = 'L-0001', lead_key = 'l-0001' WHERE id = 9"),
        ("9: a sale that was decided upon stays", "DELETE FROM sales WHERE id = 1"),
        ("3: the bytes of a file are not exchanged", "UPDATE batch_files SET bytes = x'00'"),
        ("3: nor added to", "INSERT INTO batch_files SELECT batch_id, 9, bytes FROM batch_files"),
        ("3: nor replaced", "REPLACE INTO batch_files SELECT batch_id, part, x'00' FROM batch_files"),
    ],
)
def test_the_schema_itself_refuses_what_breaks_a_law(copied: Desk, law: str, statement: str) -> None:
    entry = (
        "INSERT INTO adjustments (return_id, decision_id, kind, sale_id, buyer_id, supplier_id, campaign_id, "
        "sold_month, amount_minor, of_minor, currency, period, recorded_at, reverses_id) VALUES ("
    )
    before = copied.content()

    with opened_plainly(copied.store) as connection, pytest.raises(sqlite3.Error):
        connection.execute(statement.replace("{entry} ", entry))

    assert copied.content() == before, law


# ---- Money that no approval stands behind ------------------------------------------------------------------------

STANDING = "kind = 'buyer_credit' AND id NOT IN (SELECT reverses_id FROM adjustments WHERE reverses_id IS NOT NULL)"
OPEN_MONTH = {"id": "999", "period": "202611"}


def approve_by_hand(connection: sqlite3.Connection, return_id: int, sale_id: int, credit: int) -> int:
    """The id of an approving decision that some program adds, with a credit of `credit`."""
    made = connection.execute(
        "INSERT INTO decisions (return_id, sale_id, outcome, leading, findings, facts, reason_code, credit_minor, "
        "clawback_minor, decided_by, decided_at, because, policy_id) "
        "VALUES (?, ?, 'approved', '', '[]', '{}', '', ?, 0, 'user:mallory', 0, '', 1)",
        (return_id, sale_id, credit),
    )
    return int(made.lastrowid or 0)


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("the same once more", {}),
        (
            "for another return of the sale",
            {"return_id": "(SELECT id FROM returns WHERE outcome = 'rejected' LIMIT 1)"},
        ),
        ("on a decision about another return", {"decision_id": "1"}),
        ("on a sale of its own", {"sale_id": "9"}),
        ("in another currency", {"currency": "'EUR'"}),
        ("of a price that is none", {"of_minor": "of_minor * 2"}),
        ("more than was decided", {"amount_minor": "amount_minor - 1"}),
        ("for another buyer", {"buyer_id": "2"}),
        ("in another month of sale", {"sold_month": "202609"}),
    ],
)
def test_money_moves_only_as_a_standing_approval_and_its_sale_say(
    copied: Desk, what: str, changes: dict[str, str]
) -> None:
    """Each on a new decision that approves the return again, as an entry on the standing one is there already."""
    before = copied.content()

    with opened_plainly(copied.store) as connection:
        return_id, sale_id, amount = connection.execute(
            f"SELECT return_id, sale_id, amount_minor FROM adjustments WHERE {STANDING}"
        ).fetchone()
        connection.execute("BEGIN")
        newest = str(approve_by_hand(connection, return_id, sale_id, amount))
        with pytest.raises(sqlite3.IntegrityError, match="money moves once"):
            connection.execute(
                like("INSERT", "adjustments", STANDING, **{**OPEN_MONTH, "decision_id": newest, **changes})
            )
        connection.execute("ROLLBACK")

    assert copied.content() == before, what


def test_a_rejected_return_of_a_credited_sale_gets_no_credit(copied: Desk) -> None:
    """Not even with an approving decision: the sale has its standing approval."""
    with opened_plainly(copied.store) as connection:
        sale_id, amount = connection.execute(
            f"SELECT sale_id, amount_minor FROM adjustments WHERE {STANDING}"
        ).fetchone()
        rival = connection.execute("SELECT id FROM returns WHERE outcome = 'rejected'").fetchone()[0]
        connection.execute("BEGIN")
        decision = str(approve_by_hand(connection, rival, sale_id, amount))
        changes = {**OPEN_MONTH, "return_id": str(rival), "decision_id": decision}
        with pytest.raises(sqlite3.IntegrityError, match="money moves once"):
            connection.execute(like("INSERT", "adjustments", STANDING, **changes))
        with pytest.raises(sqlite3.IntegrityError, match="at most one standing approval"):
            connection.execute(
                "UPDATE returns SET outcome = 'approved', sale_id = ?, reason_code = '', credit_minor = ?, "
                "clawback_minor = 0 WHERE id = ?",
                (sale_id, amount, rival),
            )
        connection.execute("ROLLBACK")


def test_an_approval_does_not_end_while_its_money_stands(copied: Desk) -> None:
    with opened_plainly(copied.store) as connection:
        return_id, sale_id = connection.execute(
            f"SELECT return_id, sale_id FROM adjustments WHERE {STANDING}"
        ).fetchone()
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO decisions (return_id, sale_id, outcome, leading, findings, facts, reason_code, credit_minor, "
            "clawback_minor, decided_by, decided_at, because, policy_id) "
            "VALUES (?, ?, 'rejected', '', '[]', '{}', '', 0, 0, 'user:mallory', 0, '', 1)",
            (return_id, sale_id),
        )
        with pytest.raises(sqlite3.IntegrityError, match="reversed before it ends"):
            connection.execute(
                "UPDATE returns SET outcome = 'rejected', reason_code = '', credit_minor = 0, clawback_minor = 0 "
                "WHERE id = ?",
                (return_id,),
            )
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("key", ["its id", "its words"])
def test_a_credited_sale_is_not_replaced_by_a_cheaper_one(copied: Desk, key: str) -> None:
    """Left out in silence, as a known sale of a ledger file is before it is compared."""
    names = [name for name, *_ in copied.query("SELECT name FROM pragma_table_info('sales')")]
    changes = {"price_minor": "1", **({"lead_key": "'other'"} if key == "its id" else {"id": "999"})}
    values = ", ".join(changes.get(name, name) for name in names)
    before = copied.content()

    with opened_plainly(copied.store) as connection:
        connection.execute(f"INSERT OR REPLACE INTO sales ({', '.join(names)}) SELECT {values} FROM sales WHERE id = 1")

    assert copied.content() == before


@pytest.mark.parametrize("column", ["amount_minor", "sale_id", "return_id", "decision_id", "of_minor"])
def test_a_reversal_that_does_not_mirror_is_refused(copied: Desk, column: str) -> None:
    with opened_plainly(copied.store) as connection:
        found = connection.execute(f"SELECT return_id, sale_id FROM adjustments WHERE {STANDING}").fetchone()
        later = str(approve_by_hand(connection, *found, 0))
        mirrored = {**OPEN_MONTH, "kind": "'buyer_debit'", "reverses_id": "id", "decision_id": later}
        wrong = {**mirrored, column: f"{column} - 1"}
        with pytest.raises(sqlite3.IntegrityError, match="mirrors one entry"):
            connection.execute(like("INSERT", "adjustments", STANDING, **wrong))
        connection.execute(like("INSERT", "adjustments", STANDING, **mirrored))


# ---- Guards that are gone ----------------------------------------------------------------------------------------


def test_a_store_that_lost_any_guard_index_or_view_is_refused(copied: Desk) -> None:
    guards = copied.query(
        "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL "
        "AND tbl_name <> '_sqlite_migrations'"
    )
    assert len(guards) > 60

    for kind, name, sql in guards:
        with opened_plainly(copied.store) as connection:
            connection.execute(f"DROP {kind} {name}")
        with pytest.raises(StoreRefused) as refused:
            open_store(copied.store, write=False)
        assert refused.value.code == "store_without_guards", name
        with opened_plainly(copied.store) as connection:
            connection.execute(sql)

    copied.run("returns", "list").ok()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER quiet AFTER INSERT ON adjustments BEGIN DELETE FROM cube; END",
        "CREATE TABLE notes (text)",
        "ALTER TABLE adjustments ADD COLUMN remark TEXT",
        "ALTER TABLE buyers RENAME COLUMN name TO title",
        "DROP TABLE period_events",
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        ("report", "roi"),
        ("review", "approve", 5),
        ("import", "acme.csv", "--buyer", "acme"),
        ("store", "check"),
    ],
)
def test_a_changed_schema_is_refused_by_every_kind_of_command(
    copied: Desk, statement: str, words: tuple[str, ...]
) -> None:
    copied.file("acme.csv", "lead_id\nL-0007\n")
    with opened_plainly(copied.store) as connection:
        connection.execute(statement)

    ran = copied.run(*words)

    assert ran.code == 3
    assert "tables or guards were changed by hand" in ran.err
    assert "a copy made by leadreturns store backup" in ran.err


def test_strictness_that_was_taken_off_a_table_is_noticed(copied: Desk) -> None:
    with opened_plainly(copied.store) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'adjustments'")

    assert copied.run("report", "adjustments").code == 3
