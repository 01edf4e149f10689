"""Warnings about terms: keys that nothing looks at, windows that no supplier matches, contracts side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from leadreturns.core.calendar import BUSINESS_DAYS, HOURS, NEXT_MONTH_DAY, NONE, Window, date_of
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import Contract, Layer, SupplierTerms, Terms
from leadreturns.core.window_limits import BEFORE_CONTRACTS, day_in, is_longer

_CAP_KEYS = ("cap_counts", "cap_scope", "cap_rounding", "over_cap")
_FOREVER = 10**9


def left_out(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """version, currency or timezone is missing."""
    stand_ins = {
        "version": ("the file does not say in which version it is written", "write version = 1"),
        "currency": (f"ledger rows that name none are read as {book.currency}", f'write currency = "{book.currency}"'),
        "timezone": (f"deadlines and periods are read on the clock of {book.timezone}", 'write timezone = "…"'),
    }
    for key, (message, suggestion) in stand_ins.items():
        if book.digest and (key,) not in book.lines:
            yield PolicyWarning("left_out", 0, key, f"is left out; {message}", suggestion)


def reasons_never_allowed(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A valid reason that no list of allowed reasons names, when there is a list for everyone."""
    if book.house.values.get("reasons") is None:
        return
    allowed = {code for layer in all_layers(book) for code in layer.values.get("reasons") or ()}
    for reason in book.reasons.values():
        if reason.valid and reason.code not in allowed:
            yield PolicyWarning(
                "reason_never_allowed",
                reason.line,
                f"[reasons.{reason.code}]",
                "stands on no list of allowed reasons, so that returns with it are always rejected",
                "add it to `reasons` of [terms], or write valid = false",
            )


def all_layers(book: PolicyBook) -> list[Layer]:
    """Every section that sets terms, the general before the specific."""
    contracts = (contract.layer for contract in book.contracts)
    return [book.house, *book.campaigns.values(), *book.buyers.values(), *contracts]


def windows_not_recovered(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A buyer's window longer than the shortest window of the suppliers he gets leads from."""
    groups: dict[tuple[str, int, str, str], list[str]] = {}
    for buyer in sorted({buyer for buyer, _ in seen.pairs}):
        suppliers = sorted({supplier for other, supplier in seen.pairs if other == buyer})
        for terms in _terms_of_buyer(book, buyer):
            shortest = _shortest_window(book, suppliers, terms)
            if shortest is None or terms.window.unit == NONE or not is_longer(terms.window, shortest[1], book.calendar):
                continue
            origin = terms.origin("window")
            said = f'a window of "{terms.window.text}" is longer than the "{shortest[1].text}" in which {shortest[0]} '
            names = groups.setdefault((origin.layer, origin.line, said, shortest[0]), [])
            if buyer not in names:
                names.append(buyer)
    for (layer, line, said, supplier), buyers in groups.items():
        key = f"{layer} window" if layer.startswith("[") else "[terms] window (the default)"
        whom = f"gives back leads sold to {', '.join(buyers)}"
        suggestion = f"shorten it, or agree on more with [suppliers.{supplier}]"
        yield PolicyWarning("window_not_recovered", line, key, said + whom, suggestion)


def _terms_of_buyer(book: PolicyBook, buyer: str) -> Iterator[Terms]:
    for campaign in ("", *book.campaigns):
        yield book.terms_for(buyer, campaign, BEFORE_CONTRACTS)
    for contract in book.contracts:
        if fold_name(contract.buyer) == fold_name(buyer):
            yield book.terms_for(buyer, contract.campaign, day_in(contract))


def _shortest_window(book: PolicyBook, suppliers: list[str], terms: Terms) -> tuple[str, Window] | None:
    shortest: tuple[str, Window] | None = None
    for supplier in suppliers:
        own = book.supplier_terms(supplier)
        if own.window is None or not (terms.clawback if own.clawback is None else own.clawback):
            continue
        if shortest is None or is_longer(shortest[1], own.window, book.calendar):
            shortest = (supplier, own.window)
    return shortest


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
        yield from _idle_deadline(layer, layers)
    for contract in book.contracts:
        if not contract.layer.values:
            message, suggestion = "changes no term", "write the terms that it agrees on"
            yield PolicyWarning("without_effect", contract.line, contract.layer.name, message, suggestion)


def _idle_deadline(layer: Layer, layers: list[Layer]) -> Iterator[PolicyWarning]:
    window, deadline = layer.values.get("window"), layer.values.get("deadline")
    if window is None or deadline is None or any("window" in other.values for other in layers if other is not layer):
        return
    if window.unit == HOURS and deadline == "end of day":
        yield _idle(
            layer, "deadline", "is not looked at: hours are counted exactly", 'write the window in days, or "exact"'
        )
    elif window.unit == NEXT_MONTH_DAY and deadline == "exact":
        yield _idle(layer, "deadline", "is not looked at: a day of the month lasts to its end", 'write "end of day"')


def _idle(layer: Layer, key: str, message: str, suggestion: str) -> PolicyWarning:
    return PolicyWarning("without_effect", layer.lines.get(key, 0), f"{layer.name} {key}", message, suggestion)


def suppliers_without_effect(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A supplier's window or reasons, when he gives nothing back anyway."""
    given_in_terms = any(layer.values.get("clawback") for layer in all_layers(book))
    for name, supplier in book.suppliers.items():
        if supplier.clawback or (supplier.clawback is None and given_in_terms):
            continue
        for key in _keys_set(supplier):
            yield PolicyWarning(
                "without_effect",
                book.lines.get(("suppliers", name, key), supplier.line),
                f"[suppliers.{name}] {key}",
                "is looked at by nothing: the supplier gives nothing back",
                'write clawback = "100%", or the share agreed on',
            )


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


def contracts_side_by_side(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """Overlaps and gaps between contracts of the same buyer and campaign."""
    ordered = sorted(book.contracts, key=lambda one: (*_about(one), _start(one)))
    for _, group in groupby(ordered, key=_about):
        for before, after in pairwise(group):
            end = _FOREVER if before.last_day is None else before.last_day
            if _start(after) <= end:
                yield _overlap(before, after, end)
            elif _start(after) > end + 1:
                days = _days(end + 1, _start(after) - 1)
                said = f"sales {days} fall under neither this contract nor {before.layer.name}"
                suggestion = "the other layers apply to them; close the gap if that is not meant"
                yield PolicyWarning("contract_gap", after.line, f"{after.layer.name} from", said, suggestion)


def _about(contract: Contract) -> tuple[str, str]:
    return fold_name(contract.buyer), fold_name(contract.campaign)


def _start(contract: Contract) -> int:
    return BEFORE_CONTRACTS if contract.first_day is None else contract.first_day


def _days(first: int, last: int) -> str:
    start, end = date_of(first).isoformat(), date_of(last).isoformat()
    return f"of {start}" if start == end else f"from {start} to {end}"


def _overlap(before: Contract, after: Contract, end: int) -> PolicyWarning:
    first = "the beginning" if after.first_day is None else date_of(after.first_day).isoformat()
    last_day = min(end, _FOREVER if after.last_day is None else after.last_day)
    last = "on" if last_day == _FOREVER else f"to {date_of(last_day).isoformat()}"
    winner = max(before, after, key=lambda one: one.line)
    said = f"is in force together with {before.layer.name} from {first} {last}; {winner.layer.name} wins key by key"
    return PolicyWarning("contract_overlap", after.line, after.layer.name, said, "end the earlier one the day before")
