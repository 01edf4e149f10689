"""How many returns the caps of the terms allow in a month: the line that a return rate is held against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from leadreturns.core.calendar import day_of, next_month
from leadreturns.core.identity import fold_name
from leadreturns.core.money import format_ratio
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Terms


class SoldInMonth(NamedTuple):
    """What one buyer bought under one campaign in a month, and how much of it came back.

    Numbers of sales, or, to be held against caps on revenue, minor units of one currency.
    """

    buyer: str
    campaign: str
    month: int
    sold: int
    returned: int


class CapRoom(NamedTuple):
    """A buyer's month under its caps."""

    sold: int
    returned: int
    allowed: Fraction


def cap_rooms(
    cells: Iterable[SoldInMonth], book: PolicyBook, *, of_revenue: bool = False
) -> dict[tuple[str, int], CapRoom]:
    """By buyer and month what the caps on numbers allow; months that no such cap holds for are left out.

    With `of_revenue` the cells are money, and the caps are those on revenue. The terms are those of the last day of
    the month; of several caps the tightest counts.
    """
    held: dict[tuple[str, int], list[tuple[SoldInMonth, Terms]]] = {}
    for cell in cells:
        terms = book.terms_for(cell.buyer, cell.campaign, _last_day(cell.month))
        held.setdefault((cell.buyer, cell.month), []).append((cell, terms))
    rooms = {}
    for key, parts in held.items():
        found = (_by_share(parts, "revenue"),) if of_revenue else (_by_share(parts, "sales"), _by_number(parts))
        limits = [limit for limit in found if limit is not None]
        if limits:
            sold, returned = sum(cell.sold for cell, _ in parts), sum(cell.returned for cell, _ in parts)
            rooms[key] = CapRoom(sold, returned, min(limits))
    return rooms


def _last_day(month: int) -> int:
    after = next_month(month)
    return day_of(date(after // 100, after % 100, 1)) - 1


def _by_share(parts: list[tuple[SoldInMonth, Terms]], basis: str) -> Fraction | None:
    """The sum of what each campaign's share of sales, or of revenue, allows; None when one has no such cap."""
    total = Fraction(0)
    for cell, terms in parts:
        shares = [cap.amount for cap in terms.cap if cap.basis == basis]
        if not shares and cell.sold:
            return None
        total += min(shares, default=Fraction(0)) * cell.sold
    return total


def _by_number(parts: list[tuple[SoldInMonth, Terms]]) -> Fraction | None:
    """What plain numbers allow: one for the buyer, or one for each campaign; None when a campaign has none."""
    numbers: dict[str | None, Fraction] = {}
    for cell, terms in parts:
        own = [cap.amount for cap in terms.cap if cap.basis == "returns"]
        if not own:
            return None
        scope = fold_name(cell.campaign) if terms.cap_scope == "buyer and campaign" else None
        numbers[scope] = min([*own, *([numbers[scope]] if scope in numbers else [])])
    return sum(numbers.values(), Fraction(0))


def cap_rate(rooms: Iterable[CapRoom | None]) -> str | None:
    """The rate with 6 decimals that the caps of all these buyers allow together; None when one has no cap."""
    sold, allowed = 0, Fraction(0)
    for room in rooms:
        if room is None:
            return None
        sold += room.sold
        allowed += room.allowed
    return format_ratio(allowed.numerator, allowed.denominator * sold)
