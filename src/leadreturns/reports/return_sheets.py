"""Returns as sheets: all of them as lines, and each buyer's own, fit for his eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from leadreturns.reports.sheets import sheets_by_buyer
from leadreturns.reports.table import Amount, Column, Row, Table


class ReturnLine(NamedTuple):
    """One return with its sale and how it stands with the supplier; minor units. In the order of the columns."""

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
    still_open: bool | None
    """None where nobody asks him: the return was rejected, or has no sale."""
    recoverable: int | None
    """None, as `lost` is, where nothing is decided yet or nothing came of it."""
    lost: int | None
    why: str
    reply: str
    """What the buyer is told."""


_RETURNS = (
    Column("id", "Return", "number"),
    Column("batch", "Batch", "number"),
    Column("row", "Row", "number"),
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


def return_lines(lines: Sequence[ReturnLine], *, waiting: bool = False) -> Table:
    """Every return, or every one that waits: then recoverable and lost are what its approval would make them."""
    if not waiting:
        return _table(lines, "Lines", _OF_RETURNS)
    table = _table(lines, "Lines", _OF_WAITING)
    columns = [replace(column, title=_CLOCKED.get(column.name, column.title)) for column in table.columns]
    return replace(table, columns=columns)


_CLOCKED = {
    "still_open": "Supplier takes today",
    "recoverable": "Given back if approved",
    "lost": "Payout lost if approved",
}
"""What waits is asked about on two clocks: his window today, and what an approval goes by, the receipt of the batch."""


def return_sheets(lines: Sequence[ReturnLine]) -> list[Table]:
    """A sheet for each buyer with his returns, to be handed on as it is."""

    def sheet(buyer: str, own: Sequence[ReturnLine]) -> Table:
        return replace(_table(own, buyer or "(no buyer)", _BUYER_RETURNS), name=f"buyer {buyer}")

    return sheets_by_buyer(lines, lambda line: line.buyer, sheet)


def _table(lines: Sequence[ReturnLine], title: str, names: Sequence[str]) -> Table:
    places = [(at, column) for at, column in enumerate(_RETURNS) if column.name in names]
    sums: dict[str, list[int]] = {}
    summed = [at for at, column in enumerate(_RETURNS) if column.kind == "money"]
    for line in lines:
        if line.currency:
            held = sums.setdefault(line.currency, [0] * len(summed))
            cells: Row = line
            for place, at in enumerate(summed):
                held[place] += cells[at] or 0
    totals = [_total(currency, dict(zip(summed, sums[currency], strict=True)), places) for currency in sorted(sums)]
    columns = [column for _, column in places]
    return Table("lines", title, columns, [_row(line, places) for line in lines], totals)


def _row(line: ReturnLine, places: Sequence[tuple[int, Column]]) -> Row:
    cells: Row = line
    return tuple(_cell(cells[at], column, line.currency) for at, column in places)


def _cell(value: Any, column: Column, currency: str | None) -> Any:
    if column.kind == "money":
        return Amount(value, currency) if currency and value is not None else None
    if column.name == "still_open" and value is not None:
        return "yes" if value else "no"
    return value


def _total(currency: str, sums: Mapping[int, int], places: Sequence[tuple[int, Column]]) -> Row:
    return tuple(
        Amount(sums[at], currency) if at in sums else (currency if column.name == "currency" else None)
        for at, column in places
    )
