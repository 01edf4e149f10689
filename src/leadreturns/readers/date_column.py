"""A column of dates: all texts of three numbers in it share one order, which the column itself must prove.

One value that fits only one order proves it for all. Where none does, --date-order and then the buyer's
`date_order` say it, else the file is refused. Where values prove different orders, the order that was said is taken,
else the one that at least twice as many values prove, else the file is refused; values that do not fit are problems
of their rows. Where three numbers have two digits each, the days of the whole column tell which one is the year, or the
file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import cast

from leadreturns.core.lead_return import TimeKind
from leadreturns.readers.columns import Column
from leadreturns.readers.date_order import ORDER_WORDS, DateRules, OrderProof, Unordered, prove_order, understand
from leadreturns.readers.heading_clock import heading_clock
from leadreturns.readers.row_faults import Flaw, RowFaults
from leadreturns.readers.table import Cell, CellFault, Note
from leadreturns.readers.texts import clean_text, text_of
from leadreturns.readers.values import Memo
from leadreturns.readers.written_dates import (
    MAX_DATE_CHARACTERS,
    NO_TIME,
    ClockTime,
    cell_time,
    plain_day,
    split_time,
)

_SERIAL = re.compile(r"[345]\d{4}(?:[.,]\d+)?", re.ASCII)
_SECONDS = re.compile(r"1\d{9}(?:\d{3})?", re.ASCII)
Cells = Callable[[], Iterable[tuple[int, Cell]]]
"""All cells of the column with their row numbers, from the first row."""


class DateReader:
    """Reads one column of dates → epoch second and `TimeKind`, as `WrittenTime` means them."""

    def __init__(self, column: Column, rules: DateRules, cells: Cells) -> None:
        self.column = column
        self.proof: OrderProof | None = None
        """None as long as no text needed an order."""
        self._rules, self._cells = rules, cells
        self._days = Memo(_iso_day, 20_000)
        self._clocks = Memo(_clock_of_rest, 100_000)
        self._clock = heading_clock(column.heading)
        self._others = Memo(self._understand, 20_000)

    @property
    def notes(self) -> list[Note]:
        """What to tell the operator of the column as far as it has been read."""
        found = [self._contradicted] if self._contradicted else []
        if self.proof and self.proof.swapped:
            found.append(Note("dates_maybe_swapped", f'"{self.column.heading}": {self.proof.swapped}'))
        if self._clock.is_of_a_season:
            hours = (self._clock.offset or 0) // 3600
            said = (
                f"says {self._clock.name}: its times are read as UTC{hours:+03d}:00 the whole year, summer and winter"
            )
            found.append(Note("zone_of_heading", f'"{self.column.heading}" {said}.'))
        elif self._clock.name and not self._clock.is_sure:
            said = f"says {self._clock.name}, which names no one zone: its times are on the clock of the policies"
            found.append(Note("zone_of_heading", f'"{self.column.heading}" {said}.'))
        return found

    @property
    def _contradicted(self) -> Note | None:
        """What to tell the operator when the column proves another order than somebody has named."""
        proof, said = self.proof, self._rules.said
        if proof is None or not said or proof.order == said:
            return None
        words = f"it is read {ORDER_WORDS[proof.order]}, although {said} was named: {proof.how}."
        return Note("date_order_contradicted", f'"{self.column.heading}": {words}')

    def read(self, cells: Sequence[Cell], faults: RowFaults) -> tuple[list[int | None], list[int]]:
        """The times and their kinds; a blank cell is None. Faults: `bad_date`, and those of cells without a value.

        Raises FileRefused `ambiguous_dates` at the first text that needs an order which nothing proves.
        """
        times, kinds = self._read(cells, faults)
        if self._clock.is_sure and TimeKind.WALL in kinds:
            self._put_on_clock(times, kinds, cells, faults)
        return times, kinds

    def _put_on_clock(
        self, times: list[int | None], kinds: list[int], cells: Sequence[Cell], faults: RowFaults
    ) -> None:
        """Makes instants of the times without a zone; a fault `bad_date` for one that comes twice, or never."""
        name, offset, zone = self._clock
        for at, (moment, kind) in enumerate(zip(times, kinds, strict=True)):
            if kind != TimeKind.WALL or moment is None:
                continue
            kinds[at] = TimeKind.INSTANT
            if zone is None:
                times[at] = moment - (offset or 0)
                continue
            span = zone.wall_span(moment)
            times[at] = span.first
            if span.first != span.last:
                text = clean_text(text_of(cells[at]))
                said = f'"{text}" is in the hour in which the clocks of {name} change; ask for it in UTC'
                faults.add(at, self.column, Flaw("bad_date", text, said))

    def _read(self, cells: Sequence[Cell], faults: RowFaults) -> tuple[list[int | None], list[int]]:
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
        if not isinstance(found, Unordered):
            return found
        if len(found.days) > 1 and len(set(found.days.values())) == 1:
            return next(iter(found.days.values())), found.clock
        if self.proof is None:
            self.proof = prove_order(self.column, self._rules, self._cells())
        day = found.days.get(self.proof.order)
        return None if day is None else (day, found.clock)

    def _understand(self, text: str) -> tuple[int, ClockTime] | Unordered | None:
        return understand(text, self._rules.formats)

    def _flaw(self, text: str, cell: Cell) -> Flaw:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return Flaw("bad_date", text, f"{text} is a number, not a date; format its cells as dates")
        if _SERIAL.fullmatch(text):
            return Flaw("bad_date", text, f"{text} is the number behind a spreadsheet's date; ask for it as 2026-10-01")
        if _SECONDS.fullmatch(text):
            return Flaw("bad_date", text, f"{text} seems to count seconds since 1970; ask for it as 2026-10-01 15:04")
        order = f" (the column is read {ORDER_WORDS[self.proof.order]})" if self.proof else ""
        return Flaw("bad_date", text, f'"{text[:MAX_DATE_CHARACTERS]}" is no date that can be read{order}')


def _iso_day(text: str) -> int | None:
    return plain_day(text) if len(text) == 10 and text[4:5] == "-" == text[7:8] else None


def _clock_of_rest(rest: str) -> ClockTime | None:
    if not rest:
        return NO_TIME
    found = split_time(rest) if len(rest) <= MAX_DATE_CHARACTERS else None
    return found.clock if found is not None and not found.day and found.clock is not NO_TIME else None
