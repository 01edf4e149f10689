"""A buyer's statement of what he deducted → `StatementRow` and `Problem`, in file order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from leadreturns.core.money import CURRENCIES
from leadreturns.core.reconciliation import StatementRow
from leadreturns.readers.amounts import AmountReader, DecimalSign
from leadreturns.readers.columns import Column
from leadreturns.readers.converter import Converter, Part
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.headings import STATEMENT
from leadreturns.readers.layout import Layout
from leadreturns.readers.reading import Reading
from leadreturns.readers.refusals import clip, refuse_other_currency
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.row_faults import Flaw
from leadreturns.readers.row_file import RowFile, open_layout
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import clean_text

_IDENTIFIERS = ("lead_id", "sale_ref")
_MINUS = re.compile(r"[-\u2212]")
_SIDE = re.compile(r"\s*(CR|DR)\.?$", re.IGNORECASE)


def read_statement(copy: FileCopy, reading: Reading) -> StatementFile:
    """The file, ready to give its rows. It needs a lead id or sale reference, and an amount.

    Refused: what opening and `bind` refuse (`missing_columns`, `ambiguous_columns`, `unknown_heading`, …), `no_rows`,
    `other_currency`, and `ambiguous_amounts` as far as the first rows show it. Raises UsageFault for a --map of a field
    that statements have not.
    """
    layout = open_layout(copy, reading, STATEMENT, [_IDENTIFIERS, ("amount",)])
    file = StatementFile(replace(layout, identifiers=_IDENTIFIERS, needed=("amount",)), reading)
    if not file.names_currency:
        refuse_other_currency([layout.binding.columns["amount"].heading], reading.currency, by_option=True)
    file.peek()
    return file


class StatementFile(RowFile[StatementRow]):
    """The rows of a statement: `chunks` gives `StatementRow` and `Problem`."""

    def __init__(self, layout: Layout, reading: Reading) -> None:
        super().__init__(layout, reading)
        self.decimal_sign = DecimalSign(self._magnitudes)

    @property
    def names_currency(self) -> bool:
        """True when the statement has a column for it."""
        return self.layout.binding.has("currency")

    def _magnitudes(self) -> Iterator[tuple[int, Cell]]:
        column: Column = self.layout.binding.columns["amount"]
        return ((row, signed(cell)[1]) for row, cell in self.cells([column]))

    def _converter(self, remarks: Remarks) -> Converter[StatementRow]:
        return _Statement(self, remarks)


class _Statement(Converter[StatementRow]):
    def __init__(self, file: StatementFile, remarks: Remarks) -> None:
        super().__init__(file.layout, file.reading, remarks, file.dates)
        self._amounts = AmountReader(self.columns["amount"], file.decimal_sign, None)

    def rows(self, part: Part) -> Iterable[StatementRow]:
        """One `StatementRow` for each row."""
        signs, cells = zip(*map(signed, self.cells("amount", part)), strict=True)
        currencies = self._currency_codes(part)
        lead_ids, sale_refs = self.ids("lead_id", part), self.ids("sale_ref", part)
        minors = self._amounts.read(cells, currencies, part.faults)
        for at, (lead_id, sale_ref) in enumerate(zip(lead_ids, sale_refs, strict=True)):
            if not lead_id and not sale_ref:
                part.faults.add(at, None, Flaw("no_identifier", "", "names no lead"))
        amounts = [sign * minor for sign, minor in zip(signs, minors, strict=True)]
        columns = (part.faults.numbers, lead_ids, sale_refs, currencies, amounts)
        return [StatementRow(*values) for values in zip(*columns, strict=True)]

    def _currency_codes(self, part: Part) -> Sequence[str]:
        usual = self.reading.currency
        if "currency" not in self.columns:
            return [usual] * len(part.rows)
        found = [text.upper() or usual for text in self.texts("currency", part)]
        for at, code in enumerate(found):
            if code not in CURRENCIES:
                said = f'"{clip(code)}" is no currency; use an ISO code such as USD'
                part.faults.add(at, self.columns["currency"], Flaw("bad_currency", code, said))
                found[at] = usual
        return found


def signed(cell: Cell) -> tuple[int, Cell]:
    """The sign of an amount, 1 or -1, and the amount without it: a minus before or behind it, brackets, CR.

    Anything else that is no plain amount is left for the reader of amounts to say so.
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return 1, cell
    if not isinstance(cell, str):
        return (-1, -cell) if cell < 0 else (1, cell)
    text, sign = clean_text(cell), 1
    side = _SIDE.search(text)
    if side is not None:
        text, sign = text[: side.start()], -1 if side[1].upper() == "CR" else 1
    if "(" in text and text.endswith(")"):
        text, sign = text[:-1].replace("(", "", 1), -sign
    minus = _MINUS.search(text)
    if minus is not None and (minus.end() == len(text) or not any(map(str.isdigit, text[: minus.start()]))):
        text, sign = text[: minus.start()] + text[minus.end() :], -sign
    return sign, text.strip()
