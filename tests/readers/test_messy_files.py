"""Files from the test suites of other spreadsheet readers, if they lie beside the repository, end as they must."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from leadreturns.errors import FileRefused
from leadreturns.readers.cells import CellFault
from tests.readers.opened_files import read_path

FOLDER = Path(__file__).parents[3] / "shared" / "realdata" / "messy"
MANIFEST: list[dict[str, Any]] = (
    json.loads((FOLDER / "manifest.json").read_text()) if (FOLDER / "manifest.json").exists() else []
)
pytestmark = pytest.mark.skipif(not MANIFEST, reason=f"the messy files are not at {FOLDER}")
WORDS = {
    "not a workbook": "not a workbook",
    "password protected": "password protected",
    "damaged workbook": "damaged or incomplete workbook",
    "damaged or hostile workbook": "damaged or hostile workbook",
}


def _shown(cell: object) -> str:
    if isinstance(cell, CellFault) or cell is None:
        return ""
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


@pytest.mark.parametrize("case", MANIFEST, ids=[case["file"] for case in MANIFEST])
def test_a_file_ends_as_it_must(case: dict[str, Any]) -> None:
    started = time.monotonic()
    path = FOLDER / case["file"]
    word = WORDS.get(case.get("refusal_should_name", ""))
    if word:
        with pytest.raises(FileRefused) as refused:
            read_path(path, sheet=case.get("sheet", ""))
        assert word in refused.value.message
    else:
        _must_be_read(path, case)
    assert time.monotonic() - started < 5


def _must_be_read(path: Path, case: dict[str, Any]) -> None:
    table = read_path(path, sheet=case.get("sheet", ""))
    shown = {
        number: [_shown(cell) for cell in row]
        for number, row in zip(table.numbers, table.rows, strict=True)
        if any(row)
    }
    assert max(shown) == case["physical_rows"] or case["format"] == "csv"
    if "delimiter" in case:
        assert (table.delimiter, table.encoding.startswith(case["encoding"])) == (case["delimiter"], True)
    if "columns" in case:
        assert [text for text in shown[case["header_row"]] if text] == case["columns"]
        assert len([number for number in shown if number > case["header_row"]]) == case["rows_after_header_not_blank"]
    first = shown[min(number for number in shown if number > case.get("header_row", 0))] if "first_row" in case else []
    if path.suffix != ".xls":
        assert first[: len(case.get("first_row", []))] == case.get("first_row", [])


@pytest.mark.parametrize("name", ["excel_preamble_and_footer.xls", "excel_preamble_and_footer.xlsx"])
def test_the_old_and_the_new_kind_agree(name: str) -> None:
    table = read_path(FOLDER / name, sheet="arts")
    assert table.rows[4] == ["Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"]
    assert [str(cell) for cell in table.rows[5]] == [
        "David Bowie",
        "musician",
        "69",
        "True",
        "1947-01-08",
        "2016-01-10",
    ]


def test_the_password_of_the_locked_workbook() -> None:
    pytest.importorskip("msoffcrypto", reason="the extra `encrypted` is not installed")
    path = FOLDER / "refuse_password_agile_aes256.xlsx"
    assert read_path(path, password="password").rows == [["Password: password"]]
    with pytest.raises(FileRefused) as refused:
        read_path(path, password="passwort")
    assert refused.value.code == "wrong_password"


def test_error_cells_are_never_blank() -> None:
    table = read_path(FOLDER / "excel_error_cells.xlsx")
    faults = [cell for row in table.rows for cell in row if isinstance(cell, CellFault)]
    assert {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"} <= {fault.text for fault in faults}
