"""The refund liability for people and programs: the estimate, the methods side by side, the triangle it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

from leadreturns.core.accrual_groups import GroupAccrual
from leadreturns.core.accrual_result import SHORT_HISTORY, Accrual, Estimate
from leadreturns.core.calendar import Zone, date_of
from leadreturns.core.forecast import CHAIN_LADDER, NAMES
from leadreturns.core.money import format_minor, format_ratio, grouped
from leadreturns.core.period import Carried, Closing
from leadreturns.core.wording import counted
from leadreturns.reports.period_report import reopened_notes
from leadreturns.reports.table import Amount, Column, Row, Table

ESTIMATED = "estimated"


class AccruedLike(Protocol):
    """The estimate in one currency, and its parts when they were asked for."""

    @property
    def overall(self) -> Accrual: ...
    @property
    def groups(self) -> Sequence[GroupAccrual]: ...


class LiabilityLike(Protocol):
    """All currencies, what waits in the queue, and whether the month was reopened."""

    @property
    def at_day(self) -> int: ...
    @property
    def accrued(self) -> Sequence[AccruedLike]: ...
    @property
    def waiting(self) -> Sequence[Carried]: ...
    @property
    def reopened(self) -> Sequence[Closing]: ...
    @property
    def zone(self) -> Zone: ...


_ROWS = (
    Column("currency", "Currency", "text", 0),
    Column("window_days", "Window, days", "count", 4),
    Column("open_sales", "Open sales", "count", 2),
    Column("open_value", "Sold, window open", "money", 2),
    Column("returned", "Returns seen", "count", 4),
    Column("credited", "Credit seen", "money", 4),
    Column("return_rate", "Return rate", "rate", 3),
    Column("to_come_count", "Returns to come", "count", 1),
    Column("to_come", "Credit to come", "money", 0),
    Column("low", "Likely from", "money", 1),
    Column("high", "to", "money", 1),
    Column("status", "Status", "text", 2),
)
_CREDIBILITY = Column("credibility", "Own history", "rate", 3)


def accrual_table(found: LiabilityLike, by: str) -> Table:
    """One row per currency, or per group and currency with the whole as total; blank where history is too short."""
    overall = [_overall_row(each.overall, by) for each in found.accrued]
    parts = [_group_row(group, each.overall) for each in found.accrued for group in each.groups]
    marks = reopened_notes(found.reopened, found.zone)
    notes = [*(note for each in found.accrued for note in _notes(each.overall)), *_waiting_notes(found.waiting)]
    columns = (Column(by, by.capitalize(), "id"), *_ROWS, _CREDIBILITY) if by else _ROWS
    return Table(
        name="accrual",
        title=f"Refund liability at the end of {date_of(found.at_day)}",
        columns=columns,
        rows=parts if by else overall,
        totals=overall if by else [],
        notes=[*notes, *marks],
        headline=headline(found),
        marks=marks,
    )


def headline(found: LiabilityLike) -> str:
    """What is still to come, in one sentence per currency."""
    if not found.accrued:
        return f"No sales until {date_of(found.at_day)}: nothing can come back."
    return " ".join(_sentence(each.overall) for each in found.accrued)


def _sentence(overall: Accrual) -> str:
    best, currency = overall.recommended, overall.currency
    if best is None:
        assert overall.shortage is not None
        return f"Not enough history for an estimate in {currency}: {overall.shortage.reason}."
    if not overall.open_count:
        return f"No sale in {currency} can still be returned: nothing is to come."
    return (
        f"About {told(best.credit_minor, currency)} of credit is still to come for "
        f"{counted(overall.open_count, 'sale')} that can still be returned; four times in five it is between "
        f"{_plain(best.low_minor, currency)} and {_plain(best.high_minor, currency)}."
    )


def told(minor: int, currency: str) -> str:
    """'1,234.50 USD'."""
    return f"{_plain(minor, currency)} {currency}"


def _plain(minor: int, currency: str) -> str:
    return grouped(format_minor(minor, currency))


def _overall_row(overall: Accrual, by: str) -> Row:
    best = overall.recommended
    return (
        *((None,) if by else ()),
        overall.currency,
        overall.frame.window_days,
        overall.open_count,
        Amount(overall.open_minor, overall.currency),
        *_seen_cells(overall, overall),
        return_rate(overall),
        *_estimate_cells(best, overall.currency),
        status_of(overall),
        *((None,) if by else ()),
    )


def _group_row(group: GroupAccrual, overall: Accrual) -> Row:
    estimate, currency = group.estimate, overall.currency
    return (
        group.name,
        currency,
        None,
        group.open_count,
        Amount(group.open_minor, currency),
        *_seen_cells(group, overall),
        None,
        *(_cells(None, None, currency) if estimate is None else _cells(estimate.count, estimate, currency)),
        status_of(overall),
        None if estimate is None else ratio(estimate.credibility),
    )


def _seen_cells(part: Accrual | GroupAccrual, overall: Accrual) -> Row:
    """The returns of the history; blank where that was too short to be laid out, for then nobody looked at them."""
    return (part.returned_count, Amount(part.returned_minor, overall.currency)) if looked_at(overall) else (None, None)


def looked_at(overall: Accrual) -> bool:
    """False where the history was too short for its returns to be counted."""
    return overall.shortage is None or overall.shortage.code != SHORT_HISTORY


def _estimate_cells(best: Estimate | None, currency: str) -> Row:
    return _cells(None, None, currency) if best is None else _cells(best.count, best, currency)


def _cells(count: int | None, estimate: Any, currency: str) -> Row:
    if estimate is None:
        return (None,) * 4
    return (
        count,
        *(Amount(each, currency) for each in (estimate.credit_minor, estimate.low_minor, estimate.high_minor)),
    )


def return_rate(overall: Accrual) -> str | None:
    """What of the value sold comes back in the end: the rates by age added up. None without enough history."""
    if overall.recommended is None:
        return None
    rates = (Fraction(each.credit_minor, each.sold_minor) for each in overall.rates if each.sold_minor)
    return ratio(sum(rates, Fraction(0)))


def ratio(value: Fraction) -> str:
    """A fraction with 6 decimals."""
    text = format_ratio(value.numerator, value.denominator)
    assert text is not None
    return text


def status_of(overall: Accrual) -> str:
    """'estimated', or the code of what is missing."""
    return ESTIMATED if overall.shortage is None else overall.shortage.code


def _notes(overall: Accrual) -> list[str]:
    large, currency, notes = overall.large, overall.currency, []
    if large.count:
        seen, sold = told(large.credit_minor, currency), told(large.sold_minor, currency)
        several = f"{large.count} very large returns of together {seen} stand apart, and with them their sales"
        one = f"One very large return of {seen} stands apart, and with it its sale"
        notes.append(f"{several if large.count > 1 else one} of {sold}: neither is in these figures.")
    if large.expected_count:
        more, loading = f"{float(large.expected_count):.2f}", told(large.loading_minor, currency)
        notes[-1] += (
            f" {more} more may be expected, worth {loading} on average: whether to book that is a decision, it is not "
            "in the estimate."
        )
    if overall.outside_count:
        notes.append(
            f"{counted(overall.outside_count, 'return')} in {currency} came after their window: no part of the pattern."
        )
    return notes


def _waiting_notes(queue: Sequence[Carried]) -> list[str]:
    if not queue:
        return []
    money: dict[str, int] = {}
    for each in queue:
        if each.currency:
            money[each.currency] = money.get(each.currency, 0) + each.credit_minor
    amounts = " and ".join(told(minor, currency) for currency, minor in sorted(money.items()))
    number = sum(each.waiting for each in queue)
    what = f"{counted(number, 'return waits', 'returns wait')} for a decision today{f' ({amounts})' if amounts else ''}"
    return [f"{what}: not in these figures, see leadreturns report exposure."]


_METHODS = (
    Column("currency", "Currency", "text", 0),
    Column("method", "Method", "text", 0),
    Column("to_come", "Credit to come", "money", 0),
    Column("standard_error", "Standard error", "money", 1),
    Column("low", "Likely from", "money", 1),
    Column("high", "to", "money", 1),
    Column("returns", "Returns to come", "count", 1),
    Column("returns_low", "Likely from", "count", 2),
    Column("returns_high", "to", "count", 2),
    Column("tested", "Earlier estimates", "count", 3),
    Column("mean_miss", "Their mean miss", "money", 3),
)


def methods_table(found: LiabilityLike) -> Table:
    """What each method says, the recommended one first, and how far off it was at earlier days inside the history."""
    rows = [
        _method_row(overall.currency, estimate, place == 0)
        for overall in (each.overall for each in found.accrued)
        for place, estimate in enumerate(overall.estimates)
    ]
    return Table(name="methods", title="Methods", columns=_METHODS, rows=rows)


def _method_row(currency: str, each: Estimate, recommended: bool) -> Row:
    mark = " (recommended)" if recommended else " (Mack's error)" if each.method == CHAIN_LADDER else ""
    misses = [abs(then.came_minor - then.estimated_minor) for then in each.hindsight]
    return (
        currency,
        NAMES[each.method] + mark,
        Amount(each.credit_minor, currency),
        Amount(each.error_minor, currency),
        Amount(each.low_minor, currency),
        Amount(each.high_minor, currency),
        each.count,
        each.count_low,
        each.count_high,
        len(misses),
        Amount(sum(misses) // len(misses), currency) if misses else None,
    )
