"""A buyer's return file → `LeadReturn` and `Problem`, in file order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from leadreturns.core.lead_return import LeadReturn
from leadreturns.readers.body import Body
from leadreturns.readers.buyers import BuyerReader
from leadreturns.readers.columns import Column
from leadreturns.readers.converter import Contacts, Converter, Part
from leadreturns.readers.date_order import understand
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.header_row import fits
from leadreturns.readers.headings import IDENTIFIERS, RETURNS, STATUS_HEADINGS, VALID_HEADINGS, fold_heading
from leadreturns.readers.layout import Layout
from leadreturns.readers.only_buyer import with_settings_of_buyer
from leadreturns.readers.reading import Reading
from leadreturns.readers.refusals import clip, map_option
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.returned_rows import (
    add_faults,
    marked_reasons,
    refuse_blanks_of_both,
    refuse_mixed_status,
    refuse_returns_beside_others,
    returned_test,
    says_yes_or_no,
)
from leadreturns.readers.row_faults import Flaw
from leadreturns.readers.row_file import RowFile, bound_layout
from leadreturns.readers.table import Cell, Fit, Note, RawTable
from leadreturns.readers.table_file import open_table
from leadreturns.readers.texts import clean_text, trim
from leadreturns.readers.values import CountReader, shortened

_GENERAL_STATUS = frozenset(("status", "leadstatus", "salestatus", "outcome"))
"""Headings whose values may speak of something else than returns."""
_OF_A_BIRTH = re.compile("birth|dob|geburt|naissance|nacimiento|nascita")
_ROWS_LOOKED_AT = 2_000


def read_returns(copy: FileCopy, reading: Reading) -> ReturnFile:
    """The file, ready to give its rows.

    Refused: what opening and `bind` refuse (`missing_columns`, `ambiguous_columns`, `unknown_heading`, …), `no_rows`,
    `some_rows_returned` when a column seems to tell returns from other rows and no setting says so, and
    `ambiguous_dates` as far as the first rows show it. Raises UsageFault for a --map of a field that returns have not.
    """
    required: list[Sequence[str]] = [IDENTIFIERS]
    names_buyer = bool(reading.buyer) or reading.any_buyer
    if not names_buyer:
        required.append(("buyer",))
    if reading.reason_required and not reading.default_reason:
        required.append(("reason",))

    def fit(candidate: RawTable) -> Fit:
        known = fits(candidate, RETURNS, reading, required)
        own = with_settings_of_buyer(candidate, reading, required) if known.known else reading
        return known if own is reading else fits(candidate, RETURNS, own, required)

    table = open_table(copy, reading.options, fit)
    reading = with_settings_of_buyer(table, reading, required)
    layout = _without_answers(bound_layout(table, reading, RETURNS, required))
    binding = layout.binding
    needed = ("reason",) if names_buyer else ("buyer", "reason")
    layout = replace(layout, returned=returned_test(binding), needed=needed)
    file = ReturnFile(layout, reading)
    file.peek()
    if not binding.where:
        _check_status(file)
    return file


class ReturnFile(RowFile[LeadReturn]):
    """The rows of a return file: `chunks` gives `LeadReturn` and `Problem`."""

    def __init__(self, layout: Layout, reading: Reading) -> None:
        super().__init__(layout, reading)
        self.blank_reasons = 0
        """Rows without a reason in the last pass, although the file has a column for it."""

    @property
    def notes(self) -> list[Note]:
        """What the operator should know of the file, as far as it has been read."""
        found = super().notes
        if self.rows >= 4 and self.blank_reasons * 2 > self.rows:
            heading = self.layout.binding.columns["reason"].heading
            blank = f'"{heading}" is blank in {self.blank_reasons:,} of {self.rows:,} rows.'
            setting = f'rows_where = {{ "{heading}" = ["*"] }}'
            found.append(Note("blank_reasons", f"{blank} If these are no returns, tell the buyer's section: {setting}"))
        return found

    def _converter(self, remarks: Remarks) -> Converter[LeadReturn]:
        self.blank_reasons = 0
        return _Returns(self, remarks)


def _check_status(file: ReturnFile) -> None:
    """Notes columns of dates that are not read. Refused: `some_rows_returned`."""
    binding = file.layout.binding
    first = _first_rows(file.layout)
    dated = []
    for at in binding.ignored:
        heading = file.layout.header.texts[at]
        folded = fold_heading(heading)
        column = Column(at, heading, "")
        if folded in STATUS_HEADINGS or folded in VALID_HEADINGS:
            cells = (cell for _, cell in file.cells([column]))
            asks = "valid" if folded in VALID_HEADINGS else "" if folded in _GENERAL_STATUS else "returned"
            refuse_mixed_status(heading, cells, asks)
        elif not heading:
            continue
        else:
            refuse_returns_beside_others(heading, [row[at] for row in first])
        if not (binding.has("requested_at") or _OF_A_BIRTH.search(folded)) and _holds_dates(row[at] for row in first):
            dated.append(heading)
    if "reason" in binding.columns:
        column = binding.columns["reason"]
        refuse_returns_beside_others(column.heading, [row[column.place] for row in first])
        if "requested_at" in binding.columns and not file.reading.default_reason:
            when = binding.columns["requested_at"]
            refuse_blanks_of_both(
                (column.heading, when.heading), [(row[column.place], row[when.place]) for row in first]
            )
    if dated:
        listed = ", ".join(f'"{clip(heading)}"' for heading in dated[:5])
        option = map_option("requested_at", dated[0])
        said = f"{listed} {'hold' if len(dated) > 1 else 'holds'} dates; if the rows were returned then: {option}"
        binding.notes.append(Note("dates_not_read", said))


def _first_rows(layout: Layout) -> Sequence[Sequence[Cell]]:
    block = next(Body(layout).blocks(_ROWS_LOOKED_AT), None)
    if block is None:
        return ()
    # A row that stands in one cell leaves the others blank, which says nothing of its return.
    in_one_cell = {at for at, flaw in block.flaws.items() if flaw.code == "missing_cells" and flaw.value}
    return [row for at, row in enumerate(block.rows) if at not in in_one_cell]


def _holds_dates(cells: Iterable[Cell]) -> bool:
    filled = 0
    for cell in cells:
        if cell not in (None, ""):
            if not (isinstance(cell, date) or (isinstance(cell, str) and understand(clean_text(cell)))):
                return False
            filled += 1
    return filled > 0


def _without_answers(layout: Layout) -> Layout:
    """The layout without a column of return dates that holds yes and no: it asks whether, not when."""
    binding = layout.binding
    column = binding.columns.get("requested_at")
    if column is None:
        return layout
    rows = (cells for number, cells in islice(layout.table.rows(), _ROWS_LOOKED_AT) if number > layout.header.row)
    if says_yes_or_no(cells[column.place] for cells in rows if column.place < len(cells)):
        del binding.columns["requested_at"]
        binding.ignored[column.place] = "holds yes and no, not dates"
    return layout


class _Returns(Converter[LeadReturn]):
    def __init__(self, file: ReturnFile, remarks: Remarks) -> None:
        super().__init__(file.layout, file.reading, remarks, file.dates)
        binding = file.layout.binding
        self._file = file
        self._marks = binding.marks
        self._judging = [*(column for column, _ in binding.where), *self._marks]
        self._buyers = BuyerReader(self.columns["buyer"], self.reading) if "buyer" in self.columns else None
        self._calls = CountReader(self.columns["call_attempts"], remarks) if "call_attempts" in self.columns else None

    def rows(self, part: Part) -> Iterable[LeadReturn]:
        """One `LeadReturn` for each row."""
        if not self.only_texts:
            add_faults(self._judging, part.rows, part.faults)
        buyers = self._buyer_names(part)
        contacts = self.contacts(part, buyers)
        lead_ids, sale_refs = self.ids("lead_id", part), self.ids("sale_ref", part)
        self._require_identifier(lead_ids, sale_refs, contacts, part)
        columns = (
            part.faults.numbers,
            buyers,
            lead_ids,
            sale_refs,
            contacts.phones,
            contacts.emails,
            self._reasons(part),
            *self.times("requested_at", part),
            *self.times("sold_at", part),
            self.texts("campaign", part),
            self.texts("comment", part),
            self._call_counts(part),
            self.ids("duplicate_of", part),
        )
        # What LeadReturn(*values) does, at a third of its time: the columns above are its fields in their order.
        return [tuple.__new__(LeadReturn, values) for values in zip(*columns, strict=True)]

    def _buyer_names(self, part: Part) -> Sequence[str]:
        if self._buyers is None:
            return [self.reading.buyer] * len(part.rows)
        return self._buyers.read(self.texts("buyer", part), part.faults)

    def _reasons(self, part: Part) -> Sequence[str]:
        default = self.reading.default_reason
        if self._marks:
            found = marked_reasons(self._marks, part.rows, part.faults)
        elif "reason" in self.columns:
            found = self.texts("reason", part)
            self._file.blank_reasons += found.count("")
        else:
            return [default] * len(part.rows)
        return [reason or default for reason in found] if default else found

    def _call_counts(self, part: Part) -> Sequence[int | None]:
        if self._calls is None:
            return [None] * len(part.rows)
        return self._calls.read(self.valid_cells(self.columns["call_attempts"], part), part.faults)

    def _require_identifier(
        self, lead_ids: Sequence[str], sale_refs: Sequence[str], contacts: Contacts, part: Part
    ) -> None:
        """A row whose only identifier is a phone number or an address that is none names nobody."""
        if all(lead_ids) or all(sale_refs):
            return
        for at, found in enumerate(zip(lead_ids, sale_refs, contacts.phones, contacts.emails, strict=True)):
            if any(found):
                continue
            phone, email = trim(contacts.phone_texts[at]), trim(contacts.email_texts[at])
            if phone:
                said = f'"{clip(phone)}" is no possible phone number, and the row has no other identifier'
                part.faults.add(at, self.columns["phone"], shortened(phone) or Flaw("bad_phone", phone, said))
            elif email:
                said = f'"{clip(email)}" is no e-mail address, and the row has no other identifier'
                part.faults.add(at, self.columns["email"], Flaw("bad_email", email, said))
            else:
                part.faults.add(at, None, Flaw("no_identifier", "", "names no lead"))
