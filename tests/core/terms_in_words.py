"""Terms, times and sales for tests, written as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache

from leadreturns.core.calendar import Zone, day_of
from leadreturns.core.decision import Decision, Gathered, Receipt, decide, decide_all
from leadreturns.core.history import History
from leadreturns.core.lead_return import LeadReturn, TimeKind, WrittenTime
from leadreturns.core.matching import Candidates
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.readers.policy_file import parse_policies

HEAD = """\
version = 1
currency = "USD"
timezone = "{zone}"
"""
MUCH_LATER = 4_102_444_800
"""2100-01-01, a receipt after everything."""


@cache
def policies(text: str, zone: str = "America/New_York") -> PolicyBook:
    """The policies of a text without its three first lines."""
    return parse_policies(HEAD.format(zone=zone) + text)


def written(text: str) -> WrittenTime:
    """'2026-10-01', '2026-10-01 09:30' on a wall, or '2026-10-01T09:30:00-04:00'."""
    if len(text) == 10:
        return WrittenTime(day_of(date.fromisoformat(text)) * 86_400, TimeKind.DATE)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return WrittenTime(int(moment.replace(tzinfo=UTC).timestamp()), TimeKind.WALL)
    return WrittenTime(int(moment.timestamp()), TimeKind.INSTANT)


def settled(text: str, zone: Zone) -> WrittenTime:
    """As the ledger import stores it: a reading of the wall becomes the later instant that it can mean."""
    at, kind = written(text)
    return WrittenTime(zone.wall_span(at).last, TimeKind.INSTANT) if kind == TimeKind.WALL else WrittenTime(at, kind)


def sale(
    number: int = 1,
    sold: str = "2026-10-01",
    *,
    lead: str = "",
    buyer: str = "acme",
    campaign: str = "solar",
    supplier: str = "leadco",
    price: int = 5000,
    payout: int = 3000,
    currency: str = "USD",
    ref: str = "",
    delivered: str = "",
    zone: str = "America/New_York",
) -> Sale:
    """A sale of lead 'L1', 'L2', …; amounts in cents."""
    clock = Zone(zone)
    at, kind = settled(sold, clock)
    day = at // 86_400 if kind == TimeKind.DATE else clock.day(at)
    month = date.fromordinal(day + date(1970, 1, 1).toordinal())
    given = settled(delivered, clock) if delivered else WrittenTime(0, 0)
    return Sale(
        number,
        lead or f"L{number}",
        buyer,
        ref,
        supplier,
        campaign,
        currency,
        price,
        payout,
        at,
        kind,
        month.year * 100 + month.month,
        given.at if delivered else None,
        given.kind,
    )


def asked(
    row: int = 2,
    requested: str = "2026-10-05",
    *,
    lead: str = "L1",
    buyer: str = "acme",
    reason: str = "",
    sold: str = "",
    ref: str = "",
    phone: str = "",
    email: str = "",
    campaign: str = "",
    comment: str = "",
    calls: int | None = None,
    duplicate_of: str = "",
) -> LeadReturn:
    """A row of a return file."""
    at, kind = written(requested) if requested else (None, TimeKind.DATE)
    sold_at, sold_kind = written(sold) if sold else (None, TimeKind.DATE)
    return LeadReturn(
        row,
        buyer,
        lead,
        ref,
        phone,
        email,
        reason,
        at,
        kind,
        sold_at,
        sold_kind,
        campaign,
        comment,
        calls,
        duplicate_of,
    )


def gathered(sales: Sequence[Sale], history: History | None = None, **same_person: Sequence[Sale]) -> Gathered:
    """Sales that can be found by their lead ids and references; `same_person` by sale id as 's7'."""
    by_lead: dict[str, list[Sale]] = {}
    by_ref: dict[str, list[Sale]] = {}
    for each in sales:
        by_lead.setdefault(each.lead_id.lower(), []).append(each)
        if each.sale_ref:
            by_ref.setdefault(each.sale_ref.lower(), []).append(each)
    persons = {int(key[1:]): others for key, others in same_person.items()}
    return Gathered(Candidates(by_ref=by_ref, by_lead=by_lead), history or History(), persons)


def decided(book: PolicyBook, known: Gathered, *rows: LeadReturn, received: int = MUCH_LATER) -> list[Decision]:
    """The decisions on rows of one file, batch 7."""
    return decide_all(rows, known, book, Receipt(7, received))


def decided_once(book: PolicyBook, known: Gathered, row: LeadReturn, received: int = MUCH_LATER) -> Decision:
    return decide(row, known, book, Receipt(7, received))


def codes(decision: Decision) -> list[str]:
    return [finding.code for finding in decision.findings]
