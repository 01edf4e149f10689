"""Vouchers → the rows of a tabular accounting file, column by column as its format says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from leadreturns.core.voucher import Voucher
from leadreturns.reports.export_fields import Fields, is_plain_value
from leadreturns.reports.export_format import ExportFormat, ExportTable


class ExportRows(NamedTuple):
    """One file of texts, before anything is done to them for the program that reads it."""

    name: str
    """'' for the main file."""
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    plain: Sequence[bool]
    """By column: True where nothing but our own numbers or dates stand."""


def export_rows(form: ExportFormat, vouchers: Sequence[Voucher], fields: Fields) -> list[ExportRows]:
    """A file for each table of the format: the main one always, the others where they have rows."""
    made = [_rows(table, vouchers, fields) for table in form.tables]
    return [each for each in made if each.rows or not each.name]


def _rows(table: ExportTable, vouchers: Sequence[Voucher], fields: Fields) -> ExportRows:
    templates = list(table.columns.values())
    rows = [
        [template.format_map(values) for template in templates]
        for voucher in vouchers
        if voucher.kind in table.documents
        for _, values in fields.lines(voucher)
    ]
    return ExportRows(table.name, list(table.columns), rows, [is_plain_value(template) for template in templates])
