"""Amounts of money as people write them → whole minor units. Bounded before anything is converted; no float sums.

1,234.50 and 1.234,50 and 1 234,50 and 1'234.50 are all 1234.50. Where 1,234 could be a thousand or one, the amounts of
the whole file must show which sign parts the decimals; else the file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, cast

from leadreturns.core.money import digits_of, to_minor
from leadreturns.errors import FileRefused
from leadreturns.readers.columns import Column
from leadreturns.readers.currency_signs import can_mean, heading_signs, is_sign
from leadreturns.readers.row_faults import Flaw, RowFaults
from leadreturns.readers.table import Cell, CellFault
from leadreturns.readers.texts import clean_text, text_of
from leadreturns.readers.values import Memo

MAX_AMOUNT_CHARACTERS = 20
_SAMPLE_CHARACTERS = 40

_BLANKS = str.maketrans("\u00a0\u202f\u2009\u2007\u2019\u2018`", "    '''")
_NUMBER = re.compile(r"[0-9][0-9.,' ]{0,18}", re.ASCII)
_CURRENCY_SIGN = re.compile(r"[A-Z]{0,3}[^A-Z0-9.,'()\s+-]?|[A-Z]{1,3}\.", re.ASCII)
_CENTS = re.compile(r"[0-9]{1,13}\.[0-9]{2}", re.ASCII)
_BLANK = "is blank"
_NEGATIVE = "is negative; a sale has no negative amounts"
_GROUPS = re.compile(
    r"[0-9]{1,3}(?:(?P<by>[.,' ])[0-9]{3})(?:(?P=by)[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}", re.ASCII
)


class _Written(NamedTuple):
    """An amount taken apart: digits with their separators, and the currency signs beside them."""

    number: str
    signs: tuple[str, ...]


def minor_units(text: str, currency: str, decimal: str) -> int | str:
    """The minor units that a text says where `decimal` ('.' or ',') parts the decimals, else why it says none."""
    written = _taken_apart(text)
    if isinstance(written, str):
        return written
    for sign in written.signs:
        if not can_mean(sign, currency):
            return f"is in {sign}, and the currency of the row is {currency}"
    plain = _plain(written.number, decimal)
    if not plain:
        return "is no amount that can be read"
    minor = to_minor(plain, currency)
    return _too_fine(currency) if minor is None else minor


def _too_fine(currency: str) -> str:
    return f"is too large, or has more decimals than {currency} has ({digits_of(currency)})"


def _taken_apart(text: str) -> _Written | str:
    """The number and the currency sign of a text, or why there is none."""
    text = text.translate(_BLANKS).strip()
    if not text:
        return _BLANK
    if len(text) > MAX_AMOUNT_CHARACTERS:
        return "is too long for an amount"
    if text[0] in "-(\u2212" or text[-1] in "-)\u2212" or "-" in text[:5]:
        return _NEGATIVE
    digits = [at for at, char in enumerate(text) if char.isascii() and char.isdigit()]
    if not digits:
        return "is no amount"
    before, number, after = text[: digits[0]].strip(), text[digits[0] : digits[-1] + 1], text[digits[-1] + 1 :].strip()
    if before[-1:] in (".", ",") and not is_sign(before.upper()):
        before, number = before[:-1].strip(), f"0{before[-1]}{number}"
    signs = tuple(sign.upper() for sign in (before.lstrip("+").strip(), after) if sign)
    if not _NUMBER.fullmatch(number) or not all(map(_CURRENCY_SIGN.fullmatch, signs)):
        return "is no amount that can be read"
    return _Written(number, signs)


def _plain(number: str, decimal: str) -> str:
    """The number with a point and without grouping; '' where its signs do not fit `decimal`."""
    whole, point, decimals = number.rpartition(decimal)
    if not point:
        whole = number
    elif not decimals.isdigit() or decimal in whole:
        return ""
    if not whole.isdigit():
        if not _GROUPS.fullmatch(whole):
            return ""
        whole = re.sub(r"[^0-9]", "", whole)
    return f"{whole}.{decimals}" if point else whole


def decimal_sign(number: str) -> str:
    """Which sign parts the decimals of a number: '.', ',' or '' when it shows neither; '?' when it could be either."""
    marks = [char for char in number if char in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return other
    whole, _, decimals = number.rpartition(last)
    grouped = len(decimals) == 3 and 1 <= len(whole) <= 3 and whole.isdigit() and whole[0] != "0"
    return "?" if grouped else last


Cells = Callable[[], Iterable[tuple[int, Cell]]]
"""All cells of the file's amount columns with their row numbers."""


class DecimalSign:
    """The sign that parts the decimals in one file; looked for only once a text leaves it open."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._found = ""

    @property
    def proven(self) -> bool:
        """True once a text has made the sign known."""
        return bool(self._found)

    @property
    def found(self) -> str:
        """'.' or ','. Raises FileRefused `ambiguous_amounts`."""
        self._found = self._found or self._prove()
        return self._found

    def _prove(self) -> str:
        counts = {".": 0, ",": 0, "?": 0, "": 0}
        examples: dict[str, str] = {}
        memo = Memo(_sign_of, 50_000)
        for row, cell in self._cells():
            if type(cell) is str and cell:
                sign = memo[cell]
                counts[sign] += 1
                examples.setdefault(sign, f'"{clean_text(cell)[:_SAMPLE_CHARACTERS]}" (row {row})')
        first, second = sorted((".", ","), key=lambda sign: -counts[sign])
        if counts[first] >= max(1, 2 * counts[second]):
            return first
        if counts[first]:
            message = f"the amounts do not agree on the decimal sign: {examples['.']} and {examples[',']}."
        else:
            message = f"{examples['?']} could be a thousand times as much, and no amount of the file shows which."
        raise FileRefused("ambiguous_amounts", message, "Ask for amounts with decimals and one sign, such as 1000.00.")


def _sign_of(text: str) -> str:
    written = _taken_apart(clean_text(text))
    if isinstance(written, str):
        return ""
    sign = decimal_sign(written.number)
    return sign if sign == "?" or (sign and _plain(written.number, sign)) else ""


class AmountReader:
    """Reads one column of amounts, each in the currency of its row."""

    def __init__(self, column: Column, sign: DecimalSign, blank: int | None) -> None:
        """`blank` is what an empty cell stands for; None makes it a fault."""
        self._column, self._sign, self._blank = column, sign, blank
        self._signs = heading_signs(column.heading)
        self._memos: dict[str, Memo[str, int | str]] = {}

    def read(self, cells: Sequence[Cell], currencies: Sequence[str], faults: RowFaults) -> list[int]:
        """The minor units, 0 where a fault is added: `bad_amount`, or that of a cell without a value."""
        if set(map(type, cells)) == {str}:
            memos = {code: self._of_currency(code) for code in set(currencies)}
            texts = cast("Sequence[str]", cells)
            known = [memos[code][text] for code, text in zip(currencies, texts, strict=True)]
            if set(map(type, known)) == {int}:
                return cast("list[int]", known)
        found: list[int] = []
        for at, (cell, currency) in enumerate(zip(cells, currencies, strict=True)):
            if type(cell) is str:
                minor = self._of_currency(currency)[cell]
            else:
                minor = self._number(cell, currency)
            if type(minor) is not int:
                self._fault(at, cell, str(minor), faults)
                minor = 0
            found.append(minor)
        return found

    def _of_currency(self, currency: str) -> Memo[str, int | str]:
        memo = self._memos.get(currency)
        if memo is None:
            memo = self._memos[currency] = Memo(lambda text: self._text(text, currency), 50_000)
        return memo

    def _text(self, text: str, currency: str) -> int | str:
        text = clean_text(text)
        if not text:
            return _BLANK if self._blank is None else self._blank
        if other := self._said_above(currency):
            return other
        if _CENTS.fullmatch(text) and not (self._sign.proven and self._sign.found == ","):
            # What nearly every amount looks like; the rest of the way would say the same, at ten times the time.
            minor = to_minor(text, currency)
            return _too_fine(currency) if minor is None else minor
        sign = _sign_of(text)
        decimal = self._sign.found if sign in (",", "?") or self._sign.proven else "."
        return minor_units(text, currency, decimal)

    def _said_above(self, currency: str) -> str:
        """Why no amount of the column can be of `currency`: its heading names another; '' where it can."""
        other = next((sign for sign in self._signs if not can_mean(sign, currency)), "")
        return f"is in {other}, as its heading says, and the currency of the row is {currency}" if other else ""

    def _number(self, cell: Cell, currency: str) -> int | str:
        if cell is None:
            return _BLANK if self._blank is None else self._blank
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            return "is no amount"
        if other := self._said_above(currency):
            return other
        if cell < 0:
            return _NEGATIVE
        # 19.99 has no exact float; what its nearest one is off by is far below a thousand millionth of it.
        exact = f"{cell:.{digits_of(currency)}f}"
        if abs(float(exact) - cell) > 1e-9 * abs(cell):
            return _too_fine(currency)
        minor = to_minor(exact, currency)
        return _too_fine(currency) if minor is None else minor

    def _fault(self, at: int, cell: Cell, why: str, faults: RowFaults) -> None:
        if isinstance(cell, CellFault) and cell.code != "damaged_id":
            faults.add_cell_fault(at, self._column, cell)
            return
        text = clean_text(text_of(cell))
        shown = f'"{text[:_SAMPLE_CHARACTERS]}" ' if text else ""
        faults.add(at, self._column, Flaw("bad_amount", text, shown + why))
