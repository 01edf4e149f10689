"""How long the sales of a day can be handed back, in whole days, and which days read alike on a clock."""

from __future__ import annotations

from typing import NamedTuple

from leadreturns.core.calendar import NONE, QUARTER, Zone
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Terms
from leadreturns.core.window_limits import days_until_over

_DAY = 86_400
_ROLLING_DAYS = 14
"""More than any row of weekend and holidays that a deadline rolls over."""


class DayOffset(NamedTuple):
    """From `start` (epoch second) on the clock reads UTC plus `seconds`."""

    start: int
    seconds: int


def day_offsets(zone: Zone, first_day: int, last_day: int) -> list[DayOffset]:
    """What to add to UTC to read the clock, for every instant of those days; the first one holds before them too."""
    at, end = first_day * _DAY - _DAY, last_day * _DAY + 2 * _DAY
    found = [DayOffset(at, zone.offset(at))]
    while at < end:
        following = min(at + _DAY, end)
        if zone.offset(following) != found[-1].seconds:
            found.append(_change(zone, at, following))
        at = following
    return found


def _change(zone: Zone, before: int, after: int) -> DayOffset:
    """The quarter of an hour between the two instants at which the clock is moved."""
    old = zone.offset(before)
    while after - before > QUARTER:
        middle = (before + after) // 2 // QUARTER * QUARTER
        if middle <= before:
            break
        if zone.offset(middle) == old:
            before = middle
        else:
            after = middle
    return DayOffset(after, zone.offset(after))


def window_days(terms: Terms, sale_day: int, delivery_days: int = 0) -> int:
    """The largest age in days at which a sale of that day can be handed back under its terms; -1 for none.

    `delivery_days` is how many days after the sale it was delivered, where the terms count from there.
    """
    if terms.window.unit == NONE:
        return -1
    clock = terms.clock
    start = sale_day + (delivery_days if terms.counted_from == "delivered" else 0)
    return clock.zone.day(clock.deadline(terms.window, start * _DAY, TimeKind.DATE)) - sale_day


def longest_window_days(book: PolicyBook) -> int:
    """No sale under these policies can be handed back at a greater age, deliveries long after the sale apart."""
    layers = [*book.campaigns.values(), *book.buyers.values(), *(each.layer for each in book.contracts)]
    windows = [layer.values["window"] for layer in layers if "window" in layer.values]
    windows.append(book.house.values.get("window", Terms().window))
    return max(days_until_over(window, book.calendar) for window in windows) + _ROLLING_DAYS
