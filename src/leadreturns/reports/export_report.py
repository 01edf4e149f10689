"""The exports on record as a table, and how an export is told in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from leadreturns.core.calendar import Zone, format_month, iso_utc
from leadreturns.core.money import money_text
from leadreturns.core.voucher import CLAWBACK, CLAWBACK_REVERSED, CREDIT_NOTE, DEBIT_NOTE
from leadreturns.reports.table import Column, Table, told_time

_WORDS = {
    CREDIT_NOTE: ("credit note", "credit notes"),
    DEBIT_NOTE: ("debit note", "debit notes"),
    CLAWBACK: ("clawback from a supplier", "clawbacks from suppliers"),
    CLAWBACK_REVERSED: ("clawback given back to a supplier", "clawbacks given back to suppliers"),
}


class Recorded(Protocol):
    """An export, as kept."""

    @property
    def period(self) -> int: ...
    @property
    def format(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def files(self) -> Mapping[str, str]: ...
    @property
    def draft(self) -> bool: ...
    @property
    def entries(self) -> int: ...
    @property
    def exported_at(self) -> int: ...
    @property
    def exported_by(self) -> str: ...


def exports_table(exports: Sequence[Recorded]) -> Table:
    """The exports in the order in which they were made."""
    columns = (
        Column("period", "Period", "month", 0),
        Column("format", "Format", "id"),
        Column("draft", "Draft", "text", 1),
        Column("entries", "Entries", "count", 1),
        Column("files", "Files", "count", 2),
        Column("exported_at", "Made", "time", 0),
        Column("exported_by", "By", "text", 1),
        Column("sha256", "SHA-256", "text", 3),
    )
    rows = [
        (
            format_month(each.period),
            each.format,
            "draft" if each.draft else "",
            each.entries,
            len(each.files),
            iso_utc(each.exported_at),
            each.exported_by,
            each.sha256,
        )
        for each in exports
    ]
    return Table(name="exports", title="Accounting exports", columns=columns, rows=rows)


def exports_json(exports: Sequence[Recorded]) -> list[dict[str, Any]]:
    """The same for programs, under the same names."""
    return [
        {
            "period": format_month(each.period),
            "format": each.format,
            "draft": each.draft,
            "entries": each.entries,
            "files": len(each.files),
            "exported_at": iso_utc(each.exported_at),
            "exported_by": each.exported_by,
            "sha256": each.sha256,
        }
        for each in exports
    ]


def document_words(kind: str, number: int) -> str:
    """'1 credit note', '3 clawbacks from suppliers'."""
    one, many = _WORDS[kind]
    return f"{number:,} {one if number == 1 else many}"


def money_words(minor: int, currency: str) -> str:
    """'1,234.50 USD'."""
    return money_text(minor, currency)


def earlier_words(earlier: Recorded, is_same: bool | None, zone: Zone) -> str:
    """When a first export was made, by that clock, and whether this one is the same; None where that says nothing."""
    what = "first exported as a draft" if earlier.draft else "first exported"
    said = f"{what} on {told_time(earlier.exported_at, zone)} by {earlier.exported_by}"
    if is_same is None:
        return said
    return f"{said}: the same bytes" if is_same else f"{said}: these bytes are not the same"
