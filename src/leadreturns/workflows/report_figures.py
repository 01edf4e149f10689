"""The reports: figures read in one snapshot, laid out as tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from leadreturns.core.calendar import Zone, format_month
from leadreturns.core.clawback import supplier_window_open
from leadreturns.core.period import CLOSED, OPEN, Closing
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.core.supplier_side import supplier_side
from leadreturns.reports.exposure_report import Exposed, exposure_table
from leadreturns.reports.money_reports import Line, adjustment_lines_table, adjustments_table
from leadreturns.reports.period_report import adjusted_notes, reopened_notes
from leadreturns.reports.return_sums import GroupSum, return_sums_table
from leadreturns.reports.roi_report import roi_table
from leadreturns.reports.table import Table
from leadreturns.store import figures
from leadreturns.store.adjusted_months import AdjustedMonth, adjusted_months
from leadreturns.store.connection import Store
from leadreturns.store.gathering import sales_by_id
from leadreturns.store.names import load_names
from leadreturns.store.periods import clock_of, reopened
from leadreturns.store.policies import closed_through
from leadreturns.store.report_lines import period_lines
from leadreturns.store.returned_sales import returned_sales

RoiRead = tuple[Table, tuple[str | None, str | None], list[Closing]]
"""The table, the first and the last month that its figures come from, and the closings taken back."""


def roi(
    store: Store,
    query: figures.RoiQuery,
    zone: Callable[[], Zone],
    *,
    pictures: bool = False,
    watch: Callable[[str, int], None] = lambda stage, rows: None,
) -> RoiRead:
    """ROI by any dimensions; with `pictures`, people see return rates drawn, and how they went over twelve months.

    The times of its remarks are told by `zone`, which is asked for where there are any: else no policies are needed.
    `watch` hears when the sums are read and the store is free again.
    """
    with store.snapshot() as connection:
        sums = _sums_of(connection, query, pictures=pictures)
    watch("query", 0)
    return _roi_told(sums, query, zone)


def roi_of(
    connection: sqlite3.Connection, query: figures.RoiQuery, zone: Callable[[], Zone], *, pictures: bool
) -> RoiRead:
    """The same, inside a snapshot."""
    return _roi_told(_sums_of(connection, query, pictures=pictures), query, zone)


class _Sums(NamedTuple):
    """All that the store says for a report of ROI."""

    groups: list[figures.RoiGroup]
    months: list[figures.RoiGroup]
    opened: list[Closing]
    monthly: list[figures.RoiGroup] | None
    moved: list[AdjustedMonth]


def _sums_of(connection: sqlite3.Connection, query: figures.RoiQuery, *, pictures: bool) -> _Sums:
    return _Sums(
        figures.roi_groups(connection, query),
        figures.roi_groups(connection, replace(query, by=("month",))),
        reopened(connection, query.first, query.last),
        _by_month(connection, query) if pictures else None,
        _adjusted(connection, query),
    )


def _roi_told(sums: _Sums, query: figures.RoiQuery, zone: Callable[[], Zone]) -> RoiRead:
    seen = [int(group.key[0]) for group in sums.months]
    span = (format_month(min(seen)), format_month(max(seen))) if seen else (None, None)
    table = roi_table(query.by, sums.groups, query.basis, sums.monthly)
    opened, moved = sums.opened, sums.moved
    marks = [*reopened_notes(opened, zone()), *adjusted_notes(moved, zone())] if opened or moved else []
    return replace(table, notes=[*table.notes, *marks], marks=marks), span, opened


def adjusted(store: Store, query: figures.RoiQuery) -> list[AdjustedMonth]:
    """By posting, the ledger files that moved sales of these months after their closing."""
    with store.snapshot() as connection:
        return _adjusted(connection, query)


def _adjusted(connection: sqlite3.Connection, query: figures.RoiQuery) -> list[AdjustedMonth]:
    return adjusted_months(connection, query.first, query.last) if query.basis == "posting" else []


def _by_month(connection: sqlite3.Connection, query: figures.RoiQuery) -> list[figures.RoiGroup]:
    """The same groups month by month; none where they are months already."""
    if "month" in query.by:
        return []
    return figures.roi_groups(connection, replace(query, by=(*query.by, "month")))


AdjustmentsRead = tuple[Table, str, list[Closing]]
"""The table, 'open' or 'closed', and the closings that were taken back."""


def adjustments(store: Store, book: PolicyBook, period: int, *, detail: bool) -> AdjustmentsRead:
    """The adjustments of a period, by party or line by line; days and times on the workspace's clock."""
    with store.snapshot() as connection:
        return adjustments_of(connection, book, period, detail=detail)


def adjustments_of(connection: sqlite3.Connection, book: PolicyBook, period: int, *, detail: bool) -> AdjustmentsRead:
    """The same, inside a snapshot."""
    month = format_month(period)
    status = CLOSED if period <= closed_through(connection) else OPEN
    opened = reopened(connection, period, period)
    zone = clock_of(connection, period, book.zone)
    if detail:
        lines = [Line(*line) for line in period_lines(connection, period, zone)]
        table = replace(adjustment_lines_table(month, status, lines, zone), keeps_clock=True)
    else:
        table = adjustments_table(month, status, figures.period_sums(connection, period))
    marks = reopened_notes(opened, zone)
    return replace(table, notes=[*table.notes, *marks], marks=marks), status, opened


def returns_by(store: Store, by: str, book: PolicyBook, now: int) -> Table:
    """How the returns of each group ended, and what of their payout suppliers would still give back."""
    with store.snapshot() as connection:
        return returns_of(connection, by, book, now)


def returns_of(connection: sqlite3.Connection, by: str, book: PolicyBook, now: int) -> Table:
    """The same, inside a snapshot."""
    return return_sums_table(by, return_sums(connection, by, book, now), figures.sold_by_currency(connection))


def return_sums(connection: sqlite3.Connection, by: str, book: PolicyBook, now: int) -> list[GroupSum]:
    """The sums of each group, with the windows of suppliers as they are at `now`."""
    sides: dict[tuple[str | int, str], list[int]] = {}
    for each in returned_sales(connection, load_names(connection), by):
        side = supplier_side(each.sale, each.reason, each.clawback_minor, book, now)
        held = sides.setdefault((each.key, each.sale.currency), [0, 0, 0])
        held[0] += side.still_open
        held[1] += side.recoverable_minor
        held[2] += side.lost_minor
    sums = figures.return_sums(connection, by)
    return [GroupSum(*each, *sides.get((each.key, each.currency), (0, 0, 0))) for each in sums]


def exposure(store: Store, book: PolicyBook, now: int) -> tuple[Table, Table]:
    """The credit in the queue per buyer and currency; and, by supplier, how the approved returns stand."""
    with store.snapshot() as connection:
        exposed = exposures(connection, book, now)
        approved = return_sums(connection, "supplier", book, now)
        sold = figures.sold_by_currency(connection)
    return exposure_table(exposed, approved), return_sums_table("supplier", approved, sold)


def exposures(connection: sqlite3.Connection, book: PolicyBook, now: int) -> list[Exposed]:
    """What waits, and what suppliers would give back of it."""
    waiting = figures.queue(connection)
    names = load_names(connection)
    sales = sales_by_id(connection, {each.sale_id for each in waiting if each.sale_id is not None}, names)
    found: dict[tuple[str, str], Exposed] = {}
    for each in waiting:
        key = (each.buyer, each.currency)
        sale = sales.get(each.sale_id) if each.sale_id is not None else None
        found[key] = found.get(key, Exposed(*key)).plus(_exposed(each, sale, book, now))
    return [found[key] for key in sorted(found)]


def _exposed(each: figures.Waiting, sale: Sale | None, book: PolicyBook, now: int) -> Exposed:
    """One waiting return. What its approval would claw back, the receipt of its batch decides, not today."""
    alone = Exposed("", "", 1, each.credit_minor, (now - each.imported_at) // 86_400)
    if sale is None:
        return alone
    in_window = bool(sale.supplier) and supplier_window_open(sale, book.terms_of(sale), book, now)
    side = supplier_side(sale, each.reason_code, 0, book, each.received_at)
    return alone._replace(
        closed_minor=0 if in_window else each.credit_minor,
        still_open=int(supplier_side(sale, each.reason_code, 0, book, now).still_open),
        recoverable_minor=side.recoverable_minor,
        lost_minor=side.lost_minor,
    )


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
