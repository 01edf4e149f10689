"""Any sequence of acts: after each one the store proves itself, and agrees with books kept by hand.

Laws 1 (rows are four outcomes), 2 (one standing approval, money within price and payout), 4 (same bytes, one batch),
5 (a rehearsal leaves nothing), 7 (both bases of ROI and the stored sums agree), 8 (whole minor units).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from leadreturns.core.money import format_minor
from leadreturns.errors import Refused
from leadreturns.store.checks import broken_rules
from tests.workflows.books import POLICIES, Asked, Books, Refusal, Sale, without_noughts
from tests.workflows.clerk import Clerk

LEADS = ("L1", "L2", "L3", "L4")
BUYERS = ("acme", "bolt")
VERBS = {
    "approve": ("review", "rejected"),
    "reject": ("review",),
    "reverse": ("approved",),
    "redecide": ("review", "rejected"),
}

minor = st.sampled_from([5000, 4575, 333, 1, 0])
ago = st.sampled_from([*[5, 8, 12] * 5, 0, 19, 20, 21, 29, 30, 31, 45, -1])
"""Days before today; the edges are those of the windows."""


def sales(today: date, key: tuple[str, str] | None = None) -> st.SearchStrategy[Sale]:
    return st.builds(
        Sale,
        lead=st.just(key[0]) if key else st.sampled_from(LEADS),
        buyer=st.just(key[1]) if key else st.sampled_from(BUYERS),
        sold=ago.map(lambda number: today - timedelta(days=number)),
        price=minor,
        payout=minor,
        supplier=st.sampled_from(["leadco", "clicks", "other", ""]),
        campaign=st.sampled_from(["solar", "roofing"]),
        currency=st.sampled_from(["USD", "USD", "EUR"]),
    )


def rows_asked(today: date) -> st.SearchStrategy[Asked]:
    return st.builds(
        Asked,
        lead=st.sampled_from((*LEADS * 5, "L99")),
        buyer=st.sampled_from(BUYERS),
        reason=st.sampled_from([*["bad", "half"] * 4, "odd"]),
        requested=st.sampled_from([None] * 5 + [today - timedelta(days=number) for number in (1, 0, 2, 9, 30, -1)]),
        readable=st.sampled_from([True] * 7 + [False]),
    )


def ledger_text(rows: Sequence[Sale]) -> str:
    lines = ["lead_id,buyer,sold_at,price,payout,supplier,campaign,currency"]
    for row in rows:
        price, payout = format_minor(row.price, row.currency), format_minor(row.payout, row.currency)
        lines.append(f"{row.lead},{row.buyer},{row.sold},{price},{payout},{row.supplier},{row.campaign},{row.currency}")
    return "\n".join(lines) + "\n"


def returns_text(rows: Sequence[Asked], serial: int) -> str:
    """`serial` makes the bytes of each file its own."""
    lines = ["lead_id,buyer,reason,return date,comment"]
    for row in rows:
        day = (row.requested or "") if row.readable else "2026-02-31"
        lines.append(f"{row.lead},{row.buyer},{row.reason},{day},file {serial}")
    return "\n".join(lines) + "\n"


class Trade(RuleBasedStateMachine):
    """Rules are the acts of users; each is done in the store and in the books."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.clerk = Clerk(POLICIES, BUYERS)
        self.files: list[tuple[str, Sequence[Asked]]] = []

    def teardown(self) -> None:
        self.clerk.store.close()

    def both(self, in_books: Callable[[], Any], in_store: Callable[[bool], Any]) -> Any:
        """What the store says and what the books say; each act is rehearsed first."""
        before = self.clerk.content()
        expected, refused = None, False
        try:
            expected = in_books()
        except Refusal:
            refused = True
        said = []
        for keep in (False, True):
            try:
                said.append(in_store(keep))
                assert not refused, "the program did what it must refuse"
            except Refused as fault:
                note(f"refused: {fault.message}")
                assert refused, fault.message
            if refused or not keep:
                assert self.clerk.content() == before, "a refusal or a rehearsal left something behind"
        return expected, said[-1] if said else None

    @initialize(data=st.data())
    def first_ledger(self, data: st.DataObject) -> None:
        self.import_sales([data.draw(sales(self.books.today, key)) for key in product(LEADS, BUYERS)])

    @rule(number=st.integers(1, 12))
    def days_pass(self, number: int) -> None:
        assume(self.books.today < date(2026, 12, 20))
        self.books.today += timedelta(days=number)
        self.clerk.today = self.books.today

    @rule(data=st.data())
    def ledger(self, data: st.DataObject) -> None:
        rows = st.lists(sales(self.books.today), min_size=1, max_size=3, unique_by=lambda row: row.key)
        self.import_sales(data.draw(rows))

    def import_sales(self, rows: list[Sale]) -> None:
        expected, done = self.both(
            lambda: self.books.import_ledger(rows), lambda keep: self.clerk.ledger(ledger_text(rows), keep)
        )
        counts = done.counts
        assert expected == Counter(
            inserted=counts.inserted,
            updated=counts.updated,
            unchanged=counts.unchanged,
            unreadable=len(done.problems),
        )

    @rule(data=st.data())
    def returns(self, data: st.DataObject) -> None:
        rows = data.draw(st.lists(rows_asked(self.books.today), min_size=1, max_size=6))
        text = returns_text(rows, len(self.files))
        self.files.append((text, rows))
        self.import_file(text, rows)

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def the_same_file_again(self, data: st.DataObject) -> None:
        self.import_file(*data.draw(st.sampled_from(self.files)))

    def import_file(self, text: str, rows: Sequence[Asked]) -> None:
        before = self.clerk.content()
        expected, result = self.both(
            lambda: self.books.import_returns(text, rows), lambda keep: self.clerk.returns(text, keep)
        )
        if expected is None:
            assert result.status == "already_imported"
            assert self.clerk.content() == before
            return
        assert result.status == "recorded"
        assert result.rows == len(rows) == expected.total()
        assert expected == Counter(
            approved=result.approved, rejected=result.rejected, review=result.review, unreadable=result.unreadable
        )

    def fitting(self, verb: str) -> list[int]:
        """Returns that the act may be done on."""
        taken = {each.sale for each in self.books.returns.values() if each.outcome == "approved"} | {None}
        return [
            number
            for number, each in self.books.returns.items()
            if each.outcome in VERBS[verb] and self.books.batches[each.batch - 1] is not None
            if verb != "approve" or each.sale not in taken
        ]

    def decide_fitting(self, data: st.DataObject, verb: str) -> None:
        self.decide(data.draw(st.lists(st.sampled_from(self.fitting(verb)), min_size=1, max_size=2)), verb)

    @precondition(lambda self: self.fitting("approve"))
    @rule(data=st.data())
    def a_person_approves(self, data: st.DataObject) -> None:
        self.decide_fitting(data, "approve")

    @precondition(lambda self: self.fitting("reject"))
    @rule(data=st.data())
    def a_person_rejects(self, data: st.DataObject) -> None:
        self.decide_fitting(data, "reject")

    @precondition(lambda self: self.fitting("reverse"))
    @rule(data=st.data())
    def a_person_reverses(self, data: st.DataObject) -> None:
        self.decide_fitting(data, "reverse")

    @precondition(lambda self: self.fitting("redecide"))
    @rule(data=st.data())
    def the_terms_decide_anew(self, data: st.DataObject) -> None:
        self.decide_fitting(data, "redecide")

    @precondition(lambda self: self.books.returns)
    @rule(data=st.data(), verb=st.sampled_from(sorted(VERBS)))
    def a_person_may_err(self, data: st.DataObject, verb: str) -> None:
        self.decide([data.draw(st.integers(1, len(self.books.returns) + 1))], verb)

    def decide(self, ids: list[int], verb: str) -> None:
        self.both(lambda: getattr(self.books, verb)(ids), lambda keep: self.clerk.decide(verb, ids, keep))

    @precondition(lambda self: self.books.batches)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        batch = data.draw(st.integers(1, len(self.books.batches)))
        self.both(lambda: self.books.void(batch), lambda keep: self.clerk.decide("void", batch, keep))

    @rule(data=st.data())
    def void_ledger(self, data: st.DataObject) -> None:
        number = len(self.books.ledgers) - data.draw(st.sampled_from([0, 0, 1, -1]))
        # The first file holds most of the sales; without them little more can happen.
        assume(number > 1 or (number == 1 and len(self.books.batches) > 2))
        expected, done = self.both(
            lambda: self.books.void_ledger(number), lambda keep: self.clerk.void_ledger(number, keep)
        )
        assert expected == done

    @invariant()
    def the_store_proves_itself(self) -> None:
        assert broken_rules(self.clerk.store.connection) == []

    @invariant()
    def every_return_stands_as_in_the_books(self) -> None:
        expected = {number: (each.outcome, each.sale) for number, each in self.books.returns.items()}
        assert self.clerk.outcomes() == expected

    @invariant()
    def both_bases_of_roi_are_those_of_the_books(self) -> None:
        totals = []
        for basis in ("sale", "posting"):
            sums = self.clerk.roi(basis)
            returned = {key: counts.pop("returned") for key, counts in sums.items()}
            told = {key: without_noughts(counts) for key, counts in sums.items()}
            assert {key: counts for key, counts in told.items() if counts} == self.books.roi(basis)
            whole: Counter[str] = Counter()
            for counts in told.values():
                whole.update(counts)
            totals.append((whole, sum(returned.values())))
        assert totals[0] == totals[1]
        assert totals[0][1] == self.books.returned().total()


TestTrade = pytest.mark.timeout(300)(Trade.TestCase)
TestTrade.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
