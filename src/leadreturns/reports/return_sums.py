"""How the returns of each group ended, what they cost, and what its suppliers would still give back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from leadreturns.core.calendar import format_month
from leadreturns.core.money import format_ratio
from leadreturns.reports.table import Amount, Column, Row, Table


class GroupSum(NamedTuple):
    """The returns of one group in one currency; minor units."""

    key: str | int
    currency: str
    requested: int
    approved: int
    rejected: int
    review: int
    credits: int
    clawbacks: int
    unrecovered: int
    """Payout of approved returns that was not clawed back: what is recoverable and what is lost."""
    sold: int
    still_open: int = 0
    """Approved returns that the supplier still takes back."""
    recoverable: int = 0
    lost: int = 0


_FIGURES = (
    Column("currency", "Currency", "text", 0),
    Column("requested", "Requested", "count", 3),
    Column("approved", "Approved", "count", 1),
    Column("rejected", "Rejected", "count", 3),
    Column("review", "Review", "count", 3),
    Column("return_rate", "Rate", "rate", 2),
    Column("credits", "Credits", "money", 0),
    Column("clawbacks", "Clawbacks", "money", 2),
    Column("unrecovered", "Unrecovered", "money", 3),
    Column("still_open", "Supplier still takes", "count", 1),
    Column("recoverable", "Still recoverable", "money", 1),
    Column("lost", "Lost payout", "money", 1),
)


def return_sums_table(by: str, sums: Sequence[GroupSum], sold: Mapping[str, int]) -> Table:
    """Per group and currency how returns ended, and what of their payout can still be passed on or is lost.

    `sold` by currency is all that was sold, also in groups of which nothing came back: the rate of a total is of it,
    whatever the groups are.
    """
    totals: dict[str, list[int]] = {}
    for each in sums:
        held = totals.setdefault(each.currency, [0] * len(each[2:]))
        totals[each.currency] = [a + b for a, b in zip(held, each[2:], strict=True)]
    return Table(
        name="returns",
        title=f"Returns by {by}",
        columns=(Column(by, by.capitalize(), "month" if by == "month" else "id", 0), *_FIGURES),
        rows=[_sum_row(each, _group_name(by, each.key), by) for each in sums],
        totals=[
            _sum_row(GroupSum("", currency, *totals[currency])._replace(sold=sold.get(currency, 0)), None, "")
            for currency in sorted(totals)
        ],
    )


def _group_name(by: str, key: str | int) -> str:
    if by == "month":
        return format_month(int(key)) if key else ""
    return str(key)


def _sum_row(each: GroupSum, name: str | None, by: str) -> Row:
    def money(minor: int) -> Amount | None:
        return Amount(minor, each.currency) if each.currency else None

    return (
        name,
        each.currency,
        each.requested,
        each.approved,
        each.rejected,
        each.review,
        None if by == "reason" else format_ratio(each.approved, each.sold),
        money(each.credits),
        money(each.clawbacks),
        money(each.unrecovered),
        each.still_open,
        money(each.recoverable),
        money(each.lost),
    )
