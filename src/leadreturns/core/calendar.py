"""Days, windows and deadlines: the only code that adds days to dates. The time zone is always explicit.

A day is the number of days since 1970-01-01; an instant is an epoch second; a span is the first and the last instant
that a written time can mean. Month numbers read like dates: 202610 is October 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from leadreturns.core.lead_return import TimeKind

_EPOCH = datetime(1970, 1, 1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
QUARTER = 900
"""Every zone offset in use since 1972 changes on a quarter of an hour, so one look-up serves 900 seconds."""


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
    """A time zone with its look-ups remembered: a file has many rows and few days."""

    __slots__ = ("_days", "_info", "_offsets", "_starts", "_walls", "name")

    def __init__(self, name: str) -> None:
        """Raises `zoneinfo.ZoneInfoNotFoundError` or ValueError for a name that is no IANA zone."""
        self.name = name
        self._info = ZoneInfo(name)
        self._offsets: dict[int, int] = {}
        self._walls: dict[int, tuple[int, int]] = {}
        self._starts: dict[int, int] = {}
        self._days: dict[int, int] = {}

    def offset(self, instant: int) -> int:
        """Seconds to add to UTC to read the local clock at `instant`."""
        key = instant // QUARTER
        found = self._offsets.get(key)
        if found is None:
            local = datetime.fromtimestamp(key * QUARTER, self._info)
            found = self._offsets[key] = _seconds(local.utcoffset())
        return found

    def day(self, instant: int) -> int:
        """The local calendar day at `instant`."""
        return (instant + self.offset(instant)) // 86_400

    def month(self, instant: int) -> int:
        """The local calendar month at `instant`, as 202610."""
        return month_of_day(self.day(instant))

    def wall_span(self, wall: int) -> Span:
        """The instants that a clock reading can mean: two on the night when clocks go back, and when it never was."""
        key = wall // QUARTER
        offsets = self._walls.get(key)
        if offsets is None:
            reading = (_EPOCH + timedelta(seconds=key * QUARTER)).replace(tzinfo=self._info)
            before, after = reading.utcoffset(), reading.replace(fold=1).utcoffset()
            offsets = self._walls[key] = (_seconds(before), _seconds(after))
        first, last = wall - offsets[0], wall - offsets[1]
        return Span(first, last) if first <= last else Span(last, first)

    def day_start(self, day: int) -> int:
        """The first instant of a local calendar day, also where midnight is skipped by a clock change."""
        found = self._starts.get(day)
        if found is None:
            midnight = (_EPOCH + timedelta(days=day)).replace(tzinfo=self._info)
            found = self._starts[day] = day * 86_400 - _seconds(midnight.utcoffset())
        return found

    def day_end(self, day: int) -> int:
        """The last second of a local calendar day."""
        return self.day_start(day + 1) - 1

    def span(self, at: int, kind: int) -> Span:
        """The instants that a `WrittenTime` can mean on this clock; a date stands for its whole day."""
        if kind == TimeKind.INSTANT:
            return Span(at, at)
        if kind == TimeKind.DATE:
            day = at // 86_400
            return Span(self.day_start(day), self.day_end(day))
        return self.wall_span(at)

    def local(self, instant: int) -> datetime:
        """The clock reading at `instant`, with its offset."""
        return datetime.fromtimestamp(instant, self._info)


def _seconds(offset: timedelta | None) -> int:
    return 0 if offset is None else int(offset.total_seconds())


UTC_ZONE = Zone("UTC")


def iso_utc(instant: int) -> str:
    """The instant as ISO 8601 in UTC: '2026-10-12T15:04:05+00:00'."""
    return datetime.fromtimestamp(instant, UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are business days."""

    weekend: frozenset[int] = frozenset({5, 6})
    """Weekdays that are no business days; Monday is 0."""
    holidays: frozenset[int] = frozenset()
    """Day numbers."""

    def is_business(self, day: int) -> bool:
        """True for a day that is neither weekend nor holiday. 1970-01-01 was a Thursday."""
        return (day + 3) % 7 not in self.weekend and day not in self.holidays

    def next_business(self, day: int) -> int:
        """The day itself if it is a business day, else the next one that is."""
        for candidate in range(day, day + 400):
            if self.is_business(candidate):
                return candidate
        return day

    def add_business(self, day: int, count: int) -> int:
        """The `count`-th business day after `day`; `day` itself for 0. Gives up after 400 days without one."""
        for _ in range(count):
            day = self.next_business(day + 1)
        return day


HOURS, DAYS, BUSINESS_DAYS, NEXT_MONTH_DAY, NONE = (
    "hours",
    "days",
    "business days",
    "until day of next month",
    "none",
)


@dataclass(frozen=True, slots=True)
class Window:
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

    def deadline(self, window: Window, start: int, kind: int) -> int:
        """The last second that lies inside `window` counted from a written time, in the buyer's favour.

        Hours are elapsed hours and always exact. Days, counted to the end of the day, end at the last second of the
        nth day after the start's day (the start's own day being the first when `first_day_counts`); counted exactly,
        at the same wall time n days on. A `none` window raises ValueError: nothing lies inside it.
        """
        if window.unit == NONE:
            raise ValueError("a window of 'none' has no deadline")
        span = self.zone.span(start, kind)
        if window.unit == HOURS:
            return self._rolled(span.last + window.amount * 3600)
        day = start // 86_400 if kind == TimeKind.DATE else self.zone.day(span.last)
        last_day = self._last_day(window, day)
        if self.exact and window.unit != NEXT_MONTH_DAY:
            return self._same_wall_time(span.last, last_day)
        return self.zone.day_end(self._rolled_day(last_day))

    def opening(self, window: Window, start: int, kind: int) -> int:
        """The first second that is not before `window` has passed since a written time, in the buyer's favour."""
        span = self.zone.span(start, kind)
        if window.unit == HOURS:
            return span.first + window.amount * 3600
        day = start // 86_400 if kind == TimeKind.DATE else self.zone.day(span.first)
        if window.unit == BUSINESS_DAYS:
            opening_day = self.calendar.add_business(day, window.amount)
        else:
            opening_day = day + window.amount
        if self.exact:
            return self._same_wall_time(span.first, opening_day)
        return max(self.zone.day_start(opening_day), span.first)

    def _last_day(self, window: Window, day: int) -> int:
        if window.unit == NEXT_MONTH_DAY:
            return _day_in_next_month(day, window.amount)
        # Under "exact" a window is a length of time, in which no day is counted as the first.
        counts_now = self.first_day_counts and not self.exact and window.amount > 0
        if window.unit == BUSINESS_DAYS:
            own = 1 if counts_now and self.calendar.is_business(day) else 0
            return self.calendar.add_business(day, window.amount - own)
        return day + window.amount - (1 if counts_now else 0)

    def _same_wall_time(self, instant: int, day: int) -> int:
        clock = (instant + self.zone.offset(instant)) % 86_400
        return self.zone.wall_span(self._rolled_day(day) * 86_400 + clock).last

    def _rolled(self, instant: int) -> int:
        if not self.roll_forward:
            return instant
        day = self.zone.day(instant)
        return instant if self.calendar.is_business(day) else self._same_wall_time(instant, day)

    def _rolled_day(self, day: int) -> int:
        return self.calendar.next_business(day) if self.roll_forward else day


def _day_in_next_month(day: int, number: int) -> int:
    """Day `number` of the month after that of `day`; the last day of that month when it is shorter."""
    month = next_month(month_of_day(day))
    first = date(month // 100, month % 100, 1)
    after = next_month(month)
    length = (date(after // 100, after % 100, 1) - first).days
    return day_of(first) + min(number, length) - 1
