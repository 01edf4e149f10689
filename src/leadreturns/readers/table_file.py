"""A file of any kind that holds a table → RawTable. The kind is told by the content, never by the name."""

from __future__ import annotations

from collections.abc import Callable

from leadreturns.readers.csv_file import open_csv
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.table import OpenOptions, RawTable


def open_table(copy: FileCopy, options: OpenOptions, fits: Callable[[RawTable], int]) -> RawTable:
    """The one table that the file holds. `fits` counts the headings that the caller knows in a candidate."""
    return open_csv(copy, options, fits)
