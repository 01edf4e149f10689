"""Cells as texts and identifiers: trimmed, repaired where a spreadsheet only changed their look, else as written.

Nothing is taken for a missing value except emptiness: NA, null and None are texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import TypeVar, cast

from leadreturns.core.identity import fold_id
from leadreturns.readers.columns import Column
from leadreturns.readers.refusals import clip
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.row_faults import Flaw, RowFaults
from leadreturns.readers.row_kinds import MAY_NAME_SEVERAL, names_several
from leadreturns.readers.table import Cell, CellFault
from leadreturns.readers.texts import GUARDED, INVISIBLE, SPREADSHEET_DIGITS, as_texts, clean_text, text_of, trim

K = TypeVar("K")
V = TypeVar("V")

MAX_ID_CHARACTERS = 4_000
ERROR_TEXTS = frozenset("#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #GETTING_DATA".split())

_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]{1,17})?[eE][+-][0-9]{1,3}", re.ASCII)
_EXPONENT = re.compile(r"[0-9][eE][+-][0-9]", re.ASCII)
_NOT_PLAIN = "'# =,;|"
_AS_FORMULA = re.compile(r'="([^"]*)"')


class Memo(dict[K, V]):
    """The answers of a function by its argument, forgotten all at once when there are too many of them."""

    def __init__(self, compute: Callable[[K], V], limit: int = 100_000) -> None:
        super().__init__()
        self._compute, self._limit = compute, limit

    def __missing__(self, key: K) -> V:
        if len(self) >= self._limit:
            self.clear()
        value = self[key] = self._compute(key)
        return value


class TextReader:
    """Reads a column of texts that repeat, such as reasons, campaigns and suppliers."""

    def __init__(self) -> None:
        self._memo = Memo(clean_text, 20_000)

    def read(self, cells: Sequence[Cell]) -> list[str]:
        """The texts, cleaned."""
        return list(map(self._memo.__getitem__, as_texts(cells)))


class IdReader:
    """Reads a column of identifiers: trimmed, and otherwise as written."""

    def __init__(self, column: Column, remarks: Remarks) -> None:
        self._column, self._remarks = column, remarks
        self._names_leads = column.field in ("lead_id", "sale_ref")
        # A heading in single quotes shows that its file quotes so.
        self._in_single_quotes = len(column.heading) > 1 and column.heading[0] == column.heading[-1] == "'"

    def read(self, cells: Sequence[Cell], faults: RowFaults) -> Sequence[str]:
        """The identifiers; '' where there is none and where a fault is added: `damaged_id`, `error_cell`, `long_cell`,
        `several_leads`.

        A column of plain texts is recognised as a whole, so that its cells rarely need a look each.
        """
        if set(map(type, cells)) <= {str} and _all_plain(cast("Sequence[str]", cells)):
            return cast("Sequence[str]", cells)
        return [self._one(cell, at, faults) for at, cell in enumerate(cells)]

    def _one(self, cell: Cell, at: int, faults: RowFaults) -> str:
        if isinstance(cell, CellFault):
            faults.add_cell_fault(at, self._column, cell)
            return ""
        if not isinstance(cell, str):
            text, flaw = text_of(cell), _cell_flaw(cell)
        else:
            text = _unquoted(trim(cell))
            if self._in_single_quotes and len(text) > 1 and text[0] == text[-1] == "'":
                text = trim(text[1:-1])
            flaw = _text_flaw(text)
            if flaw is None and self._names_leads and MAY_NAME_SEVERAL.match(text) and names_several(text):
                flaw = several_leads(text)
        if flaw is not None:
            faults.add(at, self._column, flaw)
            return ""
        if isinstance(cell, str) and not cell.isascii():
            self._remark(cell, text, faults.numbers[at])
        return text

    def _remark(self, cell: str, text: str, row: int) -> None:
        heading = self._column.heading
        if any(char in INVISIBLE or (char > " " and char.isspace()) for char in cell):
            self._remarks.add("invisible_characters", row, f'"{heading}" has invisible or no-break characters')
        elif fold_id(text).isascii():
            self._remarks.add("odd_characters", row, f'"{heading}" has full-width letters or look-alikes of Latin ones')


def several_leads(text: str) -> Flaw:
    """The flaw of a row that names more leads than one."""
    return Flaw("several_leads", text, f'"{clip(text)}" names several leads; ask for one row for each')


def _all_plain(cells: Sequence[str]) -> bool:
    joined = "".join(cells)
    if not (joined.isascii() and joined.isprintable()) or any(char in joined for char in _NOT_PLAIN):
        return False
    return _EXPONENT.search(joined) is None and max(map(len, cells), default=0) <= MAX_ID_CHARACTERS


def _unquoted(text: str) -> str:
    """An identifier without what made a spreadsheet keep its zeros, as in '0012 and ="0012"."""
    if (written := _AS_FORMULA.fullmatch(text)) is not None:
        return trim(written[1])
    quoted = text[:1] == "'" and (text[1:2] in GUARDED or text[1:2].isdigit())
    return trim(text[1:]) if quoted else text


def _text_flaw(text: str) -> Flaw | None:
    if len(text) > MAX_ID_CHARACTERS:
        return Flaw("long_cell", text, f"has {len(text):,} characters, which no identifier has")
    if text in ERROR_TEXTS:
        return Flaw("error_cell", text, f"holds the spreadsheet error {text}")
    if len(text) > 2 and not text.strip("#"):
        return Flaw("damaged_id", text, f"{text[:10]} is what a spreadsheet shows where a column is too narrow")
    return shortened(text)


def shortened(text: str) -> Flaw | None:
    """The flaw of a number in scientific notation, such as 1.23457E+12, which is no identifier any more; else None."""
    if _SCIENTIFIC.fullmatch(text):
        return Flaw("damaged_id", text, f"{text} was shortened by a spreadsheet, its last digits are lost")
    return None


def _cell_flaw(cell: Cell) -> Flaw | None:
    if isinstance(cell, date | time):
        text = text_of(cell)
        return Flaw("damaged_id", text, f"{text} is a date; a spreadsheet has turned an identifier into one")
    if isinstance(cell, float | int) and not (abs(cell) < SPREADSHEET_DIGITS and cell == int(cell)):
        text = text_of(cell)
        return Flaw("damaged_id", text, f"the number {text} is no identifier that a spreadsheet has kept whole")
    return None


class CountReader:
    """Reads a column of small numbers such as call attempts."""

    def __init__(self, column: Column, remarks: Remarks) -> None:
        self._column, self._remarks = column, remarks
        self._memo = Memo(whole_number, 10_000)

    def read(self, cells: Sequence[Cell], faults: RowFaults) -> list[int | None]:
        """The numbers; None where there is none, which is remarked where something else stands."""
        found = [self._memo[clean_text(text_of(cell))] for cell in cells]
        if None in found:
            for at, (number, cell) in enumerate(zip(found, cells, strict=True)):
                if number is None and trim(text_of(cell)):
                    text = f'"{self._column.heading}" is not one number and is left out'
                    self._remarks.add("unread_number", faults.numbers[at], text)
        return found


def whole_number(text: str) -> int | None:
    """The one whole number below 1,000,000 that stands in a text such as '3', '3.0' or '3 calls', else None."""
    found = re.findall(r"[0-9]+", re.sub(r"(?<=[0-9])\.0+$", "", text[:100]), re.ASCII)
    return int(found[0]) if len(found) == 1 and len(found[0]) <= 6 else None
