"""Rows at the foot of a table that only what stands above them shows to be no records: counts, sums, signatures."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from decimal import Decimal

from leadreturns.readers.layout import Layout
from leadreturns.readers.next_table import is_contact
from leadreturns.readers.row_kinds import figure_of, has_digit, is_figure
from leadreturns.readers.row_labels import is_closing, is_colon_label, is_figure_label, is_name, is_signature
from leadreturns.readers.row_sorter import ROWS_COMPARED, Above, RowSorter
from leadreturns.readers.subtotals import AMOUNTS
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import cell_text

_SUM_TOLERANCE = Decimal("0.005")


class ClosingRows:
    """What proves that a row at the foot is no record."""

    def __init__(self, layout: Layout, sorter: RowSorter) -> None:
        self._layout, self._sorter = layout, sorter
        self._closed = 0
        """The last row with words that close a letter."""

    def heed(self, number: int, note: str) -> None:
        """Takes note of words that close a letter: what follows them is who wrote it."""
        if is_closing(note):
            self._closed = number

    def adds_up(self, cells: Sequence[Cell], number: int) -> bool:
        """True when the figures in row `number` are the sums of their columns above, or the count of the records.

        Amounts of a ledger need no proof: without a lead, a buyer and a date they can only be a total.
        """
        figures = {at: figure_of(cell_text(cell)) for at, cell in enumerate(cells) if cell_text(cell)}
        if any(self._sorter.used.get(at) in AMOUNTS for at in figures) and self._sorter.ids.keys().isdisjoint(figures):
            return True
        sums, rows = self._sums(figures, number)
        counts = [figure for at, figure in figures.items() if at in self._sorter.ids]
        others = {at: figure for at, figure in figures.items() if at not in self._sorter.ids}
        if any(count != rows for count in counts):
            return False
        adds_up = all(abs(figure - sums[at]) < _SUM_TOLERANCE for at, figure in others.items())
        return adds_up or list(figures.values()) == [rows]

    def _sums(self, figures: Mapping[int, Decimal], number: int) -> tuple[dict[int, Decimal], int]:
        """The sums of some columns over the records above row `number`, and how many those are."""
        sums, rows = dict.fromkeys(figures, Decimal(0)), 0
        before: deque[Sequence[Cell]] = deque(maxlen=ROWS_COMPARED)
        for row, above in self._layout.table.rows():
            padded = [*above, *[""] * (self._layout.width - len(above))]
            if self._layout.header.row < row < number and self._sorter.kind(padded, Above(before)) == "record":
                rows += 1
                before.append(padded)
                for at in figures:
                    sums[at] += figure_of(cell_text(padded[at]))
        return sums, rows

    def kind_after_all(self, cells: Sequence[Cell], number: int, records: int, is_led: bool) -> str:
        """What the last of the `records` is after all: 'note', 'total', or '' for a record.

        `is_led`: a total or a blank row stands right above it.
        """
        texts = [cell_text(cell) for cell in cells]
        filled = [at for at, text in enumerate(texts) if text]
        first = texts[filled[0]]
        if self._sorter.has_reason(texts):
            return ""
        if filled[0] not in (self._sorter.key, *self._sorter.used) and not self._sorter.has_contact(texts, filled):
            used = [at for at in filled if at in self._sorter.used and at not in self._sorter.ids]
            if not used and (is_signature(first) or is_colon_label(first)):
                return "note"
        count = texts[self._sorter.key]
        if not (count.isdecimal() and figure_of(count) == records - 1) or not all(
            is_figure(texts[at]) for at in filled
        ):
            return ""
        proven = len(filled) > 1 and self.adds_up(cells, number)
        return "total" if proven or (is_led and len(filled) == 1) else ""

    def kind_at_foot(self, cells: Sequence[Cell], above: int, records: Sequence[Sequence[Cell]]) -> str:
        """'note' for the last record if it is none: a figure with its label, or the writer's name; '' for a record.

        `above`: the number of the record above it; `records`: the last ones above, whose identifiers need digits.
        """
        key, texts = self._sorter.key, [cell_text(cell) for cell in cells]
        # Of several labels below one another the upper ones are taken for records until their turn comes.
        ids = [each for row in records if not is_figure_label(each := cell_text(row[key]))]
        text, others = texts[key], [at for at, each in enumerate(texts) if each and at != key]
        if not ids or not text or any("@" in each or not has_digit(each) for each in ids):
            return ""
        if self._sorter.has_contact(texts, others):
            return ""
        figures = bool(others) and all(is_figure(texts[at]) for at in others)
        if figures and is_figure_label(text):
            return "note"
        if self._closed < above:
            return ""
        is_writer = is_name(text) and (not others or self._is_company([texts[at] for at in others], records))
        return "note" if is_writer or (not others and is_contact(text)) else ""

    @staticmethod
    def _is_company(others: Sequence[str], records: Sequence[Sequence[Cell]]) -> bool:
        """Whether one further name stands beside the writer's, which no record above has in any of its cells."""
        if len(others) > 1 or not is_name(others[0]):
            return False
        return not any(others[0].casefold() == cell_text(cell).casefold() for row in records for cell in row)
