"""Whether an [[auto_approve]], [[always_review]] or [[auto_reject]] block fits: all its lines must."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadreturns.core.calendar import format_month
from leadreturns.core.case import Case
from leadreturns.core.identity import fold_name
from leadreturns.core.term_text import rate_text
from leadreturns.core.terms import RuleBlock


def first_fitting(blocks: Sequence[RuleBlock], case: Case) -> RuleBlock | None:
    """The first block all of whose lines fit the case, or None."""
    for block in blocks:
        if fits(block, case):
            return block
    return None


def fits(block: RuleBlock, case: Case) -> bool:
    """True when every line that the block has fits; a line about time must fit every instant that is meant."""
    return _fits_but_for_the_rate(block, case) and _rate_fits(block, case)


def _fits_but_for_the_rate(block: RuleBlock, case: Case) -> bool:
    return (
        _price_fits(block, case)
        and (block.reasons is None or case.reason_code in block.reasons)
        and _named(block.buyers, case.sale.buyer)
        and _named(block.campaigns, case.sale.campaign)
        and _named(block.suppliers, case.sale.supplier)
        and (block.matched_by is None or set(case.matched_by) <= set(block.matched_by))
        and _within(block, case)
    )


def _price_fits(block: RuleBlock, case: Case) -> bool:
    """Prices are written in the policy's currency; a sale in another one fits no price."""
    low, high = block.price_from, block.price_up_to
    if low is None and high is None:
        return True
    if case.sale.currency != case.book.currency:
        return False
    price = case.sale.price_minor
    return (low is None or price >= low) and (high is None or price <= high)


def _named(names: tuple[str, ...] | None, name: str) -> bool:
    if names is None or name in names:
        return True
    folded = fold_name(name)
    return any(fold_name(other) == folded for other in names)


def _within(block: RuleBlock, case: Case) -> bool:
    if block.within is None:
        return True
    return case.clock_end.last <= case.terms.still_clock.deadline(block.within, *case.clock_start)


def rate_of(case: Case) -> dict[str, Any]:
    """The sums behind a return rate: how many of the buyer's sales of the sale's month had come back."""
    usage = case.history.usage_of(case.sale, own_campaign=False)
    return {"approved": usage.approved, "of": usage.sold, "month": format_month(case.sale.sold_month)}


def failed_rates(blocks: Sequence[RuleBlock], case: Case) -> list[dict[str, Any]]:
    """What each block asks for that the buyer's return rate alone keeps from fitting, and the sums of `rate_of`."""
    return [
        {"block": block.name, "asked": rate_text(block.return_rate), **rate_of(case)}
        for block in blocks
        if block.return_rate and _fits_but_for_the_rate(block, case) and not _rate_fits(block, case)
    ]


def _rate_fits(block: RuleBlock, case: Case) -> bool:
    """The buyer's standing approvals of the sale's month against all his sales of that month."""
    if block.return_rate is None:
        return True
    usage = case.history.usage_of(case.sale, own_campaign=False)
    if not usage.sold:
        return False
    figure = block.return_rate.share * usage.sold
    if block.return_rate.below:
        return usage.approved < figure
    return usage.approved > figure if block.return_rate.beyond else usage.approved >= figure
