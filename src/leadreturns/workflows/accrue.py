"""The refund liability at the end of a day, from the sales and the approved returns of the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadreturns.core.accrual import estimate
from leadreturns.core.accrual_groups import GroupAccrual, estimate_groups
from leadreturns.core.accrual_result import Accrual, AccrualRules
from leadreturns.core.calendar import Zone, date_of
from leadreturns.core.open_windows import day_offsets, longest_window_days, window_days
from leadreturns.core.period import Carried, Closing
from leadreturns.core.policy import PolicyBook
from leadreturns.core.triangle import ReturnedItem, SoldCell
from leadreturns.store.connection import Store
from leadreturns.store.dated_sales import Days, ReturnedOnDay, SoldOnDay, approved_by_day, count_sales, sold_by_day
from leadreturns.store.names import load_names
from leadreturns.store.periods import clock_of, reopened, waiting
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
    reopened: list[Closing]
    """The closings of the month of that day that were taken back."""
    zone: Zone
    """The clock that their times are told by."""


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
        near = _near(approved_by_day(connection, names, days), days.first)
        queue = waiting(connection)
        last = date_of(at_day)
        month = last.year * 100 + last.month
        opened, zone = reopened(connection, month, month), clock_of(connection, month, book.zone)
    windows = _Windows(book)
    cells = _cells(windows, sold, by)
    returned = {code: [_item(windows, each) for each in found] for code, found in near.items()}
    currencies = sorted({cell.currency for cell in cells})
    accrued = [
        _accrued([c for c in cells if c.currency == code], returned.get(code, []), at_day, by) for code in currencies
    ]
    return Liability(at_day, accrued, queue, opened, zone)


def _days(book: PolicyBook, at_day: int) -> Days:
    """The days that an estimate can look at, and a few more: how long the windows really are, the sales tell."""
    first = at_day - longest_window_days(book) - AccrualRules().history_days
    return Days(first, at_day, book.zone.day_end(at_day), day_offsets(book.zone, first, at_day))


def _near(items: Iterable[ReturnedOnDay], first_day: int) -> dict[str, list[ReturnedOnDay]]:
    """By currency the returns of sales from `first_day` on, and of older ones the first to be asked for.

    That one tells since when requests are on record, which says where the history starts.
    """
    near: dict[str, list[ReturnedOnDay]] = {}
    oldest: dict[str, ReturnedOnDay] = {}
    for item in items:
        if item.sale_day >= first_day:
            near.setdefault(item.currency, []).append(item)
        elif item.currency not in oldest or item.requested_day < oldest[item.currency].requested_day:
            oldest[item.currency] = item
    for currency, item in oldest.items():
        near.setdefault(currency, []).append(item)
    return near


class _Windows(dict[tuple[str, str, int, int], int]):
    """The window in days by buyer, campaign, day of sale and days until delivery, each looked up once."""

    def __init__(self, book: PolicyBook) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, key: tuple[str, str, int, int]) -> int:
        buyer, campaign, day, delivery = key
        window = self[key] = window_days(self._book.terms_for(buyer, campaign, day), day, delivery)
        return window


def _item(windows: _Windows, each: ReturnedOnDay) -> ReturnedItem:
    """A return with what its sale was sold for and the window of that, as the sale itself is counted."""
    window = windows[each.buyer, each.campaign, each.sale_day, each.delivery_days]
    names = (each.buyer, each.campaign, each.currency)
    return ReturnedItem(each.sale_day, each.requested_day, each.credit_minor, *names, 1, each.sold_minor, window)


def _cells(windows: _Windows, sold: Iterable[SoldOnDay], by: str) -> list[SoldCell]:
    """What was sold, with its window, added up over the names that nobody asked for."""
    sums: dict[tuple[int, str, str, str, int], list[int]] = {}
    for day, delivery, buyer, campaign, currency, count, value in sold:
        window = windows[buyer, campaign, day, delivery]
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
