"""What `policy try` is told on the command line → a pretend sale and its return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from leadreturns.cli.times import parse_date, received_at, written_time
from leadreturns.core.lead_return import LeadReturn, TimeKind, WrittenTime
from leadreturns.core.matching import BY_EMAIL, BY_LEAD, BY_PHONE, BY_REF
from leadreturns.core.money import CURRENCIES, to_minor
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.errors import UsageFault
from leadreturns.store.connection import Store
from leadreturns.workflows.known_names import known_buyer, known_buyers
from leadreturns.workflows.try_policy import Pretend

_LEAD = "(pretend)"


@dataclass(frozen=True, slots=True)
class Described:
    """The options of `policy try` as typed."""

    parties: tuple[str, str, str]
    """Buyer, campaign, supplier."""
    amounts: tuple[str, str, str]
    """Price, payout, currency."""
    times: Mapping[str, str]
    row: tuple[str, str, int | None, str]
    """Reason, comment, call attempts, the other lead's id."""
    matched_by: str
    month: tuple[int, int] | None


def pretend_of(described: Described, book: PolicyBook, store: Store, now: int) -> Pretend:
    """The sale and the return; raises `UsageFault` for what cannot be read, `Refused` for an unknown buyer."""
    buyer, campaign, supplier = described.parties
    name = known_buyer(buyer, known_buyers(store, book)) if buyer else ""
    price, payout, currency = _amounts(described, book, supplier)
    sale = Sale(1, _LEAD, name, "", supplier, campaign, currency, price, payout, 0)
    times = {key: _written(text, f"--{key}") for key, text in described.times.items() if key != "received" and text}
    requested = times.get("requested")
    reason, comment, calls, duplicate_of = described.row
    row = LeadReturn(
        row=0,
        buyer=name,
        lead_id=_LEAD,
        reason_text=reason,
        requested_at=requested.at if requested else None,
        requested_kind=requested.kind if requested else TimeKind.DATE,
        comment=comment,
        call_attempts=calls,
        duplicate_of=duplicate_of,
    )
    return Pretend(
        sale=sale,
        sold=times.get("sold") or WrittenTime(book.zone.day(now) * 86_400, TimeKind.DATE),
        delivered=times.get("delivered"),
        row=row,
        received=_received(described.times, book, now),
        matched_by=_matched_by(described.matched_by),
        earlier=times.get("earlier"),
        month=described.month,
    )


def _received(times: Mapping[str, str], book: PolicyBook, now: int) -> int | None:
    """The receipt as `import` would read it; None when only the request is told, which is read on another clock."""
    return None if times["requested"] and not times["received"] else received_at(times["received"], book.zone, now)


def _amounts(described: Described, book: PolicyBook, supplier: str) -> tuple[int, int, str]:
    """Price and payout in minor units, and their currency."""
    price, payout, given = described.amounts
    currency = given.upper() or book.currency
    if currency not in CURRENCIES:
        raise UsageFault("bad_currency", f"--currency {given} is none", "write a code such as USD")
    usual = "100" if supplier else "0"
    return _minor(price or "100", currency, "--price"), _minor(payout or usual, currency, "--payout"), currency


def _minor(text: str, currency: str, name: str) -> int:
    minor = to_minor(text, currency)
    if minor is None or minor < 0:
        raise UsageFault("bad_amount", f"{name} {text} is no amount in {currency}", "write it like 45.00")
    return minor


def _written(text: str, name: str) -> WrittenTime:
    day = parse_date(text)
    if day is not None:
        return WrittenTime(day * 86_400, TimeKind.DATE)
    moment = written_time(text, name)
    if moment.tzinfo is None:
        return WrittenTime(int(moment.replace(tzinfo=UTC).timestamp()), TimeKind.WALL)
    return WrittenTime(int(moment.timestamp()), TimeKind.INSTANT)


def _matched_by(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip()) or (BY_LEAD,)
    unknown = [name for name in names if name not in (BY_REF, BY_LEAD, BY_PHONE, BY_EMAIL)]
    if unknown:
        raise UsageFault("bad_field", f"--matched-by {unknown[0]} is none", "sale_ref, lead_id, phone, or phone,email")
    return names
