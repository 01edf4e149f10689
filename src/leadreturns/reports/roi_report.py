"""ROI by any dimensions, before and after returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from leadreturns.core.calendar import format_month
from leadreturns.core.money import format_ratio
from leadreturns.core.period import months_until
from leadreturns.core.roi import RoiFigures
from leadreturns.reports.table import Amount, Column, Row, Table

DIMENSIONS = ("buyer", "supplier", "campaign", "month", "currency")

_FIGURES = (
    Column("currency", "Currency", "text", 0),
    Column("sold", "Sold", "count", 4),
    Column("returned", "Returned", "count", 4),
    Column("return_rate", "Rate", "rate", 1),
    Column("return_rate_bar", "", "bar", 2),
    Column("trend", "12 months", "spark", 2),
    Column("revenue", "Revenue", "money", 5),
    Column("credits", "Credits", "money", 1),
    Column("net_revenue", "Net revenue", "money", 4),
    Column("payout", "Payout", "money", 5),
    Column("clawbacks", "Clawbacks", "money", 5),
    Column("net_payout", "Net payout", "money", 5),
    Column("profit", "Profit", "money", 3),
    Column("roi", "ROI", "rate", 0),
    Column("roi_before", "ROI before", "rate", 2),
    Column("pending", "In review", "money", 3),
)
_KEYS = {
    "buyer": Column("buyer", "Buyer", "id"),
    "supplier": Column("supplier", "Supplier", "id"),
    "campaign": Column("campaign", "Campaign", "id"),
    "month": Column("month", "Month", "month", 0),
}

_TREND_MONTHS = 12

Group = tuple[tuple[str | int, ...], str, RoiFigures]
"""The key in the order of the dimensions (months as 202610), the currency, the sums."""


def roi_table(by: Sequence[str], groups: Sequence[Group], basis: str, monthly: Sequence[Group] | None = None) -> Table:
    """One row per group and currency; totals per currency, never across.

    With `monthly`, the same groups by month as well (the month last in each key), people see the return rate as a bar
    and how it went over the last twelve months.
    """
    dimensions = [name for name in by if name != "currency"]
    totals: dict[str, RoiFigures] = {}
    for _, currency, figures in groups:
        totals[currency] = totals.get(currency, RoiFigures()).plus(figures)
    trends = {} if monthly is None else _trends(monthly)
    largest = max((_rate(figures) for _, _, figures in groups), default=0)
    rows = [
        (*_shown(key, dimensions), *_cells(currency, figures, (largest, trends.get((key, currency)))))
        for key, currency, figures in groups
    ]
    blanks = (None,) * len(dimensions)
    total_rows = [
        (*blanks, *_cells(currency, totals[currency], (0, trends.get((None, currency))))) for currency in sorted(totals)
    ]
    columns = [*(_KEYS[name] for name in dimensions), *_FIGURES]
    table = Table(
        name="roi",
        title=f"ROI by {_listed(by)} (months of {basis})",
        columns=columns,
        rows=rows,
        totals=total_rows,
    )
    drawn = ({"bar"} if monthly is not None else set()) | ({"spark"} if trends else set())
    return _with_pictures(table, drawn)


def _listed(by: Sequence[str]) -> str:
    """'buyer, supplier and month'."""
    *first, last = by or ("currency",)
    return f"{', '.join(first)} and {last}" if first else last


def _with_pictures(table: Table, drawn: set[str]) -> Table:
    """The table with all its data, and of its pictures those of the kinds that there is something to draw for."""
    kept = [at for at, column in enumerate(table.columns) if column.is_data or column.kind in drawn]

    def cut(row: Row) -> Row:
        return tuple(row[at] for at in kept)

    return replace(
        table,
        columns=[table.columns[at] for at in kept],
        rows=[cut(row) for row in table.rows],
        totals=[cut(row) for row in table.totals],
    )


Trends = Mapping[tuple[tuple[str | int, ...] | None, str], tuple[int | None, ...]]
"""By key (None for all groups) and currency the return rate of twelve months in millionths, oldest first."""


def _trends(monthly: Sequence[Group]) -> Trends:
    if not monthly:
        return {}
    months = months_until(max(int(key[-1]) for key, _, _ in monthly), _TREND_MONTHS)
    sums: dict[tuple[tuple[str | int, ...] | None, str], dict[int, RoiFigures]] = {}
    for key, currency, figures in monthly:
        for group in (key[:-1], None):
            held = sums.setdefault((group, currency), {})
            held[int(key[-1])] = held.get(int(key[-1]), RoiFigures()).plus(figures)
    return {
        group: tuple(_rate(by_month[month]) if month in by_month and by_month[month].sold else None for month in months)
        for group, by_month in sums.items()
    }


def _rate(figures: RoiFigures) -> int:
    """The return rate in millionths; 0 without sales."""
    return figures.returned * 10**6 // figures.sold if figures.sold else 0


def _shown(key: tuple[str | int, ...], dimensions: Sequence[str]) -> Row:
    return tuple(
        format_month(int(value)) if name == "month" else value for name, value in zip(dimensions, key, strict=True)
    )


def _cells(currency: str, figures: RoiFigures, pictures: tuple[int, tuple[int | None, ...] | None]) -> Row:
    largest, trend = pictures

    def money(minor: int) -> Amount:
        return Amount(minor, currency)

    return (
        currency,
        figures.sold,
        figures.returned,
        figures.return_rate,
        format_ratio(_rate(figures), largest),
        trend,
        money(figures.revenue),
        money(figures.credits),
        money(figures.net_revenue),
        money(figures.payout),
        money(figures.clawbacks),
        money(figures.net_payout),
        money(figures.profit),
        figures.roi,
        figures.roi_before,
        money(figures.pending),
    )


def roi_json(
    table: dict[str, Any], by: Sequence[str], basis: str, months: tuple[str | None, str | None]
) -> dict[str, Any]:
    """The object that `report roi --json` prints (interface 6)."""
    return {"report": "roi", "by": list(by), "basis": basis, "from": months[0], "to": months[1], **table}
