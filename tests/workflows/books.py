"""The books as a careful person would keep them by hand, written without a line of the program under test.

Every act changes plain Python values and answers with what the program must answer; `Refusal` says that it must refuse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Key = tuple[str, str]
"""Lead and buyer."""

POLICIES = """\
version  = 1
currency = "USD"
timezone = "UTC"

[reasons.bad]
[reasons.half]
credit = "50%"

[terms]
window   = "30 days"
approval = "auto"
clawback = "25%"

[buyers.bolt]
approval = "review"
post_to  = "requested"

[suppliers.leadco]
clawback = "100%"
window   = "20 days"

[suppliers.clicks]
clawback = "as credit"
reasons  = ["bad"]
"""
CREDIT = {"bad": Decimal(1), "half": Decimal("0.5")}
FIXED = ("sold", "price", "payout", "supplier", "campaign", "currency")


class Refusal(Exception):
    """The program must refuse this, and change nothing."""


@dataclass
class Sale:
    lead: str
    buyer: str
    sold: date
    price: int
    payout: int
    supplier: str
    campaign: str
    currency: str
    ledger: int = 0

    @property
    def key(self) -> Key:
        return self.lead, self.buyer

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIXED}


@dataclass
class Asked:
    """One readable row of a return file."""

    lead: str
    buyer: str
    reason: str
    requested: date | None
    readable: bool = True


@dataclass
class Entry:
    side: str
    minor: int
    """Positive when credited or clawed back, negative when that is reversed."""
    period: int
    sold_month: int
    sale: Key
    supplier: str
    currency: str
    reversed: bool = False


@dataclass
class Returned:
    id: int
    batch: int
    row: int
    asked: Asked
    received: date
    outcome: str = ""
    sale: Key | None = None
    credit: int = 0
    clawback: int = 0
    posted: int = 0
    entries: list[Entry] = field(default_factory=list)
    ever: set[Key] = field(default_factory=set)


def month(day: date) -> int:
    return day.year * 100 + day.month


def share(minor: int, part: Decimal) -> int:
    return int((minor * part).quantize(Decimal(1), ROUND_HALF_UP))


def without_noughts(sums: Mapping[str, int]) -> dict[str, int]:
    return {name: value for name, value in sums.items() if value}


class Books:
    """Sales, returns and money, and the acts that change them."""

    def __init__(self) -> None:
        self.today = date(2026, 9, 10)
        self.sales: dict[Key, Sale] = {}
        self.returns: dict[int, Returned] = {}
        self.batches: list[str | None] = []
        """The bytes of each batch; None for a voided one."""
        self.entries: list[Entry] = []
        self.ledgers: list[dict[str, Any]] = []

    # ---- ledger files ----

    def import_ledger(self, rows: Sequence[Sale]) -> Counter[str]:
        done: Counter[str] = Counter(inserted=0, updated=0, unchanged=0, unreadable=0)
        number = len(self.ledgers) + 1
        record: dict[str, Any] = {"void": False, "changes": []}
        for row in rows:
            held = self.sales.get(row.key)
            if held is None:
                self.sales[row.key] = Sale(**{**row.__dict__, "ledger": number})
                done["inserted"] += 1
            elif held.values() == row.values():
                done["unchanged"] += 1
            elif self._money_on(row.key):
                done["unreadable"] += 1
            else:
                record["changes"].append((row.key, held.values()))
                for name, value in row.values().items():
                    setattr(held, name, value)
                done["updated"] += 1
        self.ledgers.append(record)
        return done

    def _money_on(self, key: Key) -> bool:
        return any(entry.sale == key for entry in self.entries) or any(
            each.sale == key and each.outcome == "approved" for each in self.returns.values()
        )

    def void_ledger(self, number: int) -> tuple[int, int]:
        if number > len(self.ledgers) or self.ledgers[number - 1]["void"]:
            raise Refusal
        record = self.ledgers[number - 1]
        own = {key for key, sale in self.sales.items() if sale.ledger == number}
        changed = {key for key, _ in record["changes"]}
        if any(each.ever & (own | changed) for each in self.returns.values()):
            raise Refusal
        for later in self.ledgers[number:]:
            if not later["void"] and any(key in own | changed for key, _ in later["changes"]):
                raise Refusal
        for key, before in reversed(record["changes"]):
            for name, value in before.items():
                setattr(self.sales[key], name, value)
        for key in own:
            del self.sales[key]
        record["void"] = True
        return len(own), len(record["changes"])

    # ---- return files ----

    def import_returns(self, text: str, rows: Sequence[Asked]) -> Counter[str] | None:
        """What became of the rows; None when these bytes are a batch already."""
        if text in self.batches:
            return None
        self.batches.append(text)
        done: Counter[str] = Counter(approved=0, rejected=0, review=0, unreadable=0)
        for place, asked in enumerate(rows, start=2):
            if not asked.readable:
                done["unreadable"] += 1
                continue
            made = Returned(len(self.returns) + 1, len(self.batches), place, asked, self.today)
            self._decide(made, others=list(self.returns.values()))
            self.returns[made.id] = made
            done[made.outcome] += 1
        return done

    def _decide(self, made: Returned, others: Sequence[Returned]) -> None:
        asked = made.asked
        sale = self.sales.get((asked.lead, asked.buyer))
        made.sale, made.credit, made.clawback = None, 0, 0
        if sale is None:
            made.outcome = "rejected"
            return
        made.sale = sale.key
        made.ever.add(sale.key)
        self._price(made, sale)
        severities = set(self._findings(made, sale, others))
        if "reject" in severities:
            made.outcome = "rejected"
        elif "review" in severities or asked.buyer == "bolt":
            made.outcome = "review"
        else:
            self._approve(made, sale)

    def _findings(self, made: Returned, sale: Sale, others: Sequence[Returned]) -> Iterable[str]:
        rivals = [each for each in others if each.sale == sale.key and self.batches[each.batch - 1] is not None]
        if any(each.outcome == "approved" for each in rivals):
            yield "reject"
        if rivals and rivals[-1].outcome != "approved":
            yield "reject" if rivals[-1].outcome == "review" else "review"
        requested = made.asked.requested or made.received
        if requested > made.received or requested < sale.sold:
            yield "review"
        if requested > sale.sold + timedelta(days=30):
            yield "reject"
        if made.asked.reason not in CREDIT:
            yield "review"

    def _price(self, made: Returned, sale: Sale) -> None:
        """What an approval under today's terms would move."""
        part = CREDIT.get(made.asked.reason, Decimal(1))
        made.credit = share(sale.price, part)
        given_back = {"leadco": Decimal(1), "clicks": part, "": Decimal(0)}.get(sale.supplier, Decimal("0.25"))
        if sale.supplier == "leadco" and made.received > sale.sold + timedelta(days=20):
            given_back = Decimal(0)
        if sale.supplier == "clicks" and made.asked.reason != "bad":
            given_back = Decimal(0)
        made.clawback = share(sale.payout, given_back)

    def _approve(self, made: Returned, sale: Sale) -> None:
        made.outcome = "approved"
        wanted = (made.asked.requested or made.received) if sale.buyer == "bolt" else self.today
        made.posted = month(wanted)
        for side, minor in (("buyer", made.credit), ("supplier", made.clawback)):
            if minor:
                self._post(
                    made, Entry(side, minor, made.posted, month(sale.sold), sale.key, sale.supplier, sale.currency)
                )

    def _post(self, made: Returned, entry: Entry) -> None:
        made.entries.append(entry)
        self.entries.append(entry)

    # ---- what a person does ----

    def approve(self, ids: Sequence[int]) -> None:
        items = self._in_state(ids, ("review", "rejected"))
        taken = {each.sale for each in self.returns.values() if each.outcome == "approved"}
        for item in items:
            if item.sale is None or item.sale in taken:
                raise Refusal
            taken.add(item.sale)
        for item in items:
            assert item.sale is not None
            sale = self.sales[item.sale]
            self._price(item, sale)
            self._approve(item, sale)

    def reject(self, ids: Sequence[int]) -> None:
        for item in self._in_state(ids, ("review",)):
            item.outcome = "rejected"

    def reverse(self, ids: Sequence[int]) -> None:
        for item in self._in_state(ids, ("approved",)):
            self._take_back(item)

    def redecide(self, ids: Sequence[int]) -> None:
        items = self._in_state(ids, ("review", "rejected"))
        others = [each for each in self.returns.values() if each not in items]
        for item in items:
            self._decide(item, others)
            others.append(item)

    def void(self, batch: int) -> None:
        if batch > len(self.batches) or self.batches[batch - 1] is None:
            raise Refusal
        for item in self.returns.values():
            if item.batch == batch and item.outcome == "approved":
                self._take_back(item)
            elif item.batch == batch:
                item.outcome = "rejected"
        self.batches[batch - 1] = None

    def _take_back(self, item: Returned) -> None:
        for entry in [entry for entry in item.entries if not entry.reversed and entry.minor > 0]:
            entry.reversed = True
            opposite = Entry(**{**entry.__dict__, "minor": -entry.minor, "period": month(self.today)})
            self._post(item, opposite)
        item.outcome = "rejected"

    def _in_state(self, ids: Sequence[int], states: tuple[str, ...]) -> list[Returned]:
        items = [self.returns.get(number) for number in sorted(set(ids))]
        for item in items:
            if item is None or self.batches[item.batch - 1] is None or item.outcome not in states:
                raise Refusal
        return [item for item in items if item is not None]

    # ---- reports ----

    def roi(self, basis: str) -> dict[tuple[str, int, str], dict[str, int]]:
        """By buyer, month and currency: revenue, payout, credits, clawbacks, pending, sold."""
        sums: dict[tuple[str, int, str], Counter[str]] = {}

        def cell(sale: Key, at: int, currency: str) -> Counter[str]:
            return sums.setdefault((sale[1], at, currency), Counter())

        for sale in self.sales.values():
            own = cell(sale.key, month(sale.sold), sale.currency)
            own.update(sold=1, revenue=sale.price, payout=sale.payout)
        for entry in self.entries:
            at = entry.sold_month if basis == "sale" else entry.period
            cell(entry.sale, at, entry.currency)["credits" if entry.side == "buyer" else "clawbacks"] += entry.minor
        for item in self.returns.values():
            if item.outcome == "review" and item.sale is not None:
                sale = self.sales[item.sale]
                cell(item.sale, month(sale.sold), sale.currency)["pending"] += item.credit
        return {key: told for key, counts in sums.items() if (told := without_noughts(counts))}

    def returned(self) -> Counter[tuple[str, int]]:
        """Standing approvals by buyer and month of the sale."""
        standing = [each for each in self.returns.values() if each.outcome == "approved" and each.sale]
        return Counter((each.sale[1], month(self.sales[each.sale].sold)) for each in standing if each.sale)
