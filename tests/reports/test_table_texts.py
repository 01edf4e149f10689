"""The texts of cells, for programs and for people."""

from __future__ import annotations

from typing import Any

import pytest

from leadreturns.core.money import grouped
from leadreturns.reports.table import Amount, Column, Table, cell_text, labelled_totals, percent, shown_text


@pytest.mark.parametrize(
    ("kind", "value", "plain", "shown"),
    [
        ("text", "acme", "acme", "acme"),
        ("text", None, "", ""),
        ("count", 1234567, "1234567", "1,234,567"),
        ("count", 0, "0", "0"),
        ("money", Amount(123450, "USD"), "1234.50", "1,234.50"),
        ("money", Amount(-5, "USD"), "-0.05", "-0.05"),
        ("money", Amount(1234567, "JPY"), "1234567", "1,234,567"),
        ("money", Amount(-1234567, "KWD"), "-1234.567", "-1,234.567"),
        ("money", None, "", ""),
        ("rate", "0.584617", "0.584617", "58.46%"),
        ("rate", "0.123000", "0.123000", "12.30%"),
        ("rate", "-0.442750", "-0.442750", "-44.28%"),
        ("rate", "12.500000", "12.500000", "1,250.00%"),
        ("rate", None, "", ""),
        ("month", "2026-10", "2026-10", "2026-10"),
        ("time", "2026-10-12T15:04:05-04:00", "2026-10-12T15:04:05-04:00", "2026-10-12T15:04:05-04:00"),
        ("spark", (1, None, 3), "1  3", "1  3"),
    ],
)
def test_cell_texts(kind: str, value: Any, plain: str, shown: str) -> None:
    column = Column("x", "X", kind)

    assert cell_text(value, column) == plain
    assert shown_text(value, column) == shown


def test_amounts_say_their_currency_where_no_column_does() -> None:
    assert shown_text(Amount(123450, "EUR"), Column("credit", "Credit", "money"), with_currency=True) == "1,234.50 EUR"


@pytest.mark.parametrize(
    ("rate", "text"),
    [("0.000000", "0.00%"), ("-0.000010", "0.00%"), ("0.000050", "0.01%"), ("-0.000050", "-0.01%"), ("1", "100.00%")],
)
def test_percentages_round_halves_away_from_zero(rate: str, text: str) -> None:
    assert percent(rate) == text


def test_thousands() -> None:
    assert [grouped(number) for number in ("0", "999", "1000", "-1000.5", "12345678.90")] == [
        "0",
        "999",
        "1,000",
        "-1,000.5",
        "12,345,678.90",
    ]


def test_totals_are_called_total_where_a_group_would_stand() -> None:
    columns = [Column("month", "Month", "month"), Column("buyer", "Buyer", "id"), Column("sold", "Sold", "count")]
    table = Table("roi", "ROI", columns, [("2026-10", "acme", 3)], [(None, None, 3)])

    assert labelled_totals(table) == [("Total", None, 3)]


def test_a_kind_that_nobody_can_show_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="moeny"):
        Column("credit", "Credit", "moeny")
