"""A currency in the heading of an amount counts for every amount below it."""

from __future__ import annotations

import pytest

from leadreturns.errors import FileRefused
from leadreturns.readers.statement_file import read_statement
from tests.readers.typed_rows import copy_of, reading, sales_of


def ledger(price: str, *, cost: str = "Cost", more: str = "", value: str = "") -> str:
    return f"Lead ID,Buyer,Sold At,{price},{cost}{more}\nE1,acme,2026-10-01,12,8{value}\n"


@pytest.mark.parametrize(
    "heading",
    ["Price €", "Price £", "Price (€)", "Price(£)", "Price EUR", "Price (EUR)", "Price in €", "€ Price", "Price [CAD]",
     "Revenue (SEK)", "price_eur", "Price (Euro)", "Price ¢", "Price (%)", "Price C$", "Price ＄ (EUR)",
     "Price (€) (required)", "Price (PEN)", "Price (kr)"],
)  # fmt: skip
def test_another_currency_in_the_heading_refuses_the_ledger(heading: str) -> None:
    mapping = {"price": heading} if heading == "Price (kr)" else {}
    with pytest.raises(FileRefused) as refused:
        sales_of(ledger(heading), currency="USD", mapping=mapping)
    assert refused.value.code == "other_currency"
    assert f'"{heading}" says ' in refused.value.message
    assert 'Add a column "Currency"' in str(refused.value.hint)


def test_the_heading_of_the_payout_counts_too() -> None:
    with pytest.raises(FileRefused) as refused:
        sales_of(ledger("Price", cost="Cost €"))
    assert (refused.value.code, '"Cost €" says €' in refused.value.message) == ("other_currency", True)


@pytest.mark.parametrize(
    ("heading", "currency"),
    [("Price ($)", "USD"), ("Price $", "CAD"), ("Price (USD)", "USD"), ("PRICE USD", "USD"), ("Price US$", "USD"),
     ("Price (£)", "GBP"), ("Price EUR", "EUR"), ("Price (€)", "EUR"), ("Sale Price (gbp)", "GBP"),
     ("Price in USD", "USD"), ("Price JPY (¥)", "JPY")],
)  # fmt: skip
def test_a_heading_that_agrees_is_the_price(heading: str, currency: str) -> None:
    sales, problems, file = sales_of(ledger(heading), currency=currency)
    assert not problems
    assert [(sale.price_minor, sale.currency) for sale in sales] == [(12 if currency == "JPY" else 1200, currency)]
    assert file.columns[heading] == "price"


def test_rows_of_another_currency_than_the_heading_are_no_amounts() -> None:
    content = ledger("Price €", more=",Currency", value=",EUR") + "E2,acme,2026-10-01,12.50,8,USD\n"
    content += "E3,acme,2026-10-01,$12.50,8,EUR\n"
    sales, problems, _ = sales_of(content)
    assert [(sale.lead_id, sale.price_minor, sale.currency) for sale in sales] == [("E1", 1200, "EUR")]
    assert [(problem.row, problem.code) for problem in problems] == [(3, "bad_amount"), (4, "bad_amount")]
    assert "is in €, as its heading says, and the currency of the row is USD" in problems[0].message


def test_words_that_are_codes_elsewhere_are_none_in_a_heading() -> None:
    for heading in ("Price all", "Top Price"):
        sales, problems, _ = sales_of(ledger(heading), mapping={"price": heading})
        assert (len(sales), problems) == (1, [])


@pytest.mark.parametrize("heading", ["Amount €", "Amount (EUR)", "Credit £"])
def test_a_statement_in_another_currency_is_refused(heading: str) -> None:
    with copy_of(f"Lead ID,{heading}\nE1,12.50\n") as copy, pytest.raises(FileRefused) as refused:
        read_statement(copy, reading(currency="USD"))
    assert refused.value.code == "other_currency"
