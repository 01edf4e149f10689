"""A buyer's statement of what he deducted, compared with what he was granted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from leadreturns.core.calendar import format_month
from leadreturns.core.lead_return import Problem
from leadreturns.core.money import money_text
from leadreturns.core.period import Closing
from leadreturns.core.policy import PolicyBook
from leadreturns.core.reconciliation import (
    MATCHED,
    UNKNOWN,
    Compared,
    Granted,
    StatementRow,
    compare,
    sign_of_deductions,
)
from leadreturns.errors import Refused
from leadreturns.readers.reading import Reading
from leadreturns.readers.statement_file import StatementFile
from leadreturns.readers.table import Note
from leadreturns.reports.period_report import reopened_notes
from leadreturns.reports.reconcile_report import Statement, reconcile_table
from leadreturns.reports.table import Table
from leadreturns.store.connection import Store
from leadreturns.store.granted import LeadStanding, granted_credits, lead_standings
from leadreturns.store.periods import clock_of, reopened
from leadreturns.store.policies import closed_through

_SIGNS = {"positive": 1, "negative": -1}


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the comparison came to."""

    table: Table
    status: str
    """How the period stands: 'open' or 'closed'."""
    problems: Sequence[Problem]
    notes: Sequence[Note]
    reopened: Sequence[Closing]
    """The closings of the period that were taken back."""

    @property
    def agrees(self) -> bool:
        """True when every row could be read and both sides are alike."""
        return all(row[0] == MATCHED for row in self.table.rows)


def reconcile(
    store: Store, reading: Reading, book: PolicyBook, period: int, open_statement: Callable[[Reading], StatementFile],
    *, deductions: str = "", currency: str = "",
) -> Reconciled:  # fmt: skip
    """The comparison of `reading.buyer` and a period.

    1. Read what was granted, in one snapshot.
    2. Read the statement to its end; amounts without a currency are in that of what was granted.
    3. Compare, and look up what became of the leads that were deducted without a credit.

    `currency` is that of a statement which names none: of several that were granted, only it is compared.
    `deductions` says how a deducted amount is written: 'positive', 'negative', or '' where the file shows it.
    Refused: `currency_needed`, `ambiguous_signs`, and what `read_statement` refuses.
    """
    buyer = reading.buyer
    with store.snapshot() as connection:
        status = "closed" if period <= closed_through(connection) else "open"
        granted = granted_credits(connection, buyer, period)
        opened = reopened(connection, period, period)
        marks = reopened_notes(opened, clock_of(connection, period, book.zone))
    source = open_statement(replace(reading, currency=currency or _usual_currency(granted, book)))
    if not source.names_currency:
        granted = [entry for entry in granted if currency in ("", entry.currency)]
        _refuse_several_currencies(granted, buyer, period)
    items = [item for chunk in source.chunks() for item in chunk]
    rows = [item for item in items if isinstance(item, StatementRow)]
    compared = compare(granted, rows, _SIGNS.get(deductions) or _sign(rows))
    unknown = {at: each for at, each in enumerate(compared) if each.kind == UNKNOWN}
    with store.snapshot() as connection:
        standings = lead_standings(connection, buyer, {(each.lead_id, each.sale_ref) for each in unknown.values()})
    notes = {at: _told(each, standings[each.lead_id, each.sale_ref]) for at, each in unknown.items()}
    problems = [item for item in items if isinstance(item, Problem)]
    table = reconcile_table(Statement(buyer, format_month(period), status), compared, notes, problems)
    table = replace(table, notes=[*table.notes, *marks], marks=marks)
    return Reconciled(table, status, problems, source.notes, opened)


def _usual_currency(granted: Sequence[Granted], book: PolicyBook) -> str:
    currencies = {entry.currency for entry in granted}
    return currencies.pop() if len(currencies) == 1 else book.currency


def _refuse_several_currencies(granted: Sequence[Granted], buyer: str, period: int) -> None:
    currencies = sorted({entry.currency for entry in granted})
    if len(currencies) > 1:
        raise Refused(
            "currency_needed",
            f"{buyer} was credited in {' and '.join(currencies)} in {format_month(period)}, and the statement names "
            "no currency",
            f'name its column with --map currency="HEADING", or say what all of it is in: --currency {currencies[0]}',
        )


def _sign(rows: Sequence[StatementRow]) -> int:
    sign = sign_of_deductions(rows)
    if not sign:
        first = {row.minor > 0: row.row for row in reversed(rows) if row.minor}
        raise Refused(
            "ambiguous_signs",
            f"the amounts are positive (row {first[True]}) and negative (row {first[False]}), and either may be what "
            "was deducted",
            "say which with --deductions positive or --deductions negative",
        )
    return sign


def _told(each: Compared, standing: LeadStanding | None) -> str:
    """Why nothing was granted, as far as the books know."""
    if standing is None:
        said = "the ledger has no such lead"
    elif not standing.sold_to_buyer:
        said = "never sold to him"
    elif standing.return_id is None:
        said = "never returned"
    else:
        said = _of_return(standing)
    return f"{said}; deducted {len(each.rows)} times" if len(each.rows) > 1 else said


def _of_return(standing: LeadStanding) -> str:
    entries = [f"{money_text(minor, code)} in {format_month(month)}" for month, minor, code in standing.credited]
    booked = f" ({', '.join(entries)})" if entries else ""
    if standing.void_batch is not None:
        batch = f"batch {standing.void_batch}, which was voided"
        if booked:
            return f"return {standing.return_id} was credited and taken back with {batch}{booked}"
        return f"return {standing.return_id} came in {batch}"
    if standing.outcome == "approved":
        return f"return {standing.return_id} was credited{booked}" if booked else "approved without a credit"
    if booked:
        return f"return {standing.return_id} was credited and taken back{booked}"
    if standing.outcome == "review":
        return f"return {standing.return_id} waits for review"
    return f"return {standing.return_id} was rejected ({standing.leading or 'by a person'})"
