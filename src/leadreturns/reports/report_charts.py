"""The charts of report pages, from the sums that they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from leadreturns.core.calendar import format_month
from leadreturns.core.cap_line import CapRoom, SoldInMonth, cap_rate, cap_rooms
from leadreturns.core.money import format_ratio
from leadreturns.core.period import months_until
from leadreturns.core.policy import PolicyBook
from leadreturns.core.roi import RoiFigures
from leadreturns.core.wording import counted
from leadreturns.reports.page import Bar, BarsByMonth, Chart, Pair, PairedBars, RankedBars
from leadreturns.reports.table import Amount

MOST_BARS = 10
_MOST_MONTHS = 24
_FEWEST_MONTHS = 6
_MOST_BUYERS = 4
"""So many buyers have a chart of their own, where not all sales fall under a cap."""

Sums = Sequence[tuple[str, str, int]]
"""(name, currency, minor units), the largest first."""


def rate_charts(
    cells: Sequence[SoldInMonth], book: PolicyBook, money: Mapping[str, Sequence[SoldInMonth]]
) -> list[Chart]:
    """The return rate by month of sale with the caps of the terms; buyers nearest to a cap of their own follow.

    Caps on revenue are no line for it: where there are any, the share of `money` (by currency) that was credited
    follows with them.
    """
    rooms = cap_rooms(cells, book)
    months = _months(cells)
    caps = _caps_of_all(cells, rooms, months)
    charts: list[Chart] = [_rate_chart(_RETURNS, cells, months, caps)]
    if all(cap is None for cap in caps):
        charts += _charts_of_buyers(_RETURNS, cells, rooms, months)
    # The currency with most buyers and months first: amounts of different currencies cannot be ranked.
    for currency in sorted(money, key=lambda code: (-len(money[code]), code)):
        charts += _credit_charts(money[currency], book, f" ({currency})" if len(money) > 1 else "")
    return charts


class _Wording(NamedTuple):
    """How a chart of rates is called, and what it says of itself."""

    title: str
    note: str


_RETURNS = _Wording(
    "Return rate by month of sale",
    "Approved returns by the month in which their leads were sold; the newest months still grow.",
)


def _credit_charts(cells: Sequence[SoldInMonth], book: PolicyBook, mark: str) -> list[Chart]:
    """The credits of one currency in percent of the revenue, against caps on it; none where the terms have no such."""
    rooms = cap_rooms(cells, book, of_revenue=True)
    if not rooms:
        return []
    words = _Wording(
        f"Credits in percent of revenue, by month of sale{mark}",
        "Credits of approved returns by the month in which their leads were sold, against the cap on revenue.",
    )
    months = _months(cells)
    caps = _caps_of_all(cells, rooms, months)
    if any(cap is not None for cap in caps):
        return [_rate_chart(words, cells, months, caps)]
    return _charts_of_buyers(words, cells, rooms, months)


_Rooms = Mapping[tuple[str, int], CapRoom]


def _caps_of_all(cells: Sequence[SoldInMonth], rooms: _Rooms, months: Sequence[int]) -> list[str | None]:
    """The caps of all who bought together, month by month."""
    return [cap_rate(rooms.get(key) for key in _sold_keys(cells, month)) for month in months]


def _charts_of_buyers(
    words: _Wording, cells: Sequence[SoldInMonth], rooms: _Rooms, months: Sequence[int]
) -> list[Chart]:
    """A chart for each of the buyers nearest to a cap of their own."""
    charts: list[Chart] = []
    for buyer in _nearest(rooms, sorted({cell.buyer for cell in cells})):
        own = [cell for cell in cells if cell.buyer == buyer]
        lines = [cap_rate([rooms.get((buyer, month))]) for month in months]
        charts.append(_rate_chart(words._replace(title=f"{words.title}: {buyer}"), own, months, lines))
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
    words: _Wording, cells: Sequence[SoldInMonth], months: Sequence[int], caps: Sequence[str | None]
) -> BarsByMonth:
    sold: dict[int, list[int]] = {month: [0, 0] for month in months}
    for cell in cells:
        if cell.month in sold:
            sold[cell.month][0] += cell.sold
            sold[cell.month][1] += cell.returned
    bars = [Bar(format_month(month), format_ratio(sold[month][1], sold[month][0])) for month in months]
    shown = [cap for cap in caps if cap is not None]
    return BarsByMonth(words.title, bars, caps if shown else (), note=words.note)


def _nearest(rooms: _Rooms, buyers: Sequence[str]) -> list[str]:
    """The buyers with a cap of their own, those first that used most of it in a month."""
    used: dict[str, float] = {}
    for (buyer, _), room in rooms.items():
        share = room.returned / float(room.allowed) if room.allowed else float(room.returned)
        used[buyer] = max(used.get(buyer, 0.0), share)
    return sorted((buyer for buyer in buyers if buyer in used), key=lambda buyer: (-used[buyer], buyer))[:_MOST_BUYERS]


def ranked_chart(title: str, sums: Sums, currency: str, one: str) -> RankedBars | None:
    """The largest sums of one currency, what is left in one bar of its own; None when there are none.

    `one` is what a bar stands for: 'reason'.
    """
    own = [(name, minor) for name, code, minor in sums if code == currency and minor > 0]
    if not own:
        return None
    bars = [Bar(name or "(none)", Amount(minor, currency)) for name, minor in own[:MOST_BARS]]
    left = own[MOST_BARS:]
    if left:
        bars.append(Bar(counted(len(left), f"other {one}"), Amount(sum(minor for _, minor in left), currency)))
    return RankedBars(title, bars)


def margin_chart(
    suppliers: Sequence[tuple[str, str, RoiFigures]], currency: str, mark: str = "", of: str = ""
) -> PairedBars | None:
    """Margin by supplier before returns and after, both of the revenue before credits; None without sales.

    Of many suppliers those whose returns cost most. Of net revenue a margin would lose all measure where nearly
    everything came back. `of` is a sentence on which sales they are of.
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
    note = f"{of} In percent of the revenue before credits.".lstrip()
    if len(own) > MOST_BARS:
        note += f" {MOST_BARS} of {len(own):,} suppliers: those whose returns cost most."
    title = f"Margin by supplier, before and after returns{mark}"
    return PairedBars(title, "before returns", "after returns", pairs, note)
