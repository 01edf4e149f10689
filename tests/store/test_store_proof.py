"""`store check` can fail: each rule is broken on purpose, on a copy of a sound store whose guards were taken off."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from leadreturns.store.checks import CHECKS, RULES, broken_rules
from leadreturns.store.totals import SUMS
from tests.desk import Desk, opened_plainly

Breaker = str | Callable[[sqlite3.Connection], None]


def without_strictness(table: str, statement: str) -> Callable[[sqlite3.Connection], None]:
    """STRICT holds whatever guards are off, so the table must lose it first."""

    def break_it(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = ?", (table,))
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute(statement)

    return break_it


def second_note(connection: sqlite3.Connection) -> None:
    """Another note over the lines of one that stands."""
    note = connection.execute(
        "SELECT id FROM credit_notes AS n WHERE voids IS NULL AND id NOT IN "
        "(SELECT voids FROM credit_notes WHERE voids IS NOT NULL)"
    ).fetchone()[0]
    connection.execute(
        "INSERT INTO credit_notes (id, series, year, serial, buyer_id, supplier_id, period, currency, net_minor, "
        "tax_minor, content, policy_id, issued_at, issued_by, because) SELECT 99, series, year, serial + 1, buyer_id, "
        "supplier_id, period, currency, net_minor, tax_minor, content, policy_id, issued_at, issued_by, because "
        "FROM credit_notes WHERE id = ?",
        (note,),
    )
    connection.execute(
        "INSERT INTO credit_note_lines SELECT 99, line, adjustment_id, lead_id, sold_on, reason, of_minor, "
        "amount_minor FROM credit_note_lines WHERE note_id = ?",
        (note,),
    )


def reversal_taxed_otherwise(connection: sqlite3.Connection) -> None:
    """A note at another rate for a reversal, beside the one that has the entry that it takes back."""
    for note, rate, kind in ((98, "19/100", "buyer_credit"), (99, "4/25", "buyer_debit")):
        connection.execute(
            "INSERT INTO credit_notes (id, series, year, serial, buyer_id, period, currency, net_minor, tax_minor, "
            "content, policy_id, issued_at, issued_by, because) SELECT ?1, 'CN', 2030, ?1, buyer_id, period, currency, "
            "net_minor, 0, json_set(content, '$.tax_rate', ?2), policy_id, 0, '', '' FROM credit_notes "
            "WHERE buyer_id IS NOT NULL LIMIT 1",
            (note, rate),
        )
        connection.execute(
            "INSERT INTO credit_note_lines SELECT ?, 1, id, '', '2026-10-01', '', of_minor, amount_minor "
            "FROM adjustments WHERE return_id = 1 AND kind = ?",
            (note, kind),
        )


def second_batch(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO batches SELECT 99, file, sha256, buyer_id, reading, policy_id, received_at, imported_at, "
        "imported_by FROM batches WHERE id = 2"
    )
    connection.execute(
        "INSERT INTO batch_figures SELECT 99, 0, 0, 0, 0, 0, result FROM batch_figures WHERE batch_id = 2"
    )


# In the store: returns 1 (approved, then reversed), 2 (approved), 3 (no sale, in review) of batch 1, which has one
# unreadable row; 4 (approved by a person), 5 (rejected by one), 6 (in review) of batch 2; 7 and 8 of batch 3, void.
BREAKERS: dict[str, list[Breaker]] = {
    "rows of a batch are approved, rejected, in review or unreadable": [
        "DELETE FROM returns WHERE id = 6",
        "UPDATE batch_figures SET rows = rows + 1, review = review + 1 WHERE batch_id = 2",
        "DELETE FROM problems",
    ],
    "every batch has its figures": ["DELETE FROM batch_figures WHERE batch_id = 2"],
    "a batch stands once for its bytes": [second_batch],
    "a return stands as its newest decision says": [
        "UPDATE returns SET outcome = 'review' WHERE id = 5",
        "UPDATE returns SET sale_id = 9 WHERE id = 6",
        "UPDATE returns SET reason_code = 'other' WHERE id = 6",
        "UPDATE returns SET credit_minor = credit_minor + 1 WHERE id = 6",
        "UPDATE returns SET clawback_minor = clawback_minor + 1 WHERE id = 6",
        "DELETE FROM decisions WHERE return_id = 6",
    ],
    "a decision cites the one that it takes the place of": [
        "UPDATE decisions SET cites = NULL WHERE return_id = 1 AND cites IS NOT NULL",
        (
            "INSERT INTO decisions SELECT -5, return_id, sale_id, outcome, leading, findings, facts, reason_code, "
            "credit_minor, clawback_minor, 'user:boss', 0, 'forged', policy_id, NULL FROM decisions WHERE return_id = 3"
        ),
    ],
    "a ledger file that was taken back has no sales": ["INSERT INTO ledger_voids VALUES (1, 0, 'boss')"],
    "a sale has at most one standing approval": [
        "UPDATE returns SET outcome = 'approved', sale_id = 2 WHERE id = 6",
    ],
    "an approved return has exactly the entries that its decision names, any other none": [
        "DELETE FROM adjustments WHERE return_id = 2 AND kind = 'buyer_credit'",
        "DELETE FROM adjustments WHERE return_id = 2 AND kind = 'supplier_clawback'",
        "UPDATE adjustments SET amount_minor = amount_minor - 1 WHERE return_id = 2 AND kind = 'buyer_credit'",
        "DELETE FROM adjustments WHERE return_id = 1 AND kind = 'buyer_debit'",
    ],
    "no sale is credited beyond its price or clawed back beyond its payout": [
        "UPDATE sales SET price_minor = 1 WHERE id = 2",
        "UPDATE sales SET payout_minor = 1 WHERE id = 2",
        "DELETE FROM adjustments WHERE return_id = 1 AND kind = 'buyer_credit'",
        "DELETE FROM adjustments WHERE return_id = 1 AND kind = 'supplier_clawback'",
    ],
    "an entry agrees with its sale, its return and its decision": [
        "UPDATE adjustments SET currency = 'EUR' WHERE return_id = 2",
        "UPDATE adjustments SET buyer_id = 2 WHERE return_id = 2",
        "UPDATE adjustments SET supplier_id = 1 WHERE return_id = 2",
        "UPDATE adjustments SET campaign_id = 1 WHERE return_id = 2",
        "UPDATE adjustments SET sold_month = 202609 WHERE return_id = 2",
        "UPDATE adjustments SET of_minor = of_minor + 1 WHERE return_id = 2",
        "UPDATE adjustments SET decision_id = 1 WHERE return_id = 2",
        "UPDATE decisions SET outcome = 'rejected' WHERE return_id = 2",
        "UPDATE decisions SET sale_id = 3 WHERE return_id = 2",
    ],
    "a reversal mirrors one entry that is no reversal": [
        "UPDATE adjustments SET amount_minor = amount_minor - 1 WHERE return_id = 1 AND kind = 'buyer_debit'",
        "UPDATE adjustments SET currency = 'EUR' WHERE return_id = 1 AND kind = 'buyer_debit'",
        "UPDATE adjustments SET sale_id = 2 WHERE return_id = 1 AND kind = 'buyer_debit'",
        "UPDATE adjustments SET return_id = 2 WHERE return_id = 1 AND kind = 'buyer_debit'",
        "UPDATE adjustments SET kind = 'buyer_debit' WHERE return_id = 1 AND kind = 'supplier_clawback_reversed'",
        "UPDATE adjustments SET id = 0 WHERE return_id = 1 AND kind = 'buyer_debit'",
    ],
    "money is whole minor units": [
        without_strictness("adjustments", "UPDATE adjustments SET amount_minor = 0.5 WHERE return_id = 2"),
        without_strictness("adjustments", "UPDATE adjustments SET of_minor = '5 USD' WHERE return_id = 2"),
        without_strictness("sales", "UPDATE sales SET price_minor = 10.5 WHERE id = 12"),
        without_strictness("sales", "UPDATE sales SET payout_minor = 'free' WHERE id = 12"),
    ],
    "the parties and the file of a sale are there": [
        "UPDATE sales SET buyer_id = 99 WHERE id = 12",
        "UPDATE sales SET supplier_id = 99 WHERE id = 12",
        "UPDATE sales SET campaign_id = 99 WHERE id = 12",
        "UPDATE sales SET ledger_id = 99 WHERE id = 12",
    ],
    "what a return, a decision or an entry names is there": [
        "DELETE FROM sales WHERE id = 2",
        "UPDATE returns SET buyer_id = 99 WHERE id = 3",
        "UPDATE decisions SET policy_id = 99 WHERE return_id = 3",
    ],
    "a return that moves or may move money is of the sale's buyer": ["UPDATE returns SET buyer_id = 2 WHERE id = 2"],
    "a voided batch has nothing approved and nothing waiting": ["UPDATE returns SET outcome = 'review' WHERE id = 7"],
    "a closed period holds what it held when it was closed": [
        "UPDATE adjustments SET amount_minor = amount_minor - 1 WHERE return_id = 2",
        "UPDATE adjustments SET period = 202611 WHERE return_id = 2",
        "DELETE FROM adjustments WHERE return_id = 2",
        "UPDATE buyers SET name = 'other' WHERE id = 1",
        "UPDATE period_events SET figures = json_replace(figures, '$.entries', 0)",
        "UPDATE period_events SET figures = json_replace(figures, '$.sums[0].credits', 1)",
    ],
    "a closed period holds the very entries that it was closed with": [
        "UPDATE adjustments SET recorded_at = recorded_at + 1 WHERE return_id = 2",
        "UPDATE adjustments SET return_id = 5 WHERE return_id = 2",
    ],
    "notes are numbered without a gap": [
        "UPDATE credit_notes SET serial = serial + 1 WHERE voids IS NOT NULL",
        "DELETE FROM credit_notes WHERE serial = 1 AND series = 'CN'",
    ],
    "a note is of a month that was closed": ["UPDATE credit_notes SET period = 202611", "DELETE FROM period_events"],
    "a note adds up to its lines": [
        "UPDATE credit_notes SET net_minor = net_minor + 1 WHERE id = 1",
        "UPDATE credit_note_lines SET amount_minor = amount_minor + 1 WHERE line = 1",
        "DELETE FROM credit_note_lines",
    ],
    "a note's lines are adjustments of its party, currency and period, in its own direction": [
        "UPDATE credit_notes SET currency = 'EUR'",
        "UPDATE credit_note_lines SET adjustment_id = 999 WHERE line = 1",
        "UPDATE credit_note_lines SET of_minor = of_minor + 1 WHERE line = 1",
        "UPDATE credit_note_lines SET amount_minor = -amount_minor WHERE line = 1",
        "UPDATE credit_notes SET buyer_id = 2 WHERE buyer_id = 1",
    ],
    "an adjustment is on one standing note at most": [second_note],
    "an entry and the one that takes it back are taxed at one rate": [reversal_taxed_otherwise],
    "a counter-document takes back every line of its note": [
        "DELETE FROM credit_note_lines WHERE line = 1 AND note_id IN (SELECT id FROM credit_notes WHERE voids)",
        "DELETE FROM credit_note_lines WHERE line = 1 AND note_id IN (SELECT voids FROM credit_notes)",
    ],
    "the stored sums of cube equal those of the rows": [
        *(f"UPDATE cube SET {name} = {name} + 1 WHERE buyer_id = 1" for name in SUMS if name != "returned"),
        "DELETE FROM cube WHERE posted_month = 0",
        "UPDATE cube SET posted_month = 202611 WHERE posted_month > 0",
        "UPDATE cube SET supplier_id = 1 WHERE buyer_id = 1",
    ],
    "the stored sums of totals equal those of cube": [
        *(f"UPDATE totals SET {name} = {name} - 1 WHERE dimension = 'buyer'" for name in SUMS),
        *(
            f"UPDATE totals SET revenue_minor = 0 WHERE dimension = '{name}'"
            for name in ("supplier", "campaign", "all")
        ),
        "DELETE FROM totals WHERE dimension = 'all'",
    ],
    "the stored numbers of standing approvals equal those of the rows": [
        "UPDATE cube SET returned = returned + 1 WHERE buyer_id = 1 AND posted_month > 0",
    ],
    "the stored numbers of credited returns equal those of the rows, month by month": [
        (
            "INSERT INTO cube SELECT sold_month, 202701, buyer_id, supplier_id, campaign_id, currency, "
            f"{', '.join('returned' if name == 'returned' else '0' for name in SUMS)} FROM cube "
            "WHERE posted_month > 0 AND returned > 0 LIMIT 1"
        ),
    ],
    "the kept text of policies is the one that its digest names": ["UPDATE policies SET text = text || ' '"],
    "the kept file of a batch is, byte for byte, the one that was imported": [
        "UPDATE batch_files SET bytes = (SELECT bytes FROM batch_files WHERE batch_id = 2) WHERE batch_id = 1",
        "UPDATE batch_files SET bytes = x'00' WHERE batch_id = 1",
        "UPDATE batch_files SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE batch_id = 2",
        "UPDATE batch_files SET part = 1 WHERE batch_id = 2",
        "INSERT INTO batch_files SELECT batch_id, 1, bytes FROM batch_files WHERE batch_id = 3",
    ],
    "SQLite's integrity check": [
        "UPDATE sales SET price_minor = -5 WHERE id = 12",
        "UPDATE adjustments SET amount_minor = of_minor + 1 WHERE return_id = 2",
        "UPDATE batch_figures SET rows = rows + 1 WHERE batch_id = 2",
    ],
    "SQLite's foreign key check": [
        "UPDATE batches SET policy_id = 99 WHERE id = 2",
        "UPDATE decisions SET return_id = 99 WHERE return_id = 3",
        "UPDATE adjustments SET decision_id = 99 WHERE return_id = 2",
        "UPDATE batch_voids SET batch_id = 99",
    ],
}


def unguard(connection: sqlite3.Connection) -> None:
    """Everything that would refuse the breaking: triggers, CHECKs, unique indexes."""
    connection.execute("PRAGMA ignore_check_constraints = ON")
    found = connection.execute(
        "SELECT type, name FROM sqlite_schema WHERE type = 'trigger' OR (type = 'index' AND sql LIKE '%UNIQUE%')"
    )
    for kind, name in found.fetchall():
        connection.execute(f"DROP {kind} {name}")


@pytest.mark.parametrize(
    ("rule", "breaker"), [(rule, breaker) for rule, breakers in BREAKERS.items() for breaker in breakers]
)
def test_a_broken_rule_is_reported_by_its_name(copied: Desk, rule: str, breaker: Breaker) -> None:
    with opened_plainly(copied.store) as connection:
        unguard(connection)
        assert broken_rules(connection) == []
        if callable(breaker):
            breaker(connection)
        else:
            assert connection.execute(breaker).rowcount > 0, "there must be something to break"
        connection.execute("PRAGMA ignore_check_constraints = OFF")

        assert rule in [broken.rule for broken in broken_rules(connection)]


def test_no_rule_is_left_out_above() -> None:
    assert set(CHECKS) <= set(BREAKERS)
    assert len(BREAKERS) == RULES


def test_a_tampered_sum_is_reported_to_the_user_with_exit_code_1(copied: Desk) -> None:
    with opened_plainly(copied.store) as connection:
        connection.execute("UPDATE totals SET credits_minor = credits_minor + 100 WHERE dimension = 'buyer'")

    ran = copied.run("store", "check")
    machine = copied.run("store", "check", "--json")

    assert ran.code == machine.code == 1
    assert "broken: the stored sums of totals equal those of cube" in ran.err
    assert machine.json["status"] == "broken"
    assert [each["rule"] for each in machine.json["broken"]] == ["the stored sums of totals equal those of cube"]


def test_a_sound_store_says_so_on_one_line(copied: Desk) -> None:
    ran = copied.run("store", "check").ok()

    assert ran.out == "sound: every rule of the store holds\n"
    assert copied.read_json("store", "check") == {"status": "sound", "rules": RULES, "broken": []}
