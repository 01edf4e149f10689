"""A return and its candidate sales → one sale, or the finding that says why not.

The first identifier present decides: sale_ref, lead_id, then phone and e-mail. The buyer always filters; campaign and
date of sale only choose among several. Exact spelling beats the folded one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.core.calendar import Zone
from leadreturns.core.finding import REJECT, REVIEW, Finding
from leadreturns.core.identity import fold_id, fold_name
from leadreturns.core.lead_return import LeadReturn, TimeKind
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


def match(row: LeadReturn, candidates: Candidates, zone_of: Callable[[Sale], Zone], unknown_lead: str) -> Match:
    """The sale that a return is about.

    `zone_of` tells the clock on which a sale's date is read; `unknown_lead` is the term of that name.
    """
    by, pool, exact = _first_identifier(row, candidates)
    own = [sale for sale in pool if sale.buyer == row.buyer] if row.buyer else list(pool)
    if not own:
        return Match(None, by, _not_found(row, by, pool, candidates, unknown_lead))
    if exact is not None and len(own) > 1:
        own = [sale for sale in own if exact(sale)] or own
    if len(own) > 1:
        own = _narrowed(row, own, zone_of)
    if len(own) > 1:
        return Match(None, by, Finding("ambiguous_match", REVIEW, _several(by, own)))
    return Match(own[0], by, None)


def _first_identifier(
    row: LeadReturn, candidates: Candidates
) -> tuple[tuple[str, ...], Sales, Callable[[Sale], bool] | None]:
    """The deciding identifiers, the sales they find, and the test for the exact spelling."""
    if row.sale_ref:
        return (BY_REF,), candidates.by_ref.get(fold_id(row.sale_ref), ()), _has_ref(row.sale_ref)
    if row.lead_id:
        return (BY_LEAD,), candidates.by_lead.get(fold_id(row.lead_id), ()), _has_lead(row.lead_id)
    return *_by_contact(row, candidates), None


def _has_ref(text: str) -> Callable[[Sale], bool]:
    return lambda sale: sale.sale_ref == text


def _has_lead(text: str) -> Callable[[Sale], bool]:
    return lambda sale: sale.lead_id == text


def _by_contact(row: LeadReturn, candidates: Candidates) -> tuple[tuple[str, ...], Sales]:
    """Phone and e-mail: both given, both must fit one sale."""
    phone = candidates.by_phone.get(row.phone, ())
    email = candidates.by_email.get(row.email, ())
    if row.phone and row.email:
        with_email = {sale.id for sale in email}
        return (BY_PHONE, BY_EMAIL), [sale for sale in phone if sale.id in with_email]
    return ((BY_PHONE,), phone) if row.phone else ((BY_EMAIL,), email)


def _narrowed(row: LeadReturn, sales: list[Sale], zone_of: Callable[[Sale], Zone]) -> list[Sale]:
    """The sales that campaign and date of sale leave; each is ignored when it would leave none."""
    if row.campaign:
        wanted = fold_name(row.campaign)
        exact = [sale for sale in sales if sale.campaign == row.campaign]
        sales = exact or [sale for sale in sales if fold_name(sale.campaign) == wanted] or sales
    if row.sold_at is not None and len(sales) > 1:
        at, kind = row.sold_at, row.sold_kind
        sales = [sale for sale in sales if _sold_then(sale, at, kind, zone_of(sale))] or sales
    return sales


def _sold_then(sale: Sale, at: int, kind: int, zone: Zone) -> bool:
    """True when the sale was made at the written time; a date on either side compares days."""
    sale_day = sale.sold_at // 86_400 if sale.sold_kind == TimeKind.DATE else zone.day(sale.sold_at)
    if kind == TimeKind.DATE:
        return at // 86_400 == sale_day
    span = zone.span(at, kind)
    if sale.sold_kind == TimeKind.DATE:
        return zone.day(span.first) == sale_day
    return span.first <= sale.sold_at <= span.last


def _not_found(row: LeadReturn, by: tuple[str, ...], pool: Sales, candidates: Candidates, unknown_lead: str) -> Finding:
    facts: dict[str, object] = {"by": list(by)}
    if pool:
        facts["sold_to"] = sorted({sale.buyer for sale in pool})
        return Finding("not_this_buyer", REJECT, facts)
    others = _would_have_found(row, by, candidates)
    if others:
        facts["would_have_found"] = others
    return Finding("unknown_lead", unknown_lead, facts)


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


def _several(by: tuple[str, ...], sales: list[Sale]) -> dict[str, object]:
    shown = [
        {"sale": sale.id, "lead_id": sale.lead_id, "buyer": sale.buyer, "campaign": sale.campaign}
        for sale in sales[:20]
    ]
    return {"by": list(by), "count": len(sales), "sales": shown}
