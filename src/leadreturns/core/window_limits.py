"""What is certain about windows and contracts whatever the sale: when they begin at the earliest, end at the latest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from leadreturns.core.business_days import Calendar
from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, HOURS, NEXT_MONTH_DAY, NONE, UTC_ZONE, Clock, Window
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Contract, Terms

_HOUR, _DAY = 3600, 86_400
BEFORE_CONTRACTS = -(10**9)
"""A day on which no contract that has a first day is in force."""


def day_in(contract: Contract) -> int:
    """A day on which the contract is in force."""
    if contract.first_day is not None:
        return contract.first_day
    return contract.last_day if contract.last_day is not None else 0


def terms_of_sections(book: PolicyBook) -> Iterator[Terms]:
    """The terms of everybody, and those of each campaign, buyer and contract by itself."""
    yield book.terms_for("", "", BEFORE_CONTRACTS)
    for campaign in book.campaigns:
        yield book.terms_for("", campaign, BEFORE_CONTRACTS)
    for buyer in book.buyers:
        yield book.terms_for(buyer, "", BEFORE_CONTRACTS)
    for contract in book.contracts:
        yield book.terms_for(contract.buyer, contract.campaign, day_in(contract))


def never_opens(terms: Terms, calendar: Calendar) -> bool:
    """True when no return can be in time: the window is surely over before `not_before` has passed."""
    if terms.window.unit == NONE or terms.roll_forward:
        return False
    first_counts = terms.first_day_counts and terms.deadline != "exact"
    return closes_before(terms.window, terms.not_before, calendar, first_counts)


def closes_before(window: Window, start: Window, calendar: Calendar, first_day_counts: bool = False) -> bool:
    """True when `window` is surely over before the length of time `start` has passed, both from the same moment."""
    if start.amount == 0 or window.unit == NONE:
        return False
    # A day may last an hour longer or shorter by the clock.
    slack = 2 * _HOUR if window.unit != start.unit and HOURS in (window.unit, start.unit) else 0

    def over(clock: Clock, at: int) -> bool:
        return clock.deadline(window, at, TimeKind.INSTANT) + slack < clock.opening(start, at, TimeKind.INSTANT)

    ordinary = Clock(UTC_ZONE, Calendar(calendar.weekend), first_day_counts=first_day_counts)
    if not all(over(ordinary, at) for at in _moments(_sample_days(window, start))):
        return False
    if not calendar.holidays:
        return True
    reach = 2 * sum(each.amount for each in (window, start) if each.unit != HOURS) + 62
    around = range(min(calendar.holidays) - reach, max(calendar.holidays) + 1)
    holidays = Clock(UTC_ZONE, calendar, first_day_counts=first_day_counts)
    return all(over(holidays, at) for at in _moments(around))


_A_MONDAY = 19_723
"""2024-01-01: the years from there hold a leap day and every end of a month."""


def _sample_days(*windows: Window) -> range:
    """Days of sales after which every such window ends in each way that it can, holidays left aside."""
    dated = any(window.unit == NEXT_MONTH_DAY for window in windows)
    return range(_A_MONDAY, _A_MONDAY + (2 * 366 if dated else 14))


def _moments(days: range) -> Iterator[int]:
    """The first and the last second of each day: a window is longest, or its start earliest, from one of them."""
    for day in days:
        yield day * _DAY
        yield day * _DAY + _DAY - 1


def _latest_end(window: Window, calendar: Calendar) -> int:
    """Seconds after which the window is surely over."""
    if window.unit == HOURS:
        return window.amount * _HOUR
    if window.unit == DAYS:
        return (window.amount + 1) * _DAY + _HOUR
    if window.unit == BUSINESS_DAYS:
        # Three weeks more than the weekends take, for holidays.
        return (window.amount * 7 // _business_days_a_week(calendar) + 21) * _DAY
    return 62 * _DAY


def days_until_over(window: Window, calendar: Calendar) -> int:
    """Whole days after which the window is surely over, unless its deadline rolls forward; 0 for 'none'."""
    return 0 if window.unit == NONE else -(-_latest_end(window, calendar) // _DAY)


def is_longer(one: Window, other: Window, calendar: Calendar, counted: Terms | None = None) -> bool:
    """True when `one` ends later than `other` for some sale; holidays are left out of account.

    `one` is counted as the terms `counted` say, `other` in plain days to their end, as suppliers' windows are.
    """
    if NONE in (one.unit, other.unit):
        return one.unit != other.unit and other.unit == NONE
    terms = counted or Terms()
    flags = terms.deadline == "exact", terms.first_day_counts, terms.roll_forward
    return _ends_later(one, other, calendar.weekend, flags)


@cache
def _ends_later(one: Window, other: Window, weekend: frozenset[int], flags: tuple[bool, bool, bool]) -> bool:
    """Of many buyers most have the same few windows."""
    usual = Calendar(weekend)
    own, plain = Clock(UTC_ZONE, usual, *flags), Clock(UTC_ZONE, usual)
    return any(
        own.deadline(one, at, TimeKind.INSTANT) > plain.deadline(other, at, TimeKind.INSTANT)
        for at in _moments(_sample_days(one, other))
    )


def _business_days_a_week(calendar: Calendar) -> int:
    return max(1, 7 - len(calendar.weekend))
