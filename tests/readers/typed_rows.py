"""Reading a file that a test spells out: text or bytes in, typed rows and the file's own account of itself out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from leadreturns.core.lead_return import LeadReturn, Problem, TimeKind
from leadreturns.core.sale import SaleRow
from leadreturns.core.terms import FileSettings
from leadreturns.readers.file_copy import FileCopy, copy_stream
from leadreturns.readers.ledger_file import SalesFile, read_sales
from leadreturns.readers.reading import Reading
from leadreturns.readers.return_file import ReturnFile, read_returns

BUYERS = ("acme", "Borealis Energy", "Crest & Co")


@dataclass
class ReadReturns:
    rows: list[LeadReturn | Problem]
    file: ReturnFile

    @property
    def returns(self) -> list[LeadReturn]:
        return [row for row in self.rows if isinstance(row, LeadReturn)]

    @property
    def problems(self) -> list[Problem]:
        return [row for row in self.rows if isinstance(row, Problem)]

    @property
    def lead_ids(self) -> list[str]:
        return [row.lead_id for row in self.returns]

    @property
    def codes(self) -> dict[int, str]:
        return {row.row: row.code for row in self.problems}

    @property
    def note_codes(self) -> set[str]:
        return {note.code for note in self.file.notes}


def copy_of(content: str | bytes, name: str = "returns.csv") -> FileCopy:
    data = content.encode() if isinstance(content, str) else content
    return copy_stream(name, io.BytesIO(data).read, 100_000_000)


def reading(*, settings: dict[str, Any] | None = None, **said: Any) -> Reading:
    said.setdefault("known_buyers", BUYERS)
    if "buyer" not in said and "any_buyer" not in said:
        said["any_buyer"] = True
    return Reading(settings=FileSettings(**(settings or {})), **said)


def returns_of(content: str | bytes, *, size: int = 10_000, **said: Any) -> ReadReturns:
    with copy_of(content) as copy:
        file = read_returns(copy, reading(**said))
        rows = [row for chunk in file.chunks(size) for row in chunk]
        return ReadReturns(rows, file)


def sales_of(content: str | bytes, **said: Any) -> tuple[list[SaleRow], list[Problem], SalesFile]:
    with copy_of(content, "ledger.csv") as copy:
        file = read_sales(copy, reading(**said))
        rows = [row for chunk in file.chunks() for row in chunk]
    sales = [row for row in rows if isinstance(row, SaleRow)]
    return sales, [row for row in rows if isinstance(row, Problem)], file


def shown_time(at: int | None, kind: int) -> str:
    """'2026-10-01' for a date, '2026-10-01 15:04:05' for a clock reading, the same with Z for an instant."""
    if at is None:
        return ""
    shown = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {TimeKind.DATE: shown[:10], TimeKind.WALL: shown, TimeKind.INSTANT: shown + "Z"}[kind]


def requested(rows: Sequence[LeadReturn]) -> list[str]:
    return [shown_time(row.requested_at, row.requested_kind) for row in rows]
