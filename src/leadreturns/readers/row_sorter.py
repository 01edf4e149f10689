"""Which rows below the header are records, and which are totals, notes, rulings or further headers.

Where the line lies:

* A row with a reason in words, or with a phone number or an e-mail address of its own, is never a total. It is a note
  only where its first cell signs the sheet ("Submitted by", "Date:").
* A row with an identifier is a record. The exceptions stand in the identifier's own column: the word total; a label
  or footer that fills one cell with words, between rows that fill more and whose identifiers are no words; and,
  after the last record, labels with what belongs to them ("Prepared by:", "Ann"), and the count of the records beside
  the sums of their columns.
* A row without an identifier is a problem (`no_identifier`), never left out, unless it is a total, or stands after the
  last record and holds nothing that is read: a note of few words, or figures that are the sums of their columns.
* A row whose one cell holds all of it, or words with an identifier like those above, is a problem (`missing_cells`).
* A row that says the header again is left out. After a blank row it begins another table, as does a row with other
  known headings if the row below it fits them; only the first table is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from leadreturns.readers.columns import Column
from leadreturns.readers.headings import fold_heading
from leadreturns.readers.layout import Layout
from leadreturns.readers.next_table import (
    ORDINARY,
    fits_below,
    is_contact,
    is_like_id,
    is_plainly_header,
    named_places,
)
from leadreturns.readers.row_ids import is_whole_row, may_be_count, names_lead, ordinary_id, plain_id
from leadreturns.readers.row_kinds import (
    has_digit,
    is_credit,
    is_figure,
    is_rule,
    is_sentence,
    is_total,
    is_total_of,
    is_word_and_figure,
    repeats,
    says_something,
)
from leadreturns.readers.row_labels import is_colon_label, is_footer_label, is_signature
from leadreturns.readers.subtotals import AMOUNTS, Subtotals, leads_total
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import cell_text
from leadreturns.readers.values import Memo

_FREE = ("reason", "comment")
ROWS_COMPARED = 20


class Above(NamedTuple):
    """What stands above a row."""

    records: Sequence[Sequence[Cell]] = ()
    """The last ones."""
    after_gap: bool = False
    """Whether a blank row lies between."""
    after_note: bool = False
    """Whether a note does."""


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
        self._contacts = {at: column.field for at, column in self.ids.items() if column.field in ORDINARY}
        self._reasons = [at for at, name in self.used.items() if name.startswith("reason")]
        self._comments = [at for at, name in self.used.items() if name == "comment"]
        self._folded = [fold_heading(text) for text in layout.header.texts]
        self._fields: Memo[str, str] = Memo(layout.headings.field_of, 1_000)
        self._says: Memo[str, bool] = Memo(says_something, 10_000)
        self._subtotals = Subtotals(self.key, tuple(self.ids), self.used)
        self._ordinary = ordinary_id(layout)
        self.plain = plain_id(layout)
        """True of a cell at `key` that makes its row a record without a second look."""

    def kind(self, cells: Sequence[Cell], above: Above) -> str:
        """What a row is: 'record', a problem, a kind that is left out, or one with '?' that the next row settles.

        `cells` has at least as many cells as there are columns. The problems are 'no_identifier' and 'crowded', which
        is all in one cell. A 'next_table?' is one if the row below fits it, a 'word?' is a note among other notes, and
        each other kind with '?' is what it says unless a record follows.
        """
        if (self.key and leads_total(cells[0])) or may_be_count(cells[self.key]):
            texts = [cell_text(cell) for cell in cells]
            if self._subtotals.is_led(texts, above.records) or self._subtotals.is_of_group(texts, above.records):
                return "total"
        if self._ordinary(cells[self.key]):
            return self._record_kind(cells)
        texts = [cell_text(cell) for cell in cells]
        filled = [at for at, text in enumerate(texts) if text]
        if not filled:
            return "blank"
        if fold_heading(texts[self.key]) == self._folded[self.key] and repeats(texts, self._folded):
            return "next_table" if above.after_gap else "repeated_header"
        if header := self._header_kind(texts, filled, above):
            return header
        has_reason = self.has_reason(texts)
        first = texts[filled[0]]
        if has_reason and texts[self.key] and not (is_signature(first) or is_colon_label(texts[self.key])):
            return self._record_kind(cells)
        if is_rule([texts[at] for at in filled]):
            return "note"
        own = has_reason or self.has_contact(texts, filled)
        if not own and self._is_total(texts, filled, above):
            return "total"
        if self.is_crowded(texts, filled, above.records):
            return "crowded"
        if self._layout.returned is not None and not self._layout.returned(cells):
            return "not_returned"
        if note := self._label_kind(texts, filled, own, above):
            return note
        if self.ids.keys().isdisjoint(filled):
            return self._kind_without_id(texts, filled, own, above)
        return self._kind_with_id(texts, filled, above)

    def begins_table(self, cells: Sequence[Cell], following: Sequence[Cell]) -> bool:
        """True when a row of headings has a row below it that they fit; for the last row, when it is plainly one."""
        texts = [cell_text(cell) for cell in cells]
        filled = [at for at, text in enumerate(texts) if text]
        named = named_places(texts, filled, self._fields)
        if not following:
            return is_plainly_header(named, filled, self.key)
        return fits_below(named, [cell_text(cell) for cell in following], self.key)

    def is_crowded(self, texts: Sequence[str], filled: Sequence[int], records: Sequence[Sequence[Cell]]) -> bool:
        """Whether one cell holds all of a row, or words that name a lead, which are no identifier and no mere note."""
        if len(filled) != 1 or self._layout.width < 2:
            return False
        text, ids = texts[filled[0]], [cell_text(row[self.key]) for row in records]
        if filled[0] in self.ids and is_whole_row(text, self._layout.header.named, ids):
            return True
        return names_lead(text, ids)

    def has_contact(self, texts: Sequence[str], filled: Sequence[int]) -> bool:
        """Whether a phone number stands in its column, or an e-mail address anywhere."""
        return any(is_contact(texts[at]) or is_contact(texts[at], self._contacts.get(at, "email")) for at in filled)

    def has_reason(self, texts: Sequence[str]) -> bool:
        """Whether the row gives a reason in words."""
        return any(self._says[texts[at]] for at in self._reasons)

    def is_label_above(self, cells: Sequence[Cell], following: Sequence[Cell]) -> bool:
        """True when words fill one cell alone, an identifier's, and the record that follows is of another make."""
        filled = [at for at, cell in enumerate(cells) if cell_text(cell)]
        if len(filled) != 1 or filled[0] not in self.ids:
            return False
        return _is_label(cell_text(cells[filled[0]]), self.ids[filled[0]], [following])

    def _record_kind(self, cells: Sequence[Cell]) -> str:
        return "record" if self._layout.returned is None or self._layout.returned(cells) else "not_returned"

    def _header_kind(self, texts: Sequence[str], filled: Sequence[int], above: Above) -> str:
        if not (above.after_gap or any(self._fields[texts[at]] for at in filled)):
            return ""
        named = named_places(texts, filled, self._fields)
        if not named or (len(set(named.values())) < 2 and not (above.after_gap or self._is_led_by_name(named, above))):
            return ""
        if self.key not in named and is_like_id(texts[self.key], self._ids_above(above)):
            return ""
        return "next_table" if is_plainly_header(named, filled, self.key) else "next_table?"

    def _is_led_by_name(self, named: Mapping[int, str], above: Above) -> bool:
        """Whether the name of a column stands where the identifiers above all have digits: 'Reason', 'Count'."""
        return self.key in named and bool(above.records) and all(map(has_digit, self._ids_above(above)))

    def _ids_above(self, above: Above) -> list[str]:
        return [cell_text(row[self.key]) for row in above.records]

    def _is_total(self, texts: Sequence[str], filled: Sequence[int], above: Above) -> bool:
        named = [at for at in filled if at in self.ids]
        if named:
            totals = [at for at in named if is_total(texts[at]) or is_total_of(texts[at]) or is_credit(texts[at])]
            # A figure in the column of another identifier is the total's figure.
            if not totals or any(at not in totals and not is_figure(texts[at]) for at in named):
                return False
            return not (is_word_and_figure(texts[totals[0]]) and self._are_like_totals(totals[0], above))
        first, others = filled[0], [texts[at] for at in filled if not is_total(texts[at])]
        if first not in self.used:
            if is_total(texts[first]) or is_credit(texts[first]):
                return True
            return is_total_of(texts[first]) and not any(self._says[texts[at]] for at in self._comments)
        return len(others) < len(filled) and all(is_figure(text) for text in others)

    @staticmethod
    def _are_like_totals(at: int, above: Above) -> bool:
        """Whether the identifiers are of the make of "SUM 1001"; the first row says it of all."""
        return not above.records or any(is_word_and_figure(cell_text(row[at])) for row in above.records)

    def _label_kind(self, texts: Sequence[str], filled: Sequence[int], own: bool, above: Above) -> str:
        """'note' or 'note?' for a row whose first cell is a label, '' for any other."""
        first, alone = texts[filled[0]], len(filled) == 1
        is_footer, has_colon = is_footer_label(first), is_colon_label(first)
        if not (is_footer or has_colon) or self.has_contact(texts, filled):
            return ""
        if any(has_digit(texts[at]) or "@" in texts[at] for at in filled[1:] if at in self.ids):
            return ""
        ids = self._ids_above(above)
        if any(is_footer_label(text) or is_colon_label(text) for text in ids):
            return ""
        if is_footer and (not own or is_signature(first)):
            is_sure = (above.after_gap or alone) and (all(map(has_digit, ids)) or len(first.split()) > 1)
            return "note" if above.records and is_sure else "note?"
        if has_colon and (self._fields[first] or not own):
            return "note" if self._fields[first] and len(filled) <= 2 else "note?"
        return ""

    def _kind_with_id(self, texts: Sequence[str], filled: Sequence[int], above: Above) -> str:
        first = next(at for at in filled if at in self.ids)
        text, before = texts[first], above.records
        if len(filled) == 1 and _is_label(text, self.ids[first], before):
            return "note" if before else "note?"
        if not before or has_digit(text) or "@" in text:
            return "record"
        if len(filled) == 1 and above.after_note and text.istitle() and self._are_fuller(first, before):
            return "note?"
        nothing_else = all(at in self.ids or at not in self.used for at in filled)
        if not (nothing_else and self._is_sparse(filled, above)):
            return "record"
        if len(text.split()) < 2:
            is_word = text[-1] in ",.!?" or (len(filled) == 1 and text.istitle())
            return "word?" if is_word else "record"
        identifies = any(has_digit(texts[at]) or "@" in texts[at] for at in filled)
        return "record" if identifies else "note?"

    def _kind_without_id(self, texts: Sequence[str], filled: Sequence[int], own: bool, above: Above) -> str:
        used = {self.used[at] for at in filled if at in self.used}
        if above.records and used <= set(AMOUNTS) and all(is_figure(texts[at]) for at in filled):
            return "total?"
        if own:
            return "no_identifier"
        if not used and not any(has_digit(texts[at]) for at in filled) and self._is_sparse(filled, above):
            return "note?"
        if len(filled) == 1 and not used & set(_FREE) and len(texts[filled[0]].split()) >= 3:
            return "note?"
        return "no_identifier"

    @staticmethod
    def _are_fuller(at: int, before: Sequence[Sequence[Cell]]) -> bool:
        """True when the rows above have more than an identifier, and each one with a digit."""
        return all(_fill(row) > 1 and has_digit(cell_text(row[at])) for row in before)

    def _is_sparse(self, filled: Sequence[int], above: Above) -> bool:
        named = self._layout.header.named
        return 3 * len(filled) <= named and 3 * len(filled) <= min(map(_fill, above.records), default=named)


def _is_label(text: str, column: Column, before: Sequence[Sequence[Cell]]) -> bool:
    """A text in the identifier's column that is no identifier: words, where the rows before have single terms."""
    if not (is_sentence(text) or is_footer_label(text)):
        return False
    if column.field in ORDINARY and (sum(map(str.isdigit, text)) >= 7 or "@" in text):
        return False
    return all(_fill(row) >= 2 and " " not in cell_text(row[column.place]) for row in before)


def _fill(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell not in (None, ""))
