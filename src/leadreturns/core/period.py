"""Months as the books know them: what one holds, how it stands, and which may be closed next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

OPEN = "open"
CLOSED = "closed"


class PartySums(NamedTuple):
    """What one party was credited and debited in a period, in one currency; minor units."""

    party: str
    """'buyer' or 'supplier'; a supplier's credits are clawbacks."""
    name: str
    currency: str
    credits: int
    debits: int
    entries: int


class Carried(NamedTuple):
    """Credit that waits for a person, of one buyer and currency ('' and 0 for returns without a sale)."""

    buyer: str
    currency: str
    waiting: int
    credit_minor: int


class PeriodFigures(NamedTuple):
    """What a period holds; frozen when it is closed."""

    entries: int
    sums: Sequence[PartySums]
    digest: str
    """SHA-256 over every adjustment of the period, in the order of booking."""
    carried: Sequence[Carried] = ()
    """The queue that was left for later when the period was closed."""
    timezone: str = ""
    """The clock on which its days were read when it was closed."""


class Closing(NamedTuple):
    """A month as closed, and reopened if it was; times are epoch seconds."""

    period: int
    closed_at: int
    closed_by: str
    figures: PeriodFigures
    reopened_at: int | None = None
    reopened_by: str = ""
    because: str = ""

    @property
    def stands(self) -> bool:
        """True while it was not reopened."""
        return self.reopened_at is None


def due_before(period: int, closed_through: int, months: Iterable[int], after: int) -> int | None:
    """The month that must be closed before `period`, or None when `period` is next.

    `months` hold money, `after` is the month after `closed_through`. Periods close in order; the first one ever closed
    may be any that leaves no money in an open month before it.
    """
    if closed_through:
        return after if period > after else None
    return min((month for month in months if month < period), default=None)


def months_until(last: int, count: int) -> list[int]:
    """`count` months in a row, as 202610, of which `last` is the last one."""
    year, month = divmod(last, 100)
    number = year * 12 + month - 1
    return [each // 12 * 100 + each % 12 + 1 for each in range(number - count + 1, number + 1)]
