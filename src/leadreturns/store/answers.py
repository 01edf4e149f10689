"""What the answer to a buyer says of each row of his file: little of a return, and read for all rows at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from leadreturns.core.finding import Finding

# A file is mostly approvals: their findings are never told, and their entries, which stand side by side, know the
# currency without a look at a hundred thousand scattered sales. An approval at price 0 has none.
_ROWS = (
    "SELECT r.row, r.outcome, r.reason_code, r.credit_minor, iif(r.outcome = 'approved', coalesce("
    "(SELECT currency FROM adjustments WHERE return_id = r.id LIMIT 1), "
    "(SELECT currency FROM sales WHERE id = r.sale_id)), NULL), iif(r.outcome = 'approved', '[]', "
    "(SELECT findings FROM decisions WHERE return_id = r.id ORDER BY id DESC LIMIT 1)) "
    "FROM returns AS r WHERE r.batch_id = ? ORDER BY r.row"
)


class AnsweredRow(NamedTuple):
    """How one row of a batch stands."""

    row: int
    outcome: str
    reason: str
    credit_minor: int
    currency: str | None
    """Of what an approval credits; None for any other outcome."""
    findings: tuple[Finding, ...]
    """Of its newest decision; () for an approval."""


def answered_rows(connection: sqlite3.Connection, batch_id: int) -> Iterator[AnsweredRow]:
    """Every readable row of the batch, in file order."""
    for row, outcome, reason, credit, currency, findings in connection.execute(_ROWS, (batch_id,)):
        found = () if findings == "[]" else tuple(Finding(**item) for item in json.loads(findings))
        yield AnsweredRow(row, outcome, reason, credit, currency, found)
