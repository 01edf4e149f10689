"""Recorded returns as they stand: lists, single ones with their decisions, and what a new decision needs to know."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from leadreturns.core.adjustment import REVERSAL_OF, Adjustment
from leadreturns.core.finding import Finding
from leadreturns.core.lead_return import LeadReturn
from leadreturns.core.sale import Sale
from leadreturns.store.gathering import sales_by_id
from leadreturns.store.names import Names
from leadreturns.store.recorder import Standing


@dataclass(frozen=True, slots=True)
class ListedReturn:
    """A return with its standing decision."""

    id: int
    batch: int
    row: int
    buyer: str
    lead_id: str
    reason: str
    reason_text: str
    requested_at: int
    requested_kind: int
    outcome: str
    credit_minor: int
    clawback_minor: int
    currency: str | None
    """None for a return without a sale."""
    sale_id: int | None
    leading: str
    findings: tuple[Finding, ...]
    facts: dict[str, Any]
    decided_by: str
    decided_at: int
    because: str
    policy_digest: str
    void: bool


@dataclass(frozen=True, slots=True)
class ReturnFilter:
    """Which returns to list; None and empty mean all."""

    ids: Sequence[int] = ()
    batch: int | None = None
    buyer: str = ""
    outcome: str = ""
    finding: str = ""
    reason: str = ""
    decided_since: int | None = None
    lead_ids: Sequence[str] = ()
    standing_only: bool = False
    """Leave out voided batches."""


_SELECT = (
    "SELECT r.id, r.batch_id, r.row, coalesce(b.name, ''), coalesce(s.lead_id, r.lead_id), r.reason_code, "
    "r.reason_text, r.requested_at, r.requested_kind, r.outcome, r.credit_minor, r.clawback_minor, s.currency, "
    "r.sale_id, d.leading, d.findings, d.facts, d.decided_by, d.decided_at, d.because, p.digest, "
    "r.batch_id IN (SELECT batch_id FROM batch_voids) FROM returns AS r "
    "JOIN decisions AS d ON d.id = (SELECT max(id) FROM decisions WHERE return_id = r.id) "
    "JOIN policies AS p ON p.id = d.policy_id LEFT JOIN buyers AS b ON b.id = r.buyer_id "
    "LEFT JOIN sales AS s ON s.id = r.sale_id"
)


def list_returns(connection: sqlite3.Connection, wanted: ReturnFilter) -> list[ListedReturn]:
    """The returns that fit, oldest first."""
    conditions, values = _conditions(wanted)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return [_listed(row) for row in connection.execute(f"{_SELECT}{where} ORDER BY r.id", values)]


def _conditions(wanted: ReturnFilter) -> tuple[list[str], list[object]]:
    """SQL conditions with their bound values."""
    finding = '%"code": ' + json.dumps(wanted.finding) + "%"
    every: list[tuple[bool, str, object]] = [
        (bool(wanted.ids), "r.id IN (SELECT value FROM json_each(?))", json.dumps(list(wanted.ids))),
        (wanted.batch is not None, "r.batch_id = ?", wanted.batch),
        (bool(wanted.buyer), "b.name = ?", wanted.buyer),
        (bool(wanted.outcome), "r.outcome = ?", wanted.outcome),
        (bool(wanted.finding), "d.findings LIKE ?", finding),
        (bool(wanted.reason), "r.reason_code = ?", wanted.reason),
        (wanted.decided_since is not None, "d.decided_at >= ?", wanted.decided_since),
        (bool(wanted.lead_ids), "r.lead_id IN (SELECT value FROM json_each(?))", json.dumps(list(wanted.lead_ids))),
    ]
    chosen = [(condition, value) for given, condition, value in every if given]
    conditions = [condition for condition, _ in chosen]
    if wanted.standing_only:
        conditions.append("r.batch_id NOT IN (SELECT batch_id FROM batch_voids)")
    return conditions, [value for _, value in chosen]


def _listed(row: Sequence[Any]) -> ListedReturn:
    return ListedReturn(*(*row[:15], _findings(row[15]), json.loads(row[16]), *row[17:21], bool(row[21])))


def _findings(text: str) -> tuple[Finding, ...]:
    return tuple(Finding(item["code"], item["severity"], item["facts"]) for item in json.loads(text))


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One decision of a return's life."""

    findings: tuple[Finding, ...]
    facts: dict[str, Any]
    id: int
    outcome: str
    decided_by: str
    decided_at: int
    because: str
    policy_id: int
    policy_digest: str
    sale_id: int | None
    credit_minor: int
    clawback_minor: int
    cites: int | None
    """The decision that it takes the place of."""

    @property
    def by_person(self) -> bool:
        """True for a decision that no rule took."""
        return self.decided_by.startswith("user:")


def decisions_of(connection: sqlite3.Connection, return_id: int) -> list[PastDecision]:
    """Every decision about a return, oldest first."""
    found = connection.execute(
        "SELECT d.findings, d.facts, d.id, d.outcome, d.decided_by, d.decided_at, d.because, d.policy_id, p.digest, "
        "d.sale_id, d.credit_minor, d.clawback_minor, d.cites FROM decisions AS d "
        "JOIN policies AS p ON p.id = d.policy_id WHERE d.return_id = ? ORDER BY d.id",
        (return_id,),
    )
    return [PastDecision(_findings(findings), json.loads(facts), *rest) for findings, facts, *rest in found.fetchall()]


@dataclass(frozen=True, slots=True)
class RecordedReturn:
    """A recorded return as the core needs it to be decided anew."""

    id: int
    batch: int
    received_at: int
    row: LeadReturn
    standing: Standing
    void: bool
    reason_code: str
    clawback_minor: int
    ambiguous_sales: tuple[int, ...]
    """The sales that fit, where the newest decision found several."""


_RECORDED = (
    "SELECT r.id, r.batch_id, b.received_at, r.batch_id IN (SELECT batch_id FROM batch_voids), r.outcome, r.sale_id, "
    "r.credit_minor, d.id, r.reason_code, r.clawback_minor, iif(d.leading = 'ambiguous_match', d.findings, '[]'), "
    "r.row, coalesce(n.name, ''), r.lead_id, "
    "r.sale_ref, coalesce(c.phone, ''), coalesce(c.email, ''), r.reason_text, r.requested_at, r.requested_kind, "
    "r.row_sold_at, r.row_sold_kind, r.campaign, coalesce(c.comment, ''), r.call_attempts, r.duplicate_of "
    "FROM json_each(?) AS k CROSS JOIN returns AS r ON r.id = k.value JOIN batches AS b ON b.id = r.batch_id "
    "JOIN decisions AS d ON d.id = (SELECT max(id) FROM decisions WHERE return_id = r.id) "
    "LEFT JOIN buyers AS n ON n.id = r.buyer_id LEFT JOIN return_contacts AS c ON c.return_id = r.id ORDER BY r.id"
)


def recorded_returns(connection: sqlite3.Connection, ids: Iterable[int], names: Names) -> list[RecordedReturn]:
    """The returns of those ids, ready to be decided anew; ids that do not exist are left out."""
    rows = connection.execute(_RECORDED, (json.dumps(sorted(set(ids))),)).fetchall()
    sales = sales_by_id(connection, [row[5] for row in rows if row[5] is not None], names)
    entries = _standing_entries(connection, [row[0] for row in rows])
    return [_recorded(row, sales.get(row[5]), entries.get(row[0], ())) for row in rows]


def _recorded(row: Sequence[Any], sale: Sale | None, entries: Sequence[tuple[int, Adjustment]]) -> RecordedReturn:
    return_id, batch, received, void, outcome, _, credit, decision, reason, clawback, findings, *given = row
    standing = Standing(return_id, outcome, sale, credit, decision, tuple(entries))
    fitting = tuple(each["sale"] for item in json.loads(findings) for each in item["facts"].get("sales", ()))
    return RecordedReturn(
        return_id, batch, received, LeadReturn(*given), standing, bool(void), reason, clawback, fitting
    )


def _standing_entries(
    connection: sqlite3.Connection, return_ids: Sequence[int]
) -> dict[int, list[tuple[int, Adjustment]]]:
    """Per return the entries that no reversal took back."""
    found = connection.execute(
        "SELECT a.return_id, a.id, a.kind, a.amount_minor, a.of_minor, a.currency, a.period FROM json_each(?) AS k "
        "CROSS JOIN adjustments AS a ON a.return_id = k.value "
        "WHERE a.reverses_id IS NULL "
        "AND a.id NOT IN (SELECT reverses_id FROM adjustments WHERE reverses_id IS NOT NULL)",
        (json.dumps(list(return_ids)),),
    )
    entries: dict[int, list[tuple[int, Adjustment]]] = {}
    for return_id, entry_id, *entry in found:
        assert entry[0] in REVERSAL_OF
        entries.setdefault(return_id, []).append((entry_id, Adjustment(*entry)))
    return entries


def ids_of_batch(connection: sqlite3.Connection, batch_id: int, outcomes: Sequence[str]) -> list[int]:
    """The returns of a batch that stand with one of those outcomes."""
    marks = ", ".join("?" * len(outcomes))
    found = connection.execute(
        f"SELECT id FROM returns WHERE batch_id = ? AND outcome IN ({marks}) ORDER BY id", (batch_id, *outcomes)
    )
    return [int(row[0]) for row in found]


def unknown_lead_ids(connection: sqlite3.Connection) -> list[int]:
    """The returns of standing batches whose newest decision says that no sale fits."""
    found = connection.execute(
        "SELECT d.return_id FROM decisions AS d JOIN returns AS r ON r.id = d.return_id "
        "WHERE d.leading = 'unknown_lead' AND d.id = (SELECT max(id) FROM decisions WHERE return_id = d.return_id) "
        "AND r.batch_id NOT IN (SELECT batch_id FROM batch_voids) ORDER BY d.return_id"
    )
    return [int(row[0]) for row in found]
