"""The problems of one block of rows while its columns are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from leadreturns.core.lead_return import Problem
from leadreturns.core.wording import column_letters
from leadreturns.readers.columns import Column
from leadreturns.readers.refusals import clip
from leadreturns.readers.table import CellFault

MAX_VALUE_CHARACTERS = 200


class Flaw(NamedTuple):
    """Why a cell has no value: the code of the problem, what stands there, and a sentence about it."""

    code: str
    value: str
    said: str


class RowFaults:
    """At most one problem for each row of a block, by the row's place in it: the first that is found stands."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = numbers
        """The row number of each row of the block."""
        self.problems: dict[int, Problem] = {}

    def add(self, at: int, column: Column | None, flaw: Flaw) -> None:
        """Notes that the row at place `at` cannot be read; without a column the whole row is meant."""
        if at not in self.problems:
            row = self.numbers[at]
            heading = column.heading if column else ""
            where = f'row {row}, "{clip(heading)}": ' if heading else f"row {row}: "
            said = where + flaw.said + ("" if flaw.said.endswith("?") else ".")
            self.problems[at] = Problem(flaw.code, row, heading, flaw.value[:MAX_VALUE_CHARACTERS], said)

    def add_cell_fault(self, at: int, column: Column, fault: CellFault) -> None:
        """Notes a cell without a trustworthy value, naming the cell as a spreadsheet does: B7."""
        cell = f"{column_letters(column.place)}{self.numbers[at]}"
        said = _FAULTS.get(fault.code, "holds no value that can be trusted: {0}").format(clip(fault.text))
        self.add(at, column, Flaw(fault.code, fault.text, f"cell {cell} {said}"))


_FAULTS = {
    "error_cell": "holds the error {0}",
    "uncalculated_formula": "holds the formula {0}, never calculated; open and save the file in a spreadsheet",
    "damaged_id": "holds the number {0}, of which a spreadsheet keeps 15 digits; identifiers must be text cells",
}
