"""Warnings about terms: what the file leaves out, windows that no supplier matches, and ways around the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from leadreturns.core.calendar import NONE, Window
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import Layer, Origin, Terms
from leadreturns.core.window_limits import BEFORE_CONTRACTS, days_in, is_longer, terms_of_sections


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
    allowed = reasons_ever_allowed(book)
    for reason in book.reasons.values():
        if reason.valid and reason.code not in allowed:
            yield PolicyWarning(
                "reason_never_allowed",
                reason.line,
                f"[reasons.{reason.code}]",
                "stands on no list of allowed reasons, so that returns with it are always rejected",
                "add it to `reasons` of [terms], or write valid = false",
            )


def reasons_ever_allowed(book: PolicyBook) -> set[str]:
    """The codes that some terms accept."""
    valid = {reason.code for reason in book.reasons.values() if reason.valid}
    if book.house.values.get("reasons") is None:
        return valid
    return valid & {code for layer in all_layers(book) for code in layer.values.get("reasons") or ()}


def all_layers(book: PolicyBook) -> list[Layer]:
    """Every section that sets terms, the general before the specific."""
    contracts = (contract.layer for contract in book.contracts)
    return [book.house, *book.campaigns.values(), *book.buyers.values(), *contracts]


def windows_not_recovered(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A buyer's window longer than the shortest window of the suppliers he gets leads from."""
    groups: dict[tuple[Origin, str, str, str], list[str]] = {}
    for buyer in sorted({buyer for buyer, _ in seen.pairs}):
        suppliers = sorted({supplier for other, supplier in seen.pairs if other == buyer})
        for terms in _terms_of_buyer(book, buyer):
            shortest = _shortest_window(book, suppliers, terms)
            if shortest is None or terms.window.unit == NONE:
                continue
            found = _outlasts(terms, shortest[1], book)
            if found is None:
                continue
            key, said = found
            names = groups.setdefault((terms.origin(key), key, said, shortest[0]), [])
            if buyer not in names:
                names.append(buyer)
    for (origin, key, said, supplier), buyers in groups.items():
        where = f"{origin.layer} {key}" if origin.line else f"[terms] {key} (the default)"
        message = said.format(supplier=supplier, buyers=", ".join(buyers))
        suggestion = f"shorten it, or agree on more with [suppliers.{supplier}]"
        yield PolicyWarning("window_not_recovered", origin.line, where, message, suggestion)


def _outlasts(terms: Terms, of_supplier: Window, book: PolicyBook) -> tuple[str, str] | None:
    """The key that lets the buyer's window end after the supplier's, and what to say of it; None when none does."""
    own = f'a window of "{terms.window.text}"'
    if terms.roll_forward:
        own += ", whose end rolls forward,"
    theirs = f'"{of_supplier.text}"'
    taken = "in which {supplier} gives back leads sold to {buyers}"
    if is_longer(terms.window, of_supplier, book.calendar, replace(terms, counted_from="sold")):
        return "window", f"{own} can end later than the {theirs} {taken}"
    if is_longer(terms.window, of_supplier, book.calendar, terms):
        key = "window" if terms.origin("window").line > terms.origin("counted_from").line else "counted_from"
        told = f"{own} from the delivery can end later than the {theirs} from the sale {taken}"
        return key, f"{told}, since a lead may be delivered after its sale"
    return None


def _terms_of_buyer(book: PolicyBook, buyer: str) -> Iterator[Terms]:
    for campaign in ("", *book.campaigns):
        yield book.terms_for(buyer, campaign, BEFORE_CONTRACTS)
    for contract in book.contracts:
        if fold_name(contract.buyer) == fold_name(buyer):
            for day in days_in(contract, book):
                yield book.terms_for(buyer, contract.campaign, day)


def _shortest_window(book: PolicyBook, suppliers: list[str], terms: Terms) -> tuple[str, Window] | None:
    shortest: tuple[str, Window] | None = None
    for supplier in suppliers:
        own = book.supplier_terms(supplier)
        if own.window is None or not (terms.clawback if own.clawback is None else own.clawback):
            continue
        if shortest is None or is_longer(shortest[1], own.window, book.calendar):
            shortest = (supplier, own.window)
    return shortest


def unknown_texts_accepted(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """`unknown_reason = "accept"` beside reasons that are refused: any new wording gets around them."""
    said: set[int] = set()
    for terms in terms_of_sections(book):
        origin = terms.origin("unknown_reason")
        refused = [
            reason.code
            for reason in book.reasons.values()
            if not reason.valid or (terms.reasons is not None and reason.code not in terms.reasons)
        ]
        if terms.unknown_reason == "accept" and refused and origin.line not in said:
            said.add(origin.line)
            message = f'lets every text through that names no reason, while "{refused[0]}" is rejected when it is named'
            suggestion = 'write "review", so that a person reads new wordings'
            yield PolicyWarning("unknown_accepted", origin.line, f"{origin.layer} unknown_reason", message, suggestion)
