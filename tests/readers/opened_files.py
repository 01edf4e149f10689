"""What a test says about a file: its bytes; what comes back: its rows, its notes, or the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leadreturns.errors import FileRefused
from leadreturns.readers.file_copy import copy_file
from leadreturns.readers.table import Cell, Fit, Note, OpenOptions, RawTable
from leadreturns.readers.table_file import open_table

KNOWN = {"lead_id", "buyer", "reason", "requested_at", "price", "lead id"}


@dataclass
class Opened:
    """A table read to its end."""

    kind: str
    encoding: str
    delimiter: str
    sheet: str
    numbers: list[int]
    rows: list[list[Cell]]
    notes: list[Note]
    hidden_rows: set[int]
    hidden_columns: list[int]

    @property
    def codes(self) -> list[str]:
        """The codes of the notes."""
        return [note.code for note in self.notes]


def known_headings(table: RawTable) -> Fit:
    """How many of the headings that a return file may have stand in the best of the first rows."""
    first = [row for _, row in zip(range(20), table.rows(), strict=False)]
    known = max((len(KNOWN & {str(cell).strip().lower() for cell in cells}) for _, cells in first), default=0)
    return Fit(known > 1 and len(first) > 1, known > 0, known)


def read_path(path: Path, **options: Any) -> Opened:
    """The table in that file."""
    with copy_file(path) as copy:
        table = open_table(copy, OpenOptions(**options), known_headings)
        rows = list(table.rows())
        assert rows == list(table.rows()), "a second pass over the rows gives other rows"
        return Opened(
            table.kind,
            table.encoding,
            table.delimiter,
            table.sheet,
            [number for number, _ in rows],
            [list(cells) for _, cells in rows],
            list(table.notes),
            set(table.hidden_rows),
            list(table.hidden_columns),
        )


def read(folder: Path, content: bytes | str, name: str = "returns.csv", **options: Any) -> Opened:
    """The table in a file of that content."""
    return read_path(_written(folder, content, name), **options)


def refusal(folder: Path, content: bytes | str, name: str = "returns.csv", **options: Any) -> FileRefused:
    """How a file of that content is refused, at once or while its rows are read."""
    path = _written(folder, content, name)
    with pytest.raises(FileRefused) as refused:
        read_path(path, **options)
    return refused.value


def _written(folder: Path, content: bytes | str, name: str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
