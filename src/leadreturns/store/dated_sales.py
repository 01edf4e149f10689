"""Sales and approved returns by calendar day: what the estimate of the refund liability is made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from leadreturns.core.lead_return import TimeKind
from leadreturns.core.open_windows import DayOffset
from leadreturns.store.names import Names

_SALES_AT_A_TIME = 250_000
"""Sales grouped by one statement: few enough to sort in memory, and a step of the progress bar."""


class Days(NamedTuple):
    """The calendar days to read, on a clock. Everything before `first` counts on the day before it."""

    first: int
    last: int
    last_second: int
    """The epoch second at which `last` ends."""
    offsets: Sequence[DayOffset]


class SoldOnDay(NamedTuple):
    """What was sold on one day to one buyer under one campaign in one currency."""

    sale_day: int
    delivery_days: int
    """How many days after the sale it was delivered, where the ledger says so."""
    buyer: str
    campaign: str
    currency: str
    sales: int
    value_minor: int


class ReturnedOnDay(NamedTuple):
    """One approved return: sold when, asked for when, and what it was credited."""

    sale_day: int
    requested_day: int
    delivery_days: int
    credit_minor: int
    sold_minor: int
    buyer: str
    campaign: str
    currency: str


def count_sales(connection: sqlite3.Connection) -> int:
    """The number of sales to read, as the largest of their ids has it."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM sales").fetchone()[0])


def sold_by_day(
    connection: sqlite3.Connection, names: Names, days: Days, advance: Callable[[int], None]
) -> list[SoldOnDay]:
    """The sales made until the last day, added up; `advance` is told how many more were read."""
    query = (
        f"SELECT {_sale_days(days)}, s.buyer_id, s.campaign_id, s.currency, count(*), "
        f"sum(s.price_minor) FROM sales AS s WHERE s.id > ? AND s.id <= ? AND {_until_last_day('s.sold', days)} "
        "GROUP BY 1, 2, 3, 4, 5"
    )
    sums: dict[tuple[int, int, int, int, str], list[int]] = {}
    for first in range(0, count_sales(connection), _SALES_AT_A_TIME):
        for *key, count, value in connection.execute(query, (first, first + _SALES_AT_A_TIME)):
            held = sums.setdefault(tuple(key), [0, 0])
            held[0] += count
            held[1] += value
        advance(_SALES_AT_A_TIME)
    buyers, campaigns = names.buyers.names, names.campaigns.names
    return [
        SoldOnDay(day, delivery, buyers[buyer], campaigns[campaign], currency, count, value)
        for (day, delivery, buyer, campaign, currency), (count, value) in sorted(sums.items())
    ]


def approved_by_day(connection: sqlite3.Connection, names: Names, days: Days) -> Iterator[ReturnedOnDay]:
    """Every standing approval asked for until the last day, by the days of its sale and of its request."""
    buyers, campaigns = names.buyers.names, names.campaigns.names
    found = connection.execute(
        f"SELECT {_sale_days(days)}, {_day_of('r.requested_at', 'r.requested_kind', days)}, "
        "r.credit_minor, s.price_minor, s.buyer_id, s.campaign_id, s.currency "
        "FROM returns AS r JOIN sales AS s ON s.id = r.sale_id WHERE r.outcome = 'approved' "
        f"AND {_until_last_day('s.sold', days)} AND {_until_last_day('r.requested', days)} ORDER BY r.id"
    )
    for sale_day, delivery, requested_day, credit, price, buyer, campaign, currency in found:
        names_of = (buyers[buyer], campaigns[campaign], currency)
        yield ReturnedOnDay(sale_day, requested_day, delivery, credit, price, *names_of)


def _sale_days(days: Days) -> str:
    """The SQL of the day of a sale, and of how many days later it was delivered."""
    sale_day = _day_of("s.sold_at", "s.sold_kind", days)
    delivered = f"iif(s.delivered_at IS NULL, 0, {_day_of('s.delivered_at', 's.delivered_kind', days)} - {sale_day})"
    return f"{sale_day}, max({delivered}, 0)"


def _day_of(at: str, kind: str, days: Days) -> str:
    """The SQL of the calendar day of a time, no earlier than the day before the first one wanted."""
    first, *later = days.offsets
    cases = " ".join(f"WHEN {at} >= {offset.start} THEN {offset.seconds}" for offset in reversed(later))
    offset = f"CASE {cases} ELSE {first.seconds} END" if later else str(first.seconds)
    return f"max({days.first - 1}, ({at} + iif({kind} = {TimeKind.DATE}, 0, {offset})) / 86400)"


def _until_last_day(time: str, days: Days) -> str:
    """The SQL that leaves out what came after the last day; `time` names the columns without their ending."""
    last = f"iif({time}_kind = {TimeKind.DATE}, {days.last * 86_400}, {days.last_second})"
    return f"{time}_at <= {last}"
