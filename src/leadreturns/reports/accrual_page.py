"""The refund liability as a workbook and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leadreturns.core.accrual_result import Accrual
from leadreturns.core.calendar import date_of
from leadreturns.core.forecast import NAMES
from leadreturns.core.wording import counted
from leadreturns.reports.accrual_report import LiabilityLike, headline, looked_at, methods_table, return_rate, told
from leadreturns.reports.accrual_triangle import credits_table, rates_table, triangle_table
from leadreturns.reports.page import Bar, Chart, Fact, HtmlPage, RankedBars
from leadreturns.reports.report_file import ReportFile
from leadreturns.reports.table import Amount, Table, percent


def accrual_file(found: LiabilityLike, table: Table) -> ReportFile:
    """The sheets and the page; `table` is the one of the estimates."""
    return ReportFile(
        sheets=lambda: _sheets(found, table),
        page=lambda footer: _page(found, table, footer),
        about={"At the end of": date_of(found.at_day).isoformat()},
    )


def _sheets(found: LiabilityLike, table: Table) -> list[Table]:
    sheets = [replace(table, title="Summary"), methods_table(found)]
    for overall in (each.overall for each in found.accrued):
        shares = replace(triangle_table(overall, None), title=f"Shares {overall.currency}")
        credits = replace(credits_table(overall), title=f"Credits {overall.currency}")
        sheets += [shares, credits, replace(rates_table(overall), title=f"Rates {overall.currency}")]
    return sheets


def _page(found: LiabilityLike, table: Table, footer: str) -> HtmlPage:
    overalls = sorted((each.overall for each in found.accrued), key=lambda overall: -overall.open_count)
    estimated = [overall for overall in overalls if overall.recommended is not None]
    charts: list[Table | Chart] = [chart for overall in estimated for chart in _charts(overall)]
    tables = [replace(table, headline=""), *([methods_table(found)] if estimated else [])]
    return HtmlPage(
        title=table.title,
        headline=headline(found),
        facts=[fact for overall in overalls for fact in _facts(overall)],
        sections=[*charts, *tables, *(triangle_table(overall) for overall in estimated)],
        footer=footer,
    )


def _facts(overall: Accrual) -> Sequence[Fact]:
    best, currency = overall.recommended, overall.currency
    opened = Fact("Sold, window open", told(overall.open_minor, currency), counted(overall.open_count, "sale"))
    if best is None:
        seen = Fact("Returns seen", f"{overall.returned_count:,}", currency)
        return [opened, seen] if looked_at(overall) else [opened]
    return [
        Fact("Credit to come", told(best.credit_minor, currency), "additive method"),
        Fact("Likely between", told(best.low_minor, currency), f"and {told(best.high_minor, currency)}"),
        Fact("Returns to come", f"{best.count:,}", f"{best.count_low:,} to {best.count_high:,}"),
        opened,
        Fact("Return rate", percent(return_rate(overall) or "0"), "of the value sold, in the end"),
    ]


def _charts(overall: Accrual) -> list[Chart]:
    currency, one = overall.currency, overall.frame.unit[:-1]
    methods = [Bar(NAMES[each.method], Amount(each.credit_minor, currency)) for each in overall.estimates]
    starts = "sold on" if one == "day" else "week of"
    cohorts = [
        Bar(f"{starts} {date_of(each.first_day)}", Amount(each.to_come_minor, currency)) for each in overall.cohorts
    ]
    return [
        RankedBars(
            "Credit still to come, by method", methods, "The first is recommended; a wide gap is worth a question."
        ),
        RankedBars(f"Credit still to come, by {one} of sale", cohorts),
    ]
