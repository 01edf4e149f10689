"""Days, windows and deadlines: the only code that adds days to dates. The time zone is always explicit.

A day is the number of days since 1970-01-01; an instant is an epoch second; a span is the first and the last instant
that a written time can mean. Month numbers read like dates: 202610 is October 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from leadreturns.core.business_days import Calendar
from leadreturns.core.lead_return import TimeKind

_EPOCH = datetime(1970, 1, 1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY = 86_400
QUARTER = 900
"""Since 2012 the clocks of every zone change on a quarter of an hour, so one look-up serves 900 seconds."""


class Span(NamedTuple):
    """The first and the last epoch second that a written time can mean; equal for an instant."""

    first: int
    last: int


def day_of(value: date) -> int:
    """The day number of a calendar date."""
    return value.toordinal() - _EPOCH_DAY


def date_of(day: int) -> date:
    """The calendar date of a day number."""
    return date.fromordinal(day + _EPOCH_DAY)


def month_of_day(day: int) -> int:
    """The month of a day number, as 202610."""
    value = date_of(day)
    return value.year * 100 + value.month


def first_day(month: int) -> int:
    """The day number of the first of a month: 202610 → that of 2026-10-01."""
    return day_of(date(month // 100, month % 100, 1))


def next_month(month: int) -> int:
    """The month after: 202612 → 202701."""
    return month + 89 if month % 100 == 12 else month + 1


def format_month(month: int) -> str:
    """202610 → '2026-10'."""
    return f"{month // 100:04d}-{month % 100:02d}"


def parse_month(text: str) -> int | None:
    """'2026-10' → 202610, or None."""
    year, _, month = text.partition("-")
    digits = year + month
    if len(year) != 4 or len(month) != 2 or not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits) if 1 <= int(month) <= 12 else None


class Zone:
    """A time zone with its look-ups remembered: a file has many rows and few days.

    Remembered by the day, for days on which the clocks do not change: one that ends with the offset that it began with
    has it throughout, since from 1970 on no zone has changed its clocks twice within a week.
    """

    __slots__ = ("_dates", "_days", "_info", "_offsets", "_walls", "name")

    def __init__(self, name: str) -> None:
        """Raises `zoneinfo.ZoneInfoNotFoundError` or ValueError for a name that is no IANA zone."""
        self.name = name
        self._info = ZoneInfo(name)
        self._offsets: dict[int, int] = {}
        self._walls: dict[int, int] = {}
        self._days: dict[int, Span] = {}
        self._dates: dict[tuple[int, int], tuple[str, str]] = {}

    def offset(self, instant: int) -> int:
        """Seconds to add to UTC to read the local clock at `instant`."""
        day = instant // DAY
        found = self._offsets.get(day)
        if found is None:
            found = self._offset_at(day * DAY)
            if found != self._offset_at(day * DAY + DAY - 1):
                return self._offset_at(instant)
            self._offsets[day] = found
        return found

    def day(self, instant: int) -> int:
        """The local calendar day at `instant`."""
        offset = self._offsets.get(instant // DAY)
        return (instant + (self.offset(instant) if offset is None else offset)) // DAY

    def month(self, instant: int) -> int:
        """The local calendar month at `instant`, as 202610."""
        return month_of_day(self.day(instant))

    def wall_span(self, wall: int) -> Span:
        """The instants that a clock reading can mean: two on the night when clocks go back, and when it never was."""
        day = wall // DAY
        offset = self._walls.get(day)
        if offset is None:
            offsets = {*self._offsets_at(day * DAY), *self._offsets_at(day * DAY + DAY - 1)}
            if len(offsets) > 1:
                one, other = self._offsets_at(wall)
                return Span(wall - max(one, other), wall - min(one, other))
            offset = self._walls[day] = offsets.pop()
        return Span(wall - offset, wall - offset)

    def day_start(self, day: int) -> int:
        """The first second of a local calendar day, also where midnight is skipped by a clock change."""
        return self.day_span(day).first

    def day_end(self, day: int) -> int:
        """The last second of a local calendar day: the later one where clocks go back over midnight."""
        return self.day_span(day).last

    def day_span(self, day: int) -> Span:
        """The first and the last second of a local calendar day."""
        found = self._days.get(day)
        if found is None:
            # Midnight may be skipped, or come twice: what the clock reads then says which of its instants is meant.
            start, *later_start = self._readings(day * DAY)
            end, *later_end = (midnight - 1 for midnight in self._readings(day * DAY + DAY))
            start = next((other for other in later_start if self.day(start) < day), start)
            end = next((other for other in later_end if self.day(other) <= day), end)
            found = self._days[day] = Span(start, end)
        return found

    def _readings(self, wall: int) -> list[int]:
        """The instants that a clock reading can mean, in order, each once."""
        return sorted({wall - offset for offset in self._offsets_at(wall)})

    def _offset_at(self, instant: int) -> int:
        return _seconds(datetime.fromtimestamp(instant, self._info).utcoffset())

    def _offsets_at(self, wall: int) -> tuple[int, int]:
        """The offsets that a clock reading can have, before and after a change of the clocks; mostly the same."""
        reading = (_EPOCH + timedelta(seconds=wall)).replace(tzinfo=self._info)
        return _seconds(reading.utcoffset()), _seconds(reading.replace(fold=1).utcoffset())

    def span(self, at: int, kind: int) -> Span:
        """The instants that a `WrittenTime` can mean on this clock; a date stands for its whole day."""
        if kind == TimeKind.INSTANT:
            return Span(at, at)
        if kind == TimeKind.DATE:
            return self.day_span(at // DAY)
        return self.wall_span(at)

    def first_of(self, at: int, kind: int) -> int:
        """The first instant of `span`."""
        return at if kind == TimeKind.INSTANT else self.span(at, kind).first

    def last_of(self, at: int, kind: int) -> int:
        """The last instant of `span`."""
        return at if kind == TimeKind.INSTANT else self.span(at, kind).last

    def local(self, instant: int) -> datetime:
        """The clock reading at `instant`, with its offset."""
        return datetime.fromtimestamp(instant, self._info)

    def iso(self, instant: int) -> str:
        """The clock reading at `instant` as ISO 8601 with its offset: '2026-10-11T23:59:59-04:00'."""
        offset = self.offset(instant)
        day, second = divmod(instant + offset, DAY)
        found = self._dates.get((day, offset))
        if found is None:
            sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
            found = date_of(day).isoformat(), f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
            self._dates[day, offset] = found
        return f"{found[0]}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{found[1]}"


def _seconds(offset: timedelta | None) -> int:
    return 0 if offset is None else int(offset.total_seconds())


UTC_ZONE = Zone("UTC")


def iso_utc(instant: int) -> str:
    """The instant as ISO 8601 in UTC: '2026-10-12T15:04:05+00:00'."""
    return datetime.fromtimestamp(instant, UTC).isoformat()


HOURS, DAYS, BUSINESS_DAYS, NEXT_MONTH_DAY, NONE = (
    "hours",
    "days",
    "business days",
    "until day of next month",
    "none",
)

OF_NEXT_MONTH = "of next month"
"""The end of the text of a window that lasts until a day of the month after."""


class Window(NamedTuple):
    """A length of time as a contract writes it, for example '10 days' or 'until day 5 of next month'."""

    unit: str
    amount: int
    text: str


@dataclass(frozen=True, slots=True)
class Clock:
    """How windows are counted: in which zone, over which calendar, to the end of the day or exactly."""

    zone: Zone
    calendar: Calendar = Calendar()
    exact: bool = False
    first_day_counts: bool = False
    roll_forward: bool = False
    _ends: dict[tuple[Window, int], int] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Deadlines at the end of a day, by window and the day that it starts on: a file has few of them."""

    def deadline(self, window: Window, start: int, kind: int) -> int:
        """The last second that lies inside `window` counted from a written time, in the buyer's favour.

        Hours are elapsed hours and always exact. Days, counted to the end of the day, end at the last second of the
        nth day after the start's day (the start's own day being the first when `first_day_counts`); counted exactly,
        at the same wall time n days on. A day of the next month always lasts to its end. With `roll_forward` a
        deadline on a weekend or holiday moves to the next business day, keeping its time of day. A `none` window
        raises ValueError: nothing lies inside it.
        """
        if window.unit == HOURS:
            return self._rolled(self.zone.last_of(start, kind) + window.amount * 3600)
        if self.exact and window.unit != NEXT_MONTH_DAY:
            return self._exact_deadline(window, start, kind)
        day = start // DAY if kind == TimeKind.DATE else self.zone.day(self.zone.last_of(start, kind))
        found = self._ends.get((window, day))
        if found is None:
            found = self._ends[window, day] = self.zone.day_end(self._rolled_day(self._last_day(window, day)))
        return found

    def opening(self, window: Window, start: int, kind: int) -> int:
        """The first second that is not before `window` has passed since a written time, in the buyer's favour.

        Days begin with the first second of the nth day after the start's day; exactly, at the same wall time.
        """
        first = self.zone.first_of(start, kind)
        if window.unit == HOURS:
            return first + window.amount * 3600
        day = start // DAY if kind == TimeKind.DATE else self.zone.day(first)
        if window.unit == BUSINESS_DAYS:
            opening_day = self.calendar.add_business(day, window.amount)
        else:
            opening_day = day + window.amount
        if self.exact:
            return self._same_wall_time(first, opening_day).first
        return max(self.zone.day_start(opening_day), first)

    def _last_day(self, window: Window, day: int) -> int:
        if window.unit == NONE:
            raise ValueError("a window of 'none' has no deadline")
        if window.unit == NEXT_MONTH_DAY:
            return _day_in_next_month(day, window.amount)
        # Under "exact" a window is a length of time, in which no day is counted as the first.
        counts_now = self.first_day_counts and not self.exact and window.amount > 0
        if window.unit == BUSINESS_DAYS:
            own = 1 if counts_now and self.calendar.is_business(day) else 0
            return self.calendar.add_business(day, window.amount - own)
        return day + window.amount - (1 if counts_now else 0)

    def _exact_deadline(self, window: Window, start: int, kind: int) -> int:
        instant = self.zone.last_of(start, kind)
        last_day = self._last_day(window, self.zone.day(instant))
        return self._same_wall_time(instant, self._rolled_day(last_day)).last

    def _same_wall_time(self, instant: int, day: int) -> Span:
        """The time of day of `instant`, on another day."""
        time_of_day = (instant + self.zone.offset(instant)) % DAY
        return self.zone.wall_span(day * DAY + time_of_day)

    def _rolled(self, instant: int) -> int:
        day = self.zone.day(instant) if self.roll_forward else 0
        if not self.roll_forward or self.calendar.is_business(day):
            return instant
        return self._same_wall_time(instant, self.calendar.next_business(day)).last

    def _rolled_day(self, day: int) -> int:
        return self.calendar.next_business(day) if self.roll_forward else day


def _day_in_next_month(day: int, number: int) -> int:
    """Day `number` of the month after that of `day`; the last day of that month when it is shorter."""
    month = next_month(month_of_day(day))
    return min(first_day(month) + number, first_day(next_month(month))) - 1
