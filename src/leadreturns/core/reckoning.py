"""How a return was decided, step by step: what was looked at, what came of it, and on which line of the policies.

Everything is worked out from the case and its decision, also for what was approved. Only what depends on the hour of
the decision (the room under caps, the proof of a duplicate, a return rate) is taken from the decision's own facts.
"""

from __future__ import annotations

from collections.abc import Callable

from leadreturns.core.calendar import BUSINESS_DAYS, HOURS, NEXT_MONTH_DAY, NONE, OF_NEXT_MONTH, date_of
from leadreturns.core.case import Case
from leadreturns.core.decision import Decision
from leadreturns.core.finding import REJECT
from leadreturns.core.identity import fold_name
from leadreturns.core.money import money_text
from leadreturns.core.reckoned_money import MONEY_PARTS
from leadreturns.core.rules import time_between
from leadreturns.core.step import NOWHERE, Step, Steps, clock_text, place
from leadreturns.core.term_text import dates_in_force
from leadreturns.core.terms import Origin


def reckon(case: Case, decision: Decision) -> list[Step]:
    """The steps of a decision on a return with a sale, in the order in which a person would go through them."""
    return [step for part in _PARTS for step in part(case, decision)]


def _sale(case: Case, _: Decision) -> Steps:
    sale = case.sale
    sold = case.written(sale.sold_at, sale.sold_kind)
    campaign = f" for {sale.campaign}" if sale.campaign else ""
    told = f"lead {sale.lead_id}, sold to {sale.buyer or 'a buyer'}{campaign} on "
    told += f"{clock_text(sold)} for {money_text(sale.price_minor, sale.currency)}"
    if sale.supplier:
        told += f"; bought from {sale.supplier} for {money_text(sale.payout_minor, sale.currency)}"
    facts = {"lead_id": sale.lead_id, "buyer": sale.buyer, "campaign": sale.campaign or None, "sold": sold}
    yield Step("sale", told, facts=facts)


def _contract(case: Case, _: Decision) -> Steps:
    in_force = case.book.contracts_of(case.sale)
    for contract in in_force:
        told = f"{contract.reference or 'without a reference'}, {dates_in_force(contract)}"
        yield Step(
            "contract", told, Origin(contract.layer.name, contract.line), {"contract": contract.reference or None}
        )
    folded = fold_name(case.sale.buyer)
    if not in_force and any(fold_name(contract.buyer) == folded for contract in case.book.contracts):
        yield Step("contract", f"{case.sale.buyer} has contracts, and none of them covers this sale")


def _window(case: Case, _: Decision) -> Steps:
    terms = case.terms
    start = clock_text(case.written(*case.clock_start))
    if terms.window.unit == NONE:
        yield Step("window", "these sales cannot be returned", terms.origin("window"), {"window": "none"})
        return
    zone, window = terms.clock.zone.name, terms.window.text
    counted_from, event = ("delivered", "delivery") if case.counts_from_delivery else ("sold", "sale")
    told = f"{window} from the {event}"
    if terms.window.unit == NEXT_MONTH_DAY:
        told = f"{window.removesuffix(OF_NEXT_MONTH)}of the month after the {event}"
    yield Step("window", told, terms.origin("window"), {"window": window, "counted_from": counted_from})
    told = f"{start}, read in {zone}"
    if terms.counted_from == "delivered" and not case.counts_from_delivery:
        told += "; the ledger has no delivery, so the sale counts"
    facts = {"start": case.written(*case.clock_start), "timezone": zone}
    yield Step("clock starts", told, terms.origin("timezone"), facts)
    if terms.not_before.amount:
        opens = case.local(terms.clock.opening(terms.not_before, *case.clock_start))
        told = f"{clock_text(opens)} ({terms.not_before.text} must have passed)"
        yield Step("opens", told, terms.origin("not_before"), {"opens": opens, "not_before": terms.not_before.text})
    deadline = case.local(case.deadline)
    told = f"{clock_text(deadline)} {zone}{_how_it_ends(case)}"
    yield Step("deadline", told, _deadline_origin(case), {"deadline": deadline})


def _how_it_ends(case: Case) -> str:
    terms, clock = case.terms, case.terms.clock
    if terms.window.unit == HOURS or (clock.exact and terms.window.unit != NEXT_MONTH_DAY):
        told = ", to the second"
    else:
        told = ", the end of the day"
    if clock.first_day_counts and not clock.exact and terms.window.unit not in (HOURS, NEXT_MONTH_DAY):
        told += "; the first day counts"
    if clock.roll_forward and terms.still_clock.deadline(terms.window, *case.clock_start) != case.deadline:
        told += "; moved on to a business day"
    return told + _without_holidays(case)


def _without_holidays(case: Case) -> str:
    """Lists of holidays end with some year: a later deadline that counts business days knows none."""
    holidays = case.terms.clock.calendar.holidays
    if not holidays or not (case.terms.window.unit == BUSINESS_DAYS or case.terms.clock.roll_forward):
        return ""
    last = date_of(max(holidays)).year
    return f"; no holidays are known after {last}" if int(case.local(case.deadline)[:4]) > last else ""


def _deadline_origin(case: Case) -> Origin:
    """The most telling of the terms that shape the deadline: the first one that somebody wrote."""
    origins = (case.terms.origin(key) for key in ("deadline", "first_day_counts", "roll_forward", "window"))
    return next((origin for origin in origins if origin.line), case.terms.origin("window"))


def _request(case: Case, _: Decision) -> Steps:
    terms, row = case.terms, case.row
    told = clock_text(case.requested_text)
    if row.requested_at is None:
        told = f"the file gives no date, so the receipt counts: {told}"
    yield Step("asked for", told, facts={"requested": case.requested_text})
    received = case.local(case.received)
    if terms.counted_to == "received" and row.requested_at is not None:
        told = f"the receipt: {clock_text(received)}"
        yield Step("counted to", told, terms.origin("counted_to"), {"received": received})
    if terms.window.unit != NONE:
        yield _in_time(case)


def _in_time(case: Case) -> Step:
    deadline, end = case.deadline, case.clock_end
    if end.first > deadline:
        late = time_between(case, deadline, end.first)
        what = "late returns are rejected" if case.terms.late == REJECT else "a person decides about late returns"
        facts = {"in_time": False, "late": late}
        return Step("in time", f"no, {late} late; {what}", case.terms.origin("late"), facts)
    left = time_between(case, min(end.last, deadline), deadline)
    told = _AT_THE_END.get(left, f"yes, {left} before the deadline")
    return Step("in time", told, facts={"in_time": True, "left": left})


_AT_THE_END = {"0 days": "yes, on the last day", "0 seconds": "yes, in the last second"}


def _reason(case: Case, _: Decision) -> Steps:
    text, reason = case.row.reason_text, case.reason
    facts = {"reason": case.reason_code or None, "text": text}
    if reason is None:
        told = f'"{text}"' if text else "none given"
        known = "" if not case.book.reasons else ", which names no known reason" if text else ""
        yield Step("reason", told + known, case.terms.origin("unknown_reason") if known else NOWHERE, facts)
        return
    named = reason.label or reason.code
    written = f', written as "{text}"' if text not in (reason.label, reason.code) else ""
    yield Step("reason", f"{named}{written}", place(case.book, "reasons", reason.code, line=reason.line), facts)
    if case.terms.reasons is not None:
        listed = "is" if reason.code in case.terms.reasons else "is not"
        yield Step("allowed", f"{reason.code} {listed} on the list of these terms", case.terms.origin("reasons"))
    for wanted in reason.evidence:
        key = "min_call_attempts" if wanted == "call_attempts" and reason.min_call_attempts else "evidence"
        origin = place(case.book, "reasons", reason.code, key, line=reason.line)
        yield Step("evidence", _evidence(case, wanted), origin, {"evidence": wanted})


def _evidence(case: Case, wanted: str) -> str:
    row, reason = case.row, case.reason
    if wanted == "call_attempts" and reason is not None:
        return f"calls made: {row.call_attempts or 0}, needed: {max(1, reason.min_call_attempts)}"
    given = row.comment if wanted == "comment" else row.duplicate_of
    name = "a comment" if wanted == "comment" else "the id of the other lead"
    return f"{name} is needed, and {'given' if given else 'missing'}"


def _duplicate(case: Case, decision: Decision) -> Steps:
    lookback = case.terms.duplicate_lookback
    if lookback is None or case.reason is None or not case.reason.is_duplicate:
        return
    proof = decision.facts.get("duplicate_of")
    told = f"no earlier sale of this person to {case.sale.buyer or 'a buyer'} within {lookback.text}"
    if proof is not None:
        sold = clock_text(proof["sold"])
        whom = proof["buyer"] or "the same buyer"
        told = f"lead {proof['lead_id']} was sold to {whom} on {sold}, within {lookback.text}"
    yield Step("duplicate", told, case.terms.origin("duplicate_lookback"), {"duplicate_of": proof})


_PARTS: tuple[Callable[[Case, Decision], Steps], ...] = (
    _sale,
    _contract,
    _window,
    _request,
    _reason,
    _duplicate,
    *MONEY_PARTS,
)
