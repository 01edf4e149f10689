"""CSV that a spreadsheet only shows, and that a program reads back as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadreturns.reports.table import Amount, Column, Table
from leadreturns.writers.csv_writer import guarded, joined, starts_like_formula, write_csv


def csv_of(table: Table, raw: bool = False) -> str:
    stream = io.StringIO(newline="")
    write_csv(table, stream, raw)
    return stream.getvalue()


def test_names_plain_values_and_nothing_else() -> None:
    columns = [
        Column("buyer", "Buyer", "text"),
        Column("sold", "Sold", "count"),
        Column("return_rate", "Rate", "rate"),
        Column("share", "", "bar"),
        Column("credits", "Credits", "money"),
        Column("on", "On", "date"),
        Column("months", "Months", "spark"),
    ]
    rows = [
        ("acme", 1234, "0.123000", "0.12", Amount(-1234550, "USD"), "2026-10-12", (1, 2)),
        ("Zoë, Ltd", 0, None, None, Amount(12, "JPY"), None, None),
    ]
    table = Table("roi", "ROI", columns, rows, [(None, 1234, None, None, None, None, None)], ["note"], "headline")

    assert csv_of(table) == (
        'buyer,sold,return_rate,credits,on\nacme,1234,0.123000,-12345.50,2026-10-12\n"Zoë, Ltd",0,,12,\n'
    )


def test_texts_that_a_spreadsheet_would_run_are_guarded(
    formula_attacks: list[str], table_of: Callable[[list[str]], Table]
) -> None:
    records = list(csv.DictReader(io.StringIO(csv_of(table_of(formula_attacks)), newline="")))

    assert len(records) == len(formula_attacks)
    for attack, record in zip(formula_attacks, records, strict=True):
        for name in ("lead_id", "reason", "explanation"):
            assert record[name].startswith("'"), attack
        assert record["credit"] == "-12.50"


def test_taking_the_quote_away_gives_the_text_back(formula_attacks: list[str]) -> None:
    for attack in formula_attacks:
        if attack.isprintable():
            assert guarded(attack)[1:] == attack


def test_nothing_else_is_guarded(ordinary_texts: list[str], markup_attacks: list[str], error_texts: list[str]) -> None:
    for text in [*ordinary_texts, *markup_attacks, *error_texts, "", "'quoted'", "(555) 010-1234", "5-5", "a=b", "|x"]:
        assert guarded(text) == text


def test_data_files_hold_no_terminal_commands(
    hostile_texts: list[str], table_of: Callable[[list[str]], Table], commands_in: Callable[[str], list[str]]
) -> None:
    text = csv_of(table_of(hostile_texts))

    assert commands_in(text) == []
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(hostile_texts) + 1


def test_raw_is_exactly_what_was_stored(formula_attacks: list[str], table_of: Callable[[list[str]], Table]) -> None:
    records = list(csv.DictReader(io.StringIO(csv_of(table_of(formula_attacks), raw=True), newline="")))

    assert [record["reason"] for record in records] == formula_attacks


@given(st.text(max_size=20))
@settings(max_examples=500)
def test_a_guarded_text_is_never_a_formula(text: str) -> None:
    shown = guarded(text)

    assert shown.startswith("'") or not starts_like_formula(shown)


@given(
    st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8), min_size=2),
    st.sampled_from([",", ";", "\t", "|"]),
)
@settings(max_examples=500)
def test_a_record_reads_back(cells: list[str], delimiter: str) -> None:
    line = joined(cells, delimiter)

    assert list(csv.reader(io.StringIO(line + "\n", newline=""), delimiter=delimiter, strict=True)) == [cells]


@pytest.mark.parametrize("cells", [["a", "b"], ["a,b", "c"], ['say "no"', ""], ["one\ntwo", "x"]])
def test_a_record_is_written_as_the_csv_module_does(cells: list[str]) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected, lineterminator="\n").writerow(cells)

    assert joined(cells) + "\n" == expected.getvalue()
