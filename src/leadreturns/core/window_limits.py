"""What is certain about windows and contracts whatever the sale: when they begin at the earliest, end at the latest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from leadreturns.core.business_days import Calendar
from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, HOURS, NEXT_MONTH_DAY, NONE, UTC_ZONE, Clock, Window
from leadreturns.core.identity import fold_name
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Contract, Terms

_HOUR, _DAY = 3600, 86_400
BEFORE_CONTRACTS = -(10**9)
"""A day on which no contract that has a first day is in force."""


def days_in(contract: Contract, book: PolicyBook) -> list[int]:
    """Days on which the contract is in force: one for each set of the buyer's contracts that it is in force with."""
    if contract.first_day is not None:
        own = contract.first_day
    else:
        own = contract.last_day if contract.last_day is not None else 0
    turns = {own}
    for other in book.contracts:
        if fold_name(other.buyer) == fold_name(contract.buyer):
            turns |= {other.first_day} if other.first_day is not None else set()
            turns |= {other.last_day + 1} if other.last_day is not None else set()
    return sorted(day for day in turns if contract.in_force(day))


def terms_of_sections(book: PolicyBook) -> Iterator[Terms]:
    """The terms of everybody, and those of each campaign, buyer and contract by itself."""
    yield book.terms_for("", "", BEFORE_CONTRACTS)
    for campaign in book.campaigns:
        yield book.terms_for("", campaign, BEFORE_CONTRACTS)
    for buyer in book.buyers:
        yield book.terms_for(buyer, "", BEFORE_CONTRACTS)
    for contract in book.contracts:
        for day in days_in(contract, book):
            yield book.terms_for(contract.buyer, contract.campaign, day)


def never_opens(terms: Terms, calendar: Calendar) -> bool:
    """True when no return can be in time: the window is surely over before `not_before` has passed."""
    return not _kept_open(terms) and closes_before(terms.window, terms.not_before, _clock_of(terms, calendar))


def hardly_opens(terms: Terms, calendar: Calendar) -> bool:
    """True when a window is over when `not_before` has passed, to the second, unless the clocks are set in between."""
    return not _kept_open(terms) and closes_by(terms.window, terms.not_before, _clock_of(terms, calendar))


def _kept_open(terms: Terms) -> bool:
    return terms.window.unit == NONE or terms.roll_forward


def _clock_of(terms: Terms, calendar: Calendar) -> Clock:
    """The clock of the terms in a zone that never changes its clocks."""
    return Clock(UTC_ZONE, calendar, terms.deadline == "exact", terms.first_day_counts)


def closes_before(window: Window, start: Window, clock: Clock) -> bool:
    """True when `window` is surely over before the length of time `start` has passed, both from the same moment."""
    # A day may last an hour longer or shorter by the clock.
    by_clock = window.unit != start.unit and HOURS in (window.unit, start.unit)
    slack = 2 * _HOUR if by_clock or (clock.exact and window.unit == NEXT_MONTH_DAY) else 0
    return _leaves_at_most(-slack - 1, window, start, clock)


def closes_by(window: Window, start: Window, clock: Clock) -> bool:
    """True when from the moment at which `start` has passed at most that second of `window` is left.

    Days of 24 hours are taken for granted: where one is longer or shorter by the clock an hour may be left.
    """
    return _leaves_at_most(0, window, start, clock)


def _leaves_at_most(seconds: int, window: Window, start: Window, clock: Clock) -> bool:
    """True when, counted from any moment, `window` ends at most so many seconds after `start` has passed."""
    if start.amount == 0 or window.unit == NONE:
        return False

    def over(clock: Clock, at: int) -> bool:
        left = clock.deadline(window, at, TimeKind.INSTANT) - clock.opening(start, at, TimeKind.INSTANT)
        return left <= seconds

    calendar = clock.calendar
    ordinary = replace(clock, zone=UTC_ZONE, calendar=Calendar(calendar.weekend), roll_forward=False)
    if not all(over(ordinary, at) for at in _moments(_sample_days(window, start))):
        return False
    if not calendar.holidays:
        return True
    reach = 2 * sum(each.amount for each in (window, start) if each.unit != HOURS) + 62
    around = range(min(calendar.holidays) - reach, max(calendar.holidays) + 1)
    holidays = replace(ordinary, calendar=calendar)
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

    `one` is counted as the terms `counted` say, from a delivery a moment after the sale where they count from there;
    `other` in plain days to their end from the sale, as suppliers' windows are.
    """
    if NONE in (one.unit, other.unit):
        return one.unit != other.unit and other.unit == NONE
    terms = counted or Terms()
    delivery = 1 if terms.counted_from == "delivered" else 0
    counting = _Counting(terms.deadline == "exact", terms.first_day_counts, terms.roll_forward, delivery)
    return _ends_later(one, other, calendar.weekend, counting)


class _Counting(NamedTuple):
    """Those of the terms that say how a window is counted."""

    exact: bool
    first_day_counts: bool
    roll_forward: bool
    delivery: int
    """Seconds from the sale to the start of the window."""


@cache
def _ends_later(one: Window, other: Window, weekend: frozenset[int], counting: _Counting) -> bool:
    """Of many buyers most have the same few windows.

    Among the moments is the last second of a day: a delivery a second later belongs to the next day.
    """
    usual = Calendar(weekend)
    own, plain = Clock(UTC_ZONE, usual, *counting[:3]), Clock(UTC_ZONE, usual)
    return any(
        own.deadline(one, at + counting.delivery, TimeKind.INSTANT) > plain.deadline(other, at, TimeKind.INSTANT)
        for at in _moments(_sample_days(one, other))
    )


def _business_days_a_week(calendar: Calendar) -> int:
    return max(1, 7 - len(calendar.weekend))
