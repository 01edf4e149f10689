"""Warnings about contracts of the same buyer and campaign that stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from leadreturns.core.calendar import date_of
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import Contract
from leadreturns.core.window_limits import BEFORE_CONTRACTS

_FOREVER = 10**9


def contracts_side_by_side(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """Overlaps and gaps between contracts of the same buyer and campaign."""
    ordered = sorted(book.contracts, key=lambda one: (*_about(one), _start(one)))
    for _, group in groupby(ordered, key=_about):
        earlier: list[Contract] = []
        for contract in group:
            yield from (_overlap(one, contract) for one in earlier if _start(contract) <= _end(one))
            # The one that ends last, which need not be the one that begins last.
            last = max(earlier, key=_end, default=None)
            if last is not None and _start(contract) > _end(last) + 1:
                yield _gap(last, contract)
            earlier.append(contract)


def _about(contract: Contract) -> tuple[str, str]:
    return fold_name(contract.buyer), fold_name(contract.campaign)


def _start(contract: Contract) -> int:
    return BEFORE_CONTRACTS if contract.first_day is None else contract.first_day


def _end(contract: Contract) -> int:
    return _FOREVER if contract.last_day is None else contract.last_day


def _gap(before: Contract, after: Contract) -> PolicyWarning:
    first, last = _end(before) + 1, _start(after) - 1
    start, end = date_of(first).isoformat(), date_of(last).isoformat()
    days = f"of {start}" if start == end else f"from {start} to {end}"
    said = f"sales {days} fall under neither this contract nor {before.layer.name}"
    suggestion = "the other layers apply to them; close the gap if that is not meant"
    return PolicyWarning("contract_gap", after.line, f"{after.layer.name} from", said, suggestion)


def _overlap(before: Contract, after: Contract) -> PolicyWarning:
    first = "the beginning" if after.first_day is None else date_of(after.first_day).isoformat()
    last_day = min(_end(before), _end(after))
    last = "on" if last_day == _FOREVER else f"to {date_of(last_day).isoformat()}"
    winner = max(before, after, key=lambda one: one.line)
    said = f"is in force together with {before.layer.name} from {first} {last}; {winner.layer.name} wins key by key"
    return PolicyWarning("contract_overlap", after.line, after.layer.name, said, "end the earlier one the day before")
