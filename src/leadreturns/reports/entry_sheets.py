"""Adjustments as sheets: all of them as lines, and each buyer's own; and each buyer's sales by month and campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leadreturns.core.calendar import Zone, date_of, format_month
from leadreturns.core.entry import Entry
from leadreturns.reports.roi_report import Group, roi_table
from leadreturns.reports.sheets import sheets_by_buyer, with_columns
from leadreturns.reports.table import Amount, Column, Row, Table

_ENTRIES = (
    Column("id", "Entry", "number"),
    Column("period", "Period", "month"),
    Column("kind", "Kind", "text"),
    Column("buyer", "Buyer", "id"),
    Column("supplier", "Supplier", "id"),
    Column("campaign", "Campaign", "id"),
    Column("lead_id", "Lead", "id"),
    Column("sold_on", "Sold", "date"),
    Column("reason", "Reason", "text"),
    Column("currency", "Currency", "text"),
    Column("of", "Price or payout", "money"),
    Column("credit", "Credit to buyer", "money"),
    Column("clawback", "Clawed back", "money"),
    Column("return", "Return", "number"),
    Column("recorded_at", "Recorded", "time"),
)
_BUYER_ENTRIES = (
    "id",
    "period",
    "kind",
    "lead_id",
    "sold_on",
    "campaign",
    "reason",
    "currency",
    "of",
    "credit",
    "return",
)
"""What a buyer may see: nothing of suppliers."""


def entry_lines(entries: Sequence[Entry], zone: Zone) -> Table:
    """Every adjustment; debits and reversed clawbacks are negative, so that the columns add up. Times on that clock."""
    rows = [_entry(each, zone.iso(each.recorded_at)) for each in entries]
    return Table("lines", "Lines", _ENTRIES, rows, _entry_totals(entries))


def _entry(each: Entry, recorded_at: str) -> Row:
    amount = Amount(each.amount_minor, each.currency)
    return (
        each.id,
        format_month(each.period),
        each.kind,
        each.buyer,
        each.supplier,
        each.campaign,
        each.lead_id,
        date_of(each.sold_day).isoformat(),
        each.reason,
        each.currency,
        Amount(each.of_minor, each.currency),
        amount if each.is_buyers else None,
        None if each.is_buyers else amount,
        each.return_id,
        recorded_at,
    )


def _entry_totals(entries: Sequence[Entry]) -> list[Row]:
    sums: dict[str, list[int]] = {}
    for each in entries:
        sums.setdefault(each.currency, [0, 0])[0 if each.is_buyers else 1] += each.amount_minor
    totals = []
    for currency in sorted(sums):
        amounts = [Amount(minor, currency) for minor in sums[currency]]
        totals.append((None,) * 9 + (currency, None, *amounts, None, None))
    return totals


def entry_sheets(entries: Sequence[Entry], zone: Zone) -> list[Table]:
    """A sheet for each buyer with what he is credited and debited, to be handed on as it is."""

    def sheet(buyer: str, own: Sequence[Entry]) -> Table:
        table = with_columns(entry_lines(own, zone), _BUYER_ENTRIES)
        # His entries are of prices alone.
        columns = [replace(each, title="Price") if each.name == "of" else each for each in table.columns]
        return replace(table, name=f"buyer {buyer}", title=buyer, columns=columns)

    return sheets_by_buyer([each for each in entries if each.is_buyers], lambda each: each.buyer, sheet)


_BUYER_SALES = (
    *("month", "campaign", "currency", "sold", "returned", "return_rate", "revenue", "credits", "net_revenue"),
    "pending",
)
"""What a buyer may see of his sales: what he paid and got back, nothing of suppliers and of what we earn."""


def roi_sheets(groups: Sequence[Group], basis: str) -> list[Table]:
    """A sheet for each buyer, to be handed on: what he bought and what came back, by month and campaign.

    `groups` are keyed by buyer, month and campaign.
    """

    def sheet(buyer: str, own: Sequence[Group]) -> Table:
        table = roi_table(("month", "campaign"), [(key[1:], currency, sums) for key, currency, sums in own], basis)
        return replace(with_columns(table, _BUYER_SALES), name=f"buyer {buyer}", title=buyer)

    return sheets_by_buyer(groups, lambda group: str(group[0][0]), sheet)
