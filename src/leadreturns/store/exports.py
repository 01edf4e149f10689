"""What accounting files are made of, and the record of those made."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from leadreturns.core.voucher import BookedLine


def booked_lines(connection: sqlite3.Connection, period: int) -> list[BookedLine]:
    """Every adjustment of a period, in the order of booking."""
    found = connection.execute(
        "SELECT a.id, a.kind, iif(a.kind LIKE 'buyer%', 'buyer', 'supplier'), "
        "iif(a.kind LIKE 'buyer%', b.name, p.name), a.currency, a.amount_minor, a.of_minor, a.return_id, a.sale_id, "
        "s.lead_id, s.sale_ref, c.name, s.sold_at, s.sold_kind, d.reason_code, a.recorded_at "
        "FROM adjustments AS a JOIN buyers AS b ON b.id = a.buyer_id JOIN suppliers AS p ON p.id = a.supplier_id "
        "JOIN campaigns AS c ON c.id = a.campaign_id JOIN sales AS s ON s.id = a.sale_id "
        "JOIN decisions AS d ON d.id = a.decision_id WHERE a.period = ? ORDER BY a.id",
        (period,),
    )
    return [BookedLine(*row) for row in found]


class ExportRecord(NamedTuple):
    """One accounting export, as kept; times are epoch seconds."""

    period: int
    format: str
    sha256: str
    """Of the file; of several files, of their list as sha256sum prints it."""
    files: Mapping[str, str]
    """Name → SHA-256."""
    draft: bool
    """Made while the period was open."""
    entries: int
    exported_at: int
    exported_by: str
    id: int = 0
    """0 before it is kept."""


def keep_export(connection: sqlite3.Connection, record: ExportRecord) -> int:
    """The id under which the export is on record now."""
    cursor = connection.execute(
        "INSERT INTO exports (period, format, sha256, files, draft, entries, exported_at, exported_by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.period,
            record.format,
            record.sha256,
            json.dumps(record.files, ensure_ascii=False),
            int(record.draft),
            record.entries,
            record.exported_at,
            record.exported_by,
        ),
    )
    return int(cursor.lastrowid or 0)


def exports_made(connection: sqlite3.Connection, period: int | None = None, form: str = "") -> list[ExportRecord]:
    """The exports on record, oldest first; of one period and one format where these are given."""
    found = connection.execute(
        "SELECT period, format, sha256, files, draft, entries, exported_at, exported_by, id FROM exports "
        "WHERE (?1 IS NULL OR period = ?1) AND (?2 = '' OR format = ?2) ORDER BY id",
        (period, form),
    )
    return [ExportRecord(row[0], row[1], row[2], json.loads(row[3]), bool(row[4]), *row[5:]) for row in found]
