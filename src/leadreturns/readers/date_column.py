"""A column of dates: all texts of three numbers in it share one order, which the column itself must prove.

One value that fits only one order proves it for all. Where none does, --date-order and then the buyer's
`date_order` say it, else the file is refused. Where values prove different orders, the order that was said is taken,
else the one that at least twice as many values prove, else the file is refused; values that do not fit are problems
of their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, cast

from leadreturns.core.lead_return import TimeKind
from leadreturns.errors import FileRefused
from leadreturns.readers.columns import Column
from leadreturns.readers.row_faults import Flaw, RowFaults
from leadreturns.readers.table import Cell, CellFault, Note
from leadreturns.readers.texts import clean_text, text_of
from leadreturns.readers.values import Memo
from leadreturns.readers.written_dates import (
    DMY,
    MAX_DATE_CHARACTERS,
    MDY,
    NO_TIME,
    YMD,
    ClockTime,
    cell_time,
    formatted,
    ordered_days,
    plain_day,
    split_time,
)

Cells = Callable[[], Iterable[tuple[int, Cell]]]
"""All cells of the column with their row numbers, from the first row."""
_ORDER_WORDS = {DMY: "day first", MDY: "month first", YMD: "year first"}


class OrderProof(NamedTuple):
    """In which order a column is read, and what says so."""

    order: str
    how: str


@dataclass(frozen=True, slots=True)
class DateRules:
    """What is said about the dates of a file beforehand."""

    order: str = ""
    """From --date-order."""
    buyer_order: str = ""
    formats: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The order that somebody has named, else ''."""
        return self.order or self.buyer_order


class _Unordered(NamedTuple):
    """A text that two orders read differently, so that the order of its column is needed."""

    days: dict[str, int]
    clock: ClockTime


class DateReader:
    """Reads one column of dates → epoch second and `TimeKind`, as `WrittenTime` means them."""

    def __init__(self, column: Column, rules: DateRules, cells: Cells) -> None:
        self.column = column
        self.proof: OrderProof | None = None
        """None as long as no text needed an order."""
        self._rules, self._cells = rules, cells
        self._days = Memo(_iso_day, 20_000)
        self._clocks = Memo(_clock_of_rest, 100_000)
        self._others = Memo(self._understand, 20_000)

    @property
    def contradicted(self) -> Note | None:
        """What to tell the operator when the column proves another order than somebody has named."""
        proof, said = self.proof, self._rules.said
        if proof is None or not said or proof.order == said:
            return None
        words = f"it is read {_ORDER_WORDS[proof.order]}, although {said} was named: {proof.how}."
        return Note("date_order_contradicted", f'"{self.column.heading}": {words}')

    def read(self, cells: Sequence[Cell], faults: RowFaults) -> tuple[list[int | None], list[int]]:
        """The times and their kinds; a blank cell is None. Faults: `bad_date`, and those of cells without a value.

        Raises FileRefused `ambiguous_dates` at the first text that needs an order which nothing proves.
        """
        times: list[int | None] = []
        kinds: list[int] = []
        days, clocks, fast = self._days, self._clocks, not self._rules.formats
        if fast and set(map(type, cells)) == {str}:
            plain = cast("Sequence[str]", cells)
            starts, rests = [days[text[:10]] for text in plain], [clocks[text[10:]] for text in plain]
            if None not in starts and None not in rests:
                pairs = zip(cast("list[int]", starts), cast("list[ClockTime]", rests), strict=True)
                return [day * 86_400 + clock[0] for day, clock in pairs], [clock[1] for clock in rests if clock]
        for at, cell in enumerate(cells):
            if fast and type(cell) is str:
                day, clock = days[cell[:10]], clocks[cell[10:]]
                if day is not None and clock is not None:
                    times.append(day * 86_400 + clock[0])
                    kinds.append(clock[1])
                    continue
            found = self._slow(cell, at, faults) if cell else None
            times.append(None if found is None else found[0] * 86_400 + found[1].seconds)
            kinds.append(TimeKind.DATE if found is None else found[1].kind)
        return times, kinds

    def _slow(self, cell: Cell, at: int, faults: RowFaults) -> tuple[int, ClockTime] | None:
        if isinstance(cell, CellFault) and cell.code != "damaged_id":
            faults.add_cell_fault(at, self.column, cell)
            return None
        text = clean_text(text_of(cell))
        if not text:
            return None
        found = cell_time(cell) if isinstance(cell, date) else self._text_time(text)
        if found is None:
            faults.add(at, self.column, self._flaw(text, cell))
        return found

    def _text_time(self, text: str) -> tuple[int, ClockTime] | None:
        found = self._others[text]
        if not isinstance(found, _Unordered):
            return found
        if len(found.days) > 1 and len(set(found.days.values())) == 1:
            return next(iter(found.days.values())), found.clock
        if self.proof is None:
            self.proof = prove_order(self.column, self._rules, self._cells())
        day = found.days.get(self.proof.order)
        return None if day is None else (day, found.clock)

    def _understand(self, text: str) -> tuple[int, ClockTime] | _Unordered | None:
        return understand(text, self._rules.formats)

    def _flaw(self, text: str, cell: Cell) -> Flaw:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return Flaw("bad_date", text, f"{text} is a number, not a date; format its cells as dates")
        order = f" (the column is read {_ORDER_WORDS[self.proof.order]})" if self.proof else ""
        return Flaw("bad_date", text, f'"{text[:MAX_DATE_CHARACTERS]}" is no date that can be read{order}')


def _iso_day(text: str) -> int | None:
    return plain_day(text) if len(text) == 10 and text[4:5] == "-" == text[7:8] else None


def _clock_of_rest(rest: str) -> ClockTime | None:
    if not rest:
        return NO_TIME
    found = split_time(rest) if len(rest) <= MAX_DATE_CHARACTERS else None
    return found.clock if found is not None and not found.day and found.clock is not NO_TIME else None


def understand(text: str, formats: tuple[str, ...] = ()) -> tuple[int, ClockTime] | _Unordered | None:
    """What a date text says by itself: a day and a time, several days by order, or nothing."""
    if len(text) > MAX_DATE_CHARACTERS:
        return None
    # A spreadsheet keeps a text behind such a quote.
    text = text.removeprefix("'")
    found = formatted(text, formats)
    parts = split_time(text) if found is None else None
    if parts is None:
        return found
    day = plain_day(parts.day)
    if day is not None:
        return day, parts.clock
    days = ordered_days(parts.day)
    return None if not days else _Unordered(days, parts.clock)


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


def prove_order(column: Column, rules: DateRules, cells: Iterable[tuple[int, Cell]]) -> OrderProof:
    """The order of a column, from all its texts, else from what was said. Refused: `ambiguous_dates`."""
    orders = (DMY, MDY, YMD) if rules.said == YMD else (DMY, MDY)
    evidence = {order: _Evidence() for order in (*orders, _OPEN)}
    memo: Memo[str, str] = Memo(lambda text: _proves(text, orders, rules.formats), 20_000)
    for row, cell in cells:
        if type(cell) is str and memo[cell]:
            evidence[memo[cell]].add(row, cell)
    first, second = sorted((evidence[order] for order in orders), key=lambda found: -found.count)[:2]
    order = next(order for order in orders if evidence[order] is first)
    proof = f'"{first.text}" in row {first.row} can only be read {_ORDER_WORDS[order]}'
    if first.count and not second.count:
        return OrderProof(order, proof)
    if not first.count and not evidence[_OPEN].count:
        return OrderProof(rules.said or DMY, "its dates are the same in every order")
    if rules.said and (first.count or _fits(evidence[_OPEN].text, rules)):
        return OrderProof(rules.said, "--date-order says so" if rules.order else "the buyer's date_order says so")
    if first.count >= 2 * second.count > 0:
        return OrderProof(order, f"{proof}, as are {first.count:,} values, against {second.count:,} of another order")
    raise _ambiguous(column, evidence[_OPEN], [found for found in (first, second) if found.count])


_OPEN = "open"


def _proves(text: str, orders: Sequence[str], formats: tuple[str, ...]) -> str:
    """The only order that a text fits; 'open' when several give different days; '' when it says nothing of orders."""
    found = understand(clean_text(text), formats)
    if not isinstance(found, _Unordered):
        return ""
    days = {order: day for order, day in found.days.items() if order in orders}
    if len(days) == 1:
        return next(iter(days))
    return _OPEN if len(set(days.values())) > 1 else ""


def _fits(text: str, rules: DateRules) -> bool:
    found = understand(text, rules.formats)
    return isinstance(found, _Unordered) and rules.said in found.days


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
