"""In which order the day, the month and the year of a column's texts stand, and what proves it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from leadreturns.errors import FileRefused
from leadreturns.readers.columns import Column
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import clean_text
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
_CLOSER = 2
"""So many times as far apart must the days of one reading lie that the other is taken for meant."""
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
class _Spreads:
    """How far apart the days of a column's texts lie, by order, as long as all have three numbers of two digits."""

    days: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Order → first and last day, of the orders that every text so far allows."""
    row: int = 0
    text: str = ""

    def add(self, row: int, text: str, days: dict[str, int]) -> None:
        if not self.row:
            self.row, self.text, self.days = row, text, {order: (day, day) for order, day in days.items()}
        both = self.days.keys() & days.keys()
        self.days = {
            order: (min(self.days[order][0], days[order]), max(self.days[order][1], days[order])) for order in both
        }

    def year_first(self) -> bool | None:
        """Whether the first number is the year; None where nothing tells."""
        if YMD not in self.days:
            return False
        spread = {order: last - first for order, (first, last) in self.days.items()}
        year_last = min((spread[order] for order in spread if order != YMD), default=None)
        if year_last is None or spread[YMD] * _CLOSER < year_last:
            return True
        if spread[YMD] > year_last * _CLOSER or "-" not in self.text:
            # Where points or slashes part two digits each, the year stands last.
            return False
        return None if len(set(self.days.values())) > 1 else False


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
    spreads, real = _Spreads(), _DateCells()
    memo: Memo[str, str] = Memo(lambda text: _proves(text, orders, rules.formats), 20_000)
    for row, cell in cells:
        if type(cell) is str:
            if cell not in memo and isinstance(found := understand(clean_text(cell), rules.formats), Unordered):
                spreads.add(row, clean_text(cell), found.days)
            if memo[cell]:
                evidence[memo[cell]].add(row, cell)
        elif isinstance(cell, date):
            real.add(cell)
    is_year_first = False if rules.said else spreads.year_first()
    if is_year_first:
        return OrderProof(
            YMD, f'"{spreads.text}" in row {spreads.row} and the others lie close together only year first'
        )
    if is_year_first is None:
        raise _ambiguous_year(column, spreads)
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


def _proves(text: str, orders: Sequence[str], formats: tuple[str, ...]) -> str:
    """The only order that a text fits; 'open' when several give different days; '' when it says nothing of orders."""
    found = understand(clean_text(text), formats)
    if not isinstance(found, Unordered):
        return ""
    days = {order: day for order, day in found.days.items() if order in orders}
    if len(days) == 1:
        return next(iter(days))
    return _OPEN if len(set(days.values())) > 1 else ""


def _fits(text: str, rules: DateRules) -> bool:
    found = understand(text, rules.formats)
    return isinstance(found, Unordered) and rules.said in found.days


def _ambiguous_year(column: Column, example: _Spreads) -> FileRefused:
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
