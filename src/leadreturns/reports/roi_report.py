"""ROI by any dimensions, before and after returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadreturns.core.calendar import format_month
from leadreturns.core.roi import RoiFigures
from leadreturns.reports.table import Amount, Column, Row, Table

DIMENSIONS = ("buyer", "supplier", "campaign", "month", "currency")

_FIGURES = (
    Column("currency", "Currency", "text", 0),
    Column("sold", "Sold", "count", 2),
    Column("returned", "Returned", "count", 4),
    Column("return_rate", "Rate", "rate", 1),
    Column("revenue", "Revenue", "money", 5),
    Column("credits", "Credits", "money", 1),
    Column("net_revenue", "Net revenue", "money", 4),
    Column("payout", "Payout", "money", 5),
    Column("clawbacks", "Clawbacks", "money", 5),
    Column("net_payout", "Net payout", "money", 5),
    Column("profit", "Profit", "money", 2),
    Column("roi", "ROI", "rate", 0),
    Column("roi_before", "ROI before", "rate", 1),
    Column("pending", "In review", "money", 3),
)
_KEYS = {
    "buyer": Column("buyer", "Buyer", "id"),
    "supplier": Column("supplier", "Supplier", "id"),
    "campaign": Column("campaign", "Campaign", "id"),
    "month": Column("month", "Month", "month", 0),
}

Group = tuple[tuple[str | int, ...], str, RoiFigures]
"""The key in the order of the dimensions (months as 202610), the currency, the sums."""


def roi_table(by: Sequence[str], groups: Sequence[Group], basis: str) -> Table:
    """One row per group and currency; totals per currency, never across."""
    dimensions = [name for name in by if name != "currency"]
    rows = [(*_shown(key, dimensions), *_cells(currency, figures)) for key, currency, figures in groups]
    totals: dict[str, RoiFigures] = {}
    for _, currency, figures in groups:
        totals[currency] = totals.get(currency, RoiFigures()).plus(figures)
    blanks = (None,) * len(dimensions)
    return Table(
        name="roi",
        title=f"ROI by {', '.join(by) or 'currency'}, months of the {'sale' if basis == 'sale' else 'posting'}",
        columns=[*(_KEYS[name] for name in dimensions), *_FIGURES],
        rows=rows,
        totals=[(*blanks, *_cells(currency, totals[currency])) for currency in sorted(totals)],
    )


def _shown(key: tuple[str | int, ...], dimensions: Sequence[str]) -> Row:
    return tuple(
        format_month(int(value)) if name == "month" else value for name, value in zip(dimensions, key, strict=True)
    )


def _cells(currency: str, figures: RoiFigures) -> Row:
    def money(minor: int) -> Amount:
        return Amount(minor, currency)

    return (
        currency,
        figures.sold,
        figures.returned,
        figures.return_rate,
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
