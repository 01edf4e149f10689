"""Files from the test suites of other readers, where they lie beside the repository, through the command line."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk, Ran, new_desk

FOLDER = Path(__file__).parents[3] / "shared" / "realdata" / "messy"
MANIFEST: list[dict[str, Any]] = (
    json.loads((FOLDER / "manifest.json").read_text()) if (FOLDER / "manifest.json").exists() else []
)
pytestmark = pytest.mark.skipif(not MANIFEST, reason=f"the messy files are not at {FOLDER}")
CASES = {case["file"]: case for case in MANIFEST}
READABLE = [name for name, case in CASES.items() if case["verdict"] != "refuse"]
REFUSALS = {
    "duplicate header id": ("ambiguous_columns", 'duplicate header "id": columns 1, 3 and 5'),
    "no data rows": ("no_rows", "no data rows"),
    "not a workbook": ("not_a_table", "a BMP picture, not a workbook"),
    "password protected": ("encrypted", "password protected"),
    "damaged workbook": ("damaged_workbook", "damaged or incomplete workbook"),
    "damaged or hostile workbook": ("hostile_workbook", "damaged or hostile workbook"),
}
"""What the manifest wants to be named → the code, and words of the message."""
NOTES_BELOW = {"excel_preamble_and_footer.xlsx": 4, "excel_preamble_and_footer.xls": 4}
"""Rows below the header that are notes, which the manifest counts among all that are not blank."""
UNREADABLE = {"excel_error_cells.xlsx": 8, "csv_null_byte.csv": 1}
"""Records without an id that can be trusted, when their first column is the id."""


@pytest.fixture(scope="module")
def messy_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return new_desk(tmp_path_factory.mktemp("messy"))


def imported(desk: Desk, name: str, heading: str = "", *options: str) -> Ran:
    words = ["import", str(FOLDER / name), "--any-buyer", "--dry-run", "--json", *options]
    if heading:
        words += ["--map", f"lead_id={heading}"]
    if "sheet" in CASES[name]:
        words += ["--sheet", CASES[name]["sheet"]]
    return desk.run(*words)


@pytest.mark.parametrize("name", [name for name in CASES if name not in READABLE])
def test_it_is_refused_for_what_it_is(messy_desk: Desk, name: str) -> None:
    started = time.monotonic()
    case = CASES[name]
    ran = imported(messy_desk, name, case["columns"][0] if "columns" in case else "")
    code, words = REFUSALS[case["refusal_should_name"]]
    assert ran.code == 3
    problem = ran.json["problems"][0]
    assert (problem["code"], words in problem["message"]) == (code, True)
    assert problem["hint"]
    assert not messy_desk.store.exists()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", [name for name in READABLE if "columns" in CASES[name]])
def test_it_is_read_whatever_heading_is_the_id(messy_desk: Desk, name: str) -> None:
    case = CASES[name]
    for heading in dict.fromkeys(filter(None, case["columns"])):
        ran = imported(messy_desk, name, heading)
        assert ran.code in (0, 1), (heading, ran.err)
        found = ran.json
        assert found["status"] == "dry_run"
        assert found["rows"] == sum(found[outcome] for outcome in ("approved", "rejected", "review", "unreadable"))
        left_out = sum(count for kind, count in found["skipped"].items() if kind != "title")
        assert found["rows"] + left_out == case["rows_after_header_not_blank"], heading
        assert left_out == NOTES_BELOW.get(name, 0), heading
        if heading == case["columns"][0]:
            assert found["unreadable"] == UNREADABLE.get(name, 0)


@pytest.mark.parametrize("name", [name for name in READABLE if "columns" not in CASES[name]])
def test_without_headings_it_is_refused_with_the_line_to_type(messy_desk: Desk, name: str) -> None:
    ran = imported(messy_desk, name)
    assert ran.code == 3
    problem = ran.json["problems"][0]
    assert problem["code"] == "missing_columns"
    assert all(f'"{text}"' in problem["message"] for text in CASES[name]["first_row"])
    assert "--map lead_id=" in problem["hint"]


def test_what_each_file_must_tell(messy_desk: Desk) -> None:
    told = {
        "csv_cp1252.csv": ("Windows-1252", "4,5,æøå", "--encoding"),
        "csv_null_byte.csv": ("NUL characters", "line 2"),
        "csv_short_and_long_rows.csv": (
            'row 2: has 2 cells where 3 are expected; "age" is missing',
            "row 3: has 4 cells",
        ),
        "excel_error_cells.xlsx": ("cell A8 holds the error #N/A", "cell A2 holds the error #NULL!"),
        "excel_preamble_and_footer.xlsx": ("row 1", "row 16", "row 19"),
        "excel_first_sheet_hidden.xlsx": ("Sheet2A1",),
    }
    for name, words in told.items():
        said = imported(messy_desk, name, CASES[name].get("columns", [""])[0]).err
        assert all(word in said for word in words), (name, said)


def test_numbers_and_dates_are_what_the_sheet_shows(messy_desk: Desk) -> None:
    words = ("--any-buyer", "--inspect", "--json", "--map")
    upc = messy_desk.run("import", FOLDER / "excel_upc_numeric_ids.xlsx", *words, "lead_id=UPC").json
    assert upc["first_rows"][0]["lead_id"] == "9583638582"
    assert {row["lead_id"].isdigit() for row in upc["first_rows"]} == {True}
    epoch = messy_desk.run("import", FOLDER / "excel_dates_1904_epoch.xlsx", *words, "lead_id=2022-01-01").json
    assert [problem["value"] for problem in epoch["problems"]] == ["2022-12-31"]
