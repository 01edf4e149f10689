"""Issued notes: written once, read back as they were, with what took them back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from leadreturns.core.credit_note import KINDS, SERIES, Content, Draft, Note, NoteLine
from leadreturns.core.terms import Party
from leadreturns.core.voucher import BUYER
from leadreturns.store.names import Names

STANDS = "n.voids IS NULL AND NOT EXISTS (SELECT 1 FROM credit_notes AS c WHERE c.voids = n.id)"
"""Of a note `n`: it is no counter-document, and none takes it back."""


class UnsentEntry(NamedTuple):
    """An adjustment of a period that stands on no note."""

    id: int
    kind: str
    name: str
    currency: str
    amount_minor: int
    of_minor: int
    lead_id: str
    sold_at: int
    sold_kind: int
    reason_code: str
    reason_text: str


_UNSENT = (
    "SELECT a.id, a.kind, {party}.name, a.currency, a.amount_minor, a.of_minor, s.lead_id, s.sold_at, s.sold_kind, "
    "d.reason_code, r.reason_text FROM adjustments AS a JOIN {party}s AS {party} ON {party}.id = a.{party}_id "
    "JOIN sales AS s ON s.id = a.sale_id JOIN decisions AS d ON d.id = a.decision_id "
    "JOIN returns AS r ON r.id = a.return_id WHERE a.period = ?1 AND a.kind LIKE '{party}%' "
    "AND (?2 = '' OR {party}.name = ?2) AND a.id NOT IN (SELECT l.adjustment_id FROM credit_notes AS n "
    f"JOIN credit_note_lines AS l ON l.note_id = n.id WHERE n.period = ?1 AND {STANDS}) ORDER BY a.id"
)


def unsent_entries(connection: sqlite3.Connection, period: int, side: str, name: str = "") -> list[UnsentEntry]:
    """The adjustments of buyers or suppliers, or of one of them, that stand on no note, in the order of booking."""
    return [UnsentEntry(*row) for row in connection.execute(_UNSENT.format(party=side), (period, name))]


@dataclass(frozen=True, slots=True)
class Issue:
    """What all notes of one act share."""

    period: int
    year: int
    """Of the issue, on the workspace's clock."""
    at: int
    by: str
    policy_id: int


def next_serial(connection: sqlite3.Connection, kind: str, year: int) -> int:
    """The number that the next note of that kind and year gets; the schema takes no other."""
    found = connection.execute(
        "SELECT coalesce(max(serial), 0) + 1 FROM credit_notes WHERE series = ? AND year = ?", (SERIES[kind], year)
    )
    return int(found.fetchone()[0])


def number_of(kind: str, year: int, serial: int) -> str:
    """'CN-2026-0001', as the schema writes it too."""
    return f"{SERIES[kind]}-{year}-{serial:04d}"


def write_note(
    connection: sqlite3.Connection, draft: Draft, content: Content, issue: Issue, names: Names, *, because: str = "",
    voids: str = "",
) -> str:  # fmt: skip
    """The number of the note, which is on record now; one that `voids` another takes it back."""
    year = issue.year
    serial = next_serial(connection, draft.kind, year)
    party = names.buyers if draft.side == BUYER else names.suppliers
    party_id = party.ids[draft.name]
    cursor = connection.execute(
        "INSERT INTO credit_notes (series, year, serial, buyer_id, supplier_id, period, currency, net_minor, "
        "tax_minor, content, policy_id, issued_at, issued_by, because, voids) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM credit_notes WHERE number = ?))",
        (
            SERIES[draft.kind],
            year,
            serial,
            party_id if draft.side == BUYER else None,
            None if draft.side == BUYER else party_id,
            issue.period,
            draft.currency,
            draft.net_minor,
            draft.tax_minor,
            _content_text(content),
            issue.policy_id,
            issue.at,
            issue.by,
            because,
            voids or None,
        ),
    )
    lines = [
        (cursor.lastrowid, place, line.adjustment, line.lead_id, line.sold_on, line.reason, line.of_minor,
         line.amount_minor)
        for place, line in enumerate(draft.lines, start=1)
    ]  # fmt: skip
    connection.executemany(
        "INSERT INTO credit_note_lines (note_id, line, adjustment_id, lead_id, sold_on, reason, of_minor, "
        "amount_minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        lines,
    )
    return number_of(draft.kind, year, serial)


_SELECT = (
    "SELECT n.id, n.number, n.series, coalesce(b.name, p.name), n.period, n.currency, n.net_minor, n.tax_minor, "
    "n.content, n.issued_at, n.issued_by, t.digest, coalesce(o.number, ''), n.because, coalesce(c.number, ''), "
    "(SELECT count(*) FROM credit_note_lines WHERE note_id = n.id) FROM credit_notes AS n "
    "JOIN policies AS t ON t.id = n.policy_id LEFT JOIN buyers AS b ON b.id = n.buyer_id "
    "LEFT JOIN suppliers AS p ON p.id = n.supplier_id LEFT JOIN credit_notes AS o ON o.id = n.voids "
    "LEFT JOIN credit_notes AS c ON c.voids = n.id"
)


def list_notes(
    connection: sqlite3.Connection, period: int | None = None, side: str = "", name: str = "", *, standing: bool = False
) -> list[Note]:
    """The notes that fit, without their lines, in the order of issue."""
    found = connection.execute(
        f"{_SELECT} WHERE (?1 IS NULL OR n.period = ?1) AND (?2 = '' OR (?2 = 'buyer') = (n.buyer_id IS NOT NULL)) "
        f"AND (?3 = '' OR coalesce(b.name, p.name) = ?3) {f'AND {STANDS}' if standing else ''} ORDER BY n.id",
        (period, side, name),
    )
    return [_note(row, ()) for row in found]


def find_note(connection: sqlite3.Connection, number: str) -> Note | None:
    """The note of that number with its lines; None when there is none."""
    row = connection.execute(f"{_SELECT} WHERE n.number = ?", (number,)).fetchone()
    if row is None:
        return None
    lines = connection.execute(
        "SELECT adjustment_id, lead_id, sold_on, reason, of_minor, amount_minor FROM credit_note_lines "
        "WHERE note_id = ? ORDER BY line",
        (row[0],),
    )
    return _note(row, [NoteLine(*line) for line in lines])


def numbers_of_entries(connection: sqlite3.Connection, period: int) -> dict[int, str]:
    """For each adjustment of a period that a standing note speaks of, the note's number."""
    return dict(
        connection.execute(
            "SELECT l.adjustment_id, n.number FROM credit_notes AS n JOIN credit_note_lines AS l ON l.note_id = n.id "
            f"WHERE n.period = ? AND {STANDS}",
            (period,),
        ).fetchall()
    )


def _note(row: Sequence[Any], lines: Sequence[NoteLine]) -> Note:
    _, number, series, name, period, currency, net, tax, content, at, by, policy, voids, because, voided_by, count = row
    return Note(
        number, KINDS[series], name, period, currency, net, tax, _content_of(content), at, by, policy, voids, because,
        voided_by, lines, count,
    )  # fmt: skip


def _content_text(content: Content) -> str:
    value = {
        "seller": _party_json(content.seller),
        "party": _party_json(content.party),
        "tax_rate": None if content.tax_rate is None else str(content.tax_rate),
        "tax_label": content.tax_label,
        "issued_on": content.issued_on,
        "wording": dict(content.wording),
    }
    return json.dumps(value, ensure_ascii=False)


def _content_of(text: str) -> Content:
    held: Mapping[str, Any] = json.loads(text)
    return Content(
        seller=_party_of(held["seller"]),
        party=_party_of(held["party"]),
        tax_rate=None if held["tax_rate"] is None else Fraction(held["tax_rate"]),
        tax_label=held["tax_label"],
        issued_on=held["issued_on"],
        wording=held["wording"],
    )


def _party_json(party: Party) -> dict[str, Any]:
    return {key: value for key, value in asdict(party).items() if key != "notify"}


def _party_of(held: Mapping[str, Any]) -> Party:
    return Party(**{**held, "address": tuple(held["address"])})
