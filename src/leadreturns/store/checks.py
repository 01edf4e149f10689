"""What must hold in every store, as queries that answer with nothing; `store check` runs them all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from leadreturns.store.kept_files import changed_files
from leadreturns.store.periods import changed_periods
from leadreturns.store.policies import changed_texts
from leadreturns.store.totals import CUBE_KEY, SUMS, TOTALS_KEY

_LIVE = "a.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM adjustments AS v WHERE v.reverses_id = a.id)"

CHECKS: Mapping[str, str] = {
    "rows of a batch are approved, rejected, in review or unreadable": (
        "SELECT f.batch_id FROM batch_figures AS f WHERE f.rows - f.unreadable <> "
        "(SELECT count(*) FROM returns AS r WHERE r.batch_id = f.batch_id) "
        "OR f.unreadable <> (SELECT count(*) FROM problems AS p WHERE p.batch_id = f.batch_id)"
    ),
    "every batch has its figures": ("SELECT id FROM batches WHERE id NOT IN (SELECT batch_id FROM batch_figures)"),
    "a batch stands once for its bytes": (
        "SELECT sha256 FROM batches WHERE id NOT IN (SELECT batch_id FROM batch_voids) "
        "GROUP BY sha256 HAVING count(*) > 1"
    ),
    "a return stands as its newest decision says": (
        "SELECT r.id FROM returns AS r LEFT JOIN decisions AS d ON d.id = "
        "(SELECT max(id) FROM decisions WHERE return_id = r.id) WHERE d.outcome IS NOT r.outcome "
        "OR d.sale_id IS NOT r.sale_id OR d.reason_code IS NOT r.reason_code OR d.credit_minor IS NOT r.credit_minor "
        "OR d.clawback_minor IS NOT r.clawback_minor"
    ),
    "a decision cites the one that it takes the place of": (
        "SELECT d.id FROM decisions AS d WHERE d.cites IS NOT "
        "(SELECT max(id) FROM decisions WHERE return_id = d.return_id AND id < d.id)"
    ),
    "a ledger file that was taken back has no sales": (
        "SELECT ledger_id FROM ledger_voids WHERE ledger_id IN (SELECT ledger_id FROM sales)"
    ),
    "a sale has at most one standing approval": (
        "SELECT sale_id FROM returns WHERE outcome = 'approved' GROUP BY sale_id HAVING count(*) > 1"
    ),
    "an approved return has exactly the entries that its decision names, any other none": (
        "SELECT r.id FROM returns AS r LEFT JOIN (SELECT a.return_id, "
        "sum(iif(a.kind = 'buyer_credit', a.amount_minor, 0)) AS credit, "
        "sum(iif(a.kind = 'supplier_clawback', a.amount_minor, 0)) AS clawback FROM adjustments AS a "
        f"WHERE {_LIVE} GROUP BY a.return_id) AS m ON m.return_id = r.id "
        "WHERE coalesce(m.credit, 0) <> iif(r.outcome = 'approved', r.credit_minor, 0) "
        "OR coalesce(m.clawback, 0) <> iif(r.outcome = 'approved', r.clawback_minor, 0)"
    ),
    "no sale is credited beyond its price or clawed back beyond its payout": (
        "SELECT s.id FROM sales AS s JOIN (SELECT sale_id, "
        "sum(CASE kind WHEN 'buyer_credit' THEN amount_minor WHEN 'buyer_debit' THEN -amount_minor ELSE 0 END) "
        "AS credit, "
        "sum(CASE kind WHEN 'supplier_clawback' THEN amount_minor WHEN 'supplier_clawback_reversed' "
        "THEN -amount_minor ELSE 0 END) AS clawback FROM adjustments GROUP BY sale_id) AS a ON a.sale_id = s.id "
        "WHERE a.credit NOT BETWEEN 0 AND s.price_minor OR a.clawback NOT BETWEEN 0 AND s.payout_minor"
    ),
    "an entry agrees with its sale, its return and its decision": (
        "SELECT a.id FROM adjustments AS a JOIN sales AS s ON s.id = a.sale_id "
        "JOIN decisions AS d ON d.id = a.decision_id "
        "WHERE d.return_id <> a.return_id OR a.currency <> s.currency OR a.buyer_id <> s.buyer_id "
        "OR a.supplier_id <> s.supplier_id OR a.campaign_id <> s.campaign_id OR a.sold_month <> s.sold_month "
        "OR a.of_minor <> iif(a.kind LIKE 'buyer%', s.price_minor, s.payout_minor) "
        "OR (a.reverses_id IS NULL AND (d.outcome <> 'approved' OR d.sale_id <> a.sale_id))"
    ),
    "a reversal mirrors one entry that is no reversal": (
        "SELECT v.id FROM adjustments AS v JOIN adjustments AS o ON o.id = v.reverses_id "
        "WHERE v.amount_minor <> o.amount_minor OR v.currency <> o.currency OR v.sale_id <> o.sale_id "
        "OR v.return_id <> o.return_id OR o.reverses_id IS NOT NULL OR v.id <= o.id OR (o.kind, v.kind) NOT IN "
        "(VALUES ('buyer_credit', 'buyer_debit'), ('supplier_clawback', 'supplier_clawback_reversed'))"
    ),
    "money is whole minor units": (
        "SELECT id FROM adjustments WHERE typeof(amount_minor) <> 'integer' OR typeof(of_minor) <> 'integer' "
        "UNION ALL SELECT id FROM sales WHERE typeof(price_minor) <> 'integer' OR typeof(payout_minor) <> 'integer'"
    ),
    "the parties and the file of a sale are there": (
        "SELECT id FROM sales WHERE buyer_id NOT IN (SELECT id FROM buyers) OR supplier_id NOT IN "
        "(SELECT id FROM suppliers) OR campaign_id NOT IN (SELECT id FROM campaigns) "
        "OR ledger_id NOT IN (SELECT id FROM ledgers)"
    ),
    "what a return, a decision or an entry names is there": (
        "SELECT r.id FROM returns AS r LEFT JOIN sales AS s ON s.id = r.sale_id LEFT JOIN buyers AS b "
        "ON b.id = r.buyer_id WHERE (r.sale_id IS NOT NULL AND s.id IS NULL) "
        "OR (r.buyer_id IS NOT NULL AND b.id IS NULL) "
        "UNION ALL SELECT d.id FROM decisions AS d LEFT JOIN sales AS s ON s.id = d.sale_id "
        "WHERE (d.sale_id IS NOT NULL AND s.id IS NULL) OR d.policy_id NOT IN (SELECT id FROM policies) "
        "UNION ALL SELECT a.id FROM adjustments AS a LEFT JOIN sales AS s ON s.id = a.sale_id WHERE s.id IS NULL"
    ),
    "a return that moves or may move money is of the sale's buyer": (
        "SELECT r.id FROM returns AS r JOIN sales AS s ON s.id = r.sale_id WHERE r.buyer_id IS NOT s.buyer_id"
    ),
    "a voided batch has nothing approved and nothing waiting": (
        "SELECT r.id FROM returns AS r JOIN batch_voids AS v ON v.batch_id = r.batch_id WHERE r.outcome <> 'rejected'"
    ),
    "a closed period holds what it held when it was closed": (
        "WITH closed AS (SELECT period, figures FROM period_events AS e WHERE event = 'closed' "
        "AND NOT EXISTS (SELECT 1 FROM period_events WHERE period = e.period AND id > e.id)), "
        "held AS (SELECT a.period, iif(a.kind LIKE 'buyer%', 'buyer', 'supplier') AS party, "
        "iif(a.kind LIKE 'buyer%', b.name, p.name) AS name, a.currency, "
        "sum(iif(a.reverses_id IS NULL, a.amount_minor, 0)) AS credits, "
        "sum(iif(a.reverses_id IS NULL, 0, a.amount_minor)) AS debits, count(*) AS entries "
        "FROM adjustments AS a JOIN buyers AS b ON b.id = a.buyer_id JOIN suppliers AS p ON p.id = a.supplier_id "
        "WHERE a.period IN (SELECT period FROM closed) GROUP BY 1, 2, 3, 4), "
        "frozen AS (SELECT c.period, s.value ->> 'party', s.value ->> 'name', s.value ->> 'currency', "
        "s.value ->> 'credits', s.value ->> 'debits', s.value ->> 'entries' "
        "FROM closed AS c JOIN json_each(c.figures, '$.sums') AS s) "
        "SELECT period FROM (SELECT * FROM held EXCEPT SELECT * FROM frozen) "
        "UNION SELECT period FROM (SELECT * FROM frozen EXCEPT SELECT * FROM held) "
        "UNION SELECT period FROM closed WHERE figures ->> 'entries' IS NOT "
        "(SELECT coalesce(sum(entries), 0) FROM held WHERE held.period = closed.period)"
    ),
    "notes are numbered without a gap": (
        "SELECT series || '-' || year FROM credit_notes GROUP BY series, year "
        "HAVING count(*) <> max(serial) OR min(serial) <> 1"
    ),
    "a note is of a month that was closed": (
        "SELECT number FROM credit_notes WHERE period NOT IN (SELECT period FROM period_events WHERE event = 'closed')"
    ),
    "a note adds up to its lines": (
        "SELECT n.number FROM credit_notes AS n LEFT JOIN credit_note_lines AS l ON l.note_id = n.id "
        "GROUP BY n.id HAVING n.net_minor IS NOT sum(l.amount_minor)"
    ),
    "a note's lines are adjustments of its party, currency and period, in its own direction": (
        "SELECT n.number FROM credit_notes AS n JOIN credit_note_lines AS l ON l.note_id = n.id "
        "LEFT JOIN adjustments AS a ON a.id = l.adjustment_id WHERE a.period IS NOT n.period "
        "OR a.currency IS NOT n.currency OR a.of_minor IS NOT l.of_minor "
        "OR n.buyer_id IS NOT iif(a.kind LIKE 'buyer%', a.buyer_id, NULL) "
        "OR n.supplier_id IS NOT iif(a.kind LIKE 'supplier%', a.supplier_id, NULL) "
        "OR l.amount_minor IS NOT iif(((a.reverses_id IS NULL) = (n.series IN ('CN', 'SS'))) = (n.voids IS NULL), "
        "a.amount_minor, -a.amount_minor)"
    ),
    "an adjustment is on one standing note at most": (
        "SELECT l.adjustment_id FROM credit_note_lines AS l JOIN credit_notes AS n ON n.id = l.note_id "
        "WHERE n.voids IS NULL AND NOT EXISTS (SELECT 1 FROM credit_notes WHERE voids = n.id) "
        "GROUP BY l.adjustment_id HAVING count(*) > 1"
    ),
    "an entry and the one that takes it back are taxed at one rate": (
        "SELECT v.id FROM adjustments AS v CROSS JOIN credit_note_lines AS l ON l.adjustment_id = v.id "
        "CROSS JOIN credit_notes AS n ON n.id = l.note_id CROSS JOIN credit_note_lines AS k "
        "ON k.adjustment_id = v.reverses_id CROSS JOIN credit_notes AS o ON o.id = k.note_id "
        "WHERE v.reverses_id IS NOT NULL AND n.voids IS NULL AND o.voids IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM credit_notes WHERE voids IN (n.id, o.id)) "
        "AND (n.content ->> 'tax_rate') IS NOT (o.content ->> 'tax_rate')"
    ),
    "a counter-document takes back every line of its note": (
        "SELECT n.number FROM credit_notes AS n JOIN credit_note_lines AS l ON l.note_id = n.voids "
        "LEFT JOIN credit_note_lines AS c ON c.note_id = n.id AND c.adjustment_id = l.adjustment_id "
        "WHERE c.amount_minor IS NOT l.amount_minor "
        "UNION SELECT n.number FROM credit_notes AS n WHERE n.voids IS NOT NULL "
        "AND (SELECT count(*) FROM credit_note_lines WHERE note_id = n.id) "
        "<> (SELECT count(*) FROM credit_note_lines WHERE note_id = n.voids)"
    ),
}
"""What holds, in words, and the query that finds what breaks it."""


class Broken(NamedTuple):
    """A rule that does not hold, with up to five ids that break it."""

    rule: str
    ids: tuple[object, ...]


_RETURNED = """
SELECT sold_month, buyer_id, supplier_id, campaign_id, currency FROM (
  SELECT sold_month, buyer_id, supplier_id, campaign_id, currency, returned AS number FROM cube
  UNION ALL SELECT s.sold_month, s.buyer_id, s.supplier_id, s.campaign_id, s.currency, -1
    FROM returns AS r JOIN sales AS s ON s.id = r.sale_id WHERE r.outcome = 'approved')
GROUP BY sold_month, buyer_id, supplier_id, campaign_id, currency HAVING sum(number) <> 0
"""
_CREDITED = """
SELECT sold_month, posted_month, buyer_id, supplier_id, campaign_id, currency FROM (
  SELECT sold_month, posted_month, buyer_id, supplier_id, campaign_id, currency, returned AS number FROM cube
  UNION ALL SELECT sold_month, period, buyer_id, supplier_id, campaign_id, currency, iif(kind = 'buyer_credit', -1, 1)
    FROM adjustments WHERE kind = 'buyer_credit' OR kind = 'buyer_debit')
WHERE (sold_month, buyer_id, supplier_id, campaign_id, currency) NOT IN (
  SELECT s.sold_month, s.buyer_id, s.supplier_id, s.campaign_id, s.currency
  FROM decisions AS d JOIN sales AS s ON s.id = d.sale_id WHERE d.outcome = 'approved' AND d.credit_minor = 0
  UNION SELECT c.before ->> 'sold_month', s.buyer_id, c.before ->> 'supplier_id', c.before ->> 'campaign_id',
    c.before ->> 'currency' FROM decisions AS d JOIN sales AS s ON s.id = d.sale_id
    JOIN sale_changes AS c ON c.sale_id = s.id WHERE d.outcome = 'approved' AND d.credit_minor = 0)
GROUP BY sold_month, posted_month, buyer_id, supplier_id, campaign_id, currency HAVING sum(number) <> 0
"""
_ROWS = """
SELECT sold_month, 0 AS posted_month, buyer_id, supplier_id, campaign_id, currency, count(*) AS sold,
  sum(price_minor) AS revenue_minor, sum(payout_minor) AS payout_minor, 0 AS pending_minor, 0 AS returned,
  0 AS credits_minor, 0 AS debits_minor, 0 AS clawbacks_minor, 0 AS clawbacks_reversed_minor, 0 AS buyer_entries,
  0 AS supplier_entries FROM sales GROUP BY sold_month, buyer_id, supplier_id, campaign_id, currency
UNION ALL
SELECT s.sold_month, 0, s.buyer_id, s.supplier_id, s.campaign_id, s.currency,
  0, 0, 0, r.credit_minor, 0, 0, 0, 0, 0, 0, 0
  FROM returns AS r JOIN sales AS s ON s.id = r.sale_id WHERE r.outcome = 'review'
UNION ALL
SELECT sold_month, period, buyer_id, supplier_id, campaign_id, currency, 0, 0, 0, 0, 0,
  iif(kind = 'buyer_credit', amount_minor, 0), iif(kind = 'buyer_debit', amount_minor, 0),
  iif(kind = 'supplier_clawback', amount_minor, 0), iif(kind = 'supplier_clawback_reversed', amount_minor, 0),
  kind LIKE 'buyer%', kind LIKE 'supplier%' FROM adjustments
"""
_BY_DIMENSION = " UNION ALL ".join(
    f"SELECT '{name}' AS dimension, {key} AS key_id, sold_month, posted_month, currency, {', '.join(SUMS)} FROM cube"
    for name, key in (("buyer", "buyer_id"), ("supplier", "supplier_id"), ("campaign", "campaign_id"), ("all", "0"))
)


def _differing(table: str, key: tuple[str, ...], computed: str, compared: Sequence[str]) -> str:
    """A query that finds the cells of `table` whose stored sums are not the computed ones."""
    names = ", ".join(key)
    own = ", ".join(f"-{name} AS {name}" for name in SUMS)
    sums = " OR ".join(f"sum({name}) <> 0" for name in compared)
    return (
        f"SELECT {names} FROM (SELECT {names}, {', '.join(SUMS)} FROM ({computed}) "
        f"UNION ALL SELECT {names}, {own} FROM {table}) GROUP BY {names} HAVING {sums}"
    )


_SUMS: Mapping[str, str] = {
    # An approval of price 0 posts nothing, so the month that it counts in stands nowhere else: where there was one, of
    # a sale as it is or was, approvals are counted over all posting months of the sale month.
    "the stored sums of cube equal those of the rows": _differing(
        "cube", CUBE_KEY, _ROWS, [name for name in SUMS if name != "returned"]
    ),
    "the stored numbers of standing approvals equal those of the rows": _RETURNED,
    "the stored numbers of credited returns equal those of the rows, month by month": _CREDITED,
    "the stored sums of totals equal those of cube": _differing("totals", TOTALS_KEY, _BY_DIMENSION, SUMS),
}


def _pragma(name: str, connection: sqlite3.Connection) -> Iterator[object]:
    return (row[0] for row in connection.execute(f"PRAGMA {name}") if row[0] != "ok")


def _ids(query: str, connection: sqlite3.Connection) -> Iterator[object]:
    return (row[0] for row in connection.execute(query))


def _cells(query: str, connection: sqlite3.Connection) -> Iterator[object]:
    return (tuple(row) for row in connection.execute(query))


_PROOFS: Mapping[str, Callable[[sqlite3.Connection], Iterator[object]]] = {
    **{
        f"SQLite's {name.replace('_', ' ')}": partial(_pragma, name)
        for name in ("integrity_check", "foreign_key_check")
    },
    **{rule: partial(_ids, query) for rule, query in CHECKS.items()},
    **{rule: partial(_cells, query) for rule, query in _SUMS.items()},
    # SQL alone knows no digest.
    "a closed period holds the very entries that it was closed with": changed_periods,
    "the kept file of a batch is, byte for byte, the one that was imported": changed_files,
    "the kept text of policies is the one that its digest names": changed_texts,
}
"""What holds, in words, and what finds the ids that break it."""
RULES = len(_PROOFS)
"""How many rules `broken_rules` proves."""


def broken_rules(connection: sqlite3.Connection, advance: Callable[[int], None] | None = None) -> list[Broken]:
    """Every rule that does not hold; an empty list for a sound store. `advance` hears of each rule that was asked.

    A rule that cannot be asked, since its pages are damaged, does not hold either.
    """
    done = advance or (lambda rules: None)
    broken = []
    for rule, prove in _PROOFS.items():
        try:
            ids = tuple(islice(prove(connection), 5))
        except (sqlite3.DatabaseError, ValueError) as fault:
            if getattr(fault, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            ids = ("it cannot be asked: the store is damaged",)
        if ids:
            broken.append(Broken(rule, ids))
        done(1)
    return broken


def row_counts(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """How many rows the main tables hold."""
    tables = ("sales", "batches", "returns", "decisions", "adjustments")
    return [(table, connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables]
