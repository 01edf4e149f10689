"""Writes returns, decisions and adjustments, totals in step; nothing is edited but how a return stands."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadreturns.core.adjustment import (
    BUYER_CREDIT,
    Adjustment,
    Postings,
    adjustments_of,
    open_month,
    posting_month,
    reversal_of,
)
from leadreturns.core.finding import APPROVED, IN_REVIEW, Finding
from leadreturns.core.lead_return import LeadReturn
from leadreturns.core.sale import Sale
from leadreturns.store import totals
from leadreturns.store.names import NO_NAME_ID, Names, next_id
from leadreturns.store.totals import Deltas

if TYPE_CHECKING:
    # Who only reads what was recorded need not be able to decide.
    from leadreturns.core.decision import Decision
    from leadreturns.core.policy import PolicyBook

Row = tuple[object, ...]

_INSERT_RETURN = (
    "INSERT INTO returns (id, batch_id, row, buyer_id, lead_id, sale_ref, reason_text, requested_at, requested_kind, "
    "campaign, call_attempts, duplicate_of, row_sold_at, row_sold_kind, sale_id, outcome, reason_code, credit_minor, "
    "clawback_minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_DECISION = (
    "INSERT INTO decisions (id, return_id, sale_id, outcome, leading, findings, facts, reason_code, credit_minor, "
    "clawback_minor, decided_by, decided_at, because, policy_id, cites) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_ADJUSTMENT = (
    "INSERT INTO adjustments (id, return_id, decision_id, kind, sale_id, buyer_id, supplier_id, campaign_id, "
    "sold_month, amount_minor, of_minor, currency, period, recorded_at, reverses_id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE_RETURN = (
    "UPDATE returns SET sale_id = ?, outcome = ?, reason_code = ?, credit_minor = ?, clawback_minor = ?, "
    "buyer_id = coalesce(buyer_id, ?) WHERE id = ?"
)
_INSERT_CONTACT = "INSERT INTO return_contacts (return_id, phone, email, comment) VALUES (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What all decisions of one act share: when, under which policies, where money may be posted."""

    decided_at: int
    policy_id: int
    book: PolicyBook
    postings: Postings
    because: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A recorded return as it stands: its newest decision and the money that rests on it."""

    return_id: int
    outcome: str
    sale: Sale | None
    credit_minor: int
    decision_id: int
    entries: tuple[tuple[int, Adjustment], ...] = ()
    """The entries of a standing approval that are not reversed, with their ids."""


class Recorder:
    """Writes returns, decisions and adjustments of one act, one `executemany` per table; `finish` ends it."""

    def __init__(self, connection: sqlite3.Connection, names: Names, ruling: Ruling) -> None:
        self.connection = connection
        self.names = names
        self.ruling = ruling
        self.late: Counter[int] = Counter()
        """How many adjustments for sales of closed months were posted, by the month that they went to."""
        self._deltas = Deltas(connection)
        self._return_id = next_id(connection, "returns")
        self._decision_id = next_id(connection, "decisions")
        self._adjustment_id = self._first_entry = next_id(connection, "adjustments")
        self._decisions: list[Row] = []
        self._reversals: list[Row] = []
        self._changes: list[Row] = []
        self._entries: list[Row] = []

    def record_rows(self, batch: int, rows: Sequence[LeadReturn], decisions: Sequence[Decision]) -> None:
        """Write the new returns of a chunk with their first decisions."""
        first = self._return_id
        returns = [
            self._return_row(first + place, batch, row, decision)
            for place, (row, decision) in enumerate(zip(rows, decisions, strict=True))
        ]
        self._return_id += len(returns)
        self.connection.executemany(_INSERT_RETURN, returns)
        contacts = [
            (first + place, row.phone, row.email, row.comment)
            for place, row in enumerate(rows)
            if row.phone or row.email or row.comment
        ]
        self.connection.executemany(_INSERT_CONTACT, contacts)
        for place, decision in enumerate(decisions):
            self._take(first + place, decision, None)
        self._write()

    def record_again(self, standing: Standing, decision: Decision) -> None:
        """A new decision on a recorded return: what the old one moved is reversed, then the new one moves.

        Written by `finish`; an act takes a return once, and ends no approval that another of its returns needs.
        """
        if standing.outcome == IN_REVIEW and standing.sale is not None:
            self._add_pending(standing.sale, -standing.credit_minor)
        if standing.outcome == APPROVED and standing.sale is not None:
            self._reverse(standing, standing.sale)
        self._take(standing.return_id, decision, standing.decision_id)
        sale_id = decision.sale.id if decision.sale else None
        buyer_id = self.names.buyers.ids[decision.sale.buyer] if decision.sale else None
        how = (sale_id, decision.outcome, decision.reason_code, decision.credit_minor, decision.clawback_minor)
        self._changes.append((*how, buyer_id, standing.return_id))

    def finish(self) -> None:
        """Write what is left, and bring the totals into step with all that was recorded."""
        self._write()
        self._deltas.flush()
        totals.add_entries(self.connection, self._first_entry)

    def _write(self) -> None:
        """In the order that the guards ask for: what was decided, old money back, how returns stand, new money."""
        self.connection.executemany(_INSERT_DECISION, self._decisions)
        self.connection.executemany(_INSERT_ADJUSTMENT, self._reversals)
        self.connection.executemany(_UPDATE_RETURN, self._changes)
        self.connection.executemany(_INSERT_ADJUSTMENT, self._entries)
        for written in (self._decisions, self._reversals, self._changes, self._entries):
            written.clear()

    def _reverse(self, standing: Standing, sale: Sale) -> None:
        postings = self.ruling.postings
        for entry_id, entry in standing.entries:
            self._reversals.append(self._entry_row(standing.return_id, sale, reversal_of(entry, postings), entry_id))
        if not any(entry.kind == BUYER_CREDIT for _, entry in standing.entries):
            month = open_month(postings.decided_month, postings.closed_through)
            self._cell_of(sale, month)[totals.RETURNED] -= 1

    def _return_row(self, key: int, batch: int, row: LeadReturn, decision: Decision) -> Row:
        number, buyer, lead_id, sale_ref, _, _, reason, _, _, sold_at, sold_kind, campaign, _, calls, duplicate = row
        outcome, _, _, sale, reason_code, requested_at, requested_kind, credit, clawback, _ = decision
        buyer = sale.buyer if sale else buyer
        return (
            key,
            batch,
            number,
            self.names.buyers.id_of(buyer) if buyer else None,
            lead_id,
            sale_ref,
            reason,
            requested_at,
            requested_kind,
            campaign,
            calls,
            duplicate,
            sold_at,
            sold_kind,
            sale.id if sale else None,
            outcome,
            reason_code,
            credit,
            clawback,
        )

    def _take(self, return_id: int, decision: Decision, cites: int | None) -> None:
        """Turn a decision into rows to be written."""
        self._decisions.append(self._decision_row(return_id, decision, cites))
        sale = decision.sale
        if sale is not None and decision.outcome == IN_REVIEW:
            self._add_pending(sale, decision.credit_minor)
        elif sale is not None and decision.outcome == APPROVED:
            ruling = self.ruling
            entries = adjustments_of(decision, ruling.book, ruling.postings)
            for entry in entries:
                self._entries.append(self._entry_row(return_id, sale, entry, None))
            # The totals count a credit as a return; one that credits nothing is counted here.
            if not entries or entries[0].kind != BUYER_CREDIT:
                month = entries[0].period if entries else posting_month(decision, ruling.book, ruling.postings)
                self._cell_of(sale, month)[totals.RETURNED] += 1
        self._decision_id += 1

    def _decision_row(self, return_id: int, decision: Decision, cites: int | None) -> Row:
        outcome, findings, author, sale, reason_code, _, _, credit, clawback, facts = decision
        ruling = self.ruling
        return (
            self._decision_id,
            return_id,
            sale.id if sale else None,
            outcome,
            decision.leading if findings else "",
            _findings_text(findings) if findings else "[]",
            _json(facts) if facts else "{}",
            reason_code,
            credit,
            clawback,
            author,
            ruling.decided_at,
            ruling.because,
            ruling.policy_id,
            cites,
        )

    def _entry_row(self, return_id: int, sale: Sale, entry: Adjustment, reverses: int | None) -> Row:
        kind, amount, of, currency, period = entry
        names = self.names
        key = self._adjustment_id
        self._adjustment_id += 1
        if sale.sold_month <= self.ruling.postings.closed_through:
            self.late[period] += 1
        return (
            key,
            return_id,
            self._decision_id,
            kind,
            sale.id,
            names.buyers.ids[sale.buyer],
            names.suppliers.ids.get(sale.supplier, NO_NAME_ID),
            names.campaigns.ids.get(sale.campaign, NO_NAME_ID),
            sale.sold_month,
            amount,
            of,
            currency,
            period,
            self.ruling.decided_at,
            reverses,
        )

    def _cell_of(self, sale: Sale, month: int) -> list[int]:
        """The sums of the sale's cell in a posting month, 0 for what belongs to the sale itself."""
        names = self.names
        key = (
            sale.sold_month,
            month,
            names.buyers.ids[sale.buyer],
            names.suppliers.ids.get(sale.supplier, NO_NAME_ID),
            names.campaigns.ids.get(sale.campaign, NO_NAME_ID),
            sale.currency,
        )
        return self._deltas.cell(key)

    def _add_pending(self, sale: Sale, minor: int) -> None:
        """Credit that waits in the queue, more or (negative) less."""
        if minor:
            self._cell_of(sale, 0)[totals.PENDING] += minor


# json.dumps with an option of its own makes a new encoder for every call.
_json = json.JSONEncoder(ensure_ascii=False).encode


def _findings_text(findings: Sequence[Finding]) -> str:
    return _json([{"code": code, "severity": severity, "facts": facts} for code, severity, facts in findings])
