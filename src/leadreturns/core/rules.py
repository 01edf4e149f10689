"""RULES: one small function per finding of a matched return, in the order of the interface.

Every rule that can find anything under the terms runs on every return; each answers with a finding or None. A finding
about time holds only if every instant that the written time can mean has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leadreturns.core import blocks, evidence
from leadreturns.core.calendar import HOURS, NEXT_MONTH_DAY, NONE, Window, format_month
from leadreturns.core.case import Case
from leadreturns.core.finding import APPROVED, IN_REVIEW, REJECT, REVIEW, Finding
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Cap, RuleBlock, Terms
from leadreturns.core.wording import counted

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
    return Finding("not_returnable", REJECT, {"layer": case.terms.origin("window").layer})


def before_sale(case: Case) -> Finding | None:
    if case.requested.last >= case.sold_first:
        return None
    facts = {"requested": case.requested_text, "sold": case.written(case.sale.sold_at, case.sale.sold_kind)}
    return Finding("before_sale", REVIEW, facts)


def in_future(case: Case) -> Finding | None:
    if case.requested.first <= case.received:
        return None
    return Finding("in_future", REVIEW, {"requested": case.requested_text, "received": case.local(case.received)})


def backdated(case: Case) -> Finding | None:
    lag = case.terms.max_lag
    if case.row.requested_at is None or lag is None:
        return None
    if case.received <= case.terms.plain_clock.deadline(lag, case.row.requested_at, case.row.requested_kind):
        return None
    facts = {"requested": case.requested_text, "received": case.local(case.received), "max_lag": lag.text}
    return Finding("backdated", REVIEW, facts)


def too_early(case: Case) -> Finding | None:
    window = case.terms.not_before
    opens = case.terms.clock.opening(window, *case.clock_start)
    if case.clock_end.last >= opens:
        return None
    return Finding("too_early", REJECT, {**_window_facts(case, window), "opens": case.local(opens)})


def too_late(case: Case) -> Finding | None:
    deadline = case.deadline
    if case.clock_end.first <= deadline:
        return None
    late = time_between(case, deadline, case.clock_end.first)
    facts = {**_window_facts(case, case.terms.window), "deadline": case.local(deadline), "late": late}
    return Finding("too_late", case.terms.late, facts)


def _window_facts(case: Case, window: Window) -> dict[str, Any]:
    requested = case.terms.counted_to == "requested"
    return {
        "counted_to": case.terms.counted_to,
        "requested": case.requested_text if requested else case.local(case.received),
        "window": window.text,
        "counted_from": "delivered" if case.counts_from_delivery else "sold",
        "start": case.written(*case.clock_start),
        "timezone": case.terms.clock.zone.name,
    }


def time_between(case: Case, first: int, last: int) -> str:
    """How long from one instant to a later one, in days where the window ends with a day, else in its two units."""
    unit, zone = case.terms.window.unit, case.terms.clock.zone
    if unit == NEXT_MONTH_DAY or (unit != HOURS and not case.terms.clock.exact):
        return counted(zone.day(last) - zone.day(first), "day")
    days, seconds = divmod(last - first, 86_400)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    told = [counted(number, unit) for number, unit in parts if number][:2]
    return " ".join(told) or counted(seconds, "second")


def reason_unknown(case: Case) -> Finding | None:
    if case.reason_code:
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
    if case.reason is None or not case.reason.is_duplicate or lookback is None:
        return None
    case.proof = evidence.earlier_sale(case.sale, case.earlier, lookback, case.terms.plain_clock)
    if case.proof is not None:
        return None
    return Finding("not_a_duplicate", REVIEW, {"lookback": lookback.text})


def over_cap(case: Case) -> Finding | None:
    case.cap_rooms = [cap_room(case, cap) for cap in case.terms.cap]
    for room in case.cap_rooms:
        if room["used"] + room["this"] > room["limit"]:
            return Finding("over_cap", case.terms.over_cap, room)
    return None


def cap_room(case: Case, cap: Cap) -> dict[str, Any]:
    """What a cap allows and what of it is used, before this return: counts, or minor units for a cap on revenue."""
    terms, sale = case.terms, case.sale
    usage = case.history.usage_of(sale, own_campaign=terms.cap_scope == "buyer and campaign")
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
    return _fitting("always_review", REVIEW, case.book.always_review, case)


def auto_reject(case: Case) -> Finding | None:
    return _fitting("auto_reject", REJECT, case.book.auto_reject, case)


def _fitting(code: str, severity: str, of_kind: Sequence[RuleBlock], case: Case) -> Finding | None:
    block = blocks.first_fitting(of_kind, case)
    if block is None:
        return None
    facts: dict[str, Any] = {"block": block.name}
    if block.return_rate is not None:
        facts["return_rate"] = blocks.rate_of(case)
    return Finding(code, severity, facts)


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

_IDLE_UNLESS: Mapping[Rule, Callable[[Terms, PolicyBook], object]] = {
    not_returnable: lambda terms, _: terms.window.unit == NONE,
    backdated: lambda terms, _: terms.max_lag,
    too_early: lambda terms, _: terms.not_before.amount,
    too_late: lambda terms, _: terms.window.unit != NONE,
    reason_unknown: lambda terms, book: book.reasons and terms.unknown_reason != "accept",
    reason_not_allowed: lambda _, book: book.reasons,
    missing_evidence: lambda _, book: any(reason.evidence for reason in book.reasons.values()),
    not_a_duplicate: lambda terms, _: terms.duplicate_lookback,
    over_cap: lambda terms, _: terms.cap,
    always_review: lambda _, book: book.always_review,
    auto_reject: lambda _, book: book.auto_reject,
}
"""What must be so for a rule to find anything; the rules may take it for granted."""


def rules_under(terms: Terms, book: PolicyBook) -> tuple[Rule, ...]:
    """The rules that can find anything under these terms, in order; `terms` are those that `book` gave out."""
    found = book.rules_by_terms.get(id(terms))
    if found is None:
        always = (rule for rule in RULES if rule not in _IDLE_UNLESS or _IDLE_UNLESS[rule](terms, book))
        found = book.rules_by_terms[id(terms)] = tuple(always)
    return found
