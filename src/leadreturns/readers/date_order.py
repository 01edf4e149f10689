"""In which order the day, the month and the year of a column's texts stand, and what proves it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from leadreturns.errors import FileRefused
from leadreturns.readers.columns import Column
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import clean_text
from leadreturns.readers.two_digit_years import Days, YearPlaces, days_by_order
from leadreturns.readers.values import Memo
from leadreturns.readers.written_dates import (
    DMY,
    MAX_DATE_CHARACTERS,
    MDY,
    YMD,
    ClockTime,
    formatted,
    ordered_days,
    plain_day,
    plain_signs,
    split_time,
)

ORDER_WORDS = {DMY: "day first", MDY: "month first", YMD: "year first"}
_OPEN = "open"
_LAST, _DASHED = "year last", "dashed"
_YEAR_LAST = re.compile(r"\d\D.*|.*\d{4}\.?", re.ASCII)
"""A text of three numbers whose first is no year, by its form."""
_LAST_SWAPPED_DAY = 12


class OrderProof(NamedTuple):
    """In which order a column is read, and what says so."""

    order: str
    how: str
    swapped: str = ""
    """Why the real dates beside the texts may have day and month swapped, '' if nothing speaks for it."""


@dataclass(frozen=True, slots=True)
class DateRules:
    """What is said about the dates of a file beforehand."""

    order: str = ""
    """From --date-order."""
    buyer_order: str = ""
    formats: tuple[str, ...] = ()
    heading_order: str = ""
    """From a heading such as "Return Date (DD/MM/YYYY)"."""

    @property
    def said(self) -> str:
        """The order that somebody has named, else ''."""
        return self.order or self.heading_order or self.buyer_order

    @property
    def who(self) -> str:
        """Who named it."""
        return "--date-order" if self.order else "its heading" if self.heading_order else "the buyer's date_order"


_HEADING_ORDER = re.compile(r"(?<![a-z])(?:(dd?)\W?mm?\W?y{2,4}|(mm?)\W?dd?\W?y{2,4}|y{2,4}\W?mm?\W?dd?)(?![a-z])")


def heading_order(heading: str) -> str:
    """The order that a heading names with letters, as in "Return Date (MM/DD/YYYY)", else ''."""
    found = _HEADING_ORDER.search(heading.lower())
    return "" if found is None else DMY if found[1] else MDY if found[2] else YMD


class Unordered(NamedTuple):
    """A text that two orders read differently, so that the order of its column is needed."""

    days: dict[str, int]
    clock: ClockTime


def understand(text: str, formats: tuple[str, ...] = ()) -> tuple[int, ClockTime] | Unordered | None:
    """What a date text says by itself: a day and a time, several days by order, or nothing."""
    if len(text) > MAX_DATE_CHARACTERS:
        return None
    # A spreadsheet keeps a text behind such a quote.
    text = plain_signs(text.removeprefix("'"))
    found = formatted(text, formats)
    parts = split_time(text) if found is None else None
    if parts is None:
        return found
    day = plain_day(parts.day)
    if day is not None:
        return day, parts.clock
    days = ordered_days(parts.day)
    return None if not days else Unordered(days, parts.clock)


@dataclass(slots=True)
class _Evidence:
    """The texts of a column that fit only one order, or of several orders that give different days."""

    count: int = 0
    row: int = 0
    text: str = ""
    """The first of them."""

    def add(self, row: int, text: str) -> None:
        if not self.count:
            self.row, self.text = row, clean_text(text)
        self.count += 1


@dataclass(slots=True)
class _DateCells:
    """The cells of a column that are real dates."""

    low: int = 0
    """Whose day could be a month, and is not the month's own number."""
    has_high: bool = False
    """Whether some day could be no month."""

    def add(self, cell: date) -> None:
        self.has_high = self.has_high or cell.day > _LAST_SWAPPED_DAY
        self.low += cell.day != cell.month


def prove_order(column: Column, rules: DateRules, cells: Iterable[tuple[int, Cell]]) -> OrderProof:
    """The order of a column, from all its texts, else from what was said. Refused: `ambiguous_dates`."""
    orders = (DMY, MDY, YMD) if rules.said == YMD else (DMY, MDY)
    evidence = {order: _Evidence() for order in (*orders, _OPEN)}
    years, real = YearPlaces(), _DateCells()
    memo: Memo[str, _Said] = Memo(lambda text: _said(text, orders, rules.formats), 20_000)
    for row, cell in cells:
        if type(cell) is str:
            proves, days, form = memo[cell]
            if days is not None:
                years.counts[days] += 1
                years.year_last += form == _LAST
                years.dashed += form == _DASHED
                if not years.row and days[0] is not None:
                    years.row, years.text = row, clean_text(cell)
            if proves:
                evidence[proves].add(row, cell)
        elif isinstance(cell, date):
            real.add(cell)
    is_year_first = False if rules.said else years.year_first()
    if is_year_first:
        return OrderProof(YMD, f'"{years.text}" in row {years.row} and the others lie close together only year first')
    if is_year_first is None:
        raise _ambiguous_year(column, years)
    return _proved(column, rules, evidence, real)


def _proved(column: Column, rules: DateRules, evidence: Mapping[str, _Evidence], real: _DateCells) -> OrderProof:
    orders = [order for order in evidence if order != _OPEN]
    first, second = sorted((evidence[order] for order in orders), key=lambda found: -found.count)[:2]
    order = next(order for order in orders if evidence[order] is first)
    proof = f'"{first.text}" in row {first.row} can only be read {ORDER_WORDS[order]}'
    if first.count and not second.count:
        swapped = "" if evidence[_OPEN].count or real.has_high or not real.low else _swapped(first)
        return OrderProof(order, proof, swapped)
    if not first.count and not evidence[_OPEN].count:
        return OrderProof(rules.said or DMY, "its dates are the same in every order")
    if rules.said and (first.count or _fits(evidence[_OPEN].text, rules)):
        return OrderProof(rules.said, f"{rules.who} says so")
    if first.count >= 2 * second.count > 0:
        return OrderProof(order, f"{proof}, as are {first.count:,} values, against {second.count:,} of another order")
    raise _ambiguous(column, evidence[_OPEN], [found for found in (first, second) if found.count])


def _swapped(text: _Evidence) -> str:
    seen = f'its true dates all fall on the days 1 to {_LAST_SWAPPED_DAY}, its texts ("{text.text}" in row {text.row})'
    return (
        f"{seen} on none of them: a spreadsheet may have swapped day and month of the true ones. Ask for them as text."
    )


class _Said(NamedTuple):
    """What one text says of the order of its column."""

    proves: str
    """The only order that it fits; 'open' when several give different days; '' when it says nothing of orders."""
    days: Days | None = None
    form: str = ""


def _said(text: str, orders: Sequence[str], formats: tuple[str, ...]) -> _Said:
    cleaned = clean_text(text)
    found = understand(cleaned, formats)
    if not isinstance(found, Unordered):
        return _Said("")
    days = {order: day for order, day in found.days.items() if order in orders}
    proves = next(iter(days)) if len(days) == 1 else _OPEN if len(set(days.values())) > 1 else ""
    parts = split_time(plain_signs(cleaned.removeprefix("'")))
    day = parts.day if parts else ""
    form = _LAST if _YEAR_LAST.fullmatch(day) else "" if "." in day[:-1] or "/" in day else _DASHED
    return _Said(proves, days_by_order(found.days), form)


def _fits(text: str, rules: DateRules) -> bool:
    found = understand(text, rules.formats)
    return isinstance(found, Unordered) and rules.said in found.days


def _ambiguous_year(column: Column, example: YearPlaces) -> FileRefused:
    could = f'"{example.text}" (row {example.row}) could begin or end with its year'
    message = f'"{column.heading}": {could}, and no value of the column shows which.'
    hint = 'Ask which it is, then --date-order dmy, mdy or ymd, or date_order = "ymd" in the buyer\'s section.'
    return FileRefused("ambiguous_dates", message, hint)


def _ambiguous(column: Column, example: _Evidence, contrary: Sequence[_Evidence]) -> FileRefused:
    heading = column.heading
    if contrary:
        values = " and ".join(f'"{found.text}" (row {found.row})' for found in contrary)
        message = f'"{heading}": {values} are dates of different orders, so that nothing tells the order of the others.'
    else:
        could = f'"{example.text}" (row {example.row}) could be day first or month first'
        message = f'"{heading}": {could}, and no value of the column shows which.'
    hint = 'Ask which it is, then --date-order dmy or --date-order mdy, or date_order = "dmy" in the buyer\'s section.'
    return FileRefused("ambiguous_dates", message, hint)
