"""Warnings about keys, windows, lists and wordings that nothing looks at."""

from __future__ import annotations

from collections.abc import Iterator

from leadreturns.core.calendar import BUSINESS_DAYS, Window
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_check_terms import all_layers, reasons_ever_allowed
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import Contract, Layer, Reason, SupplierTerms

_CAP_KEYS = ("cap_counts", "cap_scope", "cap_rounding", "over_cap")


def keys_without_effect(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """Keys of a layer that ask about something which the policies do not have."""
    layers = all_layers(book)
    no_cap = not any(layer.values.get("cap") for layer in layers)
    no_duplicates = not any(reason.is_duplicate for reason in book.reasons.values())
    for layer in layers:
        for key in layer.values:
            said: tuple[str, str] | None = None
            if no_cap and key in _CAP_KEYS:
                said = "there is no cap", 'add a cap, such as cap = "15% of sales per month"'
            elif key == "unknown_reason" and not book.reasons:
                said = "without any [reasons.X] every text is accepted", "add the reasons that you know"
            elif key == "duplicate_lookback" and layer.values[key] and no_duplicates:
                said = "no reason claims a duplicate", "add [reasons.duplicate]"
            if said is not None:
                yield _idle(layer, key, f"is looked at by nothing: {said[0]}", said[1])
        yield from _idle_cap(layer, layers)
        yield from _idle_rounding(layer, layers)
    for contract in book.contracts:
        yield from _keys_under(contract, book)
        if not contract.layer.values:
            message, suggestion = "changes no term", "write the terms that it agrees on"
            yield PolicyWarning("without_effect", contract.line, contract.layer.name, message, suggestion)


def _idle_cap(layer: Layer, layers: list[Layer]) -> Iterator[PolicyWarning]:
    """A whole month's sales or revenue: no sale is credited twice, or above its price."""
    if any(other.values.get("cap_counts") == "requested" for other in layers):
        return
    for cap in layer.values.get("cap") or ():
        if cap.basis != "returns" and cap.amount == 1:
            yield _idle(layer, "cap", f"{cap.text} is never used up", 'write a smaller share, or "none" to lift a cap')


def _idle_rounding(layer: Layer, layers: list[Layer]) -> Iterator[PolicyWarning]:
    """Numbers of returns are whole as they are written."""
    caps = [cap for other in layers for cap in other.values.get("cap") or ()]
    if "cap_rounding" in layer.values and caps and all(cap.basis == "returns" for cap in caps):
        said = "is looked at by nothing: only a cap on a share is rounded"
        yield _idle(layer, "cap_rounding", said, "take it away, or write a cap as a share of sales or revenue")


def _keys_under(contract: Contract, book: PolicyBook) -> Iterator[PolicyWarning]:
    """Keys of a buyer's section which a contract of his, in force on every day and for every campaign, sets as well."""
    if contract.campaign or contract.first_day is not None or contract.last_day is not None:
        return
    for name, layer in book.buyers.items():
        if fold_name(name) != fold_name(contract.buyer):
            continue
        for key in layer.values:
            if key in contract.layer.values:
                said = f"is looked at by nothing: {contract.layer.name}, which has no dates, always sets it"
                yield _idle(layer, key, said, "take one of the two away, or give the contract its dates")


def _idle(layer: Layer, key: str, message: str, suggestion: str) -> PolicyWarning:
    return PolicyWarning("without_effect", layer.lines.get(key, 0), f"{layer.name} {key}", message, suggestion)


def suppliers_without_effect(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A supplier's window or reasons, when he gives nothing back anyway, or only for reasons that no buyer may give."""
    given_in_terms = any(layer.values.get("clawback") for layer in all_layers(book))
    allowed = reasons_ever_allowed(book)
    for name, supplier in book.suppliers.items():
        gives = supplier.clawback or (supplier.clawback is None and given_in_terms)
        for key in _keys_set(supplier):
            if not gives:
                said = "is looked at by nothing: the supplier gives nothing back"
                suggestion = 'write clawback = "100%", or the share agreed on'
            elif key == "reasons" and not allowed & set(supplier.reasons or ()):
                said = "lets nothing through: no buyer may return a lead for any of them"
                suggestion = "name reasons that the terms allow, or leave the line out to let all through"
            else:
                continue
            line = book.lines.get(("suppliers", name, key), supplier.line)
            yield PolicyWarning("without_effect", line, f"[suppliers.{name}] {key}", said, suggestion)


def _keys_set(supplier: SupplierTerms) -> list[str]:
    return [key for key in ("window", "reasons") if getattr(supplier, key) is not None]


def calendar_without_effect(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """Holidays, when nothing counts business days."""
    line = book.lines.get(("calendar", "holidays"))
    if line is None or not book.calendar.holidays:
        return
    values = [value for layer in all_layers(book) for value in layer.values.values()]
    values += [supplier.window for supplier in book.suppliers.values()]
    values += [block.within for block in (*book.auto_approve, *book.always_review, *book.auto_reject)]
    counted = any(isinstance(value, Window) and value.unit == BUSINESS_DAYS for value in values)
    if not counted and not any(layer.values.get("roll_forward") for layer in all_layers(book)):
        said = "are looked at by nothing: no window is in business days, and no deadline rolls forward"
        suggestion = 'write a window such as "5 business days", or roll_forward = true'
        yield PolicyWarning("without_effect", line, "[calendar] holidays", said, suggestion)


def rolls_without_effect(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """`roll_forward` where every day is a business day."""
    if book.calendar.weekend or book.calendar.holidays:
        return
    for layer in all_layers(book):
        if layer.values.get("roll_forward"):
            said = "moves nothing: [calendar] knows neither a weekend nor a holiday"
            yield _idle(layer, "roll_forward", said, "name them in [calendar], or take this line away")


def replies_never_sent(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A reply to a reason that is always accepted as it comes."""
    for reason in book.reasons.values():
        if reason.reply and not _may_fail(reason, book):
            line = book.lines.get(("reasons", reason.code, "reply"), reason.line)
            said = "is never sent: the reason is valid, allowed everywhere and needs no evidence"
            suggestion = "write valid = false, or take the reply away"
            yield PolicyWarning("without_effect", line, f"[reasons.{reason.code}] reply", said, suggestion)


def _may_fail(reason: Reason, book: PolicyBook) -> bool:
    """True when a rule about the reason may speak against a return."""
    values = [layer.values for layer in all_layers(book)]
    listed_out = any(each.get("reasons") is not None and reason.code not in each["reasons"] for each in values)
    looked_up = reason.is_duplicate and any(each.get("duplicate_lookback") for each in values)
    return not reason.valid or listed_out or looked_up or bool(reason.evidence)
