"""Billing adjustments of a period, by party or line by line; and what waits in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from leadreturns.core.calendar import Zone, date_of
from leadreturns.reports.table import Amount, Column, Row, Table

PartySum = tuple[str, str, str, int, int, int]
"""Party, name, currency, credits, debits (minor units), number of entries."""

_ADJUSTMENTS = (
    Column("party", "Party", "text", 0),
    Column("name", "Name", "id"),
    Column("currency", "Currency", "text", 0),
    Column("credits", "Credits", "money", 1),
    Column("debits", "Debits", "money", 2),
    Column("net", "Net", "money", 0),
    Column("count", "Entries", "count", 2),
)


def adjustments_table(period: str, status: str, sums: Sequence[PartySum]) -> Table:
    """What each party is credited and debited in a period; a supplier's credits are clawbacks."""
    totals: dict[tuple[str, str], list[int]] = {}
    for party, _, currency, credits, debits, count in sums:
        held = totals.setdefault((party, currency), [0, 0, 0])
        for place, number in enumerate((credits, debits, count)):
            held[place] += number
    return Table(
        name="adjustments",
        title=f"Billing adjustments of {period} ({status})",
        columns=_ADJUSTMENTS,
        rows=[_party_row(each[:3], each[3:]) for each in sums],
        totals=[_party_row((party, None, currency), numbers) for (party, currency), numbers in sorted(totals.items())],
        notes=[] if status == "closed" else [f"{period} is open: its figures may still move"],
    )


def _party_row(who: tuple[str, str | None, str], numbers: Sequence[int]) -> Row:
    credits, debits, count = numbers
    amounts = (Amount(minor, who[2]) for minor in (credits, debits, credits - debits))
    return (*who, *amounts, count)


class Line(NamedTuple):
    """One adjustment, as the store tells it."""

    id: int
    kind: str
    party: str
    name: str
    currency: str
    amount_minor: int
    of_minor: int
    return_id: int
    sale_id: int
    lead_id: str
    sold_day: int
    """On the workspace's clock."""
    reason: str
    recorded_at: int


_LINES = (
    Column("id", "Entry", "number", 1),
    Column("kind", "Kind", "text", 1),
    Column("party", "Party", "text", 3),
    Column("name", "Name", "id"),
    Column("lead_id", "Lead", "id"),
    Column("sold_on", "Sold", "date", 2),
    Column("reason", "Reason", "text", 1),
    Column("currency", "Currency", "text", 2),
    Column("of", "Price or payout", "money", 3),
    Column("amount", "Amount", "money", 0),
    Column("return", "Return", "number", 2),
    Column("sale", "Sale", "number", 3),
    Column("recorded_at", "Recorded", "time", 4),
)


def adjustment_lines_table(period: str, status: str, lines: Sequence[Line], zone: Zone) -> Table:
    """Every adjustment of a period; amounts are positive, the kind says who gains. Times on that clock."""
    rows = [
        (
            line.id,
            line.kind,
            line.party,
            line.name,
            line.lead_id,
            date_of(line.sold_day).isoformat(),
            line.reason,
            line.currency,
            Amount(line.of_minor, line.currency),
            Amount(line.amount_minor, line.currency),
            line.return_id,
            line.sale_id,
            zone.iso(line.recorded_at),
        )
        for line in lines
    ]
    return Table(name="adjustments", title=f"Billing adjustments of {period} ({status})", columns=_LINES, rows=rows)
