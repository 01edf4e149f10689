"""Rows and records → the bytes of a tabular accounting file, or of an IIF file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadreturns.reports.export_format import ExportFormat
from leadreturns.reports.export_table import ExportRows
from leadreturns.writers.csv_writer import guarded, joined


def table_text(form: ExportFormat, table: ExportRows) -> str:
    """The file as text. What a spreadsheet could run gets a ' in front, headings too, in every column but those of our
    own numbers and dates."""
    records = [[guarded(heading) for heading in table.headings]] if form.header else []
    records += [
        [text if plain else guarded(text) for text, plain in zip(row, table.plain, strict=True)] for row in table.rows
    ]
    return "".join(joined(record, form.delimiter) + form.line_end for record in records)


def tabbed_text(form: ExportFormat, records: Iterable[Sequence[str]]) -> str:
    """Records with tabs between their fields; a format without quoting, so that no field holds a tab, an end of line
    or a quotation mark."""
    return "".join("\t".join(map(_bare, record)) + form.line_end for record in records)


def _bare(text: str) -> str:
    if text.isprintable() and '"' not in text:
        return text
    return "".join(char if char.isprintable() else " " for char in text.replace('"', "'"))


def encoded(text: str, encoding: str) -> tuple[bytes, str]:
    """The bytes, and the characters that the encoding lacks: a ? stands in their places."""
    try:
        return text.encode(encoding), ""
    except UnicodeEncodeError:
        kept = text.encode(encoding, "replace")
        lost = sorted({char for char in text if not _fits(char, encoding)})
        return kept, "".join(lost)


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
