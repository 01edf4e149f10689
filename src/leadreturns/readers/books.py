"""Which reader opens which kind of workbook. Runs in the child process only."""

from __future__ import annotations

from typing import Any, BinaryIO

from leadreturns.readers.book import Book


def open_book(request: dict[str, Any], file: BinaryIO) -> tuple[str, Book]:
    """The kind of the workbook, as RawTable names it, and the workbook."""
    kind, size, name = request["kind"], request["size"], request["name"]
    from leadreturns.readers.xlsx_book import XlsxBook

    return kind, XlsxBook(file, size, name)
