"""Which sale a row is about: the first identifier decides, the buyer filters, the rest only chooses among several."""

from __future__ import annotations

import pytest

from leadreturns.core.decision import Gathered
from leadreturns.core.history import History
from leadreturns.core.matching import Candidates
from leadreturns.core.sale import Sale
from tests.core.terms_in_words import asked, decided_once, gathered, policies, sale

AUTO = policies("[terms]\napproval = 'auto'\n")


def found(known: Gathered, **row: str) -> int | str:
    """The id of the sale, or the finding."""
    decision = decided_once(AUTO, known, asked(requested="", **row))
    return decision.sale.id if decision.sale else decision.leading


def by_contact(*sales: tuple[Sale, str, str]) -> Gathered:
    """Sales with phone and e-mail."""
    phones: dict[str, list[Sale]] = {}
    emails: dict[str, list[Sale]] = {}
    for each, phone, email in sales:
        phones.setdefault(phone, []).append(each)
        emails.setdefault(email, []).append(each)
    return Gathered(Candidates(by_phone=phones, by_email=emails), History())


@pytest.mark.parametrize("text", ["l1", " L1 ", "L 1", "Ⅼ1", "L1\u200b"])
def test_an_identifier_is_found_by_its_folded_form(text: str) -> None:
    assert found(gathered([sale(1)]), lead=text) == 1


def test_exact_spelling_beats_the_folded_one() -> None:
    known = gathered([sale(1, lead="ab-1"), sale(2, lead="AB-1")])
    assert found(known, lead="AB-1") == 2
    assert found(known, lead="ab-1") == 1


def test_the_folded_form_counts_only_where_one_sale_fits_it() -> None:
    assert found(gathered([sale(1, lead="ab-1"), sale(2, lead="AB-1")]), lead="Ab-1") == "ambiguous_match"


def test_the_sale_reference_decides_before_the_lead() -> None:
    known = gathered([sale(1, ref="E-1"), sale(2, lead="L2", ref="E-2")])
    assert found(known, ref="E-2", lead="L1") == 2


def test_an_identifier_that_finds_nothing_is_not_replaced_by_the_next_but_what_that_finds_is_told() -> None:
    decision = decided_once(AUTO, gathered([sale(1)]), asked(ref="E-9", lead="L1"))
    assert decision.leading == "unknown_lead"
    assert decision.findings[0].facts == {"by": ["sale_ref"], "would_have_found": {"lead_id": ["L1"]}}


def test_what_the_next_one_finds_of_another_buyer_is_nobodys_business() -> None:
    decision = decided_once(AUTO, gathered([sale(1, buyer="bolt")]), asked(ref="E-9", lead="L1"))
    assert decision.findings[0].facts == {"by": ["sale_ref"]}


def test_the_buyer_always_filters() -> None:
    known = gathered([sale(1, buyer="bolt"), sale(2, lead="L1")])
    assert found(known, lead="L1") == 2
    decision = decided_once(AUTO, gathered([sale(1, buyer="bolt"), sale(2, lead="L1", buyer="coil")]), asked())
    assert (decision.outcome, decision.leading) == ("rejected", "not_this_buyer")
    assert decision.findings[0].facts == {"by": ["lead_id"], "sold_to": ["bolt", "coil"]}


def test_a_buyers_name_that_only_reads_the_same_counts_where_one_sale_fits() -> None:
    assert found(gathered([sale(1, buyer="ACME ")]), buyer="acme") == 1
    assert found(gathered([sale(1, buyer="ACME"), sale(2, lead="L1")]), buyer="acme") == 2
    assert found(gathered([sale(1, buyer="ACME"), sale(2, lead="L1", buyer="Acme")]), buyer="acme") == "not_this_buyer"


def test_campaign_and_date_choose_among_several() -> None:
    known = gathered([
        sale(1, "2026-10-01 09:00"), sale(2, "2026-10-01 09:00", lead="L1", campaign="roofing"),
        sale(3, "2026-10-02 22:30", lead="L1", campaign="roofing"),
    ])  # fmt: skip
    assert found(known) == "ambiguous_match"
    assert found(known, campaign="solar") == 1
    assert found(known, campaign="ROOFING ") == "ambiguous_match"
    assert found(known, campaign="roofing", sold="2026-10-02") == 3
    assert found(known, sold="2026-10-02") == 3
    assert found(known, sold="2026-10-02 22:30") == 3
    assert found(known, sold="2026-10-03T02:30:00+00:00") == 3
    assert found(known, sold="2026-10-01") == "ambiguous_match"


def test_the_date_of_a_sale_is_read_on_the_clock_of_its_terms() -> None:
    book = policies("[terms]\napproval = 'auto'\n[campaigns.west]\ntimezone = 'America/Los_Angeles'\n")
    late = sale(1, "2026-10-02T05:00:00+00:00", campaign="west")
    later = sale(2, "2026-10-03T05:00:00+00:00", lead="L1", campaign="west")
    decision = decided_once(book, gathered([late, later]), asked(sold="2026-10-01"))
    assert decision.sale == late


def test_what_fits_none_chooses_nothing() -> None:
    several = gathered([sale(1), sale(2, lead="L1", campaign="roofing")])
    assert found(several, campaign="windows") == "ambiguous_match"
    assert found(several, campaign="windows", sold="2020-01-01") == "ambiguous_match"
    assert found(gathered([sale(1)]), campaign="windows", sold="2020-01-01") == 1


def test_several_that_fit_are_listed() -> None:
    decision = decided_once(AUTO, gathered([sale(1), sale(2, lead="L1", campaign="roofing")]), asked())
    assert decision.outcome == "review"
    assert decision.findings[0].facts == {
        "by": ["lead_id"],
        "count": 2,
        "sales": [
            {"sale": 1, "lead_id": "L1", "buyer": "acme", "campaign": "solar"},
            {"sale": 2, "lead_id": "L1", "buyer": "acme", "campaign": "roofing"},
        ],
    }


PHONE, OTHER = "+14155550111", "+14155550122"


def test_phone_and_email_find_a_sale_each_alone() -> None:
    known = by_contact((sale(1), PHONE, "a@x.example"), (sale(2, lead="L2"), OTHER, "b@x.example"))
    assert found(known, lead="", phone=PHONE) == 1
    assert found(known, lead="", email="b@x.example") == 2


def test_phone_and_email_together_must_both_fit_one_sale() -> None:
    known = by_contact((sale(1), PHONE, "a@x.example"), (sale(2, lead="L2"), OTHER, "b@x.example"))
    assert found(known, lead="", phone=PHONE, email="a@x.example") == 1
    decision = decided_once(AUTO, known, asked(lead="", phone=PHONE, email="b@x.example"))
    assert decision.leading == "unknown_lead"
    assert decision.findings[0].facts["would_have_found"] == {"phone": ["L1"], "email": ["L2"]}


def test_two_leads_of_one_person_stay_ambiguous_though_one_came_back_already() -> None:
    known = by_contact((sale(1), PHONE, "a@x.example"), (sale(2, lead="L2"), PHONE, "a@x.example"))
    decided_once(AUTO, known, asked(lead="", phone=PHONE))
    assert found(known, lead="", phone=PHONE) == "ambiguous_match"


# --- a file that names no buyer ---------------------------------------------------------------------------------------


def test_without_a_buyer_a_lead_sold_once_is_that_buyers() -> None:
    assert found(gathered([sale(1, buyer="bolt")]), buyer="") == 1


def test_without_a_buyer_a_lead_sold_to_several_is_ambiguous_whatever_else_the_row_says() -> None:
    known = gathered([sale(1), sale(2, lead="L1", buyer="bolt", campaign="roofing")])
    assert found(known, buyer="") == "ambiguous_match"
    assert found(known, buyer="", campaign="roofing") == "ambiguous_match"


def test_without_a_buyer_two_sales_to_one_are_chosen_among_as_ever() -> None:
    known = gathered([sale(1), sale(2, lead="L1", campaign="roofing")])
    assert found(known, buyer="", campaign="roofing") == 2


# --- an unknown lead ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("term", "outcome"), [("reject", "rejected"), ("review", "review")])
def test_an_unknown_lead_is_what_the_terms_say(term: str, outcome: str) -> None:
    decision = decided_once(policies(f"[terms]\nunknown_lead = '{term}'\n"), gathered([]), asked())
    assert (decision.outcome, decision.credit_minor, decision.sale) == (outcome, 0, None)


def test_with_no_sale_the_day_of_receipt_on_the_buyers_clock_chooses_the_contract() -> None:
    book = policies(
        "[buyers.acme]\ntimezone = 'America/Los_Angeles'\n"
        "[[contracts]]\nbuyer = 'acme'\nreference = 'IO-1'\nfrom = 2026-10-02\nunknown_lead = 'review'\n"
    )
    evening = 1_790_917_200  # 2026-10-01 22:00 in Los Angeles, the 2nd in UTC
    assert decided_once(book, gathered([]), asked(), received=evening).outcome == "rejected"
    assert decided_once(book, gathered([]), asked(), received=evening + 7200).outcome == "review"
