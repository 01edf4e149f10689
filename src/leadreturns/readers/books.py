"""Which reader opens which kind of workbook. Runs in the child process only."""

from __future__ import annotations

import os
from typing import Any, BinaryIO

from leadreturns.readers.book import Book


def open_book(request: dict[str, Any], file: BinaryIO) -> tuple[str, Book]:
    """The kind of the workbook, as RawTable names it, and the workbook."""
    kind, name = request["kind"], request["name"]
    if kind == "encrypted":
        file, kind = _without_password(request, file), "xlsx"
    if kind == "xls":
        return kind, _xls_book(request, file)
    if kind == "xml":
        from leadreturns.readers.xml_book import XmlBook

        return kind, XmlBook(file, name)
    if kind == "html":
        from leadreturns.readers.html_book import HtmlBook

        return kind, HtmlBook(file, name, request["encoding"], request["mark_bytes"])
    size = file.seek(0, os.SEEK_END)
    if kind == "xlsx":
        from leadreturns.readers.xlsx_book import XlsxBook

        return kind, XlsxBook(file, size, name)
    if kind == "ods":
        from leadreturns.readers.ods_book import OdsBook

        return kind, OdsBook(file, size, name)
    raise AssertionError(f"no reader for {kind}")


def _without_password(request: dict[str, Any], file: BinaryIO) -> BinaryIO:
    from leadreturns.readers.encrypted_file import decrypted

    return decrypted(file, request["name"], request["password"])


def _xls_book(request: dict[str, Any], file: BinaryIO) -> Book:
    from leadreturns.readers.xls_book import LockedXls, XlsBook

    try:
        return XlsBook(file, request["size"], request["name"])
    except LockedXls:
        plain = _without_password(request, file)
        return XlsBook(plain, plain.seek(0, os.SEEK_END), request["name"])
