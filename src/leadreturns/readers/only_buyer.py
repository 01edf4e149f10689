"""The settings of the one buyer that a file names in a column, where nobody said beforehand whose file it is."""

from __future__ import annotations

from dataclasses import replace

from leadreturns.readers.buyers import BuyerReader
from leadreturns.readers.columns import Column, places
from leadreturns.readers.header_row import Required, find_header
from leadreturns.readers.headings import RETURNS
from leadreturns.readers.reading import Reading
from leadreturns.readers.row_faults import RowFaults
from leadreturns.readers.table import RawTable
from leadreturns.readers.texts import text_of, trim


def with_settings_of_buyer(table: RawTable, reading: Reading, required: Required) -> Reading:
    """`reading` with the settings of the table's buyer, if all its rows that name a known buyer name the same one.

    Headings that the settings name and the table has not are left out of them: a file with a column of buyers need not
    be one of the buyer's own.
    """
    if reading.buyer or not reading.settings_by_buyer:
        return reading
    buyer = _only_buyer(table, reading, required)
    settings = reading.settings_by_buyer.get(buyer)
    if settings is None:
        return reading
    own = replace(reading, settings=settings)
    texts = find_header(table, RETURNS, own, required).texts
    columns = {name: heading for name, heading in settings.columns.items() if places(texts, heading)}
    where = {heading: values for heading, values in settings.rows_where.items() if places(texts, heading)}
    return replace(own, settings=replace(settings, columns=columns, rows_where=where))


def _only_buyer(table: RawTable, reading: Reading, required: Required) -> str:
    """The known name of the buyer; '' when there is no column of buyers, or several, or several buyers."""
    header = find_header(table, RETURNS, reading, required)
    mapped = reading.mapping.get("buyer")
    found = places(header.texts, mapped) if mapped else _buyer_places(header.texts)
    if len(found) != 1:
        return ""
    column = Column(found[0], header.texts[found[0]], "buyer")
    reader = BuyerReader(column, reading)
    names: dict[str, str] = {}
    only = ""
    for number, cells in table.rows():
        text = trim(text_of(cells[column.place])) if number > header.row and column.place < len(cells) else ""
        if not text or text in names:
            continue
        names[text] = reader.read([text], RowFaults([number]))[0]
        if only and names[text] and names[text] != only:
            return ""
        only = only or names[text]
        if len(names) > _MAX_NAMES or (only and only not in reading.settings_by_buyer):
            return ""
    return only


_MAX_NAMES = 1_000
"""Of unknown names; such a file has another column under that heading."""


def _buyer_places(texts: tuple[str, ...]) -> list[int]:
    return [at for at, text in enumerate(texts) if RETURNS.field_of(text) == "buyer"]
