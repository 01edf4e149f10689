"""Cells as identifiers, texts, phone numbers, addresses and buyers."""

from __future__ import annotations

import time
from datetime import date
from datetime import time as clock

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadreturns.readers.columns import Column
from leadreturns.readers.contacts import PhoneReader, email_key
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.row_faults import RowFaults
from leadreturns.readers.table import Cell, CellFault
from leadreturns.readers.texts import clean_text, text_of, trim
from leadreturns.readers.values import IdReader, whole_number
from tests.readers.typed_rows import returns_of

COLUMN = Column(1, "Ref", "lead_id")


def ids(*cells: Cell) -> tuple[list[str], dict[int, str], list[str]]:
    """A column of identifiers from row 1 on: the ids, problem codes by row, codes of notes."""
    remarks, faults = Remarks(), RowFaults(range(1, len(cells) + 1))
    found = list(IdReader(COLUMN, remarks).read(cells, faults))
    problems = {problem.row: problem.code for problem in faults.problems.values()}
    return found, problems, [note.code for note in remarks.notes()]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("L-1001", "L-1001"),
        ("00123", "00123"),
        ("  L-1 ", "L-1"),
        ("\u00a0L-1\u200b", "L-1"),
        ("\ufeffL-1", "L-1"),
        ("L 1", "L 1"),
        ("123.0", "123.0"),
        (123.0, "123"),
        (9583638582.0, "9583638582"),
        (999_999_999_999_999.0, "999999999999999"),
        (7, "7"),
        (-5.0, "-5"),
        (True, "TRUE"),
        ("'00123", "00123"),
        ("'=A1", "=A1"),
        ("'+1", "+1"),
        ("'quoted'", "'quoted'"),
        ("5e3", "5e3"),
        ("12E4567", "12E4567"),
        ("1E+5x", "1E+5x"),
        ("a13e-12ab-77", "a13e-12ab-77"),
        ("NA", "NA"),
        ("null", "null"),
        ("None", "None"),
        ("nan", "nan"),
        ("N/A", "N/A"),
        ("-", "-"),
        ("1_000", "1_000"),
        ("１２３", "１２３"),
        ("Ｌ１", "Ｌ１"),
        (None, ""),
        ("", ""),
        (" \u00a0 ", ""),
    ],
)
def test_an_identifier_is_kept_as_written(cell: Cell, read: str) -> None:
    assert ids(cell)[:2] == ([read], {})
    assert ids("L-1", cell, "L-2")[0] == ["L-1", read, "L-2"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.23E+15", "damaged_id"),
        ("1,23E+15", "damaged_id"),
        ("4e+18", "damaged_id"),
        ("1.2e-05", "damaged_id"),
        ("'1.23E+15", "damaged_id"),
        (1e15, "damaged_id"),
        (1234567890123456.0, "damaged_id"),
        (10**15, "damaged_id"),
        (12.5, "damaged_id"),
        (float("nan"), "damaged_id"),
        (float("inf"), "damaged_id"),
        (date(2026, 12, 3), "damaged_id"),
        (clock(12, 30), "damaged_id"),
        (CellFault("damaged_id", "1.234567890123457e+19"), "damaged_id"),
        (CellFault("error_cell", "#N/A"), "error_cell"),
        (CellFault("uncalculated_formula", "=B2"), "uncalculated_formula"),
        ("#N/A", "error_cell"),
        ("#REF!", "error_cell"),
        ("x" * 4_001, "long_cell"),
    ],
)
def test_an_identifier_that_cannot_be_trusted_is_a_problem(cell: Cell, code: str) -> None:
    assert ids("L-1", cell)[:2] == (["L-1", ""], {2: code})


def test_a_problem_names_the_cell() -> None:
    faults = RowFaults([7])
    IdReader(COLUMN, Remarks()).read([CellFault("error_cell", "#N/A")], faults)
    problem = faults.problems[0]
    assert (problem.row, problem.column, problem.value) == (7, "Ref", "#N/A")
    assert "B7" in problem.message
    assert "#N/A" in problem.message


def test_characters_that_matter_are_noted() -> None:
    assert ids("L-1\u00a0", "L-2\u200b", "L-3")[2] == ["invisible_characters"]
    assert ids("Ｌ１")[2] == ["odd_characters"]
    assert ids("А-1")[2] == ["odd_characters"]
    assert ids("Müller-1", "L-1 ")[2] == []


ID_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp"]), min_size=1)


@given(st.lists(ID_TEXT, min_size=1, max_size=20))
def test_identifiers_come_back_as_written(texts: list[str]) -> None:
    found, problems, _ = ids(*texts)
    for at, (text, read) in enumerate(zip(texts, found, strict=True), 1):
        assert at in problems or read == text or text.startswith("'")


@given(st.integers(10**15, 10**20), st.integers(1, 9))
def test_long_numbers_that_differ_in_their_last_digits_never_become_one(number: int, more: int) -> None:
    first, second = ids(float(number))[0], ids(float(number + more))[0]
    assert first == second == [""]
    assert ids(str(number))[0] != ids(str(number + more))[0]


WORDS = ("NA", "N/A", "null", "NULL", "None", "nan", "NaN", "n/a", "-", "--", "none", "nil", "TRUE", "1.#IND", "<NA>")


@pytest.mark.parametrize("word", WORDS)
def test_no_word_is_a_missing_value(word: str) -> None:
    content = f"lead_id,sale_ref,reason,campaign,comment,duplicate_of\n{word},X1,{word},{word},{word},{word}\n"
    row = returns_of(content).returns[0]
    assert (row.lead_id, row.reason_text, row.campaign, row.comment, row.duplicate_of) == (word,) * 5


def test_texts_are_cleaned() -> None:
    assert clean_text(" a\u00a0b\u200b ") == "a b"
    assert clean_text("'=1+1") == "=1+1"
    assert clean_text("'quoted'") == "'quoted'"
    assert trim("\u2003x\ufeff") == "x"
    assert [text_of(cell) for cell in (1.5, 2.0, None, False, date(2026, 1, 2))] == [
        "1.5",
        "2",
        "",
        "FALSE",
        "2026-01-02",
    ]


def test_counts() -> None:
    texts = {"3": 3, "3.0": 3, "3 calls": 3, "called 2x": 2, "2 of 3": None, "": None, "many": None, "1234567": None}
    assert {text: whole_number(text) for text in texts} == texts
    read = returns_of("lead_id,calls\nL-1,3\nL-2,\nL-3,many\n")
    assert [row.call_attempts for row in read.returns] == [3, None, None]
    assert read.note_codes == {"unread_number"}


@pytest.mark.parametrize(
    ("text", "region", "key"),
    [
        ("4155552671", "US", "+14155552671"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("415.555.2671", "CA", "+14155552671"),
        ("1-415-555-2671", "US", "+14155552671"),
        ("+1 415 555 2671", "", "+14155552671"),
        ("4155552671.0", "US", "+14155552671"),
        ("415-555-2671 x12", "US", "+14155552671"),
        ("415-555-2671 ext. 12", "US", "+14155552671"),
        ("tel:+1-415-555-2671", "US", "+14155552671"),
        ("１４１５５５５２６７１", "US", "+14155552671"),
        ("\u202a+14155552671\u202c", "", "+14155552671"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
        ("0044 20 7946 0958", "", "+442079460958"),
        ("0044 20 7946 0958", "GB", "+442079460958"),
        ("0044 20 7946 0958", "US", "+442079460958"),
        ("011 44 20 7946 0958", "US", "+442079460958"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("(415) 555-2671", "", "4155552671"),
        ("555-2671", "", "5552671"),
        ("555-267", "", ""),
        ("555-2671", "US", ""),
        ("12345678901234567890", "US", ""),
        ("none", "US", ""),
        ("", "US", ""),
        ("-", "US", ""),
        ("+", "US", ""),
        ("call me maybe 4155552671", "", ""),
        ("4155552671", "XX", "4155552671"),
        ("4.155552671E9", "US", ""),
    ],
)
def test_phone_numbers(text: str, region: str, key: str) -> None:
    assert PhoneReader(region).read(text) == key


REGIONS = "US CA GB DE FR IT AU MX AR BR RU IN BY HU LT NZ ES JP SM AG KZ IL".split()
NUMBERS = st.tuples(
    st.sampled_from(["", "0", "1", "8", "+", "+44", "+1", "+49", "+39", "+54", "+52", "+7", "+55", "+800", "01"]),
    st.text("0123456789", min_size=4, max_size=14),
)


@given(NUMBERS, st.sampled_from(REGIONS))
def test_the_short_cut_for_phone_numbers_answers_as_libphonenumber_does(parts: tuple[str, str], region: str) -> None:
    text = "".join(parts)
    if text.startswith("00"):
        return
    try:
        number = phonenumbers.parse(text, region)
        possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    except phonenumbers.NumberParseException:
        possible = False
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else ""
    assert PhoneReader(region).read(text) == expected


def test_a_hundred_thousand_phone_numbers_take_about_a_second() -> None:
    texts = [f"(415) 555-{number:04d}" for number in range(10_000)] + [
        f"+44207946{number:04d}" for number in range(10_000)
    ]
    reader = PhoneReader("US")
    began = time.process_time()
    assert all(map(reader.read, texts))
    # Ten times what it takes on an idle machine, and a third of what libphonenumber alone would take.
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Jane.Doe@Example.COM", "jane.doe@example.com"),
        ("  jane@x.example ", "jane@x.example"),
        ("mailto:jane@x.example", "jane@x.example"),
        ("Jane Doe <Jane@x.example>", "jane@x.example"),
        ("<jane@x.example>", "jane@x.example"),
        ("jane+tag@x.example", "jane+tag@x.example"),
        ("JOSÉ@x.example", "josé@x.example"),
        ("jose\u0301@x.example", "josé@x.example"),
        ("jane\u200b@x.example", "jane@x.example"),
        ("jane@x", "jane@x"),
        ("jane", ""),
        ("@x.example", ""),
        ("jane@", ""),
        ("a@b@c", ""),
        ("jane doe@x.example", ""),
        ("a@x.example, b@x.example", ""),
        ("a@x.example;b@x.example", ""),
        ("none", ""),
        ("", ""),
        ("x" * 400 + "@x.example", ""),
    ],
)
def test_addresses(text: str, key: str) -> None:
    assert email_key(text) == key


def test_long_cells_take_no_time() -> None:
    began = time.process_time()
    for attack in ("1" * 10_000, " " * 10_000, "+" * 10_000, "a@" * 5_000, "<" * 10_000, "(" * 10_000):
        email_key(attack)
        whole_number(attack)
        PhoneReader("US").read(attack)
        ids(attack)
    assert time.process_time() - began < 0.5


def buyers(*texts: str, **said: object) -> tuple[list[str], dict[int, str]]:
    rows = "".join(f'L-{at},"{text}"\n' for at, text in enumerate(texts, 1))
    read = returns_of("lead_id,buyer\n" + rows, **({"any_buyer": False} | said))
    return [row.buyer for row in read.returns], read.codes


def test_a_buyer_is_the_known_name() -> None:
    assert buyers("acme", "ACME", " Acme ", "borealis  energy", "Crest & Co") == (
        ["acme", "acme", "acme", "Borealis Energy", "Crest & Co"],
        {},
    )
    assert buyers("acne", "", "acme") == (["acme"], {2: "unknown_buyer", 3: "missing_buyer"})
    assert buyers("Acme", "acme", known_buyers=("Acme", "acme")) == (["Acme", "acme"], {})
    assert buyers("ACME", known_buyers=("Acme", "acme")) == ([], {2: "unknown_buyer"})


def test_an_unknown_buyer_is_told_with_the_nearest() -> None:
    problem = returns_of("lead_id,buyer\nL-1,acmee\n", any_buyer=False).problems[0]
    assert problem.column == "buyer"
    assert 'did you mean "acme"?' in problem.message


def test_a_row_that_names_another_buyer_than_the_file() -> None:
    found = buyers("acme", "", "Borealis Energy", "Zeta", buyer="acme")
    assert found == (["acme", "acme"], {4: "buyer_conflict", 5: "unknown_buyer"})


def test_any_buyer_fills_blanks_only() -> None:
    assert buyers("", "acme", "Zeta", any_buyer=True) == (["", "acme"], {4: "unknown_buyer"})


@pytest.mark.parametrize(
    "cell",
    ["L1, L2, L3", "L1,L2", "1001;1002", "L1 | L2", "L1\nL2", "L1 L2 L3", "L1 / L2", "L-1 and L-2"],
)
def test_several_identifiers_in_one_cell_are_never_one(cell: str) -> None:
    assert ids("L9", cell)[:2] == (["L9", ""], {2: "several_leads"})
    assert ids(cell)[1] == {1: "several_leads"}


@pytest.mark.parametrize(
    "cell",
    ["12 345", "12,500", "1 234 567", "AB1 2CD", "L1, again", "Smith, J 2", "A/12", "555 123 4567", "7, rue 8"],
)
def test_one_identifier_with_signs_in_it_is_one(cell: str) -> None:
    assert ids(cell)[1] == {}


@pytest.mark.parametrize("line", ["L1, L2, L3", "L1;L2", "L1\tL2", "L1|L2", "L1, see note, L2", "1001,1002"])
@pytest.mark.parametrize("more", ["", "L8\n", "L8\nL9\nL10\nL11\nL12\n"])
def test_a_line_of_several_leads_is_a_problem(line: str, more: str) -> None:
    read = returns_of(f"Lead ID\n{line}\n{more}")
    assert read.codes == {2: "several_leads"}
    assert read.lead_ids == more.split()
