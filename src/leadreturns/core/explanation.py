"""Findings and decisions → sentences: one for the operator, a shorter one for the buyer.

The buyer's wording names no other buyer and no supplier; `not_this_buyer` reads exactly as `unknown_lead`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from leadreturns.core.calendar import OF_NEXT_MONTH
from leadreturns.core.finding import APPROVED, REJECTED, Finding, leading
from leadreturns.core.lead_return import Problem
from leadreturns.core.money import money_text
from leadreturns.core.wording import counted

Facts = Mapping[str, Any]

_IDENTIFIERS = {"sale_ref": "sale reference", "lead_id": "lead id", "phone": "phone", "email": "e-mail"}


_TO_MINUTE, _TO_SECOND, _WITH_OFFSET = 16, 19, 25


def _length(earlier: str, later: str) -> int:
    """How much of two ISO times must be shown for a reader to see which is the earlier.

    The offset belongs to it only where clocks are set back and one hour of a night comes twice.
    """
    for length in (_TO_MINUTE, _TO_SECOND):
        if earlier[:length] < later[:length]:
            return length
    return _WITH_OFFSET


def _shown(time: str, length: int = _TO_MINUTE) -> str:
    """'2026-10-11T23:59:59-04:00' → '2026-10-11 23:59'; a date stays."""
    return time[:length].replace("T", " ")


def _differing(earlier: str, later: str) -> tuple[str, str]:
    length = _length(earlier, later)
    return _shown(earlier, length), _shown(later, length)


def _by(facts: Facts) -> str:
    return " and ".join(_IDENTIFIERS[name] for name in facts["by"])


def _unknown_lead(facts: Facts) -> str:
    text = f"no sale fits the {_by(facts)}"
    for kind, leads in facts.get("would_have_found", {}).items():
        text += f"; the {_IDENTIFIERS[kind]} would have found {', '.join(leads[:3])}"
    return text


def _not_this_buyer(facts: Facts) -> str:
    return f"the lead was sold to {', '.join(facts['sold_to'])}, not to this buyer"


def _ambiguous_match(facts: Facts) -> str:
    sales = ", ".join(f"{sale['lead_id']} (sale {sale['sale']})" for sale in facts["sales"][:5])
    more = f" and {facts['count'] - 5} more" if facts["count"] > 5 else ""
    return f"{facts['count']} sales fit the {_by(facts)}: {sales}{more}"


def _already_returned(facts: Facts) -> str:
    return f"already approved in batch {facts['batch']}, row {facts['row']}"


def _already_requested(facts: Facts) -> str:
    state = "waits for review" if facts["outcome"] == "review" else "was rejected"
    return f"already requested in batch {facts['batch']}, row {facts['row']}, which {state}"


def _not_returnable(facts: Facts) -> str:
    return f"the terms allow no returns here ({facts['layer']})"


def _before_sale(facts: Facts) -> str:
    requested, sold = _differing(facts["requested"], facts["sold"])
    return f"requested {requested}, before the sale on {sold}"


def _in_future(facts: Facts) -> str:
    received, requested = _differing(facts["received"], facts["requested"])
    return f"requested {requested}, after it was received on {received}"


def _backdated(facts: Facts) -> str:
    requested, received = _differing(facts["requested"], facts["received"])
    return f"requested {requested}, more than {facts['max_lag']} before it was received on {received}"


def _window(facts: Facts, length: int) -> str:
    start = "sale" if facts["counted_from"] == "sold" else "delivery"
    on = _shown(facts["start"], length)
    if facts["window"].endswith(OF_NEXT_MONTH):
        return f"{facts['window'].removesuffix(OF_NEXT_MONTH)}of the month after the {start} on {on}"
    return f"{facts['window']} from {start} on {on}"


def _too_early(facts: Facts) -> str:
    length = _length(facts["requested"], facts["opens"])
    return (
        f"{facts['counted_to']} {_shown(facts['requested'], length)}, not before {_shown(facts['opens'], length)} "
        f"{facts['timezone']} ({_window(facts, length)})"
    )


def _too_late(facts: Facts) -> str:
    length = _length(facts["deadline"], facts["requested"])
    return (
        f"{facts['counted_to']} {_shown(facts['requested'], length)}, deadline was "
        f"{_shown(facts['deadline'], length)} {facts['timezone']} ({_window(facts, length)}), {facts['late']} late"
    )


def _reason_unknown(facts: Facts) -> str:
    return f'"{facts["text"]}" names no known reason' if facts["text"] else "no reason is given"


def _reason_not_allowed(facts: Facts) -> str:
    return str(facts.get("reply", "")).strip() or f'"{facts["label"]}" is no ground for a return under these terms'


_EVIDENCE = {"comment": "a comment", "duplicate_of": "the id of the other lead", "call_attempts": "call attempts"}


def _missing_evidence(facts: Facts) -> str:
    wanted = " and ".join(_EVIDENCE[name] for name in facts["missing"])
    text = f'the reason "{facts.get("label") or facts["reason"]}" needs {wanted}'
    if "call_attempts" in facts["missing"]:
        text += f" (at least {facts['min_call_attempts']}, given {facts['call_attempts'] or 0})"
    return text


def _not_a_duplicate(facts: Facts) -> str:
    return f"the ledger shows no earlier sale of this person to this buyer within {facts['lookback']}"


def _over_cap(facts: Facts) -> str:
    """Counts, or money for a cap on revenue; a dear return may find no room where a cheaper one would."""
    told = {name: str(facts[name]) for name in ("used", "limit", "this")}
    if facts["basis"] == "revenue":
        currency = facts["currency"]
        told = {name: money_text(facts[name], currency) for name in told}
    of = f" ({counted(facts['of'], 'sale')})" if facts["basis"] == "sales" else ""
    state = "is used up" if facts["used"] >= facts["limit"] else f"has no room for {told['this']}"
    return f"the cap of {facts['cap']} {state}: {told['used']} of {told['limit']} used in {facts['month']}{of}"


def _block(facts: Facts) -> str:
    rate = facts.get("return_rate")
    return f'the rule "{facts["block"]}" applies' + (f": {_come_back(rate)}" if rate else "")


def _needs_approval(facts: Facts) -> str:
    told = "nothing speaks against it, and no rule approves it by itself"
    rates = [
        f'"{rate["block"]}" asks for a return rate {rate["asked"]}, and {_come_back(rate)}'
        for rate in facts.get("return_rates", ())
    ]
    return told + (f": {'; '.join(rates)}" if rates else "")


def _come_back(rate: Facts) -> str:
    """The sums of a return rate."""
    if not rate["of"]:
        return f"no sales of {rate['month']} are known"
    return f"{rate['approved']} of {counted(rate['of'], 'sale')} of {rate['month']} had come back"


_SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "unknown_lead": _unknown_lead,
    "not_this_buyer": _not_this_buyer,
    "ambiguous_match": _ambiguous_match,
    "already_returned": _already_returned,
    "already_requested": _already_requested,
    "not_returnable": _not_returnable,
    "before_sale": _before_sale,
    "in_future": _in_future,
    "backdated": _backdated,
    "too_early": _too_early,
    "too_late": _too_late,
    "reason_unknown": _reason_unknown,
    "reason_not_allowed": _reason_not_allowed,
    "missing_evidence": _missing_evidence,
    "not_a_duplicate": _not_a_duplicate,
    "over_cap": _over_cap,
    "always_review": _block,
    "auto_reject": _block,
    "needs_approval": _needs_approval,
}


def sentence(finding: Finding) -> str:
    """What the finding says, with its sums, and its full stop."""
    return ended(_SENTENCES[finding.code](finding.facts))


def ended(text: str) -> str:
    """The text with one full stop, unless it ends a sentence in another way."""
    text = text.rstrip()
    return text if text.endswith(("!", "?", "…", "...")) else f"{text.rstrip('.')}."


def explanation(outcome: str, findings: tuple[Finding, ...], decided_by: str, because: str = "") -> str:
    """Why a return stands as it does, in one sentence for the operator."""
    author, _, name = decided_by.partition(":")
    if author == "user":
        done = {"approved": "Approved", "rejected": "Rejected"}.get(outcome, "Put back in review")
        return ended(f"{done} by {name}{': ' + because if because else ''}")
    if outcome == APPROVED:
        if author == "auto_approve":
            return f'Approved by the rule "{name}".'
        return "Approved: nothing speaks against it."
    worst = leading(findings)
    if worst is None:
        return outcome.capitalize()
    start = "Rejected" if outcome == REJECTED else "In review"
    return f"{start}: {sentence(worst)} [{worst.code}]"


_UNKNOWN_TO_BUYER = "We find no sale to you with this identifier."
_FOR_BUYER: Mapping[str, str] = {
    "unknown_lead": _UNKNOWN_TO_BUYER,
    "not_this_buyer": _UNKNOWN_TO_BUYER,
    "ambiguous_match": "Several of your leads fit; please send the lead id.",
    "already_returned": "This lead has been credited already.",
    "already_requested": "This lead has been requested before.",
    "not_returnable": "This lead cannot be returned under your terms.",
    "not_a_duplicate": "Our records show no earlier sale of this person to you.",
    "always_review": "Under review.",
    "auto_reject": "Not returnable under your terms.",
    "needs_approval": "Under review.",
}
"""What would name a party or a rule of the house is said to the buyer in these words; the rest in our own."""

_ABOUT_THE_REASON = frozenset({"reason_not_allowed", "missing_evidence", "not_a_duplicate"})


def reply_to_buyer(outcome: str, findings: tuple[Finding, ...], reply: str = "") -> str:
    """The wording that the buyer gets; `reply` is the reason's own, which beats ours where it is about the reason."""
    if outcome == APPROVED:
        return "Approved."
    worst = leading(findings)
    if worst is None:
        return "Rejected after review." if outcome == REJECTED else "Under review."
    if worst.code in _ABOUT_THE_REASON and (worst.facts.get("reply") or reply):
        return str(worst.facts.get("reply") or reply)
    if worst.code == "over_cap":
        return _over_cap_to_buyer(worst.facts)
    return _FOR_BUYER.get(worst.code) or _capital(sentence(worst))


def _over_cap_to_buyer(facts: Facts) -> str:
    """A dear return may not fit into what is left; then a cheaper one still might."""
    cap, month, left = facts["cap"], facts["month"], facts["limit"] - facts["used"]
    if left <= 0:
        return f"The cap of {cap} is used up for {month}."
    room, this = (
        money_text(amount, facts["currency"]) if facts["basis"] == "revenue" else str(amount)
        for amount in (left, facts["this"])
    )
    return f"The cap of {cap} has {room} left for {month}; this return of {this} does not fit in it."


_PROBLEM_FOR_BUYER: Mapping[str, str] = {
    "missing_buyer": "This row names no buyer.",
    "unknown_buyer": "This row names a buyer whom we do not know.",
    "buyer_conflict": "This row names another buyer.",
}
"""Our own words guess at names; the guess may be another buyer's."""


def problem_to_buyer(problem: Problem) -> str:
    """Why a row of his file could not be read, in the wording that the buyer gets."""
    return _PROBLEM_FOR_BUYER.get(problem.code) or _capital(problem.message)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
