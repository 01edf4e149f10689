"""What the answer to a buyer says of each row of his file: little of a return, and read for all rows at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from leadreturns.core.finding import Finding

# The findings of an approval are never told, so they are not even looked up; a file is mostly approvals.
_ROWS = (
    "SELECT r.row, r.outcome, r.reason_code, r.credit_minor, s.currency, iif(r.outcome = 'approved', '[]', "
    "(SELECT findings FROM decisions WHERE return_id = r.id ORDER BY id DESC LIMIT 1)) "
    "FROM returns AS r LEFT JOIN sales AS s ON s.id = r.sale_id WHERE r.batch_id = ? ORDER BY r.row"
)


class AnsweredRow(NamedTuple):
    """How one row of a batch stands."""

    row: int
    outcome: str
    reason: str
    credit_minor: int
    currency: str | None
    """None for a return without a sale."""
    findings: tuple[Finding, ...]
    """Of its newest decision; () for an approval."""


def answered_rows(connection: sqlite3.Connection, batch_id: int) -> Iterator[AnsweredRow]:
    """Every readable row of the batch, in file order."""
    for row, outcome, reason, credit, currency, findings in connection.execute(_ROWS, (batch_id,)):
        found = () if findings == "[]" else tuple(Finding(**item) for item in json.loads(findings))
        yield AnsweredRow(row, outcome, reason, credit, currency, found)
