"""The charts of report pages, from the sums that they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from leadreturns.core.calendar import format_month
from leadreturns.core.cap_line import CapRoom, SoldInMonth, cap_rate, cap_rooms
from leadreturns.core.money import format_ratio
from leadreturns.core.period import months_until
from leadreturns.core.policy import PolicyBook
from leadreturns.core.roi import RoiFigures
from leadreturns.reports.page import Bar, BarsByMonth, Chart, Pair, PairedBars, RankedBars
from leadreturns.reports.table import Amount

MOST_BARS = 10
_MOST_MONTHS = 24
_FEWEST_MONTHS = 6
_MOST_BUYERS = 4
"""So many buyers have a chart of their own, where not all sales fall under a cap."""

Sums = Sequence[tuple[str, str, int]]
"""(name, currency, minor units), the largest first."""


def rate_charts(cells: Sequence[SoldInMonth], book: PolicyBook) -> list[Chart]:
    """The return rate by month of sale with the caps of the terms; buyers nearest to a cap of their own follow."""
    rooms = cap_rooms(cells, book)
    months = _months(cells)
    buyers = sorted({cell.buyer for cell in cells})
    caps = [cap_rate(rooms.get(key) for key in _sold_keys(cells, month)) for month in months]
    charts: list[Chart] = [_rate_chart("Return rate by month of sale", cells, months, caps)]
    if all(cap is None for cap in caps):
        for buyer in _nearest(rooms, buyers):
            own = [cell for cell in cells if cell.buyer == buyer]
            lines = [cap_rate([rooms.get((buyer, month))]) for month in months]
            charts.append(_rate_chart(f"Return rate by month of sale: {buyer}", own, months, lines))
    return charts


def _sold_keys(cells: Iterable[SoldInMonth], month: int) -> list[tuple[str, int]]:
    """The (buyer, month) of all who bought in a month."""
    return sorted({(cell.buyer, month) for cell in cells if cell.month == month and cell.sold})


def _months(cells: Sequence[SoldInMonth]) -> list[int]:
    """Every month from the first with sales to the last, neither too many nor so few that a bar fills the chart."""
    if not cells:
        return []
    last, first = max(cell.month for cell in cells), min(cell.month for cell in cells)
    span = (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1
    return months_until(last, min(max(span, _FEWEST_MONTHS), _MOST_MONTHS))


def _rate_chart(
    title: str, cells: Sequence[SoldInMonth], months: Sequence[int], caps: Sequence[str | None]
) -> BarsByMonth:
    sold: dict[int, list[int]] = {month: [0, 0] for month in months}
    for cell in cells:
        if cell.month in sold:
            sold[cell.month][0] += cell.sold
            sold[cell.month][1] += cell.returned
    bars = [Bar(format_month(month), format_ratio(sold[month][1], sold[month][0])) for month in months]
    shown = [cap for cap in caps if cap is not None]
    note = "Approved returns by the month in which their leads were sold; the newest months still grow."
    return BarsByMonth(title, bars, caps if shown else (), note=note)


def _nearest(rooms: Mapping[tuple[str, int], CapRoom], buyers: Sequence[str]) -> list[str]:
    """The buyers with a cap of their own, those first that used most of it in a month."""
    used: dict[str, float] = {}
    for (buyer, _), room in rooms.items():
        share = room.returned / float(room.allowed) if room.allowed else float(room.returned)
        used[buyer] = max(used.get(buyer, 0.0), share)
    return sorted((buyer for buyer in buyers if buyer in used), key=lambda buyer: (-used[buyer], buyer))[:_MOST_BUYERS]


def ranked_chart(title: str, sums: Sums, currency: str, rest: str) -> RankedBars | None:
    """The largest sums of one currency, what is left in one bar of its own; None when there are none."""
    own = [(name, minor) for name, code, minor in sums if code == currency and minor > 0]
    if not own:
        return None
    bars = [Bar(name or "(none)", Amount(minor, currency)) for name, minor in own[:MOST_BARS]]
    left = own[MOST_BARS:]
    if left:
        bars.append(Bar(f"{len(left):,} other {rest}", Amount(sum(minor for _, minor in left), currency)))
    return RankedBars(title, bars)


def margin_chart(suppliers: Sequence[tuple[str, str, RoiFigures]], currency: str) -> PairedBars | None:
    """Margin by supplier before returns and after, both of the revenue before credits; None without sales.

    Of many suppliers those whose returns cost most. Of net revenue a margin would lose all measure where nearly
    everything came back.
    """
    own = [(name, figures) for name, code, figures in suppliers if code == currency and figures.revenue]
    if not own:
        return None
    own.sort(key=lambda each: (each[1].clawbacks - each[1].credits, each[0]))
    pairs = [
        Pair(
            name or "(no supplier)",
            format_ratio(figures.revenue - figures.payout, figures.revenue),
            format_ratio(figures.profit, figures.revenue),
        )
        for name, figures in own[:MOST_BARS]
    ]
    note = "In percent of the revenue before credits."
    if len(own) > MOST_BARS:
        note += f" {MOST_BARS} of {len(own):,} suppliers: those whose returns cost most."
    title = "Margin by supplier, before and after returns"
    return PairedBars(title, "before returns", "after returns", pairs, note)
