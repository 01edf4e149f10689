"""A month closed for good, or opened again on record; and how the months stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from leadreturns.core.calendar import Zone, date_of, first_day, format_month, next_month
from leadreturns.core.money import money_text
from leadreturns.core.period import CLOSED, OPEN, Carried, Closing, PeriodFigures, due_before
from leadreturns.core.policy import PolicyBook
from leadreturns.errors import Refused, Unmet
from leadreturns.store import periods
from leadreturns.store.connection import Store
from leadreturns.store.periods import MonthSums
from leadreturns.store.policies import closed_through
from leadreturns.workflows.act import Act


@dataclass(frozen=True, slots=True)
class Closed:
    """What a month was closed with."""

    status: str
    """'recorded', 'dry_run' or 'already_closed'."""
    closing: Closing
    reopened: Sequence[Closing] = ()
    """Earlier closings of the month that were taken back."""


@dataclass(frozen=True, slots=True)
class PeriodState:
    """One month as it stands."""

    period: int
    status: str
    sums: Sequence[MonthSums]
    closings: Sequence[Closing]
    """Every closing of the month, oldest first; those that were taken back say by whom and why."""


def close(store: Store, book: PolicyBook, period: int, act: Act, *, carry: bool) -> Closed:
    """The month, closed: nothing is posted to it any more, and what it holds is frozen on record.

    1. Begin: one immediate transaction.
    2. A month that is closed already is left alone.
    3. Refuse one that is not over, that is not next, or, without `carry`, while returns wait for a person.
    4. Freeze sums, entries and queue, with who did it and when.
    """
    with store.transaction(keep=act.keep) as connection:
        through = closed_through(connection)
        opened = periods.reopened(connection, period, period)
        if period <= through:
            return Closed("already_closed", _standing(periods.closings(connection), period), opened)
        _refuse_unfinished(period, book.zone, act.now)
        held_in = [each.period for each in periods.month_sums(connection)]
        due = due_before(period, through, held_in, next_month(through) if through else 0)
        if due is not None:
            raise Refused(
                "period_out_of_order",
                f"{format_month(period)} cannot be closed before {format_month(due)}: periods close in order",
                f"leadreturns period close {format_month(due)}",
            )
        figures = periods.held(connection, period)._replace(timezone=book.zone.name)
        if figures.carried and not carry:
            raise _queue_refusal(period, figures.carried)
        periods.close_period(connection, period, figures, at=act.now, by=act.actor)
    return Closed("recorded" if act.keep else "dry_run", Closing(period, act.now, act.actor, figures), opened)


def step_to_close(connection: sqlite3.Connection, zone: Zone, period: int, now: int) -> str:
    """What to do first where an open month must be closed: an earlier one, itself, or to wait for its end."""
    through = closed_through(connection)
    held_in = [each.period for each in periods.month_sums(connection)]
    due = due_before(period, through, held_in, next_month(through) if through else 0) or period
    if zone.month(now) <= due:
        return f"{format_month(due)} can be closed from {date_of(first_day(next_month(due)))} on"
    first = "" if due == period else f", which comes before {format_month(period)}"
    return f"close {'it' if due == period else format_month(due)}{first}: leadreturns period close {format_month(due)}"


def _standing(closings: Sequence[Closing], period: int) -> Closing:
    """How a closed month was closed: itself, or, for one before the first closing, with that one and without money."""
    standing = [each for each in closings if each.stands]
    own = [each for each in standing if each.period == period]
    if own:
        return own[-1]
    return min(standing, key=lambda each: each.period)._replace(figures=PeriodFigures(0, (), periods.EMPTY))


def _refuse_unfinished(period: int, zone: Zone, now: int) -> None:
    if zone.month(now) > period:
        return
    first = first_day(next_month(period))
    raise Refused(
        "period_not_over",
        f"{format_month(period)} is not over: it ends on {date_of(first - 1)} on the clock of {zone.name}",
        f"close it from {date_of(first)} on",
    )


def _queue_refusal(period: int, carried: Sequence[Carried]) -> Unmet:
    number = sum(each.waiting for each in carried)
    month = format_month(period)
    return Unmet(
        "queue_not_empty",
        f"{number:,} return{' waits' if number == 1 else 's wait'} for a person; closing {month} would carry "
        f"{'it' if number == 1 else 'them'} over to a later month",
        queue_lines(carried),
        f"decide them (leadreturns review list), or carry them over: leadreturns period close {month} --carry",
    )


def queue_lines(carried: Sequence[Carried]) -> list[str]:
    """One line for each buyer and currency: how many returns wait, and the credit that they put at risk."""
    return [
        f"{each.buyer or 'no buyer'}: {each.waiting:,} in review"
        + (f", {money_text(each.credit_minor, each.currency)} at risk" if each.currency else "")
        for each in carried
    ]


def reopen(store: Store, period: int, act: Act, *, because: str) -> Closing:
    """The last closed month, open again; who did it and why stays on every report of it."""
    with store.transaction(keep=act.keep) as connection:
        through = closed_through(connection)
        month = format_month(period)
        if period > through:
            raise Refused("period_open", f"{month} is open", "leadreturns period list shows how the months stand")
        if period < through:
            last = format_month(through)
            raise Refused(
                "period_out_of_order",
                f"{month} cannot be reopened before {last}: periods reopen last first",
                f"leadreturns period reopen {last} --because TEXT",
            )
        standing = _standing(periods.closings(connection), period)
        periods.reopen_period(connection, period, because, at=act.now, by=act.actor)
    return standing._replace(reopened_at=act.now, reopened_by=act.actor, because=because)


def states(store: Store, current: int) -> list[PeriodState]:
    """Every month from the first with money or a closing to the current one, oldest first."""
    with store.snapshot() as connection:
        sums = periods.month_sums(connection)
        closings = periods.closings(connection)
        through = closed_through(connection)
    month = min([current, *(each.period for each in sums), *(each.period for each in closings)])
    last = max([current, *(each.period for each in sums)])
    found = []
    while month <= last:
        found.append(
            PeriodState(
                month,
                CLOSED if month <= through else OPEN,
                [each for each in sums if each.period == month],
                [each for each in closings if each.period == month],
            )
        )
        month = next_month(month)
    return found
