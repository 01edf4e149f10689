"""One cell merged over several rows of a sheet, such as a reason beside five leads, has its value in each of them.

Only in rows that name a lead, and never for what is meant once: a lead's own identifier, or an amount. A heading that
reaches down over several rows is none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadreturns.readers.layout import Layout
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.table import Cell, NumberedRow
from leadreturns.readers.texts import cell_text

_ONCE = ("price", "payout", "amount")
_Standing = dict[int, tuple[int, Cell]]
"""Column → last row of the merged cell that stands in it, and its value."""


def rows_with_merged(layout: Layout, remarks: Remarks) -> Iterator[NumberedRow]:
    """The rows of a table, with the values of merged cells in them."""
    merged = layout.table.merged
    ids = [column.place for column in layout.ids]
    wanted = {place for place, field in layout.binding.fields_by_place().items() if field not in _ONCE} - {*ids}
    wanted |= {column.place for column, _ in layout.binding.where}
    starts: dict[int, list[tuple[int, int]]] = {}
    known, standing = 0, _Standing()
    for number, cells in layout.table.rows():
        while known < len(merged):
            first, last, place = merged[known]
            known += 1
            if place in wanted and first > layout.header.row:
                starts.setdefault(first, []).append((last, place))
        if standing and any(at < len(cells) and cell_text(cells[at]) for at in ids):
            cells = _filled(number, cells, standing, layout, remarks)
        for last, place in starts.pop(number, ()):
            standing[place] = last, cells[place] if place < len(cells) else None
        yield number, cells


def _filled(
    number: int, cells: Sequence[Cell], standing: _Standing, layout: Layout, remarks: Remarks
) -> Sequence[Cell]:
    row = list(cells)
    for place, (last, value) in list(standing.items()):
        if number > last:
            del standing[place]
        elif value is not None and (place >= len(row) or row[place] is None):
            row += [None] * (place + 1 - len(row))
            row[place] = value
            heading = layout.header.texts[place]
            remarks.add("merged_cells", number, f'"{heading}" is that of the merged cell above')
    return row
