"""Windows: the table of deadlines.csv, worked out by hand, and any window against the oracle that walks the clock."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadreturns.core.calendar import (
    BUSINESS_DAYS,
    DAYS,
    HOURS,
    NEXT_MONTH_DAY,
    Calendar,
    Clock,
    Window,
    Zone,
    day_of,
)
from leadreturns.core.decision import Receipt, case_of, decide
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.matching import match
from tests.core import deadline_oracle as oracle
from tests.core.terms_in_words import MUCH_LATER, asked, gathered, policies, sale, settled

TABLE = Path(__file__).with_name("deadlines.csv")
WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calendar_section(off: str) -> str:
    """'fri sat 2026-11-26' → [calendar]; 'none' is no weekend."""
    words = off.split()
    weekend = [word for word in words if word in WEEKDAYS]
    holidays = [word for word in words if word not in WEEKDAYS and word != "none"]
    lines = [f"holidays = {holidays}"] if holidays else []
    if weekend or "none" in words:
        lines.append(f"weekend = {weekend}")
    return "\n".join(["[calendar]", *lines, ""]) if lines else ""


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['terms']} {row['sold']} {row['requested']}")
def test_the_table_worked_out_by_hand(row: dict[str, str]) -> None:
    terms = row["terms"].replace("; ", "\n")
    book = policies(f"{calendar_section(row['off'])}[terms]\n{terms}\napproval = 'auto'\n", row["zone"])
    zone = book.terms_for("acme", "solar", 0).clock.zone
    sold = sale(sold=row["sold"], delivered=row["delivered"], zone=zone.name)
    received = MUCH_LATER
    if row["received"]:
        at, kind = settled(row["received"], zone)
        received = zone.day_end(at // 86_400) if kind == TimeKind.DATE else at
    request, known, receipt = asked(requested=row["requested"]), gathered([sold]), Receipt(1, received)
    case = case_of(request, match(request, known.candidates, book), known, book, receipt)
    if row["deadline"]:
        assert zone.iso(case.deadline).replace("T", " ") == row["deadline"], row["why"]
    if row["opens"]:
        opens = case.terms.clock.opening(case.terms.not_before, *case.clock_start)
        assert zone.iso(opens).replace("T", " ") == row["opens"], row["why"]
    decision = decide(request, known, book, receipt)
    assert (decision.outcome, decision.leading) == (row["outcome"], row["finding"]), row["why"]


def test_the_table_is_large_enough_and_says_why() -> None:
    told = rows()
    assert len(told) >= 120
    assert all(row["why"] for row in told)
    assert len({(row["zone"], row["terms"], row["off"], row["sold"], row["requested"], row["received"],
                 row["delivered"]) for row in told}) == len(told)  # fmt: skip
    assert Counter(row["outcome"] for row in told)["rejected"] > 50


ZONES = (
    "America/New_York", "Europe/London", "Asia/Kolkata", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe",
    "Pacific/Kiritimati", "America/St_Johns", "Atlantic/Azores", "Africa/Casablanca", "America/Asuncion", "UTC",
)  # fmt: skip
HOLIDAYS = frozenset({date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 11, 26), date(2026, 12, 25)})
MOMENTS = st.one_of(
    st.integers(1_735_689_600, 1_830_297_600),
    # The nights on which clocks change in New York, London, Havana and Beirut, which chance would hardly meet.
    st.sampled_from([1_772_953_200, 1_793_509_200, 1_774_746_000, 1_792_890_000, 1_774_735_200]).flatmap(
        lambda change: st.integers(change - 90_000, change + 90_000)
    ),
)
WINDOWS = st.one_of(
    st.builds(lambda n: Window(HOURS, n, ""), st.integers(0, 800)),
    st.builds(lambda n: Window(DAYS, n, ""), st.integers(0, 400)),
    st.builds(lambda n: Window(BUSINESS_DAYS, n, ""), st.integers(0, 30)),
    st.builds(lambda n: Window(NEXT_MONTH_DAY, n, ""), st.integers(1, 31)),
)
WEEKENDS = st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset[int]()])


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def naive_deadline(window: Window, start: datetime, zone: ZoneInfo, clock: Clock) -> datetime:
    """The deadline by walking; `start` is the last instant that the start of the window can mean."""
    weekend, holidays = clock.calendar.weekend, HOLIDAYS
    if window.unit == HOURS:
        end = start + timedelta(hours=window.amount)
        day = end.astimezone(zone).date()
        if not clock.roll_forward or oracle.rolled(day, weekend, holidays) == day:
            return end
        return same_time(end, oracle.rolled(day, weekend, holidays), zone)[-1]
    day = start.astimezone(zone).date()
    counts = clock.first_day_counts and not clock.exact and window.amount > 0
    if window.unit == NEXT_MONTH_DAY:
        last = oracle.next_month_day(day, window.amount)
    elif window.unit == DAYS:
        last = day + timedelta(days=window.amount - counts)
    else:
        own = counts and oracle.rolled(day, weekend, holidays) == day
        last = oracle.business_days_after(day, window.amount - own, weekend, holidays)
    if clock.roll_forward:
        last = oracle.rolled(last, weekend, holidays)
    if clock.exact and window.unit != NEXT_MONTH_DAY:
        return same_time(start, last, zone)[-1]
    return oracle.last_second_of(last, zone)


def same_time(instant: datetime, day: date, zone: ZoneInfo) -> list[datetime]:
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return oracle.readings(datetime.combine(day, wall.time()), zone)


@settings(max_examples=400, deadline=None)
@given(
    window=WINDOWS,
    at=MOMENTS,
    is_date=st.booleans(),
    name=st.sampled_from(ZONES),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    weekend=WEEKENDS,
)
def test_any_deadline_is_where_walking_along_the_clock_ends(
    window: Window, at: int, is_date: bool, name: str, flags: tuple[bool, bool, bool], weekend: frozenset[int]
) -> None:
    zone = ZoneInfo(name)
    calendar = Calendar(weekend, frozenset(map(day_of, HOLIDAYS)))
    clock = Clock(Zone(name), calendar, *flags)
    if is_date:
        day = at // 86_400
        start = oracle.last_second_of(date.fromordinal(day + date(1970, 1, 1).toordinal()), zone)
        found = clock.deadline(window, day * 86_400, TimeKind.DATE)
    else:
        start = datetime.fromtimestamp(at, UTC)
        found = clock.deadline(window, at, TimeKind.INSTANT)
    assert found == seconds(naive_deadline(window, start, zone, clock))


@settings(max_examples=300, deadline=None)
@given(
    amount=st.integers(0, 40),
    unit=st.sampled_from([HOURS, DAYS, BUSINESS_DAYS]),
    at=MOMENTS,
    name=st.sampled_from(ZONES),
    exact=st.booleans(),
    roll=st.booleans(),
)
def test_any_opening_is_where_walking_along_the_clock_ends(
    amount: int, unit: str, at: int, name: str, exact: bool, roll: bool
) -> None:
    zone, start = ZoneInfo(name), datetime.fromtimestamp(at, UTC)
    weekend = frozenset({5, 6})
    clock = Clock(Zone(name), Calendar(weekend, frozenset(map(day_of, HOLIDAYS))), exact, roll_forward=roll)
    found = clock.opening(Window(unit, amount, ""), at, TimeKind.INSTANT)
    day = start.astimezone(zone).date()
    if unit == HOURS:
        expected = start + timedelta(hours=amount)
    else:
        if unit == DAYS:
            day += timedelta(days=amount)
        else:
            day = oracle.business_days_after(day, amount, weekend, HOLIDAYS)
        expected = same_time(start, day, zone)[0] if exact else max(start, oracle.first_second_of(day, zone))
    assert found == seconds(expected)


@settings(max_examples=150, deadline=None)
@given(wall=MOMENTS, name=st.sampled_from(ZONES))
def test_a_reading_of_the_wall_means_the_instants_at_which_it_was_seen(wall: int, name: str) -> None:
    reading = datetime.fromtimestamp(wall, UTC).replace(tzinfo=None)
    seen = oracle.readings(reading, ZoneInfo(name))
    assert Zone(name).wall_span(wall) == (seconds(seen[0]), seconds(seen[-1]))


@settings(max_examples=150, deadline=None)
@given(at=MOMENTS, name=st.sampled_from(ZONES))
def test_the_clock_is_read_as_the_standard_library_reads_it(at: int, name: str) -> None:
    assert Zone(name).iso(at) == datetime.fromtimestamp(at, ZoneInfo(name)).isoformat()


def test_a_window_of_none_has_no_deadline() -> None:
    with pytest.raises(ValueError, match="no deadline"):
        Clock(Zone("UTC")).deadline(Window("none", 0, "none"), 0, TimeKind.DATE)
