"""A file of any kind that holds a table → RawTable. The kind is told by the content, never by the name."""

from __future__ import annotations

from collections.abc import Callable

from leadreturns.errors import FileRefused
from leadreturns.readers.csv_file import open_csv
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.file_kind import FileKind, kind_of
from leadreturns.readers.table import OpenOptions, RawTable


def sniff(copy: FileCopy) -> FileKind:
    """What the file is; `name` is '' for what cannot be read as a table."""
    return kind_of(copy)


def open_table(copy: FileCopy, options: OpenOptions, fits: Callable[[RawTable], int]) -> RawTable:
    """The one table that the file holds. `fits` counts the headings that the caller knows in a candidate.

    Close the copy when done with the rows. Refused, besides what the readers of the kinds refuse: `not_a_table`.
    """
    kind = kind_of(copy)
    if kind.name == "csv":
        return open_csv(copy, options, fits)
    if not kind.name:
        raise FileRefused(
            "not_a_table",
            f"{copy.name} is {kind.what}, not a workbook or a text table.",
            "Ask for the rows as CSV or as an Excel workbook.",
        )
    from leadreturns.readers.workbook_file import open_workbook

    return open_workbook(copy, kind.name, options, fits)
