"""The rows below the header in blocks, without those that are no records; every row left out is counted and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leadreturns.core.wording import counted
from leadreturns.readers.closing_rows import ClosingRows
from leadreturns.readers.layout import Layout
from leadreturns.readers.merged_cells import rows_with_merged
from leadreturns.readers.refusals import clip
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.row_faults import Flaw
from leadreturns.readers.row_ids import has_parts
from leadreturns.readers.row_kinds import has_digit, is_numbering, make_of, whole
from leadreturns.readers.row_sorter import ROWS_COMPARED, Above, RowSorter
from leadreturns.readers.subtotals import leads_total
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import cell_text, first_text
from leadreturns.readers.values import several_leads

_MAX_FOOTER_ROWS = 12


class Block(NamedTuple):
    """Some records: their row numbers, their cells, and the problems already known by place in the block."""

    numbers: list[int]
    rows: list[Sequence[Cell]]
    flaws: dict[int, Flaw]


class _Open(NamedTuple):
    """A row of which those that follow decide what it is."""

    number: int
    cells: Sequence[Cell]
    """As wide as the table."""
    kind: str
    width: int
    """How many cells it had."""


_TOLD = {
    "title": "is above the header",
    "total": "is a total",
    "repeated_header": "says the header again",
    "note": "is a note, not a record",
}


class Body:
    """One pass over the rows below the header. `skipped` and `remarks` are complete when the blocks are exhausted."""

    def __init__(self, layout: Layout) -> None:
        self.skipped: dict[str, int] = {}
        self.remarks = Remarks()
        self._layout = layout
        self._sorter = RowSorter(layout)
        self._closing = ClosingRows(layout, self._sorter)
        self._block = Block([], [], {})
        self._doubtful: list[_Open] = []
        self._before: list[Sequence[Cell]] = []
        self._last_record = self._last_gap = layout.header.row
        self._last_note = self._last_total = 0
        self._gap_above = self._given = 0
        self._ended = False
        self._read = {*self._sorter.used, *(column.place for column, _ in layout.binding.where)}
        self._numbered = (0, 0)
        """The last row that holds nothing but its running number, and that number."""
        for row, text in layout.header.titles:
            self._skip("title", row, text)

    def blocks(self, size: int) -> Iterator[Block]:
        """The records, at most `size` in a block."""
        width, returned = self._layout.width, self._layout.returned
        key, plain_id = self._sorter.key, self._sorter.plain
        block = self._block
        header_row = self._layout.header.row
        table = self._layout.table
        rows = iter(table.rows()) if table.kind == "csv" else rows_with_merged(self._layout, self.remarks)
        for number, cells in rows:
            if number <= header_row:
                continue
            plain = len(cells) == width and plain_id(cells[key]) and (returned is None or returned(cells))
            if plain and not (key and leads_total(cells[0])):
                if not (self._doubtful and self._settle(cells)):
                    block.numbers.append(number)
                    block.rows.append(cells)
            else:
                self._unusual(number, cells)
            if self._ended:
                self.skipped["other_table"] += sum(1 for _, rest in rows if first_text(rest))
                break
            # The last record is kept back: below the others it may turn out to be their count.
            if len(block.numbers) > size:
                yield self._full_block()
                block = self._block
        self._end()
        if block.numbers:
            yield block

    def _full_block(self) -> Block:
        """All records of the block but the last, which begins the next one."""
        full = self._block
        number, row = full.numbers.pop(), full.rows.pop()
        flaw = full.flaws.pop(len(full.numbers), None)
        self._before = full.rows[-ROWS_COMPARED:]
        self._last_record = full.numbers[-1]
        self._given += len(full.numbers)
        self._block = Block([number], [row], {} if flaw is None else {0: flaw})
        return full

    def _above(self) -> Above:
        block = self._block
        last = block.numbers[-1] if block.numbers else self._last_record
        records = block.rows[-ROWS_COMPARED:]
        if len(records) < ROWS_COMPARED:
            records = [*self._before[len(records) :], *records]
        return Above(records, self._last_gap > last, bool(self._doubtful) or self._last_note > last)

    def _unusual(self, number: int, cells: Sequence[Cell]) -> None:
        """Sorts a row that is not plainly a record."""
        missing = self._layout.width - len(cells)
        padded = [*cells, *[""] * missing] if missing > 0 else cells
        if self._is_only_numbered(number, padded):
            self._skip("blank", number, "")
            return
        kind = self._sorter.kind(padded, self._above())
        if kind in ("record", "no_identifier", "crowded"):
            if not self._settle(padded):
                self._append(number, cells, padded, kind)
        elif kind.endswith("?"):
            self._doubtful.append(_Open(number, padded, kind[:-1], len(cells)))
            if len(self._doubtful) > _MAX_FOOTER_ROWS:
                self._settle()
        else:
            self._skip(kind, number, first_text(cells))

    def _is_only_numbered(self, number: int, cells: Sequence[Cell]) -> bool:
        """True for a row prepared and not filled in: it holds its running number, in a column that is not read."""
        filled = [at for at, cell in enumerate(cells) if cell_text(cell)]
        if len(filled) != 1 or filled[0] in self._read or filled[0] >= self._layout.width:
            return False
        at = filled[0]
        value = whole(cell_text(cells[at]))
        if value is None:
            return False
        numbers, rows = self._block.numbers or [self._last_record], self._block.rows or self._before
        if self._numbered[0] > numbers[-1]:
            before: int | None = self._numbered[1]
        else:
            before = whole(cell_text(rows[-1][at])) if rows else 0
        is_next = before is not None and value == before + 1
        if is_next or is_numbering(self._layout.header.texts[at]):
            self._numbered = (number, value)
            return True
        return False

    def _settle(self, following: Sequence[Cell] = ()) -> bool:
        """What was left open is a record after all, since one follows, or since so many rows are no footer.

        A label above the first record is none, though: there was nothing to compare it with before. True when instead
        another table begins among the open rows, to which the following one belongs.
        """
        if self._ends_before_table(following):
            self.skipped["other_table"] += bool(following)
            return True
        doubtful, self._doubtful = self._doubtful, []
        is_first = bool(following) and not self._has_records
        for row in doubtful:
            is_crowded = bool(following) and self._is_crowded(row.cells, following)
            if is_crowded:
                self._append(row.number, row.cells[: row.width], row.cells, "crowded")
            elif is_first and row.kind == "note" and self._sorter.is_label_above(row.cells, following):
                self._skip(row.kind, row.number, first_text(row.cells))
            else:
                self._append_open(row)
        return False

    @property
    def _has_records(self) -> bool:
        return bool(self._block.numbers or self._before)

    def _ends_before_table(self, following: Sequence[Cell]) -> bool:
        """Whether an open row is the header of another table, with which this one ends; those before it are notes."""
        for at, (number, cells, kind, _) in enumerate(self._doubtful):
            below = self._doubtful[at + 1].cells if at + 1 < len(self._doubtful) else following
            if kind == "next_table" and self._sorter.begins_table(cells, below):
                rest = len(self._doubtful) - at - 1
                del self._doubtful[at:]
                self._leave_open_out()
                self._skip(kind, number, first_text(cells))
                self.skipped["other_table"] += rest
                return True
        return False

    def _end(self) -> None:
        """What was left open is no record, since none follows; figures must be those of a total."""
        if self._ends_before_table(()):
            return
        if not self._has_records and len(self._doubtful) > 1:
            self._settle()
        self._leave_open_out()
        self._take_back_footer()

    def _leave_open_out(self) -> None:
        doubtful, self._doubtful = self._doubtful, []
        has_notes = any(row.kind == "note" for row in doubtful)
        for row in doubtful:
            number, cells, kind, _ = row
            is_record = kind == "next_table" or (kind == "word" and not has_notes)
            if is_record or (kind == "total" and not self._closing.adds_up(cells, number)):
                self._append_open(row)
            else:
                self._skip("note" if kind == "word" else kind, number, first_text(cells))

    def _is_crowded(self, cells: Sequence[Cell], following: Sequence[Cell]) -> bool:
        texts = [cell_text(cell) for cell in cells]
        return self._sorter.is_crowded(texts, [at for at, text in enumerate(texts) if text], [following])

    def _append_open(self, row: _Open) -> None:
        named = any(cell_text(row.cells[at]) for at in self._sorter.ids)
        self._append(row.number, row.cells[: row.width], row.cells, "record" if named else "no_identifier")

    def _take_back_footer(self) -> None:
        """Leaves out the last records that are none, seen from the end: a count of the others, what signs the sheet."""
        block = self._block
        while len(block.numbers) > 1 or (block.numbers and self._before):
            number, row, count = block.numbers[-1], block.rows[-1], self._given + len(block.numbers)
            above = block.numbers[-2] if len(block.numbers) > 1 else self._last_record
            is_led = any(above < row < number for row in (self._last_total, self._last_gap, self._gap_above))
            kind = self._closing.kind_after_all(row, number, count, is_led)
            if not (kind := kind or self._closing.kind_at_foot(row, above, self._above().records[:-1])):
                return
            block.numbers.pop()
            block.rows.pop()
            block.flaws.pop(len(block.numbers), None)
            self._skip(kind, number, first_text(row))

    def _append(self, number: int, cells: Sequence[Cell], padded: Sequence[Cell], kind: str) -> None:
        flaw = self._ragged(number, cells)
        if kind == "no_identifier":
            names = ", ".join(f'"{clip(column.heading)}"' for column in self._sorter.ids.values())
            flaw = Flaw("no_identifier", first_text(cells), f"names no lead: {names} is blank")
        elif kind == "crowded":
            said = f'has "{clip(first_text(cells))}" in one cell and nothing in the others; part it into their columns'
            flaw = Flaw("missing_cells", first_text(cells), said)
        if flaw is not None:
            self._block.flaws[len(self._block.numbers)] = flaw
        self._block.numbers.append(number)
        self._block.rows.append(padded)

    def _ragged(self, number: int, cells: Sequence[Cell]) -> Flaw | None:
        """The flaw of a text row with too many or too few cells; a remark where all that is read is in its place."""
        layout = self._layout
        if layout.table.kind != "csv" or len(cells) == layout.width:
            return None
        said = f"has {counted(len(cells), 'cell')} where {layout.width} are expected"
        extra = " | ".join(filter(None, map(cell_text, cells[layout.width :])))
        if extra:
            if not any(self._sorter.used):
                key = cell_text(cells[self._sorter.key])
                if has_digit(key) and any(make_of(key) == make_of(cell_text(cell)) for cell in cells[layout.width :]):
                    return several_leads(f"{key} | {extra}")
                self.remarks.add("long_rows", number, f'{said}; "{clip(extra)}" is ignored')
                return None
            return Flaw("extra_cells", extra, f"{said}; a delimiter inside a text may have shifted them")
        lost = [text for text in layout.header.texts[len(cells) :] if text]
        if not lost:
            return None
        names = ", ".join(f'"{clip(text)}"' for text in lost)
        columns = layout.binding.columns
        if any(name in columns and columns[name].place >= len(cells) for name in layout.needed):
            alone = first_text(cells) if len(cells) == 1 else ""
            return Flaw("missing_cells", alone if has_parts(alone) else "", f"{said}; {names} is missing")
        self.remarks.add("short_rows", number, f"{said}; {names} is missing")
        return None

    def _skip(self, kind: str, number: int, text: str) -> None:
        self.skipped[kind] = self.skipped.get(kind, 0) + 1
        if kind == "note":
            self._last_note = number
            self._closing.heed(number, text)
        elif kind == "total":
            self._last_total = number
        if kind == "blank":
            numbers = self._block.numbers
            if self._last_gap < (numbers[-1] if numbers else self._last_record):
                self._gap_above = self._last_gap
            self._last_gap = number
        elif kind == "next_table":
            del self.skipped[kind]
            self._ended = True
            self.skipped["other_table"] = self.skipped.get("other_table", 0) + 1
            said = "another table begins here, and only the first is read; put it into a file of its own"
            self.remarks.add("next_table", number, said)
        elif kind in _TOLD:
            self.remarks.add(f"skipped_{kind}", number, f'"{clip(text)}" {_TOLD[kind]}')
