"""Returns by age: the development triangle of sales and their returns, in days or weeks back from a valuation day.

Owns how sales and returns are laid out by age; the methods that read the triangle are `chain_ladder` and `exposure`.
A day is a day number (days since 1970-01-01). Cohorts are counted backwards from the valuation day, so that the
youngest cohort ends on it and every cohort has been watched for a whole number of units: nothing is interpolated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

DAILY_UP_TO_DAYS = 14
"""Windows up to this length are watched day by day; longer ones week by week, or the cells would be nearly empty."""
DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True)
class SoldCell:
    """What was sold on one day, added up: to one buyer, under one campaign, in one currency."""

    sale_day: int
    count: int
    value_minor: int
    buyer: str = ""
    campaign: str = ""
    currency: str = ""
    window_days: int | None = None
    """The longest age in days at which these sales can be handed back, if not the estimate's own; -1 if never."""


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """One approved return, or `count` equal ones: sold when, asked for when (never: decided when), and credited."""

    sale_day: int
    requested_day: int
    value_minor: int
    """The credit of all `count` returns together."""
    buyer: str = ""
    campaign: str = ""
    currency: str = ""
    count: int = 1
    sold_minor: int | None = None
    """What all `count` were sold for; None where that is what was credited."""
    window_days: int | None = None
    """The window of their sale, as in the cell that the sale is counted in."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The grid that days are laid out on: `cohorts` × `ages`, each `unit_days` wide, seen on `at_day`."""

    at_day: int
    window_days: int
    unit_days: int
    cohorts: int
    ages: int

    @property
    def first_day(self) -> int:
        """The first sale day of the oldest cohort."""
        return self.at_day - self.cohorts * self.unit_days + 1

    @property
    def unit(self) -> str:
        """'days' or 'weeks'."""
        return "days" if self.unit_days == 1 else "weeks"

    def cohort_days(self, cohort: int) -> tuple[int, int]:
        """The first and the last sale day of a cohort; 0 is the oldest."""
        first = self.first_day + cohort * self.unit_days
        return first, first + self.unit_days - 1

    def position(self, day: int) -> int:
        """The index of the unit that `day` falls in; negative before the first cohort."""
        return self.cohorts - 1 - (self.at_day - day) // self.unit_days

    def window_of(self, cell: SoldCell) -> int:
        """The longest age in days at which a cell's sales can be handed back, never above the frame's own."""
        return self.window_days if cell.window_days is None else min(cell.window_days, self.window_days)

    def is_open(self, cell: SoldCell) -> bool:
        """True when a cell's sales can still be handed back on a day after the valuation day."""
        return self.at_day - cell.sale_day < self.window_of(cell)

    def ages_reached(self, sale_day: int, window_days: int) -> int:
        """How many of the age columns a sale of `sale_day` can be returned in, under a window of `window_days`.

        Ages are counted in units since the cohort's own unit, so a sale late in its week reaches later columns.
        """
        if window_days < 0:
            return 0
        offset = (sale_day - self.first_day) % self.unit_days
        return min(self.ages, (offset + window_days) // self.unit_days + 1)


@dataclass(frozen=True)
class Columns:
    """A triangle added up by age: what a rate by age needs, and all that an exposure method reads for its estimate."""

    exposed: tuple[int, ...]
    """Sold (minor units or sales), by age already lived through."""
    ahead: tuple[int, ...]
    """Sold, by age that is still to come and lies inside the window."""
    returned: tuple[int, ...]
    """Returned so far (minor units or returns), by age."""


@dataclass(frozen=True)
class Triangle:
    """Sold and returned by cohort and age, either in minor units or in numbers of sales.

    `exposure[i][k]` is what cohort i sold that can be returned at age k, past and future ages alike.
    `increments[i]` holds what was returned at each age that cohort i has lived through: `min(ages, cohorts - i)` ages.
    """

    exposure: tuple[tuple[int, ...], ...]
    increments: tuple[tuple[int, ...], ...]

    @cached_property
    def cohorts(self) -> int:
        """The number of cohorts, oldest first."""
        return len(self.increments)

    @cached_property
    def ages(self) -> int:
        """The number of age columns."""
        return len(self.exposure[0]) if self.exposure else 0

    @cached_property
    def columns(self) -> Columns:
        """The sums by age."""
        exposed, ahead, returned = [0] * self.ages, [0] * self.ages, [0] * self.ages
        for sold, row in zip(self.exposure, self.increments, strict=True):
            for age in range(self.ages):
                if age < len(row):
                    exposed[age] += sold[age]
                    returned[age] += row[age]
                else:
                    ahead[age] += sold[age]
        return Columns(tuple(exposed), tuple(ahead), tuple(returned))

    def ahead_of(self, cohort: int) -> tuple[int, ...]:
        """What a cohort sold, by age still to come; 0 at the ages it has lived through."""
        lived = len(self.increments[cohort])
        return (0,) * lived + self.exposure[cohort][lived:]

    def as_of(self, units_back: int) -> Triangle:
        """The triangle as it stood `units_back` units earlier: no younger cohort, no later request."""
        left = self.cohorts - units_back
        rows = tuple(row[: left - i] for i, row in enumerate(self.increments[:left]))
        return Triangle(self.exposure[:left], rows)

    def came_after(self, units_back: int) -> int:
        """What was returned since then for the sales made until then."""
        left = self.cohorts - units_back
        return sum(sum(row[left - i :]) for i, row in enumerate(self.increments[:left]))


class Tally:
    """Counts sales and returns into a frame, and hands out the triangles of value and of number."""

    def __init__(self, frame: Frame) -> None:
        """An empty grid."""
        self._frame = frame
        rows = range(frame.cohorts)
        self._sold = [[0] * frame.ages for _ in rows]
        self._sales = [[0] * frame.ages for _ in rows]
        self._credit = [[0] * frame.ages for _ in rows]
        self._returns = [[0] * frame.ages for _ in rows]

    def sold(self, cell: SoldCell) -> None:
        """Adds a cell; one from outside the frame changes nothing."""
        frame = self._frame
        cohort = frame.position(cell.sale_day)
        if not 0 <= cohort < frame.cohorts:
            return
        values, counts = self._sold[cohort], self._sales[cohort]
        for age in range(frame.ages_reached(cell.sale_day, frame.window_of(cell))):
            values[age] += cell.value_minor
            counts[age] += cell.count

    def returned(self, item: ReturnedItem) -> None:
        """Adds a return; one asked for before its sale counts as asked for on the day of the sale."""
        frame = self._frame
        cohort = frame.position(item.sale_day)
        age = frame.position(max(item.requested_day, item.sale_day)) - cohort
        if 0 <= cohort < frame.cohorts and age < min(frame.ages, frame.cohorts - cohort):
            self._credit[cohort][age] += item.value_minor
            self._returns[cohort][age] += item.count

    def credits(self) -> Triangle:
        """Sold value and credit, in minor units."""
        return self._triangle(self._sold, self._credit)

    def counts(self) -> Triangle:
        """Sales and returns, in numbers."""
        return self._triangle(self._sales, self._returns)

    def _triangle(self, exposure: list[list[int]], returned: list[list[int]]) -> Triangle:
        frame = self._frame
        rows = tuple(tuple(row[: frame.cohorts - i]) for i, row in enumerate(returned))
        return Triangle(tuple(map(tuple, exposure)), rows)


def frame_of(at_day: int, window_days: int, start_day: int) -> Frame:
    """The grid for a window, from the first whole unit on or after `start_day` up to `at_day`.

    Raises ValueError for a negative window.
    """
    if window_days < 0:
        raise ValueError("a window of less than no days has no ages")
    unit_days = 1 if window_days <= DAILY_UP_TO_DAYS else DAYS_IN_WEEK
    ages = (unit_days - 1 + window_days) // unit_days + 1
    cohorts = max(0, (at_day - start_day + 1) // unit_days)
    return Frame(at_day, window_days, unit_days, cohorts, ages)


def tally(frame: Frame, sold: Iterable[SoldCell], returned: Iterable[ReturnedItem]) -> Tally:
    """Everything counted into one grid."""
    result = Tally(frame)
    for cell in sold:
        result.sold(cell)
    for item in returned:
        result.returned(item)
    return result


def tally_by(
    frame: Frame,
    sold: Iterable[SoldCell],
    returned: Iterable[ReturnedItem],
    name_of: Callable[[SoldCell | ReturnedItem], str],
) -> dict[str, Tally]:
    """One grid for each group that `name_of` tells apart, ordered by name; groups without a sale have none."""
    result: dict[str, Tally] = {}
    for cell in sold:
        group = name_of(cell)
        if group not in result:
            result[group] = Tally(frame)
        result[group].sold(cell)
    for item in returned:
        group = name_of(item)
        if group in result:
            result[group].returned(item)
    return dict(sorted(result.items()))
