"""Whether the year of a column's texts such as 26-10-13, three numbers of two digits each, stands first or last.

No single text tells, and no clock is asked, so that a file reads alike on every day. What tells is how many rows of the
column lie near each other in one reading and not in the other: leads come back within months, and a wrong reading
makes years of the days of the month. Days before 2020 count only where nothing else is left: files of returned leads
are younger than that. Points and slashes stand for the year last, unless the days speak against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from leadreturns.core.calendar import day_of
from leadreturns.readers.written_dates import DMY, MDY, YMD

_ORDERS = (YMD, DMY, MDY)
Days = tuple[int | None, int | None, int | None]
"""The days that a text is by `_ORDERS`."""
_TIGHT, _NEAR, _FAR = 60, 730, 2_190
"""Days that the dates of one file span easily, at most, and hardly ever."""
_NEARLY_ALL, _MOST, _HALF = 0.9, 0.8, 0.5
_FIRST_LIKELY_DAY = day_of(date(2020, 1, 1))


def days_by_order(days: Mapping[str, int]) -> Days:
    """The days of one text, as `YearPlaces.counts` has them."""
    return days.get(YMD), days.get(DMY), days.get(MDY)


@dataclass(slots=True)
class YearPlaces:
    """The days that a column's texts could be, counted by row."""

    counts: Counter[Days] = field(default_factory=Counter)
    year_last: int = 0
    """Rows whose year stands last by their form: it has four digits, or the first number has only one."""
    dashed: int = 0
    """Rows parted by neither points nor slashes."""
    row: int = 0
    """That of the first text whose year could stand first."""
    text: str = ""

    def year_first(self) -> bool | None:
        """Whether the first number is the year; None where nothing tells."""
        if not any(days[0] is not None for days in self.counts) or all(len(set(days)) == 1 for days in self.counts):
            return False
        first, last = self._shares(_FIRST_LIKELY_DAY)
        if max(first[_FAR], last[_FAR]) < _HALF:
            first, last = self._shares(0)
        rows = self.counts.total()
        if self.year_last:
            return False if last[_FAR] >= _MOST or self.year_last * 2 > rows else None
        is_dashed = self.dashed * 2 > rows
        if _beats(first, last):
            return True if is_dashed or self._shares(0)[1][_FAR] < _MOST else None
        if is_dashed:
            return False if _beats(last, first) else None
        if last[_FAR] < _MOST or first[_TIGHT] >= _NEARLY_ALL > last[_TIGHT]:
            return None
        return False

    def _shares(self, since: int) -> tuple[dict[int, float], dict[int, float]]:
        """Year first and year last: span → the share of all rows that lie within it, none of them before `since`."""
        shares = [self._shares_of(at, since) for at in range(len(_ORDERS))]
        return shares[0], {span: max(shares[1][span], shares[2][span]) for span in (_TIGHT, _NEAR, _FAR)}

    def _shares_of(self, at: int, since: int) -> dict[int, float]:
        rows: Counter[int] = Counter()
        for days, count in self.counts.items():
            day = days[at]
            if day is not None and day >= since:
                rows[day] += count
        found = sorted(rows.items())
        return {span: _most_within(found, span) / self.counts.total() for span in (_TIGHT, _NEAR, _FAR)}


def _beats(one: Mapping[int, float], other: Mapping[int, float]) -> bool:
    """True when the days of one reading lie as those of a file do, and those of the other do not."""
    if one[_NEAR] >= _NEARLY_ALL and other[_FAR] < _MOST:
        return True
    return one[_FAR] >= _NEARLY_ALL and other[_FAR] < _HALF


def _most_within(rows: list[tuple[int, int]], span: int) -> int:
    """The most rows whose days lie within so many days; `rows` are days, in order, with their counts."""
    most = within = start = 0
    for day, count in rows:
        within += count
        while day - rows[start][0] > span:
            within -= rows[start][1]
            start += 1
        most = max(most, within)
    return most
