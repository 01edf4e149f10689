"""A pretend return, decided by the policies as a real one would be; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from leadreturns.core.calendar import Zone, month_of_day
from leadreturns.core.decision import Decision, Gathered, Receipt, case_of, decide_sale
from leadreturns.core.explanation import explanation, reply_to_buyer
from leadreturns.core.history import History, Usage, UsageKey
from leadreturns.core.lead_return import LeadReturn, TimeKind, WrittenTime
from leadreturns.core.matching import Candidates, Match
from leadreturns.core.money import format_minor
from leadreturns.core.policy import PolicyBook
from leadreturns.core.reckoning import reckon
from leadreturns.core.sale import Sale
from leadreturns.core.step import Step
from leadreturns.core.term_text import told_terms
from leadreturns.core.terms import Origin
from leadreturns.reports.return_reports import finding_json
from leadreturns.reports.steps import step_json, term_json
from leadreturns.store.connection import Store
from leadreturns.store.names import load_names
from leadreturns.store.usage import add_usage

_EARLIER = 2
"""The id of the pretend earlier sale; that of the sale itself is 1."""


@dataclass(frozen=True, slots=True)
class Pretend:
    """A sale and its return as a person describes them; the row's buyer and the sale's are the same."""

    sale: Sale
    sold: WrittenTime
    delivered: WrittenTime | None
    row: LeadReturn
    received: int | None
    """Epoch second; None when the file is received with the request, at its end where only a day is told."""
    matched_by: tuple[str, ...]
    earlier: WrittenTime | None = None
    """When the same person was sold to the same buyer before."""
    month: tuple[int, int] | None = None
    """How many sales the buyer had in the month of the sale, and how many came back; None asks the ledger."""


class Tried(NamedTuple):
    """What would become of the return, and why."""

    decision: Decision
    steps: Sequence[Step]
    terms: Sequence[tuple[str, str, Origin]]
    reply: str
    note: str
    """What the person should know of the figures behind it; '' for nothing."""

    @property
    def explanation(self) -> str:
        """Why, in one sentence."""
        return explanation(self.decision.outcome, self.decision.findings, self.decision.decided_by)


def try_return(store: Store, book: PolicyBook, pretend: Pretend) -> Tried:
    """The decision on a pretend return, by the same core that decides real ones."""
    sale = _settled_sale(pretend, book)
    same_person = {sale.id: [_earlier_sale(sale, pretend.earlier, book)]} if pretend.earlier else {}
    gathered = Gathered(Candidates(), _history(store, sale, book, pretend), same_person)
    receipt = Receipt(0, _received(pretend, book.terms_of(sale).clock.zone))
    matched = Match(sale, pretend.matched_by, None)
    # The rules look at the history before it counts this return, as they do down a file.
    case = case_of(pretend.row, matched, gathered, book, receipt)
    decision = decide_sale(pretend.row, matched, gathered, book, receipt)
    reply = reply_to_buyer(decision.outcome, decision.findings, case.reason.reply if case.reason else "")
    note = _note(decision, sale, pretend)
    return Tried(decision, reckon(case, decision), told_terms(case.terms), reply, note)


def _settled_sale(pretend: Pretend, book: PolicyBook) -> Sale:
    """The sale with its times as the ledger import would store them."""
    sale, (at, kind) = pretend.sale, pretend.sold
    sold = _settled(at, kind, book.zone_of_wall(sale.buyer, sale.campaign, at))
    day = sold.at // 86_400 if sold.kind == TimeKind.DATE else book.zone.day(sold.at)
    sale = sale._replace(sold_at=sold.at, sold_kind=sold.kind, sold_month=month_of_day(day))
    if pretend.delivered is None:
        return sale
    delivered = _settled(*pretend.delivered, book.terms_of(sale).clock.zone)
    return sale._replace(delivered_at=delivered.at, delivered_kind=delivered.kind)


def _received(pretend: Pretend, zone: Zone) -> int:
    """The epoch second of the receipt; `zone` is the clock that the request is read on."""
    if pretend.received is not None:
        return pretend.received
    assert pretend.row.requested_at is not None
    return zone.span(pretend.row.requested_at, pretend.row.requested_kind).last


def _settled(at: int, kind: int, zone: Zone) -> WrittenTime:
    if kind == TimeKind.WALL:
        return WrittenTime(zone.wall_span(at).last, TimeKind.INSTANT)
    return WrittenTime(at, kind)


def _earlier_sale(sale: Sale, sold: WrittenTime, book: PolicyBook) -> Sale:
    at, kind = _settled(*sold, book.terms_of(sale).clock.zone)
    return sale._replace(id=_EARLIER, lead_id="(the earlier one)", sold_at=at, sold_kind=kind)


def _history(store: Store, sale: Sale, book: PolicyBook, pretend: Pretend) -> History:
    """The month of the sale as the person describes it, else as it stands in the ledger."""
    if pretend.month is not None:
        usage = _usage(sale, *pretend.month)
        return History(usage={UsageKey.of(sale, own_campaign=own): usage for own in (False, True)})
    history = History()
    with store.snapshot() as connection:
        names = load_names(connection)
        if sale.buyer in names.buyers.ids:
            add_usage(connection, [sale], names, book, history.usage)
    return history


def _usage(sale: Sale, sold: int, returned: int) -> Usage:
    """A month in which every lead cost as much as this one."""
    credit = {sale.currency: returned * sale.price_minor}
    return Usage(sold, {sale.currency: sold * sale.price_minor}, returned, credit, returned, credit)


def _note(decision: Decision, sale: Sale, pretend: Pretend) -> str:
    shares = [room for room in decision.facts.get("caps", ()) if room["basis"] != "returns"]
    if pretend.month is None and shares and not shares[0]["of"]:
        whom = f" to {sale.buyer}" if sale.buyer else ""
        return f"the ledger has no sales{whom} in {shares[0]['month']}, and a share of none is none; say --month-sold N"
    return ""


def tried_json(found: Tried, currency: str) -> dict[str, Any]:
    """The decision on a pretend return for programs."""
    decision = found.decision
    return {
        "outcome": decision.outcome,
        "decided_by": decision.decided_by,
        "findings": [finding_json(finding) for finding in decision.findings],
        "explanation": found.explanation,
        "reply": found.reply,
        "credit": format_minor(decision.credit_minor if decision.outcome == "approved" else 0, currency),
        "clawback": format_minor(decision.clawback_minor if decision.outcome == "approved" else 0, currency),
        "currency": currency,
        "note": found.note or None,
        "steps": [step_json(step) for step in found.steps],
        "terms": [term_json(*term) for term in found.terms],
    }
