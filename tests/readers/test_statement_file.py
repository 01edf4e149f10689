"""Statements as buyers' accountants write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadreturns.core.lead_return import Problem
from leadreturns.core.reconciliation import StatementRow
from leadreturns.errors import FileRefused
from leadreturns.readers.file_copy import copy_file
from leadreturns.readers.reading import Reading
from leadreturns.readers.statement_file import read_statement, signed


def read(tmp_path: Path, text: str, **said: object) -> list[StatementRow | Problem]:
    path = tmp_path / "statement.csv"
    path.write_text(text, encoding="utf-8")
    with copy_file(path) as copy:
        file = read_statement(copy, Reading(**said))  # type: ignore[arg-type]
        return [item for chunk in file.chunks() for item in chunk]


@pytest.mark.parametrize(
    ("text", "sign", "rest"),
    [
        ("25.00", 1, "25.00"),
        ("-25.00", -1, "25.00"),
        ("25.00-", -1, "25.00"),
        ("\u221225.00", -1, "25.00"),
        ("(25.00)", -1, "25.00"),
        ("($25.00)", -1, "$25.00"),
        ("$(25.00)", -1, "$25.00"),
        ("-$25.00", -1, "$25.00"),
        ("$-25.00", -1, "$25.00"),
        ("USD -25.00", -1, "USD 25.00"),
        ("25.00 CR", -1, "25.00"),
        ("25.00cr.", -1, "25.00"),
        ("25.00 DR", 1, "25.00"),
        ("'-25.00", -1, "25.00"),
        (" 25.00 ", 1, "25.00"),
        ("12-34", 1, "12-34"),
        ("2026-10-31", 1, "2026-10-31"),
        ("", 1, ""),
        (-25.5, -1, 25.5),
        (25, 1, 25),
        (True, 1, True),
        (None, 1, None),
    ],
)
def test_the_sign_of_an_amount(text: object, sign: int, rest: object) -> None:
    assert signed(text) == (sign, rest)  # type: ignore[arg-type]


def test_a_statement_with_title_and_total(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Acme Solar,,\nDeductions October 2026,,\n\nOur reference,Sale ref,Deduction\nL-1,S-1,(50.00)\n"
        "L-2,,(1,041.25)\n".replace("(1,041.25)", '"(1,041.25)"')
        + "\nTotal,,(1091.25)\n",
    )
    assert found == [
        StatementRow(5, "L-1", "S-1", "USD", -5000),
        StatementRow(6, "L-2", "", "USD", -104125),
    ]


def test_decimal_commas_and_a_currency_column(tmp_path: Path) -> None:
    found = read(tmp_path, "Lead ID;Credit;Ccy\nL-1;1.250,00;eur\nL-2;9800;JPY\n")
    assert found == [StatementRow(2, "L-1", "", "EUR", 125000), StatementRow(3, "L-2", "", "JPY", 9800)]


def test_the_usual_currency_is_the_one_that_is_given(tmp_path: Path) -> None:
    [row] = read(tmp_path, "Event ID,Amount\nS-1,9800\n", currency="JPY")
    assert row == StatementRow(2, "", "S-1", "JPY", 9800)


def test_a_mapped_heading_beats_a_known_one(tmp_path: Path) -> None:
    found = read(tmp_path, "Lead ID,Price,Net\nL-1,50.00,45.00\n", mapping={"amount": "Net"})
    assert found == [StatementRow(2, "L-1", "", "USD", 4500)]


def test_rows_that_cannot_be_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Lead ID,Amount,Currency\nL-1,soon,USD\nL-2,,USD\n,5.00,USD\nL-4,5.001,USD\nL-5,5.00,Dollars\nL-6,5,\n",
    )
    assert [item.code if isinstance(item, Problem) else item for item in found] == [
        "bad_amount", "bad_amount", "no_identifier", "bad_amount", "bad_currency",
        StatementRow(7, "L-6", "", "USD", 500),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Lead ID,Comment\nL-1,x\n", "missing_columns"),
        ("Amount,Comment\n5.00,x\n", "missing_columns"),
        ("Lead ID,Deduction,Credit\nL-1,5,5\n", "ambiguous_columns"),
        ("Lead ID,Amount\n", "no_rows"),
        ('Lead ID,Amount\nL-1,"1,250"\nL-2,"2,250"\n', "ambiguous_amounts"),
    ],
)
def test_statements_that_are_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, text)
    assert refused.value.code == code
