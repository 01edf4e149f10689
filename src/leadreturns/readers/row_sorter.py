"""Which rows below the header are records, and which are totals, notes, rulings or further headers.

Where the line lies:

* A row with an identifier is a record. The exceptions stand in the identifier's own column: the word total, in a row
  that gives no reason, no phone number and no address; a label or footer that fills one cell with words, between rows
  that fill more and whose identifiers are no words; and, after the last record, sparse rows of words, words with a
  colon ("Prepared by:", "Ann"), signatures ("Date", "2026-10-05"), a word alone where each identifier above has a digit
  and more beside it, and the number of records with sums of their columns. One term of mixed letters may be an
  identifier wherever it stands.
* A row without an identifier is a problem (`no_identifier`), never left out, unless it is a total, or stands after the
  last record and holds nothing that is read: a note of few words, or figures that are the sums of their columns.
* A row that says the header again is left out. After a blank row it begins another table, as does a row with other
  known headings, unless what could be an identifier leads it; only the first table is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from leadreturns.readers.columns import Column
from leadreturns.readers.headings import fold_heading
from leadreturns.readers.layout import Layout
from leadreturns.readers.row_kinds import (
    figure_of,
    has_digit,
    is_credit,
    is_figure,
    is_rule,
    is_sentence,
    is_term,
    is_total,
    is_total_of,
    make_of,
    names_columns,
    repeats,
    says_something,
)
from leadreturns.readers.row_labels import is_footer_label, is_signature
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import text_of, trim
from leadreturns.readers.values import Memo

_AMOUNTS = ("price", "payout")
_SUM_TOLERANCE = Decimal("0.005")
_FEWEST_SUMMED = 2
_FREE = ("reason", "comment")
_ORDINARY = {
    "phone": re.compile(r"\+?[0-9(][0-9().\-/ +]{5,40}", re.ASCII),
    "email": re.compile(r"[^\s@:=<>]+@[^\s@:=<>]+"),
}
_TOTAL_START = re.compile(r"\s*(?:grand|sub|overall|total|sum|count|average|number|row|record)", re.IGNORECASE)
_ORDINARY_ID = re.compile(r"(?!['#])[^\s0-9:=,]*[0-9]\S*", re.ASCII)


class RowSorter:
    """Sorts the rows of one table."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.ids = {column.place: column for column in layout.ids}
        """Place → column of the identifiers."""
        self.used = layout.binding.fields_by_place()
        """Place → field of every column that is read."""
        self.key = layout.ids[0].place
        """The place of the identifier that tells records at a glance."""
        self._folded = [fold_heading(text) for text in layout.header.texts]
        self._fields: Memo[str, str] = Memo(layout.headings.field_of, 1_000)
        self.ordinary = _ordinary(layout)
        """True of a cell at `key` that makes its row a record without a second look."""

    def kind(self, cells: Sequence[Cell], before: Sequence[Sequence[Cell]], after_gap: bool) -> str:
        """What a row is: 'record', 'no_identifier', a kind that is left out, or one with '?' unless a record follows.

        `cells` has at least as many cells as there are columns. `before` are the last records above, `after_gap` says
        that a blank row lies between.
        """
        layout = self._layout
        if self._is_led_total(cells):
            return "total"
        if self.ordinary(cells[self.key]):
            return "record" if layout.returned is None or layout.returned(cells) else "not_returned"
        texts = [cell_text(cell) for cell in cells]
        filled = [at for at, text in enumerate(texts) if text]
        if not filled:
            return "blank"
        if fold_heading(texts[self.key]) == self._folded[self.key] and repeats(texts, self._folded):
            return "next_table" if after_gap else "repeated_header"
        if self._begins_table(texts, filled, before, after_gap):
            return "next_table"
        if is_rule([texts[at] for at in filled]):
            return "note"
        if self._is_total(texts, filled, before):
            return "total"
        if layout.returned is not None and not layout.returned(cells):
            return "not_returned"
        if self.ids.keys().isdisjoint(filled):
            return self._kind_without_id(texts, filled, before)
        only_text = all(isinstance(cells[at], str) for at in filled)
        return self._kind_with_id(texts, filled, before) if only_text else "record"

    def adds_up(self, cells: Sequence[Cell], number: int) -> bool:
        """True when the figures in row `number` are the sums of their columns above, or one is the count of records.

        Amounts of a ledger need no proof: without a lead, a buyer and a date they can only be a total.
        """
        figures = {at: figure_of(cell_text(cell)) for at, cell in enumerate(cells) if cell_text(cell)}
        if any(self.used.get(at) in _AMOUNTS for at in figures):
            return True
        sums, rows = dict.fromkeys(figures, Decimal(0)), 0
        for row, above in self._layout.table.rows():
            padded = [*above, *[""] * (self._layout.width - len(above))]
            if self._layout.header.row < row < number and self.kind(padded, (), False) == "record":
                rows += 1
                for at in figures:
                    sums[at] += figure_of(cell_text(padded[at]))
        adds_up = all(abs(figure - sums[at]) < _SUM_TOLERANCE for at, figure in figures.items())
        return adds_up or list(figures.values()) == [rows]

    def sums_up(self, cells: Sequence[Cell], number: int, count: int) -> bool:
        """True when row `number` holds the number of the records above it in place of an identifier, and their sums."""
        if count < _FEWEST_SUMMED or cell_text(cells[self.key]) != str(count):
            return False
        rest = [*cells[: self.key], "", *cells[self.key + 1 :]]
        figures = [text for text in map(cell_text, rest) if text]
        sums = any(map(figure_of, figures)) and all(map(is_figure, figures))
        return sums and self.adds_up(rest, number)

    def _is_led_total(self, cells: Sequence[Cell]) -> bool:
        """A count in the identifier's column, behind a first cell that names a total."""
        if not self.key or not self.leads_total(cells[0]) or not is_total(cell_text(cells[0])):
            return False
        others = (at for at in self.used if at not in (0, self.key) and at not in self.ids)
        return is_figure(cell_text(cells[self.key])) and not any(cell_text(cells[at]) for at in others)

    def is_label_above(self, cells: Sequence[Cell], following: Sequence[Cell]) -> bool:
        """True when words fill one cell alone, an identifier's, and the record that follows is of another make."""
        filled = [at for at, cell in enumerate(cells) if cell_text(cell)]
        if len(filled) != 1 or filled[0] not in self.ids:
            return False
        text = cell_text(cells[filled[0]])
        return is_footer_label(text) or _is_label(text, self.ids[filled[0]], [following])

    def _begins_table(
        self, texts: Sequence[str], filled: Sequence[int], before: Sequence[Sequence[Cell]], after_gap: bool
    ) -> bool:
        """True for the headings of another table; a term that could be an identifier, in its place, is none of them."""
        own = texts[self.key]
        if own and not self._fields[own] and is_term(own, [cell_text(row[self.key]) for row in before]):
            return False
        if not after_gap and not any(self._fields[texts[at]] for at in filled if at != self.key):
            return False
        named = names_columns(texts, self._layout.headings)
        # 'Campaign:' beside 'Roofing' is a label and what it says.
        is_label = any(texts[at].endswith(":") for at in filled if self._fields[texts[at]])
        return named >= 2 or (named == 1 and after_gap and not is_label)

    def _asks(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        """True when a row gives a reason in words, or a phone number or an address of its own: no total does."""
        fields = {at: self.used.get(at, "") for at in filled}
        return any(
            (field in _FREE and says_something(texts[at])) or (field in _ORDINARY and _is_contact(texts[at], field))
            for at, field in fields.items()
        )

    def _is_total(self, texts: Sequence[str], filled: Sequence[int], before: Sequence[Sequence[Cell]]) -> bool:
        if self._asks(texts, filled):
            return False
        named = [at for at in filled if at in self.ids]
        if named:
            totals = [at for at in named if is_total(texts[at]) or is_total_of(texts[at]) or is_credit(texts[at])]
            if any(self._is_made_as_above(at, texts[at], before) for at in totals):
                return False
            # A figure in the column of another identifier is the total's figure.
            return bool(totals) and all(at in totals or is_figure(texts[at]) for at in named)
        first = filled[0]
        own = first not in self.used and (is_total_of(texts[first]) or is_credit(texts[first]))
        return own or any(is_total(texts[at]) for at in filled)

    @staticmethod
    def _is_made_as_above(at: int, text: str, before: Sequence[Sequence[Cell]]) -> bool:
        """True for 'SUM 1002' below 'SUM 1001'."""
        made = make_of(text)
        return has_digit(text) and any(make_of(cell_text(row[at])) == made for row in before)

    def _kind_with_id(self, texts: Sequence[str], filled: Sequence[int], before: Sequence[Sequence[Cell]]) -> str:
        if len(filled) == 1 and _is_label(texts[filled[0]], self.ids[filled[0]], before):
            return "note" if before else "note?"
        if texts[self.key].endswith(":") and not has_digit(texts[self.key]):
            # No identifier ends so, whatever follows.
            return "note"
        if self._is_footer(texts, filled, before):
            return "note?"
        if len(filled) == 1 and before and self._is_word_below(filled[0], texts[filled[0]], before):
            return "note?"
        if not before or not self._is_sparse(filled, before):
            return "record"
        nothing_else = all(at in self.ids or at not in self.used for at in filled)
        identifies = any(
            has_digit(texts[at]) or "@" in texts[at] or (at in self.ids and is_term(texts[at], ())) for at in filled
        )
        return "note?" if nothing_else and not identifies else "record"

    def _kind_without_id(self, texts: Sequence[str], filled: Sequence[int], before: Sequence[Sequence[Cell]]) -> str:
        used = {self.used[at] for at in filled if at in self.used}
        if before and used <= set(_AMOUNTS) and all(is_figure(texts[at]) for at in filled):
            return "total?"
        if not used and not any(has_digit(texts[at]) for at in filled) and self._is_sparse(filled, before):
            return "note?"
        if len(filled) == 1 and not used & set(_FREE) and len(texts[filled[0]].split()) >= 3:
            return "note?"
        return "no_identifier"

    def _is_footer(self, texts: Sequence[str], filled: Sequence[int], before: Sequence[Sequence[Cell]]) -> bool:
        """True for a label in the identifier's column with what it says: 'Date', 'Submitted by', 'October 2026'."""
        if len(filled) == 1:
            return is_footer_label(texts[filled[0]])
        return bool(before) and is_signature(texts[self.key])

    @staticmethod
    def _is_word_below(at: int, text: str, before: Sequence[Sequence[Cell]]) -> bool:
        """True when the rows above have more than an identifier, and each one with a digit: "Confidential" is none."""
        if has_digit(text) or "@" in text or is_term(text, ()):
            return False
        return all(_fill(row) > 1 and has_digit(cell_text(row[at])) for row in before)

    def _is_sparse(self, filled: Sequence[int], before: Sequence[Sequence[Cell]]) -> bool:
        named = self._layout.header.named
        return 3 * len(filled) <= named and 3 * len(filled) <= min(map(_fill, before), default=named)

    @staticmethod
    def leads_total(cell: Cell) -> bool:
        """True of a first cell that may name a total, so that its row needs a second look."""
        return isinstance(cell, str) and _TOTAL_START.match(cell) is not None


def _is_label(text: str, column: Column, before: Sequence[Sequence[Cell]]) -> bool:
    """A text in the identifier's column that is no identifier: words, where the rows before have single terms."""
    if not is_sentence(text) or (column.field in _ORDINARY and (sum(map(str.isdigit, text)) >= 7 or "@" in text)):
        return False
    return all(_fill(row) >= 2 and " " not in cell_text(row[column.place]) for row in before)


def _is_contact(text: str, field: str) -> bool:
    return _ORDINARY[field].fullmatch(text) is not None and (field != "phone" or sum(map(str.isdigit, text)) >= 7)


def _ordinary(layout: Layout) -> Callable[[Cell], object]:
    """Tells an identifier cell that needs no second look: one term with a digit, a number, a phone, an address."""
    shape = _ORDINARY.get(layout.ids[0].field, _ORDINARY_ID).fullmatch
    heading = layout.ids[0].heading
    if has_digit(heading):
        return lambda cell: isinstance(cell, str) and cell.strip() != heading and shape(cell)
    if layout.table.kind == "csv":
        return shape  # type: ignore[return-value]  # every cell of a text file is a text
    return lambda cell: shape(cell) if isinstance(cell, str) else type(cell) in (int, float)


def cell_text(cell: Cell) -> str:
    """What a cell shows, trimmed."""
    return trim(cell if isinstance(cell, str) else text_of(cell))


def first_text(cells: Sequence[Cell]) -> str:
    """The first cell of a row that is not blank, as text; '' for a blank row."""
    return next(filter(None, map(cell_text, cells)), "")


def _fill(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell not in (None, ""))
