"""How the months stand, and what every report of a reopened one says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from leadreturns.core.calendar import Zone, format_month, iso_utc
from leadreturns.core.money import format_minor, money_text
from leadreturns.core.period import Carried, Closing, PartySums
from leadreturns.reports.table import Amount, Column, Row, Table, told_time


class MonthMoney(NamedTuple):
    """The money posted to a month in one currency, reversals taken off; minor units."""

    period: int
    currency: str
    credits: int
    clawbacks: int
    entries: int


class PeriodLike(Protocol):
    """One month as it stands."""

    @property
    def period(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def sums(self) -> Sequence[tuple[int, str, int, int, int]]: ...
    @property
    def closings(self) -> Sequence[Closing]: ...


_PERIODS = (
    Column("period", "Period", "month", 0),
    Column("status", "Status", "text", 0),
    Column("currency", "Currency", "text", 1),
    Column("credits", "Credits", "money", 0),
    Column("clawbacks", "Clawbacks", "money", 1),
    Column("entries", "Entries", "count", 2),
    Column("closed_at", "Closed", "time", 2),
    Column("closed_by", "By", "text", 2),
    Column("remark", "Remark", "sentence", 1),
)


def periods_table(states: Sequence[PeriodLike], zone: Zone) -> Table:
    """One row per month and currency; credits and clawbacks are net of reversals, remarks tell times by `zone`."""
    rows = [row for state in states for row in _period_rows(state, zone)]
    return Table(name="periods", title="Periods", columns=_PERIODS, rows=rows)


def _period_rows(state: PeriodLike, zone: Zone) -> list[Row]:
    newest = state.closings[-1] if state.closings and state.closings[-1].stands else None
    closed = (iso_utc(newest.closed_at), newest.closed_by) if newest else (None, None)
    remarks = [reopened_sentence(each, zone) for each in state.closings if not each.stands]
    if newest and newest.figures.carried:
        remarks.append(carried_sentence(newest.figures.carried))
    head = (format_month(state.period), state.status)
    remark = "; ".join(remarks)
    if not state.sums:
        return [(*head, None, None, None, 0, *closed, remark)]
    return [
        (*head, currency, Amount(credits, currency), Amount(clawbacks, currency), entries, *closed, remark)
        for _, currency, credits, clawbacks, entries in state.sums
    ]


def reopened_sentence(closing: Closing, zone: Zone) -> str:
    """'reopened 2026-11-05 09:00 America/New_York by ann: why'."""
    return f"reopened {told_time(closing.reopened_at or 0, zone)} by {closing.reopened_by}: {closing.because}"


def carried_sentence(carried: Sequence[Carried]) -> str:
    """How much of the queue was left for later."""
    number = sum(each.waiting for each in carried)
    risk: dict[str, int] = {}
    for each in carried:
        if each.currency:
            risk[each.currency] = risk.get(each.currency, 0) + each.credit_minor
    money = " and ".join(money_text(minor, currency) for currency, minor in sorted(risk.items()))
    return f"{number:,} in review carried over{f', {money} at risk' if money else ''}"


def reopened_notes(closings: Sequence[Closing], zone: Zone) -> list[str]:
    """What a report of these months says of each that was reopened, whether or not it was closed again."""
    return [
        f"{format_month(each.period)} was closed {told_time(each.closed_at, zone)} by {each.closed_by} "
        f"and {reopened_sentence(each, zone)}"
        for each in closings
        if not each.stands
    ]


class AdjustedLike(Protocol):
    """A ledger file that moved sales of a month after its closing."""

    @property
    def period(self) -> int: ...
    @property
    def ledger_id(self) -> int: ...
    @property
    def file(self) -> str: ...
    @property
    def imported_at(self) -> int: ...
    @property
    def imported_by(self) -> str: ...
    @property
    def sales(self) -> int: ...


def adjusted_notes(found: Sequence[AdjustedLike], zone: Zone) -> list[str]:
    """What a report of closed months says of each file that was imported with --adjust-closed."""
    return [
        f"{format_month(each.period)} was closed when {each.file} (ledger file {each.ledger_id}) changed "
        f"{each.sales:,} of its sales, {told_time(each.imported_at, zone)} by {each.imported_by}, with --adjust-closed"
        for each in found
    ]


def adjusted_json(found: Sequence[AdjustedLike]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "period": format_month(each.period),
            "ledger": each.ledger_id,
            "file": each.file,
            "imported_at": iso_utc(each.imported_at),
            "imported_by": each.imported_by,
            "sales": each.sales,
        }
        for each in found
    ]


def reopened_json(closings: Sequence[Closing]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [_closing_json(each) for each in closings if not each.stands]


def periods_json(states: Sequence[PeriodLike]) -> dict[str, Any]:
    """The object that `period list --json` prints."""
    return {
        "periods": [
            {
                "period": format_month(state.period),
                "status": state.status,
                "entries": sum(each[4] for each in state.sums),
                "sums": [
                    {
                        "currency": currency,
                        "credits": format_minor(credits, currency),
                        "clawbacks": format_minor(clawbacks, currency),
                        "entries": entries,
                    }
                    for _, currency, credits, clawbacks, entries in state.sums
                ],
                "closings": [_closing_json(each) for each in state.closings],
            }
            for state in states
        ]
    }


def _closing_json(closing: Closing) -> dict[str, Any]:
    return {
        "period": format_month(closing.period),
        "closed_at": iso_utc(closing.closed_at),
        "closed_by": closing.closed_by,
        "reopened_at": None if closing.reopened_at is None else iso_utc(closing.reopened_at),
        "reopened_by": closing.reopened_by or None,
        "because": closing.because or None,
    }


def closed_json(status: str, closing: Closing) -> dict[str, Any]:
    """The object that `period close --json` prints."""
    figures = closing.figures
    return {
        "status": status,
        "period": format_month(closing.period),
        "closed_at": iso_utc(closing.closed_at),
        "closed_by": closing.closed_by,
        "entries": figures.entries,
        "sums": [_sum_json(each) for each in figures.sums],
        "digest": figures.digest,
        "carried": [
            {
                "buyer": each.buyer,
                "currency": each.currency or None,
                "waiting": each.waiting,
                "credit": format_minor(each.credit_minor, each.currency) if each.currency else None,
            }
            for each in figures.carried
        ],
    }


def _sum_json(each: PartySums) -> dict[str, Any]:
    currency = each.currency
    return {
        "party": each.party,
        "name": each.name,
        "currency": currency,
        "credits": format_minor(each.credits, currency),
        "debits": format_minor(each.debits, currency),
        "net": format_minor(each.credits - each.debits, currency),
        "count": each.entries,
    }
