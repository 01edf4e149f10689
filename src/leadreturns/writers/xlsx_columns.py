"""The cells of one column of a table: how they look is settled once, so that long sheets are written fast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from leadreturns.core.money import digits_of, format_minor
from leadreturns.reports.table import TEXT_KINDS, Column
from leadreturns.writers.xlsx_cells import day_serial, is_risky, moment_serial, number_cell, text_cell
from leadreturns.writers.xlsx_styles import (
    COUNT_FORMAT,
    DATE_FORMAT,
    NUMBER_FORMAT,
    RATE_FORMAT,
    TEXT_FORMAT,
    TIME_FORMAT,
    Style,
    Styles,
    money_format,
)

_KNOWN_MOMENTS = 10_000
"""So many days and times are remembered: the lines of a batch share theirs."""


class ColumnCells:
    """Makes the cells of a column; `look` is what its cells have in common beside the format of their kind."""

    def __init__(self, column: Column, styles: Styles, look: Style) -> None:
        self._column = column
        self._styles = styles
        self._look = look
        self._blank = styles.number(look)
        self._numbers: dict[Any, int] = {}
        """Style numbers by what tells them apart: the currency, or whether a text looks like a formula."""
        self._moments: dict[str, str | None] = {}
        self._make = self._maker()

    def cell(self, reference: str, value: Any) -> str:
        """The cell of that value; an empty one for None."""
        return text_cell(reference, "", self._blank) if value is None else self._make(reference, value)

    def _maker(self) -> Callable[[str, Any], str]:
        kind = self._column.kind
        if kind in ("date", "time"):
            return self._moment
        makers = {"money": self._money, "count": self._count, "number": self._count, "rate": self._rate}
        return makers.get(kind, self._text)

    def _money(self, reference: str, value: Any) -> str:
        minor, currency = value
        number = self._numbers.get(currency)
        if number is None:
            number = self._number(currency, number_format=money_format(digits_of(currency)))
        return number_cell(reference, format_minor(minor, currency), number)

    def _count(self, reference: str, value: int) -> str:
        number = self._numbers.get("")
        form = COUNT_FORMAT if self._column.kind == "count" else NUMBER_FORMAT
        return number_cell(reference, str(value), number or self._number("", number_format=form))

    def _rate(self, reference: str, value: str) -> str:
        number = self._numbers.get("")
        return number_cell(reference, value, number or self._number("", number_format=RATE_FORMAT))

    def _text(self, reference: str, value: Any) -> str:
        text, kind = str(value), self._column.kind
        quoted = kind in TEXT_KINDS and is_risky(text)
        number = self._numbers.get(quoted)
        if number is None:
            form = TEXT_FORMAT if kind == "id" else "General"
            number = self._number(quoted, number_format=form, wrap=kind == "sentence", quoted=quoted)
        return text_cell(reference, text, number)

    def _moment(self, reference: str, text: str) -> str:
        """A real date, or the clock reading of a time: spreadsheets know no offsets, so the local reading stands."""
        is_date = self._column.kind == "date"
        serial = self._moments.get(text, "")
        if serial == "":
            serial = _serial(text, is_date)
            if len(self._moments) < _KNOWN_MOMENTS:
                self._moments[text] = serial
        if serial is None:
            return text_cell(reference, text, self._blank)
        number = self._numbers.get("")
        if number is None:
            number = self._number("", number_format=DATE_FORMAT if is_date else TIME_FORMAT, align="left")
        return number_cell(reference, serial, number)

    def _number(self, key: Any, **look: Any) -> int:
        found = self._numbers[key] = self._styles.number(self._look._replace(**look))
        return found


def _serial(text: str, is_date: bool) -> str | None:
    """Excel's number of a day or a time; None for what it cannot count."""
    try:
        return day_serial(date.fromisoformat(text)) if is_date else moment_serial(datetime.fromisoformat(text))
    except ValueError:
        return None
