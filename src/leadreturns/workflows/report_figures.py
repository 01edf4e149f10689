"""The reports: figures read in one snapshot, laid out as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from leadreturns.core.calendar import format_month
from leadreturns.core.clawback import supplier_window_open
from leadreturns.core.period import CLOSED, OPEN, Closing
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.reports.money_reports import (
    Exposed,
    Line,
    adjustment_lines_table,
    adjustments_table,
    exposure_table,
)
from leadreturns.reports.period_report import reopened_notes
from leadreturns.reports.return_reports import GroupSum, return_sums_table
from leadreturns.reports.roi_report import roi_table
from leadreturns.reports.table import Table
from leadreturns.store import figures
from leadreturns.store.connection import Store
from leadreturns.store.gathering import sales_by_id
from leadreturns.store.names import load_names
from leadreturns.store.periods import reopened
from leadreturns.store.policies import closed_through


def roi(
    store: Store, by: Sequence[str], basis: str, first: int, last: int
) -> tuple[Table, tuple[str | None, str | None], list[Closing]]:
    """The ROI table, the first and last month that its figures come from, and, by posting, closings taken back."""
    with store.snapshot() as connection:
        query = figures.RoiQuery(by, basis, first, last)
        groups = figures.roi_groups(connection, query)
        months = figures.roi_groups(connection, figures.RoiQuery(("month",), basis, first, last))
        opened = reopened(connection, first, last) if basis == "posting" else []
    seen = [int(group.key[0]) for group in months]
    span = (format_month(min(seen)), format_month(max(seen))) if seen else (None, None)
    table = roi_table(by, groups, basis)
    return replace(table, notes=[*table.notes, *reopened_notes(opened)]), span, opened


def adjustments(store: Store, period: int, *, detail: bool) -> tuple[Table, str, list[Closing]]:
    """The adjustments of a period, by party or line by line; open or closed; and the closings that were taken back."""
    month = format_month(period)
    with store.snapshot() as connection:
        status = CLOSED if period <= closed_through(connection) else OPEN
        opened = reopened(connection, period, period)
        if detail:
            lines = [Line(*line) for line in figures.period_lines(connection, period)]
            table = adjustment_lines_table(month, status, lines)
        else:
            table = adjustments_table(month, status, figures.period_sums(connection, period))
    return replace(table, notes=[*table.notes, *reopened_notes(opened)]), status, opened


def returns_by(store: Store, by: str) -> Table:
    """How the returns of each group ended."""
    with store.snapshot() as connection:
        sums = [GroupSum(*each) for each in figures.return_sums(connection, by)]
    return return_sums_table(by, sums)


def exposure(store: Store, book: PolicyBook, now: int) -> Table:
    """The credit in the queue per buyer and currency, and the part that no supplier takes back any more."""
    with store.snapshot() as connection:
        waiting = figures.queue(connection)
        names = load_names(connection)
        sales = sales_by_id(connection, {each.sale_id for each in waiting if each.sale_id is not None}, names)
    exposed: dict[tuple[str, str], Exposed] = {}
    for each in waiting:
        sale = sales.get(each.sale_id) if each.sale_id is not None else None
        closed = each.credit_minor if sale and not _still_open(sale, book, now) else 0
        days = (now - each.imported_at) // 86_400
        key = (each.buyer, each.currency)
        held = exposed.get(key, Exposed(*key, 0, 0, 0, 0))
        exposed[key] = Exposed(
            *key,
            held.waiting + 1,
            held.credit_minor + each.credit_minor,
            max(held.oldest_days, days),
            held.closed_minor + closed,
        )
    return exposure_table([exposed[key] for key in sorted(exposed)])


def _still_open(sale: Sale, book: PolicyBook, now: int) -> bool:
    return bool(sale.supplier) and supplier_window_open(sale, book.terms_of(sale), book, now)


def status(store: Store, book: PolicyBook, now: int) -> dict[str, Any]:
    """The state of the workspace in a few figures: the last import, the queue, its money, the open period."""
    with store.snapshot() as connection:
        last = figures.last_import(connection)
        waiting = figures.queue(connection)
        through = closed_through(connection)
    risk: dict[str, int] = {}
    for each in waiting:
        if each.currency:
            risk[each.currency] = risk.get(each.currency, 0) + each.credit_minor
    return {
        "last_import": last,
        "waiting": len(waiting),
        "at_risk": risk,
        "oldest_days": max(((now - each.imported_at) // 86_400 for each in waiting), default=0),
        "open_period": format_month(book.zone.month(now)),
        "closed_through": format_month(through) if through else None,
    }
