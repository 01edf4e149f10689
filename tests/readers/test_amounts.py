"""Amounts in any notation that is unambiguous over the file, as whole minor units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.money import format_minor
from leadreturns.errors import FileRefused
from leadreturns.readers.amounts import AmountReader, DecimalSign, decimal_sign, minor_units
from leadreturns.readers.columns import Column
from leadreturns.readers.row_faults import RowFaults
from leadreturns.readers.table import Cell, CellFault

COLUMN = Column(3, "Price", "price")


def column(*cells: Cell, currency: str = "USD", blank: int | None = None) -> tuple[list[int], dict[int, str]]:
    """A column of amounts, from row 1 on, read: minor units, messages of problems by row."""
    reader = AmountReader(COLUMN, DecimalSign(lambda: enumerate(cells, 1)), blank)
    faults = RowFaults(range(1, len(cells) + 1))
    found = reader.read(cells, [currency] * len(cells), faults)
    return found, {problem.row: f"{problem.code}: {problem.message}" for problem in faults.problems.values()}


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("12.5", "USD", 1250),
        ("12", "USD", 1200),
        ("0", "USD", 0),
        ("0.00", "USD", 0),
        (".50", "USD", 50),
        ("12,50", "EUR", 1250),
        ("1,234.50", "USD", 123450),
        ("1.234,50", "EUR", 123450),
        ("1 234,50", "EUR", 123450),
        ("1\u00a0234,50", "EUR", 123450),
        ("1\u202f234\u202f567,5", "EUR", 123456750),
        ("1'234.50", "CHF", 123450),
        ("1’234.50", "CHF", 123450),
        ("1,234,567", "USD", 123456700),
        ("1.234.567", "EUR", 123456700),
        ("1,23,456.50", "INR", 12345650),
        ("1 234", "EUR", 123400),
        ("$12.50", "USD", 1250),
        ("$ 1,234.50", "CAD", 123450),
        ("$.50", "USD", 50),
        ("US$12.50", "USD", 1250),
        ("12,50 €", "EUR", 1250),
        ("€12.50", "EUR", 1250),
        ("£12.50", "GBP", 1250),
        ("USD 12.50", "USD", 1250),
        ("12.50 usd", "USD", 1250),
        ("$12.50 USD", "USD", 1250),
        ("12,50 zł", "PLN", 1250),
        ("Rs. 500", "INR", 50000),
        ("kr. 12,50", "DKK", 1250),
        ("R$ 12,50", "BRL", 1250),
        ("¥500", "JPY", 500),
        ("1.250", "KWD", None),
        ("0.250", "KWD", 250),
        ("+12.50", "USD", 1250),
        ("12.500", "USD", None),
        ("12.5000", "USD", 1250),
    ],
)
def test_one_amount(text: str, currency: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(FileRefused) as refused:
            column(text, currency=currency)
        assert refused.value.code == "ambiguous_amounts"
    else:
        assert column(text, currency=currency) == ([minor], {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is blank"),
        ("-12.50", "negative"),
        ("12.50-", "negative"),
        ("(12.50)", "negative"),
        ("$-12.50", "negative"),
        ("-0.00", "negative"),
        ("\u221212.50", "negative"),
        ("12.5051", "decimals"),
        ("€12.50", "currency of the row is USD"),
        ("12.50 EUR", "currency of the row is USD"),
        ("12.50 per lead", "no amount"),
        ("1.2.3", "no amount"),
        ("1,2,3", "no amount"),
        ("12,34.5", "no amount"),
        ("free", "no amount"),
        ("NaN", "no amount"),
        ("Infinity", "no amount"),
        ("1e5", "no amount"),
        ("1_000", "no amount"),
        ("1 2", "no amount"),
        ("12%", "12%"),
        ("１２３", "no amount"),
        ("١٢", "no amount"),
        ("0x1F", "no amount"),
        ("1" * 21, "too long"),
        ("9999999999999", "too large"),
        ("#N/A", "#N/A"),
        ("12.50 / 3", "no amount"),
    ],
)
def test_what_is_no_price(text: str, said: str) -> None:
    found, problems = column(text)
    assert found == [0]
    assert problems[1].startswith('bad_amount: row 1, "Price": ')
    assert said in problems[1]


def test_a_blank_payout_is_none() -> None:
    assert column("", None, "  ", blank=0) == ([0, 0, 0], {})


def test_number_cells() -> None:
    cells = (19.99, 20.0, 7, 0.1 + 0.2, 19.990000000000002, 1234567890.12, 0)
    assert column(*cells) == ([1999, 2000, 700, 30, 1999, 123456789012, 0], {})
    assert column(500.0, currency="JPY") == ([500], {})
    _, problems = column(33.333333, -5.0, True, float("nan"), float("inf"), 1e300, 0.001)
    assert len(problems) == 7
    assert "decimals" in problems[1]
    assert "negative" in problems[2]


def test_cells_without_a_value() -> None:
    _, problems = column(CellFault("error_cell", "#DIV/0!"), CellFault("uncalculated_formula", "=A1*2"))
    assert problems[1].startswith("error_cell")
    assert "D1" in problems[1]
    assert problems[2].startswith("uncalculated_formula")


def test_another_amount_of_the_column_shows_the_decimal_sign() -> None:
    assert column("1,000", "1.50") == ([100000, 150], {})
    assert column("1,50", "1.000") == ([150, 100000], {})
    assert column("1.000", "2.000.000") == ([100000, 200000000], {})
    assert column("1,000", "2,500.00") == ([100000, 250000], {})


def test_what_nothing_shows_is_refused() -> None:
    for texts in (("1,000",), ("1.000", "500"), ("1,000", "250")):
        with pytest.raises(FileRefused) as refused:
            column(*texts)
        assert refused.value.code == "ambiguous_amounts"
        assert texts[0] in refused.value.message


def test_an_odd_one_out_is_a_problem_and_an_even_split_is_refused() -> None:
    found, problems = column("12.50", "13.50", "14,50", "15.50")
    assert found == [1250, 1350, 0, 1550]
    assert list(problems) == [3]
    with pytest.raises(FileRefused):
        column("12.50", "13,50")


def test_signs() -> None:
    signs = {
        "12": "",
        "12.5": ".",
        "12,50": ",",
        "1.234": "?",
        "0.234": ".",
        "1,234.5": ".",
        "1.234,5": ",",
        "1.2.3": ",",
    }
    assert {text: decimal_sign(text) for text in signs} == signs


@given(st.integers(0, 10**12), st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"]))
def test_plain_amounts_come_back(minor: int, currency: str) -> None:
    assert minor_units(format_minor(minor, currency), currency, ".") == minor


@given(st.integers(0, 10**11), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]))
def test_grouped_amounts_come_back(minor: int, signs: tuple[str, str]) -> None:
    whole, cents = divmod(minor, 100)
    text = f"{whole:,}".replace(",", signs[0]) + f"{signs[1]}{cents:02d}"
    if len(text) <= 20:
        assert column(text) == ([minor], {})


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_is_not(text: str) -> None:
    for sign in ".,":
        minor_units(text, "USD", sign)
