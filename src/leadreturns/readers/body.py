"""The rows below the header in blocks, without those that are no records; every row left out is counted and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leadreturns.core.wording import counted
from leadreturns.readers.headings import fold_heading
from leadreturns.readers.layout import Layout
from leadreturns.readers.merged_cells import rows_with_merged
from leadreturns.readers.refusals import clip
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.row_faults import Flaw
from leadreturns.readers.row_kinds import has_digit, is_numbering, make_of, whole
from leadreturns.readers.row_sorter import RowSorter, cell_text, first_text
from leadreturns.readers.table import Cell
from leadreturns.readers.values import several_leads

_ROWS_COMPARED = 20
_MAX_FOOTER_ROWS = 12


class Block(NamedTuple):
    """Some records: their row numbers, their cells, and the problems already known by place in the block."""

    numbers: list[int]
    rows: list[Sequence[Cell]]
    flaws: dict[int, Flaw]


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
        self._block = Block([], [], {})
        self._doubtful: list[tuple[int, Sequence[Cell], str]] = []
        self._before: list[Sequence[Cell]] = []
        self._last_record = self._last_gap = layout.header.row
        self._count = 0
        """Records in the blocks that were handed out."""
        self._ended = False
        self._read = {*self._sorter.used, *(column.place for column, _ in layout.binding.where)}
        self._numbered = (0, 0)
        """The last row that holds nothing but its running number, and that number."""
        for row, text in layout.header.titles:
            self._skip("title", row, text)

    def blocks(self, size: int) -> Iterator[Block]:
        """The records, at most `size` in a block."""
        width, returned = self._layout.width, self._layout.returned
        key, ordinary, leads_total = self._sorter.key, self._sorter.ordinary, self._sorter.leads_total
        block = self._block
        header_row = self._layout.header.row
        table = self._layout.table
        rows = iter(table.rows()) if table.kind == "csv" else rows_with_merged(self._layout, self.remarks)
        for number, cells in rows:
            if number <= header_row:
                continue
            plain = len(cells) == width and ordinary(cells[key]) and (returned is None or returned(cells))
            if plain and not (key and leads_total(cells[0])):
                if self._doubtful:
                    self._settle(cells)
                block.numbers.append(number)
                block.rows.append(cells)
            else:
                self._unusual(number, cells)
                if self._ended:
                    self.skipped["other_table"] += sum(1 for _, rest in rows if first_text(rest))
                    break
            if len(block.numbers) >= size:
                yield block
                block = self._next_block()
        self._end()
        if block.numbers:
            yield block

    def _next_block(self) -> Block:
        self._before = self._block.rows[-_ROWS_COMPARED:]
        self._last_record = self._block.numbers[-1]
        self._count += len(self._block.numbers)
        self._block = Block([], [], {})
        return self._block

    def _unusual(self, number: int, cells: Sequence[Cell]) -> None:
        """Sorts a row that is not plainly a record."""
        missing = self._layout.width - len(cells)
        padded = [*cells, *[""] * missing] if missing > 0 else cells
        if self._is_only_numbered(number, padded):
            self._skip("blank", number, "")
            return
        block = self._block
        if self._names_other_columns(padded):
            self._skip("next_table", number, "")
            return
        after_gap = self._last_gap > (block.numbers[-1] if block.numbers else self._last_record)
        kind = self._sorter.kind(padded, block.rows[-_ROWS_COMPARED:] or self._before, after_gap)
        if kind in ("record", "no_identifier"):
            self._settle(padded)
            self._append(number, cells, padded, kind)
        elif kind.endswith("?"):
            self._doubtful.append((number, padded, kind[:-1]))
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

    def _names_other_columns(self, cells: Sequence[Cell]) -> bool:
        """True for words led by the name of a column, where the identifiers above have digits: 'Reason', 'Count'."""
        before = self._block.rows[-_ROWS_COMPARED:] or self._before
        key = self._sorter.key
        texts = [cell_text(cell) for cell in cells]
        if not before or not self._layout.headings.field_of(texts[key]) or sum(map(bool, texts)) < 2:
            return False
        if texts[key].endswith(":") and sum(text.endswith(":") for text in texts) == 1:
            return False
        if any(map(has_digit, texts)) or fold_heading(texts[key]) == fold_heading(self._layout.header.texts[key]):
            return False
        return all(has_digit(cell_text(row[key])) for row in before)

    def _settle(self, following: Sequence[Cell] = ()) -> None:
        """What was left open is a record after all, since one follows, or since so many rows are no footer.

        A label above the first record is none, though: there was nothing to compare it with before.
        """
        doubtful, self._doubtful = self._doubtful, []
        is_first = bool(following) and not (self._block.numbers or self._before)
        for number, cells, kind in doubtful:
            if is_first and kind == "note" and self._sorter.is_label_above(cells, following):
                self._skip(kind, number, first_text(cells))
                continue
            named = any(cell_text(cells[at]) for at in self._sorter.ids)
            self._append(number, cells, cells, "record" if named else "no_identifier")

    def _end(self) -> None:
        """What was left open is no record, since none follows; figures must be those of a total."""
        self._take_out_sums()
        if not (self._block.numbers or self._before) and len(self._doubtful) > 1:
            self._settle()
        for number, cells, kind in self._doubtful:
            if kind == "total" and not self._sorter.adds_up(cells, number):
                self._append(number, cells, cells, "no_identifier")
            else:
                self._skip(kind, number, first_text(cells))

    def _take_out_sums(self) -> None:
        """The last record is none where it tells nothing but the number of those above it and sums of their columns."""
        block = self._block
        count = self._count + len(block.numbers) - 1
        if not block.numbers or not self._sorter.sums_up(block.rows[-1], block.numbers[-1], count):
            return
        number, cells = block.numbers.pop(), block.rows.pop()
        block.flaws.pop(len(block.numbers), None)
        self._skip("total", number, first_text(cells))

    def _append(self, number: int, cells: Sequence[Cell], padded: Sequence[Cell], kind: str) -> None:
        flaw = self._ragged(number, cells)
        if kind == "no_identifier":
            names = ", ".join(f'"{clip(column.heading)}"' for column in self._sorter.ids.values())
            flaw = Flaw("no_identifier", first_text(cells), f"names no lead: {names} is blank")
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
            return Flaw("missing_cells", "", f"{said}; {names} is missing")
        self.remarks.add("short_rows", number, f"{said}; {names} is missing")
        return None

    def _skip(self, kind: str, number: int, text: str) -> None:
        self.skipped[kind] = self.skipped.get(kind, 0) + 1
        if kind == "blank":
            self._last_gap = number
        elif kind == "next_table":
            del self.skipped[kind]
            self._ended = True
            self.skipped["other_table"] = self.skipped.get("other_table", 0) + 1
            said = "another table begins here, and only the first is read; put it into a file of its own"
            self.remarks.add("next_table", number, said)
        elif kind in _TOLD:
            self.remarks.add(f"skipped_{kind}", number, f'"{clip(text)}" {_TOLD[kind]}')
