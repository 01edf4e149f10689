"""RULES: one small function per finding of a matched return, in the order of the interface.

Every rule runs on every return; each answers with a finding or None. A finding about time holds only if every instant
that the written time can mean has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadreturns.core import blocks, evidence
from leadreturns.core.calendar import HOURS, NONE, Window, format_month
from leadreturns.core.case import Case
from leadreturns.core.finding import APPROVED, IN_REVIEW, REJECT, REVIEW, Finding
from leadreturns.core.terms import Cap

Rule = Callable[[Case], Finding | None]


def already_returned(case: Case) -> Finding | None:
    prior = case.history.approved.get(case.sale.id)
    if prior is None:
        return None
    return Finding("already_returned", REJECT, {"batch": prior.batch, "row": prior.row})


def already_requested(case: Case) -> Finding | None:
    prior = case.history.newest.get(case.sale.id)
    if prior is None or prior.outcome == APPROVED:
        return None
    facts = {"batch": prior.batch, "row": prior.row, "outcome": prior.outcome}
    return Finding("already_requested", REJECT if prior.outcome == IN_REVIEW else REVIEW, facts)


def not_returnable(case: Case) -> Finding | None:
    if case.terms.window.unit != NONE:
        return None
    return Finding("not_returnable", REJECT, {"layer": case.terms.origin("window").layer})


def before_sale(case: Case) -> Finding | None:
    if case.requested.last >= case.sold.first:
        return None
    facts = {"requested": case.requested_text, "sold": case.written(case.sale.sold_at, case.sale.sold_kind)}
    return Finding("before_sale", REVIEW, facts)


def in_future(case: Case) -> Finding | None:
    if case.requested.first <= case.received:
        return None
    return Finding("in_future", REVIEW, {"requested": case.requested_text, "received": case.local(case.received)})


def backdated(case: Case) -> Finding | None:
    lag = case.terms.max_lag
    if lag is None or case.row.requested_at is None:
        return None
    if case.received <= case.terms.plain_clock.deadline(lag, case.row.requested_at, case.row.requested_kind):
        return None
    facts = {"requested": case.requested_text, "received": case.local(case.received), "max_lag": lag.text}
    return Finding("backdated", REVIEW, facts)


def too_early(case: Case) -> Finding | None:
    window = case.terms.not_before
    if not window.amount:
        return None
    opens = case.terms.clock.opening(window, *case.clock_start)
    if case.clock_end.last >= opens:
        return None
    return Finding("too_early", REJECT, {**_window_facts(case, window), "opens": case.local(opens)})


def too_late(case: Case) -> Finding | None:
    window = case.terms.window
    if window.unit == NONE:
        return None
    deadline = case.deadline
    if case.clock_end.first <= deadline:
        return None
    late = _lateness(case, deadline)
    facts = {**_window_facts(case, window), "deadline": case.local(deadline), "late": late}
    return Finding("too_late", case.terms.late, facts)


def _window_facts(case: Case, window: Window) -> dict[str, Any]:
    requested = case.terms.counted_to == "requested"
    return {
        "counted_to": case.terms.counted_to,
        "requested": case.requested_text if requested else case.local(case.received),
        "window": window.text,
        "counted_from": case.terms.counted_from,
        "start": case.written(*case.clock_start),
        "timezone": case.terms.clock.zone.name,
    }


def _lateness(case: Case, deadline: int) -> str:
    """How long after the deadline, in the unit that the window is counted in."""
    end = case.clock_end.first
    by_day = case.terms.window.unit != HOURS and not case.terms.clock.exact
    if by_day:
        zone = case.terms.clock.zone
        return _plural(zone.day(end) - zone.day(deadline), "day")
    days, seconds = divmod(end - deadline, 86_400)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    told = [_plural(number, unit) for number, unit in parts if number][:2]
    return " ".join(told) or _plural(seconds, "second")


def _plural(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def reason_unknown(case: Case) -> Finding | None:
    if case.reason_code or not case.book.reasons or case.terms.unknown_reason == "accept":
        return None
    return Finding("reason_unknown", case.terms.unknown_reason, {"text": case.row.reason_text})


def reason_not_allowed(case: Case) -> Finding | None:
    code, reason = case.reason_code, case.reason
    if not code or reason is None:
        return None
    if reason.valid and (case.terms.reasons is None or code in case.terms.reasons):
        return None
    facts: dict[str, Any] = {"reason": code, "label": reason.label or code}
    if reason.reply:
        facts["reply"] = reason.reply
    return Finding("reason_not_allowed", REJECT, facts)


def missing_evidence(case: Case) -> Finding | None:
    if case.reason is None or not case.reason.evidence:
        return None
    return evidence.missing(case.row, case.reason)


def not_a_duplicate(case: Case) -> Finding | None:
    lookback = case.terms.duplicate_lookback
    if lookback is None or case.reason is None or not case.reason.is_duplicate:
        return None
    if evidence.earlier_sale(case.sale, case.earlier, lookback, case.terms.clock) is not None:
        return None
    return Finding("not_a_duplicate", REVIEW, {"lookback": lookback.text})


def over_cap(case: Case) -> Finding | None:
    for cap in case.terms.cap:
        room = cap_room(case, cap)
        if room["used"] + room["this"] > room["limit"]:
            return Finding("over_cap", case.terms.over_cap, room)
    return None


def cap_room(case: Case, cap: Cap) -> dict[str, Any]:
    """What a cap allows and what of it is used, before this return: counts, or minor units for a cap on revenue."""
    terms, sale = case.terms, case.sale
    usage = case.history.usage_of(sale, sale.campaign if terms.cap_scope == "buyer and campaign" else "")
    facts = {"cap": cap.text, "scope": terms.cap_scope, "month": format_month(sale.sold_month)}
    if cap.basis == "revenue":
        of = usage.revenue.get(sale.currency, 0)
        used, this = usage.credit(terms.cap_counts, sale.currency), case.credit_minor
        facts["currency"] = sale.currency
    else:
        of, used, this = usage.sold, usage.count(terms.cap_counts), 1
    exact = cap.amount if cap.basis == "returns" else cap.amount * of
    limit = -(-exact.numerator // exact.denominator) if terms.cap_rounding == "up" else int(exact)
    return {**facts, "basis": cap.basis, "of": of, "limit": limit, "used": used, "this": this}


def always_review(case: Case) -> Finding | None:
    block = blocks.first_fitting(case.book.always_review, case)
    return None if block is None else Finding("always_review", REVIEW, {"block": block.name})


def auto_reject(case: Case) -> Finding | None:
    block = blocks.first_fitting(case.book.auto_reject, case)
    return None if block is None else Finding("auto_reject", REJECT, {"block": block.name})


RULES: tuple[Rule, ...] = (
    already_returned,
    already_requested,
    not_returnable,
    before_sale,
    in_future,
    backdated,
    too_early,
    too_late,
    reason_unknown,
    reason_not_allowed,
    missing_evidence,
    not_a_duplicate,
    over_cap,
    always_review,
    auto_reject,
)
