"""The reports as workbooks and pages: all that they hold, read in one snapshot with the report itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from leadreturns.core.calendar import format_month
from leadreturns.core.cap_line import SoldInMonth
from leadreturns.core.entry import Entry
from leadreturns.core.period import CLOSED
from leadreturns.core.policy import PolicyBook
from leadreturns.core.roi import RoiFigures
from leadreturns.core.wording import counted as in_words
from leadreturns.reports.entry_sheets import entry_lines, entry_sheets, roi_sheets
from leadreturns.reports.exposure_page import exposure_page
from leadreturns.reports.exposure_report import exposure_table
from leadreturns.reports.report_charts import Sums
from leadreturns.reports.report_file import ReportFile
from leadreturns.reports.report_pages import (
    Backdrop,
    adjustments_page,
    month_words,
    returns_page,
    roi_page,
)
from leadreturns.reports.return_sheets import return_lines, return_sheets
from leadreturns.reports.return_sums import return_sums_table
from leadreturns.reports.sheets import MOST_LINES, left_out, summary_sheet
from leadreturns.reports.table import Table
from leadreturns.store import report_lines
from leadreturns.store.connection import Store
from leadreturns.store.figures import RoiGroup, RoiQuery, period_sums, roi_groups, sold_by_currency
from leadreturns.workflows.closed_file import Words, words_for, words_of_today
from leadreturns.workflows.counting import Advance, counted
from leadreturns.workflows.report_figures import (
    AdjustmentsRead,
    RoiRead,
    adjustments_of,
    exposures,
    return_sums,
    returns_of,
    roi_of,
)
from leadreturns.workflows.return_lines import read_return_lines

_POSTED = "What was posted in these months, against what was sold in them."
_ALL_LINES = "leadreturns report adjustments --detail -o lines.csv writes those of a month"


def roi_file(store: Store, book: PolicyBook, query: RoiQuery, advance: Advance) -> tuple[RoiRead, ReportFile]:
    """ROI with the adjustments behind it, and what each buyer bought by month and campaign."""
    with store.snapshot() as connection:
        words = words_for(connection, query, book)
        table, span, opened = roi_of(connection, query, lambda: words.zone, pictures=True)
        lines = _entries(connection, query, words, advance)
        buyers = roi_groups(connection, RoiQuery(("buyer", "month", "campaign"), query.basis, query.first, query.last))
        sums = {group.currency: group.figures for group in roi_groups(connection, _without_groups(query))}
        backdrop = _backdrop(connection, book, query, words)
        count = report_lines.count_entries(connection, query)
    months = month_words(span)
    notes = left_out(len({group.key[0] for group in buyers}), count, _ALL_LINES)
    return (table, span, opened), ReportFile(
        sheets=lambda: [summary_sheet(table, notes), *roi_sheets(buyers, query.basis), entry_lines(lines, words.zone)],
        page=lambda footer: roi_page(table, sums, backdrop, months, footer),
        about={"Months": f"{span[0]} to {span[1]}, of the {query.basis}" if span[0] else "none with figures"},
        closed=words.closed,
    )


def _without_groups(query: RoiQuery) -> RoiQuery:
    return RoiQuery((), query.basis, query.first, query.last)


def _entries(connection: sqlite3.Connection, query: RoiQuery, words: Words, advance: Advance) -> list[Entry]:
    """The adjustments with their reasons as people call them; none when no sheet could hold them."""
    if report_lines.count_entries(connection, query) > MOST_LINES:
        return []
    return [
        each._replace(reason=words.reason(each.reason))
        for each in counted(report_lines.entries(connection, query, words.zone), advance)
    ]


def _labelled(words: Words, sums: Sequence[tuple[str, str, int]]) -> Sums:
    """Reasons as people call them, the largest first; what is called alike is added up."""
    held: dict[tuple[str, str], int] = {}
    for code, currency, minor in sums:
        key = (words.reason(code) or "(no reason)", currency)
        held[key] = held.get(key, 0) + minor
    return sorted(((*key, minor) for key, minor in held.items()), key=lambda each: (-each[2], each[0]))


def _backdrop(
    connection: sqlite3.Connection, book: PolicyBook, query: RoiQuery, words: Words, reasons: Sums | None = None
) -> Backdrop:
    """What charts are drawn from. Return rates are those of the months of sale, whatever the basis."""
    first = query.first if query.basis == "sale" else 0
    credited = _labelled(words, report_lines.credits_by_reason(connection, query)) if reasons is None else reasons
    suppliers = roi_groups(connection, RoiQuery(("supplier",), query.basis, query.first, query.last))
    posted = query.basis == "posting"
    found = Backdrop(book, (), {}, credited, _named(suppliers), _POSTED * posted, posted, bool(words.closed))
    if found.is_closed:
        return found
    cells, money = _cells(connection, RoiQuery(("buyer", "campaign", "month"), "sale", first, query.last))
    return replace(found, cells=cells, money=money)


def _named(groups: Sequence[RoiGroup]) -> list[tuple[str, str, RoiFigures]]:
    return [(str(group.key[0]), group.currency, group.figures) for group in groups]


def _cells(connection: sqlite3.Connection, query: RoiQuery) -> tuple[list[SoldInMonth], dict[str, list[SoldInMonth]]]:
    """Sales and returns by buyer, campaign and month, in numbers of all currencies; and in money, by currency."""
    money: dict[str, list[SoldInMonth]] = {}
    sums: dict[tuple[str, str, int], RoiFigures] = {}
    for group in roi_groups(connection, query):
        key = (str(group.key[0]), str(group.key[1]), int(group.key[2]))
        sums[key] = sums.get(key, RoiFigures()).plus(group.figures)
        cell = SoldInMonth(*key, group.figures.revenue, group.figures.credits)
        money.setdefault(group.currency, []).append(cell)
    return [SoldInMonth(*key, each.sold, each.returned) for key, each in sums.items()], money


def adjustments_file(
    store: Store, book: PolicyBook, period: int, advance: Advance, *, detail: bool
) -> tuple[AdjustmentsRead, ReportFile]:
    """The billing adjustments of a month with every entry, and each buyer's own."""
    query = RoiQuery((), "posting", period, period)
    month = format_month(period)
    with store.snapshot() as connection:
        table, status, opened = adjustments_of(connection, book, period, detail=detail)
        summary, _, _ = adjustments_of(connection, book, period, detail=False)
        parties = period_sums(connection, period)
        words = words_for(connection, query, book)
        lines = _entries(connection, query, words, advance)
        # Margins of a month of postings would hold its credits against revenue that they are not of.
        sold = [] if words.closed else roi_groups(connection, RoiQuery(("supplier",), "sale", 0, period))
        backdrop = replace(
            _backdrop(connection, book, query, words),
            suppliers=_named(sold),
            margins_of=f"Of all sales up to {month}, as they stand today.",
        )
    standing = _standing(status, bool(opened))
    notes = left_out(len({each.buyer for each in lines}), sum(each.entries for each in parties), _ALL_LINES)
    return (table, status, opened), ReportFile(
        sheets=lambda: [
            summary_sheet(summary, notes),
            *entry_sheets(lines, words.zone),
            entry_lines(lines, words.zone),
        ],
        page=lambda footer: adjustments_page(table, parties, backdrop, (month, standing), footer),
        about={"Period": month, "Status": standing},
        closed=words.closed,
    )


def _standing(status: str, reopened: bool) -> str:
    """How a month stands, in words that a reopened one does not share with others."""
    if not reopened:
        return status
    return "closed again after it was reopened" if status == CLOSED else "reopened"


def returns_file(store: Store, book: PolicyBook, by: str, now: int, advance: Advance) -> tuple[Table, ReportFile]:
    """How returns ended, with every one of them, and each buyer's own."""
    query = RoiQuery(())
    with store.snapshot() as connection:
        table = returns_of(connection, by, book, now)
        suppliers = return_sums(connection, "supplier", book, now)
        lines = read_return_lines(connection, book, now, advance)
        backdrop = _backdrop(connection, book, query, words_of_today(book))
    notes = left_out(len({each.buyer for each in lines}), len(lines), "leadreturns returns list --format csv")
    return table, ReportFile(
        sheets=lambda: [summary_sheet(table, notes), *return_sheets(lines), return_lines(lines[:MOST_LINES])],
        page=lambda footer: returns_page(table, suppliers, backdrop, footer),
        about={"Returns": f"all {len(lines):,} of standing batches"},
    )


def exposure_file(store: Store, book: PolicyBook, now: int, advance: Advance) -> tuple[tuple[Table, Table], ReportFile]:
    """The queue with every return that waits, and how the approved ones stand with their suppliers."""
    with store.snapshot() as connection:
        exposed = exposures(connection, book, now)
        approved = return_sums(connection, "supplier", book, now)
        sold = sold_by_currency(connection)
        lines = read_return_lines(connection, book, now, advance, waiting=True)
        words = words_of_today(book)
        reasons = _labelled(words, report_lines.waiting_by_reason(connection))
        backdrop = _backdrop(connection, book, RoiQuery(()), words, reasons)
    tables = exposure_table(exposed, approved), return_sums_table("supplier", approved, sold)
    return tables, ReportFile(
        sheets=lambda: [
            summary_sheet(tables[0]),
            replace(tables[1], title="Approved by supplier"),
            *return_sheets(lines),
            return_lines(lines, waiting=True),
        ],
        page=lambda footer: exposure_page(tables, exposed, backdrop, footer),
        about={"Returns": in_words(len(lines), "return that waits", "returns that wait")},
    )
