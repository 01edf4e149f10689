"""Adjustments put together as notes: which kind, which sums, and what the policies must say for them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.adjustment import BUYER_CREDIT, BUYER_DEBIT, SUPPLIER_CLAWBACK, SUPPLIER_CLAWBACK_REVERSED
from leadreturns.core.credit_note import Draft, Entry, drafts_of, gaps_of
from leadreturns.core.note_wording import faults_of, money_words, month_words
from leadreturns.core.period import due_before
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party


def entry(key: int, kind: str, minor: int, name: str = "acme", currency: str = "USD") -> Entry:
    return Entry(key, kind, name, currency, minor, 10_000, f"L-{key}", "2026-10-12", "Wrong number")


def test_credits_less_debits_make_one_credit_note_with_a_line_each() -> None:
    drafts, balanced = drafts_of([entry(1, BUYER_CREDIT, 5000), entry(2, BUYER_DEBIT, 1500)], "buyer", None)
    assert balanced == []
    assert [(draft.kind, draft.name, draft.net_minor, draft.tax_minor) for draft in drafts] == [
        ("credit_note", "acme", 3500, 0)
    ]
    assert [(line.adjustment, line.amount_minor) for line in drafts[0].lines] == [(1, 5000), (2, -1500)]


def test_debits_above_credits_make_a_debit_note_never_a_negative_credit_note() -> None:
    drafts, _ = drafts_of([entry(1, BUYER_CREDIT, 500), entry(2, BUYER_DEBIT, 1500)], "buyer", None)
    assert (drafts[0].kind, drafts[0].net_minor) == ("debit_note", 1000)
    assert [line.amount_minor for line in drafts[0].lines] == [-500, 1500]


def test_credits_and_debits_that_are_equal_need_no_note() -> None:
    drafts, balanced = drafts_of([entry(1, BUYER_CREDIT, 500), entry(2, BUYER_DEBIT, 500)], "buyer", Fraction(1, 5))
    assert drafts == []
    assert [(draft.name, len(draft.lines)) for draft in balanced] == [("acme", 2)]


def test_a_note_is_for_one_party_and_one_currency() -> None:
    drafts, _ = drafts_of(
        [
            entry(1, BUYER_CREDIT, 100, "zen"),
            entry(2, BUYER_CREDIT, 200, currency="EUR"),
            entry(3, BUYER_CREDIT, 300),
            entry(4, BUYER_CREDIT, 400, "zen"),
        ],
        "buyer",
        None,
    )
    assert [(draft.name, draft.currency, draft.net_minor) for draft in drafts] == [
        ("acme", "EUR", 200),
        ("acme", "USD", 300),
        ("zen", "USD", 500),
    ]


@pytest.mark.parametrize(
    ("net", "rate", "tax"), [(1000, "1/5", 200), (333, "19/100", 63), (250, "1/20", 13), (1, "1/5", 0)]
)
def test_tax_is_charged_on_the_sum_and_halves_round_up(net: int, rate: str, tax: int) -> None:
    drafts, _ = drafts_of([entry(1, BUYER_CREDIT, net)], "buyer", Fraction(rate))
    assert drafts[0].tax_minor == tax


def test_statements_for_suppliers_bear_no_tax() -> None:
    entries = [entry(1, SUPPLIER_CLAWBACK, 900, "leadco"), entry(2, SUPPLIER_CLAWBACK_REVERSED, 1000, "leadco")]
    claimed, _ = drafts_of(entries[:1], "supplier", Fraction(1, 5))
    given_back, _ = drafts_of(entries, "supplier", Fraction(1, 5))
    assert (claimed[0].kind, claimed[0].net_minor, claimed[0].tax_minor) == ("clawback", 900, 0)
    assert (given_back[0].kind, given_back[0].net_minor) == ("clawback_reversed", 100)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([BUYER_CREDIT, BUYER_DEBIT]),
            st.integers(1, 10**12),
            st.sampled_from(["acme", "zen"]),
            st.sampled_from(["USD", "JPY"]),
        )
    )
)
def test_whatever_is_booked_stands_on_one_note_and_no_note_is_negative(
    booked: list[tuple[str, int, str, str]],
) -> None:
    entries = [entry(key, kind, minor, name, currency) for key, (kind, minor, name, currency) in enumerate(booked)]
    drafts, balanced = drafts_of(entries, "buyer", Fraction(19, 100))

    placed = [line.adjustment for draft in (*drafts, *balanced) for line in draft.lines]
    assert sorted(placed) == list(range(len(entries)))
    assert all(draft.net_minor > 0 for draft in drafts)
    signed = sum(draft.net_minor * (1 if draft.kind == "credit_note" else -1) for draft in drafts)
    assert signed == sum(each.amount_minor * (1 if each.kind == BUYER_CREDIT else -1) for each in entries)


SELLER = Party(name="Seller Ltd", address=("1 Main Street",))


def book(tax: Fraction | None = None, **parties: Party) -> PolicyBook:
    named = {name.replace("__", "."): party for name, party in parties.items()}
    return PolicyBook(parties=named, tax_rate=tax, lines={("seller",): 7, ("buyers", "acme"): 12})


def drafts(tax: int = 0) -> list[Draft]:
    return [
        Draft("credit_note", "acme", "USD", (), tax),
        Draft("credit_note", "acme", "EUR", (), tax),
        Draft("clawback", "lead co", "USD", (), 0),
    ]


def test_a_seller_without_name_and_address_is_told_where_to_write_them() -> None:
    gaps = gaps_of(book(), drafts())
    where = "under [seller] (line 7) of policies.toml"
    assert gaps.needed == [
        f'[seller] has no name: write name = "Your Company Ltd." {where}',
        f'[seller] has no address: write address = ["1 Main Street", "Springfield, IL 62701"] {where}',
    ]


def test_a_party_without_address_is_named_once_and_not_in_the_way() -> None:
    gaps = gaps_of(book(seller=SELLER), drafts())
    assert gaps.needed == []
    assert [line.partition(":")[0] for line in gaps.wanted] == [
        "[buyers.acme] has no address",
        '[suppliers."lead co"] has no address',
    ]
    assert "under [buyers.acme] (line 12)" in gaps.wanted[0]
    assert 'in a section [suppliers."lead co"]' in gaps.wanted[1]


def test_a_tax_document_needs_the_tax_id_and_the_address_of_the_buyer() -> None:
    taxed = book(Fraction(1, 5), seller=SELLER)
    gaps = gaps_of(taxed, drafts(tax=20))
    assert [line.partition(":")[0] for line in gaps.needed] == [
        "[seller] has no tax_id",
        "[buyers.acme] has no address",
    ]
    assert [line.partition(":")[0] for line in gaps.wanted] == ['[suppliers."lead co"] has no address']


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Credit note $number of $month over $total", ""),
        ("100 $$ for ${party}", ""),
        ("100 $ for you", "has a $ that begins no placeholder"),
        ("Dear $buyer", "has an unknown placeholder $buyer"),
    ],
)
def test_a_template_text_with_a_wrong_placeholder_is_told_what_is_wrong(text: str, fault: str) -> None:
    found = faults_of(text)
    assert found.startswith(fault) if fault else found == ""


def test_words_for_months_and_money() -> None:
    assert month_words(202610) == "October 2026"
    assert [money_words(1234567, "USD"), money_words(1234567, "JPY"), money_words(5, "KWD")] == [
        "12,345.67 USD",
        "1,234,567 JPY",
        "0.005 KWD",
    ]


@pytest.mark.parametrize(
    ("period", "through", "months", "due"),
    [
        (202610, 0, [], None),
        (202610, 0, [202610, 202611], None),
        (202610, 0, [202608, 202609], 202608),
        (202610, 202609, [202608], None),
        (202611, 202609, [202610], 202610),
        (202611, 202609, [], 202610),
    ],
)
def test_which_month_must_be_closed_first(period: int, through: int, months: list[int], due: int | None) -> None:
    assert due_before(period, through, months, through + 1) == due
