"""What is certain about windows and contracts whatever the sale: when they begin at the earliest, end at the latest."""

from __future__ import annotations

from leadreturns.core.business_days import Calendar
from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, HOURS, NEXT_MONTH_DAY, NONE, Window
from leadreturns.core.terms import Contract, Terms

_HOUR, _DAY = 3600, 86_400
BEFORE_CONTRACTS = -(10**9)
"""A day on which no contract that has a first day is in force."""


def day_in(contract: Contract) -> int:
    """A day on which the contract is in force."""
    if contract.first_day is not None:
        return contract.first_day
    return contract.last_day if contract.last_day is not None else 0


def never_opens(terms: Terms, calendar: Calendar) -> bool:
    """True when no return can be in time: the window is surely over before `not_before` has passed."""
    if terms.window.unit == NONE or terms.roll_forward:
        return False
    first_counts = terms.first_day_counts and terms.deadline != "exact"
    return closes_before(terms.window, terms.not_before, calendar, first_counts)


def closes_before(window: Window, start: Window, calendar: Calendar, first_day_counts: bool = False) -> bool:
    """True when `window` is surely over before the length of time `start` has passed, both from the same moment."""
    if start.amount == 0:
        return False
    if window.unit == start.unit:
        # A sale on a Saturday has no first business day, so there nothing is lost for certain.
        return start.amount > window.amount - (first_day_counts and window.unit == DAYS and window.amount > 0)
    return _earliest_opening(start) > _latest_end(window, calendar)


def _earliest_opening(start: Window) -> int:
    """Seconds that have surely passed; a day may begin an hour early by the clock."""
    return start.amount * _HOUR if start.unit == HOURS else (start.amount - 1) * _DAY - _HOUR


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


def is_longer(one: Window, other: Window, calendar: Calendar) -> bool:
    """True when `one` can end later than `other`, both from the same sale; holidays are left out of account."""
    if one.unit == other.unit:
        return one.amount > other.amount
    return _hours(one, calendar, longest=True) > _hours(other, calendar, longest=False)


def _hours(window: Window, calendar: Calendar, longest: bool) -> int:
    if window.unit == HOURS:
        return window.amount
    if window.unit == BUSINESS_DAYS:
        return window.amount * 7 * 24 // _business_days_a_week(calendar)
    if window.unit == NEXT_MONTH_DAY:
        # From the first day of a month of 31, or from the last day of a month.
        return (window.amount + 30) * 24 if longest else window.amount * 24
    return window.amount * 24


def _business_days_a_week(calendar: Calendar) -> int:
    return max(1, 7 - len(calendar.weekend))
