"""The steps of a decision about room and money: caps, blocks that fit, credit, clawback, the month posted to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from leadreturns.core.case import Case
from leadreturns.core.clawback import clawback_share, refusal_of_supplier
from leadreturns.core.decision import BY_BLOCK, Decision
from leadreturns.core.finding import APPROVED, IN_REVIEW
from leadreturns.core.money import format_minor, money_text
from leadreturns.core.step import Step, Steps, place
from leadreturns.core.term_text import share_text
from leadreturns.core.terms import Origin, RuleBlock, SupplierTerms
from leadreturns.core.wording import counted


def _caps(case: Case, decision: Decision) -> Steps:
    for room in decision.facts.get("caps", ()):
        counted = room["this"] if _takes_a_place(case, decision) else 0
        before, after = room["limit"] - room["used"], room["limit"] - room["used"] - counted
        told = f"{room['cap']} for {_for_whom(room, case)}{_of_what(room, case)}: "
        told += f"{_amount(room['limit'], room, case)} allowed in {room['month']}; "
        told += f"{_left(before, room, case)} before this return, {_left(after, room, case)} after it"
        if decision.outcome == IN_REVIEW and not counted:
            told += " while it waits"
        campaign = {"campaign": case.sale.campaign or None} if room["scope"] == "buyer and campaign" else {}
        facts = {**room, **campaign, "left_before": before, "left_after": after}
        yield Step("cap", told, case.terms.origin("cap"), facts)


def _takes_a_place(case: Case, decision: Decision) -> bool:
    return decision.outcome == APPROVED or case.terms.cap_counts == "requested"


def _for_whom(room: Mapping[str, Any], case: Case) -> str:
    """Whose returns use the cap up: the buyer's, or those of his leads for one campaign."""
    buyer = case.sale.buyer or "a buyer"
    if room["scope"] != "buyer and campaign":
        return buyer
    return f"{buyer}'s leads {f'for {case.sale.campaign}' if case.sale.campaign else 'without a campaign'}"


def _of_what(room: Mapping[str, Any], case: Case) -> str:
    if room["basis"] == "returns":
        return ""
    of = counted(room["of"], "sale") if room["basis"] == "sales" else f"{_amount(room['of'], room, case)} of revenue"
    return f" ({of})"


def _left(number: int, room: Mapping[str, Any], case: Case) -> str:
    """A person may have approved beyond the cap."""
    if number >= 0:
        return f"{_amount(number, room, case) if number else 'none'} left"
    return f"{_amount(-number, room, case)} over the cap"


def _amount(number: int, room: Mapping[str, Any], case: Case) -> str:
    return money_text(number, case.sale.currency) if room["basis"] == "revenue" else str(number)


def _blocks(case: Case, decision: Decision) -> Steps:
    cited = [(each.code, str(each.facts["block"]), each.facts) for each in decision.findings if "block" in each.facts]
    if decision.decided_by.startswith(BY_BLOCK):
        cited.append(("auto_approve", decision.decided_by.removeprefix(BY_BLOCK), decision.facts))
    for kind, name, facts in cited:
        block = next((each for each in _blocks_of(case, kind) if each.name == name), None)
        told = f'"{name}" fits'
        rate = facts.get("return_rate")
        if rate and block is not None and block.return_rate is not None:
            told += f"; {rate['approved']} of {counted(rate['of'], 'sale')} of that month had come back"
        sums = {"return_rate": rate} if rate else {}
        origin = Origin(f"[[{kind}]]", block.line if block else 0)
        yield Step("rule", told, origin, {"block": name, "kind": kind, **sums})
    if decision.outcome == APPROVED and decision.decided_by == "policy":
        yield Step("approval", "what passes every rule is approved", case.terms.origin("approval"))


def _blocks_of(case: Case, kind: str) -> tuple[RuleBlock, ...]:
    book = case.book
    by_kind = {"auto_approve": book.auto_approve, "always_review": book.always_review, "auto_reject": book.auto_reject}
    return by_kind[kind]


def _credit(case: Case, decision: Decision) -> Steps:
    share = case.credit_share
    origin = case.terms.origin("credit")
    if case.reason is not None and case.reason.credit is not None:
        origin = place(case.book, "reasons", case.reason.code, "credit", line=case.reason.line)
    amount = format_minor(decision.credit_minor, case.sale.currency)
    told = f"{_would(decision)}{money_text(decision.credit_minor, case.sale.currency)} to the buyer"
    told += f", {share_text(share)} of the price"
    facts = {"credit": amount, "share": share_text(share)}
    yield Step("credit", told, origin, facts)


def _would(decision: Decision) -> str:
    return "" if decision.outcome == APPROVED else "would be "


def _clawback(case: Case, decision: Decision) -> Steps:
    sale, supplier = case.sale, case.book.supplier_terms(case.sale.supplier)
    if not sale.supplier or not sale.payout_minor:
        yield Step("clawback", "none: the lead has no supplier who was paid", facts={"clawback": None})
        return
    share, refusal = clawback_share(case), refusal_of_supplier(case)
    origin = _supplier_origin(case, supplier, refusal or "clawback")
    amount = format_minor(decision.clawback_minor, sale.currency)
    facts = {"clawback": amount, "share": share_text(share), "refused_by": refusal or None}
    told = f"{_would(decision)}{money_text(decision.clawback_minor, sale.currency)} from {sale.supplier}"
    told += f", {share_text(share)} of the payout"
    if not share:
        told = f"none: {sale.supplier} gives nothing back"
    elif refusal == "window" and supplier.window is not None:
        told = f"none: {sale.supplier}'s window of {supplier.window.text} had closed when the file was received"
    elif refusal:
        told = f"none: {sale.supplier} does not take back leads for this reason"
    yield Step("clawback", told, origin, facts)


def _supplier_origin(case: Case, supplier: SupplierTerms, key: str) -> Origin:
    """Where the supplier's term stands, else the one of the sale's terms that takes its place."""
    name = next((name for name, each in case.book.suppliers.items() if each is supplier), None)
    if name is None or (key == "clawback" and supplier.clawback is None):
        return case.terms.origin("clawback")
    return place(case.book, "suppliers", name, key, line=supplier.line)


def _posting(case: Case, decision: Decision) -> Steps:
    if decision.outcome == APPROVED:
        month = {"decided": "of the decision", "requested": "of the request", "sold": "of the sale"}[case.terms.post_to]
        yield Step("posted to", f"the month {month}, or the next open one", case.terms.origin("post_to"))


MONEY_PARTS: tuple[Callable[[Case, Decision], Steps], ...] = (_caps, _blocks, _credit, _clawback, _posting)
