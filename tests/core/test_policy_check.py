"""Warnings about policies, from values alone; the wording of each stands in tests/policies."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from leadreturns.core.business_days import Calendar
from leadreturns.core.calendar import DAYS, Window
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_check import CHECKS, WARNING_CODES, PolicyWarning, SalesSeen, warnings_of
from leadreturns.core.terms import Contract, Layer, Reason, RuleBlock, SupplierTerms

NOTHING_SEEN = SalesSeen()


def days(count: int) -> Window:
    return Window(DAYS, count, f"{count} days")


def layer(name: str, **values: Any) -> Layer:
    return Layer(name, values, dict.fromkeys(values, 1))


def contract(first: int | None, last: int | None, line: int, campaign: str = "", **values: Any) -> Contract:
    name = f"[[contracts]] IO-{line}"
    return Contract("acme", campaign, f"IO-{line}", first, last, layer(name, **(values or {"credit": 1})), line)


def codes(found: list[PolicyWarning]) -> list[str]:
    return [warning.code for warning in found]


def test_every_code_is_explained_and_an_empty_book_is_fine() -> None:
    assert warnings_of(PolicyBook(), NOTHING_SEEN) == []
    assert len(CHECKS) >= 10
    assert all(meaning and meaning[0].islower() for meaning in WARNING_CODES.values())


def test_warning_reads_like_a_fault() -> None:
    warning = PolicyWarning("left_out", 7, "[terms] cap", "is odd", "mend it")
    assert warning.text == "[terms] cap: is odd; mend it"
    assert warning.in_file("policies.toml") == "policies.toml:7: [terms] cap: is odd; mend it"


def test_names_are_not_checked_before_there_are_sales() -> None:
    book = PolicyBook(buyers={"acme": layer("[buyers.acme]")}, suppliers={"leadco": SupplierTerms()})
    assert warnings_of(book, NOTHING_SEEN) == []
    assert codes(warnings_of(book, SalesSeen(buyers=frozenset({"ACME "})))) == []
    assert codes(warnings_of(book, SalesSeen(buyers=frozenset({"other"}), suppliers=frozenset({"x"})))) == [
        "unused_name",
        "unused_name",
    ]


def test_a_name_is_said_once() -> None:
    book = PolicyBook(
        buyers={"acme": layer("[buyers.acme]")},
        contracts=(contract(None, None, 3),),
        always_review=(RuleBlock("acme's", buyers=("Acme",)),),
    )
    assert codes(warnings_of(book, SalesSeen(buyers=frozenset({"other"})))) == ["unused_name"]


def window_book(window: int, supplier_window: int | None, clawback: Fraction | None) -> PolicyBook:
    own = None if supplier_window is None else days(supplier_window)
    return PolicyBook(
        house=layer("[terms]", window=days(window)),
        suppliers={"leadco": SupplierTerms(clawback=clawback, window=own)},
    )


def test_a_window_is_compared_with_the_suppliers_of_the_buyer_only() -> None:
    book = window_book(14, 10, Fraction(1))
    pairs = frozenset({("acme", "leadco"), ("brightpath", "other")})
    found = warnings_of(book, SalesSeen(pairs=pairs))
    assert codes(found) == ["window_not_recovered"]
    assert "sold to acme;" in found[0].text
    assert warnings_of(book, SalesSeen(pairs=frozenset({("acme", "other")}))) == []


def test_a_supplier_without_a_window_or_a_clawback_costs_no_window() -> None:
    seen = SalesSeen(pairs=frozenset({("acme", "leadco")}))
    assert warnings_of(window_book(14, 14, Fraction(1)), seen) == []
    assert warnings_of(window_book(14, None, Fraction(1)), seen) == []
    assert codes(warnings_of(window_book(14, 10, Fraction(0)), seen)) == ["without_effect"]


def test_a_contracts_window_is_compared_too() -> None:
    book = PolicyBook(
        house=layer("[terms]", window=days(5)),
        contracts=(contract(20_000, 20_100, 3, window=days(60)),),
        suppliers={"leadco": SupplierTerms(clawback=Fraction(1), window=days(30))},
    )
    found = warnings_of(book, SalesSeen(pairs=frozenset({("acme", "leadco")})))
    assert [warning.key for warning in found] == ["[[contracts]] IO-3 window"]


def test_contracts_that_follow_each_other_are_fine() -> None:
    book = PolicyBook(contracts=(contract(None, 19_999, 3), contract(20_000, 20_100, 6), contract(20_101, None, 9)))
    assert warnings_of(book, NOTHING_SEEN) == []


def test_a_general_contract_beside_one_for_a_campaign_is_layering() -> None:
    book = PolicyBook(contracts=(contract(None, None, 3), contract(20_000, 20_100, 6, campaign="solar")))
    assert warnings_of(book, NOTHING_SEEN) == []


def test_overlap_and_gap() -> None:
    overlapping = PolicyBook(contracts=(contract(20_000, None, 3), contract(20_050, 20_100, 6)))
    assert codes(warnings_of(overlapping, NOTHING_SEEN)) == ["contract_overlap"]
    apart = PolicyBook(contracts=(contract(20_000, 20_010, 3), contract(20_012, None, 6)))
    assert codes(warnings_of(apart, NOTHING_SEEN)) == ["contract_gap"]


def test_an_auto_approve_block_lives_while_one_layer_asks_for_it() -> None:
    auto = layer("[terms]", approval="auto")
    block = RuleBlock("quick", price_up_to=100)
    assert codes(warnings_of(PolicyBook(house=auto, auto_approve=(block,)), NOTHING_SEEN)) == ["block_dead_under_auto"]
    for book in (
        PolicyBook(house=auto, auto_approve=(block,), buyers={"acme": layer("[buyers.acme]", approval="review")}),
        PolicyBook(house=auto, auto_approve=(block,), contracts=(contract(None, None, 3, approval="review"),)),
        PolicyBook(house=auto, auto_approve=(block,), campaigns={"solar": layer("[campaigns.s]", approval="review")}),
    ):
        assert warnings_of(book, NOTHING_SEEN) == []


def test_a_block_for_a_buyer_is_judged_by_his_terms() -> None:
    reasons = {"a": Reason("a"), "b": Reason("b")}
    buyers = {"acme": layer("[buyers.acme]", reasons=("b",)), "other": layer("[buyers.other]", reasons=("a",))}
    block = RuleBlock("quick", reasons=("a",), buyers=("ACME",))
    book = PolicyBook(reasons=reasons, buyers=buyers, auto_approve=(block,))
    assert codes(warnings_of(book, NOTHING_SEEN)) == ["block_never_fires"]
    allowed = RuleBlock("quick", reasons=("a",), buyers=("acme", "other"))
    assert warnings_of(PolicyBook(reasons=reasons, buyers=buyers, auto_approve=(allowed,)), NOTHING_SEEN) == []


def test_a_block_for_a_pair_that_never_trades_fits_nothing_yet() -> None:
    book = PolicyBook(always_review=(RuleBlock("pair", buyers=("acme",), suppliers=("leadco",)),))
    seen = SalesSeen(pairs=frozenset({("acme", "other"), ("brightpath", "leadco")}))
    assert codes(warnings_of(book, seen)) == ["block_never_fires"]
    assert warnings_of(book, SalesSeen(pairs=frozenset({("Acme", "leadco")}))) == []


def test_a_narrower_stronger_block_leaves_room() -> None:
    approve = RuleBlock("mid", price_from=3_000, price_up_to=5_000)
    for review in (
        RuleBlock("big", price_from=4_000),
        RuleBlock("small", price_up_to=4_000),
        RuleBlock("quick", within=days(3)),
        RuleBlock("acme", buyers=("acme",)),
        RuleBlock("sure", matched_by=("lead_id",)),
        RuleBlock("reason", reasons=("a",)),
    ):
        assert warnings_of(PolicyBook(auto_approve=(approve,), always_review=(review,)), NOTHING_SEEN) == []
    covering = RuleBlock("wide", price_from=3_000)
    book = PolicyBook(auto_approve=(approve,), always_review=(covering,))
    assert codes(warnings_of(book, NOTHING_SEEN)) == ["block_never_fires"]


def test_holidays_count_once_something_is_in_business_days() -> None:
    calendar = Calendar(holidays=frozenset({20_000}))
    lines: dict[tuple[str | int, ...], int] = {("calendar", "holidays"): 4}
    idle = PolicyBook(calendar=calendar, lines=lines)
    assert codes(warnings_of(idle, NOTHING_SEEN)) == ["without_effect"]
    rolled = PolicyBook(calendar=calendar, lines=lines, house=layer("[terms]", roll_forward=True))
    assert warnings_of(rolled, NOTHING_SEEN) == []
