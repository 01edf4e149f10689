"""The invented trade behind the sample files: consumers, four months of sales, and what buyers ask to return.

Consumers are word pairs at example.com and example.org, with numbers from 555-0100 to 555-0199, which are reserved for
fiction. Everything follows from the seeded `Random` that is handed in; there is no clock in here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

FIRST_DAY, DAYS = date(2026, 6, 1), 122
CAMPAIGNS = ("solar", "solar", "solar", "roofing", "roofing", "insurance", "insurance")
BUYERS = {
    "solar": ("acme", "homefirst", "brightpath"),
    "roofing": ("acme", "homefirst"),
    "insurance": ("brightpath", "homefirst"),
}
SUPPLIERS = {
    "solar": ("leadco", "leadco", "clickforge", "webreach"),
    "roofing": ("northstar", "northstar", "clickforge", "webreach"),
    "insurance": ("clickforge", "leadco", "northstar"),
}
PRICES = {"solar": (45_00, 95_00), "roofing": (30_00, 60_00), "insurance": (18_00, 40_00)}
PAYOUT_PERCENT = {"leadco": (66, 75), "clickforge": (62, 72), "northstar": (64, 74), "webreach": (54, 66)}
TICKETS = {"leadco": 2, "clickforge": 3, "northstar": 2, "webreach": 14}
"""How often a supplier's leads come back, against each other."""
WINDOW_DAYS = {"solar": 14, "roofing": 10, "insurance": 3}
"""As the example policies.toml has them; only there do they decide anything."""

WORDINGS = {
    "disconnected": ("Disconnected", "disc", "Number not in service", "Bad phone", "dead number"),
    "wrong_number": ("Wrong number", "wrong person", "Not the person"),
    "duplicate": ("Duplicate", "dupe", "Already in our system"),
    "out_of_area": ("Out of area", "Wrong state"),
    "bad_email": ("Email bounced", "invalid email"),
    "not_interested": ("Not interested", "No answer", "voicemail", "Bought elsewhere"),
    "unheard_of": ("Low credit", "renter", "Spanish only", "bad lead", "under contract already"),
}
USUAL = ("disconnected",) * 5 + ("wrong_number",) * 3 + ("out_of_area", "bad_email")
COMMENTS = ("", "", "", "tried three times", "recorded message", "says they never asked", "rings, then a fax")

AREA_CODES = (
    "201 202 205 206 207 208 209 210 212 213 214 215 216 217 218 219 225 228 229 231 234 239 240 248 251 252 253 254 "
    "256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323"
)
FIRST_WORDS = (
    "amber ashen bright brisk calm clear copper coral crisp dusty early fair gentle golden green grand hazel kind "
    "level "
    "light lucky mild misty mossy noble north olive pale plain quick quiet rapid rosy round rustic sandy"
)
SECOND_WORDS = (
    "acorn arch barn bay birch bluff brook cabin cedar cliff cove creek dell elm fern field ford gate glen grove "
    "harbor "
    "hill lake lane maple meadow mesa orchard pine pond porch ridge river spruce stone valley"
)


class Person(NamedTuple):
    """A consumer, by how he is reached."""

    email: str
    phone: str
    """As the ledger writes it: +1 602 555 0143."""


class Sale(NamedTuple):
    """One line of the ledger."""

    lead_id: str
    buyer: str
    sold_at: datetime
    price_cents: int
    payout_cents: int
    supplier: str
    campaign: str
    person: Person
    met_before: bool
    """The buyer got this person once already, some days before."""


class Return(NamedTuple):
    """One line of a return file, and the sale that it is about."""

    sale: Sale
    on: date
    wording: str
    comment: str


def people(rng: Random) -> Iterator[Person]:
    """Consumers in a shuffled order, no two with the same phone or e-mail."""
    phones = [f"+1 {area} 555 01{line:02d}" for area in AREA_CODES.split() for line in range(100)]
    names = [f"{first}.{second}" for first in FIRST_WORDS.split() for second in SECOND_WORDS.split()]
    rng.shuffle(phones)
    rng.shuffle(names)
    for index, phone in enumerate(phones):
        again, name = divmod(index, len(names))
        domain = "org" if index % 3 == 0 else "com"
        yield Person(f"{names[name]}{10 + name % 17 + 17 * again}@example.{domain}", phone)


def ledger(rng: Random) -> list[Sale]:
    """All sales in the order of their times."""
    consumers, numbers = people(rng), iter(range(418_203, 500_000, 7))
    sales: list[Sale] = []
    for day in (FIRST_DAY + timedelta(days=number) for number in range(DAYS)):
        count = rng.randrange(22, 29) if day.weekday() < 5 else rng.randrange(13, 19)
        seconds = sorted(rng.randrange(7 * 3600, 21 * 3600) for _ in range(count))
        for number, second in enumerate(seconds, start=1):
            campaign = rng.choice(CAMPAIGNS)
            supplier = rng.choice(SUPPLIERS[campaign])
            # One supplier numbers its leads itself, with zeros in front that must not get lost.
            lead_id = f"{next(numbers):08d}" if supplier == "webreach" else f"L-{day:%y%m%d}-{number:04d}"
            at = datetime(day.year, day.month, day.day) + timedelta(seconds=second)
            lead = Sale(lead_id, "", at, 0, 0, supplier, campaign, Person("", ""), met_before=False)
            sales.extend(sold(rng, sales, consumers, lead))
    return sales


def sold(rng: Random, sales: Sequence[Sale], consumers: Iterator[Person], lead: Sale) -> list[Sale]:
    """The one or two sales of a lead; the payout stands on the first of them only."""
    names = BUYERS[lead.campaign]
    buyer = names[0] if rng.randrange(100) < 65 else rng.choice(names[1:])
    again = met(rng, sales, lead, buyer) if rng.randrange(25) == 0 else None
    price = price_of(rng, lead.campaign)
    low, high = PAYOUT_PERCENT[lead.supplier]
    first = lead._replace(
        buyer=buyer,
        price_cents=price,
        payout_cents=price * rng.randrange(low, high + 1) // 100,
        person=again or next(consumers),
        met_before=again is not None,
    )
    if again or rng.randrange(100) >= 9:
        return [first]
    other = rng.choice([name for name in names if name != buyer])
    later = lead.sold_at + timedelta(seconds=rng.randrange(2, 40))
    price = price_of(rng, lead.campaign)
    return [first, first._replace(buyer=other, sold_at=later, price_cents=price, payout_cents=0)]


def price_of(rng: Random, campaign: str) -> int:
    """A price in steps of a quarter dollar; now and then a solar lead is a whole business park."""
    if campaign == "solar" and rng.randrange(40) == 0:
        return rng.randrange(150_00, 190_00, 5_00)
    low, high = PRICES[campaign]
    return rng.randrange(low, high + 25, 25)


def met(rng: Random, sales: Sequence[Sale], lead: Sale, buyer: str) -> Person | None:
    """Somebody whom the buyer got 3 to 25 days ago in the same campaign, if there is one."""
    since, until = lead.sold_at - timedelta(days=25), lead.sold_at - timedelta(days=3)
    theirs = [sale for sale in sales[-900:] if (sale.buyer, sale.campaign) == (buyer, lead.campaign)]
    recent = [sale.person for sale in theirs if since <= sale.sold_at <= until and not sale.met_before]
    return rng.choice(recent) if recent else None


class Drawer:
    """Draws the returns of one buyer's file, each sale at most once."""

    def __init__(self, rng: Random, sales: Sequence[Sale], buyer: str, first: date, last: date) -> None:
        self.rng, self.first, self.last = rng, first, last
        own = [sale for sale in sales if sale.buyer == buyer]
        self.meetings = Counter(sale.person for sale in own)
        leads = {sale.lead_id for sale in own}
        self.foreign = [sale for sale in sales if sale.lead_id not in leads]
        # A sale stands in the pot once for each ticket of its supplier.
        self.pot = [sale for sale in own for _ in range(TICKETS[sale.supplier])]
        rng.shuffle(self.pot)

    def draw(
        self, count: int, reasons: Sequence[str], fits: Callable[[Sale], bool], lags: Callable[[Sale], range]
    ) -> list[Return]:
        """`count` returns of sales that fit, dated inside the file's days and so many days after the sale."""
        drawn: list[Return] = []
        for sale in dict.fromkeys(self.pot):
            days = [sale.sold_at.date() + timedelta(days=lag) for lag in lags(sale)]
            days = [day for day in days if self.first <= day <= self.last]
            if days and fits(sale) and len(drawn) < count:
                drawn.append(self.asked(sale, self.rng.choice(days), reasons))
        gone = {entry.sale for entry in drawn}
        self.pot = [sale for sale in self.pot if sale not in gone]
        return drawn

    def asked(self, sale: Sale, on: date, reasons: Sequence[str]) -> Return:
        """The return of `sale` for one of `reasons`, in one of its wordings."""
        wording = self.rng.choice(WORDINGS[self.rng.choice(reasons)])
        return Return(sale, on, wording, self.rng.choice(COMMENTS))

    def in_time(self, count: int, *reasons: str) -> list[Return]:
        """Returns inside the window of their campaign, of persons whom the buyer met once only."""
        return self.draw(count, reasons or USUAL, self.met_once, in_window)

    def quick(self, count: int) -> list[Return]:
        """Returns of cheap leads within four days, for the two commonest reasons."""
        return self.draw(
            count,
            ("disconnected", "disconnected", "wrong_number"),
            lambda sale: sale.price_cents <= 40_00 and self.met_once(sale),
            lambda sale: range(min(WINDOW_DAYS[sale.campaign], 4) + 1),
        )

    def late(self, count: int) -> list[Return]:
        """Returns from one day to three weeks after the window."""
        return self.draw(count, USUAL, self.met_once, after_window)

    def duplicates(self, count: int) -> list[Return]:
        """Returns that the ledger shows to be the duplicates they claim to be."""
        return self.draw(count, ("duplicate",), lambda sale: sale.met_before, in_window)

    def of_others(self, count: int) -> list[Return]:
        """Returns of leads that were sold, but to somebody else."""
        near = [sale for sale in self.foreign if self.first <= sale.sold_at.date() <= self.last - timedelta(days=2)]
        return [self.asked(self.rng.choice(near), self.last, USUAL) for _ in range(count)]

    def of_nobody(self, count: int) -> list[Return]:
        """Returns of leads that never were: a wrong number in the id, a phone that is not in the ledger."""
        days = (self.last - self.first).days
        found = []
        for number in range(count):
            on = self.first + timedelta(days=self.rng.randrange(days))
            stranger = Person("", f"+1 907 555 01{10 + 7 * number:02d}")
            sale = self.foreign[-1]._replace(lead_id=f"L-{on:%y%m%d}-09{10 + 7 * number:02d}", person=stranger)
            found.append(self.asked(sale, on, USUAL))
        return found

    def again(self, rows: Sequence[Return]) -> list[Return]:
        """The same requests once more, on the last day."""
        return [entry._replace(on=self.last, comment="second request") for entry in rows]

    def met_once(self, sale: Sale) -> bool:
        """True for a person whom the buyer got by one sale only."""
        return self.meetings[sale.person] == 1


def in_window(sale: Sale) -> range:
    """The days after the sale on which it may be returned."""
    return range(WINDOW_DAYS[sale.campaign] + 1)


def after_window(sale: Sale) -> range:
    """The three weeks of days on which a return is late."""
    return range(WINDOW_DAYS[sale.campaign] + 1, WINDOW_DAYS[sale.campaign] + 22)


def in_order(rows: Iterable[Return]) -> list[Return]:
    """By date, as a buyer's system would list them."""
    return sorted(rows, key=lambda entry: (entry.on, entry.sale.sold_at))
