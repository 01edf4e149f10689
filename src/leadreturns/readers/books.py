"""Which reader opens which kind of workbook. Runs in the child process only."""

from __future__ import annotations

import os
from typing import Any, BinaryIO

from leadreturns.readers.book import Book

Request = dict[str, Any]


def open_book(request: Request, file: BinaryIO) -> tuple[str, Book]:
    """The kind of the workbook, as RawTable names it, and the workbook."""
    kind = request["kind"]
    if kind == "encrypted":
        file = _without_password(request, file)
        kind = _kind_of_package(file, request["name"])
    return "ods" if kind == "fods" else kind, _OPENERS[kind](request, file)


def _without_password(request: Request, file: BinaryIO) -> BinaryIO:
    from leadreturns.readers.encrypted_file import decrypted

    return decrypted(file, request["name"], request["password"])


def _kind_of_package(file: BinaryIO, name: str) -> str:
    from leadreturns.readers.office_parts import OfficeParts

    return "xlsb" if OfficeParts(file, _size(file), name).workbook.endswith(".bin") else "xlsx"


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _xlsx(request: Request, file: BinaryIO) -> Book:
    from leadreturns.readers.xlsx_book import XlsxBook

    return XlsxBook(file, _size(file), request["name"])


def _xlsb(request: Request, file: BinaryIO) -> Book:
    from leadreturns.readers.xlsb_book import XlsbBook

    return XlsbBook(file, _size(file), request["name"])


def _xls(request: Request, file: BinaryIO) -> Book:
    from leadreturns.readers.xls_book import LockedXls, XlsBook

    try:
        return XlsBook(file, _size(file), request["name"])
    except LockedXls:
        plain = _without_password(request, file)
        return XlsBook(plain, _size(plain), request["name"])


def _ods(request: Request, file: BinaryIO) -> Book:
    from leadreturns.readers.ods_book import OdsBook

    return OdsBook(file, _size(file), request["name"])


def _fods(request: Request, file: BinaryIO) -> Book:
    from leadreturns.readers.ods_book import FlatOdsBook

    return FlatOdsBook(file, _size(file), request["name"])


def _xml(request: Request, file: BinaryIO) -> Book:
    from leadreturns.readers.xml_book import XmlBook

    return XmlBook(file, request["name"])


def _html(request: Request, file: BinaryIO) -> Book:
    from leadreturns.readers.html_book import HtmlBook

    return HtmlBook(file, request["name"], request["encoding"], request["mark_bytes"])


_OPENERS = {"xlsx": _xlsx, "xlsb": _xlsb, "xls": _xls, "ods": _ods, "fods": _fods, "xml": _xml, "html": _html}
