"""The sales of the benchmark ledger, each a pure function of its number, so that no list of them is ever held.

A ledger of ten million sales and a return file that asks for any of them in scattered order are both written in
constant memory: whoever needs sale 7,310,986 computes it. What the ledger looks like:

* 25 buyers, 40 suppliers and 30 campaigns of unequal size, over 15 months, in order of the sale; one buyer pays in EUR;
* every tenth sale sells the lead before it once more, to another buyer (and pays the supplier nothing again);
* every fiftieth is a new lead of a person who was sold to the same buyer before: his phone alone tells no sale;
* one person in forty left no phone, one in forty no e-mail address;
* phones are E.164 and e-mail addresses lower case, but for the one in sixteen that was typed in by hand.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import gcd
from typing import NamedTuple

FIRST_DAY = date(2024, 1, 1)
DAYS = 456
"""2024-01-01 to 2025-03-31."""
BUYERS = tuple(f"buyer_{number:02d}" for number in range(25))
SUPPLIERS = tuple(f"supplier_{number:02d}" for number in range(40))
CAMPAIGNS = tuple(f"campaign_{number:02d}" for number in range(30))
EURO_BUYER = 3
COLUMNS = ("lead_id", "buyer", "supplier", "campaign", "sold_at", "price", "payout", "currency", "email", "phone")

_MASK = (1 << 64) - 1
_DAY_TEXTS = tuple((FIRST_DAY + timedelta(days=day)).isoformat() for day in range(DAYS + 200))
_MINUTE_TEXTS = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440))
_SECOND_TEXTS = tuple(f"{second:02d}" for second in range(60))
# fmt: off
_AREAS = (
    205, 206, 209, 212, 213, 214, 215, 216, 217, 219, 224, 225, 228, 229, 231, 234, 239, 240, 248, 251,
    252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309, 310,
    312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 325, 330, 331, 334, 336,
)
# fmt: on
_EXCHANGES = tuple(f"{number}" for number in range(200, 1000) if number % 100 != 11)
_NAMES = ("ana", "ben", "chloe", "dmitri", "emma", "farid", "grace", "hiro")
_MAIL_HOSTS = ("gmail.com", "yahoo.com", "outlook.com", "icloud.com", "aol.com", "example.net", "proton.me", "gmx.de")


def _slots(count: int) -> tuple[int, ...]:
    """256 slots shared out so that the first of `count` gets about four times as many as the last."""
    weights = [1 / (1 + 3 * number / count) for number in range(count)]
    scale = 256 / sum(weights)
    edges = [round(scale * sum(weights[: number + 1])) for number in range(count)]
    return tuple(next(number for number, edge in enumerate(edges) if slot < edge) for slot in range(256))


_BUYER_SLOTS, _SUPPLIER_SLOTS, _CAMPAIGN_SLOTS = (_slots(len(names)) for names in (BUYERS, SUPPLIERS, CAMPAIGNS))


class Sale(NamedTuple):
    """One line of the ledger, as texts; the fields are `COLUMNS`."""

    lead_id: str
    buyer: str
    supplier: str
    campaign: str
    sold_at: str
    price: str
    payout: str
    currency: str
    email: str
    phone: str


class Shape:
    """A ledger of `sales` sales under a seed; equal arguments give equal sales."""

    def __init__(self, sales: int, seed: int = 1) -> None:
        self.sales = sales
        self.seed = seed
        # A stride without a common factor visits every sale once; the golden section scatters neighbours widely.
        stride = max(1, round(sales * 0.6180339887))
        while gcd(stride, sales) != 1:
            stride += 1
        self._stride = stride

    def pick(self, number: int) -> int:
        """The `number`th of all sales in scattered order; the first `sales` numbers give each sale once."""
        return (number * self._stride + self.seed) % self.sales

    def sale(self, index: int) -> Sale:
        """Sale `index`, counted from 0."""
        noise = self._noise(index)
        of_lead = self._noise(index - 1) if index % 10 == 9 else noise
        buyer = self.buyer(index) if index % 10 in (0, 9) else _BUYER_SLOTS[noise & 255]
        campaign = _CAMPAIGN_SLOTS[noise >> 8 & 255]
        price = _price_minor(noise)
        payout = 0 if index % 10 == 9 else price * (40 + (noise >> 28 & 31)) // 100
        second = index * DAYS * 86_400 // self.sales
        minute = second // 60
        person = self.person(index)
        return Sale(
            self.lead_id(index),
            BUYERS[buyer],
            SUPPLIERS[_SUPPLIER_SLOTS[of_lead >> 16 & 255]],
            CAMPAIGNS[campaign],
            f"{_DAY_TEXTS[minute // 1440]} {_MINUTE_TEXTS[minute % 1440]}:{_SECOND_TEXTS[second % 60]}",
            f"{price // 100}.{price % 100:02d}",
            f"{payout // 100}.{payout % 100:02d}",
            "EUR" if buyer == EURO_BUYER else "USD",
            self.email(person) if noise >> 33 & 15 else self.email(person).capitalize(),
            self.phone(person) if noise >> 37 & 15 else typed_phone(self.phone(person)),
        )

    def lead_id(self, index: int) -> str:
        """The id of the sale's lead; an index beyond the ledger gives one that looks alike and was never sold."""
        return f"L{(self._lead(index) * 7_310_986_483 + self.seed) % 10_000_000_000:010d}"

    def buyer(self, index: int) -> int:
        """The number of the buyer."""
        if index % 50 == 30:
            return self.buyer(index - 20)
        if index % 10 == 9:
            return (self.buyer(index - 1) + 1 + self._noise(index) % (len(BUYERS) - 1)) % len(BUYERS)
        return _BUYER_SLOTS[self._noise(index) & 255]

    def price_minor(self, index: int) -> int:
        """The price in cents; a campaign sets its level."""
        return _price_minor(self._noise(index))

    def day(self, index: int) -> int:
        """The day of the sale, in days since `FIRST_DAY`."""
        return index * DAYS // self.sales

    def person(self, index: int) -> int:
        """Who asked: two sales of one number are of one person."""
        return index - 20 if index % 50 == 30 else self._lead(index)

    def phone(self, person: int) -> str:
        """E.164, different for every person, or ''."""
        if person % 40 == 7:
            return ""
        number = (person * 402_653_189 + self.seed) % (len(_AREAS) * len(_EXCHANGES) * 10_000)
        rest, line = divmod(number, 10_000)
        area, exchange = divmod(rest, len(_EXCHANGES))
        return f"+1{_AREAS[area]}{_EXCHANGES[exchange]}{line:04d}"

    def email(self, person: int) -> str:
        """Lower case, different for every person, or ''."""
        if person % 40 == 23:
            return ""
        scattered = (person * 2_654_435_761 + self.seed) % 4_294_967_296
        return f"{_NAMES[scattered >> 3 & 7]}.{scattered:x}@{_MAIL_HOSTS[scattered & 7]}"

    def tells_one_sale(self, index: int) -> bool:
        """Whether phone and e-mail are both there and the person was sold to this buyer only once."""
        person = self.person(index)
        return index % 50 not in (10, 30) and person % 40 not in (7, 23)

    def _lead(self, index: int) -> int:
        return index - 1 if index % 10 == 9 else index

    def _noise(self, index: int) -> int:
        mixed = (index + self.seed) * 0x9E3779B97F4A7C15 & _MASK
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        return mixed ^ mixed >> 27


def typed_phone(number: str) -> str:
    """The E.164 number as people write it; '' stays ''."""
    return number and f"+1 ({number[2:5]}) {number[5:8]}-{number[8:]}"


def _price_minor(noise: int) -> int:
    return 1500 + _CAMPAIGN_SLOTS[noise >> 8 & 255] * 350 + (noise >> 40) % 800


def day_text(day: int) -> str:
    """The date `day` days after `FIRST_DAY`, ISO."""
    return _DAY_TEXTS[day]
