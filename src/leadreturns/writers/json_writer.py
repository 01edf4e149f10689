"""Values and tables → JSON: money and rates as texts, times in ISO 8601, keys in the order given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from leadreturns.core.money import format_minor
from leadreturns.reports.table import SUMMED_KINDS, Amount, Column, Row, Table

_UNSAFE = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def to_json(value: Any) -> str:
    r"""The value as JSON text, indented, with a final newline.

    Letters stay as they are; what a terminal would obey or UTF-8 lacks is written like '\u009b', which changes
    nothing for a reader of JSON. Raises TypeError for a float or any other value that JSON texts here never hold.
    """
    text = json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False)
    return (text if text.isascii() and "\x7f" not in text else _UNSAFE.sub(_escape, text)) + "\n"


def plain(value: Any) -> Any:
    """The value in JSON's own types: amounts as '10.50', dates in ISO 8601, tuples as lists."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Amount):
        return format_minor(value.minor, value.currency)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in our JSON")


def table_json(table: Table) -> dict[str, Any]:
    """{'rows': [...], 'totals': [...]} with one object a row, keyed by column names.

    A total leaves out the columns that it sums over.
    """
    return {
        "rows": [_object(row, table.columns) for row in table.rows],
        "totals": [_without_groups(_object(row, table.columns), table.columns) for row in table.totals],
    }


def _object(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    return {column.name: plain(value) for column, value in zip(columns, row, strict=True) if column.is_data}


def _without_groups(total: dict[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    numbers = {column.name for column in columns if column.kind in SUMMED_KINDS}
    return {name: value for name, value in total.items() if value is not None or name in numbers}


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
