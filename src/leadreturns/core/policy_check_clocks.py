"""Warnings about how windows are counted: lines that count for nothing, and terms that leave a return no time."""

from __future__ import annotations

from collections.abc import Iterator

from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, HOURS, NEXT_MONTH_DAY
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import Origin, Terms
from leadreturns.core.window_limits import BEFORE_CONTRACTS, days_in, hardly_opens, never_opens, terms_of_sections

_DAILY = (DAYS, BUSINESS_DAYS)


def first_days_not_counted(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """`first_day_counts` of one section under the exact deadline of another, where no day is the first."""
    said: set[int] = set()
    for terms in terms_of_sections(book):
        exact, counts = terms.origin("deadline"), terms.origin("first_day_counts")
        line, layer, key = max((exact.line, exact.layer, "deadline"), (counts.line, counts.layer, "first_day_counts"))
        daily = terms.window.unit in _DAILY
        if terms.deadline == "exact" and terms.first_day_counts and daily and line not in said:
            said.add(line)
            message = f'first_day_counts = true ({counts.layer}) counts for nothing under deadline = "exact" '
            message += f"({exact.layer}): the window ends a day later than a count of days would say"
            suggestion = "write first_day_counts = false here if that is meant"
            yield PolicyWarning("without_effect", line, f"{layer} {key}", message, suggestion)


def first_days_of_no_days(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A window of 0 days whose first day counts: strictly it would be over before the day of the sale."""
    said: set[int] = set()
    for terms in terms_of_sections(book):
        if not terms.first_day_counts or terms.deadline == "exact":
            continue
        key, origin = _later_of(terms, "window", "first_day_counts")
        if terms.window.unit in _DAILY and terms.window.amount == 0 and origin.line not in said:
            said.add(origin.line)
            window, counts = _place(terms.origin("window")), _place(terms.origin("first_day_counts"))
            told = f'window = "{terms.window.text}" ({window}) leaves no day when the first one counts ({counts}), and '
            told += "is read as the day of the sale"
            suggestion = f'write "1 {terms.window.unit.removesuffix("s")}" if that is meant'
            yield PolicyWarning("without_effect", origin.line, f"{origin.layer} {key}", told, suggestion)


def countings_without_effect(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """`deadline` and `first_day_counts` of a section wherever they come to hold only for windows not counted so."""
    if any(
        block.within is not None and block.within.unit in _DAILY
        for block in (*book.auto_approve, *book.always_review, *book.auto_reject)
    ):
        # The days of a block are counted by the same two keys.
        return
    found: dict[tuple[str, Origin], list[tuple[str, str] | None]] = {}
    pairs = (book.terms_for(*pair) for pair in _pairs(book))
    for terms in (*terms_of_sections(book), *pairs):
        for key, idle in (("deadline", _idle_deadline), ("first_day_counts", _idle_first_day)):
            if key in terms.origins:
                found.setdefault((key, terms.origin(key)), []).append(idle(terms))
    for (key, origin), reasons in found.items():
        if reasons[0] is not None and None not in reasons:
            yield PolicyWarning("without_effect", origin.line, f"{origin.layer} {key}", *reasons[0])


def _idle_deadline(terms: Terms) -> tuple[str, str] | None:
    """What makes `deadline` idle under these terms, and what to do; None when it is looked at, or says what holds."""
    if terms.not_before.amount and terms.not_before.unit != HOURS:
        # That is counted exactly or from the start of a day, too.
        return None
    if terms.window.unit == HOURS and terms.deadline == "end of day":
        said, suggestion = "is not looked at: hours are counted exactly", 'write the window in days, or "exact"'
    elif terms.window.unit == NEXT_MONTH_DAY and terms.deadline == "exact":
        said, suggestion = "is not looked at: a day of the month lasts to its end", 'write "end of day"'
    else:
        return None
    return said + _window_elsewhere(terms, "deadline"), suggestion


def _idle_first_day(terms: Terms) -> tuple[str, str] | None:
    """The same for `first_day_counts`."""
    if not terms.first_day_counts:
        return None
    if terms.window.unit == HOURS:
        said = "counts for nothing: a window in hours has no first day"
    elif terms.window.unit == NEXT_MONTH_DAY:
        said = "counts for nothing: the window ends on a day of the month, however its days are counted"
    else:
        return None
    suggestion = "take this line away, or write the window in days"
    return said + _window_elsewhere(terms, "first_day_counts"), suggestion


def _window_elsewhere(terms: Terms, key: str) -> str:
    window = terms.origin("window")
    return "" if window.layer == terms.origin(key).layer else f' (window = "{terms.window.text}", {_place(window)})'


def sections_hardly_in_time(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A window that is over as soon as `not_before` lets it begin; one that surely is over by then was refused."""
    said: set[int] = set()
    for terms in terms_of_sections(book):
        key, origin = _later_of(terms, "window", "not_before")
        if hardly_opens(terms, book.calendar) and origin.line not in said:
            said.add(origin.line)
            told, suggestion = f"hardly any return can be in time: {_hardly(terms)}", "change one of them"
            yield PolicyWarning("hardly_in_time", origin.line, f"{origin.layer} {key}", told, suggestion)


def _hardly(terms: Terms) -> str:
    told = f'window = "{terms.window.text}" ({_place(terms.origin("window"))}) is over by the time that '
    told += f'not_before = "{terms.not_before.text}" ({_place(terms.origin("not_before"))}) has passed'
    hours_meet_days = terms.window.unit != terms.not_before.unit and HOURS in (terms.window.unit, terms.not_before.unit)
    return told + (", unless the clocks are changed in between" if hours_meet_days else "")


def pairs_never_in_time(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A buyer's and a campaign's terms that are each sound and together leave no time for a return, or hardly any."""
    for buyer, campaign, day in _pairs(book):
        terms = book.terms_for(buyer, campaign, day)
        window, start = terms.origin("window"), terms.origin("not_before")
        if window.layer == start.layer or not hardly_opens(terms, book.calendar):
            continue
        alone = book.terms_for(buyer, "", day), book.terms_for("", campaign, day)
        if any(hardly_opens(each, book.calendar) for each in alone):
            continue
        key, origin = _later_of(terms, "window", "not_before")
        suggestion = f'set both in [[contracts]] with buyer = "{buyer}" and campaign = "{campaign}"'
        if never_opens(terms, book.calendar):
            code = "never_in_time"
            said = (
                f'no return of a lead for {campaign} by {buyer} can be in time: not_before = "{terms.not_before.text}" '
            )
            said += f'({start.layer}) is later than the end of window = "{terms.window.text}" ({window.layer})'
        else:
            code = "hardly_in_time"
            said = f"hardly any return of a lead for {campaign} by {buyer} can be in time: {_hardly(terms)}"
        yield PolicyWarning(code, origin.line, f"{origin.layer} {key}", said, suggestion)


def _later_of(terms: Terms, one: str, other: str) -> tuple[str, Origin]:
    """Which of two keys stands further down in the file, and where."""
    first, second = terms.origin(one), terms.origin(other)
    return (one, first) if first.line > second.line else (other, second)


def _place(origin: Origin) -> str:
    return origin.layer if origin.line else "the default"


def _pairs(book: PolicyBook) -> Iterator[tuple[str, str, int]]:
    """Every buyer and campaign that have sections or contracts of their own, and a day of each of their terms."""
    for campaign in book.campaigns:
        for buyer in book.buyers:
            yield buyer, campaign, BEFORE_CONTRACTS
        for contract in book.contracts:
            if not contract.campaign:
                for day in days_in(contract, book):
                    yield contract.buyer, campaign, day
