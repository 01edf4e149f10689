"""One date text at a time: which day and which time of day it says, and which orders of day and month it allows.

Year-first texts and texts with the month's name in English say it by themselves. Others (03/04/2026) do so only
together with the order of their column. Two-digit years are those of POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are
2000 to 2068. Years outside 1990 to 2100 are no dates of a sale or a return.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from leadreturns.core.calendar import day_of
from leadreturns.core.lead_return import TimeKind

FIRST_YEAR, LAST_YEAR = 1990, 2100
MAX_DATE_CHARACTERS = 80
DMY, MDY, YMD = "dmy", "mdy", "ymd"

_TAIL = re.compile(
    r"(?:\s+(?:at|@)\s+|[Tt\s,]\s*)(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|(?=\s*[AaPp]\.?[Mm]))(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s+Uhr)?"
    r"(?:\s*(?P<zone>[A-Za-z]{1,4}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)(?:\s*\([A-Za-z ]{1,40}\))?)?$",
    re.ASCII,
)
_YEAR_FIRST = re.compile(r"(\d{4})\s?([-/.]?)\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})\s?([-/. ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?", re.ASCII)
_WEEKDAY = re.compile(r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?[.,]?\s+", re.I | re.ASCII)
_MONTH_WORD = r"([A-Za-z]{3,9})\.?"
_PART = r"[\s\-/.,]{0,3}"
_DAY_MONTH_YEAR = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?{_PART}(?:of\s)?{_MONTH_WORD}{_PART}'?(\d{{4}}|\d{{2}})", re.I | re.A
)
_MONTH_DAY_YEAR = re.compile(
    rf"{_MONTH_WORD}{_PART}(\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.,]{{1,3}}'?(\d{{4}}|\d{{2}})", re.I | re.A
)
_YEAR_MONTH_DAY = re.compile(rf"(\d{{4}}){_PART}{_MONTH_WORD}{_PART}(\d{{1,2}})(?:st|nd|rd|th)?", re.I | re.A)
_WITHOUT_SIGNS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[Tt ](\d{2})(\d{2})(\d{2})?|(\d{2})(\d{2})(\d{2}))(\D.*)?", re.A)
"""20261001T101500Z, 20261001101500: ISO 8601 in its basic form, and without the T."""
_YEAR_LAST = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?([A-Za-z]{3}\s+\d{1,2})\s+(\d{1,2}:\d{2}:\d{2})\s+(?:([A-Za-z]{1,4})\s+)?(\d{4})", re.ASCII
)
"""Thu Oct  1 10:00:00 UTC 2026, as the programs `date` and `asctime` write it."""
_LOOK_ALIKES = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"), "\u5e74": "-", "\u6708": "-", "\u65e5": " "}
)
"""Dashes that pass for a hyphen, and the words for year, month and day that stand behind Chinese and Japanese ones."""
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_NUMBERS = {name[:length]: at for at, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {"sept": 9}
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0,
    "wet": 0, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "akst": -9, "akdt": -8, "hst": -10,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Hours from UTC of the zone names that RFC 2822 (4.3) defines, and of those of Europe, Alaska and Hawaii that no
other zone shares; any other name leaves the time unknown."""


class ClockTime(NamedTuple):
    """A time of day as written: seconds since midnight, minus the zone's offset where there is one."""

    seconds: int
    kind: int


NO_TIME = ClockTime(0, TimeKind.DATE)


class DateText(NamedTuple):
    """A text without its time, and the time."""

    day: str
    clock: ClockTime


def split_time(text: str) -> DateText | None:
    """The date and the time that a text says; None when what looks like its time is none (25:00, an unknown zone)."""
    found = _TAIL.search(_rewritten(text))
    if found is None:
        return DateText(text, NO_TIME)
    clock = _clock_time(found)
    return None if clock is None else DateText(found.string[: found.start()].rstrip(), clock)


def _rewritten(text: str) -> str:
    """A text that has its time in another place, or without signs, as one that has it behind the date."""
    if (found := _YEAR_LAST.fullmatch(text)) is not None:
        day, clock, zone, year = found.groups()
        return f"{' '.join(day.split())} {year} {clock} {zone or ''}".rstrip()
    if (found := _WITHOUT_SIGNS.fullmatch(text)) is not None:
        year, month, day, *clock, rest = found.groups()
        return f"{year}-{month}-{day} {':'.join(filter(None, clock))}{rest or ''}"
    return text


def plain_signs(text: str) -> str:
    """The text with full-width digits, odd dashes and the signs for year, month and day as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_LOOK_ALIKES)).strip()


def _clock_time(found: re.Match[str]) -> ClockTime | None:
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    half, zone = found["half"], found["zone"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    seconds = hour * 3600 + minute * 60 + second
    if not zone:
        return ClockTime(seconds, TimeKind.WALL)
    offset = zone_offset(zone)
    return None if offset is None else ClockTime(seconds - offset, TimeKind.INSTANT)


def zone_offset(zone: str) -> int | None:
    """Seconds east of UTC."""
    hours = _ZONES.get(zone.lower())
    if hours is not None:
        return hours * 3600
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", zone, re.ASCII)
    if found is None or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None
    offset = int(found[2]) * 3600 + int(found[3] or 0) * 60
    return -offset if found[1] == "-" else offset


def plain_day(text: str) -> int | None:
    """The day number of a date that says its order itself: year first, or with the month's name; else None."""
    found = _YEAR_FIRST.fullmatch(text)
    if found is not None:
        whole = found[2] or len(text) == 8
        return _day(int(found[1]), int(found[3]), int(found[4])) if whole else None
    text = _WEEKDAY.sub("", text, count=1) if text[:1].isalpha() else text
    for shape, (year, month, day) in _NAMED_SHAPES:
        found = shape.fullmatch(text)
        if found is not None and found[month].lower() in _MONTH_NUMBERS:
            return _day(_year(found[year]), _MONTH_NUMBERS[found[month].lower()], int(found[day]))
    return None


_NAMED_SHAPES = ((_DAY_MONTH_YEAR, (3, 2, 1)), (_MONTH_DAY_YEAR, (3, 1, 2)), (_YEAR_MONTH_DAY, (1, 2, 3)))


def ordered_days(text: str) -> dict[str, int] | None:
    """Order → day number, of the orders in which a text of three numbers is a date; None for any other text.

    'ymd' is there only for a two-digit year, since with four digits the text shows which number the year is.
    """
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return None
    first, second, last = found[1], found[3], found[4]
    days = {DMY: _day(_year(last), int(second), int(first)), MDY: _day(_year(last), int(first), int(second))}
    if len(last) == 2 and len(first) == 2:
        days[YMD] = _day(_year(first), int(second), int(last))
    return {order: day for order, day in days.items() if day is not None}


def formatted(text: str, formats: Iterable[str]) -> tuple[int, ClockTime] | None:
    """The day and time of a text in the first of the buyer's own formats that it fits, else None."""
    for layout in formats:
        try:
            value = datetime.strptime(text, layout)
        except (ValueError, OverflowError):
            continue
        day = _day(value.year, value.month, value.day)
        if day is None:
            return None
        return day, _clock_of(value, any(letter in layout for letter in ("%H", "%I")))
    return None


def _clock_of(value: datetime, has_time: bool) -> ClockTime:
    if not has_time:
        return NO_TIME
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    offset = value.utcoffset()
    if offset is None:
        return ClockTime(seconds, TimeKind.WALL)
    return ClockTime(seconds - int(offset.total_seconds()), TimeKind.INSTANT)


def cell_time(cell: date | datetime) -> tuple[int, ClockTime] | None:
    """The day and time of a real date cell; None outside 1990 to 2100.

    Midnight to the second is a date without a time: a date cell holds no time, and readers of workbooks differ in
    whether they show it as a date or as midnight.
    """
    day = _day(cell.year, cell.month, cell.day)
    if day is None:
        return None
    if not isinstance(cell, datetime):
        return day, NO_TIME
    clock = _clock_of(cell, True)
    return day, NO_TIME if clock == ClockTime(0, TimeKind.WALL) else clock


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year <= 68 else 1900)


def _day(year: int, month: int, day: int) -> int | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return day_of(date(year, month, day))
    except ValueError:
        return None
