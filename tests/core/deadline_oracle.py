"""When a window ends and opens, found out by walking along the clock: slow, plain, and without a line of ours.

It imports nothing of the package. A day of the calendar is a `date`, an instant is an aware UTC `datetime` of whole
seconds; whoever asks says which instants a written time can mean.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND, QUARTER, DAY = timedelta(seconds=1), timedelta(minutes=15), timedelta(days=1)


def last_second_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second at which a calendar on the wall shows `day` or an earlier one."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + 3 * DAY
    while at.astimezone(zone).date() > day:
        at -= QUARTER
    while (at + SECOND).astimezone(zone).date() <= day:
        at += SECOND
    return at


def first_second_of(day: date, zone: ZoneInfo) -> datetime:
    """The first second at which a calendar on the wall shows `day` or a later one."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * DAY
    while at.astimezone(zone).date() < day:
        at += QUARTER
    while (at - SECOND).astimezone(zone).date() >= day:
        at -= SECOND
    return at


def readings(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """Every instant at which the clock on the wall shows `wall`; when it never does, both that it can be taken for.

    A reading that was skipped is taken as if the clocks had not been changed yet, and as if they had been before.
    """
    found = []
    at = wall.replace(tzinfo=UTC) - 2 * DAY
    end = at + 4 * DAY
    while at < end:
        shown, later = (each.astimezone(zone).replace(tzinfo=None) for each in (at, at + QUARTER))
        ahead = wall - shown
        if timedelta(0) <= ahead < QUARTER and (at + ahead).astimezone(zone).replace(tzinfo=None) == wall:
            found.append(at + ahead)
        elif shown < wall < later and later - shown > QUARTER:
            found += [at + ahead, at + QUARTER - (later - wall)]
        at += QUARTER
    return sorted(found)


def business_days_after(day: date, count: int, weekend: Collection[int], holidays: Collection[date]) -> date:
    while count:
        day += DAY
        count -= day.weekday() not in weekend and day not in holidays
    return day


def next_month_day(day: date, number: int) -> date:
    """The `number`-th day of the month after, or its last one."""
    first = day.replace(day=1) + 31 * DAY
    while first.day != 1:
        first -= DAY
    wanted = first
    while wanted.day < number and (wanted + DAY).month == first.month:
        wanted += DAY
    return wanted


def rolled(day: date, weekend: Collection[int], holidays: Collection[date]) -> date:
    while day.weekday() in weekend or day in holidays:
        day += DAY
    return day
