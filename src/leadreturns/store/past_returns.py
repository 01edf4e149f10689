"""Recorded returns and what happened between them, in the order of time, for a replay under other policies.

Returns are numbered in the order of their recording and decisions in the order in which they were taken, so the number
of a return's first decision is its place in time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from leadreturns.core.decision import Receipt
from leadreturns.core.finding import APPROVED, Finding
from leadreturns.core.history import History, Prior
from leadreturns.core.lead_return import LeadReturn
from leadreturns.core.policy import PolicyBook
from leadreturns.core.replay import Event, PastChunk, PastReturn, Stand
from leadreturns.core.sale import Sale
from leadreturns.store.gathering import SALE_COLUMNS, sales_by_id, same_person_of
from leadreturns.store.names import Names
from leadreturns.store.usage import add_past_usage

_CHUNK = 5_000
_STANDING = "NOT IN (SELECT batch_id FROM batch_voids)"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The batches that are replayed."""

    receipts: dict[int, Receipt]
    """By batch, in the order of their recording; voided ones are not among them."""
    spans: Sequence[tuple[int, int]]
    """First and last numbers of their returns; neighbours are joined."""
    first: int
    """The number of the first decision about the first return."""
    last: int
    """The number of the first decision about the last return."""

    @property
    def batches(self) -> str:
        """The batches as a JSON array."""
        return json.dumps(list(self.receipts))


def stretch_of(connection: sqlite3.Connection, received_from: int, received_before: int) -> Stretch | None:
    """The batches received between two epoch seconds, the second left out; None when they hold no return."""
    found = connection.execute(
        "SELECT b.id, b.received_at, min(r.id), max(r.id) FROM batches AS b JOIN returns AS r ON r.batch_id = b.id "
        f"WHERE b.received_at >= ? AND b.received_at < ? AND b.id {_STANDING} GROUP BY b.id ORDER BY b.id",
        (received_from, received_before),
    ).fetchall()
    if not found:
        return None
    spans: list[tuple[int, int]] = []
    for _, _, first, last in found:
        if spans and spans[-1][1] + 1 == first:
            first = spans.pop()[0]
        spans.append((first, last))
    ends = [
        connection.execute("SELECT min(id) FROM decisions WHERE return_id = ?", (return_id,)).fetchone()[0]
        for return_id in (spans[0][0], spans[-1][1])
    ]
    return Stretch({batch: Receipt(batch, received) for batch, received, _, _ in found}, spans, *ends)


_ROWS = (
    "SELECT r.id, r.batch_id, r.reason_code, r.row, r.buyer_id, r.lead_id, r.sale_ref, coalesce(c.phone, ''), "
    "coalesce(c.email, ''), r.reason_text, r.requested_at, r.requested_kind, r.row_sold_at, r.row_sold_kind, "
    "r.campaign, coalesce(c.comment, ''), r.call_attempts, r.duplicate_of FROM returns AS r "
    "LEFT JOIN return_contacts AS c ON c.return_id = r.id WHERE r.id BETWEEN ? AND ? ORDER BY r.id"
)
_DECISIONS = (
    "SELECT return_id, id, outcome, sale_id, iif(decided_by LIKE 'user:%', decided_by, ''), credit_minor, "
    "clawback_minor, iif(sale_id IS NULL, findings, '') FROM decisions WHERE return_id BETWEEN ? AND ? "
    "ORDER BY return_id, id"
)


class _Ruled(NamedTuple):
    """What became of one return: its first decision, the newest one of the rules, the newest of all, a person's."""

    first: int
    sale_id: int | None
    findings: str
    newest: Sequence[Any]
    heard: bool


def past_chunks(
    connection: sqlite3.Connection, stretch: Stretch, names: Names, book: PolicyBook
) -> Iterator[PastChunk]:
    """The returns of a stretch, in their order."""
    for first, last in stretch.spans:
        for start in range(first, last + 1, _CHUNK):
            yield _chunk(connection, (start, min(last, start + _CHUNK - 1)), (stretch, names, book))


def _chunk(connection: sqlite3.Connection, span: tuple[int, int], of: tuple[Stretch, Names, PolicyBook]) -> PastChunk:
    stretch, names, book = of
    ruled = _ruled(connection, span)
    ids = {sale_id for each in ruled.values() for sale_id in (each.sale_id, each.newest[3]) if sale_id is not None}
    sales = sales_by_id(connection, ids, names)
    buyers = names.buyers.names
    returns = []
    for return_id, batch, reason, number, buyer, *rest in connection.execute(_ROWS, span):
        each = ruled[return_id]
        row = LeadReturn(number, buyers[buyer] if buyer else "", *rest)
        sale = None if each.sale_id is None else sales[each.sale_id]
        stands = _stand(each.newest, sales)
        mismatch = _first_finding(each.findings) if sale is None else None
        found = sale, mismatch, each.first, reason, stands, each.heard
        returns.append(PastReturn(return_id, stretch.receipts[batch], row, *found))
    return PastChunk(returns, same_person_of(connection, _claimed(returns, book), names))


def _ruled(connection: sqlite3.Connection, span: tuple[int, int]) -> dict[int, _Ruled]:
    """By return; the decisions of each come in the order in which they were taken."""
    found: dict[int, _Ruled] = {}
    for return_id, *decision in connection.execute(_DECISIONS, span):
        held = found.get(return_id)
        if held is None:
            found[return_id] = _Ruled(decision[0], decision[2], decision[6], (return_id, *decision), False)
        elif decision[3]:
            found[return_id] = held._replace(newest=(return_id, *decision), heard=True)
        else:
            found[return_id] = _Ruled(held.first, decision[2], decision[6], (return_id, *decision), held.heard)
    return found


def _stand(newest: Sequence[Any], sales: dict[int, Sale]) -> Stand:
    _, _, outcome, sale_id, person, credit, clawback, _ = newest
    sale = None if sale_id is None else sales[sale_id]
    if outcome != APPROVED:
        credit = clawback = 0
    return Stand(outcome, sale, credit, clawback, person)


def _first_finding(text: str) -> Finding:
    item = json.loads(text)[0]
    return Finding(item["code"], item["severity"], item["facts"])


def _claimed(returns: Sequence[PastReturn], book: PolicyBook) -> set[int]:
    """The sales whose return claims that the buyer had the person already."""
    codes = {reason.code for reason in book.reasons.values() if reason.is_duplicate}
    return {
        each.sale.id
        for each in returns
        if codes and each.sale is not None and book.reason_code(each.row.reason_text) in codes
    }


_EVENTS = (
    "SELECT d.id, d.return_id, r.batch_id, r.row, d.outcome, iif(p.sale_id = d.sale_id, p.outcome, ''), "
    "d.credit_minor, iif(d.decided_by LIKE 'user:%', d.decided_by, ''), d.because, "
    f"r.batch_id IN (SELECT value FROM json_each(?3)) AS replayed, {SALE_COLUMNS} "
    "FROM decisions AS d CROSS JOIN returns AS r ON r.id = d.return_id "
    "LEFT JOIN sales AS s ON s.id = d.sale_id LEFT JOIN decisions AS p ON p.id = d.cites "
    f"WHERE d.id > ?1 AND (d.id < ?2 OR d.cites IS NOT NULL) AND r.batch_id {_STANDING} "
    "AND (d.cites IS NOT NULL OR NOT replayed) ORDER BY d.id"
)


def past_events(connection: sqlite3.Connection, stretch: Stretch, names: Names) -> Iterator[Event]:
    """What happened since the first return of a stretch beside the first decisions of its returns.

    After its last return only what was decided again matters: it tells how returns of the stretch would stand.
    """
    buyers, suppliers, campaigns = names.buyers.names, names.suppliers.names, names.campaigns.names
    found = connection.execute(_EVENTS, (stretch.first, stretch.last, stretch.batches))
    for decided, return_id, batch, row, outcome, before, credit, person, because, replayed, *of_sale in found:
        sale_id, lead, buyer, ref, supplier, campaign, *rest = of_sale
        sale = None
        if sale_id is not None:
            sale = Sale(sale_id, lead, buyers[buyer], ref, suppliers[supplier], campaigns[campaign], *rest)
        prior = Prior(batch, row, outcome)
        yield Event(decided, return_id, prior, sale, before or "", credit, person, because, bool(replayed))


_PRIORS = (
    "SELECT o.sale_id, o.id, o.batch_id, o.row, (SELECT d.outcome FROM decisions AS d WHERE d.return_id = o.id "
    "AND d.id < ?3 ORDER BY d.id DESC LIMIT 1) FROM returns AS r CROSS JOIN returns AS o ON o.sale_id = r.sale_id "
    "AND {standing} AND o.id < r.id WHERE r.id BETWEEN ?1 AND ?2 AND o.id < ?4 AND o.batch_id {batches} ORDER BY o.id"
)


def history_before(connection: sqlite3.Connection, stretch: Stretch, names: Names, book: PolicyBook) -> History:
    """What stood before the first return of a stretch, as far as its sales and their months are concerned."""
    history = History()
    for standing in ("o.outcome = 'approved'", "o.outcome <> 'approved' AND o.sale_id IS NOT NULL"):
        query = _PRIORS.format(standing=standing, batches=_STANDING)
        for span in stretch.spans:
            for sale_id, _, *told in connection.execute(query, (*span, stretch.first, stretch.spans[0][0])):
                _note_prior(history, sale_id, Prior(*told))
    if book.counts_usage:
        add_past_usage(connection, stretch.spans, stretch.first, names, history.usage)
    return history


def _note_prior(history: History, sale_id: int, prior: Prior) -> None:
    newest = history.newest.get(sale_id)
    if newest is None or newest[:2] < prior[:2]:
        history.newest[sale_id] = prior
    if prior.outcome == APPROVED:
        history.approved[sale_id] = prior
