"""Warnings about terms: windows that no supplier matches, and terms that leave no time or a way around them."""

from __future__ import annotations

from collections.abc import Iterator

from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, NONE, Window
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import Layer, Terms
from leadreturns.core.window_limits import BEFORE_CONTRACTS, day_in, is_longer, never_opens, terms_of_sections


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
    groups: dict[tuple[str, int, str, str], list[str]] = {}
    for buyer in sorted({buyer for buyer, _ in seen.pairs}):
        suppliers = sorted({supplier for other, supplier in seen.pairs if other == buyer})
        for terms in _terms_of_buyer(book, buyer):
            shortest = _shortest_window(book, suppliers, terms)
            if shortest is None or terms.window.unit == NONE:
                continue
            if not is_longer(terms.window, shortest[1], book.calendar, terms):
                continue
            origin = terms.origin("window")
            rolls = ", whose end rolls forward," if terms.roll_forward else ""
            said = f'a window of "{terms.window.text}"{rolls} can end later than the "{shortest[1].text}" '
            said += f"in which {shortest[0]} "
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


def first_days_not_counted(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """`first_day_counts` of one section under the exact deadline of another, where no day is the first."""
    said: set[int] = set()
    for terms in terms_of_sections(book):
        exact, counts = terms.origin("deadline"), terms.origin("first_day_counts")
        line, layer, key = max((exact.line, exact.layer, "deadline"), (counts.line, counts.layer, "first_day_counts"))
        daily = terms.window.unit in (DAYS, BUSINESS_DAYS)
        if terms.deadline == "exact" and terms.first_day_counts and daily and line not in said:
            said.add(line)
            message = f'first_day_counts = true ({counts.layer}) counts for nothing under deadline = "exact" '
            message += f"({exact.layer}): the window ends a day later than a count of days would say"
            suggestion = "write first_day_counts = false here if that is meant"
            yield PolicyWarning("without_effect", line, f"{layer} {key}", message, suggestion)


def pairs_never_in_time(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A buyer's and a campaign's terms that are each sound and together leave no time for a return."""
    for buyer, campaign, day in _pairs(book):
        terms = book.terms_for(buyer, campaign, day)
        window, start = terms.origin("window"), terms.origin("not_before")
        if window.layer == start.layer or not never_opens(terms, book.calendar):
            continue
        alone = (book.terms_for(buyer, "", day), book.terms_for("", campaign, day))
        if any(never_opens(each, book.calendar) for each in alone):
            continue
        key, origin = ("window", window) if window.line > start.line else ("not_before", start)
        said = f'no return of a {campaign} lead by {buyer} can be in time: not_before = "{terms.not_before.text}" '
        said += f'({start.layer}) is later than the end of window = "{terms.window.text}" ({window.layer})'
        suggestion = f'set both in [[contracts]] with buyer = "{buyer}" and campaign = "{campaign}"'
        yield PolicyWarning("never_in_time", origin.line, f"{origin.layer} {key}", said, suggestion)


def _pairs(book: PolicyBook) -> Iterator[tuple[str, str, int]]:
    """Every buyer and campaign that have sections or contracts of their own, and a day of each of their terms."""
    for campaign in book.campaigns:
        for buyer in book.buyers:
            yield buyer, campaign, BEFORE_CONTRACTS
        for contract in book.contracts:
            if not contract.campaign:
                yield contract.buyer, campaign, day_in(contract)
