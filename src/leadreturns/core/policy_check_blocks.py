"""Warnings about [[auto_approve]], [[always_review]] and [[auto_reject]] blocks that decide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadreturns.core.calendar import NONE, Window
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import RateTest, RuleBlock, Terms
from leadreturns.core.window_limits import BEFORE_CONTRACTS, closes_before, days_in

_STRONGER = {"auto_approve": ("auto_reject", "always_review"), "always_review": ("auto_reject",), "auto_reject": ()}


def blocks_that_never_fire(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """Blocks whose lines no return can meet under the terms of anyone they could fit."""
    for kind in _STRONGER:
        for block in getattr(book, kind):
            warning = _dead(book, kind, block, seen)
            if warning is not None:
                yield warning


def _dead(book: PolicyBook, kind: str, block: RuleBlock, seen: SalesSeen) -> PolicyWarning | None:
    key = f"[[{kind}]] {block.name}"
    never = _never_true(block, seen)
    if never:
        return PolicyWarning("block_never_fires", block.line, key, *never)
    if kind == "auto_reject":
        return None
    scopes = list(_scopes(book, block))
    if kind == "auto_approve" and all(terms.approval == "auto" for terms in scopes):
        said = 'changes nothing: approval = "auto" approves whatever passes every rule, wherever the block could fit'
        return PolicyWarning("block_dead_under_auto", block.line, key, said, "take the block away, or the approval")
    if kind == "auto_approve" and all(_cap_of_none(terms) for terms in scopes):
        said, suggestion = "can never fire: the cap allows no return that fits it", "write a cap that allows some"
        return PolicyWarning("block_never_fires", block.line, key, said, suggestion)
    if not any(_can_pass(book, block, terms) for terms in scopes):
        said = "can never fire: returns that fit it are rejected by the terms first"
        return PolicyWarning("block_never_fires", block.line, key, said, _why(block, scopes))
    return None


def _never_true(block: RuleBlock, seen: SalesSeen) -> tuple[str, str] | None:
    rate = block.return_rate
    if rate is not None and rate.below and rate.share == 0:
        return "can never fire: no return rate is below 0%", 'write "below" with a larger share'
    if rate is not None and rate.beyond and rate.share == 1:
        return "can never fire: no return rate is above 100%", 'write "from 100%", or a smaller share'
    if block.buyers and block.suppliers and seen.pairs:
        buyers, suppliers = ({fold_name(name) for name in names} for names in (block.buyers, block.suppliers))
        if not any(fold_name(buyer) in buyers and fold_name(supplier) in suppliers for buyer, supplier in seen.pairs):
            return "fits no sale yet: none of these buyers has a lead of these suppliers", "look at both lists"
    return None


def _scopes(book: PolicyBook, block: RuleBlock) -> Iterator[Terms]:
    """The terms under which a sale that the block could fit may stand."""
    buyers = _names_to_try(block.buyers, book.buyers)
    campaigns = _names_to_try(block.campaigns, book.campaigns)
    for buyer in buyers:
        for campaign in campaigns:
            yield book.terms_for(buyer, campaign, BEFORE_CONTRACTS)
    for contract in book.contracts:
        if _may_be(block.buyers, contract.buyer) and (
            not contract.campaign or _may_be(block.campaigns, contract.campaign)
        ):
            for campaign in (contract.campaign,) if contract.campaign else campaigns:
                for day in days_in(contract, book):
                    yield book.terms_for(contract.buyer, campaign, day)


def _names_to_try(named: tuple[str, ...] | None, sections: Iterable[str]) -> list[str]:
    return ["", *sections] if named is None else list(named)


def _may_be(named: tuple[str, ...] | None, name: str) -> bool:
    return named is None or any(fold_name(one) == fold_name(name) for one in named)


def _can_pass(book: PolicyBook, block: RuleBlock, terms: Terms) -> bool:
    if terms.window.unit == NONE:
        return False
    if _reasons_barred(block, terms):
        return False
    return block.within is None or not closes_before(block.within, terms.not_before, terms.still_clock)


def _cap_of_none(terms: Terms) -> bool:
    return any(cap.amount == 0 for cap in terms.cap)


def _reasons_barred(block: RuleBlock, terms: Terms) -> bool:
    return block.reasons is not None and terms.reasons is not None and not set(block.reasons) & set(terms.reasons)


def _why(block: RuleBlock, scopes: list[Terms]) -> str:
    if all(terms.window.unit == NONE for terms in scopes):
        return "nobody it names may return anything"
    if all(terms.window.unit == NONE or _reasons_barred(block, terms) for terms in scopes):
        return "none of its reasons is allowed there"
    if not any(_reasons_barred(block, terms) for terms in scopes):
        return "its `within` is over before not_before has passed"
    return "its `within` is over before not_before has passed, or its reasons are not allowed"


def blocks_covered_by_others(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """Blocks for which every return that fits them fits a stronger block as well."""
    for kind, stronger in _STRONGER.items():
        for block in getattr(book, kind):
            cover = next(
                (
                    f"[[{other}]] {one.name}"
                    for other in stronger
                    for one in getattr(book, other)
                    if _covers(one, block)
                ),
                None,
            )
            if cover:
                said = f"can never fire: every return that fits it fits {cover} too, which is stronger"
                suggestion = "narrow that block, or take this one away"
                yield PolicyWarning("block_never_fires", block.line, f"[[{kind}]] {block.name}", said, suggestion)


def _covers(one: RuleBlock, other: RuleBlock) -> bool:
    """True when whatever fits `other` surely fits `one`."""
    lows, highs = (one.price_from, other.price_from), (one.price_up_to, other.price_up_to)
    return (
        (lows[0] is None or (lows[1] is not None and lows[1] >= lows[0]))
        and (highs[0] is None or (highs[1] is not None and highs[1] <= highs[0]))
        and (one.within is None or (other.within is not None and _as_long(one.within, other.within)))
        and (
            one.return_rate is None or (other.return_rate is not None and _as_wide(one.return_rate, other.return_rate))
        )
        and _includes(one.reasons, other.reasons)
        and all(_includes(*_folded(one, other, kind)) for kind in ("buyers", "campaigns", "suppliers"))
        and _includes(one.matched_by, other.matched_by)
    )


def _as_long(one: Window, other: Window) -> bool:
    return one.unit == other.unit and one.amount >= other.amount


def _as_wide(one: RateTest, other: RateTest) -> bool:
    """True when every rate that `other` lets through is one that `one` lets through."""
    if one.below != other.below:
        return False
    if one.below:
        return one.share >= other.share
    return one.share < other.share or (one.share == other.share and (other.beyond or not one.beyond))


def _folded(one: RuleBlock, other: RuleBlock, kind: str) -> Iterator[tuple[str, ...] | None]:
    for block in (one, other):
        names = getattr(block, kind)
        yield None if names is None else tuple(fold_name(name) for name in names)


def _includes(wide: tuple[str, ...] | None, narrow: tuple[str, ...] | None) -> bool:
    return wide is None or (narrow is not None and set(narrow) <= set(wide))
