"""The refund liability at the end of a day, from the sales and the approved returns of the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadreturns.core.accrual import estimate
from leadreturns.core.accrual_groups import GroupAccrual, estimate_groups
from leadreturns.core.accrual_result import Accrual, AccrualRules
from leadreturns.core.open_windows import day_offsets, longest_window_days, window_days
from leadreturns.core.period import Carried
from leadreturns.core.policy import PolicyBook
from leadreturns.core.triangle import ReturnedItem, SoldCell
from leadreturns.store.connection import Store
from leadreturns.store.dated_sales import Days, SoldOnDay, approved_by_day, count_sales, sold_by_day
from leadreturns.store.names import load_names
from leadreturns.store.periods import waiting
from leadreturns.workflows.counting import Advance


@dataclass(frozen=True, slots=True)
class Accrued:
    """The estimate in one currency, and its parts when they were asked for."""

    overall: Accrual
    groups: tuple[GroupAccrual, ...]


@dataclass(frozen=True, slots=True)
class Liability:
    """All currencies, in the order of their codes; and the queue, of which nothing is in the estimates."""

    at_day: int
    accrued: list[Accrued]
    waiting: list[Carried]


def sales_to_read(store: Store) -> int:
    """How many sales `accrue` goes through."""
    with store.snapshot() as connection:
        return count_sales(connection)


def accrue(store: Store, book: PolicyBook, at_day: int, by: str, advance: Advance) -> Liability:
    """What is still to come at the end of `at_day`, per currency; `by` is '', 'buyer' or 'campaign'.

    Days are read on the workspace's clock. Each sale can be returned as long as its own terms say, from the policies
    of today; the frame of an estimate is the longest window of the sales that are still open.
    """
    days = _days(book, at_day)
    with store.snapshot() as connection:
        names = load_names(connection)
        sold = sold_by_day(connection, names, days, advance)
        returned = _near(approved_by_day(connection, names, days), days.first)
        queue = waiting(connection)
    cells = _cells(book, sold, by)
    currencies = sorted({cell.currency for cell in cells})
    accrued = [
        _accrued([c for c in cells if c.currency == code], returned.get(code, []), at_day, by) for code in currencies
    ]
    return Liability(at_day, accrued, queue)


def _days(book: PolicyBook, at_day: int) -> Days:
    """The days that an estimate can look at, and a few more: how long the windows really are, the sales tell."""
    first = at_day - longest_window_days(book) - AccrualRules().history_days
    return Days(first, at_day, book.zone.day_end(at_day), day_offsets(book.zone, first, at_day))


def _near(items: Iterable[ReturnedItem], first_day: int) -> dict[str, list[ReturnedItem]]:
    """By currency the returns of sales from `first_day` on, and of older ones the first to be asked for.

    That one tells since when requests are on record, which says where the history starts.
    """
    near: dict[str, list[ReturnedItem]] = {}
    oldest: dict[str, ReturnedItem] = {}
    for item in items:
        if item.sale_day >= first_day:
            near.setdefault(item.currency, []).append(item)
        elif item.currency not in oldest or item.requested_day < oldest[item.currency].requested_day:
            oldest[item.currency] = item
    for currency, item in oldest.items():
        near.setdefault(currency, []).append(item)
    return near


def _cells(book: PolicyBook, sold: Iterable[SoldOnDay], by: str) -> list[SoldCell]:
    """What was sold, with its window, added up over the names that nobody asked for."""
    sums: dict[tuple[int, str, str, str, int], list[int]] = {}
    windows: dict[tuple[str, str, int, int], int] = {}
    for day, delivery, buyer, campaign, currency, count, value in sold:
        key = (buyer, campaign, day, delivery)
        window = windows.get(key)
        if window is None:
            window = windows[key] = window_days(book.terms_for(buyer, campaign, day), day, delivery)
        names = (buyer if by == "buyer" else "", campaign if by == "campaign" else "")
        held = sums.setdefault((day, *names, currency, window), [0, 0])
        held[0] += count
        held[1] += value
    return [
        SoldCell(day, count, value, buyer, campaign, currency, window)
        for (day, buyer, campaign, currency, window), (count, value) in sums.items()
    ]


def _accrued(cells: list[SoldCell], returned: list[ReturnedItem], at_day: int, by: str) -> Accrued:
    windows = [cell.window_days or 0 for cell in cells if at_day - cell.sale_day < (cell.window_days or 0)]
    longest = max(windows or [cell.window_days or 0 for cell in cells] or [0])
    if not by:
        return Accrued(estimate(cells, returned, at_day, max(longest, 0)), ())
    grouped = estimate_groups(cells, returned, at_day, max(longest, 0), by=by)
    return Accrued(grouped.overall, grouped.groups)
