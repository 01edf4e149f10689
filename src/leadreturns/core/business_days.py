"""Which days are business days, and counting them. A day is the number of days since 1970-01-01."""

from __future__ import annotations

from dataclasses import dataclass


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
