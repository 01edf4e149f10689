"""Workbooks, opened again by two readers that are not ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from leadreturns.core.wording import column_letters
from leadreturns.reports.table import Amount, Column, Table
from leadreturns.writers.xlsx_cells import MOST_CHARACTERS
from leadreturns.writers.xlsx_package import sheet_names
from leadreturns.writers.xlsx_writer import write_xlsx

ABOUT = {"Period": "2026-10", "Policies": "3f9c2a71"}


def bytes_of(tables: Sequence[Table], about: dict[str, str] = ABOUT) -> bytes:
    stream = io.BytesIO()
    write_xlsx(tables, about, stream)
    return stream.getvalue()


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def roi_table() -> Table:
    columns = [
        Column("buyer", "Buyer", "text"),
        Column("lead_id", "Lead", "id"),
        Column("sold", "Sold", "count"),
        Column("rate", "Return rate", "rate"),
        Column("share", "", "bar"),
        Column("credits", "Credits", "money"),
        Column("on", "Sold on", "date"),
        Column("at", "Decided", "time"),
        Column("month", "Month", "month"),
        Column("why", "Why", "sentence"),
    ]
    rows = [
        (
            "acme",
            "00123",
            1234,
            "0.123000",
            "0.1",
            Amount(-1234550, "USD"),
            "2026-10-12",
            "2026-10-12T15:04:05-04:00",
            "2026-10",
            "Too late.",
        ),
        ("fuji", "7", 5, None, None, Amount(1200, "JPY"), "1850-01-01", None, "2026-11", ""),
        ("gulf", "8", 0, "-0.5", "0", Amount(1234567, "KWD"), None, "soon", "2026-12", "x" * 200),
    ]
    totals = [(None, None, 1239, "0.120000", None, Amount(-1234550, "USD"), None, None, None, None)]
    return Table("roi", "ROI by buyer", columns, rows, totals, ["A note."], "A headline.")


def test_numbers_dates_and_texts_are_what_they_are() -> None:
    sheet = opened(bytes_of([roi_table()]))["ROI by buyer"]

    assert [cell.value for cell in sheet[1]] == [
        "Buyer",
        "Lead",
        "Sold",
        "Return rate",
        "Credits",
        "Sold on",
        "Decided",
        "Month",
        "Why",
    ]
    assert [cell.value for cell in sheet[2]] == [
        "acme",
        "00123",
        1234,
        0.123,
        -12345.5,
        datetime(2026, 10, 12),
        datetime(2026, 10, 12, 15, 4, 5),
        "2026-10",
        "Too late.",
    ]
    assert [cell.value for cell in sheet[3]][3:7] == [None, 1200, "1850-01-01", None]
    assert [cell.value for cell in sheet[4]][3:7] == [-0.5, 1234.567, None, "soon"]
    assert [cell.value for cell in sheet[5]][:5] == ["Total", None, 1239, 0.12, -12345.5]


def test_formats_follow_the_currency() -> None:
    sheet = opened(bytes_of([roi_table()])).worksheets[0]

    assert sheet["C2"].number_format == "#,##0"
    assert sheet["D2"].number_format == "0.00%;[Red]-0.00%"
    assert sheet["E2"].number_format == "#,##0.00;[Red]-#,##0.00"
    assert sheet["E3"].number_format == "#,##0;[Red]-#,##0"
    assert sheet["E4"].number_format == "#,##0.000;[Red]-#,##0.000"
    assert sheet["F2"].number_format == "yyyy-mm-dd"
    assert sheet["B2"].number_format == "@"


def test_a_sheet_is_ready_for_reading_and_printing() -> None:
    book = opened(bytes_of([roi_table()]))
    sheet = book.worksheets[0]

    assert book.sheetnames == ["ROI by buyer", "About"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I4"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet["A1"].font.b, sheet["A2"].font.b, sheet["A5"].font.b) == (True, False, True)
    assert sheet["E5"].border.top.style == "thin"
    assert sheet.column_dimensions["A"].width >= 8
    assert sheet.column_dimensions["I"].width == 70
    about = book["About"]
    assert [[cell.value for cell in row] for row in about.iter_rows()] == [
        ["Period", "2026-10"],
        ["Policies", "3f9c2a71"],
        ["ROI by buyer", "A headline."],
        [None, "A note."],
    ]


def test_no_text_becomes_a_formula_or_an_error(
    formula_attacks: list[str],
    error_texts: list[str],
    hostile_texts: list[str],
    table_of: Callable[[list[str]], Table],
) -> None:
    texts = [*formula_attacks, *error_texts, *hostile_texts]
    about = {text: text for text in texts}
    hostile_title = Table("x", "=1+1", [Column("a", "=HYPERLINK(1)", "text")], [("=1",)], [], texts, "=2")

    content = bytes_of([table_of(texts), hostile_title], about)
    book = opened(content)

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(isinstance(cell.value, str) for cell in cells if cell.data_type == "s")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert all(b"<f>" not in package.read(name) for name in package.namelist())


def test_texts_come_back_as_they_were(
    formula_attacks: list[str],
    error_texts: list[str],
    ordinary_texts: list[str],
    markup_attacks: list[str],
    table_of: Callable[[list[str]], Table],
) -> None:
    spelled_escapes = ["_x0041_", "L_x1F600_", "_x", "_xZZZZ_", "x_x000D_x000A_"]
    blanks = [" leading", "trailing ", "two  blanks", "line one\nline two", "\ttab"]
    shown = [text for text in formula_attacks if text.isprintable()]
    texts = [*shown, *error_texts, *ordinary_texts, *markup_attacks, *spelled_escapes, *blanks]

    content = bytes_of([table_of(texts)])

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[3] for row in rows[1:-1]] == texts
    column = [row[3] for row in opened(content).worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert [text for text in column[:-1] if "_x" not in text] == [text for text in texts if "_x" not in text]


def test_control_characters_are_visible(table_of: Callable[[list[str]], Table]) -> None:
    sheet = opened(bytes_of([table_of(["a\x00b\x1b[2J\x9b", "half\ud800", "\ufffe", "back\x08"])])).worksheets[0]

    assert [sheet.cell(row, 4).value for row in range(2, 6)] == [
        "a\\x00b\\x1b[2J\\x9b",
        "half\\ud800",
        "\\ufffe",
        "back\\x08",
    ]


def test_a_text_longer_than_a_cell_is_cut_with_a_mark(table_of: Callable[[list[str]], Table]) -> None:
    whole, long, wide = "a" * MOST_CHARACTERS, "a" * 40_000, "😀" * 20_000

    sheet = opened(bytes_of([table_of([whole, long, wide])])).worksheets[0]

    assert sheet["D2"].value == whole
    assert len(sheet["D3"].value) == MOST_CHARACTERS
    assert sheet["D3"].value.endswith("a … [cut here]")
    assert len(sheet["D4"].value.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert sheet["D4"].value.endswith("😀 … [cut here]")


def test_numbers_that_excel_would_round_stay_texts() -> None:
    columns = [Column("revenue", "Revenue", "money"), Column("sold", "Sold", "count")]
    rows = [(Amount(99999999999999999, "USD"), 10**15 - 1), (Amount(999999999999999, "USD"), 10**16)]

    sheet = opened(bytes_of([Table("x", "X", columns, rows)])).worksheets[0]

    assert (sheet["A2"].value, sheet["B2"].value) == ("999999999999999.99", 999999999999999)
    assert (sheet["A3"].value, sheet["B3"].value) == (9999999999999.99, "10000000000000000")


def test_the_same_input_gives_the_same_bytes(hostile_texts: list[str], table_of: Callable[[list[str]], Table]) -> None:
    tables = [roi_table(), table_of(hostile_texts)]

    assert bytes_of(tables) == bytes_of(tables)


def test_a_table_without_rows_opens() -> None:
    sheet = opened(bytes_of([Table("x", "Empty", roi_table().columns, [])])).worksheets[0]

    assert sheet.max_row == 1
    assert sheet.auto_filter.ref == "A1:I1"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Summary", "summary", "SUMMARY"], ["Summary", "summary (2)", "SUMMARY (3)"]),
        (["a/b:c*d?e[f]g\\h"], ["a-b-c-d-e-f-g-h"]),
        (["", "''", "History"], ["Sheet", "Sheet (2)", "History (2)"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 27 + " (2)"]),
        (["😀" * 20], ["😀" * 15]),
        (["a\x1b\nb"], ["a-x1b-nb"]),
    ],
)
def test_sheet_names(names: list[str], expected: list[str]) -> None:
    assert sheet_names(names) == expected


def test_column_letters() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 51, 701, 702, 16383)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]
