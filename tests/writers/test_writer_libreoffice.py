"""Our workbooks in a real spreadsheet program."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from leadreturns.reports.table import Amount, Column, Table
from leadreturns.writers.response_file import Answer, RowsOfFile, write_response
from leadreturns.writers.xlsx_writer import write_xlsx

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]

ONE_CSV_A_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def converted(content: bytes, folder: Path) -> dict[str, list[list[str]]]:
    """Each sheet as LibreOffice shows it, by name."""
    (folder / "book.xlsx").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    subprocess.run(
        [*command, "--convert-to", ONE_CSV_A_SHEET, "--outdir", str(folder), str(folder / "book.xlsx")],
        check=True,
        capture_output=True,
        timeout=100,
    )
    return {
        path.stem.removeprefix("book-"): list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
        for path in folder.glob("book-*.csv")
    }


def test_a_report(
    tmp_path: Path, formula_attacks: list[str], error_texts: list[str], table_of: Callable[[list[str]], Table]
) -> None:
    texts = [text for text in [*formula_attacks, *error_texts] if text.isprintable()]
    columns = [Column("on", "On", "date"), Column("at", "At", "time"), Column("m", "M", "money")]
    moments = Table("m", "Moments", columns, [("2026-10-12", "2026-10-12T15:04:05-04:00", Amount(-123456, "USD"))])
    stream = io.BytesIO()
    write_xlsx([table_of(texts), moments], {"Period": "2026-10"}, stream)

    sheets = converted(stream.getvalue(), tmp_path)

    assert [row[3] for row in sheets["Returns"][1:-1]] == texts
    assert sheets["Moments"][1] == ["2026-10-12", "2026-10-12 15:04:05", "-1234.56"]
    assert sheets["About"] == [["Period", "2026-10"]]


def test_an_answer(tmp_path: Path, formula_attacks: list[str]) -> None:
    texts = [text for text in formula_attacks if text.isprintable()]
    rows = [(1, ["Ref #"]), *((number, [text]) for number, text in enumerate(texts, 2))]
    answers = {number: Answer("rejected", text, "1.50", "USD") for number, text in enumerate(texts, 2)}
    stream = io.BytesIO()
    write_response(RowsOfFile(rows, header_row=1, sheet="October"), answers.get, stream, "xlsx")

    sheets = converted(stream.getvalue(), tmp_path)

    assert sheets["October"][1:] == [[text, "rejected", text, "1.5", "USD"] for text in texts]
