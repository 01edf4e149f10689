"""A file of any kind that holds a table → RawTable. The kind is told by the content, never by the name."""

from __future__ import annotations

from collections.abc import Callable

from leadreturns.errors import FileRefused
from leadreturns.readers.csv_file import open_csv
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.file_kind import FileKind, kind_of
from leadreturns.readers.table import Fit, Note, OpenOptions, RawTable

_ARCHIVES = ("gz", "zip")


def sniff(copy: FileCopy) -> str:
    """What the file is: 'csv', 'xlsx', 'xls', 'xlsb', 'ods', 'html', 'xml', 'encrypted', 'gz', 'zip', else in words."""
    kind = kind_of(copy)
    return kind.name or kind.what


def open_table(copy: FileCopy, options: OpenOptions, fits: Callable[[RawTable], Fit]) -> RawTable:
    """The one table that the file holds; its rows can be read until `copy` is closed.

    `fits` says how well the caller knows the headings of a candidate; it decides between delimiters and sheets.
    Refused: `not_a_table`, and what the readers of the kinds refuse, each with the next step to take.
    """
    kind = kind_of(copy)
    if kind.name not in _ARCHIVES:
        return _open_kind(copy, kind, options, fits)
    from leadreturns.readers.archive_file import unpack

    inner = unpack(copy, kind.name)
    inner_kind = kind_of(inner)
    if inner_kind.name in _ARCHIVES:
        raise FileRefused("not_a_table", f"{copy.name} is an archive within an archive.", "Unpack it first.")
    table = _open_kind(inner, inner_kind, options, fits)
    table.notes.insert(0, Note("unpacked", f"{copy.name}: its file '{inner.name}' was read."))
    return table


def _open_kind(copy: FileCopy, kind: FileKind, options: OpenOptions, fits: Callable[[RawTable], Fit]) -> RawTable:
    if kind.name == "csv":
        if options.sheet:
            raise FileRefused("missing_sheet", f"{copy.name} is a text file and has no sheets.", "Leave --sheet out.")
        return open_csv(copy, options, fits)
    if kind.name:
        from leadreturns.readers.workbook_file import open_workbook

        return open_workbook(copy, kind, options, fits)
    raise FileRefused(
        "not_a_table",
        f"{copy.name} is {kind.what}, not a workbook or a text table.",
        "Ask for the rows as CSV or as an Excel workbook.",
    )
