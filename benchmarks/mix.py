"""The rows of a benchmark return file, and what must become of each: 85 % valid, the rest wrong in every common way.

Rows are made one at a time from the seed. What has to be remembered – sales asked for that may be asked for
again – is a sample of fixed size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple, TypeVar

from benchmarks.shape import BUYERS, DAYS, Shape, day_text, typed_phone
from benchmarks.terms import CREDIT_PERCENT, NEVER_A_REASON, WINDOW_DAYS, credit_minor

_Choice = TypeVar("_Choice")

HEADINGS = ("Buyer", "Lead ID", "Phone", "Email", "Reason", "Returned At", "Comment")
CONTACT_SHARE = 0.05
_SAMPLE = 5_000
_TEXTS = (*CREDIT_PERCENT, "Disconnected", "Bad Phone", "Wrong person", "Other state")
_UNKNOWN_TEXTS = ("", "see notes", "client complaint", "per our call")
_COMMENTS = ("", "", "", "", "called three times", "rang through to a fax", "confirmed by the agent")


class ReturnRow(NamedTuple):
    """One line of the return file, as texts; the fields stand under `HEADINGS`."""

    buyer: str
    lead_id: str
    phone: str
    email: str
    reason: str
    returned_at: str
    comment: str


class Expected(NamedTuple):
    """A row and what it must become."""

    row: ReturnRow
    outcome: str
    """'approved', 'rejected', 'review' or 'unreadable'."""
    currency: str = ""
    credit_minor: int = 0


class _Asked(NamedTuple):
    """A sale that a row above asked for, and what that row became."""

    sale: int
    outcome: str


class Mix:
    """A return file of some ten thousands of rows for a ledger; equal arguments give equal rows."""

    def __init__(self, shape: Shape, returns: int, earlier: int) -> None:
        if returns + earlier > shape.sales:
            raise ValueError(
                f"{returns} + {earlier} returns of different sales need a larger ledger than {shape.sales}"
            )
        self._shape = shape
        self._returns = returns
        self._earlier = earlier
        self._random = Random(f"{shape.seed} {shape.sales} {returns}")
        self._taken = 0
        self._asked: list[_Asked] = []
        self._kinds = (
            (0.03, self._late),
            (0.055, self._unknown_lead),
            (0.075, self._of_another_buyer),
            (0.10, self._asked_again),
            (0.12, self._credited_earlier),
            (0.137, self._bad_reason),
            (0.14, self._ambiguous),
            (0.15, self._broken),
            (1.0, self._valid),
        )

    def rows(self) -> Iterator[Expected]:
        """Every row of the file, in its order."""
        for _ in range(self._returns):
            lot = self._random.random()
            yield next(make for share, make in self._kinds if lot < share)()

    def earlier_rows(self) -> Iterator[tuple[int, ReturnRow]]:
        """The batch that was imported before, all of it approved: number of the sale and row."""
        chance = Random(f"{self._shape.seed} earlier")
        for number in range(self._earlier):
            index = self._shape.pick(self._shape.sales - 1 - number)
            buyer = BUYERS[self._shape.buyer(index)]
            on = day_text(self._shape.day(index) + 1 + int(chance.random() * WINDOW_DAYS))
            reason = _TEXTS[int(chance.random() * len(_TEXTS))]
            yield index, ReturnRow(buyer, self._shape.lead_id(index), "", "", reason, on, "")

    def _valid(self) -> Expected:
        index = self._take()
        row = self._row(index, 1 + self._below(WINDOW_DAYS), self._one_of(_TEXTS))
        price = self._shape.price_minor(index)
        credit = credit_minor(price, CREDIT_PERCENT[row.reason.lower()])
        self._remember(index, "approved")
        return Expected(row, "approved", self._shape.sale(index).currency, credit)

    def _late(self) -> Expected:
        index = self._take()
        row = self._row(index, WINDOW_DAYS + 1 + self._below(45), self._one_of(_TEXTS))
        if self._below(20) == 0:
            row = row._replace(returned_at="")
        self._remember(index, "rejected")
        return Expected(row, "rejected")

    def _unknown_lead(self) -> Expected:
        stranger = self._shape.sales + self._below(self._shape.sales)
        lead_id = self._shape.lead_id(stranger - stranger % 10)
        on = day_text(self._below(DAYS + WINDOW_DAYS))
        return Expected(ReturnRow(self._one_of(BUYERS), lead_id, "", "", self._one_of(_TEXTS), on, ""), "rejected")

    def _of_another_buyer(self) -> Expected:
        index = self._take()
        row = self._row(index, 1 + self._below(WINDOW_DAYS), self._one_of(_TEXTS), by_lead_id=True)
        sold_to = {BUYERS[self._shape.buyer(index)]}
        if index % 10 >= 8:
            sold_to = {BUYERS[self._shape.buyer(index // 10 * 10 + last)] for last in (8, 9)}
        others = [buyer for buyer in BUYERS if buyer not in sold_to]
        return Expected(row._replace(buyer=self._one_of(others)), "rejected")

    def _asked_again(self) -> Expected:
        """Once more, a sale that a row above asked for; each only once more, so that two rows are all there are."""
        if not self._asked:
            return self._valid()
        index, outcome = self._asked.pop(self._below(len(self._asked)))
        row = self._row(index, 1 + self._below(WINDOW_DAYS), self._one_of(_TEXTS))
        return Expected(row, "review" if outcome == "rejected" else "rejected")

    def _credited_earlier(self) -> Expected:
        index = self._shape.pick(self._shape.sales - 1 - self._below(self._earlier))
        return Expected(self._row(index, 1 + self._below(WINDOW_DAYS), self._one_of(_TEXTS)), "rejected")

    def _bad_reason(self) -> Expected:
        index = self._take()
        known = self._below(2) == 0
        reason = self._one_of(NEVER_A_REASON if known else _UNKNOWN_TEXTS)
        outcome = "rejected" if known else "review"
        self._remember(index, outcome)
        return Expected(self._row(index, 1 + self._below(WINDOW_DAYS), reason), outcome)

    def _ambiguous(self) -> Expected:
        block = self._below(max(1, self._shape.sales // 50 - 1))
        index = block * 50 + 30
        person = self._shape.person(index)
        email = self._shape.email(person)
        phone = "" if email else self._shape.phone(person)
        row = self._row(index, 1 + self._below(WINDOW_DAYS), self._one_of(_TEXTS), by_lead_id=True)
        return Expected(row._replace(lead_id="", phone=phone, email=email), "review")

    def _broken(self) -> Expected:
        row = self._row(self._take(), 1 + self._below(WINDOW_DAYS), self._one_of(_TEXTS), by_lead_id=True)
        fault = self._one_of(("no identifier", "no date", "no buyer"))
        if fault == "no identifier":
            return Expected(row._replace(lead_id=""), "unreadable")
        if fault == "no date":
            return Expected(row._replace(returned_at=row.returned_at[:5] + "02-31"), "unreadable")
        return Expected(row._replace(buyer="buyer_99"), "unreadable")

    def _row(self, index: int, days: int, reason: str, by_lead_id: bool = False) -> ReturnRow:
        shape = self._shape
        on = day_text(shape.day(index) + days)
        buyer = shape.buyer(index)
        if buyer % 2:
            on = f"{on} {8 + self._below(12):02d}:{self._below(60):02d}:00"
        phone = email = ""
        lead_id = shape.lead_id(index)
        if not by_lead_id and self._random.random() < CONTACT_SHARE and shape.tells_one_sale(index):
            lead_id, (phone, email) = "", self._contact(shape.person(index))
        return ReturnRow(BUYERS[buyer], lead_id, phone, email, reason, on, self._one_of(_COMMENTS))

    def _contact(self, person: int) -> tuple[str, str]:
        """Phone, e-mail or both, written as people write them."""
        number = self._shape.phone(person)
        phone = self._one_of((number, typed_phone(number), f"+1-{number[2:5]}-{number[5:]}"))
        email = self._shape.email(person)
        email = self._one_of((email, email.upper(), email.capitalize()))
        return self._one_of(((phone, ""), ("", email), (phone, ""), ("", email), (phone, email)))

    def _take(self) -> int:
        index = self._shape.pick(self._taken)
        self._taken += 1
        return index

    def _remember(self, index: int, outcome: str) -> None:
        if len(self._asked) < _SAMPLE:
            self._asked.append(_Asked(index, outcome))
        else:
            self._asked[self._below(_SAMPLE)] = _Asked(index, outcome)

    def _below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def _one_of(self, choices: Sequence[_Choice]) -> _Choice:
        return choices[int(self._random.random() * len(choices))]
