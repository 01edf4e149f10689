"""Blocks of cells → typed rows, column by column: each column has one reader, made once for a pass over a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from leadreturns.core.identity import fold_name
from leadreturns.core.lead_return import Problem, TimeKind
from leadreturns.readers.body import Block
from leadreturns.readers.columns import Column
from leadreturns.readers.contacts import ContactReader, PhoneReader, email_key
from leadreturns.readers.date_column import DateReader
from leadreturns.readers.layout import Layout
from leadreturns.readers.reading import Reading
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.row_faults import RowFaults
from leadreturns.readers.table import Cell, CellFault
from leadreturns.readers.texts import clean_texts
from leadreturns.readers.values import IdReader, Memo, TextReader

Row = TypeVar("Row")
CONTACT_FIELDS = ("phone", "email")
ID_FIELDS = ("lead_id", "sale_ref", "duplicate_of")
REPEATED_FIELDS = ("reason", "campaign", "supplier", "sub_id", "currency", "buyer")
"""Fields whose texts repeat from row to row."""


class Part(NamedTuple):
    """A block while its columns are read."""

    rows: Sequence[Sequence[Cell]]
    columns: Mapping[int, Sequence[Cell]]
    """Place → cells of every column that is read."""
    faults: RowFaults


class Contacts(NamedTuple):
    """The contact columns of a block: keys, and the texts they were read from."""

    phones: Sequence[str]
    emails: Sequence[str]
    phone_texts: Sequence[str]
    email_texts: Sequence[str]


class Converter(ABC, Generic[Row]):
    """Makes the rows of one kind of file out of blocks of cells."""

    def __init__(self, layout: Layout, reading: Reading, remarks: Remarks, dates: Mapping[str, DateReader]) -> None:
        self.columns = layout.binding.columns
        self.reading, self.remarks = reading, remarks
        self._dates = dates
        self._places = [column.place for column in self.columns.values()]
        # One place would make itemgetter return a cell instead of a tuple of cells.
        self._used_cells = itemgetter(*self._places, self._places[0])
        self.only_texts = layout.table.kind == "csv"
        self._ids = {name: IdReader(self.columns[name], remarks) for name in ID_FIELDS if name in self.columns}
        self._texts = {name: TextReader() for name in REPEATED_FIELDS if name in self.columns}
        self._contacts = {name: ContactReader(self.columns[name]) for name in CONTACT_FIELDS if name in self.columns}
        self._phones: Memo[str, PhoneReader] = Memo(self._phone_reader)
        self._phone_readers: Memo[str, PhoneReader] = Memo(PhoneReader)

    def __call__(self, block: Block) -> list[Row | Problem]:
        """The rows of a block, a problem in place of each that cannot be read."""
        # All columns are taken out in one go: a row is fetched into the cache once, not once for each column.
        cells = zip(*map(self._used_cells, block.rows), strict=True)
        part = Part(block.rows, dict(zip(self._places, cells, strict=False)), RowFaults(block.numbers))
        for at, flaw in block.flaws.items():
            part.faults.add(at, None, flaw)
        rows: list[Row | Problem] = [*self.rows(part)]
        for at, problem in part.faults.problems.items():
            rows[at] = problem
        return rows

    @abstractmethod
    def rows(self, part: Part) -> Iterable[Row]:
        """A row for every row of the block; what stands in those that have a fault does not matter."""

    def cells(self, name: str, part: Part) -> Sequence[Cell]:
        """The cells of a field's column."""
        return part.columns[self.columns[name].place]

    def ids(self, name: str, part: Part) -> Sequence[str]:
        """The identifiers of a field; '' without a column."""
        if name not in self.columns:
            return [""] * len(part.rows)
        return self._ids[name].read(self.cells(name, part), part.faults)

    def texts(self, name: str, part: Part) -> list[str]:
        """The texts of a field, cleaned; '' without a column."""
        if name not in self.columns:
            return [""] * len(part.rows)
        cells = self.valid_cells(self.columns[name], part)
        if name in self._texts:
            return self._texts[name].read(cells)
        return clean_texts(cells)

    def valid_cells(self, column: Column, part: Part) -> Sequence[Cell]:
        """The cells of a column of texts. One without a value is a fault; a damaged number is a text like any other."""
        cells = self.cells(column.field, part)
        if not self.only_texts:
            for at, cell in enumerate(cells):
                if isinstance(cell, CellFault) and cell.code != "damaged_id":
                    part.faults.add_cell_fault(at, column, cell)
        return cells

    def times(self, name: str, part: Part) -> tuple[Sequence[int | None], Sequence[int]]:
        """The times of a field and their kinds; None without a column."""
        if name not in self.columns:
            return [None] * len(part.rows), [TimeKind.DATE] * len(part.rows)
        return self._dates[name].read(self.cells(name, part), part.faults)

    def contacts(self, part: Part, buyers: Sequence[str]) -> Contacts:
        """Phone numbers, read as those of the buyer's region, and e-mail addresses."""
        blank = [""] * len(part.rows)
        phone_texts: Sequence[str] = blank
        email_texts: Sequence[str] = blank
        phones, emails = blank, blank
        if "phone" in self.columns:
            phone_texts = self._contacts["phone"].texts(self.cells("phone", part), part.faults)
            phones = self._phone_keys(phone_texts, buyers)
            self._remark_unread("phone", phone_texts, phones, part)
        if "email" in self.columns:
            email_texts = self._contacts["email"].texts(self.cells("email", part), part.faults)
            emails = [email_key(text) if text else "" for text in email_texts]
            self._remark_unread("email", email_texts, emails, part)
        return Contacts(phones, emails, phone_texts, email_texts)

    def _phone_keys(self, texts: Sequence[str], buyers: Sequence[str]) -> list[str]:
        names = set(buyers)
        if len(names) == 1:
            key = self._phones[names.pop()].read
            return [key(text) if text else "" for text in texts]
        readers = self._phones
        return [readers[buyer].read(text) if text else "" for text, buyer in zip(texts, buyers, strict=True)]

    def _phone_reader(self, buyer: str) -> PhoneReader:
        """The reader of the buyer's region; his name in the policies may be written otherwise than in the file."""
        named = self.reading.regions
        region = named.get(buyer) or next((named[name] for name in named if fold_name(name) == fold_name(buyer)), "")
        region = region or self.reading.settings.region or self.reading.region
        return self._phone_readers[region]

    def _remark_unread(self, name: str, texts: Sequence[str], keys: Sequence[str], part: Part) -> None:
        if "" not in keys:
            return
        kind = "possible phone number" if name == "phone" else "e-mail address"
        for at, (text, key) in enumerate(zip(texts, keys, strict=True)):
            if text.strip() and not key:
                said = f'"{self.columns[name].heading}" is no {kind} and is left out'
                self.remarks.add(f"unread_{name}", part.faults.numbers[at], said)
