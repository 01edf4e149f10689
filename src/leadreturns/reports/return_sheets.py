"""Returns as sheets: all of them as lines, and each buyer's own, fit for his eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from leadreturns.reports.sheets import sheets_by_buyer, with_columns
from leadreturns.reports.table import Amount, Column, Row, Table


class ReturnLine(NamedTuple):
    """One return with its sale and how it stands with the supplier; minor units."""

    id: int
    batch: int
    row: int
    buyer: str
    lead_id: str
    sold_on: str | None
    requested_on: str
    waiting_days: int | None
    reason: str
    outcome: str
    finding: str
    currency: str | None
    price: int
    credit: int
    """What the buyer was credited."""
    pending: int
    """What waits for a decision."""
    supplier: str
    payout: int
    clawback: int
    still_open: bool
    recoverable: int
    lost: int
    why: str
    reply: str
    """What the buyer is told."""


_RETURNS = (
    Column("id", "Return", "count"),
    Column("batch", "Batch", "count"),
    Column("row", "Row", "count"),
    Column("buyer", "Buyer", "id"),
    Column("lead_id", "Lead", "id"),
    Column("sold_on", "Sold", "date"),
    Column("requested_on", "Requested", "date"),
    Column("waiting_days", "Waiting, days", "count"),
    Column("reason", "Reason", "text"),
    Column("outcome", "Outcome", "text"),
    Column("finding", "Finding", "text"),
    Column("currency", "Currency", "text"),
    Column("price", "Price", "money"),
    Column("credit", "Credit", "money"),
    Column("pending", "In review", "money"),
    Column("supplier", "Supplier", "id"),
    Column("payout", "Payout", "money"),
    Column("clawback", "Clawed back", "money"),
    Column("still_open", "Supplier still takes", "text"),
    Column("recoverable", "Still recoverable", "money"),
    Column("lost", "Lost payout", "money"),
    Column("why", "Why", "sentence"),
    Column("reply", "What the buyer is told", "sentence"),
)
_OF_RETURNS = tuple(column.name for column in _RETURNS if column.name not in ("waiting_days", "reply"))
_OF_WAITING = tuple(column.name for column in _RETURNS if column.name not in ("outcome", "credit", "clawback", "reply"))
_BUYER_RETURNS = (
    *("id", "batch", "row", "lead_id", "sold_on", "requested_on", "reason", "outcome", "currency", "price", "credit"),
    *("pending", "reply"),
)
"""What a buyer may see: nothing of suppliers, and no finding that tells of other buyers."""
_SUMMED = ("price", "credit", "pending", "payout", "clawback", "recoverable", "lost")


def return_lines(lines: Sequence[ReturnLine], *, waiting: bool = False) -> Table:
    """Every return, or every one that waits: then recoverable and lost are what its approval would make them."""
    names = _OF_WAITING if waiting else _OF_RETURNS
    return with_columns(_returns_table(lines, "Lines"), names)


def return_sheets(lines: Sequence[ReturnLine]) -> list[Table]:
    """A sheet for each buyer with his returns, to be handed on as it is."""

    def sheet(buyer: str, own: Sequence[ReturnLine]) -> Table:
        return replace(with_columns(_returns_table(own, buyer or "(no buyer)"), _BUYER_RETURNS), name=f"buyer {buyer}")

    return sheets_by_buyer(lines, lambda line: line.buyer, sheet)


def _returns_table(lines: Sequence[ReturnLine], title: str) -> Table:
    sums: dict[str, dict[str, int]] = {}
    for line in lines:
        if line.currency:
            held = sums.setdefault(line.currency, dict.fromkeys(_SUMMED, 0))
            for name in _SUMMED:
                held[name] += getattr(line, name)
    totals = [_return_row({"currency": currency, **sums[currency]}) for currency in sorted(sums)]
    return Table("lines", title, _RETURNS, [_return_row(line._asdict()) for line in lines], totals)


def _return_row(cells: Mapping[str, Any]) -> Row:
    currency = cells["currency"]
    row = []
    for column in _RETURNS:
        value = cells.get(column.name)
        if column.kind == "money":
            value = Amount(value, currency) if currency and value is not None else None
        elif column.name == "still_open" and value is not None:
            value = "yes" if value else "no"
        row.append(value)
    return tuple(row)
