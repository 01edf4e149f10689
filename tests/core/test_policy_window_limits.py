"""What is called certain about windows holds for every sale, on every clock."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadreturns.core.business_days import Calendar
from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, HOURS, NEXT_MONTH_DAY, NONE, Clock, Window, Zone
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.terms import Terms
from leadreturns.core.window_limits import closes_before, closes_by, hardly_opens, is_longer, never_opens

ZONES = [Zone(name) for name in ("UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia")]
CALENDAR = Calendar(holidays=frozenset({20_447, 20_448, 20_812, 20_813}))

lengths = st.builds(Window, st.sampled_from([HOURS, DAYS, BUSINESS_DAYS]), st.integers(0, 40), st.just("")).map(
    lambda window: Window(window.unit, window.amount * (24 if window.unit == HOURS else 1), "")
)
windows = lengths | st.builds(Window, st.just(NEXT_MONTH_DAY), st.integers(1, 31), st.just(""))
sales = st.integers(1_700_000_000, 1_800_000_000)
clocks = st.builds(
    Clock,
    zone=st.sampled_from(ZONES),
    calendar=st.just(CALENDAR),
    exact=st.booleans(),
    first_day_counts=st.booleans(),
)


@settings(max_examples=400)
@given(windows, lengths, clocks, sales)
def test_a_window_that_closes_before_a_start_is_over_when_it_comes(
    window: Window, start: Window, clock: Clock, sale: int
) -> None:
    if closes_before(window, start, clock):
        for kind in (TimeKind.INSTANT, TimeKind.WALL):
            opening = clock.opening(start, sale, kind)
            assert clock.deadline(window, sale, kind) < opening


@settings(max_examples=400)
@given(windows, lengths, clocks, sales)
def test_a_window_that_closes_by_a_start_leaves_a_second_or_what_the_clocks_are_set_by(
    window: Window, start: Window, clock: Clock, sale: int
) -> None:
    if closes_by(window, start, clock):
        left = clock.deadline(window, sale, TimeKind.INSTANT) - clock.opening(start, sale, TimeKind.INSTANT)
        steady = clock.zone.name == "UTC" or HOURS not in (window.unit, start.unit) or window.unit == start.unit
        assert left <= (0 if steady else 3600)


@settings(max_examples=200)
@given(lengths, lengths, clocks, sales)
def test_windows_in_the_same_unit_are_compared_by_amount(one: Window, other: Window, clock: Clock, sale: int) -> None:
    if one.unit == other.unit and is_longer(one, other, clock.calendar):
        ends = [clock.deadline(window, sale, TimeKind.INSTANT) for window in (one, other)]
        assert ends[0] >= ends[1]


def test_longer_across_units() -> None:
    calendar = Calendar()
    ordered = [
        Window(HOURS, 72, "72 hours"),
        Window(DAYS, 4, "4 days"),
        Window(BUSINESS_DAYS, 5, "5 business days"),
        Window(DAYS, 10, "10 days"),
        Window(NEXT_MONTH_DAY, 5, "until day 5 of next month"),
        Window(DAYS, 60, "60 days"),
    ]
    for shorter, longer in pairwise(ordered):
        assert is_longer(longer, shorter, calendar)
        assert not is_longer(shorter, longer, calendar) or NEXT_MONTH_DAY in (shorter.unit, longer.unit)


def window(unit: str, amount: int) -> Window:
    return Window(unit, amount, f"{amount} {unit}")


def test_five_business_days_are_a_week_at_the_most() -> None:
    """From a Monday they end on the Monday after; from a Saturday on the Friday, a day before the week does."""
    week, working = window(DAYS, 7), window(BUSINESS_DAYS, 5)
    assert not is_longer(working, week, Calendar())
    assert is_longer(week, working, Calendar())


@pytest.mark.parametrize(
    ("one", "other", "counted"),
    [
        (window(DAYS, 3), window(HOURS, 72), Terms()),
        (window(DAYS, 10), window(HOURS, 240), Terms()),
        (window(BUSINESS_DAYS, 1), window(DAYS, 2), Terms()),
        (window(DAYS, 10), window(DAYS, 10), Terms(roll_forward=True)),
        (window(NEXT_MONTH_DAY, 5), window(DAYS, 34), Terms()),
        (window(DAYS, 1), window(NONE, 0), Terms()),
        (window(DAYS, 20), window(DAYS, 20), Terms(counted_from="delivered")),
        (window(HOURS, 72), window(DAYS, 3), Terms(counted_from="delivered")),
    ],
)
def test_a_window_that_ends_later_for_some_sale_is_longer(one: Window, other: Window, counted: Terms) -> None:
    assert is_longer(one, other, Calendar(), counted)


@pytest.mark.parametrize(
    ("one", "other", "counted"),
    [
        (window(DAYS, 11), window(DAYS, 10), Terms(first_day_counts=True)),
        (window(HOURS, 72), window(DAYS, 3), Terms()),
        (window(DAYS, 10), window(HOURS, 240), Terms(deadline="exact")),
        (window(BUSINESS_DAYS, 1), window(DAYS, 3), Terms()),
        (window(NEXT_MONTH_DAY, 5), window(DAYS, 35), Terms()),
        (window(NONE, 0), window(DAYS, 1), Terms()),
        (window(DAYS, 19), window(DAYS, 20), Terms(counted_from="delivered")),
        (window(DAYS, 20), window(DAYS, 20), Terms(counted_from="delivered", first_day_counts=True)),
        (window(HOURS, 72), window(DAYS, 4), Terms(counted_from="delivered")),
    ],
)
def test_a_window_that_ends_later_for_no_sale_is_not_longer(one: Window, other: Window, counted: Terms) -> None:
    assert not is_longer(one, other, Calendar(), counted)


@pytest.mark.parametrize(
    ("last", "start"),
    [
        (window(NEXT_MONTH_DAY, 3), window(DAYS, 40)),
        (window(BUSINESS_DAYS, 5), window(DAYS, 20)),
        (window(DAYS, 5), window(BUSINESS_DAYS, 7)),
        (window(HOURS, 72), window(DAYS, 5)),
    ],
)
def test_a_start_after_every_end_of_the_window_leaves_no_time(last: Window, start: Window) -> None:
    assert never_opens(Terms(window=last, not_before=start), Calendar())


@pytest.mark.parametrize(
    ("last", "start"),
    [
        (window(NEXT_MONTH_DAY, 3), window(DAYS, 33)),
        (window(BUSINESS_DAYS, 5), window(DAYS, 7)),
        (window(DAYS, 5), window(BUSINESS_DAYS, 5)),
        (window(DAYS, 0), window(HOURS, 24)),
    ],
)
def test_a_start_before_some_end_of_the_window_leaves_time(last: Window, start: Window) -> None:
    assert not never_opens(Terms(window=last, not_before=start), Calendar())


def test_holidays_may_leave_time_for_a_start_that_is_else_too_late() -> None:
    """Five business days from the Friday before a whole week of holidays last until the Friday after it."""
    last, start = window(BUSINESS_DAYS, 5), window(DAYS, 8)
    week = frozenset(range(19_730, 19_735))
    assert never_opens(Terms(window=last, not_before=start), Calendar())
    assert not never_opens(Terms(window=last, not_before=start), Calendar(holidays=week))


def test_the_first_day_makes_a_window_a_day_shorter() -> None:
    seven = Window(DAYS, 7, "7 days")
    calendar = Calendar()
    assert not never_opens(Terms(window=seven, not_before=seven), calendar)
    assert never_opens(Terms(window=seven, not_before=seven, first_day_counts=True), calendar)
    assert not never_opens(Terms(window=seven, not_before=seven, first_day_counts=True, deadline="exact"), calendar)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(window=window(HOURS, 72), not_before=window(DAYS, 4)),
        Terms(window=window(HOURS, 72), not_before=window(DAYS, 3), deadline="exact"),
        Terms(window=window(DAYS, 3), not_before=window(DAYS, 3), deadline="exact"),
        Terms(window=window(HOURS, 48), not_before=window(HOURS, 48)),
        Terms(window=window(DAYS, 2), not_before=window(HOURS, 72)),
    ],
)
def test_a_window_may_be_over_as_soon_as_it_begins(terms: Terms) -> None:
    assert hardly_opens(terms, Calendar())
    assert not never_opens(terms, Calendar())


@pytest.mark.parametrize(
    "terms",
    [
        Terms(window=window(HOURS, 72), not_before=window(DAYS, 3)),
        Terms(window=window(DAYS, 3), not_before=window(DAYS, 3)),
        Terms(window=window(DAYS, 3), not_before=window(HOURS, 72)),
        Terms(window=window(HOURS, 72), not_before=window(DAYS, 4), roll_forward=True),
        Terms(window=window(HOURS, 72), not_before=window(BUSINESS_DAYS, 3)),
    ],
)
def test_a_window_with_hours_left_opens(terms: Terms) -> None:
    assert not hardly_opens(terms, Calendar())


def test_exact_days_are_held_against_hours_to_the_second() -> None:
    """96 hours after the sale begins what 72 hours after it is over; to the end of days an hour might be left."""
    terms = Terms(window=window(HOURS, 72), not_before=window(DAYS, 4), deadline="exact")
    assert never_opens(terms, Calendar())


def test_nothing_is_certain_when_deadlines_roll_or_no_returns_are_allowed() -> None:
    day, week = Window(DAYS, 1, "1 day"), Window(DAYS, 7, "7 days")
    assert never_opens(Terms(window=day, not_before=week), Calendar())
    assert not never_opens(Terms(window=day, not_before=week, roll_forward=True), Calendar())
    assert not never_opens(Terms(window=Window(NONE, 0, "none"), not_before=week), Calendar())
