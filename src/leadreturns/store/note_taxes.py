"""How notes taxed the adjustments that are to be taxed now, or their opposites."""

from __future__ import annotations

import sqlite3
from fractions import Fraction

from leadreturns.core.note_tax import TaxedOn
from leadreturns.store.credit_notes import STANDS

_TAXED = (
    "WITH unsent AS (SELECT a.id, a.reverses_id FROM adjustments AS a WHERE a.period = ?1 AND a.kind LIKE 'buyer%' "
    "AND a.id NOT IN (SELECT l.adjustment_id FROM credit_notes AS n JOIN credit_note_lines AS l ON l.note_id = n.id "
    f"WHERE n.period = ?1 AND {STANDS})), pairs AS (SELECT id AS entry, id AS other FROM unsent "
    "UNION ALL SELECT id, reverses_id FROM unsent WHERE reverses_id IS NOT NULL "
    "UNION ALL SELECT u.id, v.id FROM unsent AS u CROSS JOIN adjustments AS v ON v.reverses_id = u.id) "
    "SELECT p.entry, p.entry = p.other, l.note_id FROM pairs AS p CROSS JOIN credit_note_lines AS l "
    "ON l.adjustment_id = p.other ORDER BY l.note_id"
)
_NOTES = (
    f"SELECT n.id, {STANDS}, n.number, n.content ->> 'tax_rate', n.content ->> 'tax_label' FROM credit_notes AS n "
    "WHERE n.voids IS NULL AND n.buyer_id IS NOT NULL"
)

_UNNOTED = (
    "SELECT a.id, o.id, o.period FROM adjustments AS a JOIN adjustments AS o ON o.id = a.reverses_id "
    "WHERE a.period = ?1 AND a.kind = 'buyer_debit' AND o.period < ?1 AND EXISTS (SELECT 1 FROM credit_notes) "
    "AND NOT EXISTS (SELECT 1 FROM credit_note_lines AS l CROSS JOIN credit_notes AS n ON n.id = l.note_id "
    f"WHERE l.adjustment_id IN (a.id, o.id) AND {STANDS}) ORDER BY a.id"
)


def unnoted_opposites(connection: sqlite3.Connection, period: int) -> list[tuple[int, int, int]]:
    """(debit of a buyer in the period, the credit that it takes back, the earlier month of that one), where neither
    stands on a note; none while no note was ever issued."""
    return connection.execute(_UNNOTED, (period,)).fetchall()


def taxed_before(connection: sqlite3.Connection, period: int) -> list[TaxedOn]:
    """Of the buyers' adjustments of a period that stand on no note: the notes that they stood on, and those that their
    opposites stand or stood on, in the order of issue."""
    rows = connection.execute(_TAXED, (period,)).fetchall()
    if not rows:
        return []
    notes = {
        key: (bool(stands), number, None if rate is None else Fraction(rate), label)
        for key, stands, number, rate, label in connection.execute(_NOTES)
    }
    return [TaxedOn(entry, bool(is_own), *notes[note]) for entry, is_own, note in rows if note in notes]
