"""A return and its candidate sales → one sale, or the finding that says why not.

The first identifier present decides: sale_ref, lead_id, then phone and e-mail. The buyer always filters; campaign and
date of sale only choose among several. Exact spelling beats the folded one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.core.calendar import Zone
from leadreturns.core.finding import REJECT, REVIEW, Finding
from leadreturns.core.identity import fold_id, fold_name
from leadreturns.core.lead_return import LeadReturn, TimeKind
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale

BY_REF, BY_LEAD, BY_PHONE, BY_EMAIL = "sale_ref", "lead_id", "phone", "email"
Sales = Sequence[Sale]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sales of every buyer that carry one of a file's identifiers, by folded id, phone key and e-mail key."""

    by_ref: Mapping[str, Sales] = field(default_factory=dict)
    by_lead: Mapping[str, Sales] = field(default_factory=dict)
    by_phone: Mapping[str, Sales] = field(default_factory=dict)
    by_email: Mapping[str, Sales] = field(default_factory=dict)


class Match(NamedTuple):
    """The one sale of a return, or None and the finding; `by` names the identifiers that decided."""

    sale: Sale | None
    by: tuple[str, ...]
    finding: Finding | None


def match(row: LeadReturn, candidates: Candidates, book: PolicyBook) -> Match:
    """The sale that a return is about.

    `book` tells the clock on which the date of a sale is read. An `unknown_lead` is a rejection here; the terms may
    say otherwise.
    """
    by = identifiers_of(row)
    pool = _found_by(by, row, candidates)
    if len(pool) == 1 and pool[0].buyer == row.buyer:
        return Match(pool[0], by, None)
    own = _of_buyer(row, pool)
    if not own:
        return Match(None, by, _not_found(row, by, pool, candidates))
    if len(own) > 1:
        own = [sale for sale in own if _is_exact(by, row, sale)] or own
    # Without a buyer's name nothing chooses between buyers: the money would go to one who did not ask.
    if len(own) > 1 and len({sale.buyer for sale in own}) == 1:
        own = _narrowed(row, own, book)
    if len(own) > 1:
        return Match(None, by, Finding("ambiguous_match", REVIEW, _several(by, own)))
    return Match(own[0], by, None)


_BY_REF, _BY_LEAD = (BY_REF,), (BY_LEAD,)


def identifiers_of(row: LeadReturn) -> tuple[str, ...]:
    """The identifiers of a row that decide its match: the first present, a phone and an e-mail together."""
    if row.sale_ref:
        return _BY_REF
    if row.lead_id:
        return _BY_LEAD
    if row.phone and row.email:
        return (BY_PHONE, BY_EMAIL)
    return (BY_PHONE,) if row.phone else (BY_EMAIL,)


def _found_by(by: tuple[str, ...], row: LeadReturn, candidates: Candidates) -> Sales:
    """The sales of all buyers that the deciding identifiers find, in any spelling."""
    if by is _BY_LEAD:
        return candidates.by_lead.get(fold_id(row.lead_id), ())
    if by is _BY_REF:
        return candidates.by_ref.get(fold_id(row.sale_ref), ())
    phone = candidates.by_phone.get(row.phone, ())
    email = candidates.by_email.get(row.email, ())
    if len(by) == 2:
        with_email = {sale.id for sale in email}
        return [sale for sale in phone if sale.id in with_email]
    return phone if row.phone else email


def _of_buyer(row: LeadReturn, pool: Sales) -> Sales:
    """The buyer's own sales; one of a buyer whose name only reads the same counts where it is the only one."""
    if not row.buyer:
        return pool
    own = [sale for sale in pool if sale.buyer == row.buyer]
    if own or not pool:
        return own
    folded = fold_name(row.buyer)
    alike = [sale for sale in pool if fold_name(sale.buyer) == folded]
    return alike if len(alike) == 1 else []


def _is_exact(by: tuple[str, ...], row: LeadReturn, sale: Sale) -> bool:
    if by is _BY_REF:
        return sale.sale_ref == row.sale_ref
    return by is not _BY_LEAD or sale.lead_id == row.lead_id


def _narrowed(row: LeadReturn, sales: Sales, book: PolicyBook) -> Sales:
    """The sales that campaign and date of sale leave; each is ignored when it would leave none."""
    if row.campaign:
        wanted = fold_name(row.campaign)
        exact = [sale for sale in sales if sale.campaign == row.campaign]
        sales = exact or [sale for sale in sales if fold_name(sale.campaign) == wanted] or sales
    if row.sold_at is not None and len(sales) > 1:
        at, kind = row.sold_at, row.sold_kind
        sales = [sale for sale in sales if _sold_then(sale, at, kind, book.terms_of(sale).clock.zone)] or sales
    return sales


def _sold_then(sale: Sale, at: int, kind: int, zone: Zone) -> bool:
    """True when the sale was made at the written time; a date on either side compares days."""
    sale_day = sale.sold_at // 86_400 if sale.sold_kind == TimeKind.DATE else zone.day(sale.sold_at)
    if kind == TimeKind.DATE:
        return at // 86_400 == sale_day
    span = zone.span(at, kind)
    if sale.sold_kind == TimeKind.DATE:
        return sale_day in (zone.day(span.first), zone.day(span.last))
    return span.first <= sale.sold_at <= span.last


def _not_found(row: LeadReturn, by: tuple[str, ...], pool: Sales, candidates: Candidates) -> Finding:
    facts: dict[str, object] = {"by": list(by)}
    if pool:
        facts["sold_to"] = sorted({sale.buyer for sale in pool})
        return Finding("not_this_buyer", REJECT, facts)
    others = _would_have_found(row, by, candidates)
    if others:
        facts["would_have_found"] = others
    return Finding("unknown_lead", REJECT, facts)


def _would_have_found(row: LeadReturn, by: tuple[str, ...], candidates: Candidates) -> dict[str, list[str]]:
    """For each later identifier of the row, the leads of this buyer that it names."""
    later = (
        (BY_LEAD, row.lead_id, candidates.by_lead.get(fold_id(row.lead_id), ())),
        (BY_PHONE, row.phone, candidates.by_phone.get(row.phone, ())),
        (BY_EMAIL, row.email, candidates.by_email.get(row.email, ())),
    )
    found: dict[str, list[str]] = {}
    for kind, text, sales in later:
        leads = sorted({sale.lead_id for sale in sales if sale.buyer == row.buyer or not row.buyer})
        # A phone and an e-mail that fit no sale together may still each fit one: worth telling.
        if text and leads and (kind not in by or len(by) > 1):
            found[kind] = leads
    return found


def _several(by: tuple[str, ...], sales: Sales) -> dict[str, object]:
    shown = [
        {"sale": sale.id, "lead_id": sale.lead_id, "buyer": sale.buyer, "campaign": sale.campaign}
        for sale in sales[:20]
    ]
    return {"by": list(by), "count": len(sales), "sales": shown}
