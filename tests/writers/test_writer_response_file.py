"""The answer to a buyer: his rows, our four columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

from leadreturns.writers.response_file import Answer, RowsOfFile, write_response

APPROVED = Answer("approved", "Approved: Phone disconnected.", "12.50", "USD")
LATE = Answer("rejected", "Rejected: requested 2026-10-12, deadline was 2026-10-11, 1 day late.", "0.00", "USD")
ANSWER_HEADINGS = ["Decision", "Explanation", "Credit", "Currency"]


class ErrorCell(NamedTuple):
    code: str
    text: str


def written(rows: Sequence[tuple[int, Sequence[Any]]], answers: dict[int, Answer], kind: str, **about: Any) -> bytes:
    stream = io.BytesIO()
    source = RowsOfFile(iter(rows), **{"header_row": rows[0][0], **about})
    write_response(source, answers.get, stream, kind)
    return stream.getvalue()


def test_a_csv_answer_keeps_titles_totals_and_delimiter() -> None:
    rows: list[tuple[int, list[Any]]] = [
        (1, ["Acme returns October", "", ""]),
        (3, ["Ref #", "Phone", "Notes"]),
        (4, ["LD-1", "+14155552671", "called; twice"]),
        (5, ["LD-2", "-12,50", 'said "no"']),
        (6, ["TOTAL", "2", ""]),
    ]

    text = written(rows, {4: APPROVED, 5: LATE}, "csv", header_row=3, delimiter=";").decode()

    assert text.splitlines() == [
        "Acme returns October;;",
        "Ref #;Phone;Notes;Decision;Explanation;Credit;Currency",
        'LD-1;\'+14155552671;"called; twice";approved;"Approved: Phone disconnected.";12.50;USD',
        f'LD-2;-12,50;"said ""no""";rejected;"{LATE.reply}";0.00;USD',
        "TOTAL;2;",
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_answers_stand_under_their_headings_whatever_the_length_of_a_row(kind: str) -> None:
    rows = [(1, ["Ref #", "Phone", "Notes"]), (2, ["LD-1"]), (3, ["LD-2", "5", "x", "surplus", "more"]), (4, [])]

    content = written(rows, {2: APPROVED, 3: LATE, 4: APPROVED}, kind)

    found = list(csv.reader(io.StringIO(content.decode()))) if kind == "csv" else rows_of(content)
    assert [row[3] for row in found] == ["Decision", "approved", "rejected", "approved"]
    assert [row[6] for row in found] == ["Currency", "USD", "USD", "USD"]
    assert found[2][7:9] == ["surplus", "more"]


def test_headings_that_the_buyer_already_uses() -> None:
    rows = [(1, ["Ref #", "decision", "Credit "])]

    assert written(rows, {}, "csv").decode() == (
        "Ref #,decision,Credit ,Decision (reply),Explanation,Credit (reply),Currency\n"
    )


def test_an_xlsx_answer_keeps_types_and_row_numbers() -> None:
    rows: list[tuple[int, list[Any]]] = [
        (1, ["Returns of October"]),
        (4, ["Ref #", "On", "At", "Price", "Bad", "Yes", "Clock"]),
        (
            5,
            [
                "00123",
                date(2026, 10, 1),
                datetime(2026, 10, 1, 12, 30),
                12.5,
                ErrorCell("error_cell", "#N/A"),
                True,
                time(6),
            ],
        ),
        (9, [123.0, None, None, 7, None, None, None]),
    ]

    book = load_workbook(io.BytesIO(written(rows, {5: APPROVED, 9: LATE}, "xlsx", header_row=4, sheet="Oct [1]")))
    sheet = book["Oct -1-"]

    assert [cell.value for cell in sheet[5]] == [
        "00123",
        datetime(2026, 10, 1),
        datetime(2026, 10, 1, 12, 30),
        12.5,
        "#N/A",
        True,
        time(6),
        "approved",
        "Approved: Phone disconnected.",
        12.5,
        "USD",
    ]
    assert sheet["A9"].value == 123
    assert sheet["H9"].value == "rejected"
    assert sheet["J5"].number_format == "#,##0.00;[Red]-#,##0.00"
    assert (sheet["A4"].font.b, sheet["H4"].font.b) == (True, True)
    assert sheet.freeze_panes == "A5"


def test_an_answer_without_money() -> None:
    rows = [(1, ["Ref #"]), (2, ["LD-1"])]
    unreadable = {2: Answer("unreadable", "Row 2 names no lead.")}

    assert written(rows, unreadable, "csv").decode().splitlines()[1] == 'LD-1,unreadable,"Row 2 names no lead.",,'
    assert rows_of(written(rows, unreadable, "xlsx"))[1][:3] == ["LD-1", "unreadable", "Row 2 names no lead."]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_of_the_buyer_runs(
    kind: str,
    formula_attacks: list[str],
    hostile_texts: list[str],
    commands_in: Callable[[str], list[str]],
) -> None:
    texts = [*formula_attacks, *hostile_texts]
    rows = [(1, ["Ref #", "=1+1"]), *((number, [text, text]) for number, text in enumerate(texts, 2))]
    answers = {number: Answer("rejected", text, "0.00", "USD") for number, text in enumerate(texts, 2)}

    content = written(rows, answers, kind)

    if kind == "csv":
        text = content.decode()
        assert commands_in(text) == []
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r", "\n", "-") and cell != "-"] == []
    else:
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert kinds == {"s", "n"}
        assert sheet.max_row == len(rows)


def test_what_was_harmless_comes_back_unchanged(ordinary_texts: list[str], markup_attacks: list[str]) -> None:
    texts = [*ordinary_texts, *markup_attacks, "-12.50", "-", "12,5%", "", " padded ", "_x0041_"]
    rows = [(1, ["Ref #"]), *((number, [text]) for number, text in enumerate(texts, 2))]

    found = list(csv.reader(io.StringIO(written(rows, {}, "csv").decode(), newline="")))

    assert [row[0] if row else "" for row in found[1:]] == texts


def test_an_answer_for_a_spreadsheet_that_must_be_told_that_it_is_utf_8() -> None:
    content = written([(1, ["Ref #"]), (2, ["Zoë"])], {2: APPROVED}, "csv", encoding="utf-8-sig")

    assert content.startswith("\ufeffRef #".encode())
    assert content.count("\ufeff".encode()) == 1
    assert "Zoë".encode() in content


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_answer_has_the_same_bytes(kind: str) -> None:
    rows = [(1, ["Ref #"]), *((number, [f"LD-{number}"]) for number in range(2, 2_000))]
    answers = dict.fromkeys(range(2, 2_000), LATE)

    assert written(rows, answers, kind) == written(rows, answers, kind)


def rows_of(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]
